# Each word is one thing a person wants. HOST, PORT and DATA_DIR may stand before or after it: make serve PORT=9000
PYTHON ?= python3
RUN := .venv/bin/python

.PHONY: serve test bench wheels screenshots python environment test-environment

serve: environment
	@exec $(RUN) manage.py serve

# By file: a site is prepared and served once for each of the processes, and a file's tests keep their order.
test: test-environment
	@exec $(RUN) -m pytest -n 2 --dist loadfile

bench: test-environment
	@exec $(RUN) -m benchmarks.run

# The old ones go first: while they are there, nothing else is asked.
wheels:
	@rm -rf wheels wheels.new
	@$(MAKE) --no-print-directory environment
	@$(RUN) -m pip wheel --quiet --disable-pip-version-check -r tests/requirements.txt -w wheels.new
	@mv wheels.new wheels
	@echo "wheels/ 已备好：连同项目拷到不联网的同类机器上，make serve 即可从中安装。"

screenshots: test-environment
	@$(RUN) -m pytest -q tests/browser/screenshots.py
	@echo "图片在 docs/screenshots/"

environment: python
	@$(PYTHON) archive/setup_environment.py requirements.txt

test-environment: python
	@$(PYTHON) archive/setup_environment.py requirements.txt
	@$(PYTHON) archive/setup_environment.py tests/requirements.txt

python:
	@command -v $(PYTHON) >/dev/null || { echo "没有找到 $(PYTHON)。请先安装 Python 3.11 或更新的版本。Debian、Ubuntu：sudo apt install python3 python3-venv；macOS：brew install python。"; exit 1; }

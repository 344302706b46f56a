"""setup_environment: an environment from nothing, from wheels/ alone, made once and mended when it was interrupted."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .conftest import PROJECT

SCRIPT = "archive/setup_environment.py"


def make_wheel(folder: Path, version: str) -> None:
    """The smallest package there is: one module that knows its version."""
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / f"tiny-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny.py", f"version = {version!r}\n")
        wheel.writestr(f"tiny-{version}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n")
        wheel.writestr(
            f"tiny-{version}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"tiny-{version}.dist-info/RECORD", "")


class Project:
    """A project of one package, whose wheels lie in wheels/."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "archive").mkdir(parents=True)
        shutil.copy(PROJECT / SCRIPT, root / SCRIPT)
        make_wheel(root / "wheels", "1.0")
        make_wheel(root / "wheels", "2.0")
        self.require("1.0")

    def require(self, version: str) -> None:
        (self.root / "requirements.txt").write_text(f"tiny=={version}\n")

    def set_up(self, *python: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*(python or [sys.executable]), SCRIPT], cwd=self.root, capture_output=True, text=True)

    @property
    def installed(self) -> str:
        """Which version the environment's own Python finds."""
        command = [self.root / ".venv/bin/python", "-c", "import tiny; print(tiny.version)"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    """One for all the tests of this file, in their order: an environment takes seconds to make."""
    return Project(tmp_path_factory.mktemp("项目 一"))


def test_it_makes_the_environment_from_the_wheels_alone(project):
    done = project.set_up()

    assert (done.returncode, done.stderr) == (0, "")
    assert "来自 wheels/，不用网络" in done.stdout
    assert project.installed == "1.0"


def test_a_second_run_has_nothing_to_do_and_to_say(project):
    before = (project.root / ".venv/installed.json").stat().st_mtime_ns

    done = project.set_up()

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (project.root / ".venv/installed.json").stat().st_mtime_ns == before


def test_changed_requirements_are_installed(project):
    project.require("2.0")

    assert project.set_up().returncode == 0

    assert project.installed == "2.0"


def test_an_environment_whose_set_up_was_interrupted_is_made_anew(project):
    (project.root / ".venv/installed.json").unlink()
    shutil.rmtree(next((project.root / ".venv/lib").glob("python*/site-packages/pip")))

    assert project.set_up().returncode == 0

    assert project.installed == "2.0"


def test_an_environment_of_another_python_is_made_anew(project):
    stamp = project.root / ".venv/installed.json"
    stamp.write_text(json.dumps(json.loads(stamp.read_text()) | {"python": "3.10.1"}))
    (project.root / ".venv/left-over").touch()

    assert project.set_up().returncode == 0

    assert not (project.root / ".venv/left-over").exists()


def test_a_missing_wheel_is_explained_and_the_next_run_mends_it(project):
    project.require("3.0")

    done = project.set_up()

    assert done.returncode == 1
    assert "wheels/ 里缺少上面所说的软件包" in done.stderr
    make_wheel(project.root / "wheels", "3.0")
    assert project.set_up().returncode == 0
    assert project.installed == "3.0"


def test_a_python_that_is_too_old_is_named_in_a_plain_sentence(project):
    old = "import os, runpy, sys; os.environ['PATH'] = ''; sys.version_info = (3, 9, 18); runpy.run_path(sys.argv[1], run_name='__main__')"

    done = project.set_up(sys.executable, "-c", old)

    assert done.returncode == 1
    assert done.stderr.startswith("需要 Python 3.11 或更新的版本，这里只有 3.9.18。")

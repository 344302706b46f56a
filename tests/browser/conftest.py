"""A real site in a real browser: prepared, served and left to run exactly as `make serve` does it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

PROJECT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
READY = "已经可以使用"
SECONDS_TO_START = 180

# Playwright's loop runs in the same thread as the tests that also ask the database; Django would refuse them.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@dataclass(frozen=True)
class Site:
    """A running archive. `url` has no slash at its end; `data_dir` is its own, for manage.py and for the ORM's file."""

    url: str
    data_dir: Path
    administrator: str = "administrator"
    password: str = "只在测试里使用-2026"

    def manage(self, *arguments: str, **environment: str) -> str:
        """Run `manage.py …` in the site's data folder; its output, or a failure with what it said."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env=os.environ | {"DATA_DIR": str(self.data_dir)} | environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    """The archive with its ten sample reports and one administrator, served on a free port by `manage.py serve`."""
    folder = tmp_path_factory.mktemp("site")
    data_dir, log = folder / "data", folder / "serve.log"
    port = free_port()
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=PROJECT,
            env=os.environ | {"DATA_DIR": str(data_dir), "HOST": "127.0.0.1", "PORT": str(port)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_ready(server, log)
        site = Site(f"http://127.0.0.1:{port}", data_dir)
        site.manage(
            *("createsuperuser", "--noinput", "--username", site.administrator, "--email", "administrator@example.cn"),
            DJANGO_SUPERUSER_PASSWORD=site.password,
        )
        yield site
    finally:
        server.terminate()
        server.wait(60)


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def wait_until_ready(server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while READY not in log.read_text(encoding="utf-8"):
        if server.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"The site did not start:\n{log.read_text(encoding='utf-8')}", pytrace=False)
        time.sleep(0.1)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: $CHROMIUM, or the first that is installed. Without one the tests fail; they are never skipped."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.fail(
            "没有找到浏览器，浏览器测试无法进行。请安装 Chromium（Debian、Ubuntu：sudo apt install chromium），"
            "或用环境变量 CHROMIUM 指出它的位置。\n"
            "No browser was found: install Chromium, or set CHROMIUM to where it is.",
            pytrace=False,
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


# Pages whose scripts are off, each with the session that switched them off. Playwright's own switch cannot be turned
# back on for the moment that axe-core needs to look at the page.
scripts_off: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()


def switch_scripts(page: Page, *, off: bool) -> None:
    scripts_off[page].send("Emulation.setScriptExecutionDisabled", {"value": off})


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator:
    """Opens a page for a new visitor: `visit(viewport={…}, color_scheme="dark", java_script_enabled=False)`.

    Fresh cookies, Chinese, addresses relative to the site, 10 seconds' patience.
    """
    contexts: list[BrowserContext] = []

    def visit(*, java_script_enabled: bool = True, **settings: object) -> Page:
        context = browser.new_context(base_url=site.url, locale="zh-CN", timezone_id="Asia/Shanghai", **settings)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        if not java_script_enabled:
            scripts_off[page] = context.new_cdp_session(page)
            switch_scripts(page, off=True)
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def page(visit) -> Page:
    """A visitor's page on a desk: 1440 × 900, JavaScript on. `page.goto("/search/?q=…")` takes the site's addresses."""
    return visit(viewport={"width": 1440, "height": 900})


@pytest.fixture
def page_without_scripts(visit) -> Page:
    return visit(viewport={"width": 1440, "height": 900}, java_script_enabled=False)


@pytest.fixture
def log_in(site: Site):
    """`log_in(page)`: as the administrator, through the form."""

    def log_in(page: Page) -> None:
        page.goto("/admin/login/?next=/admin/")
        page.fill("input[name=username]", site.administrator)
        page.fill("input[name=password]", site.password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url("**/admin/")

    return log_in


@pytest.fixture(scope="session")
def faults_of_accessibility():
    """`faults_of_accessibility(page)`: what axe-core objects to, every rule switched on, one line each; [] is a pass."""
    axe = Axe()

    def faults(page: Page) -> list[str]:
        if page in scripts_off:
            switch_scripts(page, off=False)
        violations = axe.run(page).response["violations"]
        if page in scripts_off:
            switch_scripts(page, off=True)
        return [
            f"{violation['id']}: {violation['help']}: {node['html'][:160]}"
            for violation in violations
            for node in violation["nodes"]
        ]

    return faults

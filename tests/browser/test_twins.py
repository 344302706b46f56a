"""Two reports that may be one, in a real browser: compared, decided and undone by keyboard alone, in every display."""

import json
import re

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from .displays import choose
from .test_admin import press

pytestmark = pytest.mark.browser

# Reading a file or checking a password takes a busy machine longer than drawing a page.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def draft(site, tmp_path_factory) -> int:
    """The number of a draft that differs from a public sample by one figure."""
    folder = tmp_path_factory.mktemp("again")
    sample = next((settings.SEEDS_DIR / "samples").glob("003_*.txt"))
    words = sample.read_text(encoding="utf-8")
    assert words.count("16742") == 1
    (folder / "又一份.txt").write_text(words.replace("16742", "16743"), encoding="utf-8")
    site.manage("ingest", str(folder), "--json", str(folder / "answer.json"))
    ((report,),) = ([*file["reports"]] for file in json.loads((folder / "answer.json").read_text(encoding="utf-8")))
    assert len(report["suspected"]) == 1
    return report["id"]


def test_a_suspected_report_is_compared_and_decided_by_keyboard_without_scripts(
    draft, page_without_scripts: Page, log_in
):
    page = page_without_scripts
    log_in(page)
    page.goto(f"/admin/review/{draft}/")
    expect(page.get_by_text("疑似重复，决定以前不能公开：")).to_be_visible()

    press(page, page.get_by_role("link", name="比对并决定"))
    expect(page).to_have_url(re.compile(rf"/admin/review/{draft}/twins/\d+/$"))
    assert page.locator(".differing mark").all_inner_texts() == ["3", "2"]
    comparison = page.url

    press(page, page.get_by_role("button", name="舍弃"))
    expect(page.get_by_text("已按“舍弃”处理。")).to_be_visible()
    expect(page.get_by_text("这一稿已不再列出，不会公开；原件保留。")).to_be_visible()

    press(page, page.get_by_role("link", name="查看或撤销"))
    press(page, page.get_by_role("button", name="撤销这个决定"))
    expect(page.get_by_text("已撤销，请重新决定。")).to_be_visible()
    assert page.url == comparison


@pytest.mark.parametrize(
    ("display", "width"), [("", 375), ("", 1920), ("theme=dark", 1024), ("size=large", 375), ("size=large", 1024)]
)
def test_the_comparison_is_accessible_and_fits_its_window(
    draft, display, width, visit, site, log_in, faults_of_accessibility
):
    page = visit(viewport={"width": width, "height": 900})
    log_in(page)
    choose(display, page, site)
    page.goto(f"/admin/review/{draft}/")
    page.get_by_role("link", name="比对并决定").click()
    page.locator("details.same summary").first.click()

    assert faults_of_accessibility(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0

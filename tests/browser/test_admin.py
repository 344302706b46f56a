"""The staff's way from two files to a public report, without scripts and by keyboard alone; every staff page under axe."""

import re
import time
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from tests.ingestion.make_pdf import pdf_of

from .displays import IN_EVERY_DISPLAY, choose

pytestmark = pytest.mark.browser

# Reading a file or checking a password takes a busy machine longer than drawing a page.
expect.set_options(timeout=20_000)

PDF_LINES = [
    "宽甸满族自治县人民法院",
    "2024年度法治政府建设情况报告",
    "\u3000\u30002024年，本院认真履行审判职责，推进府院联动，召开府院联席会议四次。",
    "\u3000\u3000全年发出司法建议三份，均获采纳。",
]


def reach(page: Page, goal: Locator) -> None:
    """Tab until `goal` has the focus, as someone without a mouse does; fails where it cannot be reached."""
    expect(goal).to_be_visible()
    for _ in range(400):
        page.keyboard.press("Tab")
        if goal.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{goal} is out of the keyboard's reach")


def press(page: Page, goal: Locator) -> None:
    reach(page, goal)
    page.keyboard.press("Enter")


def fill(page: Page, goal: Locator, words: str) -> None:
    reach(page, goal)
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(words)


def log_in_by_keyboard(page: Page, site) -> None:
    page.goto("/admin/")
    expect(page.get_by_label("用户名")).to_be_focused()
    page.keyboard.insert_text(site.administrator)
    fill(page, page.get_by_label("密码"), site.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("工作区")


def two_files(folder: Path) -> list[Path]:
    """A sample that differs by one figure from the one in the archive, and a PDF."""
    sample = next((settings.SEEDS_DIR / "samples").glob("000_*.txt"))
    altered, pdf = folder / "五大连池（更正）.txt", folder / "宽甸.pdf"
    altered.write_bytes(sample.read_bytes().replace("38件".encode(), "39件".encode(), 1))
    pdf.write_bytes(pdf_of(PDF_LINES))
    return [altered, pdf]


def wait_until_read(page: Page, files: int) -> None:
    """Look at a batch again and again, as someone without scripts does, until so many of its files are read."""
    deadline = time.monotonic() + 60
    while page.locator("tr[data-report]").count() < files:
        assert time.monotonic() < deadline, page.locator("main").inner_text()
        page.reload()


def test_two_files_are_uploaded_reviewed_published_and_withdrawn_by_keyboard_without_scripts(
    page_without_scripts: Page, site, tmp_path
):
    page = page_without_scripts
    log_in_by_keyboard(page, site)

    press(page, page.get_by_role("link", name="上传原件"))
    files = page.get_by_label("选择一个或多个文件")
    reach(page, files)
    files.set_input_files(two_files(tmp_path))  # the dialog that Enter opens is the system's, not ours
    press(page, page.get_by_role("button", name="上传"))
    expect(page).to_have_url(re.compile(r"/admin/batches/\d+/$"))
    wait_until_read(page, 2)
    press(page, page.get_by_role("link", name="宽甸.pdf"))

    press(page, page.locator("main").get_by_role("link", name="审核"))
    expect(page).to_have_url(re.compile(r"/admin/review/\d+/$"))
    number = re.search(r"/review/(\d+)/", page.url)[1]
    assert page.goto(f"/reports/{number}/").status == 404
    page.go_back()

    # A claim lights its own words.
    press(page, page.locator("#court").get_by_role("link", name="看原文"))
    expect(page).to_have_url(re.compile(r"claim=\d+#"))
    assert "".join(page.locator("mark").all_inner_texts()) == "宽甸满族自治县人民法院"
    expect(page.locator(":target")).to_contain_text("宽甸满族自治县人民法院")

    # The court is corrected by a part of its name, the year in place.
    fill(page, page.get_by_role("textbox", name="查找法院"), "wdlc")
    page.keyboard.press("Enter")
    press(page, page.get_by_role("button", name=re.compile(r"选用\s*五大连池市人民法院")))
    expect(page.locator("#court .now")).to_have_text("五大连池市人民法院")
    fill(page, page.get_by_label("更正年度"), "去年")
    page.keyboard.press("Enter")
    expect(page.locator("#year-error")).to_contain_text("请填四位年份")
    fill(page, page.get_by_label("更正年度"), "2025")
    page.keyboard.press("Enter")
    expect(page.locator("#year .now")).to_have_text("2025年度")

    # Published only with the tick, and then everybody reads it.
    reach(page, page.get_by_label("已确认可以公开"))
    page.keyboard.press("Space")
    press(page, page.get_by_role("button", name="公开", exact=True))
    expect(page.get_by_text("已公开，读者现在可以看到。")).to_be_visible()
    press(page, page.get_by_role("link", name="公开页面"))
    expect(page.locator(".facts")).to_contain_text("五大连池市人民法院")
    expect(page.locator(".facts")).to_contain_text("人工核对")
    assert site.administrator not in page.content()

    # And taken back, with the reason at its address.
    page.go_back()
    fill(page, page.get_by_label("撤回原因"), "试公开后撤回")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已撤回；原来的地址会说明原因。")).to_be_visible()
    assert page.goto(f"/reports/{number}/").status == 410
    expect(page.locator("main")).to_contain_text("试公开后撤回")


STAFF_PAGES = [
    "/admin/login/",
    "/admin/",
    "/admin/uploads/",
    "/admin/uploads/5/",
    "/admin/review/",
    "/admin/review/?status=published",
    "/admin/review/2/",
    "/admin/review/1/?court=吉林",
    "/admin/review/1/?view=read",
    "/admin/review/1/text/",
    "/admin/review/6/lines/?from=2&to=3",
    "/admin/review/1/figures/",
    "/admin/review/2/figures/?figure=1",
    "/admin/reports/indicatorkind/1/change/",
    "/admin/courts/?q=songyuan",
    "/admin/courts/109/?q=长春",
    "/admin/reports/court/109/change/",
    "/admin/reports/theme/",
    "/admin/themes/1/",
    "/admin/reports/event/",
    "/admin/auth/user/add/",
]


@IN_EVERY_DISPLAY
def test_staff_pages_are_accessible_and_fit_their_window(
    third, display, width, scripts, visit, site, log_in, faults_of_accessibility
):
    page = visit(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
    log_in(page)
    choose(display, page, site)

    found = {}
    for address in STAFF_PAGES[third::3]:
        page.goto(address)
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found[address] = faults_of_accessibility(page) + ([f"{overflow} px too wide"] if overflow > 0 else [])

    assert {address: faults for address, faults in found.items() if faults} == {}


def test_an_administrator_sees_what_new_expressions_change_before_saving_them(visit, site, log_in):
    page = visit(java_script_enabled=False)
    log_in(page)
    page.goto("/admin/reports/theme/")
    page.get_by_role("link", name="智慧法院").click()
    page.get_by_role("link", name="看会改变哪些报告").click()
    old = page.get_by_label("提示这一主题的说法").input_value()

    page.get_by_label("提示这一主题的说法").fill(f"{old}|调解")
    page.get_by_role("button", name="看会改变哪些报告").click()

    expect(page.get_by_text("篇报告里，")).to_contain_text("智慧法院增加")
    expect(page.locator(".trial")).to_be_hidden()
    assert "调解" in page.locator(".effects td q").first.inner_text()
    page.get_by_role("button", name="保存新的表达式").click()
    expect(page.get_by_text("表达式已保存")).to_be_visible()
    expect(page.locator(".history")).to_contain_text(f"{old} → {old}|调解")


def test_figures_are_decided_by_keyboard_alone(visit, site, log_in, faults_of_accessibility):
    page = visit(viewport={"width": 1280, "height": 900})
    log_in(page)
    page.goto("/admin/review/1/figures/")
    panel, current = page.get_by_role("region", name="核对数据"), page.locator("#current")

    def press(key: str) -> None:
        page.wait_for_load_state("load")
        expect(panel).to_be_focused()
        page.keyboard.press(key)

    expect(current).to_contain_text("审执结行政诉讼和行政执行案件")

    press("j")
    expect(current).to_contain_text("向相关部门发出司法建议")
    expect(page.locator(".fig.meant")).to_have_text("3份")
    expect(page.locator("mark").first).to_be_in_viewport()
    press("ArrowRight")
    expect(current.get_by_text("第 3 个")).to_be_visible()
    press("k")
    expect(current.get_by_text("第 2 个")).to_be_visible()

    press("a")
    expect(page.get_by_role("status")).to_have_text("已确认。")
    expect(current.get_by_text("第 3 个")).to_be_visible()
    press("r")
    expect(page.get_by_role("status")).to_have_text("已否定。")
    expect(current.get_by_text("第 4 个")).to_be_visible()

    press("e")
    expect(page.get_by_label("数值")).to_be_focused()
    page.keyboard.insert_text("约二")
    page.keyboard.press("Enter")
    expect(page.get_by_text("数值“约二”不能识别。")).to_be_visible()
    assert faults_of_accessibility(page) == []
    page.get_by_label("数值").press("Escape")
    press("e")
    expect(page.get_by_label("数值")).to_be_focused()
    page.keyboard.insert_text("12")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("次")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("已更正。")

    rows = page.locator(".all-figures li")
    expect(rows.nth(1)).to_have_text("向相关部门发出司法建议　3份已采用")
    expect(rows.filter(has_text="庭审观摩　3次")).to_have_text("组织行政机关工作人员参加庭审观摩　3次已否定")
    expect(rows.filter(has_text="12次人工填写")).to_have_text("为行政执法人员上法治课　12次人工填写")


def test_figures_are_decided_without_scripts(visit, site, log_in):
    page = visit(viewport={"width": 375, "height": 900}, java_script_enabled=False)
    log_in(page)
    page.goto("/admin/review/3/figures/")

    page.locator(".all-figures").get_by_role("link", name="清积率").click()
    expect(page.locator(".fig.meant")).to_have_text("100%")
    page.get_by_text("更正", exact=False).first.click()
    page.get_by_label("数值").fill("99")
    page.get_by_role("button", name="保存更正").click()

    expect(page.get_by_role("status")).to_have_text("已更正。")
    expect(page.locator(".all-figures")).to_contain_text("清积率　99%人工填写")

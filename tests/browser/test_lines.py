"""A newspaper page that was parted wrongly, mended by keyboard alone: split, merged, taken back, with scripts and without."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ingestion.gold import Lines, compared, expected, sample_bytes

from .conftest import scripts_off
from .test_admin import fill, log_in_by_keyboard, press, reach

pytestmark = pytest.mark.browser

# What told the second article, whose heading was never printed, from the first.
CAPTION = "松原市中级人民法院积极开展以庭代训活动,切实提升行政执法能力水平。崔苍竹 摄"
GOLD = expected("004")
FIRST = [line for line in GOLD[0] if line != compared("caption", CAPTION)]
SECOND = GOLD[1]


def ingest(site, folder: Path, name: str) -> None:
    """The page with its first two articles read as one; the name makes it a file of its own."""
    file = folder / f"{name}.txt"
    file.write_bytes(sample_bytes("004").replace(CAPTION.encode(), b"") + f"\n注：{name}\n".encode())
    site.manage("ingest", str(file))


def open_first_article(page: Page, name: str) -> None:
    """By keyboard, from the list of what waits for review to the lines of the file's first article."""
    press(page, page.get_by_role("link", name="审核", exact=True))
    fill(page, page.get_by_label("标题、法院或文件名"), name)
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    press(page, page.locator("main a[href^='/admin/review/']").filter(has_text="府院联动 书写法治政府新篇章").first)
    press(page, page.get_by_role("link", name="拆分、合并、逐行整理"))
    expect(page.get_by_role("heading", level=1)).to_have_text("逐行整理")


def lines(page: Page) -> Lines:
    """What the page shows, once it hears the keys."""
    if page not in scripts_off:
        expect(page.locator(".lines")).to_be_focused()
    return [
        compared(line.get_attribute("data-kind"), line.locator(".said").inner_text())
        for line in page.locator(".lines > li").all()
    ]


def place_of_second(page: Page) -> int:
    return next(place for place, line in enumerate(lines(page)) if line == SECOND[0])


def test_a_wrongly_joined_article_is_split_and_merged_and_all_taken_back_with_arrow_keys_and_letters(
    page: Page, site, tmp_path
):
    ingest(site, tmp_path, "甲日报")
    log_in_by_keyboard(page, site)
    open_first_article(page, "甲日报")
    joined = lines(page)
    assert joined == [*FIRST, *SECOND]

    # The lines have the focus already: down to the first line of the second article, all to the end, n.
    for _ in range(place_of_second(page)):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+End")
    expect(page.locator(".lines [aria-selected=true]")).to_have_count(len(SECOND))
    page.keyboard.press("n")
    expect(page.get_by_role("status")).to_contain_text("已另作一篇：第6篇")
    assert lines(page) == FIRST
    address = page.url.split("?")[0]
    press(page, page.locator(".candidates a").filter(has_text="第6篇"))
    expect(page.locator("header")).to_contain_text(["第6篇，第1版"])
    assert lines(page) == SECOND

    # Back to the first, and the second put at its end again.
    press(page, page.locator(".candidates a").filter(has_text="第1篇"))
    page.wait_for_url(address)
    assert lines(page) == FIRST
    page.keyboard.press("g")
    expect(page.get_by_label("把哪一篇接到本篇末尾")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("第6篇已接到本篇末尾。")
    assert lines(page) == joined

    # Both steps taken back, the second one after the page was opened anew.
    page.keyboard.press("u")
    expect(page.get_by_role("status")).to_have_text("已撤销：合并。")
    assert lines(page) == FIRST
    page.goto(address)
    assert lines(page) == FIRST
    page.keyboard.press("u")
    expect(page.get_by_role("status")).to_have_text("已撤销：另作一篇。")
    assert lines(page) == joined
    expect(page.locator(".candidates li")).to_have_count(4)


def test_the_same_without_scripts(page_without_scripts: Page, site, tmp_path):
    page = page_without_scripts
    ingest(site, tmp_path, "乙日报")
    log_in_by_keyboard(page, site)
    open_first_article(page, "乙日报")
    joined = lines(page)

    fill(page, page.get_by_label("从", exact=True), str(place_of_second(page) + 1))
    fill(page, page.get_by_label("到", exact=True), str(len(joined)))
    press(page, page.get_by_role("button", name="另作一篇"))
    expect(page.get_by_role("status")).to_contain_text("已另作一篇：第6篇")
    assert lines(page) == FIRST

    reach(page, page.get_by_label("把哪一篇接到本篇末尾"))
    page.keyboard.press("End")
    press(page, page.get_by_role("button", name="接到本篇末尾"))
    expect(page.get_by_role("status")).to_have_text("第6篇已接到本篇末尾。")
    assert lines(page) == joined

    for undone in ("合并", "另作一篇"):
        press(page, page.get_by_role("button", name="撤销"))
        expect(page.get_by_role("status")).to_have_text(f"已撤销：{undone}。")
    assert lines(page) == joined


def test_a_line_is_broken_where_enter_is_pressed_and_joined_again(page: Page, site, tmp_path):
    ingest(site, tmp_path, "丙日报")
    log_in_by_keyboard(page, site)
    open_first_article(page, "丙日报")
    before = lines(page)

    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("b")
    expect(page.get_by_label(re.compile("把光标放在第二行"))).to_be_focused()
    page.keyboard.press("Control+Home")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("已断开，成为 2 行。")
    assert [words for _, words in lines(page)[3:5]] == [before[3][1][:5], before[3][1][5:]]

    # The two lines are chosen: j makes them one.
    page.keyboard.press("j")
    expect(page.get_by_role("status")).to_have_text("已合为一行。")
    assert lines(page) == before


def test_a_click_chooses_a_line_and_a_click_with_shift_all_up_to_it(page: Page, site, log_in):
    log_in(page)
    page.goto("/admin/review/6/lines/")

    page.locator("#r3 .said").click()
    page.locator("#r5 .said").click(modifiers=["Shift"])

    expect(page.locator(".lines [aria-selected=true]")).to_have_count(3)
    expect(page.get_by_label("从", exact=True)).to_have_value("3")
    expect(page.get_by_label("到", exact=True)).to_have_value("5")

"""The search page as people use it: by mouse, by keyboard, on a phone, without scripts."""

import csv
import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

FOUND = "/search/?q=府院联动 司法建议 枫桥式人民法庭&region=220700&year=2023&year=unknown"
EMPTY = "/search/?q=“紫雾岛” 五大连池&year=2023"
PASSAGES = "/search/?part=存在的不足和原因&part=下一年安排"
PAGES = [
    FOUND,
    EMPTY,
    PASSAGES,
    "/search/?q=“机制”&part=存在的不足和原因",
    "/search/",
    "/search/?year_from=2023&year_to=2019&page=abc",
    "/search/help/",
]
BOX = "检索报告全文"
PHONE = {"width": 375, "height": 812}


def suggested(page: Page) -> Locator:
    return page.get_by_role("listbox", name="可以检索").get_by_role("option")


def test_words_filters_and_chips_work_without_scripts(page_without_scripts: Page):
    page = page_without_scripts
    page.goto("/search/")
    page.get_by_label(BOX).fill("府院联动 司法建议")
    page.get_by_role("button", name="检索", exact=True).click()
    everywhere = page.locator("#count").inner_text()

    page.get_by_role("checkbox", name="中级").check()
    page.get_by_role("button", name="应用筛选").click()

    expect(page.locator("#count")).to_have_text("1 篇报告")
    expect(page.locator(".hit h3")).to_have_text(["府院联动 书写法治政府新篇章"])
    expect(page.get_by_label(BOX)).to_have_value("府院联动 司法建议")

    page.get_by_role("link", name="移除 层级：中级").click()

    expect(page.locator("#count")).to_have_text(everywhere)


@pytest.mark.parametrize("width", [375, 1280])
def test_the_regions_that_do_not_fit_are_under_the_others(page_without_scripts: Page, width: int):
    page = page_without_scripts
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/search/?" + "&".join(f"region={code}0000" for code in (11, 12, 13, 14, 21, 22, 23)))
    if width == 375:
        page.locator(".facets > summary").click()
    tree = page.locator(".tree")
    more = tree.get_by_text(re.compile("全部 [0-9]+ 个地区"))
    above, here, around = tree.locator("> ul > li").last.bounding_box(), more.bounding_box(), tree.bounding_box()

    assert above["y"] + above["height"] <= here["y"]
    assert (here["y"] + here["height"] <= around["y"] + around["height"], here["x"]) == (True, around["x"])

    more.click()

    expect(tree.locator("> details > ul > li").first).to_be_visible()


def test_words_within_the_results_and_another_order_keep_the_rest(page_without_scripts: Page):
    page = page_without_scripts
    page.goto("/search/?q=府院联动&type=新闻报道")

    page.get_by_label("结果中检索").fill("“法官说法”")
    page.get_by_role("button", name="再检").click()
    page.get_by_label("排序").select_option("年度新到旧")
    page.get_by_role("button", name="排序").click()

    expect(page.locator(".hit h3")).to_have_text(["协同联动 形成化解行政争议新格局"])
    expect(page.get_by_role("link", name="移除 结果中：“法官说法”")).to_be_visible()
    expect(page.get_by_role("link", name="移除 类型：新闻报道")).to_be_visible()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_list_is_taken_away_as_a_file_without_scripts(page_without_scripts: Page, tmp_path, kind):
    page = page_without_scripts
    page.goto("/search/?q=府院联动&type=新闻报道&sort=court")
    titles = page.locator(".hit h3").all_inner_texts()

    with page.expect_download() as started:
        page.get_by_role("link", name=f"整个列表存为 {kind.upper()} 表格").click()

    file = tmp_path / started.value.suggested_filename
    started.value.save_as(file)
    assert file.name.startswith("法治年报库-府院联动-")
    assert file.suffix == f".{kind}"
    if kind == "csv":
        rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    else:
        rows = list(load_workbook(file)["结果"].values)
    assert len(titles) > 1
    assert [row[1] for row in rows] == ["标题", *titles]


def test_what_a_province_lacked_in_a_year_is_two_presses_from_the_home_page_without_scripts(page_without_scripts: Page):
    page = page_without_scripts
    page.goto("/")
    page.get_by_role("link", name="黑龙江").first.click()
    page.get_by_role("link", name="存在的不足和原因").click()

    expect(page).to_have_url(re.compile(r"region=230000&year=2023&part="))
    expect(page.locator("#count")).to_have_text("1 篇报告")
    expect(page.locator(".hit .words")).to_contain_text("一是院领导干部优先运用法治思维")
    page.get_by_role("link", name="第9段").click()
    expect(page.locator(":target")).to_contain_text("推进法治政府建设存在的不足和原因")


def test_a_snippet_leads_to_its_paragraph(page: Page):
    page.goto("/search/?q=“法院预警”")
    page.locator(".snip .at a").first.click()

    expect(page.locator(":target")).to_contain_text("法院预警")


def test_a_suggestion_is_chosen_by_keyboard(page: Page):
    page.goto("/search/")
    box = page.get_by_role("combobox", name=BOX)
    box.press_sequentially("changlingxian")
    expect(suggested(page)).to_have_text(["长岭县人民法院吉林 松原"])

    box.press("ArrowDown")
    expect(suggested(page)).to_have_attribute("aria-selected", "true")
    box.press("Enter")

    page.wait_for_url("**/search/?q=*")
    expect(page.get_by_role("combobox", name=BOX)).to_have_value("长岭县人民法院")


def test_escape_closes_the_suggestions_and_keeps_what_was_typed(page: Page):
    page.goto("/search/")
    box = page.get_by_role("combobox", name=BOX)
    box.press_sequentially("诉源")
    expect(suggested(page).first).to_be_visible()

    box.press("Escape")

    expect(suggested(page)).to_have_count(0)
    expect(box).to_have_value("诉源")


def test_on_a_phone_the_filters_lie_folded_under_one_line(visit):
    page = visit(viewport=PHONE)
    page.goto(FOUND)
    expect(page.locator(".facets > summary")).to_have_text("筛选　已选 3 项")
    expect(page.get_by_role("button", name="应用筛选")).to_be_hidden()

    page.locator(".facets > summary").click()

    expect(page.get_by_role("button", name="应用筛选")).to_be_visible()


@pytest.mark.parametrize("width", [320, 375, 768, 1024, 1440, 1920])
@pytest.mark.parametrize("size", ["", "large"])
def test_no_page_is_wider_than_the_window(visit, site, width, size):
    page = visit(viewport={"width": width, "height": 900})
    page.context.add_cookies([{"name": "size", "value": size, "url": site.url}])
    for address in PAGES:
        page.goto(address)

        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


@pytest.mark.parametrize("width", [375, 1024, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["", "large"])
def test_axe_has_nothing_to_object_to(visit, site, faults_of_accessibility, width, scheme, size):
    page = visit(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.context.add_cookies([{"name": "size", "value": size, "url": site.url}])
    for address in PAGES:
        page.goto(address)

        assert faults_of_accessibility(page) == [], address


def test_axe_has_nothing_to_object_to_while_suggestions_are_open(page: Page, faults_of_accessibility):
    page.goto(FOUND)
    box = page.get_by_role("combobox", name=BOX)
    box.fill("诉源")
    expect(suggested(page).first).to_be_visible()
    box.press("ArrowDown")

    assert faults_of_accessibility(page) == []

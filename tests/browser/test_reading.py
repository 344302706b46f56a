"""Reading, from the home page to a citation, as people do it: with and without scripts, by mouse and by keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from .displays import IN_EVERY_DISPLAY, choose

pytestmark = pytest.mark.browser

KINDS_OF_PAGE = [
    "/",
    "/reports/",
    "/reports/?region=220700&year=x&page=9",
    "/reports/1/",
    "/reports/1/?figure=18",
    "/courts/",
    "/courts/?region=220000",
    "/courts/?q=宁江",
    "/courts/109/",
    "/regions/",
    "/regions/220700/",
    "/years/",
    "/years/2023/",
    "/themes/",
    "/themes/府院联动/",
    "/about/",
    "/nowhere/",
]


@IN_EVERY_DISPLAY
def test_pages_are_accessible_and_fit_their_window(
    third, display, width, scripts, visit, site, faults_of_accessibility
):
    page = visit(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
    choose(display, page, site)

    found = {}
    for address in KINDS_OF_PAGE[third::3]:
        page.goto(address)
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found[address] = faults_of_accessibility(page) + ([f"{overflow} px too wide"] if overflow > 0 else [])

    assert {address: faults for address, faults in found.items() if faults} == {}


def test_a_report_is_found_read_and_cited_without_scripts(page_without_scripts: Page):
    page = page_without_scripts
    page.goto("/")
    page.get_by_role("link", name="黑龙江").click()
    page.get_by_role("link", name="五大连池法院2023年法治政府建设年度报告").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("五大连池法院2023年法治政府建设年度报告")
    page.get_by_role("navigation", name="本篇目录").get_by_role("link", name="（二）促进能动司法").click()
    expect(page.locator(":target")).to_contain_text("促进能动司法")
    expect(page.locator(".cite")).to_contain_text(
        "五大连池市人民法院. 五大连池法院2023年法治政府建设年度报告[R/OL]. 法治年报库"
    )
    expect(page.locator(".cite")).to_contain_text("/v1/")
    expect(page.get_by_role("button", name="复制引文")).to_be_hidden()

    with page.expect_download() as download:
        page.get_by_role("link", name="下载原件").click()
    assert download.value.suggested_filename.endswith(".txt")


def test_a_theme_shows_its_evidence_in_place_without_scripts(page_without_scripts: Page):
    page = page_without_scripts
    page.goto("/reports/1/")
    link = page.get_by_role("link", name="：诉源治理")
    places = int(re.search(r"\d+", link.inner_text())[0])

    link.click()

    assert page.locator("mark").count() >= places > 0
    expect(page.locator(":target mark").first).to_be_in_viewport()
    page.get_by_role("link", name="不再标出").click()
    expect(page.locator("mark")).to_have_count(0)


def test_larger_text_and_dark_pages_stay_chosen_without_scripts(page_without_scripts: Page):
    page = page_without_scripts
    page.goto("/years/2023/?a=1")
    page.get_by_role("button", name="大字").click()
    page.get_by_role("button", name="深色").click()

    assert page.url.endswith("/years/2023/?a=1")
    page.goto("/themes/")
    expect(page.locator("html")).to_have_attribute("data-size", "large")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"

    page.get_by_role("button", name="浅色").click()
    page.get_by_role("button", name="大字").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "16px"


def test_the_dark_button_says_what_it_will_do_where_the_system_is_dark(visit):
    page = visit(color_scheme="dark")
    page.goto("/about/")

    expect(page.get_by_role("button", name="浅色")).to_be_visible()
    expect(page.get_by_role("button", name="深色")).to_be_hidden()


def test_a_report_is_reached_and_read_by_keyboard_alone(page: Page):
    page.goto("/reports/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("跳到正文")
    page.keyboard.press("Enter")
    title = page.locator(".hit a").first
    for _ in range(20):
        page.keyboard.press("Tab")
        if title.evaluate("link => link === document.activeElement"):
            break
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"/reports/\d+/$"))
    anchor = page.locator(".no").first
    anchor.focus()
    assert anchor.evaluate("link => getComputedStyle(link).opacity") == "1"


def test_the_citation_is_copied_at_one_press(page: Page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/reports/1/")

    page.get_by_role("button", name="复制引文").click()

    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator(".cite").inner_text()


def test_a_figure_opens_its_sentence_and_is_copied_with_its_source(page: Page, site):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/reports/1/")

    page.get_by_role("link", name="见第6段：调解成功率").click()
    expect(page.locator(".fig.meant")).to_be_in_viewport()
    expect(page.locator(".fig.meant")).to_have_text("89.96%")
    page.get_by_role("button", name="复制数据和出处").click()

    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert copied[0] == "五大连池市人民法院2023年度，调解成功率 89.96%。"
    assert copied[1].startswith("原文：新收诉前调解案件774件，")
    assert copied[2].endswith(f"{site.url}/reports/1/v1/#p6")


def test_a_figure_is_cited_without_scripts_on_a_phone(visit):
    page = visit(viewport={"width": 375, "height": 812}, java_script_enabled=False)
    page.goto("/reports/1/")
    expect(page.get_by_role("table")).to_be_hidden()

    page.locator(".figures summary").click()
    page.get_by_role("link", name="见第6段：调解成功率").click()

    expect(page.locator("#figure-citation")).to_contain_text("调解成功率 89.96%")
    expect(page.get_by_role("button", name="复制数据和出处")).to_be_hidden()


def test_what_is_copied_from_a_paragraph_is_the_stored_text(page: Page):
    page.goto("/reports/1/")
    paragraphs = page.locator(".p > p").all_inner_texts()
    headings = page.locator(".text h2, .text h3").all_inner_texts()

    text = page.request.get("/reports/1/text/").text().split("\n")

    assert [line for line in text if line in paragraphs] == paragraphs
    assert [line for line in text if line in headings] == headings


def test_a_printed_report_is_its_text_facts_and_citation(page: Page):
    page.goto("/reports/1/")
    page.emulate_media(media="print")

    for shown in (".text h1", ".p > p", ".facts .cite", ".facts .dl"):
        expect(page.locator(shown).first).to_be_visible()
    for hidden in (".mast nav", ".prefs", ".toc", ".crumb", ".no", ".acts"):
        expect(page.locator(hidden).first).to_be_hidden()


def test_no_page_asks_anyone_but_the_site(page: Page, site):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for address in KINDS_OF_PAGE:
        page.goto(address)

    assert [url for url in asked if not url.startswith((site.url + "/", "data:"))] == []


def test_the_policy_stops_nothing_of_our_own(page: Page):
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if "404" not in message.text else None)
    for address in KINDS_OF_PAGE:
        page.goto(address)

    assert complaints == []

"""对照原件: a paragraph and its place on the page of the original, side by side, with and without scripts."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.ingestion.make_pdf import pdf_of

from .displays import choose

pytestmark = pytest.mark.browser

FIRST = [
    "东营市东营区人民法院2019年工作总结",
    "　　一是强化诉讼服务。全年窗口接待来访群众五千人次，为",
    "老年人、残疾人开通绿色通道，当场立案率稳步提升，好评如潮。",
    "全院干警认真履行职责，推进法治政府建设，取得了明显成效和",
    "经验。",
    "　　二是强化巡回审判。在六个乡镇设立巡回审判点，把法庭",
    "开到田间地头，方便群众诉讼，减轻群众往返奔波之苦，受到了",
]
SECOND = [
    "当地干部群众的一致好评，全年巡回开庭一百二十场次，就地化",
    "解纠纷八十件。",
    "　　三是强化司法救助。对经济困难的当事人缓减免诉讼费，让",
    "群众打得起官司，感受到司法的温度，全年发放司法救助金九十",
    "万元。",
]


@pytest.fixture(scope="module")
def report(site, tmp_path_factory) -> Iterator[int]:
    """The id of a public report that was read from a PDF of two pages."""
    folder = tmp_path_factory.mktemp("originals")
    (folder / "总结.pdf").write_bytes(pdf_of(FIRST, SECOND))
    site.manage("ingest", str(folder / "总结.pdf"), "--publish", "--json", str(folder / "told.json"))
    told = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    pk = int(re.search(r'"(?:id|report)": (\d+)', json.dumps(told))[1])
    yield pk
    site.manage(
        "shell",
        "-c",
        "from reports import publishing; from reports.models import Report; "
        f"publishing.withdraw(Report.objects.get(pk={pk}), None, '只供测试')",
    )


@pytest.mark.parametrize(
    ("display", "width", "scripts"),
    [("", 375, True), ("theme=dark", 1280, False), ("size=large", 1280, True), ("", 1920, False)],
)
def test_the_page_beside_the_text_is_accessible_and_fits(
    display, width, scripts, report, visit, site, log_in, faults_of_accessibility
):
    page = visit(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
    choose(display, page, site)
    log_in(page)

    found = {}
    for address in (
        f"/reports/{report}/",
        f"/reports/{report}/?page=2&at=p3#p3",
        f"/admin/review/{report}/?page=1&at=p1#p1",
    ):
        page.goto(address)
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found[address] = faults_of_accessibility(page) + ([f"{overflow} px too wide"] if overflow > 0 else [])

    assert {address: faults for address, faults in found.items() if faults} == {}


def test_a_marker_opens_the_page_at_the_paragraph_without_scripts(page_without_scripts: Page, report):
    page = page_without_scripts
    page.goto(f"/reports/{report}/")
    page.get_by_role("link", name="对照原件第2页").click()

    expect(page).to_have_url(re.compile(r"\?page=2&at=p2#p2$"))
    picture = page.get_by_role("img", name="原件第2页，文字见正文")
    expect(picture).to_be_in_viewport()
    expect(page.locator("#p2")).to_be_in_viewport()
    expect(picture).to_have_js_property("naturalWidth", 1190)
    expect(picture).to_have_js_property("naturalHeight", 1684)
    marked, whole = page.locator("rect.at").bounding_box(), picture.bounding_box()
    assert page.locator("rect.at").count() == 1
    assert (marked["y"] - whole["y"]) / whole["height"] == pytest.approx(62 / 842 - 0.012, abs=0.01)

    page.get_by_role("link", name="上一页").click()
    expect(page.get_by_role("img", name="原件第1页，文字见正文")).to_be_in_viewport()
    page.locator("#p1 .no").click()
    expect(page.locator("rect.at")).to_have_attribute("data-at", "p1")
    page.wait_for_load_state()  # until the picture is drawn
    page.get_by_role("link", name="收起").click()
    expect(page).to_have_url(re.compile(rf"/reports/{report}/#p1$"))
    expect(page.locator(".leaf")).to_have_count(0)


def test_a_paragraph_and_its_place_point_at_each_other(page: Page, report):
    page.goto(f"/reports/{report}/?page=2")
    assert page.locator("rect.at").count() == 0

    page.locator("#p3").hover()
    expect(page.locator("rect.over")).to_have_attribute("data-at", "p3")
    page.locator("rect[data-at=p2]").click()
    expect(page.locator("rect.at")).to_have_attribute("data-at", "p2")
    expect(page.locator(":target")).to_have_id("p2")
    page.locator("#p3 .no").click()
    expect(page.locator("rect.at")).to_have_attribute("data-at", "p3")
    assert page.url.endswith(f"/reports/{report}/?page=2#p3")


def test_on_a_phone_page_and_paragraph_are_in_view_together(visit, report):
    page = visit(viewport={"width": 375, "height": 700})
    page.goto(f"/reports/{report}/?page=2&at=p3#p3")

    expect(page.locator("rect.at")).to_be_in_viewport()
    expect(page.locator("#p3")).to_be_in_viewport()
    leaf, paragraph = page.locator(".leaf").bounding_box(), page.locator("#p3").bounding_box()
    assert leaf["y"] + leaf["height"] <= paragraph["y"] + 1


def test_the_page_is_enlarged_around_the_place(page: Page, report):
    page.goto(f"/reports/{report}/?page=2&at=p3#p3")
    picture = page.get_by_role("img", name="原件第2页，文字见正文")
    before = picture.bounding_box()["width"]

    page.get_by_label("放大").check()

    assert picture.bounding_box()["width"] == pytest.approx(2 * before, abs=2)
    expect(page.locator("rect.at")).to_be_in_viewport()


def test_the_page_is_not_printed_nor_copied(page: Page, report):
    page.goto(f"/reports/{report}/?page=2&at=p3#p3")
    copied = page.locator("#p2 > p").inner_text()
    page.emulate_media(media="print")

    expect(page.locator(".leaf")).to_be_hidden()
    expect(page.locator("#p2")).to_be_visible()
    assert copied == "".join([*FIRST[5:], *SECOND[:2]]).strip()

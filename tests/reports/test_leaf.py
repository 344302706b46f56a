"""对照原件: a page of the original beside the text, for readers and for reviewers, with and without a place asked for."""

import re

import pytest
from django.test import Client

from reports.models import Report, SourceFile, Status
from tests.factories import make_report, make_source
from tests.ingestion.make_pdf import pdf_of

pytestmark = pytest.mark.django_db

TITLE, FIRST, SECOND = "工作总结", "全年审结行政案件三十八件。", "诉前调解成功率持续上升。"
BOX = "1000 2000 9000 2500"


def a_source(kind: str = "pdf", **second_page) -> SourceFile:
    """Title and first paragraph on page 3, the second paragraph on page 4."""
    source = make_source(pdf_of(["甲"], ["乙"], [TITLE, FIRST], [SECOND]), name="总结.pdf", kind=kind)
    source.pages = [
        {"number": 1, "text": ""},
        {"number": 2, "text": ""},
        {"number": 3, "text": f"{TITLE}\n{FIRST}", "boxes": [[1000, 1000, 9000, 1500], [1000, 2000, 9000, 2500]]},
        {"number": 4, "text": SECOND, "boxes": [[500, 500, 5000, 900]], **second_page},
    ]
    source.save()
    return source


def a_report(source: SourceFile, status: str = Status.PUBLISHED) -> Report:
    report = make_report(title=TITLE, text=f"{FIRST}\n{SECOND}", source=source, status=status)
    report.texts.update(pages=[[0, 3], [len(TITLE) + 1 + len(FIRST) + 1, 4]])
    return report


def page(address: str, client: Client | None = None) -> str:
    return (client or Client()).get(address).content.decode()


def places(html: str) -> list[tuple[str, str, str, str, str, bool]]:
    """Every frame on the page: whose, x, y, width, height, and whether it is the one asked for."""
    found = re.findall(r'<rect data-at="(\w+)" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"( class="at")?/>', html)
    return [(*place, chosen != "") for *place, chosen in found]


def test_nothing_is_shown_beside_the_text_until_it_is_asked_for():
    html = page(f"/reports/{a_report(a_source()).pk}/")

    assert 'class="leaf"' not in html
    assert '<a href="?page=3#l1">对照原件 4 页</a>' in html
    assert 'href="#p1" aria-label="第1段的固定地址"' in html


def test_a_page_marker_leads_to_the_page_and_the_paragraph_that_begins_there():
    html = page(f"/reports/{a_report(a_source()).pk}/")

    assert re.findall(r'<a class="pb top" data-p="(.*?)" href="(.*?)" aria-label="(.*?)"></a>', html) == [
        ("原件3页", "?page=3&amp;at=l1#l1", "对照原件第3页"),
        ("原件4页", "?page=4&amp;at=p2#p2", "对照原件第4页"),
    ]


def test_the_page_stands_beside_the_text_with_the_place_of_every_paragraph():
    report = a_report(a_source())
    html = page(f"/reports/{report.pk}/?page=3&at=p1")

    assert f'<img src="/reports/{report.pk}/pages/3/" alt="原件第3页，文字见正文">' in html
    assert places(html) == [
        ("l1", "960", "960", "8080", "580", False),
        ("p1", "960", "1960", "8080", "580", True),
    ]


def test_pages_are_turned_among_those_that_the_text_stands_on():
    report = a_report(a_source())

    def turns(number: int) -> list[tuple[str, str]]:
        return re.findall(r'<a rel="(prev|next)" href="(.*?)">', page(f"/reports/{report.pk}/?page={number}"))

    assert [turns(3), turns(4)] == [[("next", "?page=4#p2")], [("prev", "?page=3#l1")]]


def test_while_a_page_is_open_a_paragraph_s_number_leads_to_its_place_there():
    html = page(f"/reports/{a_report(a_source()).pk}/?page=3")

    assert re.findall(r'<a class="no" href="(.*?)"', html) == ["?page=3&amp;at=p1#p1", "?page=4&amp;at=p2#p2"]


def test_closing_the_page_leads_back_to_the_paragraph():
    address = f"/reports/{a_report(a_source()).pk}/v1/"

    assert f'<a href="{address}#p2">收起</a>' in page(f"{address}?page=4&at=p2")
    assert f'<a href="{address}#p2">收起</a>' in page(f"{address}?page=4")


@pytest.mark.parametrize("asked", ["page=1", "page=5", "page=x", "page=", "page=３", "page=3'&at=\"><script>", "at=p1"])
def test_what_is_no_page_of_the_text_opens_none_and_breaks_nothing(asked):
    response = Client().get(f"/reports/{a_report(a_source()).pk}/?{asked}")

    assert response.status_code == 200
    assert 'class="leaf"' not in response.content.decode()


def test_a_place_that_is_none_marks_nothing():
    html = page(f'/reports/{a_report(a_source()).pk}/?page=3&at=p9"><script>')

    assert [chosen for *_, chosen in places(html)] == [False, False]
    assert 'p9"><script>' not in html


def test_a_scanned_page_says_how_surely_it_was_read():
    report = a_report(a_source(sure=0.976))
    html = page(f"/reports/{report.pk}/?page=4")

    assert "<b>原件第4页</b><span>识别自扫描件，把握 97%</span>" in html
    assert re.findall(r'class="(pb[^"]*)" data-p="(.*?)"', html) == [("pb top", "原件3页"), ("pb top scan", "原件4页")]


def test_without_an_original_that_is_public_no_page_is_offered():
    source = a_source()
    report = a_report(source)
    make_report(source=source, article_number=2, status=Status.DRAFT)
    html = page(f"/reports/{report.pk}/?page=3")

    assert "对照原件" not in html
    assert 'class="leaf"' not in html
    assert '<span class="pb top" data-p="原件4页"></span>' in html


@pytest.mark.parametrize("kind", ["txt", "docx", "html"])
def test_what_has_no_pages_or_was_not_printed_yet_offers_no_pictures(kind):
    source = a_source(kind)
    source.pages = [{"number": page["number"], "text": page["text"]} for page in source.pages]
    source.save()
    html = page(f"/reports/{a_report(source).pk}/?page=3")

    assert "对照原件" not in html
    assert 'class="leaf"' not in html


def test_words_that_stand_nowhere_on_the_pages_have_no_marker_and_no_way_to_one():
    report = a_report(a_source())
    report.texts.update(pages=[[0, None]])
    html = page(f"/reports/{report.pk}/?page=3")

    assert "对照原件" not in html
    assert 'class="leaf"' not in html


def test_a_reviewer_sees_the_page_of_a_draft(admin_client: Client):
    report = a_report(a_source(), Status.DRAFT)
    address = f"/admin/review/{report.pk}/"

    assert '<a href="?page=3#l1">对照原件</a>' in page(address, admin_client)
    html = page(f"{address}?page=4&at=p2", admin_client)
    assert f'<img src="/admin/uploads/{report.source_id}/pages/4/"' in html
    assert places(html) == [("p2", "460", "460", "4580", "480", True)]

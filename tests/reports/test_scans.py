"""识别自扫描件: text that was recognised from a picture is called so, with its certainty, wherever it is shown."""

import csv
import io
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client

from reports.admin.twins import comparisons
from reports.ingestion.save import keep, save
from reports.ingestion.shapes import Article, Draft, Line, Page, Reading
from reports.models import Report, SourceFile
from search import outbox
from tests.factories import add_text, make_report, make_source

pytestmark = pytest.mark.django_db

MARK = "识别自扫描件，把握 97%"


def article(number: int, *pages: tuple[int, int]) -> Draft:
    return Draft(Article(number, "", "工作总结", (Line("para", 0, 4),), (), pages), ())


def test_a_report_is_as_certain_as_the_scanned_pages_it_stands_on():
    pages = (Page(1, "甲"), Page(2, "乙", sure=0.95), Page(3, "丙", sure=0.98, boxes=((1, 2, 3, 4), None), turned=180))
    drafts = (article(1, (0, 1)), article(2, (0, 1), (2, 2)), article(3, (0, 2), (2, 3)))
    source, _ = keep(ContentFile(b"scan"), "扫描件.pdf")

    reports = save(source, Reading(kind="pdf", pages=pages, drafts=drafts))

    assert [report.scan_sure for report in reports] == [None, 0.95, 0.965]
    assert SourceFile.objects.get(pk=source.pk).pages == [
        {"number": 1, "text": "甲"},
        {"number": 2, "text": "乙", "sure": 0.95},
        {"number": 3, "text": "丙", "sure": 0.98, "turned": 180, "boxes": [[1, 2, 3, 4], None]},
    ]


def test_certainty_is_rounded_down():
    assert make_report(scan_sure=0.999).scan_mark == "识别自扫描件，把握 99%"
    assert make_report(scan_sure=None).scan_mark == ""


def test_of_what_another_program_recognised_nobody_knows_how_surely():
    pages = (Page(1, "甲", sure=0.0), Page(2, "乙", sure=0.98))
    source, _ = keep(ContentFile(b"searchable scan"), "可检索的扫描件.pdf")

    (report,) = save(source, Reading(kind="pdf", pages=pages, drafts=(article(1, (0, 1), (2, 2)),)))

    assert report.scan_sure == 0
    assert report.scan_mark == "识别自扫描件，把握不明"


def test_every_version_of_a_scanned_report_is_marked_for_readers(client: Client):
    scanned, typed = make_report(scan_sure=0.976), make_report()
    add_text(scanned, "更正过的文本")

    marked = [MARK in client.get(f"/reports/{scanned.pk}/{version}").content.decode() for version in ("", "v1/", "v2/")]

    assert marked == [True, True, True]
    assert "识别自扫描件" not in client.get(f"/reports/{typed.pk}/").content.decode()


def test_the_plain_text_of_a_scanned_report_stays_the_stored_text(client: Client):
    report = make_report(scan_sure=0.976)

    assert client.get(f"/reports/{report.pk}/text/").content.decode() == report.text.text


def test_a_hit_is_marked_on_the_page_in_json_and_in_the_list_to_take_away(client: Client, index):
    make_report(title="甲", text="紫雾岛。", scan_sure=0.976)
    make_report(title="乙", text="紫雾岛。")
    outbox.drain()

    def answer(**kind: str) -> bytes:
        response = client.get("/search/", {"q": "“紫雾岛”", **kind})
        return b"".join(response.streaming_content) if response.streaming else response.content

    table = csv.DictReader(io.StringIO(answer(format="csv").decode("utf-8-sig"), newline=""))
    assert answer().decode().count(f"<span>{MARK}</span>") == 1
    assert {row["标题"]: row["文字来源"] for row in table} == {"甲": MARK, "乙": ""}
    found = client.get("/search/", {"q": "“紫雾岛”", "format": "json"}).json()["results"]
    assert {hit["title"]: hit["scan_sure"] for hit in found} == {"甲": 0.976, "乙": None}


@pytest.mark.parametrize("page", ["", "text/", "lines/", "figures/"])
def test_a_reviewer_sees_that_a_text_was_recognised(page, admin_client: Client):
    report = make_report(status="draft", scan_sure=0.976)

    assert MARK in admin_client.get(f"/admin/review/{report.pk}/{page}").content.decode()


def test_pages_as_they_were_read_say_which_of_them_are_scans(admin_client: Client):
    report = make_report(scan_sure=0.976)

    addresses = (f"/admin/uploads/{report.source_id}/", f"/admin/review/{report.pk}/?view=read")
    assert ["第1页（识别自扫描件）" in admin_client.get(address).content.decode() for address in addresses] == [
        True,
        True,
    ]


def test_who_decides_whether_two_reports_are_one_sees_which_of_them_is_a_scan():
    scanned, typed = make_report(scan_sure=0.976), make_report()

    originals = {row.label: row for row in comparisons(scanned, typed, 10, 10)}["原件"]
    assert (originals.mine, originals.theirs) == (f"报告.txt（{MARK}）", "报告.txt")


def test_what_was_read_before_is_marked_by_what_its_original_notes():
    """As `migrate` does in an archive that holds scans."""
    source = make_source(kind="pdf", pages=23)
    source.notices = [f"识别自扫描件：第 {'、'.join(map(str, range(2, 22)))} 等 页，平均把握 97%，请对照原件核对。"]
    source.save()
    typed, scanned = make_report(source=source), make_report(source=source, article_number=2)
    scanned.texts.update(pages=[[0, 1], [3, 23]])
    other = make_report(source=make_source(kind="pdf"))

    import_module("reports.migrations.0004_scans_are_marked").mark_what_is_known(
        apps, SimpleNamespace(connection=connection)
    )

    marked = Report.objects.filter(pk__in=[typed.pk, scanned.pk, other.pk])
    assert dict(marked.values_list("pk", "scan_sure")) == {typed.pk: None, scanned.pk: 0.97, other.pk: None}
    assert [page.get("sure") for page in SourceFile.objects.get(pk=source.pk).pages] == [None, *[0.97] * 22]

"""save: bytes are kept, what was read becomes rows, and a newer reading never overrules a person."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile

from reports import publishing
from reports.ingestion.renew import save_again
from reports.ingestion.save import keep, save, upload_of
from reports.ingestion.shapes import Article, Draft, Found, Line, Page, Reading, Section, Upload
from reports.ingestion.stored import article_of
from reports.models import Claim, Court, Decision, Field, Origin, Report, SourceFile, SourceState

pytestmark = pytest.mark.django_db

TEXT = "工作总结\n一、立案\n一是诉源治理。诉前调解38件。\n无小标题的一段。"
ARTICLE = Article(
    number=1,
    title="工作总结",
    text=TEXT,
    lines=(Line("title", 0, 4), Line("heading", 5, 9), Line("para", 10, 26), Line("para", 27, 35)),
    sections=(Section("heading", 1, "一、立案", 5, 35), Section("heading", 3, "一是诉源治理。", 10, 35)),
    pages=((0, 1), (20, 2)),
    notices=("第2页的阅读顺序请核对。",),
)
COURT = Found("court", "松原市中级人民法院", 0.97, "松原中院", basis="inferred")
FOUND = (
    Found("title", "工作总结", 0.99, "工作总结", 0, 4),
    COURT,
    Found("court", "达拉特旗人民法院", 0.3, suggestion=True),
    Found("year", "2017-2021", 0.8, basis="inferred"),
    Found("type", "工作总结", 0.95, "工作总结", 0, 4),
    Found("theme", "诉源治理", 0.9, "诉源治理", 12, 16, detail="topic", places=((12, 16),)),
    Found("theme", "司法建议", 0.4, detail="mention"),
)


def reading(*found: Found, article: Article = ARTICLE) -> Reading:
    pages = (Page(1, "工作总结"), Page(2, "诉前\0调解38件"))
    return Reading(kind="txt", encoding="utf-8", pages=pages, drafts=(Draft(article, found),), notices=("有乱码",))


def a_source(data: bytes = b"bytes", name: str = "总结.txt") -> SourceFile:
    source, is_new = keep(ContentFile(data), name)
    assert is_new
    return source


def saved(*found: Found) -> Report:
    (report,) = save(a_source(), reading(*(found or FOUND)))
    return report


def shown_themes(report: Report) -> dict[str, str]:
    return {row.theme.name: row.strength for row in report.reporttheme_set.all()}


def test_the_same_bytes_are_recognised_before_anything_is_saved():
    source = a_source(b"same bytes", "甲.txt")

    again, is_new = keep(ContentFile(b"same bytes"), "乙.txt")

    assert (again, is_new) == (source, False)
    assert upload_of(source) == Upload("甲.txt", b"same bytes")
    assert source.events.count() == 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\报告\\总结.txt", "总结.txt"),
        ("总\0结\n\u202e.txt", "总结.txt"),
        ("长" * 300 + ".txt", "长" * 251 + ".txt"),
        ("..", ".."),
        ("", "未命名"),
    ],
)
def test_a_file_name_is_kept_without_path_and_control_characters(given, kept):
    source = a_source(name=given)

    assert source.name == kept
    assert source.file.name == f"{source.sha256[:2]}/{source.sha256}"


def test_a_reading_becomes_a_draft_that_shows_what_its_claims_say():
    report = saved()

    source = report.source
    assert (source.state, source.kind, source.encoding) == (SourceState.READ, "txt", "utf-8")
    assert source.notices == ["有乱码"]
    assert source.pages == [{"number": 1, "text": "工作总结"}, {"number": 2, "text": "诉前调解38件"}]
    assert report.status == "draft"
    assert report.notices == ["第2页的阅读顺序请核对。"]
    assert report.title == "工作总结"
    assert report.court.name == "松原市中级人民法院"
    assert report.court_as_printed == "松原中院"
    assert (report.year_id, report.year_inferred) == (2021, True)
    assert report.type == "工作总结"
    assert shown_themes(report) == {"诉源治理": "topic"}
    assert report.text.text == TEXT
    assert [report.text.page_at(position) for position in (0, 19, 20, 34)] == [1, 1, 2, 2]


def test_every_line_is_a_row_and_a_run_in_heading_one_more():
    rows = (
        saved()
        .text.sections.order_by("start", "level")
        .values_list("kind", "level", "heading", "number", "start", "end")
    )

    assert set(rows) == {
        ("title", None, "", None, 0, 4),
        ("heading", 1, "一、立案", None, 5, 35),
        ("para", None, "", 1, 10, 26),
        ("heading", 3, "一是诉源治理。", None, 10, 35),
        ("para", None, "", 2, 27, 35),
    }


def test_a_report_gives_back_the_article_that_it_was_made_of():
    article = article_of(saved())

    assert (article.text, article.lines, article.sections, article.pages) == (
        ARTICLE.text,
        ARTICLE.lines,
        ARTICLE.sections,
        ARTICLE.pages,
    )


def test_a_suggested_court_is_kept_for_reviewers_and_shown_nowhere():
    report = saved(Found("court", None, 0.9, "XX人民法院"), Found("court", "达拉特旗人民法院", 0.99, suggestion=True))

    assert report.court is None
    assert report.court_as_printed == "XX人民法院"
    suggested = report.claims.get(suggestion=True)
    assert suggested.value == str(Court.objects.get(name="达拉特旗人民法院").pk)
    assert list(report.claims.standing().values_list("value", flat=True)) == [""]


def test_what_the_uploader_says_outweighs_the_machine():
    court = Court.objects.get(name="五大连池市人民法院")

    said = {"court": str(court.pk), "year": "2019", "type": "白皮书", "title": "行政审判白皮书"}
    (report,) = save(a_source(), reading(*FOUND), said)

    assert (report.court, report.year_id, report.year_inferred) == (court, 2019, False)
    assert (report.type, report.title) == ("白皮书", "行政审判白皮书")
    assert dict(report.claims.filter(origin=Origin.TABLE).values_list("field", "value")) == said


def test_a_title_said_of_a_file_that_holds_two_reports_is_given_to_neither():
    pair = replace(reading(), drafts=(Draft(ARTICLE, FOUND), Draft(replace(ARTICLE, number=2), FOUND)))

    reports = save(a_source(), pair, {"year": "2019", "title": "两院工作总结"})

    assert [(report.year_id, report.title) for report in reports] == [(2019, "工作总结"), (2019, "工作总结")]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (Reading(reason="文件是空的。"), "文件是空的。"),
        (
            Reading(kind="pdf"),
            "文件可以打开，但没有读到正文。请确认内容不是空白或图片，另存为带文字的 PDF 或 TXT 后再上传。",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_kept_with_its_reason(given, reason):
    source = a_source(b"%PDF", "坏.pdf")

    assert save(source, given) == []

    source.refresh_from_db()
    assert (source.state, source.reason) == (SourceState.FAILED, reason)
    assert upload_of(source).data == b"%PDF"


def test_a_failed_file_can_be_read_again_and_a_read_one_is_left_alone():
    source = a_source()
    save(source, Reading(reason="识别用时过长。"))

    (report,) = save(source, reading(*FOUND))
    assert save(source, reading(*FOUND)) == []

    source.refresh_from_db()
    assert (source.state, source.reason) == (SourceState.READ, "")
    assert list(source.reports.all()) == [report]


def test_a_newer_reading_replaces_what_nobody_has_decided():
    report = saved()

    changes = save_again(
        report,
        Draft(
            ARTICLE,
            (
                Found("court", "松原市中级人民法院", 0.99, "松原市中级人民法院", 0, 4),
                Found("year", "2022", 0.95, "2022年", 0, 4),
                Found("theme", "司法建议", 0.9, detail="touched"),
            ),
        ),
    )

    assert changes == {
        "年度": ["2021（推断）", "2022"],
        "主题": ["诉源治理（专门论述）", "司法建议（有所涉及）"],
    }
    report.refresh_from_db()
    assert report.court_as_printed == "松原市中级人民法院"
    assert set(report.claims.values_list("field", "detail", "sure")) == {
        ("court", "", 0.99),
        ("year", "", 0.95),
        ("theme", "touched", 0.9),
    }


def test_a_newer_reading_never_touches_what_a_person_decided():
    report = saved()
    editor = User.objects.create_user("editor")
    publishing.correct(report, Field.YEAR, "2018", editor)
    publishing.decide(report.claims.get(field="theme", value="诉源治理"), editor, accept=False)
    publishing.decide(report.claims.get(field="type"), editor, accept=True)
    before = set(report.claims.exclude(decision=Decision.OPEN).values_list("id", "value", "detail", "sure", "decision"))

    save_again(
        report,
        Draft(
            ARTICLE,
            (
                *FOUND[:3],
                Found("year", "2017-2021", 0.99),
                Found("type", "工作总结", 0.5),
                Found("theme", "诉源治理", 0.99, detail="topic"),
            ),
        ),
    )

    report.refresh_from_db()
    assert (report.year_id, report.type, shown_themes(report)) == (2018, "工作总结", {})
    assert (
        set(report.claims.exclude(decision=Decision.OPEN).values_list("id", "value", "detail", "sure", "decision"))
        == before
    )
    assert Claim.objects.filter(report=report, field="theme", value="诉源治理").count() == 1

"""The database itself refuses what must never be, whoever writes to it."""

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from reports.models import (
    Batch,
    BatchFile,
    Claim,
    Court,
    CourtName,
    Decision,
    Region,
    Report,
    ReportText,
    ReportTheme,
    Section,
    SourceFile,
    SourceState,
    Status,
    Theme,
    Year,
)
from tests.factories import make_report

pytestmark = pytest.mark.django_db


def claim(**values) -> dict:
    """What a claim about some report needs, and more."""
    text = ReportText.objects.filter(is_current=True).first()
    return {"report": text.report, "text": text, "field": "title", "value": "标题", "sure": 0.5} | values


def section(**values) -> dict:
    return {"text": ReportText.objects.first(), "kind": "para", "start": 0, "end": 1} | values


def report(**values) -> dict:
    return {"source": SourceFile.objects.first(), "article_number": 90, "title": "标题"} | values


# Of a row that is there already SQLite names the columns, PostgreSQL the constraint.
@pytest.mark.parametrize(
    ("constraint", "write"),
    [
        ("sha256", lambda: SourceFile.objects.create(sha256=SourceFile.objects.first().sha256, name="同", size=1)),
        ("source_failed_has_a_reason", lambda: SourceFile.objects.create(sha256="0", size=1, state=SourceState.FAILED)),
        (
            "report.source_id, reports_report.article_number|report_one_current_per_article",
            lambda: Report.objects.create(
                **report(article_number=Report.objects.get(source=report()["source"]).article_number)
            ),
        ),
        ("report_article_number_from_one", lambda: Report.objects.create(**report(article_number=0))),
        ("report_withdrawn_has_a_reason", lambda: Report.objects.create(**report(status=Status.WITHDRAWN))),
        ("report_published_has_a_date", lambda: Report.objects.create(**report(status=Status.PUBLISHED))),
        ("report_inferred_year_is_a_year", lambda: Report.objects.create(**report(year_inferred=True))),
        (
            "reports_reporttext.report_id|text_one_current_per_report",
            lambda: ReportText.objects.create(report=claim()["report"], number=9, text="又一版现行"),
        ),
        (
            "reports_reporttext.number|text_number_once",
            lambda: ReportText.objects.create(report=claim()["report"], number=1, text="又一版", is_current=False),
        ),
        (
            "text_not_empty",
            lambda: ReportText.objects.create(report=claim()["report"], number=9, text="", is_current=False),
        ),
        ("section_end_after_start", lambda: Section.objects.create(**section(start=1, end=1))),
        ("section_headings_have_level", lambda: Section.objects.create(**section(kind="heading", heading="一、"))),
        ("section_headings_have_level", lambda: Section.objects.create(**section(kind="heading", level=1))),
        (
            "section_headings_have_level",
            lambda: Section.objects.create(**section(kind="heading", level=4, heading="一")),
        ),
        ("section_headings_have_level", lambda: Section.objects.create(**section(level=1))),
        ("reports_section.number|section_number_once", lambda: Section.objects.create(**section(number=1))),
        ("claim_end_after_start", lambda: Claim.objects.create(**claim(start=2, end=2))),
        ("claim_end_after_start", lambda: Claim.objects.create(**claim(start=2))),
        ("claim_end_after_start", lambda: Claim.objects.create(**claim(end=2))),
        ("claim_sure_from_0_to_1", lambda: Claim.objects.create(**claim(sure=1.01))),
        (
            "claim_suggestion_is_never_accepted_itself",
            lambda: Claim.objects.create(
                **claim(suggestion=True, decision=Decision.ACCEPTED, decided_at=timezone.now())
            ),
        ),
        ("claim_decided_has_a_date", lambda: Claim.objects.create(**claim(decision=Decision.REJECTED))),
        ("claim_decided_has_a_date", lambda: Claim.objects.create(**claim(decided_at=timezone.now()))),
        (
            "reports_reporttheme.theme_id|report_theme_once",
            lambda: ReportTheme.objects.bulk_create(
                ReportTheme(report=claim()["report"], theme=Theme.objects.last()) for _ in range(2)
            ),
        ),
        (
            "reports_batchfile.member|batchfile_one_at_each_place",
            lambda: BatchFile.objects.bulk_create(
                BatchFile(batch=batch, position=1, reason="磁盘已满。") for batch in [Batch.objects.create()] * 2
            ),
        ),
        ("batchfile_kept_or_a_reason", lambda: BatchFile.objects.create(batch=Batch.objects.create(), position=1)),
        ("year_in_range", lambda: Year.objects.create(year=1948)),
        ("year_in_range", lambda: Year.objects.create(year=2101)),
        ("court_not_its_own_superior", lambda: Court.objects.filter(pk=1078).update(superior=1078)),
        ("court_not_merged_into_itself", lambda: Court.objects.filter(pk=1078).update(merged_into=1078)),
        ("reports_court.name", lambda: Court.objects.create(name="乾安县人民法院", level="基层")),
        (
            "reports_courtname.name|court_name_once",
            lambda: CourtName.objects.bulk_create(CourtName(court_id=1078, name="五大连池院") for _ in range(2)),
        ),
        ("region_not_its_own_parent", lambda: Region.objects.filter(code="231182").update(parent="231182")),
        ("region_only_provinces_have_no_parent", lambda: Region.objects.filter(code="231182").update(parent=None)),
        ("region_only_provinces_have_no_parent", lambda: Region.objects.filter(code="230000").update(parent="110000")),
    ],
)
def test_the_database_refuses(constraint, write):
    make_report()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        write()


def test_what_others_lean_on_cannot_be_deleted():
    report = make_report(court="乾安县人民法院", year=2023)

    for leaned_on in (report.court, report.court.region, report.year, report.source):
        with pytest.raises(IntegrityError):
            leaned_on.delete()


def test_an_account_that_goes_leaves_its_history():
    editor = User.objects.create_user("editor")
    event = make_report().events.create(verb="公开", actor=editor)

    editor.delete()

    event.refresh_from_db()
    assert event.actor is None

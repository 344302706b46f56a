"""make_corpus: the same reports for the same seed, shaped like real ones, and never among real ones."""

import io
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from archive.corpus import LONGEST, SHORTEST, Corpus
from reports import publishing
from reports.ingestion.save import keep, save
from reports.ingestion.shapes import Reading
from reports.models import Claim, Event, Report, ReportTheme, Section, SourceFile
from search.models import IndexTask
from tests.factories import make_report

REPORTS = 60


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Corpus(Path(settings.SEEDS_DIR), seed=1)


@pytest.fixture(scope="module")
def reports(corpus):
    return list(corpus.reports(REPORTS))


def test_a_seed_gives_the_same_reports_and_a_small_corpus_begins_every_larger_one(reports):
    again = Corpus(Path(settings.SEEDS_DIR), seed=1)

    assert list(again.reports(5)) == reports[:5]
    assert again.report(REPORTS - 1) == reports[-1]


def test_another_seed_gives_other_reports(reports):
    assert Corpus(Path(settings.SEEDS_DIR), seed=2).report(0).article.text != reports[0].article.text


def test_reports_are_as_long_and_as_varied_as_real_ones(reports):
    lengths = [len(draft.article.text) for draft in reports]
    found = {name: {item.value for draft in reports for item in draft.found if item.field == name} for name in FIELDS}

    assert min(lengths) >= SHORTEST
    assert max(lengths) <= LONGEST * 1.3
    assert max(lengths) > 2 * min(lengths)
    assert len(found["court"]) > REPORTS * 0.8
    assert len(found["year"]) == 12
    assert len(found["type"]) == 5
    assert len(found["theme"]) > 20


FIELDS = ("court", "year", "type", "theme")


def test_every_fact_and_every_section_stands_where_it_says(reports):
    for draft in reports:
        text = draft.article.text
        assert [item.quote for item in draft.found] == [text[item.start : item.end] for item in draft.found]
        assert all(text.startswith(section.heading, section.start) for section in draft.article.sections)
        assert [text[line.start : line.end] for line in draft.article.lines] == text.split("\n")


@pytest.mark.django_db
def test_its_rows_are_those_that_reading_and_publishing_one_by_one_leave(reports):
    call_command("make_corpus", reports=8, seed=1, stdout=io.StringIO())
    in_bulk = [rows_of(source) for source in SourceFile.objects.filter(name__startswith="合成报告-1-").order_by("pk")]
    wipe("合成报告-1-")

    for number, draft in enumerate(reports[:8]):
        source, _ = keep(ContentFile(draft.article.text.encode()), f"合成报告-1-{number:06}.txt")
        for report in save(source, Reading(kind="txt", encoding="utf-8", drafts=(draft,))):
            publishing.publish(report, None, confirmed=True)
    one_by_one = [
        rows_of(source) for source in SourceFile.objects.filter(name__startswith="合成报告-1-").order_by("pk")
    ]

    assert len(in_bulk) == 8
    assert in_bulk == one_by_one


@pytest.mark.django_db
def test_the_index_hears_of_its_reports_and_a_second_run_adds_nothing():
    IndexTask.objects.all().delete()
    before = Report.objects.published().count()

    call_command("make_corpus", reports=8, seed=1, stdout=io.StringIO())
    call_command("make_corpus", reports=8, seed=1, stdout=io.StringIO())

    made = set(Report.objects.filter(source__name__startswith="合成报告-1-").values_list("pk", flat=True))
    assert Report.objects.published().count() == before + 8
    assert set(IndexTask.objects.values_list("report_id", flat=True)) == made


# Keys and times of writing: what two runs cannot share.
DIFFERENT = {"id", "created_at", "published_at", "uploaded_at", "at", "report_id", "text_id", "source_id"}


def rows_of(source: SourceFile) -> list:
    """All that the database says of an original and its report, and the kept bytes."""
    report = source.reports.get()
    text = report.text
    rows = [
        *SourceFile.objects.filter(pk=source.pk).values(),
        *Report.objects.filter(pk=report.pk).values(),
        *report.texts.values(),
        *Section.objects.filter(text=text).order_by("start", "kind", "level").values(),
        *Claim.objects.filter(report=report, text=text).order_by("field", "value").values(),
        *ReportTheme.objects.filter(report=report).order_by("theme_id").values(),
        *(Event.objects.filter(report=report) | Event.objects.filter(source=source))
        .order_by("verb")
        .values("verb", "actor_id", "why", "court_id"),
    ]
    assert Event.objects.get(verb="识别", source=source).detail == {"报告": [report.pk]}
    return [
        source.file.open().read(),
        *({name: value for name, value in row.items() if name not in DIFFERENT} for row in rows),
    ]


def wipe(name: str) -> None:
    Event.objects.filter(source__name__startswith=name).delete()
    Report.objects.filter(source__name__startswith=name).delete()
    SourceFile.objects.filter(name__startswith=name).delete()


@pytest.mark.django_db
def test_it_refuses_an_archive_with_a_real_report_in_it():
    make_report()
    before = SourceFile.objects.count()

    with pytest.raises(CommandError, match="1 份真实的原件"):
        call_command("make_corpus", reports=1, seed=1, stdout=io.StringIO())

    assert SourceFile.objects.count() == before


def test_it_writes_files_with_their_facts(reports, tmp_path):
    call_command("make_corpus", reports=3, seed=1, out=tmp_path, stdout=io.StringIO())

    facts = [json.loads(line) for line in (tmp_path / "facts.jsonl").read_text().splitlines()]
    assert [(tmp_path / fact["file"]).read_text() for fact in facts] == [draft.article.text for draft in reports[:3]]
    assert [[item["value"] for item in fact["found"]] for fact in facts] == [
        [item.value for item in draft.found] for draft in reports[:3]
    ]

"""make_corpus: the same reports for the same seed, shaped like real ones, and never among real ones."""

import io
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from archive.corpus import LONGEST, SHORTEST, Corpus
from reports.models import Claim, Decision, Report, SourceFile
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
def test_it_publishes_through_the_same_doors_and_a_second_run_adds_nothing(reports):
    before = Report.objects.published().count()

    call_command("make_corpus", reports=8, seed=1, stdout=io.StringIO())
    call_command("make_corpus", reports=8, seed=1, stdout=io.StringIO())

    made = Report.objects.filter(source__name__startswith="合成报告-1-").order_by("source__name")
    assert Report.objects.published().count() == before + 8
    assert [report.text.text for report in made] == [draft.article.text for draft in reports[:8]]
    assert [report.title for report in made] == [draft.article.title for draft in reports[:8]]
    assert [{theme.name for theme in report.themes.all()} for report in made] == [
        {item.value for item in draft.found if item.field == "theme"} for draft in reports[:8]
    ]
    assert not Claim.objects.filter(report__in=made, decision=Decision.REJECTED).exists()


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

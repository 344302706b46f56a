"""recognise --report: the recognisers run again over what is stored."""

import io
import json
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from reports import publishing
from reports.ingestion.pipeline import draft_of
from reports.ingestion.renew import save_again
from reports.ingestion.stored import article_of
from reports.ingestion.vocabulary import current_vocabulary
from reports.models import Claim, Field, Report, Theme

pytestmark = pytest.mark.django_db


def recognise(*numbers: int, **options) -> list[str]:
    out = io.StringIO()
    call_command("recognise", "--report", *map(str, numbers), stdout=out, **options)
    return out.getvalue().splitlines()


def all_claims() -> set[tuple]:
    return set(
        Claim.objects.values_list(
            "report", "text", "field", "value", "detail", "quote", "start", "end", "sure", "basis", "suggestion"
        )
    )


def test_what_is_read_from_the_stored_text_is_what_was_read_from_the_file():
    before = all_claims()

    lines = recognise(*Report.objects.values_list("pk", flat=True))

    assert all_claims() == before
    assert lines == ["重新识别了 10 篇报告，0 篇有变化。"]


def test_a_changed_expression_changes_the_reports_that_it_is_run_on_and_no_other(tmp_path):
    theme = Theme.objects.get(name="智慧法院")
    first, second = (row.report for row in theme.reporttheme_set.order_by("report")[:2])
    Theme.objects.filter(pk=theme.pk).update(expressions="绝不会出现的说法")

    recognise(first.pk, json=tmp_path / "out.json")

    (answer,) = json.loads((tmp_path / "out.json").read_text())
    assert answer["id"] == first.pk
    assert set(answer["changes"]) == {"主题"}
    assert theme not in first.themes.all()
    assert theme in second.themes.all()


def test_what_a_person_decided_stays():
    report = Report.objects.get(court__name="五大连池市人民法院")
    editor = User.objects.create_user("editor")
    publishing.correct(report, Field.TITLE, "人的标题", editor)
    publishing.decide(report.claims.get(field="theme", value="智慧法院"), editor, accept=False)

    recognise(report.pk)

    report.refresh_from_db()
    assert report.title == "人的标题"
    assert "智慧法院" not in report.themes.values_list("name", flat=True)


def test_what_was_reviewed_is_called_so_until_it_shows_something_else():
    theme = Theme.objects.get(name="智慧法院")
    first, second = (row.report for row in theme.reporttheme_set.order_by("report")[:2])
    Report.objects.filter(pk__in=[first.pk, second.pk]).update(reviewed_at=timezone.now())
    recognise(first.pk, second.pk)
    first.refresh_from_db()
    assert first.reviewed_at is not None

    Theme.objects.filter(pk=theme.pk).update(expressions="绝不会出现的说法")
    recognise(first.pk)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.reviewed_at is None, second.reviewed_at is None) == (True, False)


def test_a_title_read_otherwise_leaves_a_report_reviewed():
    report = Report.objects.get(court__name="五大连池市人民法院")
    Report.objects.filter(pk=report.pk).update(reviewed_at=timezone.now())
    report.refresh_from_db()
    draft = draft_of(article_of(report), current_vocabulary())
    found = tuple(replace(one, value="另一标题") if one.field == "title" else one for one in draft.found)

    changes = save_again(report, replace(draft, found=found))

    assert set(changes) == {"标题"}
    report.refresh_from_db()
    assert report.reviewed_at is not None


def test_a_report_that_is_not_there_is_named():
    with pytest.raises(CommandError, match="库中没有报告 999999。"):
        recognise(999999)


def test_figures_read_otherwise_are_told_in_the_history_and_leave_a_report_reviewed():
    report = Report.objects.get(court__name="五大连池市人民法院")
    Report.objects.filter(pk=report.pk).update(reviewed_at=timezone.now())
    report.refresh_from_db()
    draft = draft_of(article_of(report), current_vocabulary())

    changes = save_again(report, replace(draft, figures=draft.figures[1:], checks=()))

    assert changes == {"数据": ["24 个", "23 个（0 个是新读出的）"]}
    event = report.events.first()
    assert (event.verb, event.details) == ("重新识别", [("数据", "24 个 → 23 个（0 个是新读出的）")])
    report.refresh_from_db()
    assert report.reviewed_at is not None

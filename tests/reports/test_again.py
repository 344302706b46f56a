"""Recognising all reports again: in processes of their own, all that need it and no other, on from where it stopped."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from reports import publishing
from reports.ingestion import again
from reports.ingestion.again import read_again, unread
from reports.ingestion.pipeline import draft_of
from reports.ingestion.save import save_again
from reports.ingestion.stored import article_of
from reports.ingestion.vocabulary import current_vocabulary
from reports.models import Claim, Event, Recognition, Report, ReportText, ReportTheme, Theme
from reports.roles import ADMINISTRATOR
from reports.worker import Worker
from tests.reports.staff import an_account

pytestmark = pytest.mark.django_db


def recognise_all() -> str:
    out = io.StringIO()
    call_command("recognise", "--all", stdout=out, stderr=io.StringIO())
    return out.getvalue()


def everything() -> list[list[tuple]]:
    columns = ("report", "field", "value", "detail", "start", "end", "sure", "decision")
    return [
        sorted(Claim.objects.values_list(*columns), key=str),
        sorted(ReportTheme.objects.values_list("report", "theme", "strength")),
        sorted(Event.objects.values_list("verb", "report"), key=str),
    ]


def numbers() -> list[int]:
    return list(Report.objects.order_by("pk").values_list("pk", flat=True))


def test_what_was_read_with_the_present_vocabulary_is_not_read_again():
    assert recognise_all() == "重新识别了 0 篇报告，0 篇有变化。\n"
    assert Recognition.objects.count() == 10


def test_a_changed_expression_makes_all_reports_be_read_again_once():
    theme = Theme.objects.get(name="智慧法院")
    having = theme.reports.count()
    Theme.objects.filter(pk=theme.pk).update(expressions="绝不会出现的说法")

    said = recognise_all()

    assert said.endswith(f"重新识别了 10 篇报告，{having} 篇有变化。\n")
    assert having > 0
    assert not theme.reports.exists()
    assert recognise_all() == "重新识别了 0 篇报告，0 篇有变化。\n"


def test_two_processes_find_what_one_has_found_and_leave_no_trace():
    before = everything()
    Recognition.objects.all().delete()

    done = [read for group in read_again(numbers(), current_vocabulary(), 2) for read in group]

    assert [read.report.pk for read in done] == numbers()
    assert [read.changes for read in done] == [{}] * 10
    assert everything() == before


def test_an_interrupted_run_goes_on_with_what_is_left(monkeypatch):
    monkeypatch.setattr(again, "GROUP", 4)
    Recognition.objects.all().delete()
    vocabulary = current_vocabulary()

    run = read_again(numbers(), vocabulary, 1)
    first = next(run)
    run.close()

    assert [read.report.pk for read in first] == numbers()[:4]
    assert sorted(unread(vocabulary).values_list("pk", flat=True)) == numbers()[4:]
    assert recognise_all().startswith("重新识别了 6 篇")


def test_a_report_that_is_corrected_meanwhile_is_left_to_its_correction(monkeypatch):
    monkeypatch.setattr(again, "GROUP", 1)
    last = Report.objects.order_by("pk").last()
    claims = list(last.claims.order_by("pk").values())

    run = read_again([*numbers()[:1], last.pk], current_vocabulary(), 1)
    next(run)
    text = last.text
    publishing.correct_text(last, f"{text.text}\n补一段。", an_account(ADMINISTRATOR), "漏了一段", number=text.number)
    moved = list(last.claims.order_by("pk").values())
    (second,) = run

    assert second == []
    assert list(last.claims.order_by("pk").values()) == moved != claims


def test_reading_again_what_has_not_changed_gives_the_index_nothing_to_learn(index):
    from search.models import IndexTask

    IndexTask.objects.all().delete()
    Recognition.objects.all().delete()

    recognise_all()

    assert Recognition.objects.count() == 10
    assert not IndexTask.objects.exists()


def test_a_worker_with_nothing_in_line_reads_what_is_due_and_nothing_else(monkeypatch):
    monkeypatch.setattr(again, "GROUP", 4)
    theme = Theme.objects.get(name="智慧法院")
    due = numbers()[:6]
    publishing.change_expressions(
        theme, "绝不会出现的说法", an_account(ADMINISTRATOR), made_from=theme.expressions, reports=due
    )
    left = set(theme.reports.values_list("pk", flat=True)) - set(due)

    with Worker() as worker:
        assert [worker.work_once() for _ in range(3)] == [True, True, False]

    assert set(theme.reports.values_list("pk", flat=True)) == left
    assert not again.due().exists()


def test_reports_that_cannot_be_read_again_are_logged_and_left_to_the_command(caplog):
    Theme.objects.filter(name="智慧法院").update(expressions="(")
    Recognition.objects.filter(report=numbers()[0]).delete()

    with Worker() as worker:
        assert [worker.work_once() for _ in range(2)] == [True, False]

    assert "could not be read again" in caplog.text
    assert list(unread(current_vocabulary()).values_list("pk", flat=True)) != []


def test_one_report_that_cannot_be_read_again_keeps_no_other_from_it(caplog):
    Recognition.objects.all().delete()
    damaged = numbers()[0]
    ReportText.objects.filter(report=damaged).update(is_current=False)

    with Worker() as worker:
        assert [worker.work_once() for _ in range(2)] == [True, False]

    assert f"report {damaged} could not be read again" in caplog.text
    assert list(unread(current_vocabulary()).values_list("pk", flat=True)) == [damaged]


def test_a_corrected_text_that_nobody_read_is_read_in_the_background():
    report = Report.objects.get(court__name="五大连池市人民法院")
    text = f"{report.text.text}\n又发出司法建议31份。"
    publishing.correct_text(report, text, an_account(ADMINISTRATOR), "漏了一段", number=1)
    assert list(again.due()) == [report]

    with Worker() as worker:
        worker.work_off()

    assert "31份" in {figure.amount for figure in report.indicators.standing()}


def test_what_was_read_of_an_earlier_text_is_not_written_over_a_corrected_one():
    report = Report.objects.get(court__name="五大连池市人民法院")
    draft = draft_of(article_of(report), current_vocabulary())
    text = f"补在前面的一段。\n{report.text.text}"
    publishing.correct_text(report, text, an_account(ADMINISTRATOR), "漏了一段", number=1)
    places = list(report.claims.values_list("pk", "start", "end"))

    assert save_again(report, draft) == {}

    assert list(report.claims.values_list("pk", "start", "end")) == places
    assert list(again.due()) == [report]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the trigger is in SQLite's words")
def test_a_report_that_the_database_refuses_holds_up_neither_the_others_nor_the_line():
    Recognition.objects.all().delete()
    refused = numbers()[0]
    Report.objects.get(pk=refused).indicators.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TRIGGER refuse BEFORE INSERT ON reports_indicator WHEN NEW.report_id = {refused} "
            "BEGIN SELECT RAISE(ABORT, 'no'); END"
        )

    with Worker() as worker:
        assert [worker.work_once() for _ in range(2)] == [True, False]

    assert list(unread(current_vocabulary()).values_list("pk", flat=True)) == [refused]


def test_every_report_that_cannot_be_recognised_is_named_and_the_next_is_tried():
    Theme.objects.filter(name="智慧法院").update(expressions="(")
    before = list(Recognition.objects.order_by("report").values())
    out, err = io.StringIO(), io.StringIO()

    with pytest.raises(CommandError, match="10 篇识别时出错"):
        call_command("recognise", "--all", stdout=out, stderr=err)

    assert out.getvalue() == "重新识别了 0 篇报告，0 篇有变化。\n"
    assert [line.split(" ", 1)[0] for line in err.getvalue().splitlines() if "识别时出错，没有改动（" in line] == [
        str(number) for number in numbers()
    ]
    assert list(Recognition.objects.order_by("report").values()) == before

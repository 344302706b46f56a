"""Recognising all reports again: in processes of their own, all that need it and no other, on from where it stopped."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports import deciding, publishing
from reports.ingestion import again
from reports.ingestion.again import read_again, unread
from reports.ingestion.pipeline import draft_of
from reports.ingestion.renew import save_again, save_all_again
from reports.ingestion.shapes import Draft
from reports.ingestion.stored import article_of, articles_of
from reports.ingestion.vocabulary import current_vocabulary
from reports.models import (
    Check,
    Claim,
    Event,
    Field,
    Indicator,
    Recognition,
    Report,
    ReportText,
    ReportTheme,
    Section,
    Theme,
)
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


def everything_in_full() -> list[list[tuple]]:
    """All that reading says of all reports, without the numbers of the rows."""
    figures = ("report", "kind", "label", "value", "unit", "exponent", "scope", "start", "end", "at", "until", "sure")
    checks = ("report", "kind", "verdict", "stated", "computed", "arithmetic", "indicator__at", "others__at")
    claims = ("report", "field", "value", "detail", "quote", "start", "end", "places", "sure", "basis", "suggestion")
    shown = ("pk", "title", "court", "court_as_printed", "year", "year_inferred", "type")
    return [
        sorted(Indicator.objects.values_list(*figures), key=str),
        sorted(Check.objects.values_list(*checks), key=str),
        sorted(Claim.objects.values_list(*claims), key=str),
        sorted(Report.objects.values_list(*shown)),
        sorted(ReportTheme.objects.values_list("report", "theme", "strength")),
        sorted(Section.objects.values_list("pk", "part")),
    ]


def numbers() -> list[int]:
    return list(Report.objects.order_by("pk").values_list("pk", flat=True))


def readings() -> dict[int, Draft]:
    vocabulary = current_vocabulary()
    reports = list(Report.objects.order_by("pk"))
    articles = zip(reports, articles_of(reports), strict=True)
    return {report.pk: draft_of(article, vocabulary) for report, article in articles}


def refuse_figures_of(report: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TRIGGER refuse BEFORE INSERT ON reports_indicator WHEN NEW.report_id = {report} "
            "BEGIN SELECT RAISE(ABORT, 'no'); END"
        )


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
    refuse_figures_of(refused)

    with Worker() as worker:
        assert [worker.work_once() for _ in range(2)] == [True, False]

    assert list(unread(current_vocabulary()).values_list("pk", flat=True)) == [refused]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the trigger is in SQLite's words")
def test_the_command_names_the_reports_that_are_damaged_or_refused_and_saves_all_others():
    before = everything()
    having = set(Indicator.objects.values_list("report", flat=True))
    Recognition.objects.all().delete()
    Indicator.objects.all().delete()
    refused, damaged = numbers()[0], numbers()[3]
    ReportText.objects.filter(report=damaged).update(is_current=False)
    refuse_figures_of(refused)
    err = io.StringIO()

    with pytest.raises(CommandError, match="2 篇识别时出错"):
        call_command("recognise", "--all", stdout=io.StringIO(), stderr=err)

    told = [line.split(" ", 1)[0] for line in err.getvalue().splitlines() if "识别时出错，没有改动（" in line]
    assert told == [str(refused), str(damaged)]
    assert sorted(unread(current_vocabulary()).values_list("pk", flat=True)) == [refused, damaged]
    figures = set(Indicator.objects.values_list("report", flat=True))
    assert figures == having - {refused, damaged}
    assert everything() == before


def test_what_is_decided_between_reading_and_saving_stands():
    drafts = readings()
    report = Report.objects.get(court__name="五大连池市人民法院")
    editor = an_account(ADMINISTRATOR)
    Indicator.objects.update(sure=0.5)
    publishing.correct(report, Field.TITLE, "人的标题", editor)
    publishing.correct(report, Field.THEME, "智慧法院", editor, strength="")
    first, second, third = report.indicators.all()[:3]
    deciding.confirm(first, editor)
    deciding.reject(second, editor)
    said = deciding.Said("另一说法", "31", third.unit, "", "result")
    corrected = deciding.correct(third, said, editor)
    decided = [
        list(rows.exclude(decision="open").order_by("pk").values()) for rows in (report.claims, report.indicators)
    ]

    save_all_again(drafts)

    assert decided == [
        list(rows.exclude(decision="open").order_by("pk").values()) for rows in (report.claims, report.indicators)
    ]
    report.refresh_from_db()
    assert report.title == "人的标题"
    assert not report.themes.filter(name="智慧法院").exists()
    assert {first, corrected} <= set(report.indicators.standing())
    assert not {second, third} & set(report.indicators.standing())
    assert set(report.indicators.filter(decision="open").values_list("sure", flat=True)) - {0.5}


def test_a_decision_that_is_made_while_others_are_saved_stands(monkeypatch):
    monkeypatch.setattr(again, "GROUP", 1)
    theme = Theme.objects.get(name="智慧法院")
    first, last = (row.report for row in theme.reporttheme_set.order_by("report")[:2])
    Theme.objects.filter(pk=theme.pk).update(expressions="绝不会出现的说法")

    run = read_again([first.pk, last.pk], current_vocabulary(), 1)
    next(run)
    publishing.decide(last.claims.get(field="theme", value=theme.name), an_account(ADMINISTRATOR), accept=True)
    list(run)

    assert list(theme.reports.all()) != []
    assert last in theme.reports.all()
    assert first not in theme.reports.all()


def test_ten_reports_take_no_more_queries_than_two_and_what_stands_there_is_not_written():
    drafts = readings()
    two = dict(list(drafts.items())[:2])

    with CaptureQueriesContext(connection) as of_two:
        save_all_again(two)
    with CaptureQueriesContext(connection) as of_ten:
        save_all_again(drafts)

    assert len(of_ten) == len(of_two)
    writing = [query["sql"] for query in of_ten if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(writing) == 1
    assert "reports_recognition" in writing[0]


def test_everything_that_is_gone_or_wrong_is_put_right_at_once():
    drafts = readings()
    before = everything_in_full()
    Indicator.objects.filter(pk__in=Indicator.objects.values_list("pk", flat=True)[::3]).delete()
    Indicator.objects.update(label="别的", sure=0.1)
    Claim.objects.filter(field="theme").update(detail="mention", start=None, end=None)
    Claim.objects.filter(field__in=["court", "year"], report__in=numbers()[:5]).delete()
    Report.objects.update(title="别的", type="其他", reviewed_at="2026-01-01T00:00Z")
    ReportTheme.objects.all().delete()
    Section.objects.update(part="其他")

    changes = save_all_again(drafts)

    assert everything_in_full() == before
    assert all({"标题", "主题"} <= changes[report].keys() for report in numbers())
    assert set(Event.objects.filter(verb="重新识别").values_list("report", flat=True)) == set(numbers())
    assert not Report.objects.filter(reviewed_at__isnull=False).exists()


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

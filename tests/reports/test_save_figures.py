"""Figures and checks as rows: as they were read, again with a newer reading, and never against a person."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from reports.ingestion.figures import save_figures
from reports.ingestion.pipeline import draft_of
from reports.ingestion.shapes import Draft, Figure
from reports.ingestion.stored import article_of
from reports.ingestion.vocabulary import current_vocabulary
from reports.models import Decision, Indicator, IndicatorKind, Origin, Report, Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def report() -> Report:
    """五大连池: 诉前调解案件774件，调解成功736件，调解成功率89.96%."""
    return Report.objects.get(court__name="五大连池市人民法院")


def read_again(report: Report) -> Draft:
    return draft_of(article_of(report), current_vocabulary())


def save_again(report: Report, draft: Draft) -> None:
    save_figures(report.text, draft.figures, draft.checks)


def rows(report: Report) -> list[tuple]:
    names = [field.name for field in Indicator._meta.fields]
    return list(report.indicators.values_list(*names))


def decide(row: Indicator, decision: Decision, **changes: object) -> Indicator:
    for name, value in {"decision": decision, "decided_at": timezone.now(), **changes}.items():
        setattr(row, name, value)
    row.save()
    return row


def the_rate(report: Report) -> Indicator:
    return report.indicators.get(value=Decimal("89.96"))


def test_a_new_report_has_its_figures_with_their_sentences(report: Report):
    rate = the_rate(report)
    text = report.text.text

    assert (rate.kind.name, rate.label, rate.amount, rate.scope) == (
        "诉前调解成功率",
        "调解成功率",
        "89.96%",
        Scope.RESULT,
    )
    assert text[rate.at : rate.until] == "89.96%"
    assert text[rate.start : rate.end].startswith("新收诉前调解案件774件")
    assert (rate.origin, rate.decision, rate.text) == (Origin.MACHINE, Decision.OPEN, report.text)


def test_every_figure_of_a_reading_has_a_row_and_every_check_its_figures(report: Report):
    draft = read_again(report)

    assert [
        (row.kind.name if row.kind else None, row.label, row.value, row.unit, row.scope, row.at, row.until)
        for row in report.indicators.select_related("kind")
    ] == [(one.indicator, one.label, one.value, one.unit, one.scope, one.at, one.until) for one in draft.figures]
    assert {
        (
            check.kind,
            check.verdict,
            check.stated,
            check.indicator.value,
            frozenset(one.value for one in check.others.all()),
        )
        for check in report.checks.all()
    } == {
        (
            check.kind,
            check.verdict,
            check.stated,
            check.stated,
            frozenset(draft.figures[at].value for at in check.figures[1:]),
        )
        for check in draft.checks
    }


def test_the_sample_has_one_share_that_fails_and_one_that_holds(report: Report):
    verdicts = {str(check.indicator.amount): (check.verdict, check.arithmetic) for check in report.checks.all()}

    assert verdicts["89.96%"] == ("fails", "736 ÷ 774 = 95.09%")
    assert verdicts["83.20%"][0] == "holds"


@pytest.mark.parametrize(
    ("printed", "value", "step", "exactness", "unit"),
    [
        ("83.20%", "83.20", "0.01", "", "%"),
        ("2,807件", "2807", "1", "", "件"),
        ("25.4万件", "254000", "1000", "", "件"),
        ("160余亿元", "16000000000", "100000000", "余", "元"),
        ("近200余件", "200", "1", "近…余", "件"),
        ("1,200件以上", "1200", "1", "以上", "件"),
        ("1.5亿元", "150000000", "10000000", "", "元"),
        ("30%", "30", "10", "", "%"),
        ("3,000件", "3000", "1000", "", "件"),
    ],
)
def test_an_amount_shows_as_many_digits_as_are_printed(report: Report, printed, value, step, exactness, unit):
    figure = Figure(None, "", Decimal(value), unit, Decimal(step), exactness, "", "", "result", 0, 9, 0, 9, 0.6)

    save_figures(report.text, [figure], [])

    assert report.indicators.get().amount == printed.replace("余亿", "亿余")


def test_the_same_reading_again_changes_no_row(report: Report):
    before = rows(report)

    save_again(report, read_again(report))

    assert rows(report) == before


def test_one_number_of_two_things_keeps_a_row_for_each(report: Report):
    first = read_again(report).figures[0]
    of_two = [first, replace(first, label="另一件事")]
    save_figures(report.text, of_two, [])
    before = rows(report)

    save_figures(report.text, of_two, [])

    assert rows(report) == before
    assert [row.label for row in report.indicators.all()] == [first.label, "另一件事"]


def test_checks_that_hold_again_keep_their_rows(report: Report):
    draft = read_again(report)
    before = list(report.checks.order_by("pk").values_list("pk", "arithmetic"))

    save_figures(report.text, draft.figures, [*draft.checks[1:], replace(draft.checks[0], verdict="unknown")])

    after = list(report.checks.order_by("pk").values_list("pk", "arithmetic"))
    assert len(set(after) & set(before)) == len(before) - 1
    assert len(after) == len(before)


def test_a_newer_reading_replaces_what_nobody_has_decided_and_keeps_its_number(report: Report):
    draft = read_again(report)
    first = draft.figures[0]
    number = report.indicators.first().pk

    save_figures(report.text, [replace(first, label="另一说法", scope="target")], [])

    row = report.indicators.get()
    assert (row.pk, row.label, row.scope, row.at) == (number, "另一说法", "target", first.at)
    assert not report.checks.exists()


def test_a_newer_reading_never_touches_what_a_person_decided(report: Report):
    rate = decide(the_rate(report), Decision.REJECTED)
    accepted = decide(report.indicators.get(value=736), Decision.ACCEPTED)
    person = decide(
        Indicator.objects.get(pk=rate.pk), Decision.ACCEPTED, pk=None, value=Decimal("95.09"), origin=Origin.PERSON
    )
    before = set(report.indicators.exclude(decision=Decision.OPEN).values_list())
    draft = read_again(report)

    save_figures(
        report.text,
        [replace(figure, label="改", until=figure.until + 1, scope="plan") for figure in draft.figures],
        draft.checks,
    )

    assert set(report.indicators.exclude(decision=Decision.OPEN).values_list()) == before
    assert list(report.indicators.filter(at=rate.at)) == [rate, person]
    assert list(report.indicators.filter(at=accepted.at)) == [accepted]
    assert report.indicators.count() == len(draft.figures) + 1


def test_a_check_is_shown_while_all_its_figures_stand(report: Report):
    decide(report.indicators.get(value=774), Decision.REJECTED)
    decide(report.indicators.get(label="开展公众开放日"), Decision.ACCEPTED)

    save_again(report, read_again(report))

    assert {check.arithmetic for check in report.checks.standing()} == {"26 = 26"}
    assert report.checks.count() == 3


def test_a_check_of_words_that_a_newer_reading_takes_otherwise_is_left_out(report: Report):
    decide(the_rate(report), Decision.ACCEPTED)
    draft = read_again(report)

    save_figures(
        report.text,
        [replace(one, value=Decimal("90")) if one.value == Decimal("89.96") else one for one in draft.figures],
        draft.checks,
    )

    assert {check.kind for check in report.checks.all()} == {"ratio", "repeat"}
    assert {check.indicator.amount for check in report.checks.all()} == {"83.20%", "26次"}


def test_it_tells_what_changed_of_the_data_that_readers_see(report: Report):
    draft = read_again(report)
    assert save_figures(report.text, draft.figures, draft.checks) == {}

    other = [replace(one, label="另一说法") if one.value == 774 else one for one in draft.figures]
    assert save_figures(report.text, other, ()) == {"数据": ["24 个", "24 个（1 个是新读出的）"]}
    unsure = [one for one in other if one.sure < 0.9]
    assert save_figures(report.text, unsure, ()) == {"数据": ["24 个", "0 个（0 个是新读出的）"]}
    assert save_figures(report.text, draft.figures, ()) == {}


def test_a_kind_that_is_taken_out_leaves_its_figures_without_a_kind(report: Report):
    IndicatorKind.objects.get(name="诉前调解成功率").delete()

    assert the_rate(report).kind is None


def test_what_counts_is_confirmed_or_sure_and_stands_in_the_current_text(report: Report):
    report.indicators.update(sure=0.5)
    sure, confirmed, rejected = report.indicators.all()[:3]
    Indicator.objects.filter(pk=sure.pk).update(sure=0.9)
    decide(confirmed, Decision.ACCEPTED)
    decide(rejected, Decision.REJECTED, sure=1)

    assert set(report.indicators.data()) == {sure, confirmed}
    assert set(report.indicators.standing()) == set(report.indicators.all()) - {rejected}

    report.texts.update(is_current=False)
    assert not report.indicators.data().exists()


def test_the_figures_of_a_report_take_few_queries(report: Report, django_assert_max_num_queries):
    draft = read_again(report)

    with django_assert_max_num_queries(14):
        save_figures(report.text, draft.figures, draft.checks)


def test_a_figure_of_a_kind_that_nobody_keeps_has_none(report: Report):
    figure = replace(read_again(report).figures[0], indicator="没有这个指标")

    save_figures(report.text, [figure], [])

    assert report.indicators.get().kind is None

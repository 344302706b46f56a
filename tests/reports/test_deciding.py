"""Deciding about a figure: each verb leaves a trace, the last word counts, and nothing outlives its words."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from reports import deciding, publishing
from reports.deciding import Said
from reports.ingestion.figures import save_figures
from reports.ingestion.pipeline import draft_of
from reports.ingestion.stored import article_of
from reports.ingestion.vocabulary import current_vocabulary
from reports.models import Decision, Event, Indicator, Origin, Report
from reports.publishing import NotAllowed

pytestmark = pytest.mark.django_db
SAID = Said("调解成功率", "95.09", "%", "诉前调解成功率", "result")


@pytest.fixture
def by() -> User:
    return User.objects.create_user("editor")


@pytest.fixture
def report() -> Report:
    return Report.objects.get(court__name="五大连池市人民法院")


@pytest.fixture
def rate(report: Report) -> Indicator:
    return report.indicators.get(value=Decimal("89.96"))


def read_again(report: Report) -> None:
    draft = draft_of(article_of(report), current_vocabulary())
    save_figures(report.text, draft.figures, draft.checks)


def at_the_same_words(figure: Indicator) -> list[tuple[str, str, str]]:
    rows = Indicator.objects.filter(report=figure.report_id, at=figure.at)
    return [(row.amount, row.origin, row.decision) for row in rows]


def test_a_confirmed_figure_counts_however_unsure_its_reading_was(report: Report, by: User):
    figure = report.indicators.get(label="院领导班子成员")
    assert figure not in report.indicators.data()

    deciding.confirm(figure, by)

    assert figure in report.indicators.data()
    event = Event.objects.first()
    assert (event.verb, event.actor, event.report) == ("确认数据", by, report)
    assert event.detail == {"所指": "院领导班子成员", "数据": "7人", "指标": "", "范围": "本年"}


def test_a_rejected_figure_does_not_count_and_its_checks_are_not_shown(report: Report, rate: Indicator, by: User):
    assert rate in report.indicators.data()

    deciding.reject(rate, by)

    assert rate not in report.indicators.standing()
    assert "89.96%" not in {check.indicator.amount for check in report.checks.standing()}
    assert Event.objects.first().verb == "否定数据"

    deciding.confirm(rate, by)

    assert "89.96%" in {check.indicator.amount for check in report.checks.standing()}


def test_a_correction_is_a_row_of_its_own_and_keeps_what_was_read(report: Report, rate: Indicator, by: User):
    row = deciding.correct(rate, SAID, by)

    assert at_the_same_words(rate) == [
        ("89.96%", Origin.MACHINE, Decision.REJECTED),
        ("95.09%", Origin.PERSON, Decision.ACCEPTED),
    ]
    assert (row.kind.name, row.sure, row.decided_by, row.start, row.end) == (
        "诉前调解成功率",
        1,
        by,
        rate.start,
        rate.end,
    )
    event = Event.objects.first()
    assert event.verb == "更正数据"
    assert ("数据", "89.96% → 95.09%") in event.details


def test_the_last_word_counts(rate: Indicator, by: User):
    first = deciding.correct(rate, SAID, by)
    deciding.correct(first, Said("调解成功率", "95", "%", "诉前调解成功率", "result"), by)
    deciding.correct(rate, Said("调解成功率", "90", "%", "", "target"), by)
    assert [amount for amount, _, decision in at_the_same_words(rate) if decision == Decision.ACCEPTED] == ["90%"]

    deciding.confirm(rate, by)

    assert [amount for amount, _, decision in at_the_same_words(rate) if decision == Decision.ACCEPTED] == ["89.96%"]

    deciding.confirm(first, by)

    assert [amount for amount, _, decision in at_the_same_words(rate) if decision == Decision.ACCEPTED] == ["95.09%"]


def test_to_correct_nothing_is_to_confirm(rate: Indicator, by: User):
    row = deciding.correct(rate, Said("调解成功率", "89.960", "%", "诉前调解成功率", "result"), by)

    assert row == rate
    assert at_the_same_words(rate) == [("89.96%", Origin.MACHINE, Decision.ACCEPTED)]


@pytest.mark.parametrize(
    ("typed", "unit", "amount"),
    [
        ("２，８０７", "件", "2,807件"),
        ("25.4万", "件", "25.4万件"),
        ("160亿", "元", "160亿元"),
        ("83.20", "件", "83.20件"),
    ],
)
def test_a_number_may_be_typed_as_it_is_printed(rate: Indicator, by: User, typed: str, unit: str, amount: str):
    assert deciding.correct(rate, Said("案件", typed, unit, "", "result"), by).amount == amount


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"label": " "}, "请写明这个数据数的是什么，如“新收诉前调解案件”，不超过 120 字。"),
        ({"value": "约百分之九十"}, "数值“约百分之九十”不能识别。请填数字，如 83.20、2,807 或 25.4万，单位另填。"),
        ({"value": "1,23"}, "数值“1,23”不能识别。请填数字，如 83.20、2,807 或 25.4万，单位另填。"),
        ({"unit": "万元"}, "单位请填“元”；“万”写在数值里，如 25.4万。"),
        ({"unit": "件"}, "“诉前调解成功率”的单位是 %，不是“件”。请改单位，或换一个指标。"),
        ({"kind": "没有的指标"}, "没有这个指标。请从列表中选择，或选“不属于任何指标”。"),
        ({"label": "调解\0成功率"}, "所填的内容里有看不见的字符。请删去后重新输入。"),
        ({"kind": "诉前\0"}, "所填的内容里有看不见的字符。请删去后重新输入。"),
        ({"scope": "forever"}, "请从列出的范围中选一种。"),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(rate: Indicator, by: User, change: dict[str, str], words: str):
    said = {name: getattr(SAID, name) for name in SAID.__slots__} | change

    with pytest.raises(NotAllowed) as refusal:
        deciding.correct(rate, Said(**said), by)

    assert str(refusal.value) == words
    assert at_the_same_words(rate) == [("89.96%", Origin.MACHINE, Decision.OPEN)]
    assert not Event.objects.filter(report=rate.report_id, actor=by).exists()


def test_what_a_person_decided_survives_a_newer_reading_and_a_corrected_text(report: Report, rate: Indicator, by: User):
    person = deciding.correct(rate, SAID, by)
    seven = report.indicators.get(label="院领导班子成员")
    deciding.confirm(seven, by)
    old = report.text

    text = old.text.replace("新收诉前调解案件774件", "共计新收诉前调解的案件774件")
    new = publishing.correct_text(report, text, by, "漏字", number=1)
    read_again(report)

    shift = len(new.text) - len(old.text)
    moved = Indicator.objects.get(pk=person.pk)
    assert (moved.text, moved.at, moved.until) == (new, person.at + shift, person.until + shift)
    assert new.text[moved.at : moved.until] == "89.96%"
    assert new.text[moved.start : moved.end].startswith("共计新收诉前调解的案件774件，调解成功736件")
    assert new.text[moved.start : moved.end].endswith("占比83.20%。")
    assert Indicator.objects.get(pk=seven.pk).text == new
    assert at_the_same_words(moved) == [
        ("89.96%", Origin.MACHINE, Decision.REJECTED),
        ("95.09%", Origin.PERSON, Decision.ACCEPTED),
    ]
    assert {person, seven} < set(report.indicators.data())


def test_a_figure_whose_words_are_corrected_stays_with_the_text_that_has_them(
    report: Report, rate: Indicator, by: User
):
    deciding.confirm(rate, by)
    old = report.text

    new = publishing.correct_text(report, old.text.replace("89.96%", "95.09%"), by, "与原件不符", number=1)
    assert not new.checks.exists()
    read_again(report)

    kept = Indicator.objects.get(pk=rate.pk)
    assert (kept.text, kept.decision) == (old, Decision.ACCEPTED)
    assert kept not in report.indicators.data()
    assert report.indicators.data().get(value=Decimal("95.09")).text == new
    assert new.checks.get(indicator__value=Decimal("95.09")).verdict == "holds"


def test_a_figure_that_a_newer_reading_has_dropped_is_not_decided_about(report: Report, rate: Indicator, by: User):
    save_figures(report.text, (), ())

    for verb in (deciding.confirm, deciding.reject, lambda figure, by: deciding.correct(figure, SAID, by)):
        with pytest.raises(NotAllowed, match="这个数据已不在现行文本里"):
            verb(rate, by)


def test_three_are_not_taken_for_thirteen(report: Report, by: User):
    three = report.indicators.get(label="向相关部门发出司法建议")
    deciding.confirm(three, by)
    old = report.text

    publishing.correct_text(report, old.text.replace("司法建议3份", "司法建议13份"), by, "漏字", number=1)

    three.refresh_from_db()
    assert three.text == old

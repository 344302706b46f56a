"""The only ways a figure is decided: confirmed, corrected, rejected. Each writes an Event and asks for a person.

As with the verbs of publishing.py the last word counts: what was decided may be decided again.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from reports.models import Decision, Indicator, IndicatorKind, Origin, Scope
from reports.publishing import NotAllowed, close, locked, record

SCALES = {"": 0, "万": 4, "亿": 8}
# As people type it: 83.20, 2,807, 25.4万.
NUMBER = re.compile(r"(?P<digits>\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.(?P<places>\d{1,6}))?(?P<scale>[万亿]?)")


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says that a figure is, as typed into a form; `kind` is a kind's name, "" for none."""

    label: str
    value: str
    unit: str
    kind: str
    scope: str


@transaction.atomic
def confirm(figure: Indicator, by: User) -> None:
    """The figure is as it stands there. What was put in its place before is taken back."""
    figure = current(figure)
    reject_rivals(figure, by)
    close(figure, Decision.ACCEPTED, by, timezone.now())
    record("确认数据", by, figure.report, detail=in_words(figure))


@transaction.atomic
def reject(figure: Indicator, by: User) -> None:
    """What was read there is no figure, or not worth keeping."""
    figure = current(figure)
    close(figure, Decision.REJECTED, by, timezone.now())
    record("否定数据", by, figure.report, detail=in_words(figure))


@transaction.atomic
def correct(figure: Indicator, said: Said, by: User) -> Indicator:
    """Put what a person says in the figure's place; the figure as it was read is kept, rejected.

    Returns the row that stands now: the figure itself, confirmed, where nothing differs.
    """
    figure = current(figure)
    changes = checked(said)
    differing = {name: value for name, value in changes.items() if getattr(figure, name) != value}
    if not differing.keys() - {"exponent"}:
        confirm(figure, by)
        return figure
    before = in_words(figure)
    reject_rivals(figure, by)
    close(figure, Decision.REJECTED, by, timezone.now())
    figure.pk = None
    figure._state.adding = True
    for name, value in differing.items():
        setattr(figure, name, value)
    figure.origin, figure.sure = Origin.PERSON, 1
    close(figure, Decision.ACCEPTED, by, timezone.now())
    after = in_words(figure)
    record("更正数据", by, figure.report, detail={name: [before[name], after[name]] for name in before})
    return figure


GONE = "这个数据已不在现行文本里，可能正文刚刚改过。请看现在列出的数据。"


def current(figure: Indicator) -> Indicator:
    """The row as it is now. Raises NotAllowed where a newer reading or text has done away with it."""
    locked(figure.report)
    row = Indicator.objects.select_related("kind").filter(pk=figure.pk, text__is_current=True).first()
    if row is None:
        raise NotAllowed(GONE)
    return row


def reject_rivals(figure: Indicator, by: User) -> None:
    """Of the same words only one row stands."""
    same = Indicator.objects.filter(text=figure.text_id, at=figure.at, until=figure.until)
    for other in same.exclude(pk=figure.pk).exclude(decision=Decision.REJECTED):
        close(other, Decision.REJECTED, by, timezone.now())


def checked(said: Said) -> dict[str, object]:
    """The fields of a row. Raises NotAllowed with what to enter instead."""
    label, unit = "".join(said.label.split()), "".join(said.unit.split())
    if not (label + unit + said.kind).isprintable():
        raise NotAllowed("所填的内容里有看不见的字符。请删去后重新输入。")
    if not label or len(label) > 120:
        raise NotAllowed("请写明这个数据数的是什么，如“新收诉前调解案件”，不超过 120 字。")
    value, exponent = number(said.value)
    if unit[:1] in ("万", "亿") and len(unit) > 1:
        raise NotAllowed(f"单位请填“{unit[1:]}”；“{unit[:1]}”写在数值里，如 25.4{unit[:1]}。")
    if len(unit) > 10:
        raise NotAllowed("单位不能超过 10 字，如 件、人次、%、个百分点。")
    kind = IndicatorKind.objects.filter(name=said.kind).first() if said.kind else None
    if said.kind and kind is None:
        raise NotAllowed("没有这个指标。请从列表中选择，或选“不属于任何指标”。")
    if kind and unit not in kind.unit_family:
        units = "、".join(kind.unit_family)
        raise NotAllowed(f"“{kind}”的单位是 {units}，不是“{unit}”。请改单位，或换一个指标。")
    if said.scope not in Scope.values:
        raise NotAllowed("请从列出的范围中选一种。")
    return {"label": label, "value": value, "exponent": exponent, "unit": unit, "kind": kind, "scope": said.scope}


def number(typed: str) -> tuple[Decimal, int]:
    """The number and the place of its last digit: 25.4万 is (254000, 3)."""
    typed = "".join(unicodedata.normalize("NFKC", typed).split())
    match = NUMBER.fullmatch(typed)
    if match is None:
        raise NotAllowed(f"数值“{typed[:20]}”不能识别。请填数字，如 83.20、2,807 或 25.4万，单位另填。")
    places = match["places"] or ""
    exponent = SCALES[match["scale"]] - len(places)
    return Decimal(match["digits"].replace(",", "") + places).scaleb(exponent), exponent


def in_words(figure: Indicator) -> dict[str, str]:
    return {
        "所指": figure.label,
        "数据": figure.amount,
        "指标": str(figure.kind or ""),
        "范围": figure.get_scope_display(),
    }

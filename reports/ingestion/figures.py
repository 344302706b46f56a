"""The figures and checks of readings as rows: written for a new report, and again when a newer reading is at hand."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from reports.models import Check, Decision, Indicator, IndicatorKind, ReportText
from reports.models.resolution import Changes

from . import shapes
from .rows import delete, put

DATA = "数据"
READ_AGAIN = (
    *("kind_id", "label", "value", "exponent", "unit", "exactness", "change", "reference", "scope"),
    *("start", "end", "sure"),
)
CHECKED = ("kind", "verdict", "indicator_id", "stated", "computed", "arithmetic", "start", "end")

Figures = tuple[ReportText, Sequence[shapes.Figure], Sequence[shapes.Check]]


def save_figures(text: ReportText, figures: Sequence[shapes.Figure], checks: Sequence[shapes.Check]) -> Changes:
    """Put the figures and checks that were read from `text` in the place of its undecided ones.

    Where a person has decided about words, whatever is read from the same words is left out; a check of it is about the
    row with the same amount, standing or rejected, or is left out too. Returns what changed of the data that readers see,
    as `resolve` tells it; nothing where there were no figures before.
    """
    return save_all_figures([(text, figures, checks)])[0]


def save_all_figures(readings: Sequence[Figures]) -> list[Changes]:
    """The same for many texts, with as many queries as for one."""
    kinds = dict(IndicatorKind.objects.values_list("name", "pk"))
    present: defaultdict[int, list[Indicator]] = defaultdict(list)
    for row in Indicator.objects.filter(text__in=[text for text, _, _ in readings]):
        present[row.text_id].append(row)
    matched = [matched_with(present[text.pk], text, figures, kinds) for text, figures, _ in readings]
    put(Indicator, [row for one in matched for row in one.changed], READ_AGAIN)
    wanted = [
        check for one, (text, _, checks) in zip(matched, readings, strict=True) for check in one.checks(text, checks)
    ]
    save_checks([text for text, _, _ in readings], wanted)
    delete(Indicator.objects.filter(decision=Decision.OPEN), [row.pk for one in matched for row in one.gone])
    return [data_changed(present[text.pk], one.standing) for one, (text, _, _) in zip(matched, readings, strict=True)]


@dataclass(slots=True)
class Matched:
    """The figures of a reading of one text, each with its row: new, as it was, or the one that a person decided about."""

    rows: list[Indicator | None] = field(
        default_factory=list
    )  # one for each figure, None where a person says otherwise
    changed: list[Indicator] = field(default_factory=list)  # those to be written, new ones too
    gone: list[Indicator] = field(default_factory=list)  # undecided ones that are not read any more
    decided: list[Indicator] = field(default_factory=list)

    @property
    def standing(self) -> list[Indicator]:
        return [*self.decided, *filter(None, self.rows)]

    def checks(self, text: ReportText, checks: Iterable[shapes.Check]) -> Iterator[tuple[Check, frozenset[int]]]:
        """Unsaved, each with the ids of its other figures. The rows of `changed` must have been saved."""
        for check in checks:
            stated, *others = (self.rows[number] for number in check.figures)
            if stated is not None and None not in others:
                yield check_from(check, text, stated), frozenset(other.pk for other in others if other)


def matched_with(
    present: Iterable[Indicator], text: ReportText, figures: Iterable[shapes.Figure], kinds: dict[str, int]
) -> Matched:
    found = Matched()
    undecided: defaultdict[tuple[int, int], list[Indicator]] = defaultdict(list)
    for row in present:
        if row.decision == Decision.OPEN:
            undecided[row.words].append(row)
        else:
            found.decided.append(row)
    for figure in figures:
        row = indicator_from(figure, text, kinds)
        said = [other for other in found.decided if other.at < row.until and row.at < other.until]
        if said:
            found.rows.append(next((other for other in said if same_amount(other, row)), None))
            continue
        found.rows.append(row)
        # One number may be of two things: each takes its own row again.
        olds = undecided[row.words]
        old = olds.pop(0) if olds else None
        row.pk = old.pk if old else None
        if old is None or any(getattr(old, name) != getattr(row, name) for name in READ_AGAIN):
            found.changed.append(row)
    found.gone = [row for olds in undecided.values() for row in olds]
    return found


def data_changed(before: Iterable[Indicator], after: Iterable[Indicator]) -> Changes:
    was, now = (
        {(row.kind_id, row.label, row.value, row.unit, row.scope, row.at) for row in rows if row.is_data}
        for rows in (before, after)
    )
    if not was or was == now:
        return {}
    return {DATA: [f"{len(was)} 个", f"{len(now)} 个（{len(now - was)} 个是新读出的）"]}


def same_amount(one: Indicator, other: Indicator) -> bool:
    return (one.value, one.unit) == (other.value, other.unit)


def indicator_from(figure: shapes.Figure, text: ReportText, kinds: dict[str, int]) -> Indicator:
    """An open row. A kind that was deleted or renamed meanwhile is none."""
    return Indicator(
        report_id=text.report_id,
        text_id=text.pk,
        kind_id=kinds.get(figure.indicator or ""),
        label=figure.label[:120],
        value=figure.value,
        exponent=figure.step.adjusted(),
        unit=figure.unit[:10],
        exactness=figure.exactness[:20],
        change=figure.change[:10],
        reference=figure.reference[:40],
        scope=figure.scope,
        start=min(figure.start, figure.at),
        end=max(figure.end, figure.until),
        at=figure.at,
        until=figure.until,
        sure=figure.sure,
    )


def check_from(check: shapes.Check, text: ReportText, stated: Indicator) -> Check:
    return Check(
        report_id=text.report_id,
        text_id=text.pk,
        kind=check.kind,
        verdict=check.verdict,
        indicator_id=stated.pk,
        stated=check.stated,
        computed=check.computed,
        arithmetic=check.arithmetic,
        start=check.start,
        end=check.end,
    )


def save_checks(texts: Sequence[ReportText], wanted: Sequence[tuple[Check, frozenset[int]]]) -> None:
    """Make these, each with the ids of its other figures, the checks of these texts. What stands there already stays."""
    link = Check.others.through
    present = Check.objects.filter(text__in=texts)
    others: defaultdict[int, set[int]] = defaultdict(set)
    for check, other in link.objects.filter(check__in=present).values_list("check_id", "indicator_id"):
        others[check].add(other)
    left: defaultdict[Hashable, list[int]] = defaultdict(list)
    for row in present:
        left[said_by(row, frozenset(others[row.pk]))].append(row.pk)
    new = []
    for row, figures in wanted:
        same = left[said_by(row, figures)]
        if same:
            same.pop()
        else:
            new.append((row, figures))
    delete(Check.objects.all(), [pk for same in left.values() for pk in same])
    Check.objects.bulk_create(row for row, _ in new)
    link.objects.bulk_create(link(check_id=row.pk, indicator_id=other) for row, figures in new for other in figures)


def said_by(check: Check, others: frozenset[int]) -> Hashable:
    return check.text_id, *(getattr(check, name) for name in CHECKED), others

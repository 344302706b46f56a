"""A report's figures beside its text: what counts as data, by what it measures, each with the line that it stands in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Value, When

from reports.models import Check, Indicator, ReportText

from .queries import Lines

OF_NO_KIND = "其他数据"
# Beside one page; a report has some thirty. A bound volume has thousands: to draw them all would keep its reader waiting.
MOST, MOST_CHECKS = 300, 100


@dataclass(frozen=True, slots=True)
class Row:
    """A figure as it is printed; `anchor` and `where` are those of its line: p6, 第6段."""

    figure: Indicator
    number: str
    unit: str
    anchor: str
    where: str


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one kind in reading order."""

    name: str
    rows: list[Row] = field(default_factory=list)


def figures_of(figures: Iterable[Indicator], version: ReportText, lines: Lines) -> list[Group]:
    """By kind, in the order in which the kinds come up; those of no kind last."""
    groups: dict[int | None, Group] = {}
    for figure in figures:
        group = groups.setdefault(figure.kind_id, Group(str(figure.kind or OF_NO_KIND)))
        group.rows.append(Row(figure, *figure.printed_in(version.text), *lines.at(figure.at)))
    return [group for kind, group in sorted(groups.items(), key=lambda item: item[0] is None)]


@dataclass(frozen=True, slots=True)
class Run:
    """As many of a report's figures as are shown at once: from the `first` to the `last`, counted from 1, of `total` in
    reading order. `number` is what `?figures=` asks for; the runs beside it are 0 where there are none."""

    groups: list[Group]
    number: int
    first: int
    last: int
    total: int

    @property
    def earlier(self) -> int:
        return self.number - 1

    @property
    def later(self) -> int:
        return self.number + 1 if self.last < self.total else 0

    @property
    def left_out(self) -> int:
        return self.total - (self.last - self.first + 1)


def run_of(version: ReportText, lines: Lines, asked: Any) -> Run:
    """The run that `asked` (a query string: `figure`, a figure's id, or `figures`, a run) wants to see, else the first. Two
    queries."""
    data = version.indicators.data()
    ids = list(data.values_list("pk", flat=True))
    starts = range(0, len(ids), MOST)
    with_figure = next((at // MOST for at, pk in enumerate(ids) if str(pk) == asked.get("figure")), None)
    by_number = next((at for at in range(len(starts)) if str(at + 1) == asked.get("figures")), 0)
    at = by_number if with_figure is None else with_figure
    shown = ids[at * MOST : (at + 1) * MOST]
    groups = figures_of(data.filter(pk__in=shown).select_related("kind"), version, lines)
    return Run(groups, number=at + 1, first=at * MOST + 1, last=at * MOST + len(shown), total=len(ids))


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check with the lines that its figures stand in as (anchor, what to call it), that of what is stated first."""

    check: Check
    lines: list[tuple[str, str]]

    @property
    def anchor(self) -> str:
        return self.lines[0][0]


def checks_of(version: ReportText, lines: Lines) -> tuple[list[CheckRow], int]:
    """What does not come out first, MOST_CHECKS at most; and how many more there are."""
    standing = version.checks.standing()
    comes_out = Case(When(verdict=Check.Verdict.HOLDS, then=Value(1)), default=Value(0))
    checks = list(standing.order_by(comes_out, "start", "pk")[:MOST_CHECKS])
    rows = [CheckRow(check, lines.with_any(figure.at for figure in check.figures)) for check in checks]
    return rows, standing.count() - len(rows) if len(rows) == MOST_CHECKS else 0

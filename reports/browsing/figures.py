"""A report's figures beside its text: what counts as data, by what it measures, each with the line that it stands in."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from reports.models import Check, Indicator, ReportText

from .queries import Lines

OF_NO_KIND = "其他数据"


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
class CheckRow:
    """A check with the lines that its figures stand in as (anchor, what to call it), that of what is stated first."""

    check: Check
    lines: list[tuple[str, str]]

    @property
    def anchor(self) -> str:
        return self.lines[0][0]


def checks_of(version: ReportText, lines: Lines) -> list[CheckRow]:
    """What does not come out first."""
    rows = [
        CheckRow(check, lines.with_any(figure.at for figure in check.figures)) for check in version.checks.standing()
    ]
    return sorted(rows, key=lambda row: row.check.verdict == Check.Verdict.HOLDS)

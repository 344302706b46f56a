"""A report's figures beside its text: what counts as data, by what it measures, each with the line that it stands in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from reports.models import Check, Indicator, ReportText, Section

from .queries import lines_with

Place = tuple[int, int]
OF_NO_KIND = "其他数据"


@dataclass(frozen=True, slots=True)
class Row:
    """A figure as it is printed; `anchor` and `where` are those of its line: p6, 第6段."""

    figure: Indicator
    number: str
    unit: str
    anchor: str
    where: str

    @property
    def sentence(self) -> Place:
        return self.figure.start, self.figure.end

    @property
    def words(self) -> Place:
        return self.figure.at, self.figure.until


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one kind in reading order."""

    name: str
    rows: list[Row] = field(default_factory=list)


def figures_of(figures: Iterable[Indicator], version: ReportText, sections: Sequence[Section]) -> list[Group]:
    """By kind, in the order in which the kinds come up; those of no kind last."""
    groups: dict[int | None, Group] = {}
    for figure in figures:
        group = groups.setdefault(figure.kind_id, Group(str(figure.kind or OF_NO_KIND)))
        group.rows.append(row_of(figure, version, sections))
    return [group for kind, group in sorted(groups.items(), key=lambda item: item[0] is None)]


def row_of(figure: Indicator, version: ReportText, sections: Sequence[Section]) -> Row:
    ((anchor, where),) = lines_with([(figure.at, figure.until)], version, sections)
    return Row(figure, *figure.printed_in(version.text), anchor, where)


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check with the sentences and the words of all its figures, and the lines they stand in, that of what is stated first."""

    check: Check
    sentences: list[Place]
    words: list[Place]
    anchor: str
    lines: list[tuple[str, str]]


def checks_of(version: ReportText, sections: Sequence[Section]) -> list[CheckRow]:
    """What does not come out first. Two queries."""
    checks = version.checks.standing().select_related("indicator").prefetch_related("others")
    rows = [check_row(check, version, sections) for check in checks]
    return sorted(rows, key=lambda row: row.check.verdict == Check.Verdict.HOLDS)


def check_row(check: Check, version: ReportText, sections: Sequence[Section]) -> CheckRow:
    figures = [check.indicator, *check.others.all()]
    sentences = list(dict.fromkeys((figure.start, figure.end) for figure in figures))
    words = [(figure.at, figure.until) for figure in figures]
    lines = lines_with(words, version, sections)
    return CheckRow(check, sentences, words, lines[0][0], lines)

"""To which part of a report each of its lines belongs, whatever the headings' own words are. Pure.

A report tells of what was done; a heading that speaks of what is lacking, of the first person responsible or of the next
year begins another part, to which everything below it belongs. Reports without such headings say it in their last
paragraphs.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, Protocol

PartName = Literal["举措和成效", "存在的不足和原因", "第一责任人履职", "下一年安排", "其他"]
DONE: PartName = "举措和成效"
LACKING: PartName = "存在的不足和原因"
DUTY: PartName = "第一责任人履职"
PLANNED: PartName = "下一年安排"
OTHER: PartName = "其他"
PARTS: tuple[PartName, ...] = (DONE, LACKING, DUTY, PLANNED, OTHER)  # in the order in which reports have them
TOLD = PARTS[:-1]  # what a report is expected to tell

# 守护少年未来 and 创新工作思路 are no plans.
_PLAN_HEADING = re.compile(
    r"下一?步|下一?年|明年|来年|今后|未来(?![\s，、；。”]|$)|打算|展望|努力方向|(主要|工作|总体|重点)安排"
    r"|(?<!创新)(?<!拓宽)工作(计划|思路|设想)"
)
# As the first heading, or with that of the plan still to come, it says what was done: 2023年重点工作.
_YEAR_PLAN = re.compile(r"20\d\d年度?(重点工作|主要任务|重点任务|(主要|重点)?工作(重点|要点|目标|部署|任务))$")
# 整改存在的问题 and 存在问题整改情况 tell of what was done about them.
_LACK_HEADING = re.compile(
    r"(?<!整改)(?<!解决)(?<!破解)(?<!化解)(?<!聚焦)(?<!针对)(?<!落实)(?<!查摆)(存在|面临|主要)的?.{0,4}(问题|困难)"
    r"(?!的?(整改|解决)(落实)?(情况|成效|到位))|(?<!补)不足|(?<!补)(?<!补齐)短板|(?<!缩小)差距"
)
_HEADINGS: tuple[tuple[PartName, re.Pattern[str]], ...] = (
    (LACKING, _LACK_HEADING),
    (DUTY, re.compile(r"第一责任人|主要负责人.{0,6}履行")),
    (PLANNED, _PLAN_HEADING),
    (OTHER, re.compile(r"附件|附录|附表|名词解释|用语说明|数据说明|(意见|对策)[和与及]?建议$")),
)
_OPENINGS: tuple[tuple[PartName, re.Pattern[str]], ...] = (
    (LACKING, re.compile(r"[^。]{0,24}(?:成绩的同时|[清深][醒刻]地?(?:认识|看)到|(?:仍然?|还)存在)")),
    (
        PLANNED,
        re.compile(
            r"(?:下一?步|下一?年|明年|来年|今后|未来|接下来|展望|新的一年)[^。；]{0,40}[，,]|20\d\d年(?:是|[，,]?[^，。]{0,12}将)"
        ),
    ),
)
_NAMED_BY: dict[str, tuple[str, ...]] = {
    DONE: ("举措", "成效"),
    LACKING: ("不足",),
    DUTY: ("第一责任人",),
    PLANNED: ("安排",),
}
_SHORT = 25  # characters; a longer heading is a paragraph's first sentence, and speaks of many things
_HEAD = {"court", "title", "subtitle"}  # what stands above a report is no part of it


class AnyRow(Protocol):
    """A line of a text, or a heading over its whole section: what a stored `Section` says."""

    @property
    def kind(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def level(self) -> int | None: ...
    @property
    def heading(self) -> str: ...


class Assigned(Protocol):
    """A row that knows its part; "" is none."""

    @property
    def kind(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def part(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines that follow each other and belong to one part: (start, end) in the text, without the last line end."""

    part: str
    start: int
    end: int


# ---- from headings and openings
def parts_of(text: str, rows: Sequence[AnyRow]) -> list[PartName | None]:
    """Each row's part: a heading's, and for a line the part that a reader is in. None above the report (court, title)."""
    by_headings = {id(row): part for row, part in parts_by_headings(rows)}
    closing = dict(closing_parts(text, rows))
    parts: list[PartName | None] = []
    for row in rows:
        match row.kind:
            case "heading":
                parts.append(by_headings[id(row)])
            case "para":
                parts.append(closing.get(row.start) or by_headings[id(row)])
            case kind:
                parts.append(None if kind in _HEAD else OTHER)
    return parts


def parts_by_headings(rows: Iterable[AnyRow]) -> Iterator[tuple[AnyRow, PartName]]:
    """The rows in a report's order, each with the part of the headings that it stands under, its own included."""
    open_ones: list[tuple[AnyRow, PartName]] = []
    is_first = True
    in_order = sorted(rows, key=lambda row: (row.start, row.kind != "heading", row.level or 0))
    plan = max((row.start for row in in_order if row.kind == "heading" and _names_plan(row.heading)), default=0)
    for row in in_order:
        open_ones = [(above, part) for above, part in open_ones if row.start < above.end]
        around = open_ones[-1][1] if open_ones else None
        if row.kind != "heading":
            yield row, around or DONE
            continue
        part = _by_heading(row.heading, around)
        if not is_first and part == DONE and row.end > plan and _YEAR_PLAN.search(row.heading):
            part = PLANNED
        is_first = False
        open_ones.append((row, part))
        yield row, part


def _names_plan(heading: str) -> bool:
    return _by_heading(heading, DONE) == PLANNED or _YEAR_PLAN.search(heading) is not None


def _by_heading(heading: str, above: PartName | None) -> PartName:
    """What a heading says first; below a heading of another part than what was done nothing departs from that."""
    if above not in (None, DONE) or (above and len(heading) > _SHORT):
        return above or DONE
    said = [(match.start(), part) for part, pattern in _HEADINGS if (match := pattern.search(heading))]
    return min(said)[1] if said else above or DONE


def closing_parts(text: str, rows: Sequence[AnyRow]) -> Iterator[tuple[int, PartName]]:
    """Where paragraphs start, in the second half, that begin another part or follow one that does; and that part. They
    stand after the last heading; what is lacking may stand before the heading of the plan too."""
    headings = list(parts_by_headings(row for row in rows if row.kind == "heading"))
    paragraphs = sorted((row for row in rows if row.kind == "para"), key=lambda row: row.start)
    half = len(text) // 2
    plan = next((row.start for row, part in headings if part == PLANNED and row.start > half), None)
    if plan is not None:
        above = max((row.start for row, _ in headings if row.start < plan), default=0)
        yield from _begun(text, (row for row in paragraphs if max(above, half) < row.start < plan), _OPENINGS[:1])
    last = max((row.start for row, _ in headings), default=0)
    yield from _begun(text, (row for row in paragraphs if row.start > max(last, half)), _OPENINGS)


def _begun(
    text: str, paragraphs: Iterable[AnyRow], openings: Iterable[tuple[PartName, re.Pattern[str]]]
) -> Iterator[tuple[int, PartName]]:
    part: PartName | None = None
    for row in paragraphs:
        begins = (name for name, pattern in openings if pattern.match(text, row.start, row.end))
        part = next(begins, part)
        if part:
            yield row.start, part


def is_said_by(heading: str, part: str) -> bool:
    """Whether a heading's own words name its part, so that a reader need not be told."""
    return any(word in heading for word in _NAMED_BY.get(part, ()))


# ---- from what is stored
def line_parts(text: str, rows: Iterable[Assigned]) -> list[str]:
    """The part of every line of the text, "" for none."""
    known: dict[int, str] = {}
    for row in rows:
        # A run-in heading shares its start with its paragraph, whose row says what the line is.
        if row.kind != "heading":
            known[row.start] = row.part
        else:
            known.setdefault(row.start, row.part)
    parts, start = [], 0
    for line in text.split("\n"):
        parts.append(known.get(start, ""))
        start += len(line) + 1
    return parts


def passages(text: str, rows: Iterable[Assigned]) -> list[Passage]:
    """The text's passages in order, without what belongs to no part."""
    found, start = [], 0
    lines = zip(line_parts(text, rows), text.split("\n"), strict=True)
    for part, together in groupby(lines, key=lambda line: line[0]):
        end = start + sum(len(line) + 1 for _, line in together)
        if part:
            found.append(Passage(part, start, end - 1))
        start = end
    return found

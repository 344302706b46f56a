"""A page of the original beside the text: its picture, and the place of every paragraph on it."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from reports.models import ReportText
from reports.models.sources import scan_mark
from reports.templatetags.report_text import Line, anchor_at

from .places import Box, Placed, outlines, placed

# In ten-thousandths of the page: air between the words and the line around them.
_AIR = 40


@dataclass(frozen=True, slots=True)
class Outline:
    """A frame on the page round what one line of the text says. `is_chosen`: it is the line that was asked for."""

    anchor: str
    x: int
    y: int
    width: int
    height: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """Another page, and the line of the text that it begins with."""

    number: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """The page that stands open. `picture` is its address; `here` the line to go back to; the turns are None at the ends."""

    number: int
    picture: str
    scan_mark: str
    outlines: tuple[Outline, ...]
    here: str
    earlier: Turn | None
    later: Turn | None


def leaf_of(version: ReportText, lines: Sequence[Line], asked: Any, address: Callable[[int], str]) -> Leaf | None:
    """The page that `asked` (a query string: `page`, and `at`, a line's anchor) wants to see; None where it wants none.

    Only pages that the text stands on are shown. `address` tells where the picture of a page is to be had.
    """
    turns = [Turn(number, anchor_at(lines, start)) for number, start in first_starts(version).items()]
    here = next((place for place, turn in enumerate(turns) if str(turn.number) == asked.get("page")), None)
    if here is None:
        return None
    number = turns[here].number
    page = version.read_from.page(number) or {}
    chosen = asked.get("at", "")
    frames = tuple(
        Outline(
            line.anchor,
            left - _AIR,
            top - _AIR,
            right - left + 2 * _AIR,
            bottom - top + 2 * _AIR,
            line.anchor == chosen,
        )
        for line, boxes in boxes_of(version, lines, number, page)
        for left, top, right, bottom in boxes
    )
    return Leaf(
        number=number,
        picture=address(number),
        scan_mark=scan_mark(page.get("sure")),
        outlines=frames,
        here=chosen if any(line.anchor == chosen for line in lines) else turns[here].anchor,
        earlier=turns[here - 1] if here else None,
        later=turns[here + 1] if here + 1 < len(turns) else None,
    )


def boxes_of(
    version: ReportText, lines: Sequence[Line], number: int, page: dict[str, Any]
) -> list[tuple[Line, list[Box]]]:
    """Where each line of the text stands on the page; lines of which nothing is known there are left out."""
    starts = [line.start for line in lines]
    printed: defaultdict[int, list[Placed]] = defaultdict(list)
    for row in placed(version.text, version.spans_on(number), page.get("text", ""), page.get("boxes", ())):
        for at in range(bisect_right(starts, row.start) - 1, bisect_left(starts, row.end)):
            printed[at].append(row)
    rows = [(lines[at], printed[at]) for at in sorted(printed)]
    found = [(line, outlines(on_page, line.start, line.start + len(line.words))) for line, on_page in rows]
    return [(line, boxes) for line, boxes in found if boxes]


def first_starts(version: ReportText) -> dict[int, int]:
    """Page -> where the text first stands on it, in the order of the text."""
    starts: dict[int, int] = {}
    for start, number in version.pages:
        if number is not None:
            starts.setdefault(number, start)
    return starts

"""Where a paragraph stands on the page it was read from. Pure: a text, a page as it was read, and nothing else.

Cleaning has joined the page's lines, mended characters and dropped what is no text; a person may have corrected words since.
So lines are found again by their characters: first those that stand in the text once, then the others beside them.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

# Left, top, right, bottom, in ten-thousandths of the page's width and height.
Box = tuple[int, int, int, int]
Span = tuple[int, int]

# A line that stands in the text once tells where it is, unless it is so short that it may be a name that is mentioned;
# one as long as this cannot be.
_TELLING, _CERTAIN = 8, 16
# Of a line whose characters were changed, as many have to be found again.
_ENOUGH = 0.5
# Two lines are beside each other in the text even where so many characters between them were mended away.
_SLIP = 2
# What no page of print comes near: to look for more would keep a reader waiting.
_MOST_LINES, _MOST_CHARACTERS, _LONGEST_CHANGED = 2000, 50_000, 200


@dataclass(frozen=True, slots=True)
class Placed:
    """One printed line: which stretch of the text it holds, and where it stands on the page."""

    start: int
    end: int
    box: Box


def placed(text: str, spans: Sequence[Span], page_text: str, boxes: Sequence[Sequence[int] | None]) -> list[Placed]:
    """The page's lines that are found in these stretches of the text, in the page's order.

    `boxes`: one for each line of `page_text` (parted at \\n), or None; there may be fewer.
    """
    longest = max(len(page_text), sum(end - start for start, end in spans))
    if len(boxes) > _MOST_LINES or longest > _MOST_CHARACTERS:
        return []
    folded, offsets = folded_with_offsets(text, spans)
    lines = [
        (folded_line, box)
        for line, box in zip(page_text.split("\n"), boxes, strict=False)
        if box and (folded_line := folded_with_offsets(line, [(0, len(line))])[0])
    ]
    ends = frozenset(
        place
        for place in range(len(folded) + 1)
        if place in (0, len(folded)) or "\n" in text[offsets[place - 1] : offsets[place]]
    )
    found = _found([line for line, _ in lines], folded, ends)
    return [
        Placed(offsets[place[0]], offsets[place[1] - 1] + 1, (box[0], box[1], box[2], box[3]))
        for place, (_, box) in zip(found, lines, strict=True)
        if place
    ]


def folded_with_offsets(text: str, spans: Iterable[Span]) -> tuple[str, list[int]]:
    """These stretches of the text as cleaning leaves no difference in them, and where each character stood."""
    characters, offsets = [], []
    for start, end in spans:
        for offset in range(start, end):
            for character in _folded(text[offset]):
                characters.append(character)
                offsets.append(offset)
    return "".join(characters), offsets


@lru_cache(maxsize=8192)
def _folded(character: str) -> str:
    return "".join(unicodedata.normalize("NFKC", character).lower().split())


def _found(lines: Sequence[str], text: str, ends: frozenset[int]) -> list[Span | None]:
    """Where each line stands in the text. `ends`: the places between two lines of the text."""
    found: list[Span | None] = [
        (at, at + len(line))
        if len(line) >= _TELLING and (at := text.find(line)) >= 0 and at == text.rfind(line)
        else None
        for line in lines
    ]
    found = [
        place if place and (len(line) >= _CERTAIN or _is_confirmed(number, found, ends)) else None
        for number, (line, place) in enumerate(zip(lines, found, strict=True))
    ]
    for look in (_as_printed, _changed, _as_printed):
        begins, end = _begins_after(found, len(text)), 0
        for number, line in enumerate(lines):
            place = found[number] or look(line, text, end, begins[number], ends)
            if place:
                found[number], end = place, place[1]
    return found


def _is_confirmed(number: int, found: Sequence[Span | None], ends: frozenset[int]) -> bool:
    """Whether a line is no mere mention: it is a whole line of the text, or goes on from, or to, the line beside it."""
    place, before, after = found[number], found[number - 1] if number else None, (*found, None)[number + 1]
    return place is not None and (
        ends.issuperset(place)
        or (before is not None and abs(place[0] - before[1]) <= _SLIP)
        or (after is not None and abs(after[0] - place[1]) <= _SLIP)
    )


def _begins_after(found: Sequence[Span | None], end: int) -> list[int]:
    """For each line where the next one that is found begins."""
    begins = []
    for place in reversed(found):
        begins.append(end)
        end = place[0] if place else end
    return begins[::-1]


def _as_printed(line: str, text: str, start: int, end: int, ends: frozenset[int]) -> Span | None:
    """The line where the one before it ended, or as a whole line of the text."""
    at = text.find(line, start, min(end, start + len(line) + _SLIP))
    if at < 0:
        at = text.find(line, start, end)
        while at >= 0 and not ends.issuperset((at, at + len(line))):
            at = text.find(line, at + 1, end)
    return (at, at + len(line)) if at >= 0 else None


def _changed(line: str, text: str, start: int, end: int, _ends: frozenset[int]) -> Span | None:
    """The line where the one before it ended, with enough of its characters still the same."""
    if len(line) > _LONGEST_CHANGED:
        return None
    window = text[start : min(end, start + 2 * len(line))]
    blocks = SequenceMatcher(None, line, window, autojunk=False).get_matching_blocks()
    same = [block for block in blocks if block.size > 1]
    if sum(block.size for block in same) < _ENOUGH * len(line) or same[0].b - same[0].a > _SLIP:
        return None
    first, last = max(0, same[0].b - same[0].a), min(len(window), same[-1].b + len(line) - same[-1].a)
    return start + first, start + last


# How far below a line the next of its paragraph may stand, in heights of a line.
_FARTHEST = 4


def outlines(lines: Iterable[Placed], start: int, end: int) -> list[Box]:
    """The boxes round what stands at (start, end): one, or one for each column that it runs through."""
    return [_around(group) for group in _groups(line.box for line in lines if line.start < end and line.end > start)]


def _groups(boxes: Iterable[Box]) -> Iterator[list[Box]]:
    group: list[Box] = []
    for box in boxes:
        if group:
            left, top, right, bottom = group[-1]
            beside = box[0] >= right or box[2] <= left
            if beside or box[1] < top or box[1] - bottom > _FARTHEST * (bottom - top):
                yield group
                group = []
        group.append(box)
    if group:
        yield group


def _around(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)

"""Pieces of printed text with their places -> lines in the order a person reads them, column by column."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter
from statistics import median
from typing import NamedTuple

from ..shapes import Box

# A page's width, and its height, in the unit of a Box.
_WHOLE = 10_000

# In heights of a character. The white between two columns is wider than any space in a justified line.
_GUTTER = 0.7
_TOUCHING = 0.6
_STRIP = 0.8
# A strip across columns parts articles where it is so much wider than the gutter.
_WIDER = 1.2
_SAME_LINE = 0.5
# Fewer lines beside each other are a signature or a caption, not columns.
_FEWEST_LINES = 4
# The lines of a column of running text mostly reach its edge; the cells of a table do not.
_FULL_LINE = 0.8
_LEAST_FULL = 0.5
_NARROWEST = 7
_DEEPEST = 40


Frame = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text on one line. Coordinates grow to the right and downwards, in any unit.

    `seen`: left, top, right, bottom as it stands on the page, where its own coordinates were mended for reading.
    """

    left: float
    top: float
    right: float
    bottom: float
    text: str
    seen: Frame | None = None
    middle: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "middle", (self.top + self.bottom) / 2)

    @property
    def frame(self) -> Frame:
        return self.seen or (self.left, self.top, self.right, self.bottom)

    @property
    def middle_x(self) -> float:
        return (self.left + self.right) / 2


_LEFT, _TOP, _RIGHT, _MIDDLE = (attrgetter(name) for name in ("left", "top", "right", "middle"))
Line = list[Piece]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines below each other with nothing beside them."""

    lines: list[Line]

    @property
    def left(self) -> float:
        return min(line[0].left for line in self.lines)

    @property
    def right(self) -> float:
        return max(line[-1].right for line in self.lines)


def blocks_of(pieces: Sequence[Piece]) -> list[Block]:
    """XY-cut: split at the white between columns where there is any, else at the widest white between lines."""
    if not pieces:
        return []
    em = median(piece.bottom - piece.top for piece in pieces)
    return _cut(list(pieces), em, 0)


def _cut(pieces: list[Piece], em: float, depth: int) -> list[Block]:
    parts = _headed(pieces, em) if depth < _DEEPEST else None
    if parts is None and depth < _DEEPEST:
        # Without a piece beside another there are neither columns nor rows of them.
        beside = _may_be_parted(pieces, em)
        parts = (beside and (_rows(pieces, em) or _columns(pieces, em))) or _bands(pieces, em)
    if parts:
        return [block for part in parts for block in _cut(part, em, depth + 1)]
    return [Block(lines_of(pieces))]


def _headed(pieces: list[Piece], em: float) -> list[list[Piece]] | None:
    """A headline or byline over the middle of several columns, and what stands below it."""
    first = min(pieces, key=_TOP)
    below = [piece for piece in pieces if piece is not first]
    if not below or min(map(_TOP, below)) - first.bottom < _STRIP * em:
        return None
    left, right = min(map(_LEFT, pieces)), max(map(_RIGHT, pieces))
    is_centred = abs((first.left + first.right) - (left + right)) < 2 * em
    return [[first], below] if is_centred and _columns(below, em) is not None else None


def _rows(pieces: list[Piece], em: float) -> list[list[Piece]] | None:
    """The pieces above and below a white strip that is wider than the white between the columns it crosses."""
    strip = _widest_strip(pieces)
    if strip.white < 2 * _STRIP * em:
        return None
    if strip.white < _WIDER * _widest_gutter(pieces).white or _columns(pieces, em) is None:
        return None
    return _above_and_below(pieces, strip)


def _columns(pieces: list[Piece], em: float) -> list[list[Piece]] | None:
    """The pieces left and right of the widest white that runs from top to bottom."""
    if not _may_be_parted(pieces, em):
        return None
    gutter = _widest_gutter(pieces)
    if gutter.white < _GUTTER * em:
        return None
    left = [piece for piece in pieces if piece.right <= gutter.middle]
    right = [piece for piece in pieces if piece.right > gutter.middle]
    return [left, right] if _is_column(left, em) and _is_column(right, em) else None


def _may_be_parted(pieces: list[Piece], em: float) -> bool:
    """Whether any piece stands wholly to the right of another; if none does, no gutter need be looked for."""
    return max(map(_LEFT, pieces)) - min(map(_RIGHT, pieces)) >= _GUTTER * em


def _is_column(pieces: list[Piece], em: float) -> bool:
    """Whether most of it is long stretches of text whose lines fill the width they stand in.

    A column that is columns itself counts; the cells of a table are short.
    """
    lines = lines_of(pieces)
    if len(lines) < _FEWEST_LINES:
        return False
    wide = sum(piece.right - piece.left for piece in pieces if piece.right - piece.left >= _NARROWEST * em)
    if wide < _LEAST_FULL * sum(piece.right - piece.left for piece in pieces):
        return False
    width = max(line[-1].right for line in lines) - min(line[0].left for line in lines)
    full = sum(line[-1].right - line[0].left >= _FULL_LINE * width for line in lines)
    return full >= _LEAST_FULL * len(lines) or any(len(line) > 1 for line in lines)


def _bands(pieces: list[Piece], em: float) -> list[list[Piece]] | None:
    """The pieces above and below the widest white from left to right; a narrow one counts where it shows columns."""
    may_be_parted = _may_be_parted(pieces, em)
    for strip in sorted(_whites([(piece.top, piece.bottom) for piece in pieces]), reverse=True):
        is_wide = strip.white >= _STRIP * em
        if not is_wide and not may_be_parted:
            return None
        above, below = _above_and_below(pieces, strip)
        if is_wide or _columns(above, em) or _columns(below, em):
            return [above, below]
    return None


# --- articles beside each other ---------------------------------------------------------------------------------------

# Of the widest gutter, how wide one must be to part articles too.
_AS_WIDE = 0.85
# In heights of a character: how far the edges of an article may be apart on two pages.
_SAME_EDGE = 2.0
# Lines: a court, a headline of two, a byline.
_LONGEST_HEAD = 5
_ENDS = tuple("。！？；：…”’）)》】")

Articles = list[list[Piece]]


def articles_across(
    before: Sequence[Piece], feet: Articles, after: Sequence[Piece]
) -> list[tuple[list[Piece], list[Piece]]]:
    """Two pages in the order of reading where articles beside each other at the foot of one go on at the head of the next:
    (what stands on the first page, what on the second). Empty where none does. `feet`: those at the first one's foot.

    None has a headline of its own on the second page, all stand between the same edges, and one at least breaks off in
    mid-sentence.
    """
    heads, em = _articles_at_head(after), _em(before)
    if not feet or len(feet) != len(heads) or not all(map(_has_columns, heads)):
        return []
    if not all(_between_the_same_edges(foot, head, em) for foot, head in zip(feet, heads, strict=True)):
        return []
    if not any(_breaks_off(foot) for foot in feet):
        return []
    return [
        (_without(before, feet), []),
        *zip(feet, heads, strict=True),
        ([], _without(after, heads)),
    ]


def articles_at_foot(pieces: Sequence[Piece]) -> Articles:
    """Articles beside each other at the foot of a page, each set in columns; none where there is one article, or none.

    Two pages printed on one sheet are none either: they fill it, and not each has a headline.
    """
    band = _band(pieces, -1)
    articles = _beside_each_other(band)
    return [] if len(band) == len(pieces) and any(map(_has_columns, articles)) else articles


def _articles_at_head(pieces: Sequence[Piece]) -> Articles:
    return _beside_each_other(_band(pieces, 0))


def _em(pieces: Sequence[Piece]) -> float:
    return median(piece.bottom - piece.top for piece in pieces) if pieces else 0.0


def _band(pieces: Sequence[Piece], which: int) -> list[Piece]:
    """The first (0) or last (-1) of the bands that white strips across the whole page make."""
    em, band = _em(pieces), list(pieces)
    while band and (parts := _rows(band, em)):
        band = parts[which]
    return band


def _beside_each_other(band: list[Piece]) -> Articles:
    gutters = list(_whites([(piece.left, piece.right) for piece in band])) if band else []
    widest = max((gutter.white for gutter in gutters), default=0.0)
    edges = [gutter.middle for gutter in gutters if gutter.white >= max(_AS_WIDE * widest, _GUTTER * _em(band))]
    between = [
        [piece for piece in band if left < piece.middle_x <= right]
        for left, right in pairwise((-math.inf, *edges, math.inf))
    ]
    return between if edges and all(_has_columns(article, _LONGEST_HEAD) for article in between) else []


def _has_columns(pieces: list[Piece], head: int = 0) -> bool:
    """Whether it is set in columns, perhaps below so many lines of a head."""
    lines, em = lines_of(pieces), _em(pieces)
    return any(
        _columns([piece for line in lines[above:] for piece in line], em) is not None
        for above in range(min(head, len(lines) - 1) + 1)
    )


def _between_the_same_edges(one: list[Piece], other: list[Piece], em: float) -> bool:
    return (
        abs(min(piece.left for piece in one) - min(piece.left for piece in other)) < _SAME_EDGE * em
        and abs(max(piece.right for piece in one) - max(piece.right for piece in other)) < _SAME_EDGE * em
    )


def _breaks_off(pieces: list[Piece]) -> bool:
    *_, (last, _) = printed_lines(pieces)
    return not last.endswith(_ENDS)


def _without(pieces: Sequence[Piece], taken: Articles) -> list[Piece]:
    elsewhere = {id(piece) for article in taken for piece in article}
    return [piece for piece in pieces if id(piece) not in elsewhere]


# --- white ------------------------------------------------------------------------------------------------------------


class _White(NamedTuple):
    white: float
    middle: float


def _widest_strip(pieces: list[Piece]) -> _White:
    return _widest([(piece.top, piece.bottom) for piece in pieces])


def _widest_gutter(pieces: list[Piece]) -> _White:
    return _widest([(piece.left, piece.right) for piece in pieces])


def _widest(spans: list[tuple[float, float]]) -> _White:
    """The widest of `_whites`, the last of several; nothing where there is none. Asked at every cut, so no list is made."""
    spans.sort()
    edge, widest, middle = spans[0][1], 0.0, 0.0
    for start, end in spans:
        if start > edge and start - edge >= widest:
            widest, middle = start - edge, (start + edge) / 2
        if end > edge:
            edge = end
    return _White(widest, middle)


def _whites(spans: list[tuple[float, float]]) -> Iterator[_White]:
    """What no span covers, between the first and the last."""
    ordered = sorted(spans)
    edge = ordered[0][1]
    for start, end in ordered:
        if start > edge:
            yield _White(start - edge, (start + edge) / 2)
        edge = max(edge, end)


def _above_and_below(pieces: list[Piece], strip: _White) -> list[list[Piece]]:
    above = [piece for piece in pieces if piece.middle < strip.middle]
    return [above, [piece for piece in pieces if piece.middle >= strip.middle]]


def lines_of(pieces: Sequence[Piece]) -> list[Line]:
    """Pieces beside each other make a line; lines from top to bottom, pieces from left to right."""
    lines: list[Line] = []
    middle = -math.inf
    for piece in sorted(pieces, key=_MIDDLE):
        height = piece.bottom - piece.top
        if piece.middle - middle < _SAME_LINE * (height if height > 1e-9 else 1e-9):
            lines[-1].append(piece)
        else:
            lines.append([piece])
            middle = piece.middle
    for line in lines:
        if len(line) > 1:
            line.sort(key=_LEFT)
    return lines


def breaks(pieces: Sequence[Piece], blocks: Sequence[Block]) -> int:
    """How often the order in which the pieces were drawn leaves one block for another and comes back to it later, or goes
    back to the line above."""
    home = {id(piece): number for number, block in enumerate(blocks) for line in block.lines for piece in line}
    visited: set[int] = set()
    count, before, middle = 0, -1, 0.0
    for piece in pieces:
        here = home[id(piece)]
        if here != before:
            count += here in visited
            visited.add(here)
        elif middle - piece.middle > piece.bottom - piece.top:
            count += 1
        before, middle = here, piece.middle
    return count


def level(pieces: Sequence[Piece], slope: float) -> list[Piece]:
    """The pieces of a page that was scanned askew, turned straight; `slope` is how far a line falls on its way."""
    angle = math.atan(slope)
    sine, cosine = math.sin(-angle), math.cos(-angle)
    turned = []
    for piece in pieces:
        middle_x, middle_y = (piece.left + piece.right) / 2, piece.middle
        x, y = middle_x * cosine - middle_y * sine, middle_x * sine + middle_y * cosine
        wide, high = (piece.right - piece.left) / 2, (piece.bottom - piece.top) / 2
        turned.append(Piece(x - wide, y - high, x + wide, y + high, piece.text, piece.frame))
    return turned


_INDENT = "\u3000\u3000"
_LEAST_INDENT, _MOST_INDENT = 1.2, 3.2


def printed(block: Block, em: float) -> list[str]:
    """The block's lines as text; two ideographic spaces where one begins further in, as paragraphs do."""
    left = median(sorted(line[0].left for line in block.lines)[: max(1, len(block.lines) // 2)])
    return [
        (_INDENT if _LEAST_INDENT * em < line[0].left - left < _MOST_INDENT * em else "") + together(line)
        for line in block.lines
    ]


def text_of(pieces: Sequence[Piece]) -> str:
    """All of it in reading order, a line of text for every printed line."""
    return "\n".join(text for text, _ in printed_lines(pieces))


def printed_lines(pieces: Sequence[Piece], blocks: Sequence[Block] | None = None) -> list[tuple[str, Frame]]:
    """Every printed line in reading order: its text, and where it stands on the page. `blocks`: theirs, where known."""
    em = median(piece.bottom - piece.top for piece in pieces) if pieces else 0.0
    return [
        (text, around([piece.frame for piece in line]))
        for block in (blocks_of(pieces) if blocks is None else blocks)
        for text, line in zip(printed(block, em), block.lines, strict=True)
    ]


def around(frames: Sequence[Frame]) -> Frame:
    """The smallest frame that holds them all."""
    lefts, tops, rights, bottoms = zip(*frames, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def box_in(width: float, height: float, frame: Frame) -> Box | None:
    """The frame as a box of a page of this size, what lies beyond its edges cut off; None where nothing is left."""
    left, top, right, bottom = (
        round(_WHOLE * min(max(place / size, 0), 1))
        for place, size in zip(frame, (width, height, width, height), strict=True)
    )
    return (left, top, right, bottom) if left < right and top < bottom else None


def stretches(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces that touch each other on one line, as one: some writers place every character by itself."""
    whole: list[Piece] = []
    for line in lines_of(pieces):
        whole.append(line[0])
        for piece in line[1:]:
            before = whole[-1]
            if piece.left - before.right <= _TOUCHING * (piece.bottom - piece.top):
                top, bottom = min(before.top, piece.top), max(before.bottom, piece.bottom)
                right = max(before.right, piece.right)
                whole[-1] = Piece(before.left, top, right, bottom, before.text + piece.text)
            else:
                whole.append(piece)
    return whole


def together(line: Line) -> str:
    """A wide white between two pieces is a space."""
    text = line[0].text
    for before, piece in pairwise(line):
        wide = piece.left - before.right > _TOUCHING * (piece.bottom - piece.top)
        text += (" " if wide else "") + piece.text
    return text

"""The text layer of one page of a PDF -> its text, and where each line stands.

In the order in which the file draws it, unless that runs across columns.
"""

import ctypes
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise

import pypdfium2
import pypdfium2.raw

from ..han import is_han
from ..shapes import Box, Page
from . import columns

# Where a line begins, how high its first character is, and where that has its top, in points; None for a blank line.
Edge = tuple[float | None, float, float]


@dataclass(frozen=True, slots=True)
class Layer:
    """One page's text, and whether it was drawn across columns and had to be put in order.

    `pieces`: its text with its places, where there may be columns; `feet`: articles beside each other at its foot.
    `has_watermark`: words across the page, which were left out.
    """

    page: Page
    crossed: bool
    sheet: "_Sheet"
    pieces: Sequence[columns.Piece] = ()
    feet: columns.Articles = field(default_factory=list)
    has_watermark: bool = False


def layer_of(page: pypdfium2.PdfPage, number: int, before: Layer | None) -> Layer:
    """The text layer of that page, which follows the one `before`."""
    layer = page.get_textpage()
    angle = _angle(layer)
    sheet = _Sheet(page, angle)
    if sheet.turned:
        # Of a page that stands on its head pdfium takes the lines, and columns, from the last to the first.
        layer = _seen_upright(page, angle)
    if angle:
        return Layer(_printed(number, columns.printed_lines(list(_pieces(layer, angle))), sheet), False, sheet)
    lines = layer.get_text_range().split("\r\n")
    extents = _extents(lines)
    has_watermark = _has_watermark(layer, extents)
    if has_watermark:
        lines, extents = _upright(layer, lines, extents)
    edges, boxes = [_left_edge(layer, extent) for extent in extents], [_box(layer, extent, sheet) for extent in extents]
    may_go_on = before is not None and len(before.feet) > 0
    may_have_columns = may_go_on or _may_have_columns(lines, edges)
    pieces = list(_pieces(layer, upright_only=has_watermark)) if may_have_columns else []
    feet, blocks = columns.articles_at_foot(pieces), columns.blocks_of(pieces)
    if columns.breaks(pieces, blocks) >= _CROSSINGS:
        in_order = _printed(number, columns.printed_lines(pieces, blocks), sheet)
        return Layer(in_order, True, sheet, pieces, feet, has_watermark)
    page_of_lines = Page(number, _with_indents(lines, edges), boxes=tuple(boxes), turned=sheet.turned)
    return Layer(page_of_lines, False, sheet, pieces, feet, has_watermark)


def _seen_upright(page: pypdfium2.PdfPage, angle: int) -> pypdfium2.PdfTextPage:
    """The text layer of the page as if the file had its words upright. Whoever draws it draws it as the file says."""
    shown = page.get_rotation()
    page.set_rotation(-angle % 360)
    layer = page.get_textpage()
    page.set_rotation(shown)
    return layer


def _printed(number: int, printed: Sequence[tuple[str, columns.Frame]], sheet: "_Sheet") -> Page:
    """A page of these lines."""
    # Pieces count downwards, the file counts upwards.
    boxes = tuple(sheet.box(left, -bottom, right, -top) for _, (left, top, right, bottom) in printed)
    return Page(number, "\n".join(text for text, _ in printed), boxes=boxes, turned=sheet.turned)


def overleaf(before: Layer, after: Layer) -> list[Page]:
    """Two pages in the order of reading where articles that stand beside each other go on overleaf: each whole.

    Empty where none does, as nearly always.
    """
    parts = columns.articles_across(before.pieces, before.feet, after.pieces) if before.feet and after.pieces else []
    return [
        replace(_printed(layer.page.number, columns.printed_lines(pieces), layer.sheet), continues=layer is after)
        for first, second in parts
        for layer, pieces in ((before, first), (after, second))
        if pieces
    ]


_SAMPLES = 16
_MOSTLY = 0.8


def _angle(layer: pypdfium2.PdfTextPage) -> int:
    """How far (a quarter, a half, three quarters of 360 degrees, clockwise) the words lie on the page of the file; nearly
    always 0."""
    raw, page, count = pypdfium2.raw, layer.raw, layer.count_chars()
    places = range(0, count, max(1, count // _SAMPLES))
    printed = [place for place in places if not chr(raw.FPDFText_GetUnicode(page, place)).isspace()]
    angles = Counter(round(math.degrees(raw.FPDFText_GetCharAngle(page, place))) % 360 for place in printed)
    angle, often = angles.most_common(1)[0] if angles else (0, 0)
    return angle if angle in (90, 180, 270) and often >= _MOSTLY * len(printed) else 0


# The places, in pdfium's text of a page, of a line's first and last character that prints; None for a blank line.
Extent = tuple[int, int] | None


def _extents(lines: list[str]) -> list[Extent]:
    starts = accumulate((len(line) + len("\r\n") for line in lines), initial=0)
    return [
        (start + len(line) - len(line.lstrip()), start + len(line.rstrip()) - 1) if line.strip() else None
        for start, line in zip(starts, lines, strict=False)
    ]


_SLANT = 10  # degrees; scans that lie a little askew are no watermarks


def _slants(layer: pypdfium2.PdfTextPage, index: int) -> bool:
    """Whether the character's line climbs or falls, as only that of a watermark does. Italics stand on a level line."""
    matrix = pypdfium2.raw.FS_MATRIX()
    pypdfium2.raw.FPDFText_GetMatrix(layer, index, matrix)
    off = math.degrees(math.atan2(matrix.b, matrix.a)) % 90
    return _SLANT < off < 90 - _SLANT


def _slants_at(layer: pypdfium2.PdfTextPage, place: int) -> bool:
    index = pypdfium2.raw.FPDFText_GetCharIndexFromTextIndex(layer, place)
    return index >= 0 and _slants(layer, index)


def _has_watermark(layer: pypdfium2.PdfTextPage, extents: list[Extent]) -> bool:
    """Whether anything slants at either end of a line, but not everything on the page: a watermark stands in lines of its
    own, or is taken for a part of one that it crosses."""
    ends = [[_slants_at(layer, place) for place in extent] for extent in extents if extent]
    return any(map(any, ends)) and not all(map(all, ends))


def _upright(layer: pypdfium2.PdfTextPage, lines: list[str], extents: list[Extent]) -> tuple[list[str], list[Extent]]:
    """The lines, and where they stand, without what slants."""
    kept: list[tuple[str, Extent]] = []
    for line, extent in zip(lines, extents, strict=True):
        if extent is None:
            kept.append((line, extent))
            continue
        upright = [
            (place, character)
            for place, character in enumerate(line.strip(), extent[0])
            if not _slants_at(layer, place)
        ]
        printed = [place for place, character in upright if not character.isspace()]
        if printed:
            text = "".join(character for place, character in upright if printed[0] <= place <= printed[-1])
            kept.append((text, (printed[0], printed[-1])))
    return [text for text, _ in kept], [extent for _, extent in kept]


def _turned_back(angle: int, left: float, bottom: float, right: float, top: float) -> columns.Frame:
    """Left, bottom, right and top of what lies at this angle (clockwise), once it is turned back upright."""
    match angle:
        case 90:
            return -top, left, -bottom, right
        case 180:
            return -right, -top, -left, -bottom
        case 270:
            return bottom, -right, top, -left
    return left, bottom, right, top


class _Sheet:
    """The page as a reader sees it: cut to its edges, turned as the file says, and then by `turned` (degrees, clockwise) so
    that words which lie at that angle in the file are upright."""

    # So fine that what pdfium rounds to does not matter.
    _GRAIN = 1_000_000

    def __init__(self, page: pypdfium2.PdfPage, angle: int) -> None:
        self.angle, self.turned = angle, -(angle + page.get_rotation()) % 360
        self.zero, self.one_right, self.one_up = (self._seen(page, *point) for point in ((0, 0), (1000, 0), (0, 1000)))

    def _seen(self, page: pypdfium2.PdfPage, x: float, y: float) -> tuple[float, float]:
        """Where a point of the file's own coordinates is seen: shares of the width from the left, of the height from the top."""
        across, down = ctypes.c_int(), ctypes.c_int()
        pypdfium2.raw.FPDF_PageToDevice(page, 0, 0, self._GRAIN, self._GRAIN, 0, x, y, across, down)
        return across.value / self._GRAIN, down.value / self._GRAIN

    def _place(self, x: float, y: float) -> tuple[float, float]:
        """As `_seen`, without asking pdfium."""
        (zero_x, zero_y), (right_x, right_y), (up_x, up_y) = self.zero, self.one_right, self.one_up
        return (
            zero_x + (right_x - zero_x) * x / 1000 + (up_x - zero_x) * y / 1000,
            zero_y + (right_y - zero_y) * x / 1000 + (up_y - zero_y) * y / 1000,
        )

    def box(self, left: float, bottom: float, right: float, top: float) -> Box | None:
        """The place of what stands there, in the file's own coordinates with its words turned back upright."""
        left, bottom, right, top = _turned_back(-self.angle % 360, left, bottom, right, top)
        (x0, y0), (x1, y1) = self._place(left, bottom), self._place(right, top)
        if not self.turned:
            return columns.box_in(1, 1, (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
        # What grows downwards here grows upwards there: so it is turned the other way, about a corner.
        turned = _turned_back(self.turned, *columns.around([(x0, y0, x0, y0), (x1, y1, x1, y1)]))
        across, down = {0: (0, 0), 90: (1, 0), 180: (1, 1), 270: (0, 1)}[self.turned]
        return columns.box_in(1, 1, (turned[0] + across, turned[1] + down, turned[2] + across, turned[3] + down))


def _box(layer: pypdfium2.PdfTextPage, extent: Extent, sheet: _Sheet) -> Box | None:
    """Where the line stands, from its first character to its last; None for a blank one.

    By the room that characters are given, not by what is drawn there: fonts that are not in the file draw nothing here.
    """
    places = [pypdfium2.raw.FPDFText_GetCharIndexFromTextIndex(layer, end) for end in extent or (-1,)]
    if min(places) < 0:
        return None
    return sheet.box(*columns.around([layer.get_charbox(place, loose=True) for place in places]))


# Text drawn across columns changes column at almost every line; a table or a caption does so a few times.
_CROSSINGS = 8
_NARROWEST_COLUMN = 7  # ems


def _may_have_columns(lines: list[str], edges: list[Edge]) -> bool:
    """Whether several lines have a space in their middle, as they have where two columns are taken for one line, or
    several begin far to the right of the line before, or above it, as where a page was drawn from its foot.

    Looking at the place of every character takes time that other pages need not pay.
    """
    places = [(left, em, top) for left, em, top in edges if left is not None]
    jumps = sum(
        left - before > _NARROWEST_COLUMN * em or top - above > em
        for (before, _, above), (left, em, top) in pairwise(places)
    )
    return jumps >= _CROSSINGS or sum(" " in line.strip() for line in lines) >= _CROSSINGS


def _pieces(layer: pypdfium2.PdfTextPage, angle: int = 0, *, upright_only: bool = False) -> Iterator[columns.Piece]:
    """The page's text in the order drawn, parted wherever there is white wider than within a line; turned back upright.

    `upright_only`: without what slants.
    """
    page, box = layer.raw, pypdfium2.raw.FS_RECTF()
    # Thousands of characters, and for each a call for its code, one for its place: nothing else is looked up in here.
    code_of, is_made_up, place_of = (
        pypdfium2.raw.FPDFText_GetUnicode,
        pypdfium2.raw.FPDFText_IsGenerated,
        pypdfium2.raw.FPDFText_GetLooseCharBox,
    )
    where = ctypes.byref(box)
    text: list[str] = []
    left = bottom = right = top = 0.0
    for index in range(layer.count_chars()):
        character = chr(code_of(page, index))
        han = "\u4e00" <= character <= "\u9fff" or is_han(character)
        if not han and (character.isspace() or is_made_up(page, index) == 1):
            continue
        if upright_only and _slants(layer, index):
            continue
        place_of(page, index, where)
        x0, y0, x1, y1 = box.left, box.bottom, box.right, box.top
        if angle:
            x0, y0, x1, y1 = _turned_back(angle, x0, y0, x1, y1)
        em, white = y1 - y0, x0 - right
        if text and -0.5 * em < white < 0.7 * em and abs((y0 + y1) - (bottom + top)) < em:
            if not han and white > 0.25 * em:
                text.append(" ")
            text.append(character)
            if y0 < bottom:
                bottom = y0
            if x1 > right:
                right = x1
            if y1 > top:
                top = y1
        else:
            if text:
                yield columns.Piece(left, -top, right, -bottom, "".join(text))
            text, left, bottom, right, top = [character], x0, y0, x1, y1
    if text:
        yield columns.Piece(left, -top, right, -bottom, "".join(text))


_INDENT = "\u3000\u3000"
# In ems. Paragraphs are set in by two; a line further in is centred.
_LEAST_INDENT, _MOST_INDENT = 1.2, 3.2


def _with_indents(lines: list[str], edges: list[Edge]) -> str:
    """The page's text, with two ideographic spaces where a line begins further in than the lines of its column.

    Where a paragraph begins often shows in nothing else.
    """
    common = Counter(round(left) for left, _, _ in edges if left is not None)
    indented = []
    for line, (left, em, _) in zip(lines, edges, strict=True):
        near = (
            range(0) if left is None else range(round(left - _MOST_INDENT * em), round(left - _LEAST_INDENT * em) + 1)
        )
        is_set_in = left is not None and any(common[column] > max(2, common[round(left)]) for column in near)
        indented.append(_INDENT + line.lstrip() if is_set_in else line)
    return "\n".join(indented)


def _left_edge(layer: pypdfium2.PdfTextPage, extent: Extent) -> Edge:
    """Where the line begins."""
    index = pypdfium2.raw.FPDFText_GetCharIndexFromTextIndex(layer, extent[0]) if extent else -1
    if index < 0:
        return None, 0.0, 0.0
    left, bottom, _, top = layer.get_charbox(index, loose=True)
    return left, abs(top - bottom), top

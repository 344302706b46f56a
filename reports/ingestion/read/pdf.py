"""PDF -> Pages: the text layer where there is a good one, else character recognition, page by page."""

import ctypes
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw

from ..han import common_share, is_han
from ..shapes import Ask, Box, Page, Pages, Unreadable
from . import columns, ocr

MOST_PAGES = 1000
_BROKEN = "PDF 已损坏或不完整，打不开。请重新生成或重新下载后再上传。"
_LOCKED = "PDF 有打开密码，无法读取。请去掉密码后再上传。"
# Fewer Han than this tell nothing about whether they are the right ones.
_ENOUGH_HAN = 50
_LEAST_COMMON = 0.2
# A picture this large, with hardly any text on it, is a scanned page with a stamp or a page number.
_LARGE_PICTURE = 0.5
# On a page without any text a smaller one may be all there is; or its letters were turned into drawings.
_SMALL_PICTURE = 0.05
_MANY_DRAWINGS = 100
# In dots per inch; more makes recognition slower and no better.
_SCAN_DPI = 200


def read_pdf(data: bytes, ask: Ask, kind: str = "pdf") -> Pages:
    """Page by page, in the order in which the file draws its text unless that runs across columns.

    Raises Unreadable, and Heavy where `ask` does.
    """
    document = opened(data)
    count = len(document)
    if not count:
        raise Unreadable(_BROKEN)
    if count > MOST_PAGES:
        raise Unreadable(f"PDF 有 {count} 页，超过 {MOST_PAGES} 页，未予识别。请拆分后再上传。")
    pages, scanned, broken, columned = [], [], [], []
    for number in range(1, count + 1):
        try:
            page = document[number - 1]
            text, boxes, crossed = _text_of(page)
            if crossed:
                columned.append(number)
            if sum(map(is_han, text)) < _ENOUGH_HAN and _is_picture(page, bool(text.strip())):
                scanned.append(number)
        except pypdfium2.PdfiumError:
            text, boxes = "", ()
            broken.append(number)
        pages.append(Page(number, text, boxes=boxes))
    if is_garbage(pages):
        pages, scanned, columned = _read_again(data, pages, scanned)
    notices = [f"第 {named(broken)} 页已损坏，没有读出文字，请对照原件核对。"] if broken else []
    if columned:
        notices.append(f"第 {named(columned)} 页分栏排版，文件里各栏的文字交错，已按版面重新排列，请对照原件核对次序。")
    if scanned:
        pages, told = _with_scans(document, pages, scanned, ask)
        notices += told
    if not any(page.text.strip() for page in pages):
        raise Unreadable("PDF 里没有文字，也没有能识别出文字的图片。请检查原件后重新上传。")
    return Pages(kind, tuple(pages), notices=tuple(notices))


def opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in (pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY)
        raise Unreadable(_LOCKED if locked else _BROKEN) from error


def named(numbers: list[int]) -> str:
    return "、".join(map(str, numbers[:20])) + (" 等" if len(numbers) > 20 else "")


Edge = tuple[float | None, float]

# --- the text layer ---------------------------------------------------------------------------------------------------


Boxes = tuple[Box | None, ...]


def _text_of(page: pypdfium2.PdfPage) -> tuple[str, Boxes, bool]:
    """The text of one page, where its lines stand, and whether it was drawn across columns and had to be put in order."""
    layer, sheet = page.get_textpage(), _Sheet(page)
    lines = layer.get_text_range().split("\r\n")
    edges = list(_left_edges(layer, lines))
    pieces = list(_pieces(layer)) if _may_have_columns(lines, edges) else []
    if pieces:
        blocks = columns.blocks_of(pieces)
        if columns.breaks(pieces, blocks) >= _CROSSINGS:
            printed = columns.printed_lines(pieces)
            # Pieces count downwards, the file counts upwards.
            boxes = tuple(sheet.box(left, -bottom, right, -top) for _, (left, top, right, bottom) in printed)
            return "\n".join(text for text, _ in printed), boxes, True
    return _with_indents(lines, edges), tuple(_boxes(layer, lines, sheet)), False


class _Sheet:
    """The page as a reader sees it: cut to its edges and turned as the file says."""

    # So fine that what pdfium rounds to does not matter.
    _GRAIN = 1_000_000

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self.zero, self.one_right, self.one_up = (self._seen(page, *point) for point in ((0, 0), (1000, 0), (0, 1000)))

    def _seen(self, page: pypdfium2.PdfPage, x: float, y: float) -> tuple[float, float]:
        """Where a point of the file's own coordinates is seen: shares of the width from the left, of the height from the top."""
        across, down = ctypes.c_int(), ctypes.c_int()
        pypdfium2.raw.FPDF_PageToDevice(page, 0, 0, self._GRAIN, self._GRAIN, 0, x, y, across, down)
        return across.value / self._GRAIN, down.value / self._GRAIN

    def box(self, left: float, bottom: float, right: float, top: float) -> Box | None:
        corners = [
            tuple(
                zero + (one_right - zero) * x / 1000 + (one_up - zero) * y / 1000
                for zero, one_right, one_up in zip(self.zero, self.one_right, self.one_up, strict=True)
            )
            for x, y in ((left, bottom), (right, top))
        ]
        (x0, y0), (x1, y1) = corners
        return columns.box_in(1, 1, (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))


def _boxes(layer: pypdfium2.PdfTextPage, lines: list[str], sheet: _Sheet) -> Iterator[Box | None]:
    """For every line where it stands, from its first character to its last; None for a blank one.

    By the room that characters are given, not by what is drawn there: fonts that are not in the file draw nothing here.
    """
    start = 0
    for line in lines:
        ends = (start + len(line) - len(line.lstrip()), start + len(line.rstrip()) - 1)
        start += len(line) + len("\r\n")
        places = (
            [pypdfium2.raw.FPDFText_GetCharIndexFromTextIndex(layer, end) for end in ends] if line.strip() else [-1]
        )
        if min(places) < 0:
            yield None
        else:
            yield sheet.box(*columns.around([layer.get_charbox(place, loose=True) for place in places]))


# Text drawn across columns changes column at almost every line; a table or a caption does so a few times.
_CROSSINGS = 8
_NARROWEST_COLUMN = 7  # ems


def _may_have_columns(lines: list[str], edges: list[Edge]) -> bool:
    """Whether several lines have a space in their middle, as they have where two columns are taken for one line, or
    several begin far to the right of the line before.

    Looking at the place of every character takes time that other pages need not pay.
    """
    places = [(left, em) for left, em in edges if left is not None]
    jumps = sum(left - before > _NARROWEST_COLUMN * em for (before, _), (left, em) in pairwise(places))
    return jumps >= _CROSSINGS or sum(" " in line.strip() for line in lines) >= _CROSSINGS


def _pieces(layer: pypdfium2.PdfTextPage) -> Iterator[columns.Piece]:
    """The page's text in the order drawn, parted wherever there is white wider than within a line."""
    text: list[str] = []
    left = bottom = right = top = 0.0

    def piece() -> columns.Piece:
        return columns.Piece(left, -top, right, -bottom, "".join(text))

    for index in range(layer.count_chars()):
        character = chr(pypdfium2.raw.FPDFText_GetUnicode(layer, index))
        if character.isspace() or pypdfium2.raw.FPDFText_IsGenerated(layer, index) == 1:
            continue
        x0, y0, x1, y1 = layer.get_charbox(index, loose=True)
        em = y1 - y0
        same_line = text and abs((y0 + y1) - (bottom + top)) < em and -0.5 * em < x0 - right < 0.7 * em
        if not same_line:
            if text:
                yield piece()
            text, left, bottom, right, top = [], x0, y0, x1, y1
        elif x0 - right > 0.25 * em and not is_han(character):
            text.append(" ")
        text.append(character)
        bottom, right, top = min(bottom, y0), max(right, x1), max(top, y1)
    if text:
        yield piece()


_INDENT = "\u3000\u3000"
# In ems. Paragraphs are set in by two; a line further in is centred.
_LEAST_INDENT, _MOST_INDENT = 1.2, 3.2


def _with_indents(lines: list[str], edges: list[Edge]) -> str:
    """The page's text, with two ideographic spaces where a line begins further in than the lines of its column.

    Where a paragraph begins often shows in nothing else.
    """
    common = Counter(round(left) for left, _ in edges if left is not None)
    indented = []
    for line, (left, em) in zip(lines, edges, strict=True):
        near = (
            range(0) if left is None else range(round(left - _MOST_INDENT * em), round(left - _LEAST_INDENT * em) + 1)
        )
        is_set_in = left is not None and any(common[column] > max(2, common[round(left)]) for column in near)
        indented.append(_INDENT + line.lstrip() if is_set_in else line)
    return "\n".join(indented)


def _left_edges(layer: pypdfium2.PdfTextPage, lines: list[str]) -> Iterator[Edge]:
    """For every line where its first character begins and how wide it is, in points; None for a blank line."""
    start = 0
    for line in lines:
        first = start + len(line) - len(line.lstrip())
        start += len(line) + len("\r\n")
        index = pypdfium2.raw.FPDFText_GetCharIndexFromTextIndex(layer, first) if line.strip() else -1
        if index < 0:
            yield None, 0.0
        else:
            left, bottom, _, top = layer.get_charbox(index, loose=True)
            yield left, abs(top - bottom)


def is_garbage(pages: list[Page]) -> bool:
    """Whether the characters are not those that a reader sees: fonts without a table of what they mean."""
    whole = "".join(page.text for page in pages)
    readable = [character for character in whole if not character.isspace()]
    han = sum(map(is_han, whole))
    if han >= _ENOUGH_HAN and common_share(whole) < _LEAST_COMMON:
        return True
    # Codes without meaning land outside Han too: private, unassigned or control characters, or none at all.
    odd = sum(not character.isprintable() or character == "\ufffd" for character in readable)
    return len(readable) >= _ENOUGH_HAN and odd > len(readable) / 3


def _read_again(data: bytes, pages: list[Page], scanned: list[int]) -> tuple[list[Page], list[int], list[int]]:
    """What a second reader, who also looks into the fonts, makes of a garbled layer; else every page is a scan."""
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LTTextContainer

    def as_page(number: int, sheet: Any) -> Page:
        lines = [line for block in sheet if isinstance(block, LTTextContainer) for line in block]
        frames = [(line.x0 - sheet.x0, sheet.y1 - line.y1, line.x1 - sheet.x0, sheet.y1 - line.y0) for line in lines]
        text = "".join(f"{line.get_text().rstrip()}\n" for line in lines)
        return Page(number, text, boxes=tuple(columns.box_in(sheet.width, sheet.height, frame) for frame in frames))

    try:
        again = [as_page(number, sheet) for number, sheet in enumerate(extract_pages(io.BytesIO(data)), start=1)]
    except Exception:  # whatever a stranger's file makes of the library: it was a second try
        again = []
    if len(again) == len(pages) and any(page.text.strip() for page in again) and not is_garbage(again):
        return again, scanned, []
    return [Page(page.number, "") for page in pages], [page.number for page in pages], []


# --- pictures of text -------------------------------------------------------------------------------------------------


def _is_picture(page: pypdfium2.PdfPage, has_text: bool) -> bool:
    """Whether what a reader sees on the page is a picture of text rather than text."""
    width, height = page.get_size()
    least = (_LARGE_PICTURE if has_text else _SMALL_PICTURE) * width * height
    for picture in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = picture.get_bounds()
        if abs(right - left) * abs(top - bottom) >= least:
            return True
    drawings = page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_PATH], max_depth=3)
    return not has_text and len(list(islice(drawings, _MANY_DRAWINGS))) == _MANY_DRAWINGS


def _with_scans(
    document: pypdfium2.PdfDocument, pages: list[Page], scanned: list[int], ask: Ask
) -> tuple[list[Page], list[str]]:
    """The pages, those that are pictures recognised, and what a reader of them must know."""
    if not ocr.is_installed():
        without = [page for page in pages if page.number not in scanned]
        if not any(page.text.strip() for page in without):
            raise Unreadable(f"PDF 没有文字层（共 {len(pages)} 页，应是扫描件或图片）。{ocr.NOT_INSTALLED}")
        return pages, [f"第 {named(scanned)} 页是扫描件，没有读出文字。{ocr.NOT_INSTALLED}"]
    if len(scanned) > ocr.MOST_PAGES:
        raise Unreadable(f"PDF 有 {len(scanned)} 页是扫描件，超过 {ocr.MOST_PAGES} 页，未予识别。请拆分后再上传。")
    ask("ocr", len(scanned))
    recognised = []
    for number in scanned:
        page = document[number - 1]
        width, height = page.get_size()
        scale = ocr.scale_within_limits(width, height, _SCAN_DPI / 72)
        recognised.append(ocr.recognised(page.render(scale=scale, may_draw_forms=False).to_numpy(), number))
        ask("ocr", len(scanned), done=len(recognised))
    by_number = {scan.page.number: scan.page for scan in recognised}
    return [by_number.get(page.number, page) for page in pages], ocr.notices(recognised)

"""PDF -> Pages: the text layer where there is a good one, else character recognition, page by page."""

import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import pypdfium2
import pypdfium2.raw

from ..han import common_share, is_han
from ..shapes import Ask, Page, Pages, Unreadable
from . import columns, ocr
from .layer import Layer, layer_of, overleaf

MOST_PAGES = 1000
_BROKEN = "PDF 已损坏或不完整，打不开。请重新生成或重新下载后再上传。"
_LOCKED = "PDF 有打开密码，无法读取。请去掉密码后再上传。"
# What a PDF says that only holds other files together.
_COVER_SHEET = 100
# Fewer Han than this tell nothing about whether they are the right ones.
_ENOUGH_HAN = 50
_LEAST_COMMON = 0.2
# A picture this large, with hardly any text on it, is a scanned page with a stamp or a page number.
_LARGE_PICTURE = 0.5
# On a page without any text a smaller one may be all there is; or its letters were turned into drawings.
_SMALL_PICTURE = 0.05
_MANY_DRAWINGS = 100
# So many pieces of text tell whether it is there to be seen.
_ENOUGH_PIECES = 50
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
    pages, scanned, broken, columned, unseen, watermarked = [], [], [], [], [], []
    flow: dict[int, list[Page]] = {}
    before: Layer | None = None
    for number in range(1, count + 1):
        try:
            page = document[number - 1]
            layer = layer_of(page, number, before)
            if layer.crossed:
                columned.append(number)
            if layer.has_watermark:
                watermarked.append(number)
            if before and (both := overleaf(before, layer)):
                flow[number - 1] = both
            if sum(map(is_han, layer.page.text)) < _ENOUGH_HAN and _is_picture(page, bool(layer.page.text.strip())):
                scanned.append(number)
            elif _is_unseen(page) and _is_picture(page, has_text=True):
                unseen.append(number)
            # Two pages are put together at most.
            before = None if number - 1 in flow else layer
            pages.append(layer.page)
        except pypdfium2.PdfiumError:
            before = None
            broken.append(number)
            pages.append(Page(number, ""))
    if is_garbage(pages):
        pages, scanned, columned = _read_again(data, pages, scanned)
        flow, watermarked, unseen = {}, [], [number for number in unseen if number not in scanned]
    notices = [f"第 {named(broken)} 页已损坏，没有读出文字，请对照原件核对。"] if broken else []
    if columned:
        notices.append(f"第 {named(columned)} 页分栏排版，文件里各栏的文字交错，已按版面重新排列，请对照原件核对次序。")
    if unseen:
        pages = [replace(page, sure=0.0) if page.number in unseen else page for page in pages]
        notices.append(
            f"第 {named(unseen)} 页是扫描件，文字是扫描时由别的软件认出、藏在图片下面的，把握不明，请对照原件核对。"
        )
    if watermarked:
        notices.append(f"第 {named(watermarked)} 页斜印的文字应是水印，没有收入，请对照原件核对。")
    if turned := [page.number for page in pages if page.turned]:
        notices.append(f"第 {named(turned)} 页原来放反或放倒了，已转正后识别。")
    if flow:
        firsts = "、".join(f"{number}–{number + 1}" for number in sorted(flow))
        notices.append(f"第 {firsts} 页分栏排版，并排的几篇各自转到下一页，已按篇接排，请对照原件核对次序。")
    if attached := document.count_attachments():
        if sum(is_han(character) for page in pages for character in page.text) < _COVER_SHEET and not scanned:
            raise Unreadable(
                f"PDF 只是一个封面，报告应在它附带的 {attached} 个文件里。请用 PDF 阅读器取出附件，直接上传。"
            )
        notices.append(f"PDF 附带 {attached} 个文件，没有收入。需要收入的，请用 PDF 阅读器取出后另行上传。")
    if scanned:
        pages, told = _with_scans(document, pages, scanned, ask)
        notices += told
    if not any(page.text.strip() for page in pages):
        raise Unreadable("PDF 里没有文字，也没有能识别出文字的图片。请检查原件后重新上传。")
    return Pages(kind, tuple(pages), notices=tuple(notices), flow=tuple(_flowing(pages, flow)) if flow else ())


def _flowing(pages: list[Page], flow: dict[int, list[Page]]) -> Iterator[Page]:
    """The pages in the order of reading; of those that `flow` begins with, two at a time."""
    for page in pages:
        if page.number in flow:
            yield from flow[page.number]
        elif page.number - 1 not in flow:
            yield page


def opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in (pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY)
        raise Unreadable(_LOCKED if locked else _BROKEN) from error


def named(numbers: list[int]) -> str:
    return "、".join(map(str, numbers[:20])) + (" 等" if len(numbers) > 20 else "")


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


def _is_unseen(page: pypdfium2.PdfPage) -> bool:
    """Whether most of the text is not drawn: so do programs that recognise scans, over the picture that a reader sees."""
    pieces = islice(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT], max_depth=3), _ENOUGH_PIECES)
    modes = [pypdfium2.raw.FPDFTextObj_GetTextRenderMode(piece.raw) for piece in pieces]
    return modes.count(pypdfium2.raw.FPDF_TEXTRENDERMODE_INVISIBLE) > len(modes) / 2


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

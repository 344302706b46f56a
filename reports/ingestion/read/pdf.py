"""PDF with a text layer -> Pages."""

from collections import Counter
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw

from ..han import common_share, is_han
from ..shapes import Page, Pages, Unreadable

MOST_PAGES = 1000
_BROKEN = "PDF 已损坏或不完整，打不开。请重新生成或重新下载后再上传。"
_LOCKED = "PDF 有打开密码，无法读取。请去掉密码后再上传。"
_OCR = "请先做文字识别（OCR），另存为带文字的 PDF 或 TXT 后再上传。"
# Fewer Han than this tell nothing about whether they are the right ones.
_ENOUGH_HAN = 50
_LEAST_COMMON = 0.2


def read_pdf(data: bytes) -> Pages:
    """Page by page, in the order in which the file draws its text. Raises Unreadable."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in (pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY)
        raise Unreadable(_LOCKED if locked else _BROKEN) from error
    count = len(document)
    if not count:
        raise Unreadable(_BROKEN)
    if count > MOST_PAGES:
        raise Unreadable(f"PDF 有 {count} 页，超过 {MOST_PAGES} 页，未予识别。请拆分后再上传。")
    pages, unread = [], []
    for number in range(1, count + 1):
        text = _text_of(document, number - 1)
        if text is None:
            unread.append(number)
        pages.append(Page(number, text or ""))
    whole = "".join(page.text for page in pages)
    if not whole.strip():
        raise Unreadable(f"PDF 没有文字层（共 {count} 页，应是扫描件或图片），读不出文字。{_OCR}")
    if sum(map(is_han, whole)) >= _ENOUGH_HAN and common_share(whole) < _LEAST_COMMON:
        raise Unreadable(f"PDF 里的字体缺少文字对照表，取出的全是乱码。{_OCR}")
    return Pages("pdf", tuple(pages), notices=tuple(_notices(unread)))


def _text_of(document: pypdfium2.PdfDocument, index: int) -> str | None:
    """The text of one page; None where there is none but a picture, or where the page is broken."""
    try:
        page = document[index]
        text = _with_indents(page.get_textpage())
        if text.strip():
            return text
        pictures = page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=2)
        return None if any(True for _ in pictures) else ""
    except pypdfium2.PdfiumError:
        return None


def _notices(unread: list[int]) -> list[str]:
    if not unread:
        return []
    named = "、".join(map(str, unread[:20])) + (" 等" if len(unread) > 20 else "")
    return [f"第 {named} 页没有文字层或已损坏，没有读出文字，请对照原件核对。"]


_INDENT = "\u3000\u3000"
# In ems. Paragraphs are set in by two; a line further in is centred.
_LEAST_INDENT, _MOST_INDENT = 1.2, 3.2


def _with_indents(page: pypdfium2.PdfTextPage) -> str:
    """The page's text, with two ideographic spaces where a line begins further in than the lines of its column.

    Where a paragraph begins often shows in nothing else.
    """
    lines = page.get_text_range().split("\r\n")
    edges = list(_left_edges(page, lines))
    common = Counter(round(left) for left, _ in edges if left is not None)
    indented = []
    for line, (left, em) in zip(lines, edges, strict=True):
        columns = (
            range(0) if left is None else range(round(left - _MOST_INDENT * em), round(left - _LEAST_INDENT * em) + 1)
        )
        is_set_in = left is not None and any(common[column] > max(2, common[round(left)]) for column in columns)
        indented.append(_INDENT + line.lstrip() if is_set_in else line)
    return "\n".join(indented)


def _left_edges(page: pypdfium2.PdfTextPage, lines: list[str]) -> Iterator[tuple[float | None, float]]:
    """For every line where its first character begins and how wide it is, in points; None for a blank line."""
    start = 0
    for line in lines:
        first = start + len(line) - len(line.lstrip())
        start += len(line) + len("\r\n")
        index = pypdfium2.raw.FPDFText_GetCharIndexFromTextIndex(page, first) if line.strip() else -1
        if index < 0:
            yield None, 0.0
        else:
            left, bottom, _, top = page.get_charbox(index, loose=True)
            yield left, abs(top - bottom)

"""OFD (GB/T 33190, the national format for official documents) -> Pages."""

import io

import ofdkit

from ..shapes import Page, Pages, Unreadable
from . import columns
from .archive import ZIP_FAULTS, opened

MOST_PAGES = 1000
MOST_ENTRIES = 5000
BROKEN = "OFD 文件已损坏或不完整，打不开。请重新生成或重新下载后再上传。"
FAULTS = (*ZIP_FAULTS, RecursionError)
_NO_TEXT = "OFD 文件里没有文字，应是扫描件或图片。请用 OFD 阅读器把它转成 PDF 后再上传。"


def read_ofd(data: bytes) -> Pages:
    """Page by page, the text in the order of its places. Raises Unreadable."""
    try:
        opened(data, "OFD 文件", MOST_ENTRIES).close()
        with ofdkit.open(io.BytesIO(data)) as document:
            if len(document.pages) > MOST_PAGES:
                raise Unreadable(
                    f"OFD 文件有 {len(document.pages)} 页，超过 {MOST_PAGES} 页，未予识别。请拆分后再上传。"
                )
            pages = tuple(_read(page, number) for number, page in enumerate(document.pages, start=1))
    except ofdkit.OFDLimitError as problem:
        raise Unreadable("OFD 文件解开后过大，或结构异常，未予识别。请另存为 PDF 后再上传。") from problem
    except (ofdkit.OFDError, *FAULTS) as problem:
        raise Unreadable(BROKEN) from problem
    if not any(page.text.strip() for page in pages):
        raise Unreadable(_NO_TEXT)
    return Pages("ofd", pages)


# Of a character's height, how much stands below the line it is written on.
_BELOW = 0.15


def _read(page: ofdkit.Page, number: int) -> Page:
    """A page's text by its places; what some writers set below the edge of the sheet is text too."""
    runs = {(run.text, round(run.x, 1), round(run.y, 1)): run for run in page.runs if run.text.strip()}
    pieces = [
        columns.Piece(run.x, run.y - (1 - _BELOW) * run.size, run.x + run.width, run.y + _BELOW * run.size, run.text)
        for run in runs.values()
    ]
    printed = columns.printed_lines(columns.stretches(pieces))
    left, top, width, height = page.box
    boxes = tuple(
        columns.box_in(width, height, (frame[0] - left, frame[1] - top, frame[2] - left, frame[3] - top))
        for _, frame in printed
    )
    return Page(number, "\n".join(text for text, _ in printed), boxes=boxes)

"""OFD (GB/T 33190, the national format for official documents) -> Pages."""

import io

import ofdkit

from ..shapes import Page, Pages, Unreadable
from . import columns
from .archive import ZIP_FAULTS, opened

MOST_PAGES = 1000
_MOST_ENTRIES = 5000
_BROKEN = "OFD 文件已损坏或不完整，打不开。请重新生成或重新下载后再上传。"
_NO_TEXT = "OFD 文件里没有文字，应是扫描件或图片。请用 OFD 阅读器把它转成 PDF 后再上传。"


def read_ofd(data: bytes) -> Pages:
    """Page by page, the text in the order of its places. Raises Unreadable."""
    try:
        opened(data, "OFD 文件", _MOST_ENTRIES).close()
        with ofdkit.open(io.BytesIO(data)) as document:
            if len(document.pages) > MOST_PAGES:
                raise Unreadable(
                    f"OFD 文件有 {len(document.pages)} 页，超过 {MOST_PAGES} 页，未予识别。请拆分后再上传。"
                )
            sheets = [page.runs for page in document.pages]
    except ofdkit.OFDLimitError as problem:
        raise Unreadable("OFD 文件解开后过大，或结构异常，未予识别。请另存为 PDF 后再上传。") from problem
    except (ofdkit.OFDError, *ZIP_FAULTS, RecursionError) as problem:
        raise Unreadable(_BROKEN) from problem
    pages = tuple(Page(number, _text_of(runs)) for number, runs in enumerate(sheets, start=1))
    if not any(page.text.strip() for page in pages):
        raise Unreadable(_NO_TEXT)
    return Pages("ofd", pages)


# Of a character's height, how much stands below the line it is written on.
_BELOW = 0.15


def _text_of(printed: list[ofdkit.TextRun]) -> str:
    """A page's text by its places; what some writers set below the edge of the sheet is text too."""
    runs = {(run.text, round(run.x, 1), round(run.y, 1)): run for run in printed if run.text.strip()}
    pieces = [
        columns.Piece(run.x, run.y - (1 - _BELOW) * run.size, run.x + run.width, run.y + _BELOW * run.size, run.text)
        for run in runs.values()
    ]
    return columns.text_of(columns.stretches(pieces))

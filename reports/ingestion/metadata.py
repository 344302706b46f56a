"""A table that comes with the files and says what they are: XLSX or CSV -> its rows, in its own words."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import PurePath
from typing import Any

from .read.archive import ZIP_FAULTS, opened
from .read.kinds import kind_of
from .read.txt import decoded
from .shapes import Sheet, SheetRow, Unreadable, Upload

# Whoever lists more files than a drop may hold has sent another table.
MOST_ROWS = 2000
MOST_COLUMNS = 50
MOST_CHARACTERS = 500  # of one cell: a title has 300 at most
MOST_PARTS = 1000
ROWS_ABOVE_HEADER = 10  # a heading over the whole table, who made it, when

# What a column may be called. The first of them makes the table one of ours.
COLUMNS = {
    "file": ("文件名", "文件名称", "原件名", "原件名称", "附件名", "附件名称"),
    "court": ("法院", "法院名称", "法院全称", "报送法院", "报送单位", "单位", "单位名称"),
    "year": ("年度", "年份", "报告年度", "所属年度"),
    "type": ("类型", "报告类型", "种类", "文种"),
    "title": ("标题", "题目", "题名", "报告标题", "报告题目", "报告名称"),
}
CALLED = {word: column for column, words in COLUMNS.items() for word in words}

# What is raised for parts of a workbook that are missing, malformed or other than they should be.
FAULTS = (*ZIP_FAULTS, csv.Error, LookupError, TypeError, AttributeError, SyntaxError)

BROKEN = "这张表格打不开，可能已损坏或有密码。请用 Excel 或 WPS 另存为 XLSX 或 CSV 后再上传。"
OLD_EXCEL = "这是旧格式的 Excel 表格（XLS）。请另存为 XLSX 或 CSV 后再上传。"
TOO_LONG = f"这张表格超过 {MOST_ROWS} 行。请只留下这一批文件的行，再上传。"


def may_be_sheet(upload: Upload) -> bool:
    """Whether it is worth looking: a workbook, or text that is called .csv. Looks at the first bytes alone."""
    kind = kind_of(upload.data)
    return kind == "xlsx" or (kind == "txt" and PurePath(upload.name).suffix.lower() == ".csv")


def sheet_of(upload: Upload) -> Sheet | None:
    """The rows under a header that has 文件名, in whatever order its columns stand; None where there is no such header.

    Of a workbook the first page that has one. Raises Unreadable. A hostile workbook may take all memory there is: only
    for a limited process.
    """
    pages = pages_of_workbook(upload.data) if kind_of(upload.data) == "xlsx" else iter([rows_of_csv(upload.data)])
    try:
        for page in pages:
            rows = iter(enumerate(page, 1))
            for _, cells in islice(rows, ROWS_ABOVE_HEADER):
                columns = columns_of(cells)
                if "file" in columns.values():
                    return Sheet(tuple(said_under(columns, rows)))
    except FAULTS as fault:
        raise Unreadable(BROKEN) from fault
    return None


def columns_of(cells: Sequence[str]) -> dict[int, str]:
    """Which cells of a header name which columns; of two that name the same one, the first."""
    columns: dict[int, str] = {}
    for place, cell in enumerate(cells):
        column = CALLED.get("".join(cell.split()).strip("：:*"))
        if column and column not in columns.values():
            columns[place] = column
    return columns


def said_under(columns: dict[int, str], rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[SheetRow]:
    """Raises Unreadable where the rows go on for too long."""
    for number, cells in rows:
        if number > MOST_ROWS:
            raise Unreadable(TOO_LONG)
        said = {column: cells[place] for place, column in columns.items() if place < len(cells) and cells[place]}
        if said.get("file"):
            yield SheetRow(number, **said)


def pages_of_workbook(data: bytes) -> Iterator[Iterator[list[str]]]:
    """Row by row, formulas as what they last came to. Raises Unreadable, and what openpyxl raises."""
    if not data.startswith(b"PK"):
        raise Unreadable(OLD_EXCEL)
    opened(data, "Excel 表格", MOST_PARTS).close()
    from openpyxl import load_workbook  # a tenth of a second, in a process that most often reads something else

    workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    for page in workbook.worksheets:
        # A page may claim a million columns.
        rows = page.iter_rows(max_col=MOST_COLUMNS, max_row=MOST_ROWS + 1, values_only=True)
        yield ([in_words(cell) for cell in cells] for cells in rows)


def rows_of_csv(data: bytes) -> Iterator[list[str]]:
    """In any encoding that Chinese systems write; parted by commas, semicolons or tabs. Raises Unreadable, csv.Error."""
    text = decoded(data).text
    delimiter = max(",;\t", key=text[:2000].count)
    for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        yield [in_words(cell) for cell in cells[:MOST_COLUMNS]]


def in_words(cell: Any) -> str:
    """A cell as it reads: a whole number without .0, of a date its year, no line ends, no more than a title takes."""
    if isinstance(cell, date):
        return str(cell.year)
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    words = " ".join(str("" if cell is None else cell)[:MOST_CHARACTERS].split())
    return "".join(filter(str.isprintable, words))

"""Rows -> CSV and XLSX, as Excel and WPS open them. No cell is ever taken for a formula."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from tempfile import TemporaryFile
from typing import IO
from unicodedata import normalize

from django.http import FileResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Cell = str | int | date | None

LISTED, ABOUT = "结果", "说明"  # the two sheets of a workbook
NOTE = "说明："
# What XML cannot hold, and characters that are not seen: a sign of a formula must not hide behind one.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufffe\uffff\ud800-\udfff]"
)
NOT_FOR_NAMES = re.compile(r"\W+")
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Column:
    """`width` in Excel's measure: a Han character takes two. `links`: the cells are addresses, to be opened by a click."""

    label: str
    width: int
    links: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A list to take away.

    rows: one cell per column, read once. notes: what has to be known about the rows; each is a last line of its own.
    about: (what, words) pairs that say where the list comes from; CSV has no place for them.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    notes: Sequence[str] = ()
    about: Sequence[tuple[str, Cell]] = ()


def download(table: Table, kind: str) -> FileResponse:
    """The table as a file of that kind (see KINDS), complete before its first byte is sent: never half a list."""
    content_type, write = KINDS[kind]
    file = TemporaryFile()  # noqa: SIM115  (the response closes it)
    write(table, file)
    file.seek(0)
    name = NOT_FOR_NAMES.sub("-", table.name)[:LONGEST_NAME].strip("-")
    return FileResponse(file, as_attachment=True, filename=f"{name}.{kind}", content_type=content_type)


def safe(cell: Cell) -> Cell:
    """Text that a spreadsheet would compute (= + - @, full-width too, or behind a tab or line end) with ' before it."""
    if not isinstance(cell, str):
        return cell
    text = UNSEEN.sub("", cell)
    computed = normalize("NFKC", text.lstrip()[:1]) in set("=+-@") or text[:1] in set("\t\r\n")
    return f"'{text}" if computed else text


def write_csv(table: Table, file: IO[bytes]) -> None:
    """UTF-8 with BOM, without which Excel takes it for GBK; all text in quotes, so that no other separator cuts it."""
    lines = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(lines, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([column.label for column in table.columns])
    writer.writerows([safe(cell) for cell in row] for row in table.rows)
    writer.writerows([f"{NOTE}{note}"] for note in table.notes)
    lines.flush()
    lines.detach()


def write_xlsx(table: Table, file: IO[bytes]) -> None:
    """Two sheets: the rows, with a heading that stays and can be filtered by, and where they come from."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(LISTED)
    bold, link = WriteOnlyCell(sheet), WriteOnlyCell(sheet)
    bold.font, link.style = Font(bold=True), "Hyperlink"

    def heading(words: str) -> WriteOnlyCell:
        # A cell is written the moment its row is added, so that one with a style serves for all: a style costs more
        # than a whole row.
        bold.value = safe(words)
        return bold

    def linked(address: Cell) -> WriteOnlyCell:
        link.value = link.hyperlink = address
        return link

    sheet.freeze_panes = "A2"
    for place, column in enumerate(table.columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.append(heading(column.label) for column in table.columns)
    written = 1
    for row in table.rows:
        cells = zip(table.columns, row, strict=True)
        sheet.append(linked(cell) if column.links else safe(cell) for column, cell in cells)
        written += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{written}"
    for note in table.notes:
        sheet.append([safe(f"{NOTE}{note}")])
    about = book.create_sheet(ABOUT)
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 14, 100
    for what, words in table.about:
        about.append([heading(what), safe(words)])
    book.save(file)


KINDS: dict[str, tuple[str, Callable[[Table, IO[bytes]], None]]] = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "csv": ("text/csv; charset=utf-8", write_csv),
}

"""Tables as files: what a spreadsheet program is given, cell by cell."""

import csv
import io
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from reports.browsing.exports import Column, Table, download, safe

COLUMNS = (Column("标题", 40), Column("年度", 8), Column("日期", 12), Column("地址", 30, links=True))
ROWS = [
    ["府院联动，“1+1”；\n第二行", 2023, date(2024, 1, 31), "https://example.cn/reports/1/"],
    ["=1+1", None, None, "https://example.cn/reports/2/"],
]


def table(**parts) -> Table:
    return Table(**{"name": "法治年报库 府院联动", "columns": COLUMNS, "rows": iter(ROWS), **parts})


def content(kind: str, **parts) -> bytes:
    return b"".join(download(table(**parts), kind).streaming_content)


def book(**parts):
    return load_workbook(io.BytesIO(content("xlsx", **parts)))


def test_csv_is_utf8_with_a_mark_that_excel_knows_and_reads_back_as_it_was():
    data = content("csv", notes=("只收前 2 篇。",))

    assert data.startswith("\ufeff".encode())
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))) == [
        ["标题", "年度", "日期", "地址"],
        ["府院联动，“1+1”；\n第二行", "2023", "2024-01-31", "https://example.cn/reports/1/"],
        ["'=1+1", "", "", "https://example.cn/reports/2/"],
        ["说明：只收前 2 篇。"],
    ]


def test_a_semicolon_does_not_cut_a_cell_where_semicolons_part_cells():
    data = content("csv", rows=[["甲;=1+1", 2023, None, ""]]).decode("utf-8-sig")

    assert list(csv.reader(io.StringIO(data), delimiter=";"))[1] == ['甲;=1+1,2023,"",""']


def test_xlsx_holds_the_rows_with_numbers_dates_and_links():
    sheet = book(notes=("只收前 2 篇。",))["结果"]

    assert [[cell.value for cell in row] for row in sheet.iter_rows(max_col=4)] == [
        ["标题", "年度", "日期", "地址"],
        ["府院联动，“1+1”；\n第二行", 2023, datetime(2024, 1, 31), "https://example.cn/reports/1/"],
        ["'=1+1", None, None, "https://example.cn/reports/2/"],
        ["说明：只收前 2 篇。", None, None, None],
    ]
    assert sheet["C2"].number_format == "yyyy-mm-dd"
    assert [sheet[f"D{row}"].hyperlink.target for row in (2, 3)] == [row[3] for row in ROWS]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:D3")
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_xlsx_says_where_the_list_comes_from():
    sheet = book(about=(("来源", "法治年报库"), ("检索词", "=cmd")))["说明"]

    assert list(sheet.values) == [("来源", "法治年报库"), ("检索词", "'=cmd")]


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r1", "\n1", "＝1+1", "＋1", "－1", "＠x", "﹦1"),
        *("  =1", "\u3000=1", "\ufeff=1", "\u200b=1", "\x00=1", "\u202e=1"),
    ],
)
def test_what_would_be_computed_begins_with_an_apostrophe(text):
    assert safe(text)[0] == "'"


@pytest.mark.parametrize("cell", ["府院联动", "1+1＞2", "（一）=", "—4—", "", -5, None, date(2024, 1, 31)])
def test_everything_else_stays_as_it_is(cell):
    assert safe(cell) == cell


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_characters_that_no_file_can_hold_are_left_out(kind):
    assert content(kind, rows=[["甲\x00\x0b乙\ud800丙\uffff", 2023, None, "https://example.cn/"]])
    assert safe("甲\x00\x0b乙\ud800丙\uffff") == "甲乙丙"


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_a_file_has_its_type_its_length_and_a_chinese_name(kind, content_type):
    response = download(table(name='法治年报库 "../..\\x\r\nSet-Cookie: a\u202e'), kind)

    assert response["Content-Type"] == content_type
    assert int(response["Content-Length"]) == len(b"".join(response.streaming_content))
    assert response["Content-Disposition"] == (
        f"attachment; filename*=utf-8''%E6%B3%95%E6%B2%BB%E5%B9%B4%E6%8A%A5%E5%BA%93-x-Set-Cookie-a.{kind}"
    )

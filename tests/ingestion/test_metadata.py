"""A table that comes with the files: found by its header, read in its own words, and never trusted."""

import io
from datetime import date

import pytest
from django.conf import settings
from openpyxl import Workbook

from reports.ingestion.child import sheet_safely
from reports.ingestion.confined import Limits
from reports.ingestion.metadata import MOST_ROWS, may_be_sheet, sheet_of
from reports.ingestion.shapes import Sheet, SheetRow, Unreadable, Upload

from .test_read_archive import zip_of

ROWS = [
    ["2024年各院报送情况"],
    [],
    ["序号", "单位", "报告类型", "文件名", "年份", "题目"],
    [1, "乾安县人民法院", "年度报告", "乾安.docx", 2023, "2023年度法治政府建设工作报告"],
    [2, "长岭县人民法院", None, "长岭", 2022.0, None],
    [3, None, None, None, None, "没有文件名的一行"],
    [4, None, None, "府院\n联动.pdf", date(2021, 12, 31), None],
]
SAID = Sheet(
    (
        SheetRow(4, "乾安.docx", "乾安县人民法院", "2023", "年度报告", "2023年度法治政府建设工作报告"),
        SheetRow(5, "长岭", "长岭县人民法院", "2022"),
        SheetRow(7, "府院 联动.pdf", "", "2021"),
    )
)


def workbook_of(rows, *earlier_pages) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for page in (*earlier_pages, rows):
        sheet = workbook.create_sheet()
        for row in page:
            sheet.append(row)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def csv_of(rows, delimiter=",") -> str:
    return "".join(delimiter.join("" if cell is None else f'"{cell}"' for cell in row) + "\r\n" for row in rows)


def test_a_workbook_says_of_each_file_what_stands_under_its_header_in_any_order():
    data = workbook_of(ROWS, [["说明"], ["请逐行填写。"]])

    assert sheet_of(Upload("说明.xlsx", data)) == SAID


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_says_the_same_in_every_encoding_and_with_every_delimiter(encoding, delimiter):
    data = csv_of(ROWS, delimiter).encode(encoding)

    sheet = sheet_of(Upload("说明.csv", data))

    assert [row.file for row in sheet.rows] == ["乾安.docx", "长岭", "府院 联动.pdf"]
    assert sheet.rows[0] == SAID.rows[0]


def test_a_table_that_names_no_files_is_none_of_ours():
    assert sheet_of(Upload("名单.xlsx", workbook_of([["法院", "年度"], ["乾安县人民法院", 2023]]))) is None
    assert sheet_of(Upload("名单.csv", "法院,年度\n乾安县人民法院,2023\n".encode())) is None


def test_the_first_of_two_columns_of_one_meaning_counts():
    sheet = sheet_of(Upload("说明.csv", "文件名,法院,单位\n甲.pdf,乾安县人民法院,研究室\n".encode()))

    assert sheet.rows == (SheetRow(2, "甲.pdf", "乾安县人民法院"),)


def test_control_characters_do_not_come_through_and_no_cell_is_longer_than_a_title():
    sheet = sheet_of(Upload("说明.csv", f"文件名,标题\n甲\u202e.pdf,{'长' * 9999}\n".encode()))

    assert sheet.rows == (SheetRow(2, "甲.pdf", title="长" * 500),)


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("旧.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "这是旧格式的 Excel 表格"),
        ("坏.xlsx", zip_of(("xl/workbook.xml", b"<oops")), "这张表格打不开"),
        ("空.xlsx", zip_of(("xl/nothing", b"")), "这张表格打不开"),
        ("长.csv", "文件名\n".encode() + b"a.pdf\n" * MOST_ROWS, f"这张表格超过 {MOST_ROWS} 行"),
    ],
)
def test_a_table_that_cannot_be_read_says_what_to_do(name, data, sentence):
    with pytest.raises(Unreadable, match=sentence):
        sheet_safely(Upload(name, data), settings.READING_DIR)


def test_a_workbook_that_inflates_beyond_measure_is_not_opened():
    bomb = zip_of(("xl/workbook.xml", b"<workbook/>"), ("xl/sharedStrings.xml", b" " * (60 << 20)))

    with pytest.raises(Unreadable, match="压缩比异常"):
        sheet_safely(Upload("炸弹.xlsx", bomb), settings.READING_DIR)


def test_a_table_is_read_in_a_child_whose_time_is_limited():
    assert sheet_safely(Upload("说明.xlsx", workbook_of(ROWS)), settings.READING_DIR) == SAID
    with pytest.raises(Unreadable, match="用时过长"):
        sheet_safely(Upload("说明.xlsx", workbook_of(ROWS)), settings.READING_DIR, Limits(clock=0))


@pytest.mark.parametrize(
    ("name", "data", "worth_looking"),
    [
        ("说明.xlsx", workbook_of(ROWS), True),
        ("说明.docx", workbook_of(ROWS), True),
        ("说明.CSV", b"a,b", True),
        ("报告.txt", "文件名,法院".encode(), False),
        ("报告.csv", b"%PDF-1.7", False),
    ],
)
def test_what_may_be_a_table_is_told_by_its_first_bytes_and_text_by_its_name(name, data, worth_looking):
    assert may_be_sheet(Upload(name, data)) is worth_looking

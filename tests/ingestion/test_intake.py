"""What is kept of what was handed over."""

from reports.ingestion.intake import originals_in
from reports.ingestion.shapes import Member, Upload

from .make_docx import docx_of, p
from .test_read_archive import zip_of


def test_of_a_zip_its_files_are_kept():
    data = zip_of(("乙.txt", b"2"), ("甲.txt", b"1"), ("Thumbs.db", b"0"))

    assert list(originals_in(Upload("年报.zip", data))) == [Member("乙.txt", b"2"), Member("甲.txt", b"1")]


def test_anything_else_is_kept_as_it_is():
    for data in (b"", b"text", docx_of(p("法院")), zip_of(("甲.txt", b"1"))[:30]):
        assert list(originals_in(Upload("报告", data))) == [Member("报告", data)]


def test_a_zip_that_holds_too_much_is_kept_whole_and_the_log_says_why(caplog):
    bomb = zip_of(("零.bin", bytes(30 << 20)))

    assert list(originals_in(Upload("年报.zip", bomb))) == [Member("年报.zip", bomb)]
    assert "年报.zip" in caplog.records[0].getMessage()

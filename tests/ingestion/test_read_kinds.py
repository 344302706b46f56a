"""What a file really is, whatever its name says."""

import io
import zipfile

import pytest

from reports.ingestion.read import MOST_BYTES, read
from reports.ingestion.shapes import Unreadable, Upload

from .make_pdf import pdf_of


def zip_of(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "内容")
    return file.getvalue()


KNOWN_BY_SIGHT = {
    "Word 文档（DOCX）": zip_of("[Content_Types].xml", "word/document.xml"),
    "Excel 表格（XLSX）": zip_of("[Content_Types].xml", "xl/workbook.xml"),
    "演示文稿（PPTX）": zip_of("[Content_Types].xml", "ppt/presentation.xml"),
    "OFD 版式文件": zip_of("OFD.xml", "Doc_0/Document.xml"),
    "压缩包（ZIP）": zip_of("报告.txt"),
    "Word 97–2003 或 WPS 一类的文档": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "RTF 文档": rb"{\rtf1\ansi \u27861?}",
    "网页（HTML）": "\ufeff<!-- 首页 -->\n<html><body>法院</body></html>".encode(),
    "XML 文件": b'<?xml version="1.0"?><w:wordDocument/>',
    "图片": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "压缩包（RAR、7z 或 GZ）": b"Rar!\x1a\x07\x00" + bytes(100),
    "程序": b"MZ\x90\x00\x03" + bytes(100),
}


@pytest.mark.parametrize("called", ["报告.txt", "报告.pdf", "报告"])
@pytest.mark.parametrize("kind", KNOWN_BY_SIGHT)
def test_what_cannot_be_read_yet_is_named_and_says_what_to_do(kind, called):
    with pytest.raises(Unreadable) as problem:
        read(Upload(called, KNOWN_BY_SIGHT[kind]))

    assert str(problem.value).replace(" ", "").startswith(f"这是{kind}".replace(" ", ""))
    assert "PDF" in str(problem.value)


def test_a_zip_that_breaks_off_is_still_a_zip():
    with pytest.raises(Unreadable, match=r"^这是压缩包（ZIP）"):
        read(Upload("报告.docx", zip_of("word/document.xml")[:40]))


@pytest.mark.parametrize(
    ("name", "data", "kind", "notices"),
    [
        ("报告.pdf", pdf_of(["法院工作总结"]), "pdf", ()),
        ("报告.PDF", pdf_of(["法院工作总结"]), "pdf", ()),
        ("报告", pdf_of(["法院工作总结"]), "pdf", ()),
        ("报告.docx", pdf_of(["法院工作总结"]), "pdf", ("文件名以 .docx 结尾，内容其实是 PDF，已按 PDF 识别。",)),
        ("报告.txt", pdf_of(["法院工作总结"]), "pdf", ("文件名以 .txt 结尾，内容其实是 PDF，已按 PDF 识别。",)),
        ("报告.doc", "法院工作总结".encode("gb18030"), "txt", ("文件名以 .doc 结尾，内容其实是 TXT，已按 TXT 识别。",)),
        ("2023.12.31", "法院工作总结".encode(), "txt", ()),
    ],
)
def test_a_file_is_read_as_what_it_is_and_a_misleading_name_is_noticed(name, data, kind, notices):
    pages = read(Upload(name, data))

    assert (pages.kind, pages.notices) == (kind, notices)


def test_a_text_that_speaks_of_itself_in_other_formats_words_is_a_text():
    assert read(Upload("报告.txt", "BM法院工作总结，MZ等。PK".encode())).kind == "txt"


def test_a_file_over_the_limit_is_refused():
    with pytest.raises(Unreadable, match=r"^文件超过 50 MB"):
        read(Upload("报告.txt", b"a" * (MOST_BYTES + 1)))

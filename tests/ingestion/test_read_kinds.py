"""What a file really is, whatever its name says."""

import io
import zipfile

import pytest

from reports.ingestion.read import MOST_BYTES, read
from reports.ingestion.read.kinds import kind_of
from reports.ingestion.shapes import Unreadable, Upload

from .make_docx import docx_of, p
from .make_pdf import pdf_of


def zip_of(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "内容")
    return file.getvalue()


def big_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("零.bin", bytes(30 << 20))
    return file.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
NOT_REPORTS = {
    "这是 Excel 表格": [
        zip_of("[Content_Types].xml", "xl/workbook.xml"),
        OLE + "Workbook".encode("utf-16-le"),
    ],
    "这是演示文稿": [
        zip_of("[Content_Types].xml", "ppt/presentation.xml"),
        OLE + "PowerPoint Document".encode("utf-16-le"),
    ],
    "文档有打开密码": [OLE + "EncryptedPackage".encode("utf-16-le")],
    "这是较旧的办公软件的文件": [OLE],
    "这是压缩包（ZIP）": [zip_of("报告.txt"), zip_of()],
    "ZIP 解开后有 30 MB，超过上限，或压缩比异常。": [big_zip()],
    "文件已损坏或不完整": [zip_of("报告.txt")[:40], b"PK\x03\x04" + bytes(60)],
    "这是矢量图（SVG）": [
        b'<?xml version="1.0"?>\n<!-- x --><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
    ],
    "这是 XML 文件": [b'<?xml version="1.0"?><a/>'],
    "这是压缩包（RAR、7z 或 GZ）": [b"Rar!\x1a\x07\x00" + bytes(100), b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08"],
    "这是 HEIC 或 AVIF 照片": [b"\x00\x00\x00\x18ftypheic" + bytes(100), b"\x00\x00\x00\x1cftypavif" + bytes(100)],
    "这是程序": [b"MZ\x90\x00\x03" + bytes(100), b"\x7fELF" + bytes(100)],
}


@pytest.mark.parametrize("called", ["报告.txt", "报告.pdf", "报告"])
@pytest.mark.parametrize(
    ("begins", "data"),
    # Named by their sentence: a ZIP holds the time, and two processes of one run would not agree on its name.
    [pytest.param(begins, data, id=begins) for begins, files in NOT_REPORTS.items() for data in files],
)
def test_what_is_no_report_is_named_for_what_it_is_and_says_what_to_do(begins, data, called):
    with pytest.raises(Unreadable) as problem:
        read(Upload(called, data))

    assert str(problem.value).startswith(begins)
    assert "请" in str(problem.value)


def html_of(text: str) -> str:
    return f"<html><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (docx_of(p("法院工作总结")), "docx"),
        (docx_of(p("法院工作总结"))[:200], "docx"),
        (zip_of("OFD.xml", "Doc_0/Document.xml"), "ofd"),
        (zip_of("mimetype"), "zip"),
        (OLE + "WordDocument".encode("utf-16-le"), "doc"),
        (rb"{\rtf1\ansi \u27861?}", "rtf"),
        (b'<?xml version="1.0"?>\n<?mso-application progid="Word.Document"?><w:wordDocument/>', "wordml"),
        (("\ufeff<!-- 首页 -->\n" + html_of("法院")).encode(), "html"),
        (html_of("法院").encode("utf-16"), "html"),
        (html_of("法院").encode("utf-16-le"), "html"),
        (html_of("法院").encode("utf-16-be"), "html"),
        ("<h1>法院工作总结</h1><p>一、基本情况</p>".encode(), "html"),
        (b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>1</p>", "mht"),
        (b"From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary=b\r\n\r\n", "mht"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "image"),
        (b"GIF89a/*" + b" " * 20 + b"*/=1;<html><script>alert(1)</script>", "image"),
        (b"%PDF-1.4\n" + zip_of("word/document.xml"), "pdf"),
        ("BM法院工作总结，MZ等。PK".encode(), "txt"),
        ("Content-Type是什么：法院工作".encode(), "txt"),
    ],
)
def test_the_kind_is_told_by_what_is_inside(data, kind):
    assert kind_of(data) == kind


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
        ("报告.docx", docx_of(p("法院工作总结")), "docx", ()),
        ("报告.doc", docx_of(p("法院工作总结")), "docx", ("文件名以 .doc 结尾，内容其实是 DOCX，已按 DOCX 识别。",)),
        ("报告.wps", docx_of(p("法院工作总结")), "docx", ()),
        ("报告.doc", html_of("法院工作总结").encode(), "html", ("文件名以 .doc 结尾，内容其实是网页，已按网页识别。",)),
    ],
)
def test_a_file_is_read_as_what_it_is_and_a_misleading_name_is_noticed(name, data, kind, notices):
    pages = read(Upload(name, data))

    assert (pages.kind, pages.notices) == (kind, notices)


def test_a_file_that_is_nothing_but_its_ending_is_told_to_be_damaged():
    with pytest.raises(
        Unreadable, match=r"^文件已损坏：名字以 \.docx 结尾，内容却不是，也没有中文。请核对原件后重新上传。$"
    ):
        read(Upload("报告.docx", b"PK" + b" " * 60))


def test_a_file_over_the_limit_is_refused():
    with pytest.raises(Unreadable, match=r"^文件超过 50 MB"):
        read(Upload("报告.txt", b"a" * (MOST_BYTES + 1)))

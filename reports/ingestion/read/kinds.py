"""What a file really is: by its first bytes and a look inside, never by its name."""

import io
import re
import zipfile
from pathlib import PurePath

_SAVE_AS = "不能识别。请另存为 PDF 或 DOCX 后再上传。"

# What is known by sight but is no report that can be read: the sentence for the uploader.
NOT_READ = {
    "xlsx": "这是 Excel 表格，不能作为报告识别。请另存为 PDF 后再上传。",
    "pptx": f"这是演示文稿，{_SAVE_AS}",
    "locked": "文档有打开密码，无法读取。请用 Word 或 WPS 打开后去掉密码，再上传。",
    "ole": f"这是较旧的办公软件的文件，不是 Word 或 WPS 文档，{_SAVE_AS}",
    "svg": "这是矢量图（SVG），不能识别。请另存为 PDF 后再上传。",
    "uof": "这是标文通（UOF）文档，不能识别。请用 WPS 打开，另存为 DOCX 或 PDF 后再上传。",
    "xml": f"这是 XML 文件，{_SAVE_AS}",
    "zip": "这是压缩包（ZIP），里面的文件要逐个收入。请解压后直接上传其中的文件。",
    "broken": "文件已损坏或不完整，打不开。请核对原件，重新压缩或另存后再上传。",
    "archive": "这是压缩包（RAR、7z、TAR 或 GZ 等），不能识别。请解压，直接上传其中的文件，或者改用 ZIP 压缩。",
    "part": "这是分卷压缩包中的一卷，单独打不开。请在电脑上把各卷放在一起解压，直接上传其中的文件。",
    "heic": "这是 HEIC 或 AVIF 照片，不能识别。请在手机或电脑上另存为 JPG 后再上传。",
    "program": "这是程序，不是文档，不能识别。请核对文件，上传报告的原件。",
    "shortcut": "这是快捷方式，只指向别处的文件或网页，里面没有报告。请打开它，找到原件再上传；网页请另存为“单个文件（MHTML）”或 PDF。",
    "caj": "这是知网的 CAJ 文件，不能识别。请用 CAJViewer 打开，另存或打印为 PDF 后再上传。",
    "sheet": f"这是 WPS 或 LibreOffice 的表格，{_SAVE_AS}",
    "slides": f"这是演示文稿，{_SAVE_AS}",
    "epub": f"这是电子书（EPUB），{_SAVE_AS}",
    "pages": "这是苹果 Pages、Numbers 或 Keynote 文稿，不能识别。请在原来的电脑上导出为 PDF 或 Word 后再上传。",
    "xps": f"这是 XPS 文档，{_SAVE_AS}",
    "postscript": f"这是 PostScript 文件，{_SAVE_AS}",
    "webarchive": "这是苹果 Safari 的网页归档，不能识别。请在浏览器里打开，另存或打印为 PDF 后再上传。",
    "drawing": f"这是 Visio 或 CAD 图纸，{_SAVE_AS}",
    "media": "这是录音、录像或动画，不能识别。请上传报告的文字原件。",
    "picture": "这种图片格式不能识别。请另存为 JPG、PNG 或 PDF 后再上传。",
    "help": f"这是帮助或电子书文件（CHM、DjVu），{_SAVE_AS}",
    "empty": "文件里全是空字节，内容已丢失，多半是拷贝或下载没有完成。请重新拷贝或下载后再上传。",
}

_FIRST_BYTES = tuple(
    (re.compile(pattern, re.DOTALL | re.IGNORECASE), kind)
    for pattern, kind in (
        (rb"%PDF-", "pdf"),
        (rb"\{\\rtf", "rtf"),
        (rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|II\*\x00|MM\x00\*|BM.{4}\x00{4}|RIFF.{4}WEBP", "image"),
        (rb".{4}ftyp(?:hei[cxms]|hev[cx]|mif1|msf1|avi[fs])", "heic"),
        (rb"MZ.{0,64}\x00|\x7fELF", "program"),
        (rb"PK\x07\x08|PK00PK", "part"),
        (
            rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x1f\x8b\x08|BZh[1-9]1AY&SY|\xfd7zXZ\x00|MSCF\x00{4}|.{257}ustar",
            "archive",
        ),
        (rb"\x4c\x00{3}\x01\x14\x02\x00|\[InternetShortcut\]", "shortcut"),
        (rb"CAJ\x02|HN\x00\x00|KDH |TEB\x00", "caj"),
        (rb"%!PS-Adobe|\xc5\xd0\xd3\xc6", "postscript"),
        (rb"bplist00", "webarchive"),
        (rb"AC10\d\d\x00", "drawing"),
        (rb"ITSF\x03|AT&TFORM", "help"),
        (
            rb".{4}ftyp|ID3[\x02-\x04]|RIFF.{4}(?:WAVE|AVI )|[CFZ]WS[\x01-\x20]|\x30\x26\xb2\x75\x8e\x66\xcf\x11",
            "media",
        ),
        (rb"8BPS\x00|\xd7\xcd\xc6\x9a|\x00\x00\x01\x00[\x01-\x20]\x00|\x00{3}\x0cjP  ", "picture"),
        (rb"\x00{2048}", "empty"),
        (
            rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,1000}?-->\s*)?"
            rb"<(?:!doctype\s+html|html|head|meta|link|title|style|body|script|div|section|article|main|center|font|span"
            rb"|table|ul|ol|h[1-6]|p|br)\b",
            "html",
        ),
        (rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!(?:--|DOCTYPE).{0,1000}?>\s*)*<svg\b", "svg"),
        (rb"(?:\xef\xbb\xbf)?\s*<\?xml\b.{0,600}(?:Word\.Document|<w:wordDocument|pkg:package)", "wordml"),
        (rb"(?:\xef\xbb\xbf)?\s*<\?xml\b.{0,600}<uof:UOF", "uof"),
        (rb"(?:\xef\xbb\xbf)?\s*<\?xml\b.{0,600}<plist\b", "shortcut"),
        (rb"(?:\xef\xbb\xbf)?\s*<\?xml\b", "xml"),
        # Servers that a letter passes write long heads of their own.
        (
            rb"(?:(?:Received|Return-Path|Delivered-To|DKIM-Signature|Message-ID|MIME-Version|From|To|Cc|Date|Subject|X-[\w-]+)"
            rb":[^\n]{0,900}\n(?:[ \t][^\n]{0,900}\n)*){4}",
            "mht",
        ),
        (rb"(?:[\w-]+:[^\n]{0,500}\n(?:[ \t][^\n]{0,500}\n)*){0,20}?Content-Type:\s*(?:multipart/|text/)", "mht"),
    )
)
# Pages in UTF-16, as some programs save them.
_UTF16_HTML = re.compile(r"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|meta)\b", re.DOTALL | re.IGNORECASE)
# Acrobat opens a PDF whose header stands anywhere in the first kilobyte, and such files are about.
_LATE_PDF_HEADER = re.compile(rb"%PDF-[12]\.\d")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Streams of an OLE file are named in UTF-16.
_IN_THE_OLE = (
    ("EncryptedPackage", "locked"),
    ("WordDocument", "doc"),
    ("Workbook", "xlsx"),
    ("PowerPoint Document", "pptx"),
)
_IN_THE_ZIP = (
    *(("OFD.xml", "ofd"), ("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"), ("visio/", "drawing")),
    *(("META-INF/container.xml", "epub"), ("Index/Document.iwa", "pages"), ("FixedDocSeq.fdseq", "xps")),
    *(("FixedDocumentSequence.fdseq", "xps"), ("AndroidManifest.xml", "program"), ("META-INF/MANIFEST.MF", "program")),
)
_LOCAL_NAMES = re.compile(rb"PK\x03\x04.{26}((?:OFD\.xml|word/|xl/|ppt/)[\w./]{0,40})", re.DOTALL)
# Nobody needs to know more names to tell what a file is, and reading millions takes a gigabyte.
_MOST_NAMES = 20_000
_ENTRY = b"PK\x01\x02"
# An OpenDocument file begins with its own name, unpacked.
_OPEN_DOCUMENT = re.compile(rb".{30}mimetype.{0,40}?application/vnd\.oasis\.opendocument\.([a-z]+)", re.DOTALL)
_OPEN_DOCUMENTS = {"text": "odt", "spreadsheet": "sheet", "presentation": "slides", "graphics": "drawing"}

_NAMED = {
    "pdf": {".pdf"},
    "txt": {".txt", ".text", ".md", ".csv", ".log", ""},
    "docx": {".docx", ".docm", ".dotx", ".wps"},
    "doc": {".doc", ".wps", ".dot", ".wpt"},
    "rtf": {".rtf"},
    "odt": {".odt"},
    "wordml": {".xml"},
    "ofd": {".ofd"},
    "html": {".htm", ".html", ".shtml", ".xhtml", ".jsp", ".asp", ".aspx", ".php"},
    "mht": {".mht", ".mhtml", ".eml"},
    "image": {".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".bmp", ".webp"},
}
_KNOWN_SUFFIXES = {suffix for suffixes in _NAMED.values() for suffix in suffixes if suffix} | {
    *(".xls", ".xlsx", ".ppt", ".pptx", ".zip", ".rar", ".7z"),
}
_SHOWN = {
    "image": "图片",
    "html": "网页",
    "mht": "网页或邮件",
    "doc": "DOC 文档",
    "wordml": "Word XML 文档",
    "txt": "TXT",
}


def kind_of(data: bytes) -> str:
    """The kind of a reader, a key of NOT_READ, or `txt` for whatever shows no sign of being anything else."""
    head = data[:2048]
    for first_bytes, kind in _FIRST_BYTES:
        if first_bytes.match(head):
            return kind
    if head.startswith(_OLE):
        return next((kind for stream, kind in _IN_THE_OLE if stream.encode("utf-16-le") in data), "ole")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(data)
    if (encoding := _two_bytes_a_character(head)) and _UTF16_HTML.match(head.decode(encoding, "ignore")):
        return "html"
    return "pdf" if _LATE_PDF_HEADER.search(head[:1024]) else "txt"


def _two_bytes_a_character(head: bytes) -> str:
    """The encoding of a beginning that is marked as UTF-16, or whose ASCII has a zero beside every character; else ""."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return "utf-16-le" if head[1:16:2] == bytes(8) else "utf-16-be" if head[:16:2] == bytes(8) else ""


def _kind_of_zip(data: bytes) -> str:
    """Only the list of names is read, nothing is inflated. Where it is lost, the names before the files tell."""
    if document := _OPEN_DOCUMENT.match(data[:200]):
        return _OPEN_DOCUMENTS.get(document[1].decode("ascii"), "broken")
    if data.count(_ENTRY) > _MOST_NAMES:
        return "zip"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            # Some writers part folders as Windows does.
            names, otherwise = [name.replace("\\", "/") for name in archive.namelist()], "zip"
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        names = [name.decode("ascii", "ignore") for name in _LOCAL_NAMES.findall(data)]
        otherwise = "broken"
    for prefix, kind in _IN_THE_ZIP:
        if any(name.startswith(prefix) for name in names):
            return kind
    return otherwise


def misleading_name(name: str, kind: str) -> str | None:
    """A notice where the file's name promises another kind than it is."""
    suffix = PurePath(name).suffix.lower()
    if suffix in _NAMED[kind] or suffix not in _KNOWN_SUFFIXES:
        return None
    shown = _SHOWN.get(kind, kind.upper())
    named = f" {shown} " if shown.isascii() else shown
    return f"文件名以 {suffix} 结尾，内容其实是{named.rstrip()}，已按{named}识别。"

"""DOC, WPS, RTF and whatever else LibreOffice opens -> PDF -> Pages, where LibreOffice is installed.

DOCX and web pages are read elsewhere, from what they say themselves; here they are printed, to know their pages.

Used in the child alone: LibreOffice works in the child's folder, under its limits and without a network.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from ..shapes import Ask, Page, Pages, Unreadable
from .docx import CHANGED, read_docx
from .kinds import kind_of
from .layer import layer_of
from .pdf import MOST_PAGES, opened, read_pdf
from .webpage import harmless

NOT_INSTALLED = (
    "读取 DOC、WPS、RTF 文档要先安装 LibreOffice：请系统维护人员运行 sudo apt install libreoffice-writer-nogui，"
    "装好后点“重新识别”；或者用 Word、WPS 把文件另存为 DOCX 或 PDF 后再上传。"
)
_BROKEN = "文档已损坏，或有打开密码，LibreOffice 打不开。请用 Word 或 WPS 打开后另存为 DOCX 或 PDF，再上传。"
# The child's environment is empty, so no search path is inherited.
_FOLDERS = (
    "/usr/bin:/usr/local/bin:/opt/libreoffice/program:/usr/lib/libreoffice/program:/snap/bin"
    ":/Applications/LibreOffice.app/Contents/MacOS"
)
# For one attempt at a DOC, of which there are three; what is opened in one way only may take as long as those together.
_SECONDS, _SECONDS_ALONE = 60, 180
# Signs that words may have been deleted without being gone; a few other documents have them by chance.
_MAY_BE_CHANGED = {
    "doc": re.compile(rb"\x00\x08\x01"),
    "rtf": re.compile(rb"\\deleted"),
    "odt": re.compile(rb""),  # packed: only a look inside tells
    "wordml": re.compile(rb"aml:annotation|w:del\b"),
}
_WITHOUT_PAGES = "带修订痕迹的文档没有保留页码。"
# By name, one after the other: left to itself LibreOffice opens whatever is damaged as plain text, garbage and all.
_FILTERS = {
    "doc": (".doc", ("MS Word 97", "MS Word 95", "MS WinWord 6.0")),
    "rtf": (".rtf", ("Rich Text Format",)),
    "odt": (".odt", ("writer8",)),
    "wordml": (".xml", ("MS Word 2003 XML",)),
    "docx": (".docx", ("MS Word 2007 XML",)),
    "html": (".html", ("HTML (StarWriter)",)),
    "mht": (".html", ("HTML (StarWriter)",)),
}
KINDS = frozenset(_FILTERS)


def program() -> str | None:
    """LibreOffice's path; None where it is not installed."""
    return shutil.which("soffice", path=_FOLDERS) or shutil.which("libreoffice", path=_FOLDERS)


def read_office(data: bytes, kind: str, ask: Ask) -> Pages:
    """The document as LibreOffice prints it. Raises Unreadable, and Heavy where `ask` does."""
    with _laid_out(data, kind, ask) as (soffice, source):
        for of_kind in _FILTERS[kind][1]:
            if _MAY_BE_CHANGED[kind].search(data) and (changed := _with_changes_accepted(soffice, source, of_kind)):
                return replace(changed, kind=kind, notices=(*changed.notices, _WITHOUT_PAGES))
            if paper := _printed(soffice, source, of_kind):
                return read_pdf(paper, ask, kind=kind)
    raise Unreadable(_BROKEN)


def sheets_of(data: bytes, ask: Ask) -> tuple[Page, ...]:
    """The pages of a document as LibreOffice prints it: every line, running heads too, and where it stands.

    Raises Unreadable, and Heavy where `ask` does.
    """
    paper = opened(on_paper(data, kind_of(data), ask))
    if len(paper) > MOST_PAGES:
        raise Unreadable(f"文档印出来有 {len(paper)} 页，超过 {MOST_PAGES} 页。")
    return tuple(layer_of(paper[number - 1], number, None).page for number in range(1, len(paper) + 1))


def on_paper(data: bytes, kind: str, ask: Ask) -> bytes:
    """The document as the PDF that LibreOffice prints. Raises Unreadable, and Heavy where `ask` does."""
    if kind in ("html", "mht"):
        data = harmless(data)
    with _laid_out(data, kind, ask) as (soffice, source):
        for of_kind in _FILTERS[kind][1]:
            if paper := _printed(soffice, source, of_kind):
                return paper
    raise Unreadable(_BROKEN)


@contextmanager
def _laid_out(data: bytes, kind: str, ask: Ask) -> Iterator[tuple[str, Path]]:
    """LibreOffice's path, and the document in a folder of its own."""
    soffice = program()
    if soffice is None:
        raise Unreadable(NOT_INSTALLED)
    ask("office", 1)
    with TemporaryDirectory(prefix="office-", dir=Path.cwd(), ignore_cleanup_errors=True) as name:
        source = Path(name) / f"document{_FILTERS[kind][0]}"
        source.write_bytes(data)
        yield soffice, source


def _printed(soffice: str, source: Path, of_kind: str) -> bytes | None:
    return _converted(soffice, source, of_kind, "pdf", "writer_pdf_Export")


def _with_changes_accepted(soffice: str, source: Path, of_kind: str) -> Pages | None:
    """The document read as DOCX, where that shows changes: on paper LibreOffice shows what was deleted too."""
    with suppress(Unreadable):
        document = _converted(soffice, source, of_kind, "docx", "MS Word 2007 XML")
        if document and CHANGED in (pages := read_docx(document)).notices:
            return pages
    return None


def _converted(soffice: str, source: Path, of_kind: str, ending: str, to_kind: str) -> bytes | None:
    """The document in another form; None where it is not of the kind it is taken for, or takes too long."""
    folder = source.parent
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(
            [
                soffice,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                *("--headless", "--norestore", "--nolockcheck", "--nodefault", f"--infilter={of_kind}"),
                *("--convert-to", f"{ending}:{to_kind}", "--outdir", str(folder), str(source)),
            ],
            cwd=folder,
            env={"HOME": str(folder), "TMPDIR": str(folder), "PATH": _FOLDERS, "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=_SECONDS if of_kind in _FILTERS["doc"][1] else _SECONDS_ALONE,
        )
    # It ends without an error where it could not open the file: only the result tells.
    converted = folder / f"document.{ending}"
    return converted.read_bytes() if converted.exists() else None

"""DOC, WPS, RTF and whatever else LibreOffice opens -> PDF -> Pages, where LibreOffice is installed.

Used in the child alone: LibreOffice works in the child's folder, under its limits and without a network.
"""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from ..shapes import Ask, Pages, Unreadable
from .pdf import read_pdf

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
_SECONDS = 100
_ENDINGS = {"doc": ".doc", "rtf": ".rtf", "odt": ".odt", "wordml": ".xml"}


def program() -> str | None:
    """LibreOffice's path; None where it is not installed."""
    return shutil.which("soffice", path=_FOLDERS) or shutil.which("libreoffice", path=_FOLDERS)


def read_office(data: bytes, kind: str, ask: Ask) -> Pages:
    """The document as LibreOffice prints it. Raises Unreadable, and Heavy where `ask` does."""
    soffice = program()
    if soffice is None:
        raise Unreadable(NOT_INSTALLED)
    ask("office", 1)
    with TemporaryDirectory(prefix="office-", dir=Path.cwd()) as name:
        folder = Path(name)
        source = folder / f"document{_ENDINGS[kind]}"
        source.write_bytes(data)
        try:
            subprocess.run(
                [
                    soffice,
                    f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                    *("--headless", "--norestore", "--nolockcheck", "--nodefault"),
                    *("--convert-to", "pdf:writer_pdf_Export", "--outdir", str(folder), str(source)),
                ],
                cwd=folder,
                env={"HOME": str(folder), "TMPDIR": str(folder), "PATH": _FOLDERS, "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                check=False,
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired as problem:
            raise Unreadable(_BROKEN) from problem
        # It ends without an error where it could not open the file: only the result tells.
        printed = folder / "document.pdf"
        if not printed.exists():
            raise Unreadable(_BROKEN)
        return read_pdf(printed.read_bytes(), ask, kind=kind)

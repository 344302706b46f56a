"""Which reader reads which kind of file."""

import io
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import PurePath

from ..han import is_han
from ..shapes import Ask, Page, Pages, Unreadable, Upload, allow
from .archive import MOST_BYTES, entries
from .docx import read_docx
from .html import read_html
from .image import read_image
from .kinds import NOT_READ, kind_of, misleading_name
from .mail import read_mail
from .ofd import read_ofd
from .office import read_office
from .pdf import read_pdf
from .txt import read_txt, why_no_chinese

READERS: dict[str, Callable[[bytes], Pages]] = {
    "txt": read_txt,
    "docx": read_docx,
    "html": read_html,
    "mht": read_mail,
    "ofd": read_ofd,
}
# These may need a program that takes much more memory and time, and ask first.
ASKING_READERS: dict[str, Callable[[bytes, Ask], Pages]] = {
    "pdf": read_pdf,
    "image": read_image,
    "doc": lambda data, ask: read_office(data, "doc", ask),
    "rtf": lambda data, ask: read_office(data, "rtf", ask),
    "odt": lambda data, ask: read_office(data, "odt", ask),
    "wordml": lambda data, ask: read_office(data, "wordml", ask),
}


def read(upload: Upload, ask: Ask = allow) -> Pages:
    """The pages of one uploaded file, whatever its name says it is.

    Raises Unreadable, and Heavy where `ask` does. A file that is not what its name says is read as what it is, with a
    notice.
    """
    if not upload.data:
        raise Unreadable("文件是空的（0 字节）。请检查原件后重新上传。")
    if len(upload.data) > MOST_BYTES:
        raise Unreadable(f"文件超过 {MOST_BYTES >> 20} MB，未予识别。请拆分或压缩后再上传。")
    kind = kind_of(upload.data)
    if kind == "zip":
        entries(partial(io.BytesIO, upload.data))  # one that holds too much says so
    if kind in NOT_READ:
        raise Unreadable(NOT_READ[kind])
    pages = READERS[kind](upload.data) if kind in READERS else ASKING_READERS[kind](upload.data, ask)
    notice = misleading_name(upload.name, kind)
    if kind == "txt" and not any(is_han(character) for page in pages.pages for character in page.text):
        suffix = PurePath(upload.name).suffix.lower()
        damaged = f"文件已损坏：名字以 {suffix} 结尾，内容却不是，也没有中文。请核对原件后重新上传。"
        raise Unreadable(damaged if notice else why_no_chinese("".join(page.text for page in pages.pages)))
    return replace(
        pages,
        pages=tuple(map(_storable, pages.pages)),
        flow=tuple(map(_storable, pages.flow)),
        notices=(notice, *pages.notices) if notice else pages.notices,
    )


def _storable(page: Page) -> Page:
    """No database and no index takes U+0000."""
    return replace(page, text=page.text.replace("\x00", ""))

"""Which reader reads which kind of file."""

from collections.abc import Callable
from dataclasses import replace

from ..shapes import Pages, Unreadable, Upload
from .kinds import NOT_READ, kind_of, misleading_name
from .pdf import read_pdf
from .txt import read_txt

READERS: dict[str, Callable[[bytes], Pages]] = {"pdf": read_pdf, "txt": read_txt}

# No report with a text layer comes near it.
MOST_BYTES = 50 << 20


def read(upload: Upload) -> Pages:
    """The pages of one uploaded file, whatever its name says it is.

    Raises Unreadable. A file that is not what its name says is read as what it is, with a notice.
    """
    if not upload.data:
        raise Unreadable("文件是空的（0 字节）。请检查原件后重新上传。")
    if len(upload.data) > MOST_BYTES:
        raise Unreadable(f"文件超过 {MOST_BYTES >> 20} MB，未予识别。请拆分或压缩后再上传。")
    kind = kind_of(upload.data)
    if kind in NOT_READ:
        raise Unreadable(NOT_READ[kind])
    pages = READERS[kind](upload.data)
    notice = misleading_name(upload.name, kind)
    return replace(
        pages,
        # No database and no index takes U+0000.
        pages=tuple(replace(page, text=page.text.replace("\x00", "")) for page in pages.pages),
        notices=(notice, *pages.notices) if notice else pages.notices,
    )

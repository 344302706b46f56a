"""Which reader reads which kind of file."""

from collections.abc import Callable

from ..shapes import Pages, Unreadable, Upload
from .kinds import NOT_YET, called, kind_of
from .pdf import read_pdf
from .txt import read_txt

READERS: dict[str, Callable[[bytes], Pages]] = {"txt": read_txt, "pdf": read_pdf}

# Larger than any report with a text layer that has been seen; scans of a whole year stay below it too.
MAX_BYTES = 50 * 1024 * 1024


def read(upload: Upload) -> Pages:
    """The pages of one uploaded file, whatever its name says it is. Raises Unreadable."""
    if not upload.data:
        raise Unreadable("文件是空的（0 字节）。请检查原件，重新上传。")
    if len(upload.data) > MAX_BYTES:
        raise Unreadable(f"文件超过 {MAX_BYTES // 2**20} MB，不予识别。请拆分或压缩后再上传。")
    kind = kind_of(upload.data)
    if kind not in READERS:
        raise Unreadable(f"这是{NOT_YET[kind]}，暂不能识别。请另存为 PDF 或 TXT 后再上传。")
    pages = READERS[kind](upload.data)
    return called(upload.name, pages)

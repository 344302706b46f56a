"""Files, folders and ZIPs -> the single files in them, in the order of their names, before any is opened."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

# What one ZIP may hold: enough for a year of a province, too little for a bomb.
MOST_ENTRIES = 500
MOST_BYTES = 200 * 1024 * 1024
MOST_RATIO = 200

# What zipfile raises for damaged, hostile or merely unusual files; RuntimeError: encrypted, or a method it does not know.
ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError, OSError)

SYSTEM_LITTER = ("__MACOSX/", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Gathered:
    """One file to be taken in, or `reason`: in Chinese, why it cannot be, and what to do.

    `open` raises OSError, or Damaged for a file in a ZIP.
    """

    name: str
    open: Callable[[], BinaryIO]
    reason: str = ""


class Damaged(Exception):
    """A file cannot be taken out of its ZIP; the message says why, and what to do, in Chinese."""


def gather(paths: Iterable[Path]) -> Iterator[Gathered]:
    for path in paths:
        if path.is_dir():
            inside = (found for found in path.rglob("*") if found.is_file() and not is_litter(found.name))
            yield from gather(sorted(inside))
        elif not path.is_file():
            yield refused(str(path), "没有这个文件或文件夹。请检查路径。")
        elif path.suffix.lower() == ".zip":
            yield from gather_zip(path)
        else:
            yield Gathered(str(path), lambda path=path: path.open("rb"))  # type: ignore[misc]


def gather_zip(path: Path) -> Iterator[Gathered]:
    """The files in a ZIP; ZIPs inside it are handed on as they are, and refused as files of an unknown kind."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and not is_litter(name_of(entry))]
    except ZIP_FAULTS:
        yield refused(str(path), "ZIP 已损坏，打不开。请重新压缩后再试。")
        return
    if problem := too_much(entries):
        yield refused(str(path), problem)
        return
    for entry in sorted(entries, key=name_of):
        name = f"{path}/{name_of(entry)}"
        if entry.flag_bits & 0x1:
            yield refused(name, "ZIP 里的这个文件有密码。请解密后再试。")
        else:
            yield Gathered(name, lambda entry=entry: taken_out(path, entry))  # type: ignore[misc]


def taken_out(path: Path, entry: zipfile.ZipInfo) -> BinaryIO:
    """Raises Damaged where the entry cannot be unpacked, or is larger than it claims to be."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(entry) as stream:
            data = stream.read(entry.file_size + 1)
    except ZIP_FAULTS as fault:
        raise Damaged("ZIP 里的这个文件已损坏，或压缩方式不能识别。请解压后直接上传，或重新压缩后再试。") from fault
    if len(data) > entry.file_size:
        raise Damaged("ZIP 里的这个文件比声明的大，没有打开。请解压后直接上传。")
    return io.BytesIO(data)


def too_much(entries: list[zipfile.ZipInfo]) -> str:
    size = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MOST_ENTRIES:
        return f"ZIP 里有 {len(entries)} 个文件，超过 {MOST_ENTRIES} 个的上限。请分成几个再试。"
    if size > MOST_BYTES or size > MOST_RATIO * max(packed, 1):
        return f"ZIP 解开后有 {size / 1024 / 1024:.0f} MB，超过上限，或压缩比异常。请直接给出其中的文件。"
    return ""


def name_of(entry: zipfile.ZipInfo) -> str:
    """The entry's name. Without the UTF-8 flag Chinese systems mean GBK, whatever the standard says."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename


def is_litter(name: str) -> bool:
    base = PurePosixPath(name).name
    return base.startswith((".", "~$")) or name.startswith(SYSTEM_LITTER[0]) or base in SYSTEM_LITTER[1:]


def refused(name: str, reason: str) -> Gathered:
    return Gathered(name, io.BytesIO, reason)

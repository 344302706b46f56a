"""ZIP -> the files in it: within limits, under honest names, one ZIP deep.

Only lists of names are read before a file is asked for, and nothing is ever written to the disk.
"""

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO

from ..han import is_han
from ..shapes import Member, Unreadable

# What one file may be, and what one ZIP may hold: enough for a year of a province, too little for a bomb.
MOST_BYTES = 50 << 20
MOST_INFLATED = 200 << 20
MOST_ENTRIES = 500
MOST_RATIO = 200
# Packed this small, even a ratio beyond the limit comes to nothing.
_HARMLESS = 1 << 20

# What zipfile raises for damaged, hostile or merely unusual files; RuntimeError: encrypted, or a method it does not know.
ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError, OSError)

_ENTRY = b"PK\x01\x02"
_LITTER_FOLDER = "__MACOSX/"
_LITTER = ("Thumbs.db", "desktop.ini")

BROKEN = "ZIP 已损坏，打不开。请重新压缩后再试。"
_NESTED = "ZIP 里的 ZIP 里还有 ZIP，没有再打开。请把它解压后直接上传其中的文件。"
_LOCKED = "ZIP 里的这个文件有密码。请解密后再试。"
_DAMAGED = "ZIP 里的这个文件已损坏，或压缩方式不能识别。请解压后直接上传，或重新压缩后再试。"
_LARGER = "ZIP 里的这个文件比声明的大，没有打开。请解压后直接上传。"


class Damaged(Exception):
    """A file cannot be taken out of its ZIP; the message says why, and what to do, in Chinese."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in a ZIP, still packed; `size` in bytes once it is not.

    `read` raises Damaged; `reason`: in Chinese, why it is not to be read at all.
    """

    name: str
    size: int
    read: Callable[[], bytes]
    reason: str = ""


def unpack(data: bytes) -> Iterator[Member]:
    """The files in a ZIP, one after the other, a ZIP inside it opened too. Raises Unreadable for the ZIP as a whole."""
    for entry in entries(lambda: io.BytesIO(data)):
        try:
            yield Member(entry.name, reason=entry.reason) if entry.reason else Member(entry.name, entry.read())
        except Damaged as damage:
            yield Member(entry.name, reason=str(damage))


def entries(source: Callable[[], BinaryIO]) -> list[Entry]:
    """The files in a ZIP in the order of their names, without what systems leave behind.

    `source` opens the ZIP anew. Raises Unreadable where it is no ZIP or holds more than it may.
    """
    return _entries(source, "", 0)


def _entries(source: Callable[[], BinaryIO], folder: str, depth: int) -> list[Entry]:
    with source() as file:
        archive = _opened(file)
        infos = [info for info in archive.infolist() if not info.is_dir() and not is_litter(name_of(info))]
    if problem := too_much(infos):
        raise Unreadable(problem)
    found: list[Entry] = []
    for info in sorted(infos, key=name_of):
        name = folder + safe_name(name_of(info))
        read = partial(_taken_out, source, info)
        if info.flag_bits & 0x1:
            found.append(Entry(name, info.file_size, read, _LOCKED))
        elif info.file_size > MOST_BYTES:
            reason = f"ZIP 里的这个文件超过 {MOST_BYTES >> 20} MB。请拆分或压缩后再上传。"
            found.append(Entry(name, info.file_size, read, reason))
        elif name.lower().endswith(".zip") and _is_zip(read):
            found += [Entry(name, info.file_size, read, _NESTED)] if depth else _nested(read, name)
        else:
            found.append(Entry(name, info.file_size, read))
    if len(found) > MOST_ENTRIES:
        raise Unreadable(_too_many(len(found)))
    if sum(entry.size for entry in found) > MOST_INFLATED:
        raise Unreadable(_too_large(sum(entry.size for entry in found)))
    return found


def _nested(read: Callable[[], bytes], name: str) -> list[Entry]:
    data = read()
    try:
        return _entries(partial(io.BytesIO, data), f"{name}/", 1)
    except Unreadable as problem:
        return [Entry(name, len(data), read, str(problem))]


def _is_zip(read: Callable[[], bytes]) -> bool:
    try:
        return read().startswith(b"PK\x03\x04")
    except Damaged:
        return False


def _opened(file: BinaryIO) -> zipfile.ZipFile:
    """Raises Unreadable. A list of millions of names is refused before any is read."""
    try:
        data = file.read()
        if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            raise Unreadable(BROKEN)
        if data.count(_ENTRY) > 40 * MOST_ENTRIES:
            raise Unreadable(_too_many(data.count(_ENTRY)))
        return zipfile.ZipFile(io.BytesIO(data))
    except ZIP_FAULTS as fault:
        raise Unreadable(BROKEN) from fault


def opened(data: bytes, what: str, most_entries: int) -> zipfile.ZipFile:
    """A document that is a ZIP, with the same limits. Raises Unreadable, and what zipfile raises."""
    if data.count(_ENTRY) > most_entries:
        raise Unreadable(f"{what}里的文件超过 {most_entries} 个，未予识别。请另存为 PDF 后再上传。")
    archive = zipfile.ZipFile(io.BytesIO(data))
    size = sum(info.file_size for info in archive.infolist())
    if size > MOST_INFLATED or size > max(MOST_RATIO * len(data), _HARMLESS):
        raise Unreadable(f"{what}解开后有 {size >> 20} MB，超过上限，或压缩比异常，未予识别。请另存为 PDF 后再上传。")
    return archive


def inflated(archive: zipfile.ZipFile, name: str) -> bytes:
    """An entry's bytes, never more than it declares. Raises what zipfile raises."""
    with archive.open(name) as stream:
        return stream.read(archive.getinfo(name).file_size + 1)


def _taken_out(source: Callable[[], BinaryIO], info: zipfile.ZipInfo) -> bytes:
    try:
        with source() as file, zipfile.ZipFile(file) as archive, archive.open(info) as stream:
            data = stream.read(info.file_size + 1)
    except ZIP_FAULTS as fault:
        raise Damaged(_DAMAGED) from fault
    if len(data) > info.file_size:
        raise Damaged(_LARGER)
    return data


def too_much(infos: list[zipfile.ZipInfo]) -> str:
    """Why a ZIP is not opened, in Chinese; "" where it may be."""
    size = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if len(infos) > MOST_ENTRIES:
        return _too_many(len(infos))
    if size > MOST_INFLATED or size > MOST_RATIO * max(packed, 1):
        return _too_large(size)
    return ""


def _too_large(size: int) -> str:
    return f"ZIP 解开后有 {size / 1024 / 1024:.0f} MB，超过上限，或压缩比异常。请直接给出其中的文件。"


def _too_many(count: int) -> str:
    return f"ZIP 里有 {count} 个文件，超过 {MOST_ENTRIES} 个的上限。请分成几个再试。"


def name_of(info: zipfile.ZipInfo) -> str:
    """The entry's name. Without the UTF-8 flag Chinese systems mean GBK, whatever the standard says, and macOS UTF-8."""
    if info.flag_bits & 0x800:
        return info.filename
    with suppress(UnicodeError):
        written = info.filename.encode("cp437")
        with suppress(UnicodeError):
            # Some names in GBK happen to be UTF-8, but not of Chinese.
            if any(map(is_han, name := written.decode("utf-8"))):
                return name
        return written.decode("gb18030")
    return info.filename


def safe_name(name: str) -> str:
    """The name as it may be shown and logged: no way out of its folder, no drive, no control characters."""
    shown = "".join(character for character in name.replace("\\", "/") if character.isprintable())
    parts = [part for part in shown.split("/") if part not in ("", ".", "..") and not part.endswith(":")]
    return "/".join(parts) or "未命名"


def is_litter(name: str) -> bool:
    base = PurePosixPath(name).name
    return base.startswith((".", "~$")) or name.startswith(_LITTER_FOLDER) or base in _LITTER

"""Files, folders and ZIPs -> the single files in them, in the order of their names, before any is opened."""

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from .read.archive import MOST_INFLATED, Damaged, Entry, entries, is_litter
from .read.kinds import kind_of
from .shapes import Unreadable

__all__ = ["Damaged", "Gathered", "gather"]


@dataclass(frozen=True, slots=True)
class Gathered:
    """One file to be taken in, or `reason`: in Chinese, why it cannot be, and what to do.

    `open` raises OSError, or Damaged for a file in a ZIP.
    """

    name: str
    open: Callable[[], BinaryIO]
    reason: str = ""


def gather(paths: Iterable[Path]) -> Iterator[Gathered]:
    for path in paths:
        if path.is_dir():
            inside = (found for found in path.rglob("*") if found.is_file() and not is_litter(found.name))
            yield from gather(sorted(inside))
        elif not path.is_file():
            yield refused(str(path), "没有这个文件或文件夹。请检查路径。")
        elif path.suffix.lower() == ".zip" and path.stat().st_size > MOST_INFLATED:
            yield refused(str(path), f"ZIP 超过 {MOST_INFLATED >> 20} MB，没有打开。请分成几个再试。")
        elif path.suffix.lower() == ".zip" and kind_of(path.read_bytes()) not in ("docx", "ofd", "odt"):
            yield from gather_zip(path)
        else:
            yield Gathered(str(path), lambda path=path: path.open("rb"))  # type: ignore[misc]


def gather_zip(path: Path) -> Iterator[Gathered]:
    """The files in a ZIP, within the limits of `read.archive`."""
    try:
        found = entries(lambda: path.open("rb"))
    except Unreadable as problem:
        yield refused(str(path), str(problem))
        return
    for entry in found:
        yield Gathered(f"{path}/{entry.name}", partial(taken_out, entry), entry.reason)


def taken_out(entry: Entry) -> BinaryIO:
    """Raises Damaged where the entry cannot be unpacked, or is larger than it claims to be."""
    return io.BytesIO(entry.read())


def refused(name: str, reason: str) -> Gathered:
    return Gathered(name, io.BytesIO, reason)

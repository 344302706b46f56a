"""Generations of the index on disk: built beside, verified by checksum, switched by one rename, the one before kept.

index/current            the name of the generation that answers
index/<generation>/      a Whoosh index; what stands there beside Whoosh's own files, segment.py says
index/<generation>/made_with   which code and dictionary made it
"""

import fcntl
import json
import os
import shutil
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

POINTER = "current"
MADE_WITH = "made_with"


class Damaged(Exception):
    """A file of the index is missing, cut short or changed."""


class Store:
    """The folder that holds the generations."""

    def __init__(self, root: Path):
        self.root = root

    def current(self) -> Path | None:
        """The generation that the pointer names, whether it is there or not."""
        try:
            return self.root / (self.root / POINTER).read_text(encoding="ascii").strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return None

    def candidates(self) -> list[Path]:
        """The current generation, then the others that were once current, newest first."""
        named = self.current()
        whole = sorted((made.parent for made in self.root.glob(f"*/{MADE_WITH}")), reverse=True)
        return [*([named] if named else []), *(path for path in whole if path != named)]

    def made_with(self, generation: Path) -> str:
        try:
            return (generation / MADE_WITH).read_text(encoding="ascii")
        except (FileNotFoundError, UnicodeDecodeError):
            return ""

    @contextmanager
    def new_generation(self, made_with: str) -> Iterator[Path]:
        """A fresh folder to build in; when the block ends well it becomes the current generation, at once and as a whole.

        One at a time: whatever else is unfinished is removed. The generation before is kept.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        self._keep_only(self.candidates())  # a rebuild that was killed left half a generation behind
        generation = self.root / f"{time.time_ns():020d}"
        generation.mkdir()
        try:
            yield generation
            (generation / MADE_WITH).write_text(made_with, encoding="ascii")
            self._switch_to(generation)
        except BaseException:
            shutil.rmtree(generation, ignore_errors=True)
            raise
        self._keep_only(self.candidates()[:2])

    def _switch_to(self, generation: Path) -> None:
        beside = self.root / f"{POINTER}.new"
        with beside.open("w", encoding="ascii") as file:
            file.write(generation.name)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.root / POINTER)

    def _keep_only(self, keep: list[Path]) -> None:
        for path in self.root.iterdir():
            if path.is_dir() and path not in keep:
                shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def lock(self, name: str, *, wait: bool = True) -> Iterator[bool]:
        """An operating system's lock, free again as soon as its holder ends, however it ends. Yields whether it was got."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / f"{name}.lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
            else:
                yield True

    def is_locked(self, name: str) -> bool:
        if not (self.root / f"{name}.lock").exists():
            return False
        with self.lock(name, wait=False) as got:
            return not got


def checksum(path: Path) -> list[int]:
    """Size and CRC-32, read in steps."""
    size, sum_ = 0, 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            size += len(block)
            sum_ = zlib.crc32(block, sum_)
    return [size, sum_]


def verify(folder: Path, segment: str) -> None:
    """Raises Damaged unless every file of the segment is as it was written. 16 bytes flipped pass Whoosh unnoticed."""
    try:
        sums = json.loads((folder / f"{segment}.sums").read_text(encoding="ascii"))
        wrong = [name for name, sum_ in sums.items() if checksum(folder / name) != sum_]
    except (OSError, ValueError) as error:
        raise Damaged(str(error)) from error
    if wrong:
        raise Damaged(f"{folder}: {', '.join(wrong)}")


def open_index(folder: Path) -> FileIndex:
    return FileStorage(str(folder)).open_index()

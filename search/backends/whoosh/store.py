"""Generations of the index on disk: built beside, verified by checksum, switched by one rename, the one before kept.

index/current                      the name of the generation that answers
index/<generation>/                a Whoosh index; what stands there beside Whoosh's own files, segment.py says
index/<generation>/_MAIN_<n>.sums  the checksum of Whoosh's table of contents _MAIN_<n>.toc, written before it
index/<generation>/made_with       which code and dictionary made it; renamed to "damaged" when the generation is refused
index/<generation>/journal         only while the generation is being built (journal.py)
"""

import errno
import fcntl
import json
import logging
import os
import re
import shutil
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.index import TOC, EmptyIndexError, FileIndex

log = logging.getLogger(__name__)
T = TypeVar("T")

POINTER = "current"
MADE_WITH = "made_with"
DAMAGED = "damaged"
JOURNAL = "journal"
ABANDONED = 24 * 3600 * 10**9  # nanoseconds
NAME = re.compile(r"[0-9]{20}")  # of a generation: when it was begun, in nanoseconds
INDEX = "MAIN"  # Whoosh's name for the one index in a folder


class Damaged(Exception):
    """A file of the index is missing, cut short or changed."""


class Store:
    """The folder that holds the generations."""

    def __init__(self, root: Path):
        self.root = root

    def current(self) -> Path | None:
        """The generation that the pointer names, whether it is there or not."""
        try:
            name = (self.root / POINTER).read_text(encoding="ascii").strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        return self.root / name if NAME.fullmatch(name) else None

    def candidates(self) -> list[Path]:
        """Who may answer: the current generation, then the others that were once current, newest first. None refused."""
        named = self.current()
        whole = sorted(
            (
                made.parent
                for made in self.root.glob(f"*/{MADE_WITH}")
                if made.parent == named or not (made.parent / JOURNAL).exists()
            ),
            reverse=True,
        )
        return sorted(whole, key=lambda generation: generation != named)

    def is_trusted(self, generation: Path) -> bool:
        """Whether no one has refused it."""
        return (generation / MADE_WITH).exists()

    def made_with(self, generation: Path) -> str:
        try:
            return (generation / MADE_WITH).read_text(encoding="ascii")
        except (FileNotFoundError, UnicodeDecodeError):
            return ""

    def refuse(self, generation: Path, damage: str) -> None:
        """From now on no process answers from it. A rename, so that it works on a full disk."""
        try:
            (generation / MADE_WITH).rename(generation / DAMAGED)
        except FileNotFoundError:
            return  # another process was faster, or the generation is gone altogether
        log.error("索引 %s 已损坏，不再使用：%s", generation.name, damage)

    # ---- looking at every byte
    def examine(self, generation: Path) -> Iterator[str | None]:
        """Every file that the generation consists of, a segment at a step: None, or what is wrong.

        A segment that a commit takes away meanwhile is no damage.
        """
        try:
            segments = segment_names(generation)
        except Damaged as damaged:
            yield str(damaged)
            return
        for segment in segments:
            try:
                verify(generation, segment)
            except Damaged as damaged:
                yield str(damaged) if still_has(generation, segment) else None
            else:
                yield None

    def patrol(self) -> Iterator[None]:
        """One segment at a step, and whatever is damaged is refused: all processes turn to the generation before."""
        for generation in self.candidates():
            for damage in self.examine(generation):
                if damage:
                    self.refuse(generation, damage)
                    break
                yield
        self._drop_abandoned()

    def _drop_abandoned(self) -> None:
        """What a killed rebuild left, and no other went on with for a day, is only in the way."""
        if left := self.unfinished():
            with self.lock("rebuild", wait=False) as got:
                if got and time.time_ns() - int(left.name) > ABANDONED:
                    shutil.rmtree(left, ignore_errors=True)

    # ---- one generation after the other
    def unfinished(self) -> Path | None:
        """The generation that is being built, or that a rebuild left when it was killed."""
        begun = (journal.parent for journal in self.root.glob(f"*/{JOURNAL}"))
        return max((generation for generation in begun if generation != self.current()), default=None)

    def begin(self) -> Path:
        """A fresh folder. Clocks are set back at times, names never."""
        latest = max((int(path.name) for path in self.root.iterdir() if NAME.fullmatch(path.name)), default=0)
        generation = self.root / f"{max(time.time_ns(), latest + 1):020d}"
        generation.mkdir()
        return generation

    def switch_to(self, generation: Path) -> None:
        """At once and as a whole. The generation before is kept, what is older is not."""
        write_durably(self.root / POINTER, generation.name.encode())
        (generation / JOURNAL).unlink(missing_ok=True)
        self.keep_only(self.candidates()[:2])

    def keep_only(self, keep: list[Path]) -> None:
        for path in self.root.iterdir():
            if path.is_dir() and path not in keep:
                shutil.rmtree(path, ignore_errors=True)

    # ---- one process at a time
    @contextmanager
    def lock(self, name: str, *, wait: bool = True) -> Iterator[bool]:
        """An operating system's lock, free again as soon as its holder ends, however it ends. Yields whether it was got."""
        path = self.root / f"{name}.lock"
        while True:
            self.root.mkdir(parents=True, exist_ok=True)
            with path.open("a") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
                except BlockingIOError:
                    yield False
                    return
                if is_still(path, file.fileno()):
                    yield True
                    return
                # The folder was removed while this process waited: what it holds keeps nobody else out.

    def is_locked(self, name: str) -> bool:
        if not (self.root / f"{name}.lock").exists():
            return False
        with self.lock(name, wait=False) as got:
            return not got


def is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


# ---- checksums
def checksum(path: Path) -> list[int]:
    """Size and CRC-32, read in steps."""
    size, sum_ = 0, 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            size += len(block)
            sum_ = zlib.crc32(block, sum_)
    return [size, sum_]


def read_sums(path: Path) -> dict[str, list[int]]:
    """Raises FileNotFoundError or Damaged."""
    try:
        sums: dict[str, list[int]] = json.loads(path.read_bytes().decode("ascii"))
    except ValueError as error:
        raise Damaged(f"{path}: {error}") from error
    return sums


def verify(folder: Path, segment: str) -> None:
    """Raises Damaged unless every file of the segment is as it was written. 16 bytes flipped pass Whoosh unnoticed."""
    try:
        sums = read_sums(folder / f"{segment}.sums")
        wrong = [name for name, sum_ in sums.items() if checksum(folder / name) != sum_]
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.EIO):
            raise Damaged(str(error)) from error
        raise  # no memory, too many open files: nothing is known of the segment
    if wrong:
        raise Damaged(f"{folder}: {', '.join(wrong)}")


# ---- Whoosh's table of contents
class CheckedStorage(FileStorage):
    """A folder whose tables of contents are read only when their checksums hold: they are pickles."""

    def open_file(self, name: str, **options: Any) -> Any:
        if not name.endswith(".toc"):
            return super().open_file(name, **options)
        path = Path(self.folder) / name
        content = path.read_bytes()
        if read_sums(path.with_suffix(".sums")).get(name) != [len(content), zlib.crc32(content)]:
            raise Damaged(f"{path}")
        return BufferFile(memoryview(content), name=name)


def open_index(folder: Path) -> FileIndex:
    """Raises Damaged, or FileNotFoundError when a commit takes the table away while it is being read."""
    try:
        return CheckedStorage(str(folder)).open_index()
    except EmptyIndexError as error:
        raise Damaged(str(error)) from error


def latest(folder: Path) -> int:
    """The number of the newest table of contents, -1 for none."""
    number: int = TOC._latest_generation(FileStorage(str(folder)), INDEX)
    return number


def steadily(folder: Path, look: Callable[[Path], T]) -> T:
    """What the look shows, taken again as long as a commit takes files away in the middle of it. Raises Damaged."""
    while True:
        before = latest(folder)
        try:
            return look(folder)
        except Exception as error:
            if latest(folder) != before:
                continue
            if isinstance(error, FileNotFoundError):
                raise Damaged(str(error)) from error
            raise


def segment_names(folder: Path) -> list[str]:
    """Raises Damaged."""
    return steadily(folder, lambda folder: [segment.segment_id() for segment in open_index(folder)._segments()])


def still_has(folder: Path, segment: str) -> bool:
    try:
        return segment in segment_names(folder)
    except Damaged:
        return True


def write_toc(folder: Path, toc: TOC) -> None:
    """Makes this the index's table of contents, at once; what other tables there were goes, with their sums."""
    memory = RamStorage()
    toc.write(memory, INDEX)
    ((name, content),) = memory.files.items()
    path = folder / name
    write_durably(path.with_suffix(".sums"), json.dumps({name: [len(content), zlib.crc32(content)]}).encode())
    write_durably(path, content)
    for other in folder.glob(f"_{INDEX}_*"):
        if other.stem != path.stem:
            other.unlink()


def write_durably(path: Path, content: bytes) -> None:
    """The file holds this, or what it held before."""
    beside = path.with_name(f"{path.name}.new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """A file's bytes, or a folder's names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

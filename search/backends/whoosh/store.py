"""Generations of the index on disk: built beside, verified by checksum, switched by one rename, the one before kept.

index/current            the name of the generation that answers
index/<generation>/      a Whoosh index; per segment also the folded texts (.folded, .places) and checksums (.sums)
index/<generation>/made_with   which code and dictionary made it
"""

import fcntl
import json
import os
import shutil
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.writing import SegmentWriter

POINTER = "current"
MADE_WITH = "made_with"
TEXT, TITLE, COURT, THEME = range(4)
STRINGS = 4  # a report's folded strings, in the order above
ENCODING = ("utf-16-le", "surrogatepass")


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


class ReportWriter(SegmentWriter):
    """Whoosh's writer that also keeps each report's folded strings beside the segment, and checksums of all its files.

    The segment's files are whole before the table of contents names them; Whoosh removes them with their segment.
    """

    def __init__(self, index: FileIndex, *, timeout: float = 20):
        # Compressed postings are a fifth smaller and cost a tenth of a rebuild.
        super().__init__(index, timeout=timeout, compound=False, codec=W3Codec(compression=0))
        self.base = Path(self.storage.folder) / self.newsegment.segment_id()
        self.strings = self.base.with_suffix(".folded").open("wb")
        self.places = [0]

    def add_report(self, document: dict[str, Any], paragraphs: Sequence[str], others: Sequence[str]) -> None:
        """One report: Whoosh's fields; the folded paragraphs of its text; folded title, court names and theme names."""
        self.add_document(**document)
        for string in ("\n".join(paragraphs), *others):
            self.places.append(self.places[-1] + self.strings.write(string.encode(*ENCODING)))

    def _finalize_segment(self) -> Any:
        segment = super()._finalize_segment()
        self.strings.close()
        np.array(self.places, np.int64).tofile(self.base.with_suffix(".places"))
        sums = {path.name: checksum(path) for path in sorted(self.base.parent.glob(f"{self.base.name}.*"))}
        self.base.with_suffix(".sums").write_text(json.dumps(sums), encoding="ascii")
        return segment

    def keep(self) -> None:
        """Commits without merging (Whoosh merges posting by posting); segments without a living report are dropped."""
        self.commit(mergetype=lambda _writer, segments: [segment for segment in segments if segment.doc_count()])
        if not self.strings.closed:  # nothing was added
            self.strings.close()
            self.base.with_suffix(".folded").unlink(missing_ok=True)

    def give_up(self) -> None:
        """Leaves the index as it was. Whoosh 2.7.4 keeps its lock for ever when a commit fails half-way."""
        try:
            if not self.is_closed:
                self.cancel()
        finally:
            self.strings.close()
            if not self.is_closed:
                self.writelock.release()


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


class FoldedStrings:
    """The folded strings of one segment's reports. Texts are held in memory, paragraphs read again when asked for."""

    def __init__(self, folder: Path, segment: str):
        self.places = np.fromfile(folder / f"{segment}.places", np.int64)
        self.bytes = (
            np.memmap(folder / f"{segment}.folded", np.uint8, "r") if self.places[-1] else np.empty(0, np.uint8)
        )
        count = (len(self.places) - 1) // STRINGS
        self.texts = [self._string(doc, TEXT).replace("\n", "") for doc in range(count)]
        self.titles, self.courts, self.themes = (
            [self._string(doc, which) for doc in range(count)] for which in (TITLE, COURT, THEME)
        )

    def _string(self, doc: int, which: int) -> str:
        start, end = self.places[doc * STRINGS + which : doc * STRINGS + which + 2]
        return self.bytes[start:end].tobytes().decode(*ENCODING)

    def paragraphs(self, doc: int) -> list[str]:
        return self._string(doc, TEXT).split("\n")


def open_index(folder: Path) -> FileIndex:
    return FileStorage(str(folder)).open_index()

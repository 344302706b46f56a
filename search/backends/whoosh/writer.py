"""What is written: small commits into the generation that answers, and whole generations beside it."""

import logging
import os
import shutil
import signal
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from multiprocessing import get_context
from multiprocessing.pool import AsyncResult
from pathlib import Path
from typing import Any

from haystack.constants import DJANGO_ID, DOCUMENT_FIELD, ID
from whoosh import fields
from whoosh.codec.whoosh3 import W3Segment
from whoosh.index import TOC

from search.backends import IndexAway

from . import journal
from .codec import ArrayCodec
from .reader import AWAY, Reader
from .segment import Document, ReportWriter, write_segment
from .store import INDEX, JOURNAL, MADE_WITH, Damaged, Store, open_index, verify, write_durably, write_toc

log = logging.getLogger(__name__)

# So many segments of one order of magnitude (1…9, 10…99, 100…999 reports), and they are written anew as one.
CROWD = 10
LARGEST_REWRITTEN = 1000
PORTION = 16_000_000  # characters of text in one segment: what a process holds of it in memory stays below 800 MB
WRITERS = 4  # processes


def write(reader: Reader, documents: Iterable[Document], gone: Iterable[str] = ()) -> None:
    """Those documents anew and without those gone (Haystack's identifiers), in one commit: all or nothing.

    Raises IndexAway when the current generation cannot be trusted.
    """
    opened = reader.get()
    if not opened.is_current:
        raise IndexAway(AWAY)
    # A kill in the moment after the switch leaves it.
    (opened.generation / JOURNAL).unlink(missing_ok=True)
    commit(opened.generation, documents, gone)


def commit(folder: Path, documents: Iterable[Document], gone: Iterable[str] = (), segments: Sequence[Any] = ()) -> None:
    """The documents in new segments, in the place of what was written of them before, and the finished `segments`.

    Of documents that are made as they are asked for, one portion is held in memory.
    """
    writer = ReportWriter(open_index(folder))
    try:
        made = []
        with writer.searcher() as searcher:
            for identifier in gone:
                writer.delete_by_term(ID, identifier, searcher=searcher)
            for portion in portions(documents):
                for document in portion:
                    writer.delete_by_term(ID, document[ID], searcher=searcher)
                made.append(write_segment(folder, portion))
        writer.keep([*segments, *made])
    except BaseException:
        writer.give_up()
        raise


@dataclass(frozen=True, slots=True)
class Rebuild:
    """A new generation beside the present one, which answers until the new one is whole.

    tasks: the outbox's notes from before the first report was read: what they speak of needs no second look.
    last: reports up to this id are written.
    """

    store: Store
    folder: Path
    tasks: frozenset[int]
    segments: list[W3Segment]
    last: int

    @classmethod
    def begin(cls, store: Store, schema: fields.Schema, made_with: str, tasks: Iterable[int]) -> "Rebuild":
        """What a killed rebuild left, where it can be gone on with; else a new generation."""
        left = store.unfinished()
        store.keep_only([*store.candidates(), *([left] if left else [])])
        if left:
            try:
                return cls._resume(store, left, schema, made_with)
            except (Damaged, OSError) as reason:
                log.warning("上次没有完成的重建不能继续（%s），重新开始", reason)
                shutil.rmtree(left)
        folder = store.begin()
        noted = frozenset(tasks)
        journal.append(
            folder, {"tasks": journal.ranges(noted)}
        )  # first: without it, this passes for a finished generation
        write_durably(folder / MADE_WITH, made_with.encode())
        write_toc(folder, TOC(schema, [], 0))
        return cls(store, folder, noted, [], 0)

    @classmethod
    def _resume(cls, store: Store, folder: Path, schema: fields.Schema, made_with: str) -> "Rebuild":
        if (folder / MADE_WITH).read_bytes() != made_with.encode():
            raise Damaged("词典或程序已变")
        first, *others = journal.entries(folder)
        done = [entry for entry in others if "segment" in entry]
        segments = [W3Segment(ArrayCodec(), INDEX, entry["reports"], entry["segment"]) for entry in done]
        for segment in segments:
            verify(folder, segment.segment_id())
        # What was being written when the kill came, and what was written after the last segment, comes again.
        ours = {MADE_WITH, JOURNAL, *(segment.segment_id() for segment in segments)}
        for path in folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name.partition(".")[0] not in ours:
                path.unlink()
        write_toc(folder, TOC(schema, [], 0))
        tasks = frozenset(task for start, end in first["tasks"] for task in range(start, end + 1))
        return cls(store, folder, tasks, segments, done[-1]["last"] if done else 0)

    def add(self, documents: Iterable[Document]) -> None:
        """The documents of all reports after the last one, by their ids. A kill loses the segments not yet finished."""
        for segment, last in written(self.folder, portions(documents)):
            journal.append(self.folder, {"segment": segment.segid, "reports": segment.doc_count_all(), "last": last})
            self.segments.append(segment)
        commit(self.folder, (), segments=self.segments)

    def changed(self) -> set[int]:
        """Reports written since in the generation that answers. Raises Damaged."""
        return {report for entry in journal.entries(self.folder) for report in entry.get("changed", ())}

    def write(self, documents: Iterable[Document], gone: Iterable[str] = ()) -> None:
        commit(self.folder, documents, gone)

    def switch(self) -> None:
        self.store.switch_to(self.folder)


@contextmanager
def begun(store: Store, schema: fields.Schema, made_with: str, tasks: Callable[[], Iterable[int]]) -> Iterator[Rebuild]:
    """For the one that holds the lock "rebuild". A kill or Ctrl-C leaves what is done to the next; an error does not."""
    with store.lock("writer"):
        rebuild = Rebuild.begin(store, schema, made_with, tasks())
    try:
        yield rebuild
    except Exception:
        shutil.rmtree(rebuild.folder, ignore_errors=True)
        raise


def crowded(reader: Reader) -> list[int]:
    """Ids of reports in the many small segments that small commits leave: to be written again, together."""
    by_size: dict[int, list[list[int]]] = defaultdict(list)
    for living in reader.get().evaluator.living():
        if len(living) < LARGEST_REWRITTEN:
            by_size[len(str(len(living)))].append(living)
    return [pk for segments in by_size.values() if len(segments) >= CROWD for living in segments for pk in living]


def portions(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Documents of PORTION characters together: one segment each."""
    portion: list[Document] = []
    characters = 0
    for document in documents:
        portion.append(document)
        characters += len(document[DOCUMENT_FIELD] or "")
        if characters >= PORTION:
            yield portion
            portion, characters = [], 0
    if portion:
        yield portion


def written(folder: Path, portions: Iterator[list[Document]]) -> Iterator[tuple[Any, int]]:
    """A finished segment for each portion, in order, and the id of its last report.

    From the second on, other processes write them, each on its own.
    """
    first = next(portions, None)
    second = next(portions, None)
    if first is None or second is None:
        yield from ((write_segment(folder, portion), last_of(portion)) for portion in (first, second) if portion)
        return
    processes = min(os.cpu_count() or 1, WRITERS)
    # spawn: a forked child would share this process's database connection.
    # Ctrl-C reaches all of a terminal's processes: this one alone says what it means.
    with get_context("spawn").Pool(processes, signal.signal, (signal.SIGINT, signal.SIG_IGN)) as pool:
        ahead: list[tuple[AsyncResult[Any], int]] = []
        for portion in chain((first, second), portions):
            ahead.append((pool.apply_async(write_segment, (folder, portion)), last_of(portion)))
            # What waits to be written is held in memory: one portion per process, and no more.
            if len(ahead) > processes:
                segment, last = ahead.pop(0)
                yield segment.get(), last
        for segment, last in ahead:
            yield segment.get(), last


def last_of(portion: list[Document]) -> int:
    return int(portion[-1][DJANGO_ID])

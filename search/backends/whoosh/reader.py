"""The index of this process, open: which generation answers, refreshed when another is there."""

import logging
import threading
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from search.backends import IndexAway

from .evaluator import Evaluator
from .segment import Segment
from .store import POINTER, Damaged, Store, latest, open_index, steadily

log = logging.getLogger(__name__)

REST = 3.0  # seconds before generations that could not be opened are read again
# File systems' clocks tick every few milliseconds: what was changed longer ago is not changed again at the same tick.
SETTLED = 100_000_000  # nanoseconds
AWAY = "索引不存在或已损坏，请运行 manage.py rebuild_index 重建。"


class Stamp(NamedTuple):
    """When the index last changed, and what tells one state of it from another."""

    changed: int
    pointer: tuple[int, int]
    folder: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """The evaluator that answers, the generation it reads, and which one was current when it was opened."""

    evaluator: Evaluator
    generation: Path
    current: Path | None

    @property
    def is_current(self) -> bool:
        return self.generation == self.current


class Reader:
    """The evaluator of this process: opened once, refreshed when the index has changed. One per index folder."""

    def __init__(self, store: Store):
        self.store = store
        self._pointer = store.root / POINTER
        self._opened: Opened | None = None
        self._seen: tuple[Opened, Stamp] | None = None
        self._failed: Path | None = None
        self._rests_until = 0.0
        self._lock = threading.Lock()

    def get(self) -> Opened:
        """The newest generation that is whole. Raises IndexAway when there is none."""
        opened = self._opened
        if opened is not None and self._is_fresh(opened):
            return opened
        with self._lock:
            if self._opened is None or not self._is_fresh(self._opened):
                self._opened = self._open(self._opened)
            return self._opened

    def _is_fresh(self, opened: Opened) -> bool:
        """10 µs while nothing changes: the pointer and the generation's folder are asked when they last did."""
        try:
            stamp = self._stamp(opened)
            if self._seen == (opened, stamp):
                return True
            fresh = (
                opened.current == self.store.current()
                and self.store.is_trusted(opened.generation)
                and opened.evaluator.generation == latest(opened.generation)
            )
        except OSError:
            return False
        if fresh and time.time_ns() - stamp.changed > SETTLED:
            self._seen = opened, stamp
        return fresh

    def _stamp(self, opened: Opened) -> Stamp:
        """Raises OSError when one of them is gone."""
        pointer, folder = self._pointer.stat(), opened.generation.stat()
        return Stamp(
            max(pointer.st_mtime_ns, folder.st_mtime_ns),
            (pointer.st_ino, pointer.st_mtime_ns),
            (folder.st_ino, folder.st_mtime_ns),
        )

    def _open(self, before: Opened | None) -> Opened:
        current = self.store.current()
        if current == self._failed and time.monotonic() < self._rests_until:
            raise IndexAway(AWAY)
        for generation in self.store.candidates():
            known = before.evaluator.segments if before and before.generation == generation else {}
            try:
                return Opened(evaluator(generation, known), generation, current)
            except Damaged as damaged:
                self.store.refuse(generation, str(damaged))
            except Exception:
                # An older program's, or no memory: this generation cannot answer now, and nothing more is known of it.
                log.exception("索引 %s 无法打开", generation)
        if self.store.current() != current:
            return self._open(before)  # while these were tried, another became the current one
        self._opened = None
        self._failed, self._rests_until = current, time.monotonic() + REST
        raise IndexAway(AWAY)


def evaluator(generation: Path, known: dict[str, Segment]) -> Evaluator:
    """Raises Damaged."""
    return steadily(generation, lambda folder: Evaluator(open_index(folder), folder, known))


@cache
def reader_of(path: str) -> Reader:
    """The one reader of this process for an index folder; Haystack makes a backend per thread."""
    return Reader(Store(Path(path)))

"""The index of this process, open: which generation answers, refreshed when another is there."""

import logging
import threading
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from search.backends import IndexAway

from .evaluator import Evaluator
from .segment import Segment
from .store import Store, open_index

log = logging.getLogger(__name__)

REST = 3.0  # seconds before generations that could not be opened are read again
AWAY = "索引不存在或已损坏，请运行 manage.py rebuild_index 重建。"


@dataclass(frozen=True, slots=True)
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
        self._opened: Opened | None = None
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
        """0.1 ms: one small file and one folder are looked at."""
        try:
            return (
                opened.current == self.store.current()
                and opened.evaluator.index.latest_generation() == opened.evaluator.generation
            )
        except OSError:
            return False

    def _open(self, before: Opened | None) -> Opened:
        current = self.store.current()
        if current == self._failed and time.monotonic() < self._rests_until:
            raise IndexAway(AWAY)
        for generation in self.store.candidates():
            known = before.evaluator.segments if before and before.generation == generation else {}
            try:
                return Opened(evaluator(generation, known), generation, current)
            except Exception:
                # Whatever a damaged file makes pickle, Whoosh or numpy raise: this generation cannot answer.
                log.exception("索引 %s 无法打开", generation)
        self._opened = None
        self._failed, self._rests_until = current, time.monotonic() + REST
        raise IndexAway(AWAY)


def evaluator(generation: Path, known: dict[str, Segment]) -> Evaluator:
    """Tried again as long as a commit takes files away in the middle of it."""
    while True:
        index = open_index(generation)
        state = index.latest_generation()
        try:
            return Evaluator(index, generation, known)
        except Exception:
            if index.latest_generation() == state:
                raise


@cache
def reader_of(path: str) -> Reader:
    """The one reader of this process for an index folder; Haystack makes a backend per thread."""
    return Reader(Store(Path(path)))

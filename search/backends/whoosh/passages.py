"""Which part of its report every place in a text belongs to, and where strings stand in it.

The texts of a segment stand one after the other (grams.py); a passage is a run of lines of one part, and passages cover all
of that line, none reaching into another text. What stands across two passages stands in neither.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import arrays

Numbers = NDArray[np.int64]


class Held(NamedTuple):
    """Documents, ascending, and how often each holds a string."""

    docs: Numbers
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Passages:
    """The passages of one segment in order; `starts` has the end of the last one too. "" is a part like the others.

    cells: of every passage its part and document as one number, part * texts + document.
    """

    names: tuple[str, ...]
    starts: NDArray[np.uint32]
    parts: NDArray[np.uint8]
    docs: NDArray[np.uint32]
    texts: int
    cells: Numbers

    @classmethod
    def read(cls, found: Mapping[str, NDArray[Any]], notes: Mapping[str, Any]) -> "Passages":
        parts, docs = found["passage_parts"], found["passage_docs"]
        texts = int(docs.max(initial=0)) + 1
        return cls(tuple(notes["parts"]), found["passage_starts"], parts, docs, texts, parts * np.int64(texts) + docs)

    @property
    def ends(self) -> NDArray[np.uint32]:
        return self.starts[1:]

    def of(self, places: NDArray[Any]) -> Numbers:
        """The passage that each place lies in."""
        return np.searchsorted(self.starts, places, "right") - 1

    def counts(self, places: NDArray[np.uint32], length: int) -> tuple[Held, dict[str, Held]]:
        """Who holds a string of this length in its text, and, by part, in its passages of that part.

        places: where it begins, ascending, all within the texts.
        """
        if len(places) < len(self.parts):
            passages = self.of(places)
            held, numbers = arrays.runs(passages)
            whole, in_passages = arrays.runs(passages[places + np.uint32(length) <= self.ends[passages]])
        else:
            begin = np.searchsorted(places, self.starts)
            numbers = np.diff(begin)
            held = np.flatnonzero(numbers)
            numbers = numbers[held]
            whole, in_passages = self._without_crossing(held, numbers, places, begin[held + 1] - 1, length)
        return self._in_texts(held, numbers), self._in_parts(whole, in_passages)

    def _without_crossing(
        self, held: Numbers, numbers: Numbers, places: NDArray[np.uint32], last: Numbers, length: int
    ) -> tuple[Numbers, Numbers]:
        """Of each passage, from its last place backwards, those that go on in the next one do not count."""
        numbers, ends = numbers.copy(), self.ends[held]
        beyond = np.flatnonzero(places[last] + np.uint32(length) > ends)
        while len(beyond):
            numbers[beyond] -= 1
            last[beyond] -= 1
            beyond = beyond[numbers[beyond] > 0]
            beyond = beyond[places[last[beyond]] + np.uint32(length) > ends[beyond]]
        return held[numbers > 0], numbers[numbers > 0]

    def _in_texts(self, passages: Numbers, numbers: Numbers) -> Held:
        together = np.bincount(self.docs[passages], numbers)
        docs = np.flatnonzero(together)
        return Held(docs, together[docs].astype(np.int64))

    def _in_parts(self, passages: Numbers, numbers: Numbers) -> dict[str, Held]:
        together = np.bincount(self.cells[passages], numbers)
        cells = np.flatnonzero(together)
        counted = together[cells].astype(np.int64)
        edges = np.searchsorted(cells, np.arange(len(self.names) + 1) * self.texts).tolist()
        return {
            name: Held(cells[start:end] - part * self.texts, counted[start:end])
            for part, (name, (start, end)) in enumerate(zip(self.names, pairwise(edges), strict=True))
            if start < end
        }


class RunsOfParts:
    """Gathers the passages of a segment while its texts are added."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.runs: list[tuple[int, int, int]] = []  # start, part, document
        self.end = 0
        self.texts = 0

    def add(self, lines: Iterable[tuple[str, int]]) -> None:
        """One more text: the part of every line, and its length in units."""
        before: str | None = None
        for part, length in lines:
            if length and part != before:
                self.runs.append((self.end, self.names.setdefault(part, len(self.names)), self.texts))
                before = part
            self.end += length
        self.texts += 1

    def written(self) -> tuple[dict[str, NDArray[Any]], dict[str, Sequence[str]]]:
        """As arrays, and what goes into the notes beside them."""
        starts, parts, docs = zip(*self.runs, strict=True) if self.runs else ((), (), ())
        kept: dict[str, NDArray[Any]] = {
            "passage_starts": np.array([*starts, self.end], np.uint32),
            "passage_parts": np.array(parts, np.uint8),
            "passage_docs": np.array(docs, np.uint32),
        }
        return kept, {"parts": list(self.names)}

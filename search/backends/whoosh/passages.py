"""Which part of its report every place in a text belongs to, and where strings stand in it.

The texts of a segment stand one after the other (grams.py); a passage is a run of lines of one part, and passages cover all
of that line, none reaching into another text. What stands across two passages stands in neither.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import arrays

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Passages:
    """The passages of one segment in order; `starts` has the end of the last one too. "" is a part like the others."""

    names: tuple[str, ...]
    starts: NDArray[np.uint32]
    parts: NDArray[np.uint8]
    docs: NDArray[np.uint32]

    @classmethod
    def read(cls, found: Mapping[str, NDArray[Any]], notes: Mapping[str, Any]) -> "Passages":
        return cls(tuple(notes["parts"]), found["passage_starts"], found["passage_parts"], found["passage_docs"])

    @property
    def ends(self) -> NDArray[np.uint32]:
        return self.starts[1:]

    def of(self, places: NDArray[Any]) -> Numbers:
        """The passage that each place lies in."""
        return np.searchsorted(self.starts, places, "right") - 1

    def counts(self, places: NDArray[np.uint32], length: int) -> dict[str, tuple[Numbers, Numbers]]:
        """Part -> the documents, ascending, in whose passages of that part a string of this length stands, and how often.

        places: where it begins, ascending; whatever is beyond the last text is left out.
        """
        if len(places) < len(self.parts):
            inside = places[: np.searchsorted(places, self.starts[-1])]
            passages = self.of(inside)
            whole = inside + np.uint32(length) <= self.ends[passages]
            held, numbers = arrays.runs(passages[whole])
        else:
            begin = np.searchsorted(places, self.starts)
            numbers = np.diff(begin)
            held = np.flatnonzero(numbers)
            numbers = numbers[held]
            last, ends = begin[held + 1] - 1, self.ends[held]
            # From the end of each passage backwards, those that go on in the next one do not count.
            beyond = np.flatnonzero(places[last] + np.uint32(length) > ends)
            while len(beyond):
                numbers[beyond] -= 1
                last[beyond] -= 1
                beyond = beyond[numbers[beyond] > 0]
                beyond = beyond[places[last[beyond]] + np.uint32(length) > ends[beyond]]
            held, numbers = held[numbers > 0], numbers[numbers > 0]
        found = {}
        for part, name in enumerate(self.names):
            of_part = self.parts[held] == part
            if of_part.any():
                found[name] = _together(self.docs[held[of_part]], numbers[of_part])
        return found


def _together(docs: NDArray[np.uint32], numbers: Numbers) -> tuple[Numbers, Numbers]:
    """Each document once, with the sum of its numbers."""
    first = np.flatnonzero(np.concatenate(([True], docs[1:] != docs[:-1])))
    return docs[first].astype(np.int64), np.add.reduceat(numbers, first)


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

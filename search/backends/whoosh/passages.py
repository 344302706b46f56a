"""Which part of its report every place in a text belongs to, and where strings stand in it.

The texts of a segment stand one after the other (grams.py); a passage is a run of lines of one part, and passages cover all
of that line, none reaching into another text. What stands across two passages stands in neither. Names stand in such a line,
too: each is a passage, and its field the part.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .borders import Borders

Numbers = NDArray[np.int64]

MANY = 3  # places for each passage: from here on it is faster to look for the passages among the places


class InPassages(NamedTuple):
    """Passages in which a string begins, in order: the part and the document of each, how often it begins there, and how often
    the passage holds all of it."""

    parts: NDArray[np.uint8]
    docs: NDArray[np.int32]
    beginning: NDArray[np.int32]
    whole: NDArray[np.int32]

    def docs_of(self, part: int) -> NDArray[np.int32]:
        """Who holds the string in passages of the part; one may come several times."""
        return self.docs[np.flatnonzero((self.parts == part) & (self.whole > 0))]

    def per_document(self, documents: int) -> NDArray[np.float32]:
        """How often each of so many documents holds it."""
        return np.bincount(self.docs, self.beginning, documents).astype(np.float32)

    def per_document_in(self, part: int, documents: int) -> NDArray[np.float32]:
        """How often its passages of the part do."""
        here = np.flatnonzero(self.parts == part)
        return np.bincount(self.docs[here], self.whole[here], documents).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Passages:
    """The passages of one segment in order. "" is a part like the others."""

    names: tuple[str, ...]
    borders: Borders
    parts: NDArray[np.uint8]
    docs: NDArray[np.uint32]

    @classmethod
    def read(cls, found: Mapping[str, NDArray[Any]], notes: Mapping[str, Any]) -> "Passages":
        borders = Borders.made(found["passage_starts"])
        return cls(tuple(notes["parts"]), borders, found["passage_parts"], found["passage_docs"])

    def holding(self, places: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """In which of all the passages these places lie."""
        mask = np.zeros(len(self.parts), bool)
        mask[self.borders.of(places)] = True
        return mask

    def counted(self, places: NDArray[np.uint32], length: int) -> tuple[Numbers, Numbers]:
        """How often a string of this length, which begins at these places, begins in each passage, and how often each holds
        all of it. The places ascend; a string may go on in the next passage."""
        number, ends = len(self.borders), self.borders.ends
        if len(places) < MANY * number:
            of = self.borders.of(places)
            beginning = np.bincount(of, minlength=number)
            beyond = of[np.flatnonzero(places + np.uint32(length) > ends.take(of))]
            return beginning, beginning - np.bincount(beyond, minlength=number) if len(beyond) else beginning
        before = np.searchsorted(places, self.borders.starts)
        beginning = np.diff(before)
        whole, last = beginning.copy(), before[1:] - 1
        # From its last place backwards, those from which the string goes on in the next passage do not count.
        beyond = np.flatnonzero((whole > 0) & (places[last] + np.uint32(length) > ends))
        while len(beyond):
            whole[beyond] -= 1
            last[beyond] -= 1
            beyond = beyond[whole[beyond] > 0]
            beyond = beyond[places[last[beyond]] + np.uint32(length) > ends[beyond]]
        return beginning, whole


class Together:
    """The passages of all segments, one behind the other: what was counted in each is gathered from all of them at once, for
    the many small ones would take as long as the large."""

    def __init__(self, several: Sequence[Passages], documents: Sequence[int]):
        """documents: how many each segment has."""
        ends = np.cumsum([0, *(len(one.parts) for one in several)]).tolist()
        self.slices = [slice(*edges) for edges in pairwise(ends)]
        self.size: int = ends[-1]
        names = dict.fromkeys(name for one in several for name in one.names)
        self._number_of = {name: number for number, name in enumerate(names)}
        parts = (np.array(self.numbers_of(one.names), np.uint8)[one.parts] for one in several)
        first = np.cumsum([0, *documents], dtype=np.int32)
        docs = (one.docs.astype(np.int32) + here for one, here in zip(several, first, strict=False))
        self._parts: NDArray[np.uint8] = np.concatenate([np.empty(0, np.uint8), *parts])
        self._docs: NDArray[np.int32] = np.concatenate([np.empty(0, np.int32), *docs])

    def numbers_of(self, parts: Iterable[str]) -> list[int]:
        """What InPassages calls these parts; without those that no passage is of."""
        return [self._number_of[name] for name in parts if name in self._number_of]

    def held(self, beginning: NDArray[np.int32], whole: NDArray[np.int32]) -> InPassages:
        """What was counted in each of all passages, without those in which nothing was."""
        held = np.flatnonzero(beginning != 0)  # numpy finds what is true faster than what is not 0
        begins = beginning[held]
        return InPassages(self._parts[held], self._docs[held], begins, begins if whole is beginning else whole[held])


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

"""Which part of its report every place in a text belongs to, and where strings stand in it.

The texts of a segment stand one after the other (grams.py); a passage is a run of lines of one part, and passages cover all
of that line, none reaching into another text. What stands across two passages stands in neither. Names stand in such a line,
too: each is a passage, and its field the part.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import arrays

Numbers = NDArray[np.int64]


class Counted(NamedTuple):
    """Passages (or documents), ascending, and how often each holds a string."""

    held: NDArray[Any]
    numbers: Numbers


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

    def beginning(self, places: NDArray[np.uint32]) -> Counted:
        """The passages in which a string begins at these places, ascending, all within the line."""
        if len(places) < len(self.parts):
            return Counted(*arrays.runs(self.of(places)))
        numbers = np.diff(np.searchsorted(places, self.starts))
        held = np.flatnonzero(numbers)
        return Counted(held, numbers[held])

    def holding(self, places: NDArray[np.uint32], length: int, beginning: Counted) -> Counted:
        """Of those in which a string of this length begins, the ones that hold all of it. Of each passage, from its last
        place backwards, places from which it goes on in the next one do not count."""
        held, numbers = beginning.held, beginning.numbers.copy()
        last, ends = np.cumsum(numbers) - 1, self.ends[held]
        beyond = np.flatnonzero(places[last] + np.uint32(length) > ends)
        if not len(beyond):
            return beginning
        while len(beyond):
            numbers[beyond] -= 1
            last[beyond] -= 1
            beyond = beyond[numbers[beyond] > 0]
            beyond = beyond[places[last[beyond]] + np.uint32(length) > ends[beyond]]
        return Counted(held[numbers > 0], numbers[numbers > 0])


class Together:
    """The passages of all segments, one behind the other: what is counted in each is summed up in all of them at once, for
    the many small ones would take as long as the large."""

    def __init__(self, several: Sequence[Passages], documents: Sequence[int]):
        """documents: how many each segment has."""
        self.names = tuple(dict.fromkeys(name for one in several for name in one.names))
        self.starts = np.cumsum([0, *(len(one.parts) for one in several)]).tolist()
        number = {name: number for number, name in enumerate(self.names)}
        parts = (np.array([number[name] for name in one.names], np.uint8)[one.parts] for one in several)
        first = np.cumsum([0, *documents], dtype=np.int32)
        docs = (one.docs.astype(np.int32) + here for one, here in zip(several, first, strict=False))
        self.parts: NDArray[np.uint8] = np.concatenate([np.empty(0, np.uint8), *parts])
        self.docs: NDArray[np.int32] = np.concatenate([np.empty(0, np.int32), *docs])

    def joined(self, counted: Sequence[Counted]) -> Counted:
        """What was counted in each segment, as passages of all of them."""
        held = (one.held + start for one, start in zip(counted, self.starts, strict=False))
        numbers = (one.numbers for one in counted)
        return Counted(
            np.concatenate([np.empty(0, np.int64), *held]), np.concatenate([np.empty(0, np.int64), *numbers])
        )

    def in_documents(self, counted: Counted) -> Counted:
        return summed(self.docs[counted.held], counted.numbers)

    def in_parts(self, counted: Counted) -> dict[str, Counted]:
        """The documents, by the part of the passages that hold the string."""
        parts, docs = self.parts[counted.held], self.docs[counted.held]
        found = ((name, np.flatnonzero(parts == part)) for part, name in enumerate(self.names))
        return {name: summed(docs[here], counted.numbers[here]) for name, here in found if len(here)}


def summed(docs: NDArray[np.int32], numbers: Numbers) -> Counted:
    """Documents that come several times, ascending, each once with all its numbers."""
    if not len(docs):
        return Counted(docs, numbers)
    first = np.flatnonzero(np.concatenate(([True], docs[1:] != docs[:-1])))
    return Counted(docs[first], np.add.reduceat(numbers, first))


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

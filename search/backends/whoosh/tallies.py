"""Words that take long to be found, counted once and for all when their segment is written.

A string is found by reading where its pairs stand (grams.py). Of frequent pairs a segment has a hundred thousand places, and
words made of these are what people ask for. Of the words whose pairs have most places is kept what else is counted when
somebody asks: which passages of the texts hold the word, and how often, and which names hold it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import arrays
from .grams import Grams, units
from .passages import Passages

LEAST = 3_000  # places of a word's pairs: fewer are soon read
HOLDERS = 30  # reports that hold it: ten times as many words are in fewer, and more where there are figures
ROOM = 5  # units of the strings to each byte that is kept
BESIDE = 4 * 4  # bytes of a row beside its word and what is counted of it
MOST = 255  # times a passage holds a word; of what is more, the numbers are kept apart


class Tally(NamedTuple):
    """How often a string begins in each passage of a segment's texts and how often each holds all of it; and which of the
    names do."""

    beginning: NDArray[np.integer[Any]]
    whole: NDArray[np.integer[Any]]
    names: NDArray[np.bool_]


NOWHERE = Tally(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, bool))


def counted(strings: Grams, passages: Passages, names: Passages, string: str) -> Tally | None:
    """Of a segment's strings: texts, which are cut into passages, and behind them names. None where nothing holds it."""
    places = strings.places(string)
    if not len(places):
        return None
    texts_end = passages.borders.starts[-1]
    of_names = int(np.searchsorted(places, texts_end))
    beginning, whole = passages.counted(places[:of_names], len(units(string)))
    return Tally(beginning, whole, names.holding(places[of_names:] - texts_end))


def dearest(strings: Grams, holding: Mapping[str, int]) -> list[str]:
    """The words of two units and more whose pairs have LEAST places together, the ones with most first; of all words, with
    how many reports hold each, those that HOLDERS do."""
    words = [word for word, reports in holding.items() if reports >= HOLDERS]
    each = [units(word) for word in words]
    ends = np.cumsum([0, *map(len, each)])
    # What any two neighbours have, up to each unit; between two words are neighbours that are no pair of either.
    _, numbers = strings.pairs_of(np.concatenate([np.empty(0, np.uint16), *each]))
    before = np.cumsum(np.concatenate([np.zeros(1, np.int64), numbers]))
    places = before[ends[1:] - 1] - before[ends[:-1]]
    return [words[at] for at in np.argsort(-places, kind="stable").tolist() if places[at] >= LEAST]


class Row(NamedTuple):
    """A word's tally as it is kept."""

    holders: NDArray[Any]  # numbers of passages, and behind them of names; none where bits take less room
    bits: NDArray[np.uint8]  # one for every passage and every name; none where numbers take less
    counts: NDArray[np.uint8]  # how often each of the passages holds it
    others: NDArray[np.uint32]  # passages where that is not enough to know: number, beginning, whole

    @classmethod
    def of(cls, tally: Tally) -> "Row":
        mask = np.concatenate((tally.whole > 0, tally.names))
        holders = np.flatnonzero(mask).astype(np.uint16 if len(mask) <= 1 << 16 else np.uint32)
        bits = np.packbits(mask, bitorder="little")
        counts = np.minimum(tally.whole[tally.whole > 0], MOST).astype(np.uint8)
        others = np.flatnonzero((tally.whole > MOST) | (tally.whole != tally.beginning))
        told = np.stack((others, tally.beginning[others], tally.whole[others]), axis=1).astype(np.uint32)
        if bits.nbytes < holders.nbytes:
            return cls(holders[:0], bits, counts, told)
        return cls(holders, bits[:0], counts, told)


def write(path: Path, strings: Grams, passages: Passages, names: Passages, words: Iterable[str]) -> None:
    """Keeps what is counted of the words, of one after the other while there is room."""
    rows: dict[str, Row] = {}
    room = int(strings.bounds[-1]) // ROOM
    for word in words:
        if room <= 0:
            break
        if tally := counted(strings, passages, names, word):
            rows[word] = Row.of(tally)
            room -= len(word.encode()) + BESIDE + sum(part.nbytes for part in rows[word])
    found: dict[str, NDArray[Any]] = {}
    for name, none in Row.of(NOWHERE)._asdict().items():
        parts = [getattr(row, name) for row in rows.values()]
        found[name] = np.concatenate(parts or [none])
        found[f"{name}_at"] = np.cumsum([0, *map(len, parts)], dtype=np.uint32)
    arrays.write(path, found, {"words": list(rows), "passages": len(passages.parts), "names": len(names.parts)})


@dataclass(frozen=True, slots=True)
class Tallies:
    """What `write` kept of one segment. Safe to share between threads."""

    rows: dict[str, int]
    found: dict[str, NDArray[Any]]
    passages: int
    names: int

    @classmethod
    def read(cls, path: Path) -> "Tallies":
        """None of any word where the segment was written by a version that did not keep them."""
        if not path.exists():
            return cls({}, {}, 0, 0)
        found, notes = arrays.read(path)
        return cls({word: row for row, word in enumerate(notes["words"])}, found, notes["passages"], notes["names"])

    def of(self, word: str) -> Tally | None:
        """None where nothing is kept of it."""
        if word not in self.rows:
            return None
        holders, bits, counts, others = map(partial(self._part, self.rows[word]), Row._fields)
        if len(bits):
            mask = np.unpackbits(bits, count=self.passages + self.names, bitorder="little").view(bool)
            of_texts, names = np.flatnonzero(mask[: self.passages]), mask[self.passages :]
        else:
            of_texts, of_names = np.split(holders.astype(np.int64), [len(counts)])
            names = np.zeros(self.names, bool)
            names[of_names - self.passages] = True
        whole = np.zeros(self.passages, np.int32)
        whole[of_texts] = counts
        beginning = whole
        if len(others):
            beginning = whole.copy()
            numbers, beginning[numbers], whole[numbers] = others.T
        return Tally(beginning, whole, names)

    def _part(self, row: int, name: str) -> NDArray[Any]:
        return self.found[name][slice(*self.found[f"{name}_at"][row : row + 2].tolist())]

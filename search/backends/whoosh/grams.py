"""Exact strings at every length: where each pair of neighbouring characters stands, beside each segment.

The strings of a segment stand one after the other in one line of UTF-16 code units. A string is found where its pairs
stand at the right distances: no document ids, no candidates to be checked, and the answer is places, not only documents.
Astral characters are two units; a match never begins or ends inside one, for no half is a character. A pair never spans
two strings; nor does a match, which is looked at where not every pair of it was.

Kept per pair, sorted by pair: the low 16 bits of its places, and the high ones either one by one or, for frequent pairs, as
the number of places in each block of 65,536 units. The last unit of a string is paired with U+0000, which no text holds, so
that all places of a character are those of the pairs it begins. Per single character also the strings that hold it: their
numbers, or a bit for every string where that takes less room.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import arrays
from .borders import Borders

Units = NDArray[np.uint16]
Places = NDArray[np.uint32]

BLOCK = 1 << 16
NOTHING: Places = np.empty(0, np.uint32)


def units(string: str) -> Units:
    return np.frombuffer(string.encode("utf-16-le", "surrogatepass"), "<u2")


def beginnings(ordered: NDArray[Any]) -> NDArray[np.int64]:
    """Where another value begins than the one before."""
    return np.flatnonzero(np.concatenate(([True] * (len(ordered) > 0), ordered[1:] != ordered[:-1])))


def write(path: Path, strings: Sequence[Units], paragraphs: NDArray[np.uint32]) -> None:
    """Makes the index of these strings, 2-4 bytes a unit. Takes 30 bytes of memory a unit while it works.

    paragraphs: where paragraphs begin, in units from the beginning of the first string.
    """
    ends = np.cumsum([0, *map(len, strings)], dtype=np.int64)
    if ends[-1] >= 1 << 32:
        raise ValueError("a segment holds less than 2**32 units")
    line = np.concatenate([np.empty(0, np.uint16), *strings])
    parts = _pairs(line, ends) | _singles(strings)
    arrays.write(path, {**parts, "bounds": ends.astype(np.uint32), "paragraphs": paragraphs})


def _pairs(line: Units, bounds: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    keyed = np.empty(len(line), np.uint64)
    keyed[:] = line
    keyed <<= np.uint64(16)
    following = np.append(line[1:], np.uint16(0))
    following[bounds[1:][bounds[1:] > 0] - 1] = 0
    keyed |= following
    keyed <<= np.uint64(32)
    keyed |= np.arange(len(line), dtype=np.uint64)
    keyed.sort()
    places = keyed.astype(np.uint32)
    keyed >>= np.uint64(32)
    pairs = keyed.astype(np.uint32)
    del keyed
    first = beginnings(pairs)
    numbers = np.diff(np.append(first, len(pairs)))
    keys = pairs[first]
    del pairs
    blocks = -(-len(line) // BLOCK)
    high = (places >> np.uint32(16)).astype(np.uint8 if blocks <= 256 else np.uint16)
    rows = np.flatnonzero(numbers > 2 * blocks)
    per_block = np.zeros((len(rows), blocks), np.int64)
    for row, pair in enumerate(rows.tolist()):
        per_block[row] = np.bincount(high[first[pair] : first[pair] + numbers[pair]], minlength=blocks)
    # A block that one repeated character fills holds a pair 65,536 times: one more than 16 bits can say.
    countable = per_block.max(axis=1, initial=0) < BLOCK
    rows, per_block = rows[countable], per_block[countable]
    single = np.ones(len(keys), bool)
    single[rows] = False
    one_by_one = np.repeat(single, numbers)
    lows_at = np.append(first, len(places)).astype(np.uint32)
    return {
        "pairs": keys,
        "lows_at": lows_at,
        "lows": places.astype(np.uint16),
        "highs": high[one_by_one],
        "blocks": per_block.astype(np.uint16),
        **_blocked(rows, lows_at),
    }


def _blocked(rows: NDArray[np.int64], lows_at: NDArray[np.uint32]) -> dict[str, NDArray[Any]]:
    """Which pairs have numbers per block, and how many places those before each of them have together, and all."""
    numbers = lows_at[rows + 1] - lows_at[rows]
    return {"blocked": rows.astype(np.uint32), "in_blocks": np.cumsum([0, *numbers.tolist()], dtype=np.uint32)}


def _singles(strings: Sequence[Units]) -> dict[str, NDArray[Any]]:
    met = np.zeros(BLOCK, bool)
    chars, holders = [np.empty(0, np.uint16)], []
    for string in strings:
        met[string] = True
        distinct = np.flatnonzero(met).astype(np.uint16)
        met[string] = False
        chars.append(distinct)
        holders.append(len(distinct))
    line = np.concatenate(chars)
    numbers = np.repeat(np.arange(len(strings), dtype=np.uint16 if len(strings) <= BLOCK else np.uint32), holders)
    order = np.argsort(line, kind="stable")
    line, numbers = line[order], numbers[order]
    first = beginnings(line)
    known, held = line[first], np.diff(np.append(first, len(line)))
    common = held * numbers.itemsize > len(strings) / 8
    sets = np.zeros((int(common.sum()), len(strings)), bool)
    for row, char in enumerate(np.flatnonzero(common).tolist()):
        sets[row, numbers[first[char] : first[char] + held[char]]] = True
    return {
        "chars": known[~common],
        "holders_at": np.cumsum([0, *held[~common].tolist()], dtype=np.uint32),
        "holders": numbers[np.repeat(~common, held)],
        "common": known[common],
        "sets": np.packbits(sets, axis=1, bitorder="little"),
    }


@dataclass(frozen=True, slots=True)
class Grams:
    """The strings of one segment, as `write` kept them, with their borders. Safe to share between threads."""

    pairs: NDArray[np.uint32]
    lows_at: NDArray[np.uint32]
    lows: NDArray[np.uint16]
    highs: NDArray[Any]
    blocks: NDArray[np.uint16]
    blocked: NDArray[np.uint32]
    in_blocks: NDArray[np.uint32]
    chars: NDArray[np.uint16]
    holders_at: NDArray[np.uint32]
    holders: NDArray[Any]
    common: NDArray[np.uint16]
    sets: NDArray[np.uint8]
    bounds: NDArray[np.uint32]
    paragraphs: NDArray[np.uint32]
    borders: Borders  # of the strings

    @classmethod
    def read(cls, path: Path) -> "Grams":
        found = arrays.read(path)[0]
        if "highs_at" in found:
            # An earlier version kept where the high bits of each pair begin, or with a flag the row of its blocks.
            found |= _blocked(np.flatnonzero(found.pop("highs_at") >> 31), found["lows_at"])
        return cls(**found, borders=Borders.made(found["bounds"]))

    @property
    def size(self) -> int:
        """How many strings."""
        return len(self.bounds) - 1

    def counts(self, string: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The numbers of the strings that hold it, ascending, and how often each does (a single character: once)."""
        wanted = units(string)
        if len(wanted) == 1:
            holders = self._holders(int(wanted[0]))
            return holders, np.ones(len(holders), np.int64)
        places = self._places(wanted)
        if len(places) < self.size:
            return arrays.runs(self.borders.of(places))
        before = np.searchsorted(places, self.bounds)
        numbers = np.diff(before)
        holders = np.flatnonzero(numbers)
        return holders, numbers[holders]

    def places(self, string: str) -> Places:
        """Where it begins, ascending, in units from the beginning of the first string."""
        wanted = units(string)
        if len(wanted) != 1:
            return self._places(wanted)
        unit = int(wanted[0])
        first = int(np.searchsorted(self.pairs, np.uint32(unit << 16)))
        last = int(np.searchsorted(self.pairs, np.uint32(unit << 16 | 0xFFFF), "right"))
        return np.sort(self._places_of_several(first, last))

    def _holders(self, unit: int) -> NDArray[np.int64]:
        at = int(np.searchsorted(self.chars, unit))
        if at < len(self.chars) and self.chars[at] == unit:
            return self.holders[self.holders_at[at] : self.holders_at[at + 1]].astype(np.int64)
        at = int(np.searchsorted(self.common, unit))
        if at < len(self.common) and self.common[at] == unit:
            return np.flatnonzero(np.unpackbits(self.sets[at], count=self.size, bitorder="little"))
        return np.empty(0, np.int64)

    def _places(self, wanted: Units) -> Places:
        """The rarest pairs that cover the string, one after the other: where all stand at their distance."""
        found, numbers = self.pairs_of(wanted)
        if not numbers.all():
            return NOTHING
        covered = bytearray(len(wanted))
        places: Places | None = None
        skipped = False
        for at in np.argsort(numbers, kind="stable").tolist():
            if covered[at] and covered[at + 1]:
                skipped = True
                continue
            covered[at] = covered[at + 1] = 1
            here = self._places_of(int(found[at]))
            if at:
                shift = np.uint32(at)
                here = here[np.searchsorted(here, shift) :]
                here -= shift
            places = here if places is None else _common(places, here)
            if not len(places):
                return NOTHING
        if places is None:
            return NOTHING
        if skipped:
            # Every unit stands where it should, but one string may have ended between two of them.
            places = places[places + np.uint32(len(wanted)) <= self.borders.ends[self.borders.of(places)]]
        return places

    def pairs_of(self, line: Units) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Which pair each unit and the next one are, and how many places it has; 0 where they stand nowhere so."""
        asked = line[:-1].astype(np.uint32) << np.uint32(16) | line[1:]
        found = np.searchsorted(self.pairs, asked)
        return found, self.lows_at[np.searchsorted(self.pairs, asked, "right")] - self.lows_at[found]

    def _places_of(self, pair: int) -> Places:
        """The places of a pair, ascending."""
        low = self.lows[self.lows_at[pair] : self.lows_at[pair + 1]]
        row = int(np.searchsorted(self.blocked, np.uint32(pair)))
        if row < len(self.blocked) and self.blocked[row] == pair:
            per_block = self.blocks[row]
            places = np.repeat(np.arange(len(per_block), dtype=np.uint32), per_block)
        else:
            begin = int(self.lows_at[pair] - self.in_blocks[row])
            places = self.highs[begin : begin + len(low)].astype(np.uint32)
        places <<= np.uint32(16)
        places |= low
        return places

    def _places_of_several(self, first: int, last: int) -> Places:
        """The places of the pairs from `first` up to `last`, pair by pair: a character may begin thousands."""
        low = self.lows[self.lows_at[first] : self.lows_at[last]]
        rows = slice(*np.searchsorted(self.blocked, np.array([first, last], np.uint32)).tolist())
        blocked = np.zeros(last - first, bool)
        blocked[self.blocked[rows] - np.uint32(first)] = True
        by_block = np.repeat(blocked, np.diff(self.lows_at[first : last + 1]))
        per_block = self.blocks[rows]
        bases = np.arange(self.blocks.shape[1], dtype=np.uint32)
        places = np.empty(len(low), np.uint32)
        places[by_block] = np.repeat(np.tile(bases, len(per_block)), per_block.ravel())
        begin = int(self.lows_at[first] - self.in_blocks[rows.start])
        places[~by_block] = self.highs[begin : begin + len(low) - int(by_block.sum())]
        places <<= np.uint32(16)
        places |= low
        return places


def _common(one: Places, many: Places) -> Places:
    """The places that are in both, ascending as both are."""
    one, many = sorted((one, many), key=len)
    if len(one) * 8 < len(many):
        return one[np.flatnonzero(many.take(np.searchsorted(many, one), mode="clip") == one)]
    both = np.concatenate((one, many))
    both.sort(kind="stable")  # which merges what ascends
    return both[np.flatnonzero(both[1:] == both[:-1])]

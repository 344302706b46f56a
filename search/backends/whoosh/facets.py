"""Facets as arrays: which reports have a value, and how many of those listed have each."""

import collections
from collections.abc import ItemsView, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from .segment import Column, Combination

Mask = NDArray[np.bool_]
WORD = 64  # bits
FEW = 64  # values; up to so many a bit per report and value is quicker than counting
SINGLY = 64  # reports listed; up to so many are quicker looked at one by one than in arrays of all reports or values


class Counts(Mapping[str, int]):
    """Value -> reports listed that have it; values that none has are left out.

    Counted at once, named when asked: to name 3,000 courts takes longer than to count them.
    """

    def __init__(self, values: "Values", numbers: NDArray[np.int64]):
        self._values, self._numbers = values, numbers

    def __getitem__(self, value: str) -> int:
        number = int(self._numbers[self._values.places[value]])
        if not number:
            raise KeyError(value)
        return number

    def __iter__(self) -> Iterator[str]:
        return iter(self._values.names[np.flatnonzero(self._numbers)].tolist())

    def __len__(self) -> int:
        return int(np.count_nonzero(self._numbers))

    def items(self) -> ItemsView[str, int]:
        """All at once: one after the other takes ten times as long."""
        present = np.flatnonzero(self._numbers)
        named = zip(self._values.names[present].tolist(), self._numbers[present].tolist(), strict=True)
        return dict(named).items()


class Values:
    """All values of a facet in order, and the place of each."""

    def __init__(self, values: Iterable[str]):
        ordered = sorted(set(values))
        self.names = np.array(ordered, object)
        self.places = {value: place for place, value in enumerate(ordered)}

    def __len__(self) -> int:
        return len(self.places)


class Listed:
    """Some of all reports, in the shapes that counting wants: each is made once, however many facets count them."""

    def __init__(self, mask: Mask):
        self.mask = mask

    def __len__(self) -> int:
        return len(self.docs)

    @cached_property
    def docs(self) -> NDArray[np.int64]:
        return np.flatnonzero(self.mask)

    @cached_property
    def others(self) -> NDArray[np.int64]:
        return np.flatnonzero(~self.mask)

    @cached_property
    def bits(self) -> NDArray[np.uint64]:
        return _packed(self.mask)


class ByCombination:
    """Many values (courts, regions): reports are counted by their combination of values, combinations by value."""

    def __init__(self, table: list[Combination], codes: NDArray[np.int64]):
        """Report d has the values table[codes[d]]."""
        self.values = Values(chain.from_iterable(table))
        self.codes = codes
        self.size = len(table)
        # Pairs of a combination and a value in it.
        self.of = np.repeat(np.arange(self.size), [len(combination) for combination in table])
        self.value = np.array([self.values.places[value] for combination in table for value in combination], np.int64)
        self.all = np.bincount(codes, minlength=self.size)

    def having(self, chosen: Iterable[str]) -> Mask:
        wanted = [self.values.places[value] for value in chosen if value in self.values.places]
        having = np.zeros(self.size, bool)
        having[self.of[np.isin(self.value, wanted)]] = True
        return having[self.codes]

    def counts(self, listed: Listed) -> Counts:
        # Whichever is less is counted: those listed, or those that are not.
        if len(listed) * 2 <= len(self.codes):
            combinations = np.bincount(self.codes[listed.docs], minlength=self.size)
        else:
            combinations = self.all - np.bincount(self.codes[listed.others], minlength=self.size)
        numbers = np.bincount(self.value, combinations[self.of], len(self.values))
        return Counts(self.values, numbers.astype(np.int64))


class ByBit:
    """Few values (years, themes, levels, types): one bit per report for each; a count is the number of bits in common."""

    def __init__(self, values: Values, bits: NDArray[np.uint64], size: int):
        """`bits`: see packed_rows."""
        self.values = values
        self.bits = bits
        self.size = size

    def having(self, chosen: Iterable[str]) -> Mask:
        wanted = [self.values.places[value] for value in chosen if value in self.values.places]
        together = np.bitwise_or.reduce(self.bits[wanted], axis=0)
        return np.unpackbits(together.view(np.uint8), count=self.size, bitorder="little").view(bool)

    def counts(self, listed: Listed) -> Counts:
        return Counts(self.values, np.bitwise_count(self.bits & listed.bits).sum(axis=1, dtype=np.int64))


class Facet:
    """One facet of all segments together, counted in the quickest way."""

    def __init__(self, columns: list[Column]):
        places: dict[Combination, int] = {}
        codes = [
            np.array([places.setdefault(combination, len(places)) for combination in column.combinations], np.int64)[
                column.codes
            ]
            for column in columns
        ]
        self.table = list(places)
        self.codes = np.concatenate([np.empty(0, np.int64), *codes])
        self.counter: ByCombination | ByBit = ByCombination(self.table, self.codes)
        self.values = self.counter.values
        if len(self.values) <= FEW:
            size = len(self.codes)
            rows = [self.having((value,)) for value in self.values.names]
            self.counter = ByBit(self.values, packed_rows(rows, size), size)

    def having(self, chosen: Iterable[str]) -> Mask:
        """Reports that have at least one of the values."""
        return self.counter.having(chosen)

    def counts(self, listed: Listed) -> Mapping[str, int]:
        """Value -> reports listed that have it, in the order of values, without those that none has."""
        if len(listed) > SINGLY:
            return self.counter.counts(listed)
        values = chain.from_iterable(self.table[code] for code in self.codes[listed.docs].tolist())
        return dict(sorted(collections.Counter(values).items()))


def packed_rows(masks: Sequence[Mask], size: int) -> NDArray[np.uint64]:
    """A row of bits for each mask of so many reports; there may be no mask at all."""
    return np.array([_packed(mask) for mask in masks], np.uint64).reshape(len(masks), -(-size // WORD))


def _packed(mask: Mask) -> NDArray[np.uint64]:
    padded = np.zeros(-(-len(mask) // WORD) * WORD, bool)
    padded[: len(mask)] = mask
    return np.packbits(padded, bitorder="little").view(np.uint64)

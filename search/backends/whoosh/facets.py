"""Facets as arrays: which reports have a value, and how many of those listed have each."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .segment import Column

Mask = NDArray[np.bool_]
WORD = 64  # bits
FEW = 64  # values; up to so many a bit per report and value is quicker than counting


class Facet(Protocol):
    def having(self, chosen: Container[str]) -> Mask:
        """Reports that have at least one of the values."""

    def counts(self, listed: Mask) -> dict[str, int]:
        """Value -> reports listed that have it; values that none has are left out."""


@dataclass(frozen=True, slots=True)
class ByCombination:
    """Many values (courts, regions): reports are counted by their combination of values, combinations by value."""

    values: list[str]
    codes: NDArray[np.int64]  # each report's combination
    of: NDArray[np.int64]  # pairs (combination, value)
    value: NDArray[np.int64]

    def having(self, chosen: Container[str]) -> Mask:
        wanted = [number for number, value in enumerate(self.values) if value in chosen]
        having = np.zeros(int(self.of.max(initial=-1)) + 1, bool)
        having[self.of[np.isin(self.value, wanted)]] = True
        return having[self.codes]

    def counts(self, listed: Mask) -> dict[str, int]:
        combinations = np.bincount(self.codes[listed], minlength=int(self.of.max(initial=-1)) + 1)
        numbers = np.bincount(self.value, combinations[self.of], len(self.values)).astype(np.int64)
        return dict(_present(self.values, numbers))


@dataclass(frozen=True, slots=True)
class ByBit:
    """Few values (years, themes, levels, types): one bit per report for each; a count is the number of bits in common."""

    values: list[str]
    bits: NDArray[np.uint64]  # a row per value
    size: int

    @classmethod
    def of(cls, many: ByCombination) -> "ByBit":
        rows = [_packed(many.having((value,))) for value in many.values]
        bits = np.array(rows, np.uint64).reshape(len(rows), -(-len(many.codes) // WORD))
        return cls(many.values, bits, len(many.codes))

    def having(self, chosen: Container[str]) -> Mask:
        wanted = [number for number, value in enumerate(self.values) if value in chosen]
        together = np.bitwise_or.reduce(self.bits[wanted], axis=0)
        return np.unpackbits(together.view(np.uint8), count=self.size, bitorder="little").view(bool)

    def counts(self, listed: Mask) -> dict[str, int]:
        return dict(_present(self.values, np.bitwise_count(self.bits & _packed(listed)).sum(axis=1, dtype=np.int64)))


def facet(columns: list[Column]) -> Facet:
    """One facet of all segments together."""
    table: dict[tuple[str, ...], int] = {}
    codes = [
        np.array([table.setdefault(combination, len(table)) for combination in column.combinations], np.int64)[
            column.codes
        ]
        for column in columns
    ]
    values = sorted(set(chain.from_iterable(table)))
    number = {value: place for place, value in enumerate(values)}
    many = ByCombination(
        values,
        np.concatenate([np.empty(0, np.int64), *codes]),
        np.repeat(np.arange(len(table)), [len(combination) for combination in table]),
        np.array([number[value] for combination in table for value in combination], np.int64),
    )
    return ByBit.of(many) if len(values) <= FEW else many


def _packed(mask: Mask) -> NDArray[np.uint64]:
    padded = np.zeros(-(-len(mask) // WORD) * WORD, bool)
    padded[: len(mask)] = mask
    return np.packbits(padded, bitorder="little").view(np.uint64)


def _present(values: list[str], numbers: NDArray[np.int64]) -> Iterator[tuple[str, int]]:
    present = np.flatnonzero(numbers).tolist()
    return zip([values[at] for at in present], numbers[present].tolist(), strict=True)

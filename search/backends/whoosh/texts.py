"""Whole texts folded and cut into words at once: what a segment of thousands needs, in a fifth of the time.

Fold and words are those of search.query.fold() and jieba_analyzer.words(). Here tables of all characters answer for every
character of a text together, and words are numbers until they have been counted.
"""

from collections import defaultdict
from functools import cache
from itertools import chain, count

import numpy as np
from numpy.typing import NDArray

from reports.words import HAN, segmenter
from search.jieba_analyzer import RUN
from search.query import fold

from .codec import Occurrences
from .grams import Units, beginnings, units

LINE_END = ord("\n")
GONE = 0  # what a removed character is folded to; no folded text holds U+0000
EVERY_UNIT = "".join(map(chr, range(1 << 16)))
HALVES = slice(0xD800, 0xE000)  # of astral characters


def folded(text: str) -> Units:
    """The fold of every line, with the line ends between them."""
    found = _folds()[units(text)]
    return found[found != GONE]


def lines(text: Units) -> tuple[Units, NDArray[np.int64]]:
    """A folded text without its line ends, and how long each of its lines is."""
    ends = text == LINE_END
    return text[~ends], np.diff(np.flatnonzero(ends), prepend=-1, append=len(text)) - 1


def cut(text: Units) -> list[str]:
    """The words of a folded text, those within longer ones left out: first the Han ones, then the others.

    Line ends come along.
    """
    han, others = _kinds()
    words = list(segmenter().han(_only(han, text)))
    for run in RUN.finditer(_only(others, text)):
        # Of Han characters only those that jieba does not know, each a word, are among the others.
        words += run[0] if run[1] else [run[0]]
    return words


def _only(kind: NDArray[np.bool_], text: Units) -> str:
    """The runs of units of this kind, each with a line end after it."""
    wanted = kind[text]
    kept = wanted.copy()
    kept[1:] |= wanted[:-1]
    return np.where(wanted, text, np.uint16(LINE_END))[kept].tobytes().decode("utf-16-le", "surrogatepass")


@cache
def _folds() -> Units:
    """Unit -> its fold."""
    table = np.array([ord(fold(char) or chr(GONE)) for char in EVERY_UNIT], "<u2")
    table[LINE_END] = LINE_END
    return table


@cache
def _kinds() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Unit -> whether jieba knows it, and whether any other word may consist of it."""
    han, any_ = np.zeros((2, len(EVERY_UNIT)), bool)
    for table, kind in ((han, HAN), (any_, RUN)):
        for run in kind.finditer(EVERY_UNIT):
            table[run.start() : run.end()] = True
    any_[ord(".")] = any_[HALVES] = True  # within numbers; and RUN says which astral ones
    return han, any_ & ~han


class Words:
    """The words of one field of a segment, gathered document by document. Takes 4 bytes of memory a word."""

    def __init__(self) -> None:
        self.numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self.line_end = self.numbers["\n"]
        self.documents: list[NDArray[np.uint32]] = []

    def add(self, text: Units) -> None:
        """The folded text of one more document."""
        words = cut(text)
        numbers = np.fromiter(map(self.numbers.__getitem__, words), np.uint32, len(words))
        self.documents.append(numbers[numbers != self.line_end])

    def counted(self, boost: float) -> tuple[Occurrences, NDArray[np.int64]]:
        """Where each word occurs, those within longer ones too, and how many words each document has."""
        met = np.concatenate([np.empty(0, np.uint32), *self.documents])
        within, times = self._within(met)
        number = len(self.documents)
        of_met = np.repeat(np.arange(number, dtype=np.uint32), [len(words) for words in self.documents])
        documents = np.concatenate([of_met, np.repeat(of_met, times)])
        terms, ranks = self._in_order()
        keys = ranks[np.concatenate([met, within])].astype(np.uint64)
        keys <<= np.uint64(32)
        keys |= documents
        keys.sort()
        first = beginnings(keys)
        counts = np.diff(first, append=len(keys))
        keys = keys[first]
        edges = np.append(beginnings(keys >> np.uint64(32)), len(keys))
        occurrences = Occurrences(terms, edges, keys.astype(np.uint32), (counts * boost).astype(np.float32), [])
        return occurrences, np.bincount(documents, minlength=number)

    def _within(self, met: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """The shorter words within each of those met, one after the other, and how many each has."""
        parts = segmenter().parts
        shorter = [
            [self.numbers[part] for part in [*parts(word)][:-1]] if HAN.match(word) else []
            for word in list(self.numbers)
        ]
        flat = np.fromiter(chain.from_iterable(shorter), np.uint32)
        sizes = np.fromiter(map(len, shorter), np.int64, len(shorter))
        times = sizes[met]
        # The parts of a word stand together in `flat`: from its first one on, so many.
        begin = (np.cumsum(sizes) - sizes)[met] - (np.cumsum(times) - times)
        return flat[np.repeat(begin, times) + np.arange(times.sum())], times

    def _in_order(self) -> tuple[list[bytes], NDArray[np.uint32]]:
        """All words as the index orders them, and number -> place among them."""
        words = sorted(word for word in self.numbers if word != "\n")
        ranks = np.zeros(len(self.numbers), np.uint32)
        ranks[[self.numbers[word] for word in words]] = np.arange(len(words))
        return [word.encode() for word in words], ranks

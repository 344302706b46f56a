"""Who holds a string or a piece of a word, how often, and what that weighs: one place per report of the whole index.

Words and strings are looked for in the folded strings (grams.py); the pieces of a word in Whoosh's postings (codec.py).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from haystack.constants import DOCUMENT_FIELD
from numpy.typing import NDArray
from whoosh.reading import SegmentReader

from search.query import Field

from . import codec, grams
from .kept import Kept
from .passages import Counted, Numbers, Together
from .segment import Segment

Mask = NDArray[np.bool_]
Scores = NDArray[np.float32]
Parts = tuple[str, ...]  # of a report; none stands for the whole text

K1 = 1.2
B = 0.3  # long reports are long because courts have much to say: length counts for little
TITLE = 3.0  # one occurrence in the title is worth three in the text
COURT = 1.0
PART = "part:"
STRINGS: dict[Field, str] = {"title": "title", "court": "court_names", "theme": "theme_names"}


class Occurrences(NamedTuple):
    """Who holds a string in one field, ascending, and how often (a single character: once)."""

    docs: NDArray[np.int32]
    counts: NDArray[np.int32]


class Holders:
    """Answers for one state of the index, of living and dead reports alike. Safe to share between threads.

    Segment s, and the leaf that Whoosh reads it with, holds the reports from starts[s] on.
    """

    def __init__(
        self,
        segments: Sequence[Segment],
        leaves: Sequence[SegmentReader],
        starts: Numbers,
        alive: Mask,
        kept: Kept,
    ):
        self.segments = segments
        self.leaves = leaves
        self.starts = starts
        self.alive = alive
        self.size = len(alive)
        self.count = int(alive.sum())
        lengths = np.concatenate([np.empty(0), *map(_lengths, segments)])
        mean = float(lengths[alive].mean()) if self.count else 1.0
        documents = [len(segment) for segment in segments]
        self.texts = Together([segment.passages for segment in segments], documents)
        self.names = Together([segment.names for segment in segments], documents)
        self.norms = (1 - B + B * lengths / max(mean, 1.0)).astype(np.float32)
        self._kept = kept

    # ---- strings
    def _occurrences(self, form: str) -> dict[str, Occurrences]:
        """Who holds the folded string, per text field of the index and, under PART and its name, per part of a report: in
        passages of it (there a single character, too, as often as it does)."""

        def compute() -> dict[str, Occurrences]:
            length = len(grams.units(form))
            beginning, whole, named = [], [], []
            for segment in self.segments:
                places = segment.strings.places(form)
                in_texts, in_names = np.split(places, [np.searchsorted(places, segment.texts_end)])
                beginning.append(segment.passages.beginning(in_texts))
                whole.append(segment.passages.holding(in_texts, length, beginning[-1]))
                named.append(segment.names.beginning(in_names - np.uint32(segment.texts_end)))
            once = {DOCUMENT_FIELD: self.texts.in_documents(self.texts.joined(beginning))}
            once |= self.names.in_parts(self.names.joined(named))
            if length == 1:
                once = {name: Counted(held, np.ones(len(held), np.int64)) for name, (held, _) in once.items()}
            in_parts = self.texts.in_parts(self.texts.joined(whole))
            found = once | {PART + part: counted for part, counted in in_parts.items()}
            return {name: Occurrences(held, numbers.astype(np.int32)) for name, (held, numbers) in found.items()}

        return self._kept.get(("string", form), compute)

    def _found(self, form: str, field: Field | None, parts: Parts) -> Iterator[Occurrences]:
        """Who holds the folded string in the field; of the text, with `parts`, in a passage of these, part by part."""
        in_parts = tuple(PART + part for part in parts)
        names = (STRINGS[field],) if field else in_parts or (DOCUMENT_FIELD,)
        found = self._occurrences(form)
        return (found[name] for name in names if name in found)

    def holding(self, forms: Iterable[str], field: Field | None, parts: Parts = ()) -> Mask:
        """Reports whose folded text (or passages, or field) holds one of the folded strings."""
        mask = np.zeros(self.size, bool)
        for form in forms:
            for held in self._found(form, field, parts):
                mask[held.docs] = True
        return mask

    def holding_word(self, forms: Iterable[str], field: Field | None, parts: Parts) -> Mask:
        """Reports that hold one of the folded strings where word() looks for it; without scores."""
        forms = tuple(forms)
        held = self.holding(forms, field, parts)
        return held if field or parts else held | self.holding(forms, "title") | self.holding(forms, "court")

    def word(self, forms: Iterable[str], field: Field | None, parts: Parts) -> tuple[Mask, Scores]:
        """Who holds one of the folded strings, and BM25F of them taken together as one word.

        A bare word is looked for in text, title and the names of court and regions, unless limited to one field; with
        `parts`, in their passages alone.
        """
        forms = tuple(forms)

        def compute() -> tuple[Mask, Scores]:
            if field is not None:
                weights = self.holding(forms, field).astype(np.float32)
            else:
                weights = self._frequencies(forms, parts) / self.norms
                if not parts:
                    weights += TITLE * self.holding(forms, "title") + COURT * self.holding(forms, "court")
            return weights > 0, self._bm25(weights)

        return self._kept.get(("word", forms, field, parts), compute)

    def _frequencies(self, forms: Iterable[str], parts: Parts) -> Scores:
        """How often each report's text, or its passages, holds one of the folded strings."""
        frequencies = np.zeros(self.size, np.float32)
        for form in forms:
            for held in self._found(form, None, parts):
                frequencies[held.docs] += held.counts
        return frequencies

    def _bm25(self, weights: Scores) -> Scores:
        holding = int(np.count_nonzero((weights > 0) & self.alive))
        rarity = np.log1p((self.count - holding + 0.5) / (holding + 0.5))
        return (rarity * weights * (K1 + 1) / (weights + K1)).astype(np.float32)

    # ---- pieces
    def piece(self, word: str, parts: Parts) -> Scores:
        """What a piece weighs in each report: in the text as a word, by Whoosh's postings; in title and names as a string.

        Postings know no places: in passages a piece is a string, where the text has it as a word.
        """

        def compute() -> Scores:
            as_word = self._as_word(word)
            if parts:
                return np.where(as_word > 0, self._frequencies((word,), parts) / self.norms, 0).astype(np.float32)
            named = TITLE * self.holding((word,), "title") + COURT * self.holding((word,), "court")
            return (as_word / self.norms + named).astype(np.float32)

        return self._kept.get(("piece", word, parts), compute)

    def _as_word(self, word: str) -> Scores:
        """How often each report's text holds the word as a word, by Whoosh's postings."""

        def compute() -> Scores:
            frequencies = np.zeros(self.size, np.float32)
            for start, leaf in zip(self.starts.tolist(), self.leaves, strict=False):
                if found := codec.postings(leaf, DOCUMENT_FIELD, word.encode()):
                    frequencies[found.ids + np.int64(start)] = 1 if found.weights is None else found.weights
            return frequencies

        return self._kept.get(("as word", word), compute)

    def piece_scores(self, word: str, parts: Parts) -> Scores:
        return self._kept.get(("piece scores", word, parts), lambda: self._bm25(self.piece(word, parts)))


def _lengths(segment: Segment) -> NDArray[np.int64]:
    """How many characters each text has. Texts are the first strings of a segment."""
    bounds = segment.strings.bounds[: len(segment) + 1].astype(np.int64)
    return bounds[1:] - bounds[:-1]

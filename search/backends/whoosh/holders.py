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
from .passages import InPassages, Numbers, Together
from .segment import Segment

Mask = NDArray[np.bool_]
Scores = NDArray[np.float32]
Parts = tuple[str, ...]  # of a report; none stands for the whole text

K1 = 1.2
B = 0.3  # long reports are long because courts have much to say: length counts for little
TITLE = 3.0  # one occurrence in the title is worth three in the text
COURT = 1.0
STRINGS: dict[Field, str] = {"title": "title", "court": "court_names", "theme": "theme_names"}
NOBODY = np.empty(0, np.int32)


class Held(NamedTuple):
    """Who holds one string: in passages of the text, and in fields of names."""

    passages: InPassages
    names: dict[str, NDArray[np.int32]]  # documents, ascending


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
        self.norms = (1 - B + B * lengths / max(mean, 1.0)).astype(np.float32)
        self._kept = kept

    # ---- strings
    def _held(self, form: str) -> Held:
        """Who holds the folded string."""

        def compute() -> Held:
            beginning = whole = np.zeros(self.texts.size, np.int32)
            in_names = {name: np.zeros(self.size, bool) for segment in self.segments for name in segment.names.names}
            for segment, passages, start in zip(self.segments, self.texts.slices, self.starts.tolist(), strict=False):
                if tally := segment.tally(form):
                    if tally.whole is not tally.beginning and whole is beginning:
                        whole = beginning.copy()  # now only: seldom does a string go on in the next passage
                    beginning[passages], whole[passages] = tally.beginning, tally.whole
                    for name, holding in zip(segment.names.names, tally.names.reshape(-1, len(segment)), strict=True):
                        in_names[name][start : start + len(segment)] = holding
            names = {name: np.flatnonzero(holding).astype(np.int32) for name, holding in in_names.items()}
            return Held(self.texts.held(beginning, whole), names)

        return self._kept.get(("string", form), compute)

    def _docs(self, form: str, field: Field | None, parts: Parts) -> Iterator[NDArray[np.int32]]:
        """Who holds the folded string in the field; in the text, or with `parts`, in a passage of these, part by part: a
        report may then come several times."""
        held = self._held(form)
        if field:
            yield held.names.get(STRINGS[field], NOBODY)
        elif parts:
            yield from (held.passages.docs_of(part) for part in self.texts.numbers_of(parts))
        else:
            yield held.passages.docs

    def holding(self, forms: Iterable[str], field: Field | None, parts: Parts = ()) -> Mask:
        """Reports whose folded text (or passages, or field) holds one of the folded strings."""
        mask = np.zeros(self.size, bool)
        for form in forms:
            for docs in self._docs(form, field, parts):
                mask[docs.astype(np.int64)] = True  # kept in 32 bits, but taken faster by 64
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
        """How often each report's text, or its passages, holds one of the folded strings; a text a single character: once."""
        frequencies = np.zeros(self.size, np.float32)
        for form in forms:
            held = self._held(form).passages
            if parts:
                for part in self.texts.numbers_of(parts):
                    frequencies += held.per_document_in(part, self.size)
            else:
                times = held.per_document(self.size)
                frequencies += np.minimum(times, 1) if len(grams.units(form)) == 1 else times
        return frequencies

    def _bm25(self, weights: Scores) -> Scores:
        holding = int(np.count_nonzero((weights > 0) & self.alive))
        rarity = np.log1p((self.count - holding + 0.5) / (holding + 0.5))
        return (rarity * weights * (K1 + 1) / (weights + K1)).astype(np.float32)

    # ---- pieces
    def holding_piece(self, word: str, parts: Parts) -> Mask:
        """Reports that hold a piece of a word: in the text as a word, by Whoosh's postings; in title and names as a string.

        Postings know no places: in passages a piece is a string, where the text has it as a word.
        """

        def compute() -> Mask:
            as_word = self._as_word(word) > 0
            if parts:
                return as_word & self.holding((word,), None, parts)
            return as_word | self.holding((word,), "title") | self.holding((word,), "court")

        return self._kept.get(("piece", word, parts), compute)

    def piece_scores(self, word: str, parts: Parts) -> Scores:
        """What a piece weighs where it is held."""

        def compute() -> Scores:
            as_word = self._as_word(word)
            if parts:
                return self._bm25(self._frequencies((word,), parts) / self.norms * (as_word > 0))
            named = TITLE * self.holding((word,), "title") + COURT * self.holding((word,), "court")
            return self._bm25((as_word / self.norms + named).astype(np.float32))

        return self._kept.get(("piece scores", word, parts), compute)

    def _as_word(self, word: str) -> Scores:
        """How often each report's text holds the word as a word, by Whoosh's postings."""

        def compute() -> Scores:
            frequencies = np.zeros(self.size, np.float32)
            for start, leaf in zip(self.starts.tolist(), self.leaves, strict=False):
                if found := codec.postings(leaf, DOCUMENT_FIELD, word.encode()):
                    frequencies[found.ids + np.int64(start)] = 1 if found.weights is None else found.weights
            return frequencies

        return self._kept.get(("as word", word), compute)


def _lengths(segment: Segment) -> NDArray[np.int64]:
    """How many characters each text has. Texts are the first strings of a segment."""
    bounds = segment.strings.bounds[: len(segment) + 1].astype(np.int64)
    return bounds[1:] - bounds[:-1]

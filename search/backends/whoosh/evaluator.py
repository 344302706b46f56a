"""Hits, scores and facets over arrays, one place per report. One evaluator per state of the index, immutable once made.

Words and strings are looked for in the folded texts; the pieces of a word in Whoosh's postings.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from whoosh.index import FileIndex
from whoosh.reading import IndexReader, MultiReader, TermNotFound

from search import jieba_analyzer
from search.backends import FACETS, Answer, Found, Question
from search.query import UNKNOWN, And, Exact, Field, Leaf, Near, Node, Not, Or, SameParagraph, Word, fold, wanted

from .store import FoldedStrings, verify

T = TypeVar("T")
Mask = NDArray[np.bool_]
Scores = NDArray[np.float32]

K1 = 1.2
B = 0.3  # long reports are long because courts have much to say: length counts for little
TITLE = 3.0  # one occurrence in the title is worth three in the text
COURT = 1.0
SYNONYM = 0.5  # the best synonym is worth half of the least typed word
CACHED = 512  # strings and postings kept; at 35,000 reports 175 KB each


@dataclass(frozen=True, slots=True)
class Segment:
    """What never changes of a Whoosh segment: its reports in order, their strings and facet values."""

    ids: NDArray[np.int64]
    strings: FoldedStrings
    facets: dict[str, list[tuple[str, ...]]]

    @classmethod
    def read(cls, folder: Path, name: str, reader: IndexReader) -> "Segment":
        """Raises Damaged unless all files of the segment are as they were written."""
        verify(folder, name)
        stored = [reader.stored_fields(doc) for doc in range(reader.doc_count_all())]
        return cls(
            ids=np.array([int(fields["django_id"]) for fields in stored], np.int64),
            strings=FoldedStrings(folder, name),
            facets={facet: [tuple(fields[facet].split(",")) for fields in stored] for facet in FACETS},
        )


class Facet:
    """One facet as pairs (report, value): a report may have several values."""

    def __init__(self, values: list[tuple[str, ...]]):
        self.values = sorted({value for several in values for value in several})
        number = {value: place for place, value in enumerate(self.values)}
        self.docs = np.repeat(np.arange(len(values)), [len(several) for several in values])
        self.codes = np.array([number[value] for several in values for value in several], np.int64)
        self.size = len(values)

    def having(self, chosen: Container[str]) -> Mask:
        """Reports that have at least one of the values."""
        codes = [place for place, value in enumerate(self.values) if value in chosen]
        mask = np.zeros(self.size, bool)
        mask[self.docs[np.isin(self.codes, codes)]] = True
        return mask

    def counts(self, listed: Mask) -> dict[str, int]:
        """Value -> reports listed that have it; values that none has are left out."""
        numbers = np.bincount(self.codes[listed[self.docs]], minlength=len(self.values)).tolist()
        return {value: number for value, number in zip(self.values, numbers, strict=True) if number}


@dataclass(frozen=True, slots=True)
class Typed:
    """One bare word at the top of a question: who holds it (or a synonym) as typed, with what score, and its pieces."""

    word: Word
    holds: Mask
    scores: Scores
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A typed word that cannot be cut, or one piece of a typed word, and who holds it."""

    text: str
    of: Typed
    holds: Mask


@dataclass(frozen=True, slots=True)
class Listing:
    """What a tree lists: reports with all words, reports with most of them, and scores for both."""

    full: Mask
    partial: Mask
    scores: Scores
    parts: tuple[Part, ...] = ()


class Evaluator:
    """Answers questions from one state of the index. Safe to share between threads."""

    def __init__(self, index: FileIndex, folder: Path, known: dict[str, Segment]):
        """Opens the index; `known` segments of an earlier evaluator are not read again. Raises Damaged."""
        self.index = index
        reader = index.reader()
        self.generation: int = reader.generation()
        self.leaves: list[IndexReader] = reader.readers if isinstance(reader, MultiReader) else [reader]
        if not reader.doc_count_all():
            self.leaves = []
        self.segments: dict[str, Segment] = {}
        for leaf in self.leaves:
            name = leaf.segment().segment_id()
            self.segments[name] = known.get(name) or Segment.read(folder, name, leaf)
        segments = list(self.segments.values())
        self.ids = np.concatenate([np.empty(0, np.int64), *(segment.ids for segment in segments)])
        self.size = len(self.ids)
        self.alive = np.array(
            [not leaf.is_deleted(doc) for leaf in self.leaves for doc in range(leaf.doc_count_all())], bool
        )
        self.strings: dict[Field | None, list[str]] = {
            None: [text for segment in segments for text in segment.strings.texts],
            "title": [title for segment in segments for title in segment.strings.titles],
            "court": [names for segment in segments for names in segment.strings.courts],
            "theme": [names for segment in segments for names in segment.strings.themes],
        }
        lengths = np.array([len(text) for text in self.strings[None]], np.float32)
        mean = float(lengths[self.alive].mean()) if self.alive.any() else 1.0
        self.norms = (1 - B + B * lengths / max(mean, 1.0)).astype(np.float32)
        self.facets = {
            facet: Facet([values for segment in segments for values in segment.facets[facet]]) for facet in FACETS
        }
        self.years = self._numbers("year")
        self.courts = self._numbers("court")
        self._kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._lock = threading.RLock()

    def _numbers(self, facet: str) -> NDArray[np.int64]:
        """A facet of one number each, -1 for unknown."""
        return np.array(
            [
                -1 if value == UNKNOWN else int(value)
                for segment in self.segments.values()
                for (value,) in segment.facets[facet]
            ],
            np.int64,
        )

    @property
    def count(self) -> int:
        return int(self.alive.sum())

    def living(self) -> list[list[int]]:
        """Per segment, the ids of its living reports."""
        living, start = [], 0
        for segment in self.segments.values():
            end = start + len(segment.ids)
            living.append(self.ids[start:end][self.alive[start:end]].tolist())
            start = end
        return living

    # ---- one question
    def find(self, question: Question) -> Answer:
        """Whether reports with most words follow is decided before facets are chosen, so that the number beside a facet's
        value is the number of reports that choosing it lists."""
        listing = self._listing(question.tree, question)
        for earlier in question.within:
            listing = _within(listing, self._listing(earlier, question), question.page)
        listed = listing.full | listing.partial
        listed &= self._between(question.year_from, question.year_to)
        choices = {facet: self.facets[facet].having(chosen) for facet, chosen in question.chosen.items() if chosen}
        counts = {}
        for facet in FACETS:
            others = reduce(np.logical_and, (mask for name, mask in choices.items() if name != facet), listed)
            counts[facet] = dict.fromkeys(question.chosen.get(facet, ()), 0) | self.facets[facet].counts(others)
        listed = reduce(np.logical_and, choices.values(), listed)
        docs = np.flatnonzero(listed)
        docs = docs[self._order(docs, listing, question)][question.start : question.stop]
        return Answer(
            count=int(listed.sum()),
            full=int((listed & listing.full).sum()),
            hits=tuple(
                Found(int(self.ids[doc]), round(float(listing.scores[doc]), 4), _lacks(listing, int(doc)))
                for doc in docs
            ),
            facets=counts,
        )

    def _between(self, first: int | None, last: int | None) -> Mask:
        mask = np.ones(self.size, bool)
        if first is not None:
            mask &= self.years >= first
        if last is not None:
            mask &= (self.years >= 0) & (self.years <= last)
        return mask

    def _order(self, docs: NDArray[np.int64], listing: Listing, question: Question) -> NDArray[np.int64]:
        """Full matches first; what is unknown last; ties by id."""
        full = ~listing.full[docs]
        years, courts = self.years[docs], self.courts[docs]
        oldest = np.where(years < 0, np.iinfo(np.int64).max, years)
        court = np.where(courts < 0, np.iinfo(np.int64).max, courts)
        keys: dict[str, tuple[NDArray[Any], ...]] = {
            "relevance": (-listing.scores[docs], -years) if question.tree is None else (-listing.scores[docs],),
            "newest": (-years,),
            "oldest": (oldest,),
            "court": (court, -years),
        }
        return np.lexsort((self.ids[docs], *reversed(keys[question.sort]), full))

    # ---- which reports a tree lists
    def _listing(self, tree: Node | None, question: Question) -> Listing:
        nodes = tree.nodes if isinstance(tree, And) else () if tree is None else (tree,)
        words = [node for node in nodes if isinstance(node, Word) and node.field is None]
        others = [node for node in nodes if node not in words]
        base = reduce(np.logical_and, (self._mask(node, question) for node in others), self.alive)
        scores = np.zeros(self.size, np.float32)
        for leaf in (leaf for node in others for leaf in wanted(node)):
            scores += self._scores(jieba_analyzer.spellings(leaf.text), leaf.field)
        typed = [self._typed(word, question.synonyms) for word in words]
        full = reduce(np.logical_and, (word.holds for word in typed), base)
        scores = reduce(np.add, (word.scores for word in typed), scores)
        if not typed or int(full.sum()) >= question.page:
            return Listing(full, np.zeros(self.size, bool), scores)
        return self._most(base, full, typed, scores)

    def _most(self, base: Mask, full: Mask, typed: list[Typed], scores: Scores) -> Listing:
        """Reports that hold more than half of the words, counted by pieces, or one of two words as typed; where there is
        nothing, those with the most.

        A word that no report holds is not asked of any.
        """
        parts = tuple(part for word in typed for part in self._parts(word))
        found = [part for part in parts if part.holds.any()]
        held = sum((part.holds.astype(np.int32) for part in found), np.zeros(self.size, np.int32))
        needed = len(found) // 2 + 1
        candidates = base & ~full
        partial = candidates & (held >= needed)
        if len(typed) == 2:
            partial |= candidates & (typed[0].holds | typed[1].holds)
        if not full.any() and not partial.any():
            most = int(held[candidates].max(initial=0))
            partial = candidates & (held == most) & (held > 0)
        for part in found:
            if part.text != part.of.word.text:
                scores = scores + np.where(part.of.holds, 0, self._piece_scores(part.text))
        share = np.where(full, 1, held / max(len(found), 1))
        return Listing(full, partial, (scores * share).astype(np.float32), parts)

    def _typed(self, word: Word, synonyms: bool) -> Typed:
        forms = jieba_analyzer.spellings(word.text)
        holds = self._held_anywhere(forms, word.field)
        scores = self._scores(forms, word.field)
        others = _synonyms(forms) if synonyms else ()
        if others:
            scores = _widened(scores, holds, self._scores(others, word.field))
            holds = holds | self._held_anywhere(others, word.field)
        pieces = tuple(dict.fromkeys(piece for form in forms for piece in jieba_analyzer.pieces(form)))
        return Typed(word, holds & self.alive, np.where(holds, scores, 0).astype(np.float32), pieces)

    def _parts(self, word: Typed) -> Iterator[Part]:
        if not word.pieces:
            yield Part(word.word.text, word, word.holds)
        for piece in word.pieces:
            yield Part(piece, word, (word.holds | (self._piece(piece) > 0)) & self.alive)

    def _mask(self, node: Node, question: Question, *, as_typed: bool = False) -> Mask:
        """Which reports satisfy the node; `as_typed`, without synonyms and pieces. Dead ones may be among them."""
        synonyms = question.synonyms and not as_typed
        match node:
            case And(nodes):
                return reduce(np.logical_and, (self._mask(child, question, as_typed=as_typed) for child in nodes))
            case Or(nodes):
                return reduce(np.logical_or, (self._mask(child, question, as_typed=as_typed) for child in nodes))
            case Not(child):
                # Neither synonyms nor pieces: only what was typed is unwanted.
                return ~self._mask(child, question, as_typed=True)
            case Near(parts, characters):
                return self._near(parts, characters, synonyms)
            case SameParagraph(parts):
                return self._same_paragraph(parts, synonyms)
            case Exact(text, field):
                return self._held(jieba_analyzer.spellings(text), field)
            case Word(text, field) if as_typed:
                return self._held_anywhere(jieba_analyzer.spellings(text), field)
            case Word():
                return self._word_mask(node, question)

    def _word_mask(self, word: Word, question: Question) -> Mask:
        """As typed; by its pieces, all of them, where that fills less than a page."""
        typed = self._typed(word, question.synonyms)
        if word.field is not None or not typed.pieces or int(typed.holds.sum()) >= question.page:
            return typed.holds
        return typed.holds | reduce(np.logical_and, (part.holds for part in self._parts(typed)))

    # ---- strings
    def _held(self, forms: Iterable[str], field: Field | None) -> Mask:
        """Reports whose folded text (or field) holds one of the folded strings."""
        return reduce(np.logical_or, (self._string(form, field) for form in forms), np.zeros(self.size, bool))

    def _held_anywhere(self, forms: Iterable[str], field: Field | None) -> Mask:
        """A bare word is looked for in text, title and the names of court and regions, unless limited to one field."""
        if field is not None:
            return self._held(forms, field)
        forms = tuple(forms)
        return self._held(forms, None) | self._held(forms, "title") | self._held(forms, "court")

    def _string(self, form: str, field: Field | None) -> Mask:
        return self._cached(
            ("string", form, field),
            lambda: np.fromiter((form in string for string in self.strings[field]), bool, self.size),
        )

    def _scores(self, forms: Iterable[str], field: Field | None) -> Scores:
        """BM25F of strings taken together as one word."""
        forms = tuple(forms)

        def compute() -> Scores:
            if field is not None:
                weights = self._held(forms, field).astype(np.float32)
            else:
                weights = np.zeros(self.size, np.float32)
                for form in forms:
                    held = np.flatnonzero(self._string(form, None))
                    weights[held] += np.array([self.strings[None][doc].count(form) for doc in held], np.float32)
                weights /= self.norms
                weights += TITLE * self._held(forms, "title") + COURT * self._held(forms, "court")
            return self._bm25(weights)

        return self._cached(("scores", forms, field), compute)

    def _bm25(self, weights: Scores) -> Scores:
        holding = int(((weights > 0) & self.alive).sum())
        rarity = np.log1p((self.count - holding + 0.5) / (holding + 0.5))
        return (rarity * weights * (K1 + 1) / (weights + K1)).astype(np.float32)

    # ---- pieces
    def _piece(self, word: str) -> Scores:
        """What a piece weighs in each report: in the text as a word, by Whoosh's postings; in title and names as a string."""

        def compute() -> Scores:
            named = TITLE * self._held((word,), "title") + COURT * self._held((word,), "court")
            return (self._read_postings(word) / self.norms + named).astype(np.float32)

        return self._cached(("piece", word), compute)

    def _read_postings(self, word: str) -> Scores:
        """How often each report's text holds the word as a word."""
        frequencies = np.zeros(self.size, np.float32)
        start = 0
        for leaf in self.leaves:
            try:
                matcher = leaf.postings("text", word)
            except TermNotFound:
                pass
            else:
                while matcher.is_active():
                    frequencies[start + matcher.id()] = matcher.weight()
                    matcher.next()
            start += leaf.doc_count_all()
        return frequencies

    def _piece_scores(self, word: str) -> Scores:
        return self._cached(("piece scores", word), lambda: self._bm25(self._piece(word)))

    # ---- places in the text
    def _near(self, parts: tuple[Leaf, ...], characters: int, synonyms: bool) -> Mask:
        alternatives = [_alternatives(part, synonyms) for part in parts]

        def near(doc: int) -> bool:
            text = self.strings[None][doc]
            return all(
                _followed(text, left, right, characters) or _followed(text, right, left, characters)
                for left, right in pairwise(alternatives)
            )

        return self._checked(alternatives, near)

    def _same_paragraph(self, parts: tuple[Leaf, ...], synonyms: bool) -> Mask:
        alternatives = [_alternatives(part, synonyms) for part in parts]

        def together(doc: int) -> bool:
            return any(
                all(any(form in paragraph for form in forms) for forms in alternatives)
                for paragraph in self._paragraphs(doc)
            )

        return self._checked(alternatives, together)

    def _checked(self, alternatives: list[tuple[str, ...]], check: Callable[[int], bool]) -> Mask:
        """The living reports that hold one string of each alternative and pass the check."""
        candidates = reduce(np.logical_and, (self._held(forms, None) for forms in alternatives), self.alive)
        mask = np.zeros(self.size, bool)
        for doc in np.flatnonzero(candidates).tolist():
            mask[doc] = check(doc)
        return mask

    def _paragraphs(self, doc: int) -> list[str]:
        for segment in self.segments.values():
            if doc < len(segment.ids):
                return segment.strings.paragraphs(doc)
            doc -= len(segment.ids)
        raise IndexError(doc)

    def _cached(self, key: tuple[Any, ...], compute: Callable[[], T]) -> T:
        """Whoosh's readers share one file position, so only one thread computes at a time."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            else:
                self._kept[key] = compute()
                if len(self._kept) > CACHED:
                    self._kept.popitem(last=False)
            return cast(T, self._kept[key])


def _within(listing: Listing, earlier: Listing, page: int) -> Listing:
    """What is listed by both. Whoever lacks a word of either follows, where those that hold all fill less than a page."""
    full = listing.full & earlier.full
    both = (listing.full | listing.partial) & (earlier.full | earlier.partial)
    partial = both & ~full if int(full.sum()) < page else np.zeros_like(full)
    return Listing(full, partial, listing.scores, listing.parts + earlier.parts)


def _synonyms(forms: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fold(other) for form in forms for other in jieba_analyzer.synonyms(form)))


def _alternatives(leaf: Leaf, synonyms: bool) -> tuple[str, ...]:
    forms = jieba_analyzer.spellings(leaf.text)
    return forms + (_synonyms(forms) if synonyms and isinstance(leaf, Word) else ())


def _widened(scores: Scores, holds: Mask, others: Scores) -> Scores:
    """Scores of reports that hold a synonym alone: always below those of every report that holds the word typed."""
    least = float(scores[holds].min()) if holds.any() else 1.0
    best = float(others.max(initial=0)) or 1.0
    return np.where(holds, scores, SYNONYM * least * others / best).astype(np.float32)


def _followed(text: str, first: tuple[str, ...], second: tuple[str, ...], characters: int) -> bool:
    """Whether one of the first strings ends at most so many characters before one of the second begins."""
    for form in first:
        at = text.find(form)
        while at >= 0:
            end = at + len(form)
            if any(text.find(other, end, end + characters + len(other)) >= 0 for other in second):
                return True
            at = text.find(form, at + 1)
    return False


def _lacks(listing: Listing, doc: int) -> tuple[str, ...]:
    """The typed words that a report lacks; of a word it holds some pieces of, the missing pieces."""
    if listing.full[doc]:
        return ()
    lacks: list[str] = []
    for word in dict.fromkeys(part.of.word for part in listing.parts):
        parts = [part for part in listing.parts if part.of.word == word]
        if parts[0].of.holds[doc]:
            continue
        missing = [part.text for part in parts if not part.holds[doc]]
        lacks += missing if 0 < len(missing) < len(parts) else [word.text]
    return tuple(dict.fromkeys(lacks))

"""Hits, scores and facets over arrays, one place per report. One evaluator per state of the index, immutable once made.

Words and strings are looked for in the folded strings (grams.py); the pieces of a word in Whoosh's postings (codec.py).
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from haystack.constants import DOCUMENT_FIELD
from numpy.typing import NDArray
from whoosh.index import FileIndex
from whoosh.reading import MultiReader, SegmentReader

from search import jieba_analyzer
from search.backends import FACETS, Answer, Found, Question
from search.query import UNKNOWN, And, Exact, Field, Leaf, Near, Node, Not, Or, SameParagraph, Word, fold, wanted

from . import codec, grams
from .facets import Facet, facet
from .segment import Column, Segment
from .store import verify

T = TypeVar("T")
Mask = NDArray[np.bool_]
Scores = NDArray[np.float32]
Docs = NDArray[np.int64]

K1 = 1.2
B = 0.3  # long reports are long because courts have much to say: length counts for little
TITLE = 3.0  # one occurrence in the title is worth three in the text
COURT = 1.0
SYNONYM = 0.5  # the best synonym is worth half of the least typed word
CACHE = 64 << 20  # bytes of words, strings and pieces kept
STRINGS: dict[Field, str] = {"title": "title", "court": "court_names", "theme": "theme_names"}


class Occurrences(NamedTuple):
    """Who holds a string in one field, ascending, and how often (a single character: once)."""

    docs: NDArray[np.int32]
    counts: NDArray[np.int32]


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
        self.leaves: list[SegmentReader] = reader.readers if isinstance(reader, MultiReader) else [reader]
        if not reader.doc_count_all():
            self.leaves = []
        self.segments: dict[str, Segment] = {}
        for leaf in self.leaves:
            name = leaf.segment().segment_id()
            self.segments[name] = known.get(name) or opened(folder, name)
        segments = list(self.segments.values())
        self.starts = np.cumsum([0, *map(len, segments)])
        self.size = int(self.starts[-1])
        self.ids = np.concatenate([np.empty(0, np.int64), *(segment.ids for segment in segments)])
        self.alive = np.ones(self.size, bool)
        for start, leaf in zip(self.starts.tolist(), self.leaves, strict=False):
            self.alive[[start + doc for doc in leaf.segment().deleted_docs()]] = False
        lengths = np.concatenate([np.empty(0), *map(_lengths, segments)])
        mean = float(lengths[self.alive].mean()) if self.alive.any() else 1.0
        self.norms = (1 - B + B * lengths / max(mean, 1.0)).astype(np.float32)
        self.facets: dict[str, Facet] = {
            name: facet([segment.columns[name] for segment in segments]) for name in FACETS
        }
        self.years = self._numbers("year")
        self._kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._kept_bytes = 0
        self._lock = threading.Lock()

    def _numbers(self, name: str) -> NDArray[np.int64]:
        """A facet of one number each, -1 for unknown."""
        return np.concatenate(
            [
                np.empty(0, np.int64),
                *(_numbers_of(segment.columns[name]) for segment in self.segments.values()),
            ]
        )

    @property
    def count(self) -> int:
        return int(self.alive.sum())

    def living(self) -> list[list[int]]:
        """Per segment, the ids of its living reports."""
        return [self.ids[start:end][self.alive[start:end]].tolist() for start, end in pairwise(self.starts.tolist())]

    # ---- one question
    def find(self, question: Question) -> Answer:
        """Whether reports with most words follow is decided before facets are chosen, so that the number beside a facet's
        value is the number of reports that choosing it lists."""
        listing = self._listing(question.tree, question)
        for earlier in question.within:
            listing = _within(listing, self._listing(earlier, question), question.page)
        listed = listing.full | listing.partial
        if question.year_from is not None or question.year_to is not None:
            listed &= self._between(question.year_from, question.year_to)
        choices = {name: self.facets[name].having(chosen) for name, chosen in question.chosen.items() if chosen}
        counts: dict[str, Mapping[str, int]] = {}
        for name in FACETS:
            others = reduce(np.logical_and, (mask for other, mask in choices.items() if other != name), listed)
            chosen, found = question.chosen.get(name, ()), self.facets[name].counts(others)
            counts[name] = {**dict.fromkeys(chosen, 0), **found} if chosen else found
        listed = reduce(np.logical_and, choices.values(), listed)
        full = listed & listing.full
        docs = self._page(full, listed & ~listing.full, listing.scores, question)
        return Answer(
            count=int(np.count_nonzero(listed)),
            full=int(np.count_nonzero(full)),
            hits=tuple(
                Found(int(self.ids[doc]), round(float(listing.scores[doc]), 4), _lacks(listing, doc)) for doc in docs
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

    def _page(self, full: Mask, partial: Mask, scores: Scores, question: Question) -> list[int]:
        """The wanted ones of all in order: full matches first; what is unknown last; ties by id."""
        by_score = question.sort == "relevance" and question.tree is not None
        # Without words all are as relevant as the other: the newest come first.
        places = self.ids if by_score else self._places["newest" if question.sort == "relevance" else question.sort]
        page: list[int] = []
        before = 0
        for mask in (full, partial):
            docs = np.flatnonzero(mask)
            start, stop = max(question.start - before, 0), min(question.stop - before, len(docs))
            before += len(docs)
            if start < stop:
                best = _best(docs, -scores[docs] if by_score else places[docs], stop)
                keys = (places[best], -scores[best]) if by_score else (places[best],)
                page += best[np.lexsort(keys)][start:stop].tolist()
        return page

    @cached_property
    def _places(self) -> dict[str, NDArray[np.int64]]:
        """For every way of sorting without scores, where each report stands among all."""
        courts = self._numbers("court")
        unknown = np.iinfo(np.int64).max
        oldest = np.where(self.years < 0, unknown, self.years)
        court = np.where(courts < 0, unknown, courts)
        keys: dict[str, tuple[NDArray[np.int64], ...]] = {
            "newest": (-self.years,),
            "oldest": (oldest,),
            "court": (court, -self.years),
        }
        return {sort: np.argsort(np.lexsort((self.ids, *reversed(key)))) for sort, key in keys.items()}

    # ---- which reports a tree lists
    def _listing(self, tree: Node | None, question: Question) -> Listing:
        nodes = tree.nodes if isinstance(tree, And) else () if tree is None else (tree,)
        words = [node for node in nodes if isinstance(node, Word) and node.field is None]
        others = [node for node in nodes if node not in words]
        base = reduce(np.logical_and, (self._mask(node, question) for node in others), self.alive)
        scores = np.zeros(self.size, np.float32)
        for leaf in (leaf for node in others for leaf in wanted(node)):
            scores += self._word(jieba_analyzer.spellings(leaf.text), leaf.field)[1]
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
        others = _synonyms(forms) if synonyms else ()
        pieces = tuple(dict.fromkeys(piece for form in forms for piece in jieba_analyzer.pieces(form)))

        def compute() -> tuple[Mask, Scores]:
            holds, scores = self._word(forms, word.field)
            if others:
                by_others, scores_of_others = self._word(others, word.field)
                scores = _widened(scores, holds, scores_of_others)
                holds = holds | by_others
            return holds & self.alive, np.where(holds, scores, 0).astype(np.float32)

        return Typed(word, *self._cached(("typed", forms, others, word.field), compute), pieces)

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
                return self._word(jieba_analyzer.spellings(text), field)[0]
            case Word():
                return self._word_mask(node, question)

    def _word_mask(self, word: Word, question: Question) -> Mask:
        """As typed; by its pieces, all of them, where that fills less than a page."""
        typed = self._typed(word, question.synonyms)
        if word.field is not None or not typed.pieces or int(typed.holds.sum()) >= question.page:
            return typed.holds
        return typed.holds | reduce(np.logical_and, (part.holds for part in self._parts(typed)))

    # ---- strings
    def _occurrences(self, form: str) -> dict[str, Occurrences]:
        """Per text field of the index, who holds the folded string."""

        def compute() -> dict[str, Occurrences]:
            found: dict[str, list[Occurrences]] = {}
            for start, segment in zip(self.starts.tolist(), self.segments.values(), strict=False):
                holders, counts = segment.strings.counts(form)
                edges = np.searchsorted(holders, np.arange(len(segment.string_fields) + 1) * len(segment)).tolist()
                for place, name in enumerate(segment.string_fields):
                    part = slice(edges[place], edges[place + 1])
                    docs = holders[part] + (start - place * len(segment))
                    found.setdefault(name, []).append(Occurrences(docs.astype(np.int32), counts[part].astype(np.int32)))
            return {name: Occurrences(*map(np.concatenate, zip(*parts, strict=True))) for name, parts in found.items()}

        return self._cached(("string", form), compute)

    def _held(self, forms: Iterable[str], field: Field | None) -> Mask:
        """Reports whose folded text (or field) holds one of the folded strings."""
        mask = np.zeros(self.size, bool)
        for form in forms:
            if held := self._occurrences(form).get(STRINGS[field] if field else DOCUMENT_FIELD):
                mask[held.docs] = True
        return mask

    def _word(self, forms: Iterable[str], field: Field | None) -> tuple[Mask, Scores]:
        """Who holds one of the folded strings, and BM25F of them taken together as one word.

        A bare word is looked for in text, title and the names of court and regions, unless limited to one field.
        """
        forms = tuple(forms)

        def compute() -> tuple[Mask, Scores]:
            if field is not None:
                weights = self._held(forms, field).astype(np.float32)
            else:
                weights = np.zeros(self.size, np.float32)
                for form in forms:
                    if held := self._occurrences(form).get(DOCUMENT_FIELD):
                        weights[held.docs] += held.counts
                weights /= self.norms
                weights += TITLE * self._held(forms, "title") + COURT * self._held(forms, "court")
            return weights > 0, self._bm25(weights)

        return self._cached(("word", forms, field), compute)

    def _bm25(self, weights: Scores) -> Scores:
        holding = int(np.count_nonzero((weights > 0) & self.alive))
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
        for start, leaf in zip(self.starts.tolist(), self.leaves, strict=False):
            if found := codec.postings(leaf, DOCUMENT_FIELD, word.encode()):
                frequencies[found.ids + np.int64(start)] = 1 if found.weights is None else found.weights
        return frequencies

    def _piece_scores(self, word: str) -> Scores:
        return self._cached(("piece scores", word), lambda: self._bm25(self._piece(word)))

    # ---- places in the text
    def _near(self, parts: tuple[Leaf, ...], characters: int, synonyms: bool) -> Mask:
        """`characters` are counted in UTF-16 units: a character outside the basic plane is two."""
        alternatives = tuple(_alternatives(part, synonyms) for part in parts)

        def near(segment: Segment) -> Docs:
            """Each neighbouring two somewhere near each other."""
            spans = [_spans(segment, forms) for forms in alternatives]
            holding = [
                np.union1d(_followed(segment, left, right, characters), _followed(segment, right, left, characters))
                for left, right in pairwise(spans)
            ]
            return reduce(np.intersect1d, holding)

        return self._cached(("near", alternatives, characters), lambda: self._by_segment(near))

    def _same_paragraph(self, parts: tuple[Leaf, ...], synonyms: bool) -> Mask:
        alternatives = tuple(_alternatives(part, synonyms) for part in parts)

        def together(segment: Segment) -> Docs:
            shared = reduce(np.intersect1d, (_paragraphs(segment, forms) for forms in alternatives))
            return np.unique(segment.strings.string_of(segment.strings.paragraphs[shared]))

        return self._cached(("paragraph", alternatives), lambda: self._by_segment(together))

    def _by_segment(self, holding: Callable[[Segment], Docs]) -> Mask:
        """The reports that `holding` names, by their numbers in the segment."""
        mask = np.zeros(self.size, bool)
        for start, segment in zip(self.starts.tolist(), self.segments.values(), strict=False):
            mask[holding(segment) + start] = True
        return mask

    def _cached(self, key: tuple[Any, ...], compute: Callable[[], T]) -> T:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return cast(T, self._kept[key])
        value = compute()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = value
                self._kept_bytes += _size(value)
                while self._kept_bytes > CACHE:
                    self._kept_bytes -= _size(self._kept.popitem(last=False)[1])
        return value


def opened(folder: Path, name: str) -> Segment:
    """Raises Damaged unless all files of the segment are as they were written."""
    verify(folder, name)
    return Segment.read(folder, name)


def _lengths(segment: Segment) -> NDArray[np.int64]:
    """How many characters each text has. Texts are the first strings of a segment."""
    bounds = segment.strings.bounds[: len(segment) + 1].astype(np.int64)
    return bounds[1:] - bounds[:-1]


def _numbers_of(column: Column) -> NDArray[np.int64]:
    numbers = [-1 if value == UNKNOWN else int(value) for (value,) in column.combinations]
    return np.array(numbers, np.int64)[column.codes]


def _best(docs: Docs, keys: NDArray[Any], number: int) -> Docs:
    """At least the `number` documents with the lowest keys, and all that are equal to the last of them."""
    if number >= len(docs):
        return docs
    return docs[keys <= np.partition(keys, number - 1)[number - 1]]


def _size(value: Any) -> int:
    """Bytes of arrays, however deep in tuples and dictionaries."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    return sum(map(_size, value.values() if isinstance(value, dict) else value))


@dataclass(frozen=True, slots=True)
class Spans:
    """Where strings stand in the texts of a segment, in order of their beginnings."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


def _spans(segment: Segment, forms: Sequence[str]) -> Spans:
    text_ends = int(segment.strings.bounds[len(segment)])
    starts, ends = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for form in forms:
        places = segment.strings.places(form).astype(np.int64)
        starts.append(places[: np.searchsorted(places, text_ends)])
        ends.append(starts[-1] + len(grams.units(form)))
    order = np.argsort(np.concatenate(starts), kind="stable")
    return Spans(np.concatenate(starts)[order], np.concatenate(ends)[order])


def _followed(segment: Segment, first: Spans, second: Spans, characters: int) -> Docs:
    """Texts in which one of the first ends at most so many characters before one of the second begins."""
    if not len(first.starts) or not len(second.starts):
        return np.empty(0, np.int64)
    docs = segment.strings.string_of(first.starts)
    at = np.minimum(np.searchsorted(second.starts, first.ends), len(second.starts) - 1)
    next_one = second.starts[at]
    near = (next_one >= first.ends) & (next_one <= first.ends + characters)
    near &= next_one < segment.strings.bounds[docs + 1]
    return np.unique(docs[near])


def _paragraphs(segment: Segment, forms: Sequence[str]) -> NDArray[np.int64]:
    """Paragraphs that hold one of the strings as a whole."""
    spans = _spans(segment, forms)
    first = np.searchsorted(segment.strings.paragraphs, spans.starts, "right") - 1
    last = np.searchsorted(segment.strings.paragraphs, spans.ends - 1, "right") - 1
    return np.unique(first[first == last])


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

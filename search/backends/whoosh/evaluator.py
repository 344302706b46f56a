"""Hits, scores and facets over arrays, one place per report. One evaluator per state of the index, immutable once made.

Who holds a word or a string is holders.py's to say; this module makes lists of it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.index import FileIndex
from whoosh.reading import MultiReader, SegmentReader

from search import jieba_analyzer
from search.backends import FACETS, Answer, Found, Question
from search.query import UNKNOWN, And, Exact, Leaf, Near, Node, Not, Or, SameParagraph, Word, fold, wanted

from .facets import ByBit, Facet, Listed, Values, packed_rows
from .holders import Holders, Mask, Parts, Scores
from .kept import Kept
from .nearness import InParts, by_part, near, paragraphs, spans
from .passages import Numbers
from .segment import Column, Segment
from .store import segment_names, verify

SYNONYM = 0.5  # the best synonym is worth half of the least typed word
# Bytes of words, strings and pieces kept: those of sixty questions; in a small archive of many more.
CACHE, CACHE_PER_REPORT = 64 << 20, 2 << 10
RUN = 16  # keys of which the lowest stands for all


@dataclass(frozen=True, slots=True)
class Typed:
    """One bare word at the top of a question: who holds it (or a synonym) as typed, with what score, and its pieces.

    `scores` are empty where nobody asked for them.
    """

    word: Word
    holds: Mask
    scores: Scores
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A typed word that cannot be cut, or one piece of a typed word, and who holds it."""

    text: str
    of: Typed
    holds: Mask


@dataclass(frozen=True, slots=True)
class Listing:
    """What a tree lists: reports with all words, reports with most of them where these were looked for, and scores."""

    full: Mask
    partial: Mask | None
    scores: Scores
    pieces: tuple[Piece, ...] = ()

    @property
    def found(self) -> Mask:
        return self.full if self.partial is None else self.full | self.partial

    def in_groups(self, docs: Numbers) -> tuple[Numbers, Numbers]:
        """Of these reports, found all, those with all words and the others."""
        if self.partial is None:
            return docs, docs[:0]
        is_full = self.full[docs]
        return docs[is_full], docs[~is_full]


class Evaluator:
    """Answers questions from one state of the index. Safe to share between threads."""

    def __init__(self, index: FileIndex, folder: Path, known: dict[str, Segment]):
        """Opens the index; `known` segments of an earlier evaluator are not read again. Raises Damaged."""
        self.index = index
        reader = read(index, folder)
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
        self.everything = Listed(self.alive)
        self.facets: dict[str, Facet] = {
            name: Facet([segment.columns[name] for segment in segments]) for name in FACETS
        }
        self.years = self._numbers("year")
        self.parts = Values(value for value in self.facets["part"].values.places if value != UNKNOWN)
        self._kept = Kept(max(CACHE, CACHE_PER_REPORT * self.size))
        self.holders = Holders(segments, self.leaves, self.starts, self.alive, self._kept)

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
        return self.holders.count

    def living(self) -> list[list[int]]:
        """Per segment, the ids of its living reports."""
        return [self.ids[start:end][self.alive[start:end]].tolist() for start, end in pairwise(self.starts.tolist())]

    # ---- one question
    def find(self, question: Question) -> Answer:
        """Whether reports with most words follow is decided before facets are chosen, so that the number beside a facet's
        value is the number of reports that choosing it lists."""
        listing = self._answers(question)
        found = listing.found
        choices = {name: self.facets[name].having(chosen) for name, chosen in question.chosen.items() if chosen}
        if question.year_from is not None or question.year_to is not None:
            choices["years"] = self._between(question.year_from, question.year_to)
        listed = Listed(reduce(np.logical_and, choices.values(), found))
        counts: dict[str, Mapping[str, int]] = {}
        of_facet: Mapping[str, int]
        for name in FACETS:
            if name == "part":
                # Another choice of parts would list other reports: what each of them alone does is what is counted.
                eligible = Listed(reduce(np.logical_and, choices.values(), self.alive)) if choices else self.everything
                of_facet, chosen = self._by_part(question).counts(eligible), question.parts
            else:
                without = (mask for of, mask in choices.items() if of != name)
                these = Listed(reduce(np.logical_and, without, found)) if name in choices else listed
                of_facet, chosen = self.facets[name].counts(these), question.chosen.get(name, ())
            counts[name] = dict.fromkeys(chosen, 0) | dict(of_facet.items()) if chosen else of_facet
        full, partial = listing.in_groups(listed.docs)
        docs = self._page((full, partial), listing.scores, question)
        return Answer(
            count=len(listed),
            full=len(full),
            hits=tuple(
                Found(int(self.ids[doc]), round(float(listing.scores[doc]), 4), _lacks(listing, doc)) for doc in docs
            ),
            facets=counts,
        )

    def _by_part(self, question: Question) -> ByBit:
        """For every part there is, the reports that the question would list were that part its only choice."""

        def compute() -> NDArray[np.uint64]:
            listings = (self._answers(replace(question, parts=(part,)), scored=False) for part in self.parts.places)
            return packed_rows([listing.found for listing in listings], self.size)

        asked = (question.tree, question.within, question.synonyms, question.page)
        return ByBit(self.parts, self._kept.get(("by part", *asked), compute), self.size)

    def _between(self, first: int | None, last: int | None) -> Mask:
        mask = np.ones(self.size, bool)
        if first is not None:
            mask &= self.years >= first
        if last is not None:
            mask &= (self.years >= 0) & (self.years <= last)
        return mask

    def _page(self, groups: Iterable[Numbers], scores: Scores, question: Question) -> list[int]:
        """The wanted ones of all in order: one group after the other; what is unknown last; ties by id."""
        by_score = question.sort == "relevance" and question.tree is not None
        # Without words all are as relevant as the other: the newest come first.
        places = self.ids if by_score else self._places["newest" if question.sort == "relevance" else question.sort]
        page: list[int] = []
        before = 0
        for docs in groups:
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
    def _answers(self, question: Question, *, scored: bool = True) -> Listing:
        """By all of the question but its facets other than parts. Only to be counted, reports need no scores."""
        listing = self._listing(question.tree, question, scored)
        for earlier in question.within:
            listing = _within(listing, self._listing(earlier, question, scored), question.page)
        return listing

    def _listing(self, tree: Node | None, question: Question, scored: bool) -> Listing:
        nodes = tree.nodes if isinstance(tree, And) else () if tree is None else (tree,)
        words = [node for node in nodes if isinstance(node, Word) and node.field is None]
        others = [node for node in nodes if node not in words]
        base = self.alive & self.facets["part"].having(question.parts) if question.parts else self.alive
        base = reduce(np.logical_and, (self._mask(node, question) for node in others), base)
        typed = [self._typed(word, question, scored) for word in words]
        full = reduce(np.logical_and, (word.holds for word in typed), base)
        leaves = (leaf for node in others for leaf in wanted(node) if scored)
        of_leaves = [
            self.holders.word(jieba_analyzer.spellings(leaf.text), leaf.field, question.parts)[1] for leaf in leaves
        ]
        summands = [*of_leaves, *(word.scores for word in typed if scored)]
        scores = reduce(np.add, summands) if summands else np.zeros(self.size, np.float32)
        # Whoever lacks a single word that cannot be cut holds nothing of it.
        is_whole = not typed or (len(typed) == 1 and not typed[0].pieces)
        if is_whole or int(np.count_nonzero(full)) >= question.page:
            return Listing(full, None, scores)
        return self._most(base, full, typed, scores if scored else None, question.parts)

    def _most(self, base: Mask, full: Mask, typed: list[Typed], scores: Scores | None, parts: Parts) -> Listing:
        """Reports that hold more than half of the words, counted by pieces, or one of two words as typed; where there is
        nothing, those with the most.

        A word that no report holds is not asked of any.
        """
        pieces = tuple(piece for word in typed for piece in self._pieces_of(word, parts))
        found = [piece for piece in pieces if piece.holds.any()]
        held = sum((piece.holds.astype(np.int32) for piece in found), np.zeros(self.size, np.int32))
        needed = len(found) // 2 + 1
        candidates = base & ~full
        partial = candidates & (held >= needed)
        if len(typed) == 2:
            partial |= candidates & (typed[0].holds | typed[1].holds)
        if not full.any() and not partial.any():
            most = int(held[candidates].max(initial=0))
            partial = candidates & (held == most) & (held > 0)
        if scores is None:
            return Listing(full, partial, np.zeros(self.size, np.float32), pieces)
        for piece in found:
            if piece.text != piece.of.word.text:
                scores = scores + self.holders.piece_scores(piece.text, parts) * ~piece.of.holds
        share = held / max(len(found), 1)
        share[full] = 1
        return Listing(full, partial, (scores * share).astype(np.float32), pieces)

    def _typed(self, word: Word, question: Question, scored: bool) -> Typed:
        forms, parts = jieba_analyzer.spellings(word.text), question.parts
        others = _synonyms(forms) if question.synonyms else ()
        pieces = tuple(dict.fromkeys(piece for form in forms for piece in jieba_analyzer.pieces(form)))

        def compute() -> tuple[Mask, Scores]:
            if not scored:
                return self.holders.holding_word(forms + others, word.field, parts) & self.alive, np.zeros(
                    0, np.float32
                )
            holds, scores = self.holders.word(forms, word.field, parts)
            if others:
                by_others, scores_of_others = self.holders.word(others, word.field, parts)
                scores = _widened(scores, holds, scores_of_others)
                holds = holds | by_others
            return holds & self.alive, scores * holds

        return Typed(word, *self._kept.get(("typed", forms, others, word.field, parts, scored), compute), pieces)

    def _pieces_of(self, word: Typed, parts: Parts) -> Iterator[Piece]:
        if not word.pieces:
            yield Piece(word.word.text, word, word.holds)
        for piece in word.pieces:
            yield Piece(piece, word, (word.holds | self.holders.holding_piece(piece, parts)) & self.alive)

    def _mask(self, node: Node, question: Question, *, as_typed: bool = False) -> Mask:
        """Which reports satisfy the node; `as_typed`, without synonyms and pieces. Dead ones may be among them."""
        synonyms, scope = question.synonyms and not as_typed, question.parts
        match node:
            case And(nodes):
                return reduce(np.logical_and, (self._mask(child, question, as_typed=as_typed) for child in nodes))
            case Or(nodes):
                return reduce(np.logical_or, (self._mask(child, question, as_typed=as_typed) for child in nodes))
            case Not(child):
                # Neither synonyms nor pieces: only what was typed is unwanted.
                return ~self._mask(child, question, as_typed=True)
            case Near(parts, characters):
                return self._near(parts, characters, synonyms, scope)
            case SameParagraph(parts):
                return self._same_paragraph(parts, synonyms, scope)
            case Exact(text, field):
                return self.holders.holding(jieba_analyzer.spellings(text), field, scope)
            case Word(text, field) if as_typed:
                return self.holders.holding_word(jieba_analyzer.spellings(text), field, scope)
            case Word():
                return self._word_mask(node, question)

    def _word_mask(self, word: Word, question: Question) -> Mask:
        """As typed; by its pieces, all of them, where that fills less than a page."""
        typed = self._typed(word, question, scored=False)
        if word.field is not None or not typed.pieces or int(np.count_nonzero(typed.holds)) >= question.page:
            return typed.holds
        return typed.holds | reduce(np.logical_and, (piece.holds for piece in self._pieces_of(typed, question.parts)))

    # ---- places in the text
    def _near(self, leaves: tuple[Leaf, ...], characters: int, synonyms: bool, parts: Parts) -> Mask:
        """Each neighbouring two somewhere near each other. `characters` are counted in UTF-16 units: a character outside the
        basic plane is two."""
        alternatives = tuple(_alternatives(leaf, synonyms) for leaf in leaves)

        def neighbours(segment: Segment) -> Iterator[InParts]:
            found = [spans(segment, forms, in_passages=bool(parts)) for forms in alternatives]
            return (near(segment, one, other, characters) for one, other in pairwise(found))

        key = ("near", alternatives, characters, bool(parts))
        return self._together(self._kept.get(key, lambda: self._in_parts(neighbours)), parts)

    def _same_paragraph(self, leaves: tuple[Leaf, ...], synonyms: bool, parts: Parts) -> Mask:
        alternatives = tuple(_alternatives(leaf, synonyms) for leaf in leaves)

        def together(segment: Segment) -> Iterator[InParts]:
            shared = reduce(np.intersect1d, (paragraphs(segment, forms) for forms in alternatives))
            yield by_part(segment, segment.strings.paragraphs[shared].astype(np.int64))

        return self._together(self._kept.get(("paragraph", alternatives), lambda: self._in_parts(together)), parts)

    def _in_parts(self, holding: Callable[[Segment], Iterable[InParts]]) -> tuple[InParts, ...]:
        """The reports that `holding` names by their numbers in each segment, for one condition after the other."""
        found: list[dict[str, list[Numbers]]] = []
        for start, segment in zip(self.starts.tolist(), self.segments.values(), strict=False):
            for place, in_parts in enumerate(holding(segment)):
                if place == len(found):
                    found.append(defaultdict(list))
                for part, docs in in_parts.items():
                    found[place][part].append(docs + start)
        return tuple({part: np.concatenate(docs) for part, docs in in_parts.items()} for in_parts in found)

    def _together(self, conditions: Iterable[InParts], parts: Parts) -> Mask:
        """Reports that satisfy every condition, each somewhere in these parts; without parts, anywhere."""
        mask = np.ones(self.size, bool)
        for found in conditions:
            here = np.zeros(self.size, bool)
            for docs in (found[part] for part in parts or found if part in found):
                here[docs] = True
            mask &= here
        return mask


def read(index: FileIndex, folder: Path) -> Any:
    """Whoosh's reader. Raises Damaged where a file that it stumbles over is not as it was written."""
    try:
        return index.reader()
    except Exception:
        for name in segment_names(folder):
            verify(folder, name)
        raise


def opened(folder: Path, name: str) -> Segment:
    """Raises Damaged unless all files of the segment are as they were written."""
    verify(folder, name)
    return Segment.read(folder, name)


def _numbers_of(column: Column) -> NDArray[np.int64]:
    numbers = [-1 if value == UNKNOWN else int(value) for (value,) in column.combinations]
    return np.array(numbers, np.int64)[column.codes]


def _best(docs: Numbers, keys: NDArray[Any], number: int) -> Numbers:
    """At least the `number` documents with the lowest keys, and all that are equal to the last of them."""
    if number >= len(docs):
        return docs
    runs = len(docs) // RUN
    if number <= runs:
        # As many runs as are wanted have one key each that is no higher: where nothing above it is looked at, nothing lacks.
        lowest = keys[: runs * RUN].reshape(RUN, runs).min(axis=0)
        near = keys <= np.partition(lowest, number - 1)[number - 1]
        docs, keys = docs[near], keys[near]
    return docs[keys <= np.partition(keys, number - 1)[number - 1]]


def _within(listing: Listing, earlier: Listing, page: int) -> Listing:
    """What is listed by both. Whoever lacks a word of either follows, where those that hold all fill less than a page."""
    full = listing.full & earlier.full
    partial = listing.found & earlier.found & ~full if int(np.count_nonzero(full)) < page else None
    return Listing(full, partial, listing.scores, listing.pieces + earlier.pieces)


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
    for word in dict.fromkeys(piece.of.word for piece in listing.pieces):
        pieces = [piece for piece in listing.pieces if piece.of.word == word]
        if pieces[0].of.holds[doc]:
            continue
        missing = [piece.text for piece in pieces if not piece.holds[doc]]
        lacks += missing if 0 < len(missing) < len(pieces) else [word.text]
    return tuple(dict.fromkeys(lacks))

"""Haystack's own door: what a SearchQuerySet asks, answered by Whoosh's queries over the same index.

The pages ask Backend.find(); this is for whatever else is written for Haystack. It keeps Haystack's promises where its own
Whoosh backend does not: filters that exclude each other find nothing, a slice begins where it was asked to, each sort field
has its own direction, facets count values and not their absence, and text that is not in the index can be highlighted.
"""

import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from django.conf import settings
from django.db.models import Model
from haystack import connections
from haystack.backends import log_query
from haystack.backends.whoosh_backend import WhooshSearchBackend, WhooshSearchQuery
from haystack.constants import DJANGO_CT, DJANGO_ID, ID
from haystack.models import SearchResult
from haystack.utils import get_identifier, get_model_ct
from whoosh import fields, query, sorting
from whoosh.index import FileIndex
from whoosh.matching import ListMatcher, Matcher
from whoosh.searching import Hit, Results, Searcher
from whoosh.support.relativedelta import relativedelta

from search.highlight import Snippet, Term, snippets

from .phrases import ExactString, Parser, Text, segment_of
from .reader import Reader
from .segment import Code, Codes, LineParts
from .store import open_index, steadily

T = TypeVar("T")

KINDS = {"chinese": Text, "code": Code, "codes": Codes, "line parts": LineParts}
KEY_TERMS = 25  # words by which similar documents are found


@dataclass(frozen=True, slots=True)
class Slice:
    """The wanted ones of all results, as Haystack reads them: its length is the number of all."""

    results: Results
    start: int
    stop: int | None

    def __len__(self) -> int:
        return len(self.results)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.results[self.start : self.stop])

    def score(self, place: int) -> Any:
        return self.results.score(self.start + place)


class Filter(query.WrappingQuery):
    """Whoever passes gains no score by it, as Whoosh's ConstantScoreQuery does even for a score of 0."""

    def matcher(self, searcher: Searcher, context: Any = None) -> Matcher:
        ids = list(super().matcher(searcher, context).all_ids())
        return ListMatcher(ids, [0.0] * len(ids))


class Door(WhooshSearchBackend):
    """The asking half of a Haystack backend. Whoever inherits opens the index."""

    reader: Reader

    @property
    def index(self) -> FileIndex:
        return self.reader.get().evaluator.index

    def setup(self) -> None:
        self.content_field_name, self.schema = self.build_schema(self.searchfields())
        self.parser = Parser(self.content_field_name, self.schema)
        self.setup_complete = True

    def build_schema(self, searchfields: Mapping[str, Any]) -> tuple[str, fields.Schema]:
        """The fields of our own kinds (search_indexes.py) as ours, all others as Haystack makes them."""
        ours = {name: field for name, field in searchfields.items() if field.field_type in KINDS}
        if len(ours) < len(searchfields) or not ours:
            others = {name: field for name, field in searchfields.items() if name not in ours}
            content, schema = super().build_schema(others)
        else:
            ids = {name: fields.ID(stored=True, unique=name == ID) for name in (ID, DJANGO_CT, DJANGO_ID)}
            content, schema = "", fields.Schema(**ids)
        for field in ours.values():
            schema.add(field.index_fieldname, KINDS[field.field_type]())
            if field.document:
                content = field.index_fieldname
        return content, schema

    def searchfields(self) -> dict[str, Any]:
        found: dict[str, Any] = connections[self.connection_alias].get_unified_index().all_searchfields()
        return found

    @log_query
    def search(
        self,
        query_string: str,
        sort_by: Sequence[str] | None = None,
        start_offset: int = 0,
        end_offset: int | None = None,
        highlight: bool = False,
        facets: Iterable[str] | None = None,
        date_facets: Mapping[str, Mapping[str, Any]] | None = None,
        query_facets: Any = None,
        narrow_queries: Iterable[str] | None = None,
        spelling_query: str | None = None,
        models: Iterable[type[Model]] | None = None,
        limit_to_registered_models: bool | None = None,
        result_class: type[SearchResult] | None = None,
        **_: Any,
    ) -> dict[str, Any]:
        """As Haystack documents it. Places and query facets are not known to Whoosh; the latter are warned of."""
        if not self.setup_complete:
            self.setup()
        if query_facets is not None:
            warnings.warn("Whoosh does not handle query faceting.", Warning, stacklevel=2)
        asked = query.Every() if query_string == "*" else self.parser.parse(query_string)
        if asked == query.NullQuery:
            return {"results": [], "hits": 0}
        filters = [self.parser.parse(str(narrow)) for narrow in narrow_queries or ()]
        of_models = self._models(models, limit_to_registered_models)

        def look(searcher: Searcher) -> dict[str, Any]:
            found = searcher.search(
                _filtered(asked, [*filters, *_of_models(searcher, of_models)]),
                limit=_stop(end_offset),
                sortedby=_order(sort_by or ()),
                groupedby=[_by_date(name, **wanted) for name, wanted in (date_facets or {}).items()],
            )
            answer: dict[str, Any] = self._process_results(
                Slice(found, start_offset or 0, _stop(end_offset)),
                highlight=highlight and not self._is_chinese(),
                query_string=query_string,
                spelling_query=spelling_query,
                result_class=result_class,
                facet_types=dict.fromkeys(date_facets or (), "dates"),
            )
            if facets is not None:
                counted = {name: self._counted(searcher, found, name) for name in facets}
                answer["facets"] = {"dates": {}, "queries": {}, **answer["facets"], "fields": counted}
            return answer

        answer = self._steadily(look)
        if highlight and self._is_chinese():
            self._mark(answer["results"], asked)
        return answer

    def more_like_this(
        self,
        model_instance: Model,
        additional_query_string: str | None = None,
        start_offset: int = 0,
        end_offset: int | None = None,
        models: Iterable[type[Model]] | None = None,
        limit_to_registered_models: bool | None = None,
        result_class: type[SearchResult] | None = None,
        **_: Any,
    ) -> dict[str, Any]:
        """Documents that share the words that tell this one from all others, the most similar first."""
        if not self.setup_complete:
            self.setup()
        texts = self._texts(type(model_instance), [model_instance.pk])
        of_models = self._models(models, limit_to_registered_models)
        filters = [self.parser.parse(narrow) for narrow in [additional_query_string] if narrow and narrow != "*"]

        def look(searcher: Searcher) -> dict[str, Any]:
            terms = [
                query.Term(self.content_field_name, word, boost=weight)
                for text in texts.values()
                for word, weight in searcher.key_terms_from_text(self.content_field_name, text, numterms=KEY_TERMS)
            ]
            others = query.Not(query.Term(ID, get_identifier(model_instance)))
            found = searcher.search(
                _filtered(query.And([query.Or(terms), others]), [*filters, *_of_models(searcher, of_models)]),
                limit=_stop(end_offset),
            )
            answer: dict[str, Any] = self._process_results(
                Slice(found, start_offset or 0, _stop(end_offset)), result_class=result_class
            )
            return answer

        return self._steadily(look)

    def _steadily(self, look: Callable[[Searcher], T]) -> T:
        """What a look at the index shows, taken again when a commit takes files away in the middle of it."""

        def at(folder: Path) -> T:
            with open_index(folder).searcher() as searcher:
                return look(searcher)

        return steadily(self.reader.get().generation, at)

    def _models(self, models: Iterable[type[Model]] | None, limited: bool | None) -> list[str]:
        """The names of the models whose documents are wanted; none for all."""
        if limited is None:
            limited = getattr(settings, "HAYSTACK_LIMIT_TO_REGISTERED_MODELS", True)
        return [get_model_ct(model) for model in models or ()] or (self.build_models_list() if limited else [])

    def _counted(self, searcher: Searcher, found: Results, name: str) -> list[tuple[Any, int]]:
        """How many of all that were found have each value, the most frequent first."""
        kind = self.schema[name]
        docs = np.fromiter(found.docs(), np.int64)
        numbers: Counter[Any] = Counter()
        if isinstance(kind, Code | Codes):
            for leaf, first in searcher.leaf_searchers():
                here = docs[(docs >= first) & (docs < first + leaf.doc_count_all())] - first
                numbers.update(segment_of(leaf.reader()).columns[name].counts(here))
        else:
            several = isinstance(kind, fields.KEYWORD | fields.IDLIST)
            for doc in docs.tolist():
                value = searcher.stored_fields(doc).get(name)
                numbers.update((value or "").split(",") if several else [value])
        return sorted(
            ((value, number) for value, number in numbers.items() if value not in (None, "")),
            key=lambda counted: (-counted[1], counted[0]),
        )

    # ---- texts that are not in the index
    def _is_chinese(self) -> bool:
        return isinstance(self.schema[self.content_field_name], Text)

    def _texts(self, model: type[Model], pks: Iterable[Any]) -> dict[str, str]:
        """pk -> what the SearchIndex says is the document's text, for those that it indexes."""
        index = connections[self.connection_alias].get_unified_index().get_index(model._meta.concrete_model)
        documents = index.index_queryset(using=self.connection_alias).filter(pk__in=pks)
        return {str(document.pk): index.full_prepare(document)[self.content_field_name] for document in documents}

    def _mark(self, results: Sequence[SearchResult], asked: query.Query) -> None:
        """Gives each result its `highlighted`: pieces of the text, with what was asked for between <em> and </em>."""
        terms = [Term(forms) for forms in _wanted(asked, self.content_field_name)]
        for model in {result.model for result in results}:
            of_model = [result for result in results if result.model is model]
            texts = self._texts(model, [result.pk for result in of_model])
            for result in of_model:
                pieces = snippets(texts[result.pk], terms) if result.pk in texts else ()
                result.highlighted = {self.content_field_name: [_marked(piece) for piece in pieces]}


class ExactQuery(WhooshSearchQuery):
    """Haystack's query builder, whose exact strings reach the parser as they were typed."""

    end_offset: int | None

    def build_exact_query(self, query_string: str) -> str:
        words = [self._uncleaned(word) for word in query_string.split(" ")]
        return '"' + " ".join(words).replace("\\", "\\\\").replace('"', '\\"') + '"'

    def get_facet_counts(self) -> dict[str, Any]:
        """Without reading every result, as Haystack's get_count() does."""
        if not self.has_run() and not self.end_offset:
            self.end_offset = 1
        counts: dict[str, Any] = super().get_facet_counts()
        return counts

    def _uncleaned(self, word: str) -> str:
        """Takes off the marks in which clean() puts words that mean something to Whoosh, for inside quotation marks they
        mean nothing."""
        bare = word[1:-1]
        return bare if len(word) > 2 and self.clean(bare) == word else word


def _filtered(asked: query.Query, filters: Iterable[query.Query]) -> query.Query:
    """One query for all: Whoosh takes a filter that nothing passes for no filter."""
    return query.And([asked, *map(Filter, filters)])


def _of_models(searcher: Searcher, models: Sequence[str]) -> list[query.Query]:
    """Nothing where the index holds no other documents: there are as many in all as of those models."""
    reader = searcher.reader()
    if sum(reader.doc_frequency(DJANGO_CT, name) for name in models) == reader.doc_count_all():
        return []
    return [query.Or([query.Term(DJANGO_CT, name) for name in models])] if models else []


def _stop(end_offset: int | None) -> int | None:
    return end_offset if end_offset is None else max(end_offset, 1)


def _order(sort_by: Sequence[str]) -> sorting.MultiFacet | None:
    keys = [sorting.FieldFacet(name.removeprefix("-"), reverse=name.startswith("-")) for name in sort_by]
    return sorting.MultiFacet(keys) if keys else None


def _by_date(name: str, start_date: date, end_date: date, gap_by: str, gap_amount: int = 1) -> sorting.DateRangeFacet:
    gap = relativedelta(**{f"{gap_by}s": gap_amount})
    return sorting.DateRangeFacet(name, _midnight(start_date), _midnight(end_date), gap, maptype=sorting.Count)


def _midnight(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)


def _wanted(asked: query.Query, field: str) -> Iterator[tuple[str, ...]]:
    """The strings and words that a query looks for in a field."""
    if isinstance(asked, query.Not):
        return
    if isinstance(asked, ExactString) and asked.fieldname == field:
        yield asked.forms
    elif isinstance(asked, query.Term) and asked.fieldname == field:
        yield (asked.text,)
    for child in asked.children():
        yield from _wanted(child, field)


def _marked(piece: Snippet) -> str:
    parts, at = [], 0
    for start, end in piece.marks:
        parts += [escape(piece.text[at:start]), "<em>", escape(piece.text[start:end]), "</em>"]
        at = end
    return "".join([*parts, escape(piece.text[at:])])

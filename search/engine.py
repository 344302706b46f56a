"""The seam: find(SearchQuery) -> SearchPage. Everyone reaches an engine through here; no view
or template knows Haystack."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

from django.conf import settings
from haystack import connections

from reports.models import Theme

from . import jieba_analyzer
from .backends import Engine, IndexAway, Question, State
from .query import Parsed, SearchQuery, Word, wanted

__all__ = ["Hit", "IndexAway", "SearchPage", "count", "examine", "faults", "find", "find_first", "state"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One report found. `lacks`: typed words that it does not contain (empty for a full match)."""

    report_id: int
    score: float
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The answer to one question.

    count: reports listed, full and partial matches together. full: how many of them hold all words (equal to count
    when no partial ones are listed). hits: this page's, full matches first. facets: for each of region, court, year,
    theme, level, type, part the number of listed reports per value (the values of an address; "unknown" for none),
    counted as if that facet had no choice of its own: of a part, the reports that choosing it alone would list.
    notices: what was not understood, in Chinese. synonyms: typed word -> the words also looked for.
    """

    query: SearchQuery
    count: int
    full: int
    pages: int
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    synonyms: dict[str, tuple[str, ...]] = field(default_factory=dict)


def find(query: SearchQuery) -> SearchPage:
    """The page of reports that answer the question. Raises IndexAway; any other question has an answer.

    Facet values that no report has find nothing: whether they exist at all is for the caller to ask.
    """
    size = settings.RESULTS_PER_PAGE
    return _find(query, (query.page - 1) * size, query.page * size)


def find_first(query: SearchQuery, most: int) -> SearchPage:
    """As find(), but with the first `most` hits in their order, whatever page was asked for: one question, not many."""
    return _find(query, 0, most)


def _find(query: SearchQuery, start: int, stop: int) -> SearchPage:
    parsed, earlier = query.parsed(), query.parsed_within()
    themes = _themes(version())
    size = settings.RESULTS_PER_PAGE
    answer = _engine().find(
        Question(
            tree=parsed.tree,
            within=tuple(asked.tree for asked in earlier if asked.tree is not None),
            synonyms=query.synonyms,
            chosen={
                "region": query.regions,
                "court": query.courts,
                "year": query.years,
                "theme": tuple(themes.get(name, name) for name in query.themes),
                "level": query.levels,
                "type": query.types,
            },
            parts=query.parts,
            year_from=query.year_from,
            year_to=query.year_to,
            sort=query.sort,
            start=start,
            stop=stop,
            page=size,
        )
    )
    names = {pk: name for name, pk in themes.items()}
    by_name = {names.get(pk, pk): number for pk, number in answer.facets["theme"].items()}
    return SearchPage(
        query=query,
        count=answer.count,
        full=answer.full,
        pages=-(-answer.count // size),
        hits=tuple(Hit(found.report_id, found.score, found.lacks) for found in answer.hits),
        facets={**answer.facets, "theme": by_name},
        notices=_notices(parsed, *earlier),
        synonyms=_synonyms(parsed, *earlier) if query.synonyms else {},
    )


@lru_cache(maxsize=1)
def _themes(version: str) -> dict[str, str]:
    """Name -> id. A theme that is renamed or gets its first report changes the index: no need to ask at every search."""
    return {name: str(pk) for pk, name in Theme.objects.values_list("pk", "name")}


def _synonyms(*asked: Parsed) -> dict[str, tuple[str, ...]]:
    """Typed word -> the words also looked for."""
    words = (leaf.text for line in asked for leaf in wanted(line.tree) if isinstance(leaf, Word))
    return {
        word: others
        for word in words
        if (
            others := tuple(other for form in jieba_analyzer.spellings(word) for other in jieba_analyzer.synonyms(form))
        )
    }


def state() -> tuple[State, str]:
    """How the index is, and the same in words for the person who runs the archive."""
    return _engine().state()


def version() -> str:
    """Names what the index holds: another after every change. Raises IndexAway."""
    return _engine().version()


def count() -> int:
    """Reports in the index. Raises IndexAway."""
    return _engine().document_count()


def faults() -> list[str]:
    """What makes the index unfit for this code and dictionary, in Chinese; empty when nothing does."""
    return _engine().faults()


def examine() -> list[str]:
    """What is wrong with any file of the index, in Chinese; every byte is read. Empty when nothing is."""
    return list(_engine().examine())


def _engine() -> Engine:
    return cast(Engine, connections["default"].get_backend())


def _notices(*parsed: Parsed) -> tuple[str, ...]:
    return tuple(dict.fromkeys(notice for asked in parsed for notice in asked.notices))

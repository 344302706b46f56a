"""The seam: find(SearchQuery) -> SearchPage. Everyone reaches an engine through here; no view
or template knows Haystack."""

from dataclasses import dataclass, field

from .query import SearchQuery


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
    theme, level, type the number of listed reports per value (ids and codes, not labels; "unknown" for none), counted
    as if that facet had no choice of its own. notices: what was not understood, in Chinese. synonyms: typed word ->
    the words also looked for. did_you_mean: a better spelling, or "".
    """

    query: SearchQuery
    count: int
    full: int
    pages: int
    hits: tuple[Hit, ...] = ()
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    synonyms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    did_you_mean: str = ""

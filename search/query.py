"""The question as one value, and the little grammar people type. No engine in sight, standard library only."""

from dataclasses import dataclass
from typing import Literal

Sort = Literal["relevance", "newest", "oldest", "court"]
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What a person asks. Page, JSON, facet link, saved link and export take this same value.

    Values of one facet are joined by OR, facets by AND; year_from/to are ANDed with years.
    regions: GB/T 2260 codes. courts: ids as text, or "unknown". years: "2023" …, or "unknown".
    themes, levels, types: their Chinese names. within: earlier q that must also hold.
    """

    q: str = ""
    within: tuple[str, ...] = ()
    mode: Literal["fuzzy", "exact"] = "fuzzy"
    synonyms: bool = True
    regions: tuple[str, ...] = ()
    courts: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    themes: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    sort: Sort = "relevance"
    page: int = 1

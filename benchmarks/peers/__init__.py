"""What ours is compared with. Every peer gets the same documents, cut into the same words, and is spared the cutting of
questions too.

Ours counts six facets, the courts (3,246 values) and the regions of every level among them. tantivy is asked twice: for
the same six, and for five alone (the region's province, year, theme, level, type: 90 values), which is all that SQLite and
Haystack are asked for. What is said of the engines is said of equal work only where the six are counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.documents import Document
from benchmarks.queries import Query

FACETS = ("region", "year", "theme", "level", "type")
PAGE = 20


@dataclass(frozen=True, slots=True)
class Reply:
    """total: reports found. ids: those of the page asked for. facets: value -> reports, the facet's own choice aside."""

    total: int
    ids: tuple[int, ...]
    facets: dict[str, dict[str, int]]


class Peer(Protocol):
    name: str
    folder: str  # of its index
    repeats_at_most: int  # of a question that is asked again and again: a slow engine is asked less often

    @staticmethod
    def build(folder: Path, documents: Iterable[Document]) -> None:
        """The whole index, in a folder that does not exist yet."""

    def __init__(self, folder: Path) -> None: ...

    def ask(self, query: Query) -> Reply: ...


def chosen(query: Query, themes: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """The facets that have a choice, and the values chosen, as documents hold them."""
    search = query.search
    values = {
        "region": search.regions,
        "year": search.years,
        "theme": tuple(themes[name] for name in search.themes),
        "level": search.levels,
        "type": search.types,
    }
    return {facet: several for facet, several in values.items() if several}


def choices_to_count(
    choices: dict[str, tuple[str, ...]], facets: tuple[str, ...] = FACETS
) -> list[tuple[tuple[str, ...], dict[str, tuple[str, ...]]]]:
    """Facets, and the choices under which they are counted: a facet's own choice is left out of its count."""
    free = tuple(facet for facet in facets if facet not in choices)
    groups = [((facet,), {name: values for name, values in choices.items() if name != facet}) for facet in choices]
    return [(free, choices), *groups] if free else groups

"""What ours is compared with. Every peer gets the same documents, cut into the same words, and five of our six facets.

What a peer is spared: the cutting of texts and questions; the court facet (3,246 values); in the region facet every level
below the province. Ours does all of it, inside the time that is measured.
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
    repeats_at_most: int  # of a question that is asked again and again: a slow engine is asked less often
    exact_how: tuple[str, ...]  # the ways of asking (Query.how) in which it finds what ours does

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


def choices_to_count(choices: dict[str, tuple[str, ...]]) -> list[tuple[tuple[str, ...], dict[str, tuple[str, ...]]]]:
    """Facets, and the choices under which they are counted: a facet's own choice is left out of its count."""
    free = tuple(facet for facet in FACETS if facet not in choices)
    groups = [((facet,), {name: values for name, values in choices.items() if name != facet}) for facet in choices]
    return [(free, choices), *groups] if free else groups

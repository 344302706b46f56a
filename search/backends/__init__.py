"""What every engine behind Haystack promises: one question in, one answer out. Only ids, codes and fixed labels pass."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from search.query import Node, Sort

FACETS = ("region", "court", "year", "theme", "level", "type", "part")
State = Literal["ok", "previous", "rebuilding", "away"]


class IndexAway(Exception):
    """Search cannot answer now; the message says why, in Chinese. Never an empty answer instead."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as an engine takes it: parsed, with the facets' own values (theme ids, not names).

    within: earlier questions whose listed reports alone are looked at. parts: of every text only the passages of these parts
    are looked at, and reports without one are not listed. start, stop: which of the sorted hits are wanted.
    page: fewer reports with all words than this, and reports with most of them follow.
    """

    tree: Node | None = None
    within: tuple[Node, ...] = ()
    synonyms: bool = True
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    sort: Sort = "relevance"
    start: int = 0
    stop: int = 20
    page: int = 20


@dataclass(frozen=True, slots=True)
class Found:
    """One report found, with the typed words or pieces of them that it lacks."""

    report_id: int
    score: float
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """count: reports listed; full: those with all words. facets: value -> reports listed, the facet's own choice aside."""

    count: int
    full: int
    hits: tuple[Found, ...]
    facets: Mapping[str, Mapping[str, int]]


class Engine(Protocol):
    """The part of a Haystack backend that search.engine talks to."""

    def find(self, question: Question) -> Answer:
        """Raises IndexAway when there is no index that can be trusted."""

    def state(self) -> tuple[State, str]:
        """How the index is, and the same in words."""

    def document_count(self) -> int:
        """Reports in the index. Raises IndexAway."""

    def version(self) -> str:
        """Names what the index holds: another after every change. Raises IndexAway."""

    def faults(self) -> list[str]:
        """What makes the index unfit for this code and dictionary, in Chinese."""

    def examine(self) -> Iterator[str]:
        """What is wrong with any file of the index, in Chinese. Reads all of it."""

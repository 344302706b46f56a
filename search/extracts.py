"""The passages of chosen parts as a page shows them: readable in place, the first words at once and more under a fold."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.urls import reverse

from reports.models import Section, SectionKind
from reports.parts import Passage, passages

from .highlight import SENTENCE_END

AT_ONCE = 300  # characters of a passage, up to the end of their sentence
FOLDED = 1500  # so many more under a fold; what is beyond is a link away
SLACK = 150  # characters: for so few no fold
MOST = 4  # passages of one report


class Text(NamedTuple):
    """Of a `ReportText`, what is shown of it."""

    pk: int
    report_id: int
    number: int
    text: str


class Row(NamedTuple):
    """Of a `Section`, what passages and their links are made of."""

    text_id: int
    kind: str
    start: int
    part: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Extract:
    """One passage of a report: 第3—9段, the address of its first line, its words, and how many of them are shown how."""

    passage: Passage
    label: str
    url: str
    words: str

    @property
    def at_once(self) -> str:
        return self.words[: self._first]

    @property
    def folded(self) -> str:
        return self.words[self._first : self._second].lstrip("\n")

    @property
    def goes_on(self) -> bool:
        """Whether more of it is to be read only where the report is."""
        return self._second < len(self.words)

    @property
    def _first(self) -> int:
        return cut(self.words, AT_ONCE)

    @property
    def _second(self) -> int:
        return cut(self.words, max(self._first, AT_ONCE + FOLDED))

    def as_json(self) -> dict[str, Any]:
        place = {"start": self.passage.start, "end": self.passage.end}
        return {"part": self.passage.part, "text": self.words, **place, "url": self.url}


def cut(words: str, least: int) -> int:
    """Where to stop after at least so many characters: at the end of a sentence or a line; at the end of all if it is near."""
    if len(words) <= least + SLACK:
        return len(words)
    sentence, line = SENTENCE_END.search(words, least), words.find("\n", least)
    return min(sentence.end() if sentence else len(words), line if line >= 0 else len(words))


def rows_of(texts: Iterable[int]) -> dict[int, list[Row]]:
    """Text -> all its rows in order. One query."""
    rows: dict[int, list[Row]] = {text: [] for text in texts}
    for row in Section.objects.filter(text__in=rows).order_by("text_id", "start").values_list(*Row._fields):
        rows[row[0]].append(Row(*row))
    return rows


@lru_cache(maxsize=4096)
def text_address(report: int, number: int) -> str:
    return reverse("report_version", args=[report, number])


def extracts(text: Text, rows: Sequence[Row], parts: Iterable[str]) -> tuple[Extract, ...]:
    """The passages of these parts in the order of the text; `rows` are all of its rows."""
    address, chosen = text_address(text.report_id, text.number), set(parts)
    starts = [row.start for row in rows]
    found = []
    for passage in passages(text.text, rows):
        if passage.part in chosen:
            inside = rows[bisect_left(starts, passage.start) : bisect_left(starts, passage.end)]
            url = f"{address}#{anchor(text, passage, inside)}"
            found.append(Extract(passage, label(inside), url, text.text[passage.start : passage.end]))
    return tuple(found)


def label(inside: Sequence[Row]) -> str:
    """第3—9段; what the first line of a passage with these rows is where no paragraph is in it."""
    numbers = [row.number for row in inside if row.number]
    if not numbers:
        return SectionKind(inside[0].kind).label
    return f"第{numbers[0]}段" if len(numbers) == 1 else f"第{numbers[0]}—{numbers[-1]}段"


def anchor(text: Text, passage: Passage, inside: Iterable[Row]) -> str:
    """Of the passage's first line: p12 for a paragraph, l3 (counted from 1) for any other."""
    number = next((row.number for row in inside if row.start == passage.start and row.number), None)
    return f"p{number}" if number else f"l{text.text.count(chr(10), 0, passage.start) + 1}"

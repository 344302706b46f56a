"""An article as the recognisers read it: only its own words, in simplified characters, each knowing where it stands."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from reports.simplified import simplified

from ..shapes import Article, LineKind

# What a photographer or an editor adds says nothing about whose report it is, nor about when or what.
NOT_A_SOURCE: frozenset[LineKind] = frozenset(("byline", "caption", "note"))
SAYING = 15  # characters
# Mirrors of news sites print the sound after a traditional character: 聯(lián)動.
DROPPED = re.compile(r"(?<=[㐀-鿿])[（(][a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,6}[）)]|\s+")


def searchable(text: str) -> str:
    """All words of a stored text as `plain` has them, captions and bylines too: what is not in it stands in no Plain."""
    return simplified("\n".join(DROPPED.sub("", line) for line in text.split("\n")))


@dataclass(frozen=True, slots=True)
class PlainLine:
    """A line of the plain text: what it is, and where it stands there."""

    kind: LineKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Plain:
    """The plain text of an article, and for each of its characters the place in the article's text."""

    text: str
    lines: tuple[PlainLine, ...]
    places: tuple[int, ...]

    def words(self, line: PlainLine) -> str:
        return self.text[line.start : line.end]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where plain characters start … end stand in the article's text."""
        return self.places[start], self.places[end - 1] + 1

    def line_at(self, place: int) -> PlainLine:
        """The line in which a character of the plain text stands."""
        return self.lines[bisect_right(self.lines, place, key=lambda line: line.start) - 1]

    def heads(self) -> list[PlainLine]:
        """The lines above the running text: the court's, the title's, the subtitle's."""
        return [line for line in self.lines if line.kind in ("court", "title", "subtitle")]

    def opening(self) -> list[PlainLine]:
        """The first two paragraphs that say something: no salutation, no line of a list."""
        said = (line for line in self.lines if line.kind == "para" and line.end - line.start >= SAYING)
        return list(islice(said, 2))


@lru_cache(maxsize=1)
def plain(article: Article) -> Plain:
    """Without captions, bylines and notes; without white space and pronunciations inside a line; lines joined by \\n.

    The last one is kept: all recognisers of an article ask for it.
    """
    text: list[str] = []
    places: list[int] = []
    lines: list[PlainLine] = []
    for line in article.lines:
        if line.kind in NOT_A_SOURCE:
            continue
        start = len(places)
        kept = line.start
        for match in DROPPED.finditer(article.text, line.start, line.end):
            text.append(article.text[kept : match.start()])
            places.extend(range(kept, match.start()))
            kept = match.end()
        text.append(article.text[kept : line.end])
        places.extend(range(kept, line.end))
        if len(places) > start:
            lines.append(PlainLine(line.kind, start, len(places)))
            text.append("\n")
            places.append(line.end)
    return Plain(simplified("".join(text)), tuple(lines), tuple(places))

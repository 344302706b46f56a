"""Lines of texts rearranged: a passage taken out or put elsewhere, lines joined, broken, dropped, named anew.

Pure, and over whole lines. Every character knows in which text and where it stood, and on which page of the original: so
its page, and the claims about it, travel with it. A run of lines is a `range` of their places, counted from 0.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .ingestion import split
from .ingestion.shapes import CleanLine
from .revision import Moved, Row, Run, Version, closed

# What a person may say that a line is, and a heading of which level.
HEADED = ("title", "subtitle", "heading")


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that stood together in the text `origin` from `start` on, on one page (None: not known).

    Without an origin they are new: what was put between two joined lines.
    """

    words: str
    page: int | None
    origin: int | None = None
    start: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `heading`: the words of a heading of `level`, its own or those that a paragraph begins with; else ""."""

    kind: str
    pieces: tuple[Piece, ...]
    level: int | None = None
    heading: str = ""

    @property
    def words(self) -> str:
        return "".join(piece.words for piece in self.pieces)


Lines = tuple[Line, ...]


def lines_in(version: Version, origin: int) -> Lines:
    """The lines of a text; `origin` names it in their pieces."""
    plain = {row.start: row for row in version.rows if row.kind != "heading"}
    headings = {row.start: row for row in version.rows if row.kind == "heading"}
    found, start = [], 0
    for words in version.text.split("\n"):
        row, heading = plain.get(start), headings.get(start)
        kind = row.kind if row else "heading" if heading else "para"
        pieces = tuple(pieces_in(version, origin, start, start + len(words)))
        level, own = (heading.level, heading.heading) if heading else (None, "")
        found.append(Line(kind, pieces, level, own))
        start += len(words) + 1
    return tuple(found)


def pieces_in(version: Version, origin: int, start: int, end: int) -> Iterator[Piece]:
    """The stretch of the text from `start` to `end`, cut where a page of the original begins."""
    page = None
    for at, following in version.pages:
        if at >= end:
            break
        if at > start:
            yield Piece(version.text[start:at], page, origin, start)
        start, page = max(start, at), following
    yield Piece(version.text[start:end], page, origin, start)


def assembled(lines: Sequence[Line], texts: Mapping[int, str]) -> tuple[Version, dict[int, Moved]]:
    """The text that the lines make, and for each text they come from where its characters are now.

    `texts` are those texts by their origin: words that stood on two lines are found again where the lines stay together.
    """
    rows: list[Row] = []
    pages: list[tuple[int, int]] = []
    runs: dict[int, list[Run]] = defaultdict(list)
    start = 0
    for line in lines:
        at, end = start, start + len(line.words)
        if line.heading:
            words = line.words if line.kind == "heading" else line.heading
            rows.append(Row("heading", start, end, line.level, words))
        if line.kind != "heading":
            rows.append(Row(line.kind, start, end))
        for piece in line.pieces:
            if piece.page is not None and (not pages or pages[-1][1] != piece.page):
                pages.append((at, piece.page))
            if piece.origin is not None:
                lengthen(runs[piece.origin], piece, at, texts[piece.origin], new_line=at == start)
            at += len(piece.words)
        start = end + 1
    version = Version("\n".join(line.words for line in lines), tuple(closed(rows, max(start - 1, 0))), tuple(pages))
    return version, {origin: Moved(tuple(sorted(found))) for origin, found in runs.items()}


def lengthen(runs: list[Run], piece: Piece, at: int, text: str, *, new_line: bool) -> None:
    """Add a piece that now stands at `at`; with the last run, where the two stood side by side and still do."""
    if runs:
        old, new, length = runs[-1]
        between = text[old + length : piece.start]
        if new + length + len(between) == at and between == ("\n" if new_line else ""):
            runs[-1] = (old, new, length + len(between) + len(piece.words))
            return
    runs.append((piece.start, at, len(piece.words)))


# ---- what can be done with lines


def without(lines: Lines, part: range) -> Lines:
    return lines[: part.start] + lines[part.stop :]


def moved(lines: Lines, part: range, before: int) -> Lines:
    """The part put before the line that stands at `before` (outside of the part); after the last where that is the end."""
    rest = without(lines, part)
    return inserted(rest, lines[part.start : part.stop], before - len(part) if before >= part.stop else before)


def inserted(lines: Lines, passage: Lines, before: int) -> Lines:
    return lines[:before] + passage + lines[before:]


def joined(lines: Lines, part: range) -> Lines:
    """The part as one line. It is what its first line is, unless that is a heading and all together is none."""
    first, *others = lines[part.start : part.stop]
    for other in others:
        pieces = (*first.pieces, *between(first, other), *other.pieces)
        first = replace(first, pieces=pieces)
    still = first.kind not in HEADED or split.could_be_head(first.words)
    return put(lines, part, [named(first, first.kind if still else "para", first.level)])


def between(first: Line, second: Line) -> Iterator[Piece]:
    """A space, where print needs one: between the phrases of a heading, and between words of Latin letters."""
    before, after = first.words, second.words
    both_heads = first.kind in HEADED and second.kind in HEADED
    latin = (before[-1:] + after[:1]).isascii() and (before[-1:] + after[:1]).isalnum()
    space = split.between_title_lines(before, after) if both_heads else " " if latin else ""
    if space:
        yield Piece(space, first.pieces[-1].page)


def broken(lines: Lines, at: int, cuts: Sequence[int]) -> Lines:
    """The line broken before each of the characters at `cuts`. Below a heading its rest is a paragraph."""
    line = lines[at]
    edges = [0, *cuts, len(line.words)]
    found = []
    for number, (start, end) in enumerate(pairwise(edges)):
        kind = "para" if number and line.kind == "heading" else line.kind
        pieces = trimmed(stretch(line.pieces, start, end))
        found.append(named(replace(line, pieces=pieces), kind, line.level))
    return put(lines, range(at, at + 1), found)


def stretch(pieces: Iterable[Piece], start: int, end: int) -> Iterator[Piece]:
    """The characters from `start` to `end`, counted in all pieces together."""
    at = 0
    for piece in pieces:
        low, high = max(start - at, 0), min(end - at, len(piece.words))
        if low < high:
            yield replace(piece, words=piece.words[low:high], start=piece.start + low)
        at += len(piece.words)


def trimmed(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Without the space at either end that a cut leaves."""
    found = tuple(pieces)
    words = "".join(piece.words for piece in found)
    start = len(words) - len(words.lstrip())
    return tuple(stretch(found, start, max(len(words.rstrip()), start)))


def renamed(lines: Lines, part: range, kind: str, level: int | None = None) -> Lines:
    """The part's lines as lines of another kind; `level` is a heading's."""
    return put(lines, part, [named(line, kind, level) for line in lines[part.start : part.stop]])


def named(line: Line, kind: str, level: int | None) -> Line:
    """The line as one of `kind`, with the heading that it then is or begins with."""
    if kind == "heading":
        return replace(line, kind=kind, level=level or 1, heading=line.words)
    found, heading = split.run_in_heading(line.words) if kind == "para" else (None, "")
    return replace(line, kind=kind, level=found, heading=heading if found else "")


def put(lines: Lines, part: range, found: Iterable[Line]) -> Lines:
    return lines[: part.start] + tuple(found) + lines[part.stop :]


def as_an_article(lines: Lines) -> Lines:
    """The lines as an article of their own: each is what `split` says of it there. None is joined, none moved."""
    clean = [CleanLine(line.words, ((0, 1),), after_gap=True, caption=line.kind == "caption") for line in lines]
    return tuple(
        named(line, found.kind, found.level) for line, found in zip(lines, split.named_apart(clean), strict=True)
    )


def appended(lines: Lines, others: Lines) -> Lines:
    """Both as one article: the title of the second is a heading in it."""
    return lines + tuple(named(line, "heading", 1) if line.kind == "title" else line for line in others)

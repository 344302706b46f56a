"""The text of a report as a page shows it: permanent anchors, pages of the original, marked places.

Copied from the page, the text is the stored text: page markers are drawn by the style sheet, and <wbr> has no width.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from reports.models import ReportText, Section, SectionKind
from reports.parts import TOLD, is_said_by
from reports.words import segmenter

register = template.Library()

Place = tuple[int, int]

# What may stand at the head of a report, above its first paragraph.
HEAD_KINDS = {SectionKind.COURT, SectionKind.TITLE, SectionKind.SUBTITLE, SectionKind.BYLINE}
PAUSES = "，。；：、？！”’》】"
PRINTED_NUMBER = re.compile(r"[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|[0-9]+[.、]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text. `anchor` is permanent: p12 for the twelfth paragraph, l7 for any other line, counted from 1.

    `address` leads to it; while a page of the original stands open, to its place there too.
    """

    kind: str
    anchor: str
    number: int | None
    start: int
    words: str
    html: SafeString
    tag: str = "p"
    address: str = ""


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """`part` is the part of the report that begins here, where the heading's own words do not say so."""

    anchor: str
    html: SafeString
    part: str
    below: tuple["OutlineEntry", ...] = ()


@dataclass(frozen=True, slots=True)
class DrawnText:
    """A whole text: what stands before the title, the title as printed (empty when it is not the report's), and so on."""

    before: tuple[Line, ...]
    title: tuple[Line, ...]
    after: tuple[Line, ...]
    body: tuple[Line, ...]
    outline: tuple[OutlineEntry, ...]
    paragraphs: int


@dataclass(frozen=True, slots=True)
class Original:
    """What is known of the pages of the original: which are scans, whether pages can be looked at, and whether one stands
    open beside the text now."""

    scans: frozenset[int] = frozenset()
    is_pictured: bool = False
    is_open: bool = False


UNKNOWN_ORIGINAL = Original()


@register.simple_tag
def drawn(
    title: str,
    version: ReportText,
    sections: Sequence[Section],
    marks: Sequence[Place] = (),
    figures: Sequence[Place] = (),
    meant: Sequence[Place] = (),
    original: Original = UNKNOWN_ORIGINAL,
) -> DrawnText:
    """The text of `version`, line by line: `marks` marked, `figures` underlined, those that are `meant` strongly.

    `sections` are all of its rows.
    """
    lines = lines_of(version, sections, marks, figures, meant, original)
    first = next((at for at, line in enumerate(lines) if line.kind not in HEAD_KINDS), len(lines))
    head, body = lines[:first], lines[first:]
    titles = [at for at, line in enumerate(head) if line.kind == SectionKind.TITLE]
    start, end = (titles[0], titles[-1] + 1) if titles else (0, 0)
    if bare("".join(line.words for line in head[start:end])) != bare(title):
        start = end = len(head)
    return DrawnText(
        before=tuple(head[:start]),
        title=tuple(head[start:end]),
        after=tuple(head[end:]),
        body=tuple(body),
        outline=outline_of(lines, sections),
        paragraphs=sum(line.number is not None for line in lines),
    )


def bare(words: str) -> str:
    return "".join(words.split())


def lines_of(
    version: ReportText,
    sections: Iterable[Section],
    marks: Sequence[Place] = (),
    figures: Sequence[Place] = (),
    meant: Sequence[Place] = (),
    original: Original = UNKNOWN_ORIGINAL,
) -> list[Line]:
    """Every line of the text, as `drawn` says."""
    rows = list(sections)
    plain = {row.start: row for row in rows if row.kind != SectionKind.HEADING}
    headings = [row for row in rows if row.kind == SectionKind.HEADING]
    own_line = {row.start: row for row in headings if row.start not in plain}
    levels = Levels()
    starts = [0, *(match.end() for match in re.finditer("\n", version.text))]
    marked, meant_ones = by_line(starts, marks), by_line(starts, meant)
    others = by_line(starts, set(figures) - set(meant))
    run_ins = by_line(starts, [run_in(version.text, heading) for heading in headings])
    lines, markers = [], page_markers(version)
    for index, (start, words) in enumerate(zip(starts, version.text.split("\n"), strict=True), 1):
        end = start + len(words)
        row = plain.get(start) or own_line.get(start)
        kind = row.kind if row else SectionKind.PARAGRAPH.value
        number = row.number if row else None
        is_display = kind in (SectionKind.HEADING, SectionKind.TITLE)
        anchor = f"p{number}" if number else f"l{index}"
        page = version.page_at(start) if original.is_open else None
        begun = bisect_left(markers, (end,))
        pen = Pen(version.text, start, end)
        pen.pages(markers[:begun], original, anchor)
        pen.wrap("mark", marked[index])
        pen.wrap('span class="fig"', others[index])
        pen.wrap('span class="fig meant"', meant_ones[index])
        if is_display:
            pen.breaks(word_ends(words))
        else:
            pen.wrap('span class="run-in"', run_ins[index])
            pen.breaks(loose_quotes(words))
        lines.append(
            Line(
                kind=kind,
                anchor=anchor,
                number=number,
                start=start,
                words=words,
                html=pen.html(),
                tag=levels.tag(row.level) if row and row.level else "p",
                address=to_page(page, anchor) if page else f"#{anchor}",
            )
        )
        markers = markers[begun:]
    return lines


def by_line(starts: Sequence[int], places: Iterable[Place]) -> defaultdict[int, list[Place]]:
    """The places that reach into each line, counted from 1; `starts` are where the lines begin."""
    found: defaultdict[int, list[Place]] = defaultdict(list)
    for place in places:
        for line in range(bisect_right(starts, place[0]), bisect_left(starts, place[1]) + 1):
            found[line].append(place)
    return found


def anchor_at(lines: Sequence[Line], position: int) -> str:
    """The anchor of the line that holds the character at `position`."""
    return lines[max(0, bisect_right(lines, position, key=lambda line: line.start) - 1)].anchor


class Levels:
    """Heading levels as HTML tags under the page's h1, without a jump: a report may begin with （一）."""

    def __init__(self) -> None:
        self.depth = 1

    def tag(self, level: int) -> str:
        self.depth = min(level + 1, self.depth + 1)
        return f"h{self.depth}"


def run_in(text: str, heading: Section) -> Place:
    """Where the words of a heading stand."""
    return heading.start, heading.start + len(heading.heading)


def page_markers(version: ReportText) -> list[tuple[int, int]]:
    """(position, page) where a page of the original begins. That a text begins on page 1 needs no saying."""
    return [(start, page) for start, page in version.pages if page is not None and (start, page) != (0, 1)]


def to_page(page: int, anchor: str) -> str:
    """The text with this page of the original beside it, and the line `anchor` marked on both."""
    return f"?page={page}&at={anchor}#{anchor}"


class Pen:
    """Writes one stretch of text as HTML, with things put in at positions and stretches wrapped, in any overlap."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end
        self.put: dict[int, list[SafeString]] = {}
        self.wraps: list[tuple[str, Place]] = []

    def pages(self, markers: Iterable[tuple[int, int]], original: Original, anchor: str) -> None:
        """Where pages of the original begin: that it is a scan, and a way to look at it where there is one.

        All of it drawn by the style sheet, so that none of it is copied. `markers` are before the end of the stretch.
        """
        for position, page in markers:
            kind = "pb" + " top" * (position <= self.start) + " scan" * (page in original.scans)
            marker = format_html('<span class="{}" data-p="原件{}页"></span>', kind, page)
            if original.is_pictured:
                see = '<a class="{}" data-p="原件{}页" href="{}" aria-label="对照原件第{}页"></a>'
                marker = format_html(see, kind, page, to_page(page, anchor), page)
            self.put.setdefault(max(position, self.start), []).append(marker)

    def wrap(self, tag: str, places: Iterable[Place]) -> None:
        """`places` are positions in the whole text; those elsewhere are left alone."""
        for start, end in places:
            first, last = max(start, self.start), min(end, self.end)
            if first < last:
                self.wraps.append((tag, (first, last)))

    def breaks(self, offsets: Iterable[int]) -> None:
        for offset in offsets:
            self.put.setdefault(self.start + offset, []).append(SafeString("<wbr>"))

    def html(self) -> SafeString:
        opened: defaultdict[int, list[str]] = defaultdict(list)
        closed: defaultdict[int, list[str]] = defaultdict(list)
        for tag, (first, last) in self.wraps:
            opened[first].append(tag)
            closed[last].append(tag)
        cuts = sorted({self.start, self.end, *self.put, *opened, *closed})
        # How often each is open; what was asked for first is inmost.
        tags = Counter(dict.fromkeys((tag for tag, _ in self.wraps), 0))
        pieces = []
        for start, end in zip(cuts, [*cuts[1:], self.end], strict=True):
            tags.subtract(closed[start])
            tags.update(opened[start])
            pieces += self.put.get(start, [])
            words = escape(self.text[start:end])
            for tag, times in tags.items():
                if words and times:
                    words = SafeString(f"<{tag}>{words}</{tag.split()[0]}>")
            pieces.append(words)
        return SafeString("".join(pieces))


def outline_of(lines: Sequence[Line], sections: Iterable[Section]) -> tuple[OutlineEntry, ...]:
    """Headings of levels 1 and 2 as a tree; those of level 3 only where there are no others."""
    anchors = {line.start: line.anchor for line in lines}
    headings = [row for row in sections if row.kind == SectionKind.HEADING and row.start in anchors]
    shown = [row for row in headings if row.level != 3] or headings
    tree: list[tuple[Section, list[Section]]] = []
    for row in shown:
        if tree and row.level == 2 and tree[-1][0].level == 1:
            tree[-1][1].append(row)
        else:
            tree.append((row, []))

    around = ""

    def entry(row: Section, below: Iterable[Section] = ()) -> OutlineEntry:
        nonlocal around
        begins, around = row.part != around, row.part
        part = row.part if begins and row.part in TOLD and not is_said_by(row.heading, row.part) else ""
        return OutlineEntry(anchors[row.start], breakable(row.heading), part, tuple(map(entry, below)))

    return tuple(entry(row, below) for row, below in tree)


@lru_cache(maxsize=4096)
def word_ends(words: str) -> tuple[int, ...]:
    """Offsets in a heading where a line may end: between words and after pauses, never beside a figure or before a mark."""
    ends, at = [], 0
    number = PRINTED_NUMBER.match(words)
    for token in segmenter().cut(words):
        if at > (number.end() if number else 0) and may_part(words[at - 1], words[at]):
            ends.append(at)
        at += len(token)
    return tuple(ends)


def may_part(before: str, after: str) -> bool:
    # text-autospace puts its air between Han and figures only where nothing stands between them, not even a <wbr>.
    if is_han(before):
        return is_han(after)
    return before in PAUSES and after.isalnum()


def is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def loose_quotes(words: str) -> list[int]:
    """Offsets before “ followed by a figure: without a break there the justified line before it runs loose."""
    return [at for at in range(1, len(words) - 1) if words[at] == "“" and words[at + 1] in "0123456789"]


@register.filter
def breakable(words: str) -> SafeString:
    """A heading or title with <wbr> between its words."""
    pen = Pen(words, 0, len(words))
    pen.breaks(word_ends(words))
    return pen.html()

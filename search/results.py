"""Hits -> what the page and the JSON show of each report: rows, snippets and links, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Prefetch
from django.urls import reverse

from reports.models import Report, ReportText, ReportTheme, Section, SectionKind

from .engine import Hit, SearchPage
from .highlight import Snippet, Term, snippets, terms

TAGS = 6  # themes shown under a hit
WHOLE = "\n。！？；!?;”’」』）)"  # beside one of these a snippet is not cut


class Line(NamedTuple):
    """What a line of a text is: its kind in Chinese, and its number if it is a paragraph."""

    label: str
    number: int | None


UNKNOWN_LINE = Line("正文", None)


@dataclass(frozen=True, slots=True)
class Passage:
    """A snippet with its place: 第3段, or what kind of line it is (标题); its address; whether words were left out."""

    snippet: Snippet
    label: str
    url: str
    cut_before: bool
    cut_after: bool

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The words in order, and whether they are marked."""
        pieces, at = [], 0
        for start, end in self.snippet.marks:
            pieces += [(self.snippet.text[at:start], False), (self.snippet.text[start:end], True)]
            at = end
        return [*pieces, (self.snippet.text[at:], False)]

    def as_json(self) -> dict[str, Any]:
        return {
            "text": self.snippet.text,
            "start": self.snippet.start,
            "end": self.snippet.end,
            "marks": [list(mark) for mark in self.snippet.marks],
            "url": self.url,
        }


@dataclass(frozen=True, slots=True)
class Result:
    """One hit with its report, the names of its themes (topics first) and its passages."""

    hit: Hit
    report: Report
    themes: tuple[str, ...]
    passages: tuple[Passage, ...]

    @property
    def tags(self) -> tuple[str, ...]:
        return self.themes[:TAGS]

    @property
    def place(self) -> str:
        """吉林 松原: short names down to the prefecture."""
        court = self.report.court
        return " ".join(region.short_name for region in court.region.path[:2]) if court and court.region else ""

    def as_json(self) -> dict[str, Any]:
        report, court = self.report, self.report.court
        return {
            "id": report.pk,
            "title": report.title,
            "url": report.get_absolute_url(),
            "court": court.name if court else None,
            "court_id": court.pk if court else None,
            "region": court.region_id if court else None,
            "level": court.level if court else None,
            "year": report.year_id,
            "type": report.type,
            "themes": list(self.themes),
            "score": self.hit.score,
            "snippets": [passage.as_json() for passage in self.passages],
        }


def results(page: SearchPage) -> tuple[Result, ...]:
    """The page's hits in their order, without those that stopped being public since they were indexed. Four queries."""
    reports = (
        Report.objects.published()
        .with_places()
        .defer("source__pages")
        .prefetch_related(Prefetch("texts", ReportText.objects.filter(is_current=True), to_attr="current"))
        .in_bulk([hit.report_id for hit in page.hits])
    )
    shown = [(hit, reports[hit.report_id]) for hit in page.hits if hit.report_id in reports]
    themes = themes_of(reports)
    lines = lines_of(report.current[0].pk for _, report in shown)
    sought = terms(page.query, page.synonyms)
    return tuple(
        Result(
            hit,
            report,
            tuple(themes[report.pk]),
            passages(report.current[0], sought, lines[report.current[0].pk]),
        )
        for hit, report in shown
    )


def themes_of(reports: Iterable[int]) -> dict[int, list[str]]:
    """Report -> the names of its themes, topics before those it only touches."""
    themes = defaultdict(list)
    for report, name in ReportTheme.objects.filter(report__in=list(reports)).values_list("report_id", "theme__name"):
        themes[report].append(name)
    return themes


def lines_of(texts: Iterable[int]) -> dict[int, dict[int, Line]]:
    """Text -> where each of its lines starts -> what the line is."""
    rows = Section.objects.filter(text__in=list(texts)).values_list("text_id", "start", "kind", "number")
    lines: dict[int, dict[int, Line]] = defaultdict(dict)
    for text, start, kind, number in rows:
        # A run-in heading is a row of its own in the same line; the line is the paragraph.
        if number or start not in lines[text]:
            lines[text][start] = Line(SectionKind(kind).label, number)
    return lines


def passages(text: ReportText, sought: Sequence[Term], lines: dict[int, Line]) -> tuple[Passage, ...]:
    """The report's snippets, each with the address of its line: #p12 for a paragraph, #l3 (counted from 1) for others."""
    words = text.text
    opening = min((start for start, line in lines.items() if line.number), default=0)
    address = reverse("report_version", args=[text.report_id, text.number])
    found = []
    for one in snippets(words, sought, opening):
        line = lines.get(words.rfind("\n", 0, one.place) + 1, UNKNOWN_LINE)
        anchor = f"p{line.number}" if line.number else f"l{words.count(chr(10), 0, one.place) + 1}"
        found.append(
            Passage(
                one,
                f"第{line.number}段" if line.number else line.label,
                f"{address}#{anchor}",
                cut_before=one.start > 0 and words[one.start - 1] not in WHOLE,
                cut_after=one.end < len(words) and words[one.end - 1] not in WHOLE and words[one.end] != "\n",
            )
        )
    return tuple(found)

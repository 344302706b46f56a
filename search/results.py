"""Hits -> what the page and the JSON show of each report: rows, snippets and links, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Min, Prefetch
from django.urls import reverse

from reports.models import Report, ReportText, ReportTheme, Section, SectionKind

from .engine import Hit, SearchPage
from .extracts import MOST, Extract, Row, extracts, rows_of
from .highlight import Snippet, snippets, snippets_inside, terms

TAGS = 6  # themes shown under a hit
REGION = ("short_name", "parent_id")
# What a row shows, and no more: a model with all its columns takes three times as long to make.
SHOWN = (
    *("title", "type", "year_id", "year_inferred", "scan_sure", "court__name", "court__level"),
    *(f"court__{'region__' + above}{column}" for above in ("", "parent__", "parent__parent__") for column in REGION),
)
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
    """One hit with its report, the names of its themes (topics first) and its passages.

    `extracts`: where parts were chosen, the whole passages of these, out of which alone the others come.
    """

    hit: Hit
    report: Report
    themes: tuple[str, ...]
    passages: tuple[Passage, ...]
    extracts: tuple[Extract, ...] = ()

    @property
    def tags(self) -> list[tuple[str, str]]:
        """The first themes, each with its address."""
        return [(theme, theme_address(theme)) for theme in self.themes[:TAGS]]

    @property
    def whole(self) -> list[Extract]:
        """The extracts that a passage shown was taken out of."""
        starts = [passage.snippet.place for passage in self.passages]
        return [one for one in self.extracts if any(one.passage.start <= at < one.passage.end for at in starts)]

    @property
    def readable(self) -> tuple[Extract, ...]:
        """The extracts to be read in place: where no words say which lines to show."""
        return () if self.passages else self.extracts[:MOST]

    @property
    def left_out(self) -> int:
        """How many more extracts there are than are shown."""
        return max(len(self.extracts) - MOST, 0) if not self.passages else 0

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
            "scan_sure": report.scan_sure,
            "score": self.hit.score,
            "snippets": [passage.as_json() for passage in self.passages],
            **({"passages": [one.as_json() for one in self.extracts]} if self.extracts else {}),
        }


def results(page: SearchPage) -> tuple[Result, ...]:
    """The page's hits in their order, without those that stopped being public since they were indexed. Four queries."""
    texts = ReportText.objects.filter(is_current=True).only("report_id", "number", "text")
    reports = (
        Report.objects.published()
        .select_related("court__region__parent__parent")
        .only(*SHOWN)
        .prefetch_related(Prefetch("texts", texts, to_attr="current"))
        .in_bulk([hit.report_id for hit in page.hits])
    )
    shown = [(hit, reports[hit.report_id]) for hit in page.hits if hit.report_id in reports]
    themes = themes_of(reports)
    texts_shown = [report.current[0] for _, report in shown]
    if page.query.parts:
        rows = rows_of(texts_shown)
        return tuple(
            in_parts(page, hit, report, tuple(themes[report.pk]), rows[report.current[0].pk]) for hit, report in shown
        )
    sought, openings = terms(page.query, page.synonyms), openings_of(texts_shown)
    found = {text: snippets(text.text, sought, openings.get(text.pk, 0)) for text in texts_shown}
    lines = lines_of(found)
    return tuple(
        Result(hit, report, tuple(themes[report.pk]), passages(report.current[0], found[report.current[0]], lines))
        for hit, report in shown
    )


def in_parts(page: SearchPage, hit: Hit, report: Report, themes: tuple[str, ...], rows: Sequence[Row]) -> Result:
    """One hit of a question that chooses parts: nothing of the report but their passages."""
    text: ReportText = report.current[0]  # type: ignore[attr-defined]  # from results()
    chosen = extracts(text, rows, page.query.parts)
    places = [(one.passage.start, one.passage.end) for one in chosen]
    found = snippets_inside(text.text, terms(page.query, page.synonyms), places)
    return Result(hit, report, themes, passages(text, found, lines_of_rows(rows)), chosen)


@lru_cache(maxsize=256)
def theme_address(theme: str) -> str:
    return reverse("theme_detail", args=[theme])


def themes_of(reports: Iterable[int]) -> dict[int, list[str]]:
    """Report -> the names of its themes, topics before those it only touches."""
    themes = defaultdict(list)
    for report, name in ReportTheme.objects.filter(report__in=list(reports)).values_list("report_id", "theme__name"):
        themes[report].append(name)
    return themes


def openings_of(texts: Iterable[ReportText]) -> dict[int, int]:
    """Text -> where its first paragraph starts."""
    numbered = Section.objects.filter(text__in=[text.pk for text in texts], number__isnull=False)
    return dict(numbered.values_list("text").annotate(Min("start")).order_by())


def lines_of(found: Mapping[ReportText, Sequence[Snippet]]) -> dict[tuple[int, int], Line]:
    """(text, start of a line) -> what the line is, for the lines that a snippet should lead to."""
    wanted = {(text.pk, line_start(text, one)) for text, several in found.items() for one in several}
    rows = Section.objects.filter(text__in={text for text, _ in wanted}, start__in={start for _, start in wanted})
    return lines_of_rows(Row(*row) for row in rows.values_list(*Row._fields).order_by())


def lines_of_rows(rows: Iterable[Row]) -> dict[tuple[int, int], Line]:
    lines: dict[tuple[int, int], Line] = {}
    for row in rows:
        # A run-in heading is a row of its own in the same line; the line is the paragraph.
        if row.number or (row.text_id, row.start) not in lines:
            lines[row.text_id, row.start] = Line(SectionKind(row.kind).label, row.number)
    return lines


def line_start(text: ReportText, one: Snippet) -> int:
    return text.text.rfind("\n", 0, one.place) + 1


def passages(text: ReportText, found: Sequence[Snippet], lines: Mapping[tuple[int, int], Line]) -> tuple[Passage, ...]:
    """The report's snippets, each with the address of its line: #p12 for a paragraph, #l3 (counted from 1) for others."""
    words = text.text
    address = reverse("report_version", args=[text.report_id, text.number])
    made = []
    for one in found:
        line = lines.get((text.pk, line_start(text, one)), UNKNOWN_LINE)
        anchor = f"p{line.number}" if line.number else f"l{words.count(chr(10), 0, one.place) + 1}"
        made.append(
            Passage(
                one,
                f"第{line.number}段" if line.number else line.label,
                f"{address}#{anchor}",
                cut_before=one.start > 0 and words[one.start - 1] not in WHOLE,
                cut_after=one.end < len(words) and words[one.end - 1] not in WHOLE and words[one.end] != "\n",
            )
        )
    return tuple(made)

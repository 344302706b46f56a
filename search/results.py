"""Hits -> what the page and the JSON show of each report: rows, snippets and links, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from django.urls import reverse

from reports.models import Report, ReportTheme, Section, SectionKind
from reports.models.reports import name_of
from reports.models.sources import scan_mark

from .engine import Hit, SearchPage
from .extracts import MOST, Extract, Row, Text, extracts, rows_of, text_address
from .highlight import Snippet, Term, snippets, snippets_inside, terms
from .prepared import Prepared

WHOLE = "\n。！？；!?;”’」』）)"  # beside one of these a snippet is not cut


class Line(NamedTuple):
    """What a line of a text is: its kind in Chinese, and its number if it is a paragraph."""

    label: str
    number: int | None


UNKNOWN_LINE = Line("正文", None)


class Shown(NamedTuple):
    """What is shown of a public report: one row of one query, in the order of COLUMNS. Models would take twice as long.

    Of the region three short names: its own and those of the regions above, where there are any.
    """

    pk: int
    title: str
    type: str
    year: int | None
    year_inferred: bool
    scan_sure: float | None
    court_id: int | None
    court: str | None
    level: str | None
    region: str | None
    highest: str | None
    above: str | None
    own: str | None
    text_pk: int
    number: int
    words: str

    @property
    def name(self) -> str:
        return name_of(self.title, self.court)

    @property
    def address(self) -> str:
        return report_address(self.pk)

    @property
    def place(self) -> str:
        """吉林 松原: short names down to the prefecture."""
        return " ".join([name for name in (self.highest, self.above, self.own) if name][:2])

    @property
    def known(self) -> list[str]:
        """What stands under the title: court, place and level, year, type, how it was recognised."""
        court = [self.court, self.place, self.level] if self.court else ["法院不明"]
        inferred = "（推断）" if self.year_inferred else ""
        year = f"{self.year}年度{inferred}" if self.year else "年度不明"
        return [words for words in (*court, year, self.type, scan_mark(self.scan_sure)) if words]

    @property
    def text(self) -> Text:
        return Text(self.text_pk, self.pk, self.number, self.words)


COLUMNS = (
    *("pk", "title", "type", "year_id", "year_inferred", "scan_sure"),
    *("court_id", "court__name", "court__level", "court__region_id"),
    *(f"court__region__{above}short_name" for above in ("parent__parent__", "parent__", "")),
    *("texts__pk", "texts__number", "texts__text"),
)


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
    report: Shown
    themes: tuple[str, ...]
    passages: tuple[Passage, ...] = ()
    extracts: tuple[Extract, ...] = ()

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

    def as_json(self) -> dict[str, Any]:
        report = self.report
        return {
            "id": report.pk,
            "title": report.title,
            "url": report.address,
            "court": report.court,
            "court_id": report.court_id,
            "region": report.region,
            "level": report.level,
            "year": report.year,
            "type": report.type,
            "themes": list(self.themes),
            "scan_sure": report.scan_sure,
            "score": self.hit.score,
            "snippets": [passage.as_json() for passage in self.passages],
            **({"passages": [one.as_json() for one in self.extracts]} if self.extracts else {}),
        }


def results(page: SearchPage) -> tuple[Result, ...]:
    """The page's hits in their order, without those that stopped being public since they were indexed. Four queries."""
    public = public_reports(hit.report_id for hit in page.hits)
    shown = [(hit, public[hit.report_id]) for hit in page.hits if hit.report_id in public]
    themes = themes_of(public)
    texts = [report.text for _, report in shown]
    sought = terms(page.query, page.synonyms)
    if page.query.parts:
        rows = rows_of(text.pk for text in texts)
        return tuple(
            in_parts(Result(hit, report, tuple(themes[report.pk])), sought, page.query.parts, rows[report.text.pk])
            for hit, report in shown
        )
    openings = openings_of(text.pk for text in texts)
    found = [(text, snippets(text.text, sought, openings.get(text.pk, 0))) for text in texts]
    lines = lines_of(found)
    return tuple(
        Result(hit, report, tuple(themes[report.pk]), passages(*of_text, lines))
        for (hit, report), of_text in zip(shown, found, strict=True)
    )


def in_parts(result: Result, sought: Sequence[Term], parts: Sequence[str], rows: Sequence[Row]) -> Result:
    """Of the report nothing but its passages of these parts; `rows` are all of its text."""
    text = result.report.text
    chosen = extracts(text, rows, parts)
    places = [(one.passage.start, one.passage.end) for one in chosen]
    found = snippets_inside(text.text, sought, places)
    return replace(result, passages=passages(text, found, lines_of_rows(rows)), extracts=chosen)


PUBLIC = Prepared(
    lambda pks: Report.objects.published().filter(pk__in=pks, texts__is_current=True).order_by().values_list(*COLUMNS)
)
THEMES = Prepared(
    lambda reports: ReportTheme.objects.filter(report__in=reports).values_list("report_id", "theme__name")
)
OPENINGS = Prepared(
    lambda texts: Section.objects.filter(text__in=texts, number=1).order_by().values_list("text_id", "start")
)
LINES = Prepared(
    lambda texts, starts: Section.objects.filter(text__in=texts, start__in=starts).order_by().values_list(*Row._fields)
)


def public_reports(pks: Iterable[int]) -> dict[int, Shown]:
    """Those of the reports that readers may see, with their current texts. One query."""
    return {row[0]: Shown(*row) for row in PUBLIC.rows(list(pks))}


@lru_cache(maxsize=4096)
def report_address(pk: int) -> str:
    return reverse("report_detail", args=[pk])


def themes_of(reports: Iterable[int]) -> dict[int, list[str]]:
    """Report -> the names of its themes, topics before those it only touches."""
    themes = defaultdict(list)
    for report, name in THEMES.rows(list(reports)):
        themes[report].append(name)
    return themes


def openings_of(texts: Iterable[int]) -> dict[int, int]:
    """Text -> where its first paragraph starts."""
    return dict(OPENINGS.rows(list(texts)))


def lines_of(found: Iterable[tuple[Text, Sequence[Snippet]]]) -> dict[tuple[int, int], Line]:
    """(text, start of a line) -> what the line is, for the lines that a snippet should lead to."""
    wanted = {(text.pk, line_start(text, one)) for text, several in found for one in several}
    rows = LINES.rows({text for text, _ in wanted}, {start for _, start in wanted})
    return lines_of_rows(Row(*row) for row in rows)


def lines_of_rows(rows: Iterable[Row]) -> dict[tuple[int, int], Line]:
    lines: dict[tuple[int, int], Line] = {}
    for row in rows:
        # A run-in heading is a row of its own in the same line; the line is the paragraph.
        if row.number or (row.text_id, row.start) not in lines:
            lines[row.text_id, row.start] = Line(SectionKind(row.kind).label, row.number)
    return lines


def line_start(text: Text, one: Snippet) -> int:
    return text.text.rfind("\n", 0, one.place) + 1


def passages(text: Text, found: Sequence[Snippet], lines: Mapping[tuple[int, int], Line]) -> tuple[Passage, ...]:
    """The report's snippets, each with the address of its line: #p12 for a paragraph, #l3 (counted from 1) for others."""
    words = text.text
    address = text_address(text.report_id, text.number)
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

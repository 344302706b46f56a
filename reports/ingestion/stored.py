"""Reports that the archive has, as the articles that the recognisers take: the way back from rows to shapes."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from django.db.models import Count, Prefetch

from reports.models import Report, ReportText

from . import shapes
from .split import Named, title_of

PAGE_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年)")


def article_of(report: Report) -> shapes.Article:
    """The report's current text as an article: what `save.sections_of` took apart."""
    return articles_of([report])[0]


def articles_of(reports: Sequence[Report]) -> list[shapes.Article]:
    """One article per report, in their order, from their current texts. Six queries at most, however many reports."""
    texts = {text.report_id: text for text in texts_of(Report.objects.filter(pk__in=[one.pk for one in reports]))}
    companions = companions_of(reports)
    return [article(report, texts[report.pk], companions[report.source_id]) for report in reports]


def texts_of(reports: Iterable[Report]) -> Iterable[ReportText]:
    return ReportText.objects.filter(report__in=reports, is_current=True).prefetch_related("sections")


def companions_of(reports: Sequence[Report]) -> Mapping[int, list[Report]]:
    """Source -> its reports, where it holds several, in their order and with their current texts."""
    of_sources = Report.objects.filter(source__in={report.source_id for report in reports}, is_current=True)
    several = of_sources.values("source").alias(articles=Count("pk")).filter(articles__gt=1).order_by()
    found: defaultdict[int, list[Report]] = defaultdict(list)
    texts = Prefetch("texts", ReportText.objects.filter(is_current=True).prefetch_related("sections"), "current_texts")
    articles = Report.objects.filter(source__in=several, is_current=True).order_by("article_number")
    for report in articles.select_related("court").prefetch_related(texts):
        found[report.source_id].append(report)
    return found


def article(report: Report, text: ReportText, companions: Sequence[Report]) -> shapes.Article:
    lines: dict[int, shapes.Line] = {}
    sections = []
    for row in text.sections.all():
        kind = cast(shapes.LineKind, row.kind)
        if kind == "heading":
            sections.append(shapes.Section(kind, row.level, row.heading, row.start, row.end))
            # A run-in heading shares its start with its paragraph, whose row says what the line is.
            lines.setdefault(row.start, shapes.Line(kind, row.start, text.line_end(row.start)))
        else:
            lines[row.start] = shapes.Line(kind, row.start, row.end)
            if kind in ("byline", "caption", "note"):
                sections.append(shapes.Section(kind, None, "", row.start, row.end))
    in_order = tuple(lines[start] for start in sorted(lines))
    return shapes.Article(
        number=report.article_number,
        title=title_of([named(text, line) for line in in_order]),
        text=text.text,
        lines=in_order,
        sections=tuple(sections),
        pages=tuple((start, page) for start, page in text.pages),
        neighbours=tuple(other.court.name for other in companions if other.court and other.pk != report.pk),
        page_years=tuple(years_of_page(companions)),
    )


def named(text: ReportText, line: shapes.Line) -> Named:
    return Named(shapes.CleanLine(text.text[line.start : line.end], ()), line.kind)


def years_of_page(companions: Iterable[Report]) -> Iterator[int]:
    """The years that the running texts of an original with several reports name, in order."""
    for report in companions:
        for text in report.current_texts:  # type: ignore[attr-defined]  # from companions_of
            apart = [
                range(row.start, row.end) for row in text.sections.all() if row.kind in ("byline", "caption", "note")
            ]
            for match in PAGE_YEAR.finditer(text.text):
                if not any(match.start() in stretch for stretch in apart):
                    yield int(match[0])

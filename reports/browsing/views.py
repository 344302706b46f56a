"""The public pages. Each view turns a request into a question and the answer into a page."""

import logging
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from reports.facsimile.leaf import leaf_of
from reports.facsimile.pictures import can_be_drawn
from reports.facsimile.views import picture
from reports.models import Court, Region, Report, ReportText, Section, Status, Theme
from reports.parts import TOLD
from reports.templatetags.report_text import Original, lines_of

from . import charts, figures, queries
from .cite import citation, figure_citation
from .filters import UNKNOWN, ReportFilter

logger = logging.getLogger(__name__)

NEWEST_FIRST = (F("year").desc(nulls_last=True), "-published_at", "-id")
IN_A_LIST = 20
# Queries that find something in the ten samples, each showing another way to ask.
EXAMPLES = ["府院联动 司法建议", "五大连池 2023", "“负责人出庭应诉率”", "诉源治理 同段 网格"]


def not_here(request: HttpRequest, words: str) -> HttpResponse:
    return render(request, "404.html", {"words": words}, status=404)


# ---- ways in


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    grid, key = charts.tiles(queries.provinces())
    themes = [row for row in queries.themes_of(Report.objects.published()) if row.reports]
    return render(
        request,
        "reports/home.html",
        {
            "holdings": queries.holdings(),
            "examples": EXAMPLES,
            "grid": grid,
            "key": key,
            "newest": queries.cards(Report.objects.published()[:9]),
            "chart": charts.year_chart(queries.counts_by_year()),
            "themes": themes[:12],
        },
    )


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/about.html", {"holdings": queries.holdings()})


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Reports are for everyone; the endless combinations of a search, and pictures to be drawn, are not worth a robot's time."""
    closed = ["/search/", "/suggest/", "/admin/", "/display/", "/reports/*/pages/"]
    closed += [f"/reports/*?{asked}=" for asked in ("page", "figure", "figures", "check")]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    asked = ReportFilter(request.GET, Report.objects.published())
    page, notices = page_of(asked.qs, request.GET)
    return render(
        request,
        "reports/report_list.html",
        {
            "section": "reports",
            "filter": asked,
            "notices": [*asked.notices, *notices],
            "page": page,
            "numbers": page.paginator.get_elided_page_range(min(page.number, page.paginator.num_pages), on_ends=1),
            "regions": queries.regions_to_choose(asked.form.cleaned_data.get("region", "")),
            "held_years": queries.counts_by_year(),
            "bars": charts.year_bars(queries.counts_by_year(asked.qs)),
        },
    )


def page_of(reports: QuerySet[Report], asked: QueryDict) -> tuple[Page[Report], list[tuple[str, str]]]:
    """The page asked for, empty past the end; and (label, value) where it is no page number, which is page 1."""
    paginator = Paginator(reports, settings.RESULTS_PER_PAGE)
    number = asked.get("page", "1") or "1"
    understood = re.fullmatch(r"[1-9][0-9]{0,8}", number) is not None
    page = int(number) if understood else 1
    first = (page - 1) * paginator.per_page
    rows = queries.cards(reports[first : first + paginator.per_page])
    return Page(rows, page, paginator), [] if understood else [("页码", number[:40])]


@require_safe
def court_list(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "").strip()[:80]
    code = request.GET.get("region", "")
    region = Region.objects.select_related("parent__parent").filter(code=code).first() if code.isdigit() else None
    numbers = queries.counts_of_courts_by_province()
    return render(
        request,
        "reports/court_list.html",
        {
            "section": "courts",
            "words": words,
            "found": queries.courts_called(words) if words else None,
            "most": queries.MOST_COURTS_FOUND,
            "region": region,
            "bad_region": code[:40] if code and region is None else "",
            "groups": queries.courts_in(region) if region else [],
            "provinces": [(place, numbers[place.region.code]) for place in queries.provinces()],
            "supreme": queries.with_counts(Court.objects.public().filter(region=None)),
        },
    )


@require_safe
def court_detail(request: HttpRequest, pk: int) -> HttpResponse:
    merged = Court.objects.exclude(merged_into=None).select_related("merged_into").filter(pk=pk).first()
    if merged is not None:
        return redirect(queries.standing_court(merged))
    courts = Court.objects.public().select_related("region__parent__parent").prefetch_related("names")
    court = courts.filter(pk=pk).first()
    if court is None:
        return not_here(request, "没有这个编号的法院。可以在法院目录里按名称查找。")
    return render(
        request,
        "reports/court_detail.html",
        {
            "section": "courts",
            "court": court,
            "reports": queries.cards(Report.objects.published().filter(court=court).order_by(*NEWEST_FIRST)),
            "told": queries.parts_told(Report.objects.published().filter(court=court)),
            "superior": Court.objects.public().filter(inferiors=court).first(),
            "inferiors": queries.with_counts(court.inferiors.public()),
        },
    )


@require_safe
def region_list(request: HttpRequest) -> HttpResponse:
    places = queries.provinces_with_parts()
    grid, key = charts.tiles(places)
    parts = [part for place in places for part in place.below if part.reports]
    most = sorted(parts, key=lambda part: -part.reports)[:IN_A_LIST]
    return render(
        request,
        "reports/region_list.html",
        {"section": "regions", "places": places, "most": most, "grid": grid, "key": key},
    )


@require_safe
def region_detail(request: HttpRequest, code: str) -> HttpResponse:
    region = Region.objects.select_related("parent__parent").present([code]).get(code)
    if region is None:
        return not_here(request, "没有这个代码的行政区划，区划沿革里也查不到它。")
    if region.code != code:
        return redirect(region, permanent=True)
    reports = Report.objects.published().in_region(code)
    counts = queries.counts_by_year(reports)
    newest = max((year for year in counts if year is not None), default=None)
    return render(
        request,
        "reports/region_detail.html",
        {
            "section": "regions",
            "region": region,
            "parts": queries.parts_of(region),
            "courts": queries.courts_of(region),
            "history": queries.history_of(region),
            "count": reports.count(),
            "reports": queries.cards(reports.order_by(*NEWEST_FIRST)[:IN_A_LIST]),
            "bars": charts.year_bars(counts),
            "newest": newest,
            "told": queries.parts_told(reports.filter(year=newest)) if newest else [],
        },
    )


@require_safe
def year_list(request: HttpRequest) -> HttpResponse:
    counts = queries.counts_by_year()
    return render(
        request,
        "reports/year_list.html",
        {"section": "years", "counts": counts, "chart": charts.year_chart(counts)},
    )


@require_safe
def year_detail(request: HttpRequest, year: str) -> HttpResponse:
    counts = queries.counts_by_year()
    value = None if year == UNKNOWN else int(year)
    if value is not None and value not in counts:
        return not_here(request, f"本库还没有关于{value}年度的报告。")
    reports = Report.objects.published().filter(year=value)
    years = [held for held in counts if held is not None]
    return render(
        request,
        "reports/year_detail.html",
        {
            "section": "years",
            "year": year,
            "value": value,
            "count": counts.get(value, 0),
            "earlier": max((held for held in years if value and held < value), default=None),
            "later": min((held for held in years if value and held > value), default=None),
            "places": [place for place in queries.provinces(reports) if place.reports],
            "types": queries.counted(reports, "type").most_common(),
            "told": [(part, 0) for part in TOLD],
            "reports": queries.cards(reports[:IN_A_LIST]),
        },
    )


@require_safe
def theme_list(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "reports/theme_list.html",
        {"section": "themes", "themes": queries.themes_of(Report.objects.published())},
    )


@require_safe
def theme_detail(request: HttpRequest, name: str) -> HttpResponse:
    theme = Theme.objects.filter(name=name).first() if name.isprintable() else None
    if theme is None:
        return not_here(request, f"没有叫“{name[:40]}”的主题。可以从主题目录里选。")
    reports = Report.objects.published().filter(themes=theme)
    return render(
        request,
        "reports/theme_detail.html",
        {
            "section": "themes",
            "theme": theme,
            "count": reports.count(),
            "reports": queries.cards(reports.order_by(*NEWEST_FIRST)[:IN_A_LIST]),
            "related": queries.related_themes(theme),
            "told": [(part, 0) for part in TOLD],
            "bars": charts.year_bars(queries.counts_by_year(reports)),
        },
    )


# ---- one report


View = Callable[..., HttpResponseBase]


def of_published_report(view: View) -> View:
    """Hands the view a published report in place of its id. A withdrawn one answers 410 with the reason, any other 404."""

    @wraps(view)
    def find(request: HttpRequest, pk: int, **rest: int) -> HttpResponseBase:
        report = Report.objects.with_places().filter(pk=pk).exclude(status=Status.DRAFT).first()
        if report is not None and report.status == Status.WITHDRAWN:
            return gone(request, report)  # merged into another since, or not
        if report is None or not report.is_current:
            return not_here(request, "没有这个编号的报告，或者它还没有公开。")
        return view(request, report, **rest)

    return require_safe(find)


def gone(request: HttpRequest, report: Report) -> HttpResponseBase:
    """Why a report was withdrawn. Where another one has replaced it, its own address leads there, the others name it."""
    instead = queries.standing_report(report)
    if instead and request.path == report.get_absolute_url():
        return redirect(instead)
    return render(request, "410.html", {"reason": report.withdrawn_reason, "instead": instead}, status=410)


@of_published_report
def report_detail(request: HttpRequest, report: Report) -> HttpResponse:
    return reading_page(request, report, report.text)


@of_published_report
def report_version(request: HttpRequest, report: Report, number: int) -> HttpResponse:
    version = report.public_texts.filter(number=number).first()
    if version is None:
        return not_here(request, f"这篇报告没有第{number}版文本，或者这一版不公开。")
    return reading_page(request, report, version)


def reading_page(request: HttpRequest, report: Report, version: ReportText) -> HttpResponse:
    source, sections = report.source, list(version.sections.all())
    original_is_public = report.original_is_public
    is_pictured = original_is_public and version.read_from == source and can_be_drawn(source)
    leaf = None
    if is_pictured and "page" in request.GET:
        leaf = leaf_of(
            version,
            lines_of(version, sections),
            request.GET,
            lambda number: reverse("report_page", args=[report.pk, number]),
        )
    address = request.build_absolute_uri(version.get_absolute_url())
    return render(
        request,
        "reports/report_detail.html",
        {
            "section": "reports",
            "report": report,
            "version": version,
            "versions": report.public_texts.defer("text", "pages"),
            "sections": sections,
            **facts_beside(request, report, version, sections, address),
            "source": source,
            "original_is_public": original_is_public,
            "original": Original(version.read_from.scans, is_pictured, leaf is not None),
            "leaf": leaf,
            "told": [(part, 0) for part in TOLD if any(row.part == part for row in sections)],
            "neighbours": queries.from_the_same_original(report),
            "address": address,
            "citation": citation(report, version, address, localdate()),
        },
    )


def facts_beside(
    request: HttpRequest, report: Report, version: ReportText, sections: list[Section], address: str
) -> dict[str, Any]:
    """Themes, figures and, for who may see them, checks; and which one of them is lit in the text, with its places."""
    evidence = queries.evidence(report, version, sections)
    lines = queries.lines_of(version, sections)
    asked = request.GET
    run = figures.run_of(version, lines, asked)
    rows = [row for group in run.groups for row in group.rows]
    reviews = request.user.has_perm("reports.review_report")
    checks, more_checks = figures.checks_of(version, lines) if reviews or settings.SHOW_CHECKS else ([], 0)
    lit_theme = next((row for row in evidence if row.theme.name == asked.get("theme")), None)
    lit_figure = next((row for row in rows if str(row.figure.pk) == asked.get("figure")), None)
    lit_check = next((row for row in checks if str(row.check.pk) == asked.get("check")), None)
    meant = [lit_figure.figure] if lit_figure else lit_check.check.figures if lit_check else []
    return {
        "evidence": evidence,
        "figures": run,
        "reviews": reviews,
        "checks": checks,
        "more_checks": more_checks,
        "lit": lit_theme,
        "lit_figure": lit_figure,
        "lit_check": lit_check,
        "marks": [figure.sentence for figure in meant] or (lit_theme.places if lit_theme else []),
        "meant": [figure.words for figure in meant],
        "words_of_figures": [row.figure.words for row in rows],
        "figure_citation": lit_figure
        and figure_citation(lit_figure.figure, report, version, f"{address}#{lit_figure.anchor}", localdate()),
    }


@of_published_report
def report_text(_request: HttpRequest, report: Report) -> HttpResponse:
    return HttpResponse(report.text.text, content_type="text/plain; charset=utf-8")


@of_published_report
def report_page(request: HttpRequest, report: Report, number: int) -> HttpResponseBase:
    """A page of the original as a picture, under the same condition as the original itself."""
    answer = picture(request, report.source, number) if report.original_is_public else None
    return answer or not_here(request, f"没有这份原件第{number}页的图像，或者它不公开。本篇的正文不受影响。")


@of_published_report
def report_original(request: HttpRequest, report: Report) -> HttpResponseBase:
    """The uploaded bytes, always as a download of no type that a browser would open."""
    if not report.original_is_public:
        return not_here(request, "原件还载有未公开的报告，暂不提供下载。本篇的正文不受影响。")
    try:
        file = report.source.file.open("rb")
    except FileNotFoundError:
        logger.error("original of source %s is missing", report.source_id)
        return not_here(request, "这份原件在存储中找不到了，错误已经记录。正文和引文不受影响。")
    return FileResponse(file, as_attachment=True, filename=report.source.name, content_type="application/octet-stream")

"""Deciding about a report's figures, one after the other: its sentence lit on the left, what can be done on the right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reports import deciding
from reports.deciding import Said
from reports.models import Check, Decision, Indicator, IndicatorKind, Report, Scope
from reports.publishing import NotAllowed
from reports.templatetags.report_text import Line, anchor_at, lines_of

from .access import account, staff
from .review import may_change, to_change


@dataclass(frozen=True, slots=True)
class Row:
    """A figure as it is printed. `address` lights its sentence on this page."""

    figure: Indicator
    amount: str
    address: str

    @property
    def percent(self) -> int:
        return round(self.figure.sure * 100)

    @property
    def is_open(self) -> bool:
        return self.figure.decision == Decision.OPEN


@dataclass(frozen=True, slots=True)
class CheckRow:
    check: Check
    address: str


@staff("review_report")
@require_safe
def figures(request: HttpRequest, pk: int) -> HttpResponse:
    return figures_page(request, get_object_or_404(Report.objects.with_places(), pk=pk))


def figures_page(
    request: HttpRequest, report: Report, figure: Indicator | None = None, problem: str = ""
) -> HttpResponse:
    """The page, at the figure or check that the address asks for; with a `problem`, what was entered stays in the form."""
    version = report.text
    found = list(version.indicators.select_related("kind"))
    checks = list(version.checks.standing())
    check = next((one for one in checks if str(one.pk) == request.GET.get("check")), None)
    chosen = figure or (check and check.indicator) or asked_for(request, found)
    lit = check.figures if check else [chosen] if chosen else []
    lines = lines_of(
        version,
        version.sections.all(),
        [one.sentence for one in lit],
        [one.words for one in found],
        [one.words for one in lit],
    )
    rows = [row_of(one, version.text, lines) for one in found]
    place = next((place for place, row in enumerate(rows) if row.figure == chosen), 0)
    context = {
        "report": report,
        "version": version,
        "lines": lines,
        "rows": rows,
        "current": rows[place] if rows else None,
        "number": place + 1,
        "previous": rows[place - 1] if place else None,
        "next": rows[place + 1] if place + 1 < len(rows) else None,
        "decided": sum(not row.is_open for row in rows),
        "checks": [
            CheckRow(one, f"?check={one.pk}#{anchor_at(lines, one.indicator.at)}")
            for one in sorted(checks, key=lambda one: one.verdict == Check.Verdict.HOLDS)
        ],
        "chosen_check": check,
        "about": [one for one in checks if chosen in one.figures],
        "kinds": IndicatorKind.objects.all(),
        "scopes": Scope.choices,
        "problem": problem,
        "entered": request.POST if problem else None,
        "may_change": may_change(request, report),
    }
    return render(request, "admin/reports/figures.html", context, status=422 if problem else 200)


def asked_for(request: HttpRequest, figures: Sequence[Indicator]) -> Indicator | None:
    """The figure of the address; without one the first that nobody has decided about, or the first of all."""
    asked = request.GET.get("figure")
    named = (figure for figure in figures if str(figure.pk) == asked)
    undecided = (figure for figure in figures if figure.decision == Decision.OPEN)
    return next(named, None) or next(undecided, None) or next(iter(figures), None)


def row_of(figure: Indicator, text: str, lines: Sequence[Line]) -> Row:
    amount = "".join(figure.printed_in(text))
    return Row(figure, amount, f"?figure={figure.pk}#{anchor_at(lines, figure.at)}")


# ---- what can be done on the page


def act(request: HttpRequest, pk: int, figure_pk: int, verb: Callable[[Indicator], object], done: str) -> HttpResponse:
    """Do it and go on to the next figure that nobody has decided about; or say why not, with what was entered."""
    report = to_change(request, pk)
    figure = Indicator.objects.filter(pk=figure_pk, report=report, text__is_current=True).first()
    if figure is None:
        messages.error(request, deciding.GONE)
        return redirect("staff:figures", pk)
    try:
        verb(figure)
    except NotAllowed as problem:
        return figures_page(request, report, figure, str(problem))
    messages.success(request, done)
    return redirect(reverse("staff:figures", args=[pk]) + address_after(figure))


def address_after(figure: Indicator) -> str:
    """Of the next open figure, with the line that it stands in; "" where all are decided."""
    open_figures = figure.text.indicators.filter(decision=Decision.OPEN)
    following = open_figures.filter(at__gt=figure.at).first() or open_figures.first()
    if following is None:
        return ""
    text = following.text
    return f"?figure={following.pk}#{anchor_at(lines_of(text, text.sections.all()), following.at)}"


@staff("review_report")
@require_POST
def decide(request: HttpRequest, pk: int, figure_pk: int) -> HttpResponse:
    accept = request.POST.get("decision") == "accept"

    def verb(figure: Indicator) -> None:
        (deciding.confirm if accept else deciding.reject)(figure, account(request))

    return act(request, pk, figure_pk, verb, "已确认。" if accept else "已否定。")


@staff("review_report")
@require_POST
def correct(request: HttpRequest, pk: int, figure_pk: int) -> HttpResponse:
    said = Said(**{name: request.POST.get(name, "") for name in Said.__slots__})
    return act(request, pk, figure_pk, lambda figure: deciding.correct(figure, said, account(request)), "已更正。")

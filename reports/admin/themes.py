"""A theme's expressions: what other ones would change, and then the change."""

import json
import logging
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from reports import publishing
from reports.ingestion.trial import Effect
from reports.models import Event, Report, ReportTheme, Status, Theme

from .access import account, staff

logger = logging.getLogger(__name__)

EFFECTS_SHOWN = 100
UNFINISHED = "比较没有完成：表达式可能写成了互相嵌套的重复，如 (甲+)+，算起来没有尽头。请改写后再试。"
# Where the page is cut in two, for what is found meanwhile to be sent between.
HERE = mark_safe("<!-- what is found stands here -->")


@dataclass(slots=True)
class Trial:
    """What a comparison has found so far; `finished` if it came to its end."""

    reports: int
    effects: list[Effect] = field(default_factory=list)
    finished: bool = False

    @property
    def changed(self) -> list[int]:
        """The reports that change."""
        return sorted({effect.report for effect in self.effects})

    @property
    def sums(self) -> list[tuple[str, list[tuple[str, int]]]]:
        """Theme -> how many reports gain it, lose it, or show it otherwise."""
        counts: dict[str, Counter[str]] = {}
        for effect in self.effects:
            counts.setdefault(effect.theme, Counter())[kind_of(effect)] += 1
        return [(theme, sorted(numbers.items())) for theme, numbers in counts.items()]

    @property
    def rows(self) -> list[tuple[Effect, Report | None, str, str]]:
        """The first effects, each with its report and both strengths in words."""
        first = self.effects[:EFFECTS_SHOWN]
        reports = Report.objects.with_places().in_bulk([effect.report for effect in first])
        return [(one, reports.get(one.report), in_words(one.before), in_words(one.after)) for one in first]

    @property
    def unshown(self) -> int:
        return max(0, len(self.effects) - EFFECTS_SHOWN)


def kind_of(effect: Effect) -> str:
    if not effect.before:
        return "增加"
    return "去掉" if not effect.after else "改变强度"


def in_words(strength: str) -> str:
    return str(ReportTheme.Strength(strength).label) if strength else "没有"


@staff("view_theme")
@require_safe
def theme(request: HttpRequest, pk: int) -> HttpResponse:
    """One theme: its definition, its expressions to be changed, what has been changed before."""
    theme = get_object_or_404(Theme, pk=pk)
    return render(request, "admin/reports/theme.html", context(theme, theme.expressions))


def context(theme: Theme, expressions: str, **more: Any) -> dict[str, Any]:
    events = Event.objects.filter(verb=publishing.EXPRESSIONS_CHANGED, detail__has_key=theme.name)
    return {
        "theme": theme,
        "expressions": expressions,
        "count": theme.reports.filter(is_current=True).count(),
        "events": events.select_related("actor"),
    } | more


@staff("change_theme")
@require_POST
def try_expressions(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The page with what the expressions would change: sent piece by piece, for 35,000 reports take a minute."""
    theme = get_object_or_404(Theme, pk=pk)
    typed = request.POST.get("expressions", "")
    try:
        expressions = publishing.checked_expressions(typed)
    except publishing.NotAllowed as problem:
        return refused(request, theme, typed, str(problem))
    if expressions == theme.expressions:
        return refused(request, theme, typed, "表达式没有改动。")
    page = render_to_string("admin/reports/theme.html", context(theme, expressions, here=HERE), request)
    before, _, after = page.partition(HERE)
    return StreamingHttpResponse(chain([before], pieces(theme, expressions, request), [after]))


def refused(request: HttpRequest, theme: Theme, typed: str, problem: str) -> HttpResponse:
    return render(request, "admin/reports/theme.html", context(theme, typed, problem=problem), status=422)


def pieces(theme: Theme, expressions: str, request: HttpRequest) -> Iterator[str]:
    """How far the comparison is, and then what it has found."""
    trial = Trial(Report.objects.filter(is_current=True).exclude(status=Status.WITHDRAWN).count())
    yield f'<p class="trial" role="status">正在比较 {trial.reports:,} 篇报告　'
    shown = 0
    for compared in compare(trial, theme.name, expressions):
        tenth = compared * 10 // max(trial.reports, 1)
        if tenth > shown:
            shown = tenth
            yield f"{min(shown, 10) * 10}% "
    yield "</p>"
    told = {"theme": theme, "expressions": expressions, "trial": trial, "unfinished": UNFINISHED}
    yield render_to_string("admin/reports/_trial.html", told, request)


def compare(trial: Trial, theme: str, expressions: str) -> Iterator[int]:
    """Fills the trial; yields how many reports have been compared. Who stops listening ends the comparison."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "try_expressions", theme]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as child:
        try:
            if child.stdin is None or child.stdout is None:
                raise RuntimeError("a pipe was asked for")
            with child.stdin:
                child.stdin.write(expressions)
            for line in child.stdout:
                told = json.loads(line)
                trial.effects += [Effect(**effect) for effect in told["effects"]]
                yield told["compared"]
            trial.finished = child.wait() == 0
        finally:
            child.kill()
    if not trial.finished:
        logger.warning("comparing expressions of %r ended with status %s", theme, child.returncode)


@staff("change_theme")
@require_POST
def change_expressions(request: HttpRequest, pk: int) -> HttpResponse:
    theme = get_object_or_404(Theme, pk=pk)
    typed, made_from = request.POST.get("expressions", ""), request.POST.get("made_from", "")
    reports = {publishing.whole_number(number) for number in request.POST.get("reports", "").split()} - {0}
    try:
        publishing.change_expressions(theme, typed, account(request), made_from=made_from, reports=reports)
    except publishing.NotAllowed as problem:
        return refused(request, theme, typed, str(problem))
    then = f"，{len(reports)} 篇报告正在后台重新识别" if reports else ""
    messages.success(request, f"表达式已保存{then}。")
    return redirect("staff:theme", pk)

"""Two reports that may be one: side by side, with what differs, and four ways to decide."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods

from reports import duplicates
from reports.differences import passages
from reports.models import Report, Suspicion, Verdict
from reports.publishing import NotAllowed

from .access import account, staff

TAKE_BACK = "take_back"
WAYS = {
    Verdict.NEW_VERSION: "本篇的文本成为另一篇的下一版，地址不变；另一篇现在的文本和原件都保留。本篇不再单独列出。",
    Verdict.REPLACES: "本篇公开时，另一篇同时撤回，它的地址转到本篇。在那以前一切照旧。",
    Verdict.BOTH: "确是两篇不同的报告，各自保留；以后不再提醒这一对。",
    Verdict.DISCARD: "本篇不要了，不再列出，也不会公开；原件保留。",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One fact of both reports, in words; `differs` where it is one that tells reports apart."""

    label: str
    mine: str
    theirs: str
    differs: bool = False


def suspicions_about(report: Report) -> QuerySet[Suspicion]:
    """Those that the report's page tells of: where it waits, and where another waits for it; open or decided."""
    about = Suspicion.objects.filter(Q(report=report) | Q(other=report))
    return about.exclude(verdict="") | (about & Suspicion.objects.open())


@staff("review_report")
@require_http_methods(["GET", "HEAD", "POST"])
def twins(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    report, standing = (get_object_or_404(Report.objects.with_places(), pk=number) for number in (pk, other))
    suspicion = get_object_or_404(Suspicion, report=report, other=standing)
    if request.method == "POST":
        try:
            return redirect(settled(request, suspicion))
        except NotAllowed as problem:
            messages.error(request, str(problem))
            return redirect("staff:twins", pk, other)
    mine, theirs = report.text, standing.text
    context = {
        "suspicion": suspicion,
        "report": report,
        "other": standing,
        "facts": comparisons(report, standing, len(mine.text), len(theirs.text)),
        "passages": passages(mine.text, theirs.text),
        "ways": [(verdict.value, verdict.label, words) for verdict, words in WAYS.items()],
        "may_decide": may_decide(request, suspicion),
        "take_back": TAKE_BACK,
    }
    return render(request, "admin/reports/twins.html", context)


def settled(request: HttpRequest, suspicion: Suspicion) -> str:
    """Do what was asked; returns the address to go on at. Raises NotAllowed."""
    if not may_decide(request, suspicion):
        raise PermissionDenied("其中一篇已经公开，只有审核发布人员可以决定。")
    asked = request.POST.get("verdict", "")
    if asked == TAKE_BACK:
        duplicates.take_back(suspicion, account(request))
        messages.success(request, "已撤销，请重新决定。")
        return reverse("staff:twins", args=[suspicion.report_id, suspicion.other_id])
    if asked not in Verdict.values:
        raise NotAllowed("请从四种处理中选一种。")
    verdict = Verdict(asked)
    duplicates.decide(suspicion, verdict, account(request))
    messages.success(request, f"已按“{verdict.label}”处理。{WAYS[verdict]}")
    if verdict == Verdict.NEW_VERSION:
        return reverse("staff:review", args=[suspicion.other_id])
    return reverse("staff:review", args=[suspicion.report_id])


def may_decide(request: HttpRequest, suspicion: Suspicion) -> bool:
    """What readers see changes at the hands of those alone who may publish it: what was replaced would be shown again."""
    report, other = suspicion.report, suspicion.other
    public = report.is_published or other.is_published or other.replaced_by_id == report.pk
    return not public or account(request).has_perm("reports.publish_report")


def original_of(report: Report) -> str:
    return f"{report.source.name}（{report.scan_mark}）" if report.scan_mark else report.source.name


def comparisons(report: Report, other: Report, length: int, other_length: int) -> list[Comparison]:
    telling = [
        ("标题", str(report), str(other)),
        ("法院", str(report.court or "法院不明"), str(other.court or "法院不明")),
        ("年度", str(report.year_id or "年度不明"), str(other.year_id or "年度不明")),
        ("类型", report.type, other.type),
    ]
    about = [
        ("状态", report.get_status_display(), other.get_status_display()),
        ("字数", f"{length:,} 字", f"{other_length:,} 字"),
        ("原件", original_of(report), original_of(other)),
        ("入库", date_of(report), date_of(other)),
    ]
    return [Comparison(*row, differs=row[1] != row[2]) for row in telling] + [Comparison(*row) for row in about]


def date_of(report: Report) -> str:
    return f"{localtime(report.created_at):%Y-%m-%d}"

"""Reviewing: the text on the left, claims on the right, each lighting its own words; publishing at the bottom."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reports import publishing
from reports.facsimile.leaf import leaf_of
from reports.facsimile.pictures import can_be_drawn
from reports.ingestion.pipeline import draft_of
from reports.ingestion.renew import save_again
from reports.ingestion.save import save_doubts
from reports.ingestion.stored import article_of
from reports.ingestion.vocabulary import current_vocabulary
from reports.models import (
    Claim,
    Court,
    Decision,
    Field,
    Origin,
    Report,
    ReportTheme,
    ReportType,
    Status,
    Suspicion,
    Theme,
)
from reports.publishing import NotAllowed
from reports.templatetags.report_text import Line, Original, anchor_at, lines_of

from .access import account, staff
from .courts import CourtForm, search_courts
from .glance import CERTAIN, Fact, glance, glances
from .outcomes import place_in_batch
from .twins import suspicions_about

REPORTS_PER_PAGE = 50
Place = tuple[int, int]


# ---- the list


@staff("review_report")
@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """Drafts, the newest first; by choice what is public or withdrawn."""
    status = request.GET.get("status", "")
    status = status if status in Status.values else Status.DRAFT
    words = request.GET.get("q", "").strip()[:80]
    found = Report.objects.filter(status=status, is_current=True).with_places().order_by("-id")
    if words:
        found = found.filter(
            Q(title__contains=words) | Q(court__name__contains=words) | Q(source__name__contains=words)
        )
    if unknown := request.GET.get("unknown") == "1":
        found = found.filter(Q(court=None) | Q(year=None))
    found = found.annotate(is_suspected=Exists(Suspicion.objects.open().filter(report=OuterRef("pk"))))
    page = Paginator(found, REPORTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": glances(page.object_list),
        "numbers": page.paginator.get_elided_page_range(page.number),
        "status": status,
        "statuses": Status.choices,
        "words": words,
        "unknown": unknown,
    }
    return render(request, "admin/reports/review_list.html", context)


@staff("publish_report")
@require_POST
def publish_several(request: HttpRequest) -> HttpResponse:
    numbers = {publishing.whole_number(value) for value in request.POST.getlist("report")} - {0}
    try:
        if not numbers:
            raise NotAllowed("没有选择报告。请先勾选要公开的报告。")
        count = publishing.publish_many(
            Report.objects.filter(pk__in=numbers), account(request), confirmed="confirmed" in request.POST
        )
        messages.success(request, f"已公开 {count} 篇报告。")
    except NotAllowed as problem:
        messages.error(request, f"一篇也没有公开。{problem}")
    return redirect("staff:review_list")


# ---- the page


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim as the page shows it. `address` lights its words; "" where they stand nowhere in the text."""

    claim: Claim
    words: str
    places: Sequence[Place]
    address: str

    @property
    def percent(self) -> int:
        return round(self.claim.sure * 100)

    @property
    def doubtful(self) -> bool:
        return self.claim.origin == Origin.MACHINE and self.claim.sure < CERTAIN

    @property
    def is_open(self) -> bool:
        return self.claim.decision == Decision.OPEN


@dataclass(frozen=True, slots=True)
class FieldBox:
    """Everything about one field: what is shown now, what was read, what is merely suggested."""

    name: str
    fact: Fact
    claims: list[ClaimRow]
    suggestions: list[ClaimRow]


@staff("review_report")
@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    return review_page(request, get_object_or_404(Report.objects.with_places(), pk=pk))


def review_page(
    request: HttpRequest,
    report: Report,
    errors: dict[str, str] | None = None,
    court_form: CourtForm | None = None,
) -> HttpResponse:
    """The page; with `errors`, {form: what is wrong and what to enter}, what was entered stays in its form."""
    version = report.text
    claims = list(report.claims.all())
    chosen = next((claim for claim in claims if str(claim.pk) == request.GET.get("claim")), None)
    source, sections = report.source, list(version.sections.all())
    leaf = None
    if is_pictured := version.read_from == source and can_be_drawn(source):
        plain = lines_of(version, sections)
        leaf = leaf_of(version, plain, request.GET, lambda number: reverse("staff:page", args=[source.pk, number]))
    original = Original(version.read_from.scans, is_pictured, leaf is not None)
    lines = lines_of(version, sections, marks(claims, chosen), original=original)
    rows = claim_rows(claims, lines)
    words = request.GET.get("court", "")[:80]
    facts = {fact.label: fact for fact in glance(report).facts}
    context = {
        "report": report,
        "version": version,
        "lines": lines,
        "original": original,
        "leaf": leaf,
        "chosen": chosen,
        "boxes": [
            FieldBox(
                field.value,
                facts[str(field.label)],
                [row for row in rows if row.claim.field == field and not row.claim.suggestion],
                [row for row in rows if row.claim.field == field and row.claim.suggestion],
            )
            for field in (Field.TITLE, Field.COURT, Field.YEAR, Field.TYPE)
        ],
        "shown_themes": report.reporttheme_set.select_related("theme"),
        "themes": [row for row in rows if row.claim.field == Field.THEME],
        "all_themes": Theme.objects.all(),
        "strengths": ReportTheme.Strength.choices,
        "types": ReportType.values,
        "words": words,
        "candidates": search_courts(words),
        "court_form": court_form or CourtForm(),
        "suspicions": suspicions_about(report).select_related("report", "other"),
        "siblings": report.source.reports.filter(is_current=True).exclude(pk=report.pk),
        "events": report.events.select_related("actor"),
        "errors": errors or {},
        "entered": request.POST,
        "may_change": may_change(request, report),
        "place": place_in_batch(report),
        "as_read": request.GET.get("view") == "read",
    }
    return render(request, "admin/reports/review.html", context, status=422 if errors or court_form else 200)


def marks(claims: Sequence[Claim], chosen: Claim | None) -> list[Place]:
    """The places that the chosen claim rests on; without one, those of court, year, type and title."""
    if chosen is not None:
        return places_of(chosen)
    telling = (claim for claim in claims if claim.field != Field.THEME and claim.decision != Decision.REJECTED)
    return [place for claim in telling for place in places_of(claim)]


def places_of(claim: Claim) -> list[Place]:
    if claim.places:
        return [(start, end) for start, end in claim.places]
    return [(claim.start, claim.end)] if claim.start is not None and claim.end is not None else []


def claim_rows(claims: Sequence[Claim], lines: Sequence[Line]) -> list[ClaimRow]:
    courts = Court.objects.in_bulk([int(claim.value) for claim in claims if claim.field == Field.COURT and claim.value])
    rows = []
    for claim in sorted(claims, key=lambda claim: claim.weight, reverse=True):
        places = places_of(claim)
        is_court = claim.field == Field.COURT and claim.value
        words = str(courts.get(int(claim.value), "已删除的法院")) if is_court else claim.value
        address = f"?claim={claim.pk}#{anchor_at(lines, places[0][0])}" if places else ""
        rows.append(ClaimRow(claim, words or "未写明", places, address))
    return rows


# ---- what can be done on the page


def may_change(request: HttpRequest, report: Report) -> bool:
    """What readers see changes at the hands of those alone who may publish it."""
    return report.status != Status.PUBLISHED or account(request).has_perm("reports.publish_report")


def to_change(request: HttpRequest, pk: int) -> Report:
    """The report, for a view that changes it. Raises PermissionDenied (403) where the account may not."""
    report = get_object_or_404(Report.objects.with_places(), pk=pk)
    if not may_change(request, report):
        raise PermissionDenied("这篇报告已经公开，只有审核发布人员可以改动。")
    return report


def act(request: HttpRequest, pk: int, form: str, verb: Callable[[Report], object], done: str) -> HttpResponse:
    """Do it and lead back to where `form` stands on the page; or say there why not, with what was entered."""
    report = to_change(request, pk)
    try:
        verb(report)
    except NotAllowed as problem:
        return review_page(request, report, {form: str(problem)})
    messages.success(request, done)
    return redirect(reverse("staff:review", args=[pk]) + f"#{form}")


@staff("review_report")
@require_POST
def decide(request: HttpRequest, pk: int, claim_pk: int) -> HttpResponse:
    claim = Claim.objects.filter(pk=claim_pk).first()
    if claim is None:
        messages.error(request, publishing.CLAIM_IS_GONE)
        return redirect("staff:review", pk)
    if claim.report_id != pk:
        raise Http404
    accept = request.POST.get("decision") == "accept"
    done = "已采用。" if accept else "已否定。"
    return act(request, pk, claim.field, lambda _: publishing.decide(claim, account(request), accept=accept), done)


@staff("review_report")
@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    field = request.POST.get("field", "")
    value, strength = request.POST.get("value", ""), request.POST.get("strength", "")

    def verb(report: Report) -> None:
        if field not in Field.values:
            raise NotAllowed("没有这个项目。请从页面上的表单填写。")
        publishing.correct(report, Field(field), value, account(request), strength=strength)

    return act(request, pk, field, verb, "已更正。")


@staff("add_court")
@require_POST
def add_court(request: HttpRequest, pk: int) -> HttpResponse:
    """A court that the list lacks, and that this report is from."""
    report = to_change(request, pk)
    form = CourtForm(request.POST)
    if form.is_valid():
        try:
            court = publishing.add_court(by=account(request), **form.cleaned_data)
        except NotAllowed as problem:
            form.add_error("name", str(problem))
        else:
            return act(
                request,
                pk,
                Field.COURT.value,
                lambda report: publishing.correct(report, Field.COURT, str(court.pk), account(request)),
                f"已增加{court}，并填入本篇。",
            )
    return review_page(request, report, court_form=form)


@staff("review_report")
def edit_text(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole text to be corrected, one line per paragraph; saving makes a new version and reads it again."""
    report = to_change(request, pk)
    version = report.text
    text, number, why, problem = version.text, str(version.number), "", ""
    if request.method == "POST":
        text, number, why = (request.POST.get(name, "") for name in ("text", "number", "why"))
        try:
            made_from = publishing.whole_number(number)
            new = publishing.correct_text(report, text, account(request), why, number=made_from)
        except NotAllowed as refusal:
            problem = str(refusal)
        else:
            save_again(report, draft_of(article_of(report), current_vocabulary()))
            save_doubts(report.source)
            messages.success(request, f"已存为第{new.number}版，并重新识别；原来的版本仍在。")
            return redirect("staff:review", pk)
    context = {"report": report, "version": version, "text": text, "number": number, "why": why, "problem": problem}
    return render(request, "admin/reports/edit_text.html", context, status=422 if problem else 200)


@staff("publish_report")
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    confirmed = "confirmed" in request.POST
    return act(
        request,
        pk,
        "publish",
        lambda report: publishing.publish(report, account(request), confirmed=confirmed),
        "已公开，读者现在可以看到。",
    )


@staff("publish_report")
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    why = request.POST.get("why", "")
    return act(
        request,
        pk,
        "publish",
        lambda report: publishing.withdraw(report, account(request), why),
        "已撤回；原来的地址会说明原因。",
    )

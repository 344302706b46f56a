"""One batch as a table: what was read of each file, corrected in place; the sure ones are published together."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reports import publishing
from reports.confirming import FACTS, confirm, take_back
from reports.ingestion.child import sheet_safely
from reports.ingestion.metadata import may_be_sheet
from reports.ingestion.nursery import NotBegun
from reports.ingestion.shapes import Unreadable, Upload
from reports.models import Batch, Court, Field, Report, ReportType
from reports.publishing import NotAllowed
from reports.tasks import hand_over

from .access import account, staff
from .courts import search_courts
from .outcomes import ArticleRow, Outcome, Standing, outcomes, reading_state
from .progress import UNREAD
from .review import to_change
from .uploads import NOT_KEPT

logger = logging.getLogger(__name__)

MEANWHILE = "别人刚刚改过这一行，这里已换成最新的内容。请再看一眼，需要的话重新填写。"
MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Tally:
    """How many articles, or files without one, stand where."""

    asks: int
    waits: int
    sure: int
    done: int


def tally(found: Sequence[Outcome]) -> Tally:
    counts = Counter(
        standing
        for outcome in found
        for standing in ([article.standing for article in outcome.articles] or [outcome.standing])
    )
    return Tally(*(counts[standing] for standing in Standing))


# ---- the table


@staff("add_sourcefile")
@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    return batch_page(request, get_object_or_404(Batch, pk=pk))


def batch_page(
    request: HttpRequest, batch: Batch, refused: ArticleRow | None = None, table_problem: str = ""
) -> HttpResponse:
    """The table; `refused` stands in the place of its report's row, `table_problem` beside the form for a table."""
    found = outcomes(batch, account(request))
    if refused:
        found = [
            replace(one, articles=tuple(refused if row.report == refused.report else row for row in one.articles))
            for one in found
        ]
    context = table_context(request, batch, found) | {"table_problem": table_problem}
    return render(request, "admin/reports/batch.html", context, status=422 if refused or table_problem else 200)


def table_context(request: HttpRequest, batch: Batch, found: Sequence[Outcome]) -> dict[str, object]:
    return {
        "batch": batch,
        "outcomes": found,
        "tally": tally(found),
        "types": ReportType.values,
    }


@staff("add_sourcefile")
@require_safe
def state(request: HttpRequest, pk: int) -> JsonResponse:
    """How far the reading is, for a script that asks every two seconds: {working, files: {id: state}}. One query."""
    batch = get_object_or_404(Batch, pk=pk)
    files = batch.files.select_related("source").only(
        "batch", "source__state", "source__pages_done", "source__pages_due"
    )
    return JsonResponse(
        {
            "working": any(file.source and file.source.state in UNREAD for file in files),
            "files": {file.pk: reading_state(file) for file in files},
        }
    )


@staff("add_sourcefile")
@require_safe
def rows(request: HttpRequest, pk: int) -> JsonResponse:
    """The rows of some files, for a script: {files: {id: HTML}, summary: HTML}."""
    batch = get_object_or_404(Batch, pk=pk)
    return JsonResponse(drawn(request, batch, {publishing.whole_number(one) for one in request.GET.getlist("file")}))


def drawn(request: HttpRequest, batch: Batch, files: set[int]) -> dict[str, object]:
    found = outcomes(batch, account(request))
    context = table_context(request, batch, found)
    return {
        "files": {
            one.file.pk: render_to_string("admin/reports/_outcome.html", context | {"outcome": one}, request)
            for one in found
            if one.file.pk in files
        },
        "summary": render_to_string("admin/reports/_tally.html", context, request),
    }


@staff("add_sourcefile")
@require_POST
def add_table(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand over a table that says what the batch's files are. What is no such table is not kept."""
    batch = get_object_or_404(Batch, pk=pk)
    file = request.FILES.get("table")
    try:
        if file is None:
            raise Unreadable("没有选择表格。请选择一个 XLSX 或 CSV 文件。")
        if (file.size or 0) > settings.MAX_UPLOAD_BYTES:
            raise Unreadable(f"表格超过 {settings.MAX_UPLOAD_BYTES >> 20} MB。请只留下这一批文件的行。")
        if not names_files(Upload(file.name or "", file.read())):
            raise Unreadable("这张表格里没有“文件名”一栏。请在表头写上“文件名”，逐行写明，再上传。")
        last = batch.files.aggregate(last=Max("position"))["last"] or 0
        hand_over(batch, last + 1, file, file.name or "")
    except Unreadable as problem:
        return batch_page(request, batch, table_problem=str(problem))
    except (OSError, DatabaseError, NotBegun):
        logger.exception("a table for batch %s could not be kept", pk)
        return batch_page(request, batch, table_problem=f"表格{NOT_KEPT}")
    messages.success(request, f"已收到“{file.name}”，正在按它填写。")
    return redirect("staff:batch", pk)


def names_files(upload: Upload) -> bool:
    """Whether the upload is a table that says what files are; read in a child. Raises Unreadable."""
    return may_be_sheet(upload) and sheet_safely(upload, settings.READING_DIR) is not None


# ---- one row


@staff("review_report")
@require_POST
def change(request: HttpRequest, pk: int, report_pk: int) -> HttpResponse:
    """Save what was filled in, confirm the row, or take the last word back; for a script as JSON."""
    batch = get_object_or_404(Batch, pk=pk)
    report = to_change(request, report_pk)
    if not report.is_current or not files_with(batch, report):
        raise Http404
    act = ACTS.get(request.POST.get("act", ""), save)
    try:
        with transaction.atomic():
            now = publishing.locked(report)
            last = now.events.first()
            if last and str(last.pk) != request.POST.get("seen"):
                raise NotAllowed(MEANWHILE)
            told = act(now, request.POST, account(request))
    except NotAllowed as problem:
        return refuse(request, batch, report, str(problem))
    if by_script(request):
        return JsonResponse({"told": told} | drawn(request, batch, files_with(batch, report)))
    messages.success(request, told)
    return redirect(reverse("staff:batch", args=[pk]) + f"#report-{report_pk}")


def save(report: Report, filled: Mapping[str, str], by: User) -> str:
    """Correct the fields that were filled in otherwise than they are; all or none. Returns what was done."""
    changed = []
    for field in FACTS:
        if field.value in filled and (typed := filled[field.value].strip()) != shown(report, field):
            value = court_typed(typed) if field == Field.COURT else typed
            publishing.correct(report, field, value, by)
            changed.append(str(field.label))
    return f"已更正{'、'.join(changed)}。" if changed else "没有改动。"


def confirmed(report: Report, filled: Mapping[str, str], by: User) -> str:
    save(report, filled, by)
    confirm(report, by)
    return "已核对无误。"


def taken_back(report: Report, filled: Mapping[str, str], by: User) -> str:
    take_back(report, by)
    return "已撤销上一步。"


ACTS: dict[str, Callable[[Report, Mapping[str, str], User], str]] = {"confirm": confirmed, "take_back": taken_back}


def shown(report: Report, field: Field) -> str:
    """A field as its input shows it."""
    return {
        Field.TITLE: report.title,
        Field.COURT: str(report.court or ""),
        Field.YEAR: str(report.year_id or ""),
        Field.TYPE: report.type,
    }[field]


def court_typed(words: str) -> str:
    """The id of the only court that the words can mean, "" for none. Raises NotAllowed where there is none, or several."""
    if not words:
        return ""
    found = list(Court.objects.called(words)[: MOST_NAMED + 1])
    if len(found) != 1:
        found = search_courts(words[:80])
    if not found:
        raise NotAllowed(f"名录里没有“{words[:80]}”。换一段名称或拼音再试；确实没有的，在审核页上增加。")
    if len(found) > 1:
        names = "、".join(court.name for court in found[:MOST_NAMED])
        more = "等" if len(found) > MOST_NAMED else ""
        raise NotAllowed(f"“{words[:80]}”对得上几个法院：{names}{more}。请填得更全。")
    return str(found[0].pk)


def refuse(request: HttpRequest, batch: Batch, report: Report, problem: str) -> HttpResponse:
    """Say in the row what is wrong, with what was filled in."""
    if by_script(request):
        fresh = drawn(request, batch, files_with(batch, report)) if problem == MEANWHILE else {}
        return JsonResponse({"problem": problem} | fresh, status=422)
    files = files_with(batch, report)
    row = next(row for one in outcomes(batch, account(request), files) for row in one.articles if row.report == report)
    filled = {} if problem == MEANWHILE else request.POST
    cells = tuple(replace(cell, value=filled.get(cell.field, cell.value)) for cell in row.cells)
    return batch_page(request, batch, replace(row, cells=cells, problem=problem))


def files_with(batch: Batch, report: Report) -> set[int]:
    return set(batch.files.filter(source=report.source_id).values_list("pk", flat=True))


def by_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


# ---- the sure ones together


@staff("publish_report")
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Which reports would be published and which not, and why; with a tick they are."""
    batch = get_object_or_404(Batch, pk=pk)
    problem = ""
    if request.method == "POST":
        listed = {publishing.whole_number(one) for one in request.POST.getlist("report")}
        try:
            count = publish_sure(batch, listed, account(request), confirmed="confirmed" in request.POST)
        except NotAllowed as refusal:
            problem = str(refusal)
        else:
            messages.success(request, f"已公开 {count} 篇报告，读者现在可以看到。")
            return redirect("staff:batch", pk)
    found = outcomes(batch, account(request))
    articles = [article for outcome in found for article in outcome.articles]
    context = {
        "batch": batch,
        "sure": [article for article in articles if article.standing == Standing.SURE],
        "asking": [article for article in articles if article.standing == Standing.ASKS],
        "without": [one for one in found if not one.articles and one.standing != Standing.DONE],
        "problem": problem,
    }
    return render(request, "admin/reports/batch_publish.html", context, status=422 if problem else 200)


def publish_sure(batch: Batch, listed: set[int], by: User, *, confirmed: bool) -> int:
    """Publish exactly the reports that were listed; none where one of them has come to ask for a person since.

    No transaction of its own: a duplicate that only now comes to light stays noted though nothing is published.
    """
    if not listed:
        raise NotAllowed("没有可以一起公开的报告。")
    sure = {
        article.report.pk: article.report
        for outcome in outcomes(batch, by)
        for article in outcome.articles
        if article.standing == Standing.SURE
    }
    if listed - sure.keys():
        raise NotAllowed("名单在您看的时候有了变化，一篇也没有公开。请看一遍新的名单再公开。")
    return publishing.publish_many([sure[one] for one in sorted(listed)], by, confirmed=confirmed)

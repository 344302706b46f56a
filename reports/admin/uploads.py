"""Uploading: a batch of files is kept and put in line to be read; one original with its pages as read."""

import logging
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db import DatabaseError
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from reports.facsimile.views import picture
from reports.ingestion.intake import ORIGINAL_IS_GONE
from reports.ingestion.save import printable
from reports.models import Batch, BatchFile, Report, SourceFile, SourceState
from reports.tasks import cancel, hand_over, line_up, places_in_line

from .access import account, staff
from .glance import glances
from .progress import UNREAD, progress_in_words

logger = logging.getLogger(__name__)

SOURCES_PER_PAGE = 50
LATEST_BATCHES = 10
NOT_KEPT = "没有存下来，可能是磁盘已满或正忙。请稍后重新上传这个文件。"


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several files; empty ones pass, so that they too are kept with what is wrong with them."""

    def __init__(self) -> None:
        super().__init__(
            label="选择文件",
            widget=SeveralFiles,
            allow_empty_file=True,
            error_messages={"required": "没有选择文件。请选择一个或多个文件再上传。"},
        )

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        # A name that is too long is shortened when the file is kept: no reason to refuse the bytes.
        if not data:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return list(data)


class UploadForm(forms.Form):
    originals = FilesField()


@staff("add_sourcefile")
def uploads(request: HttpRequest) -> HttpResponse:
    """The form, the batches handed over last, and all originals."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        return redirect(hand_over_all(form.cleaned_data["originals"], account(request)))
    sources = SourceFile.objects.defer("pages").prefetch_related("reports")
    state = request.GET.get("state", "")
    if state in SourceState.values:
        sources = sources.filter(state=state)
    page = Paginator(sources, SOURCES_PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "admin/reports/uploads.html",
        {
            "form": form,
            "batches": latest_batches(),
            "page": page,
            "numbers": page.paginator.get_elided_page_range(page.number),
            "state": state,
            "states": SourceState.choices,
            "limit": settings.MAX_UPLOAD_BYTES,
            "most": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
        },
        status=422 if form.errors else 200,
    )


def hand_over_all(files: list[UploadedFile], by: User) -> Batch:
    """Keep all files as one batch, in their order; what cannot be kept is listed with the reason."""
    batch = Batch.objects.create(uploaded_by=by)
    for position, file in enumerate(files, start=1):
        name = file.name or ""
        try:
            hand_over(batch, position, file, name)
        except (OSError, DatabaseError):
            logger.exception("upload %r could not be kept", name)
            BatchFile.objects.create(batch=batch, position=position, name=printable(name), reason=NOT_KEPT)
    return batch


def latest_batches() -> QuerySet[Batch]:
    """The batches handed over last, each with its number of `handed` files and of those still `unread`."""
    unread = Q(files__source__state__in=(SourceState.WAITING, SourceState.READING))
    counted = Batch.objects.annotate(handed=Count("files"), unread=Count("files", filter=unread))
    return counted.select_related("uploaded_by")[:LATEST_BATCHES]


def drafts_of(source: SourceFile) -> QuerySet[Report]:
    return Report.objects.filter(source=source, is_current=True).with_places().order_by("article_number")


@staff("add_sourcefile")
@require_safe
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """One original: its state and reason, its reports, its pages as read, its history."""
    source = get_object_or_404(SourceFile.objects.select_related("uploaded_by"), pk=pk)
    reports = glances(drafts_of(source))
    events = source.events.select_related("actor")
    places = places_in_line()
    return render(
        request,
        "admin/reports/source.html",
        {
            "source": source,
            "progress": progress_in_words(source, places),
            "is_unread": source.state in UNREAD,
            # A command that reads without standing in line was interrupted.
            "is_stranded": source.state == SourceState.WAITING and pk not in places,
            "reports": reports,
            "put_aside": source.reports.filter(is_current=False),
            "events": events,
        },
    )


@staff("add_sourcefile")
@require_safe
def page(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """A page of an original as a picture."""
    answer = picture(request, get_object_or_404(SourceFile, pk=pk), number)
    if answer is None:
        raise Http404
    return answer


@staff("add_sourcefile")
@require_POST
def read_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a file back in line that could not be read, or whose reading was cancelled."""
    source = get_object_or_404(SourceFile.objects.defer("pages"), pk=pk)
    if line_up(source):
        messages.success(request, f"“{source.name}”已排队等候识别。")
    else:
        messages.warning(request, f"“{source.name}”{source.get_state_display()}，没有再次排队。")
    return back(request, pk)


@staff("add_sourcefile")
@require_POST
def cancel_reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file out of the line, or end its reading."""
    source = get_object_or_404(SourceFile.objects.defer("pages"), pk=pk)
    if cancel(source, account(request)):
        messages.success(request, f"已取消识别“{source.name}”，原件仍留存。")
    else:
        messages.warning(request, f"“{source.name}”{source.get_state_display()}，没有可以取消的。")
    return back(request, pk)


def back(request: HttpRequest, pk: int) -> HttpResponse:
    """To the batch from whose page the button was pressed, else to the file."""
    batch = request.POST.get("batch", "")
    return redirect("staff:batch", batch) if batch.isascii() and batch.isdigit() else redirect("staff:source", pk)


@staff("add_sourcefile")
@require_safe
def original(request: HttpRequest, pk: int) -> FileResponse | HttpResponse:
    """The uploaded bytes, as a download that no browser will try to show."""
    source = get_object_or_404(SourceFile.objects.defer("pages"), pk=pk)
    try:
        opened = source.file.open("rb")
    except FileNotFoundError:
        logger.exception("the original of source %s is not there", pk)
        messages.error(request, ORIGINAL_IS_GONE)
        return redirect("staff:source", pk)
    return FileResponse(opened, as_attachment=True, filename=source.name, content_type="application/octet-stream")

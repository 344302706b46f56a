"""Uploading: one or several files, and what became of each; one original with its pages as read."""

import logging
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from reports.facsimile.views import picture
from reports.ingestion.intake import ORIGINAL_IS_GONE, read_kept, take_in
from reports.ingestion.save import keep, printable
from reports.ingestion.shapes import Vocabulary
from reports.ingestion.vocabulary import current_vocabulary
from reports.models import Report, SourceFile, SourceState

from .access import account, staff
from .glance import Glance, glances

logger = logging.getLogger(__name__)

SOURCES_PER_PAGE = 50
# Readings at a time in one web process: each may take a gigabyte, and there are other pages to answer.
READERS = BoundedSemaphore(2)


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


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one file of an upload. `known`: the archive had the very same bytes, nothing was saved."""

    name: str
    known: bool
    source: SourceFile
    reports: list[Glance]


@staff("add_sourcefile")
def uploads(request: HttpRequest) -> HttpResponse:
    """The form, what became of the files uploaded last, and all originals."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        request.session["received"] = take(form.cleaned_data["originals"], request)
        return redirect("staff:uploads")
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
            "received": received(request.session.get("received", [])),
            "page": page,
            "numbers": page.paginator.get_elided_page_range(page.number),
            "state": state,
            "states": SourceState.choices,
            "limit": settings.MAX_UPLOAD_BYTES,
            "most": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
        },
        status=422 if form.errors else 200,
    )


def take(files: list[UploadedFile], request: HttpRequest) -> list[tuple[str, bool, int]]:
    """Keep all files, then read the new ones: (name, known, id of the source file) of each that was kept.

    Whatever interrupts the reading, the files are there, and those still unread wait to be read again from their pages.
    """
    rows, new = [], []
    for file in files:
        name = file.name or ""
        try:
            source, is_new = keep(file, name, account(request))
        except (OSError, DatabaseError):
            logger.exception("upload %r could not be kept", name)
            messages.error(request, f"“{printable(name)}”没有存下来，可能是磁盘已满或正忙。请稍后重新上传这个文件。")
            continue
        rows.append((name, not is_new, source.pk))
        if is_new:
            new.append(source)
    vocabulary = current_vocabulary()
    for source in new:
        try:
            read(source, vocabulary)
        except DatabaseError:
            logger.exception("source %s could not be read", source.pk)
    return rows


def read(source: SourceFile, vocabulary: Vocabulary) -> list[Report]:
    """Read a kept file when it is its turn."""
    with READERS:
        reading = read_kept(source, vocabulary)
    return take_in(source, reading)


def received(rows: list[tuple[str, bool, int]]) -> list[Received]:
    sources = SourceFile.objects.defer("pages").in_bulk([pk for _, _, pk in rows])
    return [
        Received(name, known, sources[pk], glances(drafts_of(sources[pk]))) for name, known, pk in rows if pk in sources
    ]


def drafts_of(source: SourceFile) -> QuerySet[Report]:
    return Report.objects.filter(source=source, is_current=True).with_places().order_by("article_number")


@staff("add_sourcefile")
@require_safe
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """One original: its state and reason, its reports, its pages as read, its history."""
    source = get_object_or_404(SourceFile.objects.select_related("uploaded_by"), pk=pk)
    reports = glances(drafts_of(source))
    events = source.events.select_related("actor")
    return render(request, "admin/reports/source.html", {"source": source, "reports": reports, "events": events})


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
    """Try a file once more that could not be read, or whose reading was interrupted."""
    source = get_object_or_404(SourceFile.objects.exclude(state=SourceState.READ), pk=pk)
    if reports := read(source, current_vocabulary()):
        messages.success(request, f"已识别出 {len(reports)} 篇报告。")
    else:
        messages.warning(request, "仍未能识别，原因见下。")
    return redirect("staff:source", pk)


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

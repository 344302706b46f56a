"""Uploading: one or several files, and what became of each; one original with its pages as read."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from reports.ingestion.intake import read_kept, take_in
from reports.ingestion.save import keep
from reports.ingestion.vocabulary import current_vocabulary
from reports.models import Report, SourceFile, SourceState

from .access import account, staff
from .glance import Glance, glances

SOURCES_PER_PAGE = 50


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
        request.session["received"] = [take(file, request) for file in form.cleaned_data["originals"]]
        return redirect("staff:uploads")
    sources = SourceFile.objects.prefetch_related("reports")
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


def take(file: UploadedFile, request: HttpRequest) -> tuple[str, bool, int]:
    """Keep and read one file; the same bytes again are left alone. (name, known, id of the source file)"""
    source, is_new = keep(file, file.name or "", account(request))
    if is_new:
        take_in(source, read_kept(source, current_vocabulary()))
    return file.name or "", not is_new, source.pk


def received(rows: list[tuple[str, bool, int]]) -> list[Received]:
    sources = SourceFile.objects.in_bulk([pk for _, _, pk in rows])
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
@require_POST
def read_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a file once more that could not be read, or whose reading was interrupted."""
    source = get_object_or_404(SourceFile.objects.exclude(state=SourceState.READ), pk=pk)
    if reports := take_in(source, read_kept(source, current_vocabulary())):
        messages.success(request, f"已识别出 {len(reports)} 篇报告。")
    else:
        messages.warning(request, "仍未能识别，原因见下。")
    return redirect("staff:source", pk)


@staff("add_sourcefile")
@require_safe
def original(request: HttpRequest, pk: int) -> FileResponse:
    """The uploaded bytes, as a download that no browser will try to show."""
    source = get_object_or_404(SourceFile, pk=pk)
    return FileResponse(
        source.file.open("rb"), as_attachment=True, filename=source.name, content_type="application/octet-stream"
    )

"""One batch: the files that were handed over together, and what has become of each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from reports.models import Batch

from .access import staff


@staff("add_sourcefile")
@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(Batch, pk=pk)
    files = batch.files.select_related("source").defer("source__pages")
    return render(request, "admin/reports/batch.html", {"batch": batch, "files": files})

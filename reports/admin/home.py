"""The first page behind the log-in: what waits, and the ways to everything."""

from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse

from reports.models import Report, SourceFile, SourceState


@staff_member_required
def home(request: HttpRequest) -> HttpResponse:
    """Django's list of records (templates/admin/index.html draws it), with the staff's own pages before it."""
    waiting = Report.objects.waiting_for_review().count()
    unread = SourceFile.objects.filter(state=SourceState.FAILED).count()
    return admin.site.index(request, {"waiting": waiting, "unread": unread})

"""Documents that have no pages of their own: LibreOffice prints them, and what it prints tells where each word stands.

Done when nothing else is to be done: reading such a document takes a tenth of a second, printing it some three seconds.
"""

import logging
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from reports.ingestion.child import printed_safely
from reports.ingestion.read import office
from reports.ingestion.save import page_row, upload_of
from reports.ingestion.shapes import Page, Watch, unwatched
from reports.models import Event, Report, ReportText, SourceFile
from reports.models.sources import TO_BE_PRINTED

from .alignment import page_starts, parted, stretches

logger = logging.getLogger(__name__)


def due() -> QuerySet[SourceFile]:
    """Originals whose pages are not known yet and can be, the newest first."""
    waiting = SourceFile.objects.filter(TO_BE_PRINTED).order_by("-pk")
    return waiting if office.program() else waiting.none()


def print_out(source: SourceFile, watch: Watch = unwatched) -> None:
    """Learn the pages of one original. Where its print does not tell them, all stays as it was; it is not tried again.

    Raises what `watch` raises.
    """
    try:
        sheets = printed_safely(upload_of(source), settings.READING_DIR, watch=watch)
    except OSError:  # the original is gone, or the disk is full
        logger.exception("source %s could not be printed", source.pk)
        sheets = ()
    save_pages(source, sheets)


@transaction.atomic
def save_pages(source: SourceFile, sheets: Sequence[Page]) -> None:
    """Part what was read as it is parted on these pages, and let every text that was read from it know them."""
    source = SourceFile.objects.locked().get(pk=source.pk)
    source.printed_at = timezone.now()
    read = "\n".join(page["text"] for page in source.pages)
    found = stretches(read, sheets)
    if found:
        source.pages = [page_row(page) for page in parted(read, found, sheets)]
        texts = ReportText.objects.filter(Q(source=source) | Q(source=None, report__source=source))
        # Whoever corrects a text meanwhile would take the pages along that it has now.
        Report.objects.filter(pk__in=texts.values("report")).hold()
        for text in texts:
            text.pages = page_starts(stretches(text.text, sheets)) or [(0, None)]
            text.save(update_fields=["pages"])
        Event.objects.create(verb="排印", source=source, detail={"页": [len(sheets)]})
    elif sheets:
        logger.warning("the print of source %s is not what was read", source.pk)
    source.save(update_fields=["printed_at", "pages"])

"""Reports that the archive has, recognised again: many at once on all cores, going on where an earlier run stopped."""

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet

from reports.models import Recognition, Report

from .cores import drafts
from .pipeline import draft_of
from .save import save_again
from .shapes import Article, Draft, Vocabulary
from .stored import articles_of

logger = logging.getLogger(__name__)

GROUP = 50  # reports in one transaction, and in one message to another process


@dataclass(frozen=True, slots=True)
class Read:
    """One report read again, and what changed in what it shows, as `resolve` tells it; nothing where there was a `fault`."""

    report: Report
    changes: dict[str, list[str]]
    fault: str = ""


def unread(vocabulary: Vocabulary) -> QuerySet[Report]:
    """Reports that were last read with other recognisers or another vocabulary than now."""
    return Report.objects.filter(is_current=True).exclude(recognition__version=vocabulary.version)


def read_again(numbers: Sequence[int], vocabulary: Vocabulary, cores: int) -> Iterator[list[Read]]:
    """The reports with these ids, group by group, each saved as a whole. Who stops listening may go on later.

    A report whose text is corrected while it is being read is left as it is: the correction reads it again itself.
    """
    waiting: deque[list[Report]] = deque()

    def articles() -> Iterator[list[Article]]:
        for start in range(0, len(numbers), GROUP):
            group = list(Report.objects.filter(pk__in=numbers[start : start + GROUP]).order_by("pk"))
            waiting.append(group)
            yield articles_of(group)

    for group in drafts(articles(), vocabulary, cores):
        yield save_group(waiting.popleft(), group)


def due() -> QuerySet[Report]:
    """Reports without a trace of a reading, the newest first: what an earlier version has read, what was asked for."""
    return Report.objects.filter(is_current=True, recognition=None).order_by("-pk")


def read_due(vocabulary: Vocabulary) -> None:
    """Read some of the reports that are due. One that fails is left to `recognise --all`; the log says what is wrong with it."""
    read_or_leave(list(due()[:GROUP]), vocabulary)


def read_or_leave(group: Sequence[Report], vocabulary: Vocabulary) -> None:
    """All together or, where one of them fails, each by itself. Raises OperationalError, InterfaceError: the database is away."""
    try:
        save_group(group, [draft_of(article, vocabulary) for article in articles_of(group)])
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        if len(group) > 1:
            for report in group:
                read_or_leave([report], vocabulary)
            return
        logger.exception("report %s could not be read again", group[0].pk)
        Recognition.objects.bulk_create((Recognition(report=one) for one in group), ignore_conflicts=True)


@transaction.atomic
def save_group(reports: Sequence[Report], group: Sequence[Draft | str]) -> list[Read]:
    present = Report.objects.select_for_update().in_bulk([report.pk for report in reports])
    done = []
    for report, draft in zip((present.get(report.pk) for report in reports), group, strict=True):
        if report is None:
            continue
        if isinstance(draft, str):
            logger.error("report %s could not be read again: %s", report.pk, draft)
            done.append(Read(report, {}, draft))
        elif report.text.text == draft.article.text:
            done.append(Read(report, save_again(report, draft)))
    return done

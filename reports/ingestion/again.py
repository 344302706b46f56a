"""Reports that the archive has, recognised again: many at once on all cores, going on where an earlier run stopped."""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet

from reports.models import Recognition, Report
from reports.models.resolution import Changes

from .cores import draft_or_fault, drafts
from .renew import save_all_again
from .shapes import Article, Draft, Vocabulary
from .stored import articles_of

logger = logging.getLogger(__name__)

# Reports in one transaction, and in one message to another process. Larger ones are hardly faster, and SQLite has one
# writer: whoever saves a page waits for the end of it.
GROUP = 25

One = TypeVar("One")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Read:
    """One report read again, and what changed in what it shows, as `resolve` tells it; nothing where there was a `fault`."""

    report: Report
    changes: Changes
    fault: str = ""


def unread(vocabulary: Vocabulary) -> QuerySet[Report]:
    """Reports that were last read with other recognisers or another vocabulary than now."""
    return Report.objects.filter(is_current=True).exclude(recognition__version=vocabulary.version)


def read_again(numbers: Sequence[int], vocabulary: Vocabulary, cores: int) -> Iterator[list[Read]]:
    """The reports with these ids, group by group, each saved as a whole. Who stops listening may go on later.

    A report whose text is corrected while it is being read is left as it is: the correction reads it again itself.
    """
    waiting: deque[list[Report]] = deque()

    def articles() -> Iterator[list[Article | str]]:
        for start in range(0, len(numbers), GROUP):
            group = list(Report.objects.filter(pk__in=numbers[start : start + GROUP]).order_by("pk"))
            waiting.append(group)
            yield each_or_fault(articles_of, group)

    for group in drafts(articles(), vocabulary, cores):
        yield save_group(waiting.popleft(), group)


def due() -> QuerySet[Report]:
    """Reports without a trace of a reading, the newest first: what an earlier version has read, what was asked for."""
    return Report.objects.filter(is_current=True, recognition=None).order_by("-pk")


def read_due(vocabulary: Vocabulary) -> None:
    """Read some of the reports that are due. One that fails is left to `recognise --all`; the log says what is wrong with it."""
    group = list(due()[:GROUP])
    articles = each_or_fault(articles_of, group)
    read = save_group(group, [draft_or_fault(article, vocabulary) for article in articles])
    failed = (Recognition(report=one.report) for one in read if one.fault)
    Recognition.objects.bulk_create(failed, ignore_conflicts=True)


def save_group(reports: Sequence[Report], group: Sequence[Draft | str]) -> list[Read]:
    """Those that were read, in one transaction; where one of them cannot be saved, the others. A fault is told and logged."""
    readings = [(report, draft) for report, draft in zip(reports, group, strict=True) if not isinstance(draft, str)]
    saved = dict(zip((report.pk for report, _ in readings), each_or_fault(save_readings, readings), strict=True))
    done = []
    for report, draft in zip(reports, group, strict=True):
        outcome = draft if isinstance(draft, str) else saved[report.pk]
        if isinstance(outcome, str):
            logger.error("report %s could not be read again: %s", report.pk, outcome)
            done.append(Read(report, {}, outcome))
        elif outcome is not None:
            done.append(Read(report, outcome))
    return done


def save_readings(readings: Sequence[tuple[Report, Draft]]) -> list[Changes | None]:
    """What changed in each; None where it was left to another reading."""
    changes = save_all_again({report.pk: draft for report, draft in readings})
    return [changes.get(report.pk) for report, _ in readings]


def each_or_fault(work: Callable[[Sequence[One]], Sequence[Made]], items: Sequence[One]) -> list[Made | str]:
    """What `work` makes of all items together; where it fails, of each half, down to a fault in words of a single one.

    Raises OperationalError, InterfaceError: the database is away.
    """
    try:
        return [*work(items)]
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:
        if len(items) == 1:
            return [f"{type(fault).__name__}: {fault}"]
    half = len(items) // 2
    return [*each_or_fault(work, items[:half]), *each_or_fault(work, items[half:])]

"""Finding reports that may be one: the same or nearly the same text, or a second one of the same court, year and type.

Whoever makes a text current, or changes what a report shows as court, year or type, calls `suspect`; `publishing` does
so once more before it makes anything public.
"""

from collections.abc import Callable
from functools import partial

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef

from reports.likeness import fingerprint, likeness, normal
from reports.models import Fingerprint, Report, ReportText, Status, Suspicion, SuspicionKind

# Near: what a scan of the same pages, or a mirror with a dozen edits, still has. A court's next report keeps up to so much
# of the last one where little but the figures changed, so it takes more to suspect it.
NEAR, NEAR_OF_ANOTHER_YEAR = 0.8, 0.95
# Texts read for comparison, those with most in common first; and suspicions of one report, the likeliest first.
LOOKED_AT, NOTED = 30, 10
PORTION = 500

Progress = Callable[[int, int], None]
Suspected = dict[int, tuple[SuspicionKind, float]]  # the other report's id -> why, and how alike


def fingerprints_of(text: ReportText) -> list[Fingerprint]:
    return [Fingerprint(text=text, value=value) for value in fingerprint(text.text)]


def remember_all(progress: Progress = lambda _done, _total: None) -> int:
    """Fingerprints of the current texts that have none; safe to interrupt and run again. Returns how many there were."""
    without = ReportText.objects.filter(~Exists(Fingerprint.objects.filter(text=OuterRef("pk"))), is_current=True)
    waiting = list(without.values_list("pk", flat=True))
    for done in range(0, len(waiting), PORTION):
        portion = ReportText.objects.filter(pk__in=waiting[done : done + PORTION])
        Fingerprint.objects.bulk_create([row for text in portion for row in fingerprints_of(text)])
        progress(min(done + PORTION, len(waiting)), len(waiting))
    return len(waiting)


def suspect(report: Report) -> None:
    """Make the report's undecided suspicions say what holds now. What a person decided is not asked again.

    The one of a pair that waits is the one that is not public; of two alike in that, the later one. Whoever goes on to
    change other reports has locked them before: two reports that are looked at at one moment may be of one pair.
    """
    note_suspicions(report)
    if connection.features.has_select_for_update:
        # Where others write at the same moment, neither of two that become alike sees the other: who is done last does.
        transaction.on_commit(partial(note_suspicions, report), robust=True)


@transaction.atomic
def note_suspicions(report: Report) -> None:
    """What `suspect` promises, by what is to be seen from within this transaction."""
    report = Report.objects.locked().get(pk=report.pk)
    pairs = {row.other_id: row for row in Suspicion.objects.filter(report=report)}
    pairs |= {row.report_id: row for row in Suspicion.objects.filter(other=report)}
    found = suspected(report) if report.is_current else {}
    others = Report.objects.in_bulk(found)
    # In one order for all: of reports that are alike, each may be looked at by somebody else at this moment.
    for pk in sorted(found.keys() | pairs.keys()):
        row = pairs.get(pk)
        if row and row.verdict:
            continue
        if pk not in found:
            pairs[pk].delete()
            continue
        kind, alike = found[pk]
        waiting, standing = sorted((report, others[pk]), key=lambda one: (not one.is_published, one.pk), reverse=True)
        if row and row.report_id != waiting.pk:
            row.delete()
        Suspicion.objects.update_or_create(report=waiting, other=standing, defaults={"kind": kind, "likeness": alike})


def suspected(report: Report) -> Suspected:
    """The reports that may be the same as this one, as its current text is."""
    text = report.text
    if not text.fingerprints.exists():
        Fingerprint.objects.filter(text__report=report).delete()
        Fingerprint.objects.bulk_create(fingerprints_of(text))
    others = ReportText.objects.filter(is_current=True, report__is_current=True).exclude(report=report)
    others = others.exclude(report__status=Status.WITHDRAWN).select_related("report")
    values = list(text.fingerprints.values_list("value", flat=True))
    found: Suspected = {}
    alike = others.filter(fingerprints__value__in=values).alias(common=Count("pk"))
    for other in alike.order_by("-common", "-pk")[:LOOKED_AT]:
        if why := kind_of_likeness(text, other):
            found[other.report_id] = why
    if report.court_id is not None and report.year_id is not None:
        same = others.filter(report__court=report.court_id, report__year=report.year_id, report__type=report.type)
        for twin in same.exclude(report__in=found).order_by("-pk")[:NOTED]:
            found[twin.report_id] = (SuspicionKind.SAME_YEAR, likeness(text.text, twin.text))
    likeliest = sorted(found.items(), key=lambda item: item[1][1], reverse=True)
    return dict(likeliest[:NOTED])


def kind_of_likeness(text: ReportText, other: ReportText) -> tuple[SuspicionKind, float] | None:
    """Whether the two texts are the same, or nearly so, and how alike; None where they are neither."""
    alike = likeness(text.text, other.text)
    if alike == 1 and normal(text.text) == normal(other.text):
        return SuspicionKind.SAME_TEXT, 1.0
    one, two = text.report, other.report
    years = {one.year_id, two.year_id} - {None}
    is_sequel = one.court_id is not None and one.court_id == two.court_id and len(years) == 2
    return (SuspicionKind.NEAR, alike) if alike >= (NEAR_OF_ANOTHER_YEAR if is_sequel else NEAR) else None

"""Newer readings in the place of the older ones: of one report that somebody changed, or of a whole group at once.

However many reports, it takes the same queries, and of what is in the database only what differs is written: 35,000
reports are read again in minutes, and meanwhile nobody waits long for SQLite's one writer.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import transaction

from reports.models import (
    Claim,
    Decision,
    Event,
    Field,
    Origin,
    Recognition,
    Report,
    ReportText,
    Section,
    assign_parts,
)
from reports.models.resolution import Changes, resolve_all
from reports.suspicions import suspect

from . import shapes
from .figures import DATA, save_all_figures
from .rows import PORTION, delete, portions, put
from .save import claims_from, courts_named

READ_AGAIN = ("text_id", "detail", "quote", "start", "end", "places", "sure", "basis", "suggestion")

Reading = tuple[ReportText, shapes.Draft]


def save_again(report: Report, draft: shapes.Draft) -> Changes:
    """Put `draft`, a newer reading of the report's current text, in the place of the undecided old one.

    What a person, or the uploader's table, said stays as it is: a value that was once accepted or rejected is not asked
    again. Returns what changed in what the report shows, as `resolve` does. Where that is more than the title and
    the figures, the report is no longer called 人工核对: nobody has looked at what it shows now. A text that was corrected
    meanwhile is left to its own reading. The caller's own copy of the report is stale afterwards.
    """
    return save_all_again({report.pk: draft}).get(report.pk, {})


@transaction.atomic
def save_all_again(drafts: Mapping[int, shapes.Draft]) -> dict[int, Changes]:
    """The same for many reports, by their ids: all or none. Those that are left to another reading are not in the answer."""
    # Held from here to the end: a worker and a person may read the same report at one moment, and its rows must not be
    # written twice; and what a person decides is decided before this, and seen here, or after it.
    reports = {report.pk: report for report in Report.objects.locked().filter(pk__in=drafts)}
    texts = ReportText.objects.filter(report__in=reports, is_current=True).order_by("report")
    readings = [(text, drafts[text.report_id]) for text in texts if text.text == drafts[text.report_id].article.text]
    save_parts([text for text, _ in readings])
    save_claims(readings)
    figures = save_all_figures([(text, draft.figures, draft.checks) for text, draft in readings])
    Recognition.objects.bulk_create(
        (Recognition(report_id=text.report_id, version=draft.version) for text, draft in readings),
        update_conflicts=True,
        unique_fields=["report"],
        update_fields=["version"],
    )
    read = [reports[text.report_id] for text, _ in readings]
    changes = [shown | data for shown, data in zip(resolve_all(read), figures, strict=True)]
    told = [(report, change) for report, change in zip(read, changes, strict=True) if change]
    Event.objects.bulk_create(Event(verb="重新识别", report=report, detail=change) for report, change in told)
    unseen = [report.pk for report, change in told if report.reviewed_at and change.keys() - {Field.TITLE.label, DATA}]
    Report.objects.filter(pk__in=unseen).update(reviewed_at=None)
    for report, change in told:
        if change.keys() & {Field.COURT.label, Field.YEAR.label, Field.TYPE.label}:
            suspect(report)
    return {report.pk: change for report, change in zip(read, changes, strict=True)}


def save_parts(texts: Sequence[ReportText]) -> None:
    rows: defaultdict[int, list[Section]] = defaultdict(list)
    for row in Section.objects.filter(text__in=texts):
        rows[row.text_id].append(row)
    changed: defaultdict[str, list[int]] = defaultdict(list)
    for text in texts:
        for row in assign_parts(text.text, rows[text.pk]):
            changed[row.part].append(row.pk)
    for part, ids in changed.items():
        for some in portions(ids, PORTION):
            Section.objects.filter(pk__in=some).update(part=part)


def save_claims(readings: Sequence[Reading]) -> None:
    courts = courts_named(draft for _, draft in readings)
    decided: set[tuple[int, str, str]] = set()
    undecided: defaultdict[tuple[int, str, str], list[Claim]] = defaultdict(list)
    for claim in Claim.objects.filter(report__in=[text.report_id for text, _ in readings], origin=Origin.MACHINE):
        if claim.decision == Decision.OPEN:
            undecided[matter(claim)].append(claim)
        else:
            decided.add(matter(claim))
    changed = []
    for text, draft in readings:
        for new in claims_from(draft.found, text, courts):
            if matter(new) in decided:
                continue
            olds = undecided[matter(new)]
            old = olds.pop(0) if olds else None
            new.pk = old.pk if old else None
            if old is None or any(getattr(old, name) != getattr(new, name) for name in READ_AGAIN):
                changed.append(new)
    put(Claim, changed, READ_AGAIN)
    delete(Claim.objects.all(), [claim.pk for left in undecided.values() for claim in left])


def matter(claim: Claim) -> tuple[int, str, str]:
    return claim.report_id, claim.field, claim.value

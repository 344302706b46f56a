"""One text in the place of another, and the step that can be taken back."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Max

from reports.carrying import Outcome, carry
from reports.models import (
    Change,
    Claim,
    Decision,
    Indicator,
    Origin,
    Recognition,
    Report,
    ReportText,
    Section,
    SourceFile,
    Step,
    assign_parts,
)
from reports.revision import Row, Version
from reports.suspicions import suspect


def version_of(text: ReportText) -> Version:
    rows = tuple(Row(row.kind, row.start, row.end, row.level, row.heading) for row in text.sections.all())
    return Version(text.text, rows, tuple((start, page) for start, page in text.pages))


def write_version(report: Report, version: Version) -> ReportText:
    """`version` as the report's current text; the one before it stays as it is. Nobody has read it yet."""
    report.texts.filter(is_current=True).update(is_current=False)
    last = report.texts.aggregate(last=Max("number"))["last"] or 0
    text = ReportText.objects.create(
        report=report,
        number=last + 1,
        text=version.text,
        pages=[list(pair) for pair in version.pages],
        was_public=report.is_published,
    )
    paragraphs = 0
    sections = []
    for row in version.rows:
        paragraphs += row.kind == "para"
        number = paragraphs if row.kind == "para" else None
        sections.append(
            Section(
                text=text,
                kind=row.kind,
                level=row.level,
                heading=row.heading[:300],
                number=number,
                start=row.start,
                end=row.end,
            )
        )
    assign_parts(version.text, sections)
    Section.objects.bulk_create(sections)
    # Who writes it reads it at once; where that comes to nothing, a worker does.
    Recognition.objects.filter(report=report).delete()
    if any("sure" in page for page in report.source.pages):
        report.scan_sure = report.source.scan_sure({page for _, page in version.pages})
        report.save(update_fields=["scan_sure"])
    return text


def take_step(
    source: SourceFile, verb: str, by: User | None, outcomes: Sequence[Outcome], *, undoes: Step | None = None
) -> Step:
    """Let claims and figures follow their words, and remember what is needed to take it all back."""
    step = Step.objects.create(source=source, verb=verb, actor=by, undoes=undoes)
    Change.objects.bulk_create(
        Change(
            step=step,
            report=outcome.report,
            before=outcome.before,
            after=outcome.after,
            runs=[[origin, *run] for origin, moved in outcome.moved.items() for run in moved.blocks],
            claims=claims_laid(outcome.before) if outcome.before else [],
            figures=figures_laid(outcome.before) if outcome.before else [],
        )
        for outcome in outcomes
    )
    carry(outcomes)
    for outcome in outcomes:
        suspect(outcome.report)
    return step


def claims_laid(text: ReportText) -> list[list[Any]]:
    """How the claims behind which more than the machine stands lie in the text."""
    claims = text.claims.exclude(decision=Decision.OPEN, origin=Origin.MACHINE)
    return list(map(list, claims.values_list("pk", "start", "end", "places")))


def figures_laid(text: ReportText) -> list[list[Any]]:
    """The same of the figures about which a person has decided."""
    figures = text.indicators.exclude(decision=Decision.OPEN)
    return list(map(list, figures.values_list("pk", "start", "end", "at", "until")))


def lay_back(change: Change, text: ReportText) -> None:
    """Let what was decided lie in `text`, a copy of what was before the change, as it lay there."""
    for pk, start, end, places in change.claims:
        laid = Claim.objects.filter(pk=pk)
        laid.update(report=change.report, text=text, start=start, end=end, places=places)
    for pk, start, end, at, until in change.figures:
        figure = Indicator.objects.filter(pk=pk)
        figure.update(report=change.report, text=text, start=start, end=end, at=at, until=until)

"""What a person says of a report in one go: that it is right as it stands, or that their last word was not."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from reports.models import Claim, Decision, Field, Origin, Report, resolve
from reports.publishing import NotAllowed, close, locked, mark_reviewed, record
from reports.suspicions import suspect

# What makes a report that report; themes are decided one by one.
FACTS = (Field.COURT, Field.YEAR, Field.TYPE, Field.TITLE)
CONFIRMED = "核对无误"
MAY_BE_TAKEN_BACK = (CONFIRMED, *(f"更正{field.label}" for field in FACTS))


@transaction.atomic
def confirm(report: Report, by: User) -> None:
    """Court, year, type and title are right as they are shown: the claims that they rest on are accepted."""
    report = locked(report)
    if report.court is None or report.year is None:
        unknown = "法院" if report.court is None else "年度"
        raise NotAllowed(f"{unknown}不明，还不能算核对无误。请先填写{unknown}。")
    mark_reviewed(report, by)
    now = timezone.now()
    undecided = [claim for claim in shown_claims(report) if claim.decision == Decision.OPEN]
    for claim in undecided:
        close(claim, Decision.ACCEPTED, by, now)
    if undecided:
        record(CONFIRMED, by, report, detail=resolve(report))


def shown_claims(report: Report) -> list[Claim]:
    """The claims that what is shown rests on, one for each of FACTS about which something stands."""
    heaviest: dict[str, Claim] = {}
    for claim in sorted(report.claims.standing().filter(field__in=FACTS), key=lambda claim: claim.weight):
        heaviest[claim.field] = claim
    return list(heaviest.values())


@transaction.atomic
def take_back(report: Report, by: User) -> None:
    """Undo `by`'s last word, while it is the last that was said: what it decided is open again, what it replaced counts.

    A claim of the machine that had been accepted before is open too: to ask once more does no harm.
    """
    report = locked(report)
    if not may_take_back(report, by):
        raise NotAllowed("上一步不是您的更正，或之后又有改动，不能撤销。请直接改成正确的值。")
    mine = report.claims.filter(decided_by=by)
    for claim in mine.filter(decided_at=mine.aggregate(last=Max("decided_at"))["last"]):
        if claim.origin == Origin.PERSON:
            undone = Decision.ACCEPTED if claim.decision == Decision.REJECTED else Decision.REJECTED
            close(claim, undone, by, timezone.now())
        else:
            reopen(claim)
    if not report.claims.filter(decided_by__isnull=False).exclude(decision=Decision.REJECTED).exists():
        report.reviewed_at = None
        report.save(update_fields=["reviewed_at"])
    record("撤销", by, report, detail=resolve(report))
    suspect(report)


def may_take_back(report: Report, by: User) -> bool:
    last = report.events.first()
    return last is not None and last.actor_id == by.pk and last.verb in MAY_BE_TAKEN_BACK


def reopen(claim: Claim) -> None:
    claim.decision, claim.decided_by, claim.decided_at = Decision.OPEN, None, None
    claim.save()

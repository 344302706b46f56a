"""What a person decides about two reports that may be one, and taking that back. Nothing is lost by any of it."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from reports.carrying import Outcome, carry
from reports.ingestion.pipeline import draft_of
from reports.ingestion.renew import save_again
from reports.ingestion.save import save_doubts
from reports.ingestion.stored import article_of
from reports.ingestion.vocabulary import current_vocabulary
from reports.models import Report, ReportText, Status, Suspicion, Verdict
from reports.publishing import NotAllowed, give_way, mark_reviewed, record
from reports.revision import revise
from reports.suspicions import suspect
from reports.versions import version_of, write_version


@transaction.atomic
def decide(suspicion: Suspicion, verdict: Verdict, by: User) -> None:
    """Settle the suspicion. 作为新版本 and 舍弃 take the waiting report out of the way at once; 替换 the other one as soon
    as the waiting report is public."""
    suspicion, report, other = current(suspicion)
    if suspicion.verdict:
        raise NotAllowed(f"已经决定“{suspicion.get_verdict_display()}”。要改，请先撤销。")
    if not (report.is_current and other.is_current):
        raise NotAllowed("其中一篇已不是现行的一稿，不必再决定。")
    suspicion.verdict, suspicion.decided_by, suspicion.decided_at = verdict, by, timezone.now()
    suspicion.save()
    match verdict:
        case Verdict.NEW_VERSION:
            drop(report)
            put_text(report, other, by)
        case Verdict.DISCARD:
            drop(report)
        case Verdict.REPLACES if report.is_published:
            give_way(other, report, by)
    note(f"查重：{verdict.label}", by, report, other)


@transaction.atomic
def take_back(suspicion: Suspicion, by: User) -> None:
    """Undo the decision, whatever it was: the suspicion is open again."""
    suspicion, report, other = current(suspicion)
    if not suspicion.verdict:
        raise NotAllowed("还没有作出决定，没有可撤销的。")
    match suspicion.verdict:
        case Verdict.NEW_VERSION:
            put_back(report, other, by)
            restore(report)
        case Verdict.DISCARD:
            restore(report)
        case Verdict.REPLACES if other.replaced_by_id == report.pk:
            if report.is_published:
                raise NotAllowed("替换它的一篇已经公开。请先撤回那一篇，再撤销。")
            other.replaced_by = None
            if other.status == Status.WITHDRAWN:
                other.status, other.withdrawn_reason = Status.PUBLISHED, ""
                other.save(update_fields=["status", "withdrawn_reason", "replaced_by"])
            else:
                other.save(update_fields=["replaced_by"])
                restore(other)
    undone = suspicion.get_verdict_display()
    suspicion.verdict, suspicion.decided_by, suspicion.decided_at = "", None, None
    suspicion.save()
    note(f"撤销查重：{undone}", by, report, other)
    suspect(report)


def current(suspicion: Suspicion) -> tuple[Suspicion, Report, Report]:
    """The suspicion and its two reports as they are now, locked with all that stand beside them in their originals: what
    is doubtful of one may stand in another."""
    pair = Q(pk__in=[suspicion.report_id, suspicion.other_id])
    beside = Q(source__in=Report.objects.filter(pair).values("source"))
    rows = Report.objects.filter(pair | beside).hold()
    # Only now: until the reports are locked somebody else may decide.
    now = Suspicion.objects.filter(pk=suspicion.pk).first()
    if now is None:
        raise NotAllowed("这两篇已不再疑似重复，不必决定。")
    return now, rows[suspicion.report_id], rows[suspicion.other_id]


def drop(report: Report) -> None:
    if report.status != Status.DRAFT:
        raise NotAllowed("这一篇公开过，它的地址要留着。请选“替换”或“两篇都留”；不想再公开的，撤回即可。")
    report.is_current = False
    report.save(update_fields=["is_current"])


def restore(report: Report) -> None:
    """A report that was dropped counts again, unless its original has been read anew since."""
    if Report.objects.filter(source=report.source, article_number=report.article_number, is_current=True).exists():
        raise NotAllowed("同一原件的这一篇已有现行的一稿，不能恢复旧稿。")
    report.is_current = True
    report.save(update_fields=["is_current"])


def put_text(report: Report, other: Report, by: User) -> None:
    """Make the text of `report` the next version of `other`, which is from then on a report of that original."""
    if report.text.text == other.text.text:
        raise NotAllowed("两篇的文本一字不差，不必作为新版本。只想换原件的，请选“替换”。")
    exchange_originals(report, other)
    write(other, report.text, by, f"采用另一份原件“{other.source}”的文本")


def put_back(report: Report, other: Report, by: User) -> None:
    """The text that `other` had before that of `report`, as a version once more; its original is the earlier one again."""
    before = other.texts.filter(number=other.text.number - 1).first()
    if before is None or before.source_id is None or before.source_id != report.source_id:
        raise NotAllowed("之后又有改动，不能撤销。原来的文本和原件都还在，可以用“更正文本”恢复。")
    exchange_originals(report, other)
    write(other, before, by, "撤销查重的决定，恢复原来的文本")


def write(report: Report, text: ReportText, by: User, why: str) -> None:
    """A copy of `text` as the report's next version, read anew. No step: it is taken back here alone, for originals go with it."""
    old, version = report.text, version_of(text)
    _, moved = revise(version_of(old), text.text)
    new = write_version(report, version)
    carry([Outcome(report, old, new, {old.pk: moved})])
    mark_reviewed(report, by)
    record("更正文本", by, report, why=why[:300], detail={"版次": [str(old.number), str(new.number)]})
    suspect(report)
    save_again(report, draft_of(article_of(report), current_vocabulary()))
    save_doubts(report.source)


def exchange_originals(report: Report, other: Report) -> None:
    """Each takes the other's original, article number and certainty; the texts that they have keep theirs.

    `report` must not be current: of one article of one original there is one current report.
    """
    for one in (report, other):
        one.texts.filter(source=None).update(source=one.source)
    for name in ("source", "article_number", "scan_sure"):
        mine, theirs = getattr(report, name), getattr(other, name)
        setattr(report, name, theirs)
        setattr(other, name, mine)
    for one in (report, other):
        one.save(update_fields=["source", "article_number", "scan_sure"])


def note(verb: str, by: User, report: Report, other: Report) -> None:
    for one, another in ((report, other), (other, report)):
        record(verb, by, one, detail={"另一篇": f"{another}（编号 {another.pk}）"})

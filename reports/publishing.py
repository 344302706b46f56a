"""How a report changes state and a fact about it is decided.

Nothing becomes public but here, and where a decision over doubles is taken back (duplicates.py).

What a person does to its text, its figures or its doubles stands beside this module (rearranging, revision, confirming,
deciding) and keeps the same rules: every verb checks first, works in one transaction on the row as it stands in the
database (a caller's own copy is stale afterwards) and writes an Event. None of them tells the index: the outbox hears
every change of a row by itself (search/outbox.py). `by` is None where no person acts: the seeds, a command.
Whether `by` has the role for it is asked where the request comes in (reports/admin/).
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from reports.carrying import Outcome
from reports.models import (
    Claim,
    Court,
    CourtName,
    Decision,
    Event,
    Field,
    Indicator,
    Origin,
    Recognition,
    Region,
    Report,
    ReportText,
    ReportTheme,
    ReportType,
    Status,
    Suspicion,
    Theme,
    Verdict,
    resolve,
)
from reports.models.resolution import year_as_claimed
from reports.revision import Moved, Version, revise, tidy
from reports.suspicions import suspect
from reports.versions import take_step, version_of, write_version


class NotAllowed(Exception):
    """The change cannot be made now; the message says why, in Chinese, for the person who asked."""


# ---- out and back


def publish(report: Report, by: User | None, *, confirmed: bool, verb: str = "公开") -> None:
    """Make one report public that `by` has looked at. `confirmed`: a person has ticked 已确认可以公开."""
    suspect(report)  # before the transaction: what is found stays noted though publishing is refused for it
    with transaction.atomic():
        hold([report])
        make_public(report, by, confirmed=confirmed, verb=verb)
        mark_reviewed(locked(report), by)


def publish_many(reports: Iterable[Report], by: User | None, *, confirmed: bool) -> int:
    """Publish all or none; returns how many. Who ticks a list has not looked at each: none of them becomes 人工核对."""
    reports = list(reports)
    for report in reports:
        suspect(report)
    with transaction.atomic():
        hold(reports)
        for report in reports:
            make_public(report, by, confirmed=confirmed, verb="公开")
    return len(reports)


def hold(reports: Sequence[Report]) -> None:
    """Lock the reports, and those that will give way to them, before any of them is changed."""
    replaced = Suspicion.objects.filter(report__in=reports, verdict=Verdict.REPLACES).values("other")
    concerned = Q(pk__in=[report.pk for report in reports]) | Q(pk__in=replaced)
    Report.objects.filter(concerned).hold()


def make_public(report: Report, by: User | None, *, confirmed: bool, verb: str) -> None:
    """Make a draft, or a withdrawn report, public.

    Of the versions before the current one readers see those that were public, unless the text was corrected after a
    withdrawal: what it was withdrawn for is then no longer to be had.
    """
    report = locked(report)
    if not confirmed:
        raise NotAllowed("请先勾选“已确认可以公开”，再公开。")
    if not report.is_current:
        raise NotAllowed("这是被替换的旧稿，不能公开。请公开现行的一稿。")
    if report.status == Status.PUBLISHED:
        raise NotAllowed("这篇报告已经公开，不必再次公开。")
    if doubt := report.suspicions.open().select_related("other").first():
        raise NotAllowed(
            f"《{report}》与《{doubt.other}》{doubt.get_kind_display()}。请先在审核页上比对，决定留哪一篇。"
        )
    report.status = Status.PUBLISHED
    report.withdrawn_reason = ""
    report.replaced_by = None
    report.published_at = timezone.now()
    report.save(update_fields=["status", "withdrawn_reason", "replaced_by", "published_at"])
    text = report.text
    if not text.was_public:
        report.public_texts.update(was_public=False)
        text.was_public = True
        text.save(update_fields=["was_public"])
    record(verb, by, report)
    for decided in Suspicion.objects.filter(report=report, verdict=Verdict.REPLACES).select_related("other"):
        give_way(decided.other, report, by)


def give_way(other: Report, to: Report, by: User | None) -> None:
    """Take `other` out of the way of the public report that replaces it; its address leads there."""
    other = locked(other)
    why = f"已由《{to}》替换"[:300]
    if other.status == Status.PUBLISHED:
        other.status, other.withdrawn_reason = Status.WITHDRAWN, why
    elif other.status == Status.DRAFT:
        other.is_current = False
    else:
        return  # withdrawn for a reason of its own, which stays
    other.replaced_by = to
    other.save(update_fields=["status", "withdrawn_reason", "is_current", "replaced_by"])
    record("被替换", by, other, why=why)


@transaction.atomic
def withdraw(report: Report, by: User | None, why: str) -> None:
    """Take a published report back; its address says why from now on."""
    report = locked(report)
    if report.status != Status.PUBLISHED:
        raise NotAllowed("只有已公开的报告可以撤回。")
    report.status = Status.WITHDRAWN
    report.withdrawn_reason = reason(why, "撤回")
    report.save(update_fields=["status", "withdrawn_reason"])
    record("撤回", by, report, why=report.withdrawn_reason)


# ---- what is said about a report


CLAIM_IS_GONE = "这条识别结果已经没有了，可能刚刚重新识别过。请看现在列出的结果。"


@transaction.atomic
def decide(claim: Claim, by: User, *, accept: bool) -> None:
    """Accept or reject one claim. Deciding again is allowed: the last word counts.

    Raises NotAllowed where a newer reading has done away with it.
    """
    report = locked(claim.report)
    current = Claim.objects.filter(pk=claim.pk, report=report).first()
    if current is None:
        raise NotAllowed(CLAIM_IS_GONE)
    claim = current
    if claim.suggestion and accept:
        raise NotAllowed("参考意见不能直接采用。确认属实的，请在“更正”中填写。")
    close(claim, Decision.ACCEPTED if accept else Decision.REJECTED, by, timezone.now())
    mark_reviewed(report, by)
    what = {claim.get_field_display(): value_in_words(claim)}
    record("采用识别结果" if accept else "否定识别结果", by, report, detail=what | resolve(report))
    suspect(report)


@transaction.atomic
def correct(report: Report, field: Field, value: str, by: User, *, strength: str = "") -> None:
    """Say what is right, as a person: a court's id, a year or a span, a type, a title, a theme's name; "" is unknown.

    `strength` is a theme's: topic or touched; "" takes the theme away. The machine's open claims that say something
    else are thereby rejected, those that say the same accepted.
    """
    report = locked(report)
    value = checked(field, value, strength)
    mine = Claim(
        report=report, text=report.text, field=field, value=value, detail=strength, sure=1, origin=Origin.PERSON
    )
    rivals = report.claims.filter(field=field).exclude(decision=Decision.REJECTED)
    now = timezone.now()  # one for all: by it `take_back` knows what was decided together
    if field == Field.THEME:
        rivals = rivals.filter(value=value)
    for claim in rivals:
        if claim.origin == Origin.PERSON or contradicts(claim, mine):
            close(claim, Decision.REJECTED, by, now)
        elif not claim.suggestion and claim.value == value:
            close(claim, Decision.ACCEPTED, by, now)
    if field != Field.THEME or strength:
        close(mine, Decision.ACCEPTED, by, now)
    mark_reviewed(report, by)
    changes = resolve(report)
    record(f"更正{field.label}", by, report, detail=changes or {field.label: value_in_words(mine)})
    suspect(report)


def contradicts(claim: Claim, mine: Claim) -> bool:
    """Whether a claim falls when a person says `mine`.

    未写明 does not: that the text names no court stays true when a person knows which one it is. Nor do a theme's
    evidence, unless the theme is taken away, and suggestions, which never stood.
    """
    if claim.suggestion:
        return False
    if mine.field == Field.THEME:
        return not mine.detail
    return claim.value not in ("", mine.value)


def checked(field: Field, value: str, strength: str) -> str:
    """The value in the form that claims hold. Raises NotAllowed with what to enter instead."""
    value = value.strip()
    if field == Field.COURT and value and not Court.objects.standing().filter(pk=whole_number(value)).exists():
        raise NotAllowed("没有这个法院，或它已并入别的法院。请重新查找。")
    if field == Field.YEAR and value:
        year = year_as_claimed(value)
        if year is None:
            raise NotAllowed(f"年度“{value[:20]}”不能识别。请填四位年份，如 2023；跨年的填 2017-2021。")
        value = year
    if field == Field.TYPE and value not in ReportType.values:
        raise NotAllowed("请从列出的类型中选一种。")
    if field == Field.TITLE and len(value) > 300:
        raise NotAllowed(f"标题有 {len(value)} 字，请缩短到 300 字以内。")
    if field == Field.THEME:
        if not Theme.objects.filter(name=value).exists():
            raise NotAllowed("没有这个主题。请从列表中选择。")
        if strength and strength not in ReportTheme.Strength.values:
            raise NotAllowed("主题的强度只能是“专门论述”或“有所涉及”。")
    return value


def whole_number(value: str) -> int:
    """A whole number as typed; 0, which is nobody's id, for anything else."""
    return int(value) if re.fullmatch(r"[0-9]{1,18}", value) else 0


def correct_text(report: Report, text: str, by: User, why: str, *, number: int) -> ReportText:
    """A new version of the text, made from version `number`. That one stays as it is; claims and figures
    move along with their words.

    Raises NotAllowed where another version has become the current one meanwhile: nobody's correction undoes another's.
    """
    old = report.text
    text = tidy(text)
    if not text:
        raise NotAllowed("文本不能为空。要让报告不再公开，请用“撤回”。")
    if number != old.number:
        raise NotAllowed(MEANWHILE)
    if text == old.text:
        raise NotAllowed("文本没有改动。")
    why = reason(why, "更正文本")
    # To compare two long texts takes a while: nobody else should wait for it.
    version, moved = revise(version_of(old), text)
    return save_version(report, old, version, moved, by, why)


MEANWHILE = "别人刚刚改过这篇报告的文本。请先复制您的改动，再重新打开本页，在新的一版上修改。"


@transaction.atomic
def save_version(report: Report, old: ReportText, version: Version, moved: Moved, by: User, why: str) -> ReportText:
    """Put `version` in the place of `old`. Raises NotAllowed where that is not the current one any more."""
    report = locked(report)
    if report.text != old:
        raise NotAllowed(MEANWHILE)
    new = write_version(report, version)
    take_step(report.source, "更正文本", by, [Outcome(report, old, new, {old.pk: moved})])
    mark_reviewed(report, by)
    record("更正文本", by, report, why=why, detail={"版次": [str(old.number), str(new.number)]})
    return new


# ---- reference data


@transaction.atomic
def add_court(name: str, level: str, kind: str, region: Region | None, by: User) -> Court:
    """A court that the list lacks: 兵团, 铁路运输, 林区 …"""
    name = court_name(name)
    court = Court.objects.create(name=name, level=level, kind=kind, region=region, verified=True)
    record("增加法院", by, court=court, detail={"名称": ["", name]})
    return court


@transaction.atomic
def rename_court(court: Court, name: str, by: User, why: str) -> None:
    """A court's new name; the old one stays as a former name, so that it is still found by it."""
    court = Court.objects.select_for_update(no_key=True).get(pk=court.pk)
    name = court_name(name, court)
    why = reason(why, "更名")
    old = court.name
    court.name = name
    court.save(update_fields=["name"])
    CourtName.objects.filter(court=court, name=name).delete()
    CourtName.objects.update_or_create(
        court=court, name=old, defaults={"kind": CourtName.Kind.FORMER, "until": timezone.localdate().year}
    )
    record("法院更名", by, court=court, why=why, detail={"名称": [old, name]})


@transaction.atomic
def merge_court(court: Court, into: Court, by: User, why: str) -> None:
    """Move everything of `court` to `into`. Its page leads there from now on; its names are kept as former names."""
    if court == into:
        raise NotAllowed("不能并入自己。请选择另一个法院。")
    # Without their keys: a report that is saved meanwhile may point to them.
    courts = Court.objects.select_for_update(no_key=True).order_by("pk").in_bulk([court.pk, into.pk])
    court, into = courts[court.pk], courts[into.pk]
    if court.merged_into_id or into.merged_into_id:
        raise NotAllowed("其中一个法院已经并入别的法院，不能再合并。")
    why = reason(why, "合并")
    moved = Report.objects.filter(court=court).hold()
    Report.objects.filter(court=court).update(court=into)
    Court.objects.filter(superior=court).exclude(pk=into.pk).update(superior=into)
    Court.objects.filter(pk=into.pk, superior=court).update(superior=None)
    Court.objects.filter(Q(pk=court.pk) | Q(merged_into=court)).update(merged_into=into)
    for name in [court.name, *court.names.values_list("name", flat=True)]:
        if name != into.name:
            CourtName.objects.get_or_create(court=into, name=name, defaults={"kind": CourtName.Kind.FORMER})
    record("合并法院", by, court=court, why=why, detail={"并入": ["", into.name], "报告": list(moved)})
    for report in moved.values():
        record("合并法院", by, report, why=why, detail={Field.COURT.label: [court.name, into.name]})
        suspect(report)


EXPRESSIONS_CHANGED = "修改主题表达式"


@transaction.atomic
def change_expressions(
    theme: Theme, expressions: str, by: User, *, made_from: str, reports: Iterable[int] = ()
) -> None:
    """What signals a theme from now on. `made_from`: the expressions that `by` saw; nobody's change undoes another's.

    `reports`: the ids of those that this changes. They are due to be read again, in the background.
    """
    expressions = checked_expressions(expressions)
    theme = Theme.objects.select_for_update(no_key=True).get(pk=theme.pk)
    old = theme.expressions
    if made_from != old:
        raise NotAllowed("别人刚刚改过这个主题的表达式。请先复制您的改动，再重新打开本页。")
    if expressions == old:
        raise NotAllowed("表达式没有改动。")
    theme.expressions = expressions
    theme.save(update_fields=["expressions"])
    concerned = [report.pk for report in Report.objects.locked().filter(pk__in=reports).only("pk")]
    Recognition.objects.filter(report__in=concerned).delete()
    record(EXPRESSIONS_CHANGED, by, detail={theme.name: [old, expressions]})


def checked_expressions(expressions: str) -> str:
    """The expressions, trimmed. Raises NotAllowed where they are no regular expression, or match everything."""
    expressions = expressions.strip()
    try:
        matches_nothing = re.compile(expressions).search("") is None
    except re.error as problem:
        raise NotAllowed(f"表达式写法不对（{problem.msg}）。请检查括号和 | 是否成对、完整。") from None
    if not matches_nothing:
        raise NotAllowed("这个表达式连空白也匹配，会让所有报告都带上这一主题。请检查多余的 |。")
    return expressions


# ---- what the verbs share


def locked(report: Report) -> Report:
    """The row as it is now, and nobody else's until this transaction ends."""
    return Report.objects.locked().get(pk=report.pk)


def close(row: Claim | Indicator, decision: Decision, by: User, at: datetime) -> None:
    row.decision, row.decided_by, row.decided_at = decision, by, at
    row.save()


def mark_reviewed(report: Report, by: User | None) -> None:
    """A person has looked: the page says 人工核对 with this date, and never who."""
    if by is not None:
        report.reviewed_at = timezone.now()
        report.save(update_fields=["reviewed_at"])


def reason(why: str, act: str) -> str:
    why = " ".join(why.split())
    if not why:
        raise NotAllowed(f"{act}需要写明原因。")
    if len(why) > 300:
        raise NotAllowed(f"原因有 {len(why)} 字，请缩短到 300 字以内。")
    return why


def court_name(name: str, court: Court | None = None) -> str:
    """A name that a court may take. Raises NotAllowed where another bears it."""
    name = "".join(name.split())
    if not name.endswith("法院") or len(name) > 80:
        raise NotAllowed("请填法院全称，以“法院”结尾，不超过 80 字。")
    if Court.objects.filter(name=name).exclude(pk=court.pk if court else 0).exists():
        raise NotAllowed(f"已经有“{name}”，不必重复增加。")
    return name


def value_in_words(claim: Claim) -> str:
    """A claim's value as a person reads it."""
    if claim.field == Field.COURT and claim.value:
        return Court.objects.filter(pk=int(claim.value)).values_list("name", flat=True).first() or ""
    return claim.value or "未写明"


def record(
    verb: str,
    by: User | None,
    report: Report | None = None,
    *,
    why: str = "",
    court: Court | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    Event.objects.create(verb=verb, actor=by, report=report, why=why, court=court, detail=detail or {})

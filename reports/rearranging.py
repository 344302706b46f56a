"""What a person may do with the lines of a text and with the articles of one original; every step can be taken back.

Each verb works on whole lines (a `range` of their places, from 0), in one transaction: it makes a new version of every text
that it changes, lets claims follow their words, has the machine read anew what is left, and writes an Event. `seen` says
which version of each report the person had before them: where another has taken its place, nothing is done.
A published report stays one: to put it aside, it must be withdrawn first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max

from reports.carrying import Outcome
from reports.ingestion.pipeline import draft_of
from reports.ingestion.renew import save_again
from reports.ingestion.save import save_doubts
from reports.ingestion.stored import article_of
from reports.ingestion.vocabulary import current_vocabulary
from reports.models import Change, Report, ReportText, SectionKind, SourceFile, Step
from reports.passages import (
    Lines,
    appended,
    as_an_article,
    assembled,
    broken,
    inserted,
    joined,
    lines_in,
    moved,
    renamed,
    without,
)
from reports.publishing import MEANWHILE, NotAllowed, mark_reviewed, reason, record
from reports.revision import Moved
from reports.versions import lay_back, take_step, version_of, write_version

Seen = Mapping[int, int]  # report -> number of the version that was looked at


# ---- within one text


@transaction.atomic
def drop(report: Report, part: range, by: User, *, seen: Seen, why: str = "") -> None:
    """Take out lines that are no part of the article: a caption, a running head."""
    desk = Desk.of([report], by, seen, why)
    lines = desk.lines(report, part)
    if len(part) == len(lines):
        raise NotAllowed("不能删去全部文字。要让报告不再公开，请用“撤回”。")
    desk.finish("删去行", {report: without(lines, part)}, {"行": in_words(part)})


@transaction.atomic
def join(report: Report, part: range, by: User, *, seen: Seen, why: str = "") -> None:
    """Make one line of several that belong together."""
    desk = Desk.of([report], by, seen, why)
    lines = desk.lines(report, part)
    if len(part) < 2:
        raise NotAllowed("合为一行至少要选两行。请把“到”改成后面的行号。")
    desk.finish("合为一行", {report: joined(lines, part)}, {"行": in_words(part)})


@transaction.atomic
def break_line(report: Report, at: int, parts: Sequence[str], by: User, *, seen: Seen, why: str = "") -> None:
    """Make several lines of one. `parts` are its words, one after the other, none left out."""
    desk = Desk.of([report], by, seen, why)
    lines = desk.lines(report, range(at, at + 1))
    desk.finish(
        "断开一行", {report: broken(lines, at, cuts(lines[at].words, parts))}, {"行": in_words(range(at, at + 1))}
    )


def cuts(words: str, parts: Sequence[str]) -> list[int]:
    """Where each part but the first begins in the words."""
    found, end = [], 0
    for part in parts:
        start = words.find(part, end)
        if start < 0 or words[end:start].strip():
            raise NotAllowed("这里只能断行，不能改字。请只在要断开的地方按回车；改字请用“更正文本”。")
        found.append(start)
        end = start + len(part)
    if words[end:].strip():
        raise NotAllowed("这里只能断行，不能删字。请只在要断开的地方按回车；删字请用“更正文本”。")
    if len(found) < 2:
        raise NotAllowed("还没有断开。请把光标放在第二行的第一个字前，按回车，再按“断开”。")
    return found[1:]


@transaction.atomic
def rename(
    report: Report, part: range, kind: SectionKind, by: User, *, seen: Seen, level: int | None = None, why: str = ""
) -> None:
    """Say what lines are. `level` (1 to 3) is a heading's."""
    desk = Desk.of([report], by, seen, why)
    lines = desk.lines(report, part)
    new = renamed(lines, part, kind, level)
    if new == lines:
        raise NotAllowed(f"{in_words(part)}已经是{kind.label}，没有改动。")
    name = kind.label + (f"（{'一二三'[level - 1]}级）" if level else "")
    desk.finish("改行的种类", {report: new}, {"行": in_words(part), "改为": name})


# ---- among the articles of one original


@transaction.atomic
def part_off(report: Report, part: range, by: User, *, seen: Seen, why: str = "") -> Report:
    """Make a passage an article of its own: a new draft, its lines named and its facts read as if it had always been one."""
    desk = Desk.of([report], by, seen, why)
    lines = desk.lines(report, part)
    if len(part) == len(lines):
        raise NotAllowed("选中的已经是整篇。请只选要分出去的那几行。")
    new = Report.objects.create(
        source=desk.source, article_number=next_number(desk.source), scan_sure=desk.reports[report].scan_sure
    )
    passage = as_an_article(lines[part.start : part.stop])
    told = {"行": place(report, part), "成为": f"第{new.article_number}篇"}
    desk.finish("另作一篇", {report: without(lines, part), new: passage}, told)
    return new


@transaction.atomic
def move(report: Report, part: range, to: Report, before: int, by: User, *, seen: Seen, why: str = "") -> None:
    """Put a passage before the line that stands at `before` in `to`, or after its last line where that is its end."""
    desk = Desk.of([report, to], by, seen, why)
    lines = desk.lines(report, part)
    target = desk.lines(to)
    if not 0 <= before <= len(target):
        raise NotAllowed(f"第{to.article_number}篇只有 {len(target)} 行。请填 1 到 {len(target)}，或留空放到末尾。")
    told = {"行": place(report, part), "移到": f"第{to.article_number}篇第{before + 1}行之前"}
    if before == len(target):
        told["移到"] = f"第{to.article_number}篇末尾"
    if report == to:
        if part.start <= before <= part.stop:
            raise NotAllowed("选中的行已经在那里，没有移动。请填别的行号。")
        desk.finish("移动", {report: moved(lines, part, before)}, told)
        return
    if len(part) == len(lines):
        raise NotAllowed("选中的是整篇。请打开另一篇，用“并入本篇”。")
    passage = lines[part.start : part.stop]
    desk.finish("移动", {report: without(lines, part), to: inserted(target, passage, before)}, told)


@transaction.atomic
def merge(report: Report, other: Report, by: User, *, seen: Seen, why: str = "") -> None:
    """Put all of `other` at the end of `report`; `other` is kept, but is no article any more."""
    if report == other:
        raise NotAllowed("不能并入自己。请选择另一篇。")
    desk = Desk.of([report, other], by, seen, why)
    told = {"并入": f"第{other.article_number}篇并入第{report.article_number}篇"}
    desk.finish("合并", {report: appended(desk.lines(report), desk.lines(other)), other: None}, told)


def next_number(source: SourceFile) -> int:
    """The number of a new article. What was once put aside keeps its own: it may come back."""
    return (source.reports.aggregate(last=Max("article_number"))["last"] or 0) + 1


# ---- back


def last_step(report: Report) -> Step | None:
    """The step that `undo` would take back: the newest that changed this report's text and still stands."""
    return Step.objects.standing().filter(changes__report=report).first()


@transaction.atomic
def undo(report: Report, by: User, *, seen: Seen, why: str = "") -> Step:
    """Take the last step back, in every report that it changed, by a step of its own: versions are added, never taken away.

    Claims lie again where they lay; those decided since follow their words. Returns the step that was taken back.
    """
    step = last_step(report)
    if step is None:
        raise NotAllowed("没有可以撤销的步骤。")
    changes = list(step.changes.select_related("report", "before", "after"))
    later = Step.objects.standing().filter(pk__gt=step.pk, changes__report__in=[change.report for change in changes])
    if newer := later.first():
        number = newer.changes.filter(report__in=[change.report for change in changes]).first()
        where = f"第{number.report.article_number}篇" if number else "另一篇"
        raise NotAllowed(f"{where}在这以后又改过（{newer.verb}）。请先到{where}撤销那一步。")
    desk = Desk.of([change.report for change in changes if change.after], by, seen, why)
    if any(desk.texts[change.report].text != change.after.text for change in changes if change.after):
        raise NotAllowed("这一步以后，文本又以别的方式改过，不能撤销。请用“更正文本”修改。")
    outcomes = [taken_back(change, changes, desk) for change in changes]
    back = desk.record("撤销", outcomes, {"步骤": step.verb}, undoes=step)
    for change, outcome in zip(changes, outcomes, strict=True):
        if outcome.after:
            lay_back(change, outcome.after)
    desk.read_anew(outcomes)
    return back.undoes or back


def taken_back(change: Change, changes: Sequence[Change], desk: "Desk") -> Outcome:
    """The report as it was before the change."""
    report = desk.reports.get(change.report, change.report)
    if change.before is None:
        return desk.put_aside(report)
    text = change.before
    if change.after is None:
        Report.objects.filter(pk=report.pk).update(is_current=True)
    else:
        text = write_version(report, version_of(change.before))
    came = {desk.texts[other.report].pk: runs_back(other, change.before) for other in changes if other.after}
    return Outcome(report, desk.texts.get(report), text, came)


def runs_back(change: Change, before: ReportText) -> Moved:
    """Where the characters that came from `before` stood in it."""
    return Moved(tuple(sorted((new, old, length) for origin, old, new, length in change.runs if origin == before.pk)))


# ---- what the verbs share


@dataclass(frozen=True, slots=True)
class Desk:
    """The reports of one step, locked until the transaction ends, with the texts that they have now."""

    source: SourceFile
    by: User
    why: str
    reports: dict[Report, Report]  # by itself: the row as it is now, whatever copy of it is asked for
    texts: dict[Report, ReportText]

    @classmethod
    def of(cls, reports: Sequence[Report], by: User, seen: Seen, why: str) -> "Desk":
        source = SourceFile.objects.locked().get(pk=reports[0].source_id)
        # All that stand in it: what is doubtful of one may stand in another.
        held = Report.objects.filter(source=source).hold()
        desk = cls(source, by, why, {}, {})
        for given in reports:
            report = held.get(given.pk)
            if report is None:
                raise NotAllowed("只能在同一原件的各篇之间移动、合并。")
            if not report.is_current or report.text.number != seen.get(report.pk):
                raise NotAllowed(MEANWHILE)
            desk.reports[report], desk.texts[report] = report, report.text
        if any(report.is_published for report in desk.reports):
            reason(why, "改动已公开的报告")
        return desk

    def lines(self, report: Report, part: range | None = None) -> Lines:
        """The report's lines. Raises NotAllowed where `part` is no run of them."""
        text = self.texts[report]
        lines = lines_in(version_of(text), text.pk)
        if part is not None and not 0 <= part.start < part.stop <= len(lines):
            raise NotAllowed(f"请先选行：“从”不大于“到”，都在 1 到 {len(lines)} 之间。")
        return lines

    def finish(self, verb: str, results: Mapping[Report, Lines | None], told: dict[str, Any]) -> None:
        """Write down what became of each report; None puts it aside."""
        words = {text.pk: text.text for text in self.texts.values()}
        outcomes = []
        for given, lines in results.items():
            report = self.reports.get(given, given)
            if lines is None:
                outcomes.append(self.put_aside(report))
            else:
                version, came = assembled(lines, words)
                outcomes.append(Outcome(report, self.texts.get(report), write_version(report, version), came))
        self.record(verb, outcomes, told)
        self.read_anew(outcomes)

    def put_aside(self, report: Report) -> Outcome:
        """No article any more; its text and what was said of it are kept."""
        if report.is_published:
            raise NotAllowed(f"第{report.article_number}篇已经公开。请先撤回它，再做这一步。")
        Report.objects.filter(pk=report.pk).update(is_current=False)
        return Outcome(report, self.texts[report], None, {})

    def record(
        self, verb: str, outcomes: Sequence[Outcome], told: dict[str, Any], *, undoes: Step | None = None
    ) -> Step:
        step = take_step(self.source, verb, self.by, outcomes, undoes=undoes)
        for one in outcomes:
            versions = {}
            if one.before and one.after:
                mark_reviewed(one.report, self.by)
                versions = {"版次": [str(one.before.number), str(one.after.number)]}
            why = reason(self.why, verb) if self.why.strip() else ""
            record(verb, self.by, one.report, why=why, detail=told | versions)
        return step

    def read_anew(self, outcomes: Sequence[Outcome]) -> None:
        """Once all texts are in place: what one article says may depend on the others."""
        vocabulary = current_vocabulary()
        for one in outcomes:
            if one.after:
                report = Report.objects.get(pk=one.report.pk)
                save_again(report, draft_of(article_of(report), vocabulary))
        save_doubts(self.source)


def in_words(part: range) -> str:
    """第3行, 第3–9行: places as the page counts them, from 1."""
    return f"第{part.start + 1}行" if len(part) == 1 else f"第{part.start + 1}–{part.stop}行"


def place(report: Report, part: range) -> str:
    return f"第{report.article_number}篇{in_words(part)}"

"""Line by line: lines named, joined, broken, dropped; passages split off, moved, merged; every step taken back.

One form: which lines, from where to where, and a button for each thing that can be done with them. static/lines.js lets
lines be chosen by arrow keys and clicks, and buttons be pressed by letters.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html

from reports import rearranging
from reports.models import Report, ReportText, SectionKind
from reports.passages import lines_in
from reports.publishing import MEANWHILE, NotAllowed, whole_number
from reports.versions import version_of

from .access import account, staff
from .review import to_change

Done = tuple[str, Report, range]  # what to say, and which lines of which report to show then


@dataclass(frozen=True, slots=True)
class Naming:
    """A button that says what lines are; `key` presses it."""

    kind: SectionKind
    level: int | None
    key: str

    @property
    def value(self) -> str:
        return f"{self.kind.value}{self.level or ''}"

    @property
    def label(self) -> str:
        return f"{'一二三'[self.level - 1]}级小标题" if self.level else str(self.kind.label)


NAMINGS = (
    Naming(SectionKind.TITLE, None, "t"),
    Naming(SectionKind.SUBTITLE, None, "s"),
    Naming(SectionKind.HEADING, 1, "1"),
    Naming(SectionKind.HEADING, 2, "2"),
    Naming(SectionKind.HEADING, 3, "3"),
    Naming(SectionKind.PARAGRAPH, None, "p"),
    Naming(SectionKind.CAPTION, None, "c"),
    Naming(SectionKind.BYLINE, None, "y"),
    Naming(SectionKind.NOTE, None, "z"),
    Naming(SectionKind.COURT, None, "f"),
)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line as the page shows it. `page` of the original, where one begins with or in it."""

    number: int
    kind: str
    name: str
    words: str
    page: int | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What was entered in the form."""

    report: Report
    data: QueryDict

    @property
    def part(self) -> range:
        """The chosen lines, counted from 0; without an end, the one line."""
        start = whole_number(self.data.get("from", ""))
        return range(start - 1, whole_number(self.data.get("to", "")) or start)

    @property
    def seen(self) -> dict[int, int]:
        pairs = (one.partition(":") for one in self.data.getlist("seen"))
        return {whole_number(report): whole_number(number) for report, _, number in pairs}

    @property
    def words(self) -> str | None:
        """A line with line ends where it is to be broken; None where that was not asked for."""
        return self.data.get("words")

    def article(self, name: str) -> Report:
        """The article of the same original that a list names. Raises NotAllowed where it is none any more."""
        found = self.report.source.reports.filter(pk=whole_number(self.data.get(name, "")), is_current=True).first()
        if found is None:
            raise NotAllowed("没有这一篇，或它已不单独成篇。请重新选择。")
        return found


@staff("review_report")
def lines(request: HttpRequest, pk: int) -> HttpResponse:
    report = to_change(request, pk)
    if not report.is_current:
        messages.info(request, f"第{report.article_number}篇已不单独成篇，它的文字和记录都还在。")
        return redirect("staff:source", report.source_id)
    if request.method != "POST":
        return lines_page(request, report, Asked(report, request.GET))
    asked = Asked(report, request.POST)
    action = request.POST.get("action", "")
    if action == "break" and asked.words is None:
        return lines_page(request, report, asked, breaking=True)
    try:
        said, shown, part = act(request, asked, action)
    except NotAllowed as refusal:
        return lines_page(request, report, asked, str(refusal), breaking=action == "break")
    if said:
        messages.success(request, said)
    address = reverse("staff:lines", args=[shown.pk])
    return redirect(f"{address}?from={part.start + 1}&to={part.stop}#r{part.start + 1}")


def lines_page(
    request: HttpRequest, report: Report, asked: Asked, problem: str = "", *, breaking: bool = False
) -> HttpResponse:
    version = report.text
    # What was chosen in another version may be other lines now.
    part = asked.part if problem != MEANWHILE else range(0)
    shown = shown_lines(version, part[:1] if breaking else part)
    articles = list(report.source.reports.filter(is_current=True).order_by("article_number"))
    chosen = [line for line in shown if line.chosen]
    words = asked.words if asked.words is not None else chosen[0].words if chosen else ""
    if breaking and not words:
        problem = problem or "请先选要断开的那一行。"
    context = {
        "report": report,
        "version": version,
        "lines": shown,
        "first": chosen[0].number if chosen else "",
        "last": chosen[-1].number if chosen else "",
        "articles": articles,
        "others": [article for article in articles if article != report],
        "seen": ReportText.objects.filter(report__in=articles, is_current=True).values_list("report", "number"),
        "published": any(article.is_published for article in articles),
        "namings": NAMINGS,
        "step": rearranging.last_step(report),
        "breaking": breaking and bool(words),
        "words": words,
        "entered": asked.data,
        "problem": problem,
        "events": report.events.select_related("actor"),
    }
    return render(request, "admin/reports/lines.html", context, status=422 if problem else 200)


def shown_lines(version: ReportText, part: range) -> list[ShownLine]:
    found, page = [], None
    for place, line in enumerate(lines_in(version_of(version), version.pk)):
        pages = [piece.page for piece in line.pieces if piece.page not in (None, page)]
        page = pages[-1] if pages else page
        kind = SectionKind(line.kind)
        name = f"{'一二三'[line.level - 1]}级小标题" if kind == SectionKind.HEADING and line.level else str(kind.label)
        found.append(ShownLine(place + 1, kind.value, name, line.words, pages[0] if pages else None, place in part))
    return found


# ---- what the buttons do


def act(request: HttpRequest, asked: Asked, action: str) -> Done:
    """Raises NotAllowed with what to do instead, PermissionDenied (403) where another report is not the account's to change."""
    if action in VERBS:
        return VERBS[action](request, asked)
    for naming in NAMINGS:
        if action == naming.value:
            return name_lines(request, asked, naming)
    raise NotAllowed("没有这个操作。请从页面上的按钮中选择。")


def choose(request: HttpRequest, asked: Asked) -> Done:
    return "", asked.report, asked.part


def name_lines(request: HttpRequest, asked: Asked, naming: Naming) -> Done:
    by, why = account(request), asked.data.get("why", "")
    rearranging.rename(asked.report, asked.part, naming.kind, by, seen=asked.seen, level=naming.level, why=why)
    return f"已改为{naming.label}。", asked.report, asked.part


def join(request: HttpRequest, asked: Asked) -> Done:
    rearranging.join(asked.report, asked.part, account(request), seen=asked.seen, why=asked.data.get("why", ""))
    return "已合为一行。", asked.report, first_of(asked.part)


def break_line(request: HttpRequest, asked: Asked) -> Done:
    parts = [part.strip() for part in (asked.words or "").splitlines() if part.strip()]
    at, why = asked.part.start, asked.data.get("why", "")
    rearranging.break_line(asked.report, at, parts, account(request), seen=asked.seen, why=why)
    return f"已断开，成为 {len(parts)} 行。", asked.report, range(at, at + len(parts))


def drop(request: HttpRequest, asked: Asked) -> Done:
    rearranging.drop(asked.report, asked.part, account(request), seen=asked.seen, why=asked.data.get("why", ""))
    return f"已删去 {len(asked.part)} 行；要找回来，按“撤销”。", asked.report, first_of(asked.part)


def part_off(request: HttpRequest, asked: Asked) -> Done:
    by, why = account(request), asked.data.get("why", "")
    new = rearranging.part_off(asked.report, asked.part, by, seen=asked.seen, why=why)
    new.refresh_from_db()
    address = reverse("staff:review", args=[new.pk])
    said = format_html('已另作一篇：<a href="{}">第{}篇　{}</a>。', address, new.article_number, new)
    return said, asked.report, range(max(asked.part.start - 1, 0), max(asked.part.start, 1))


def move(request: HttpRequest, asked: Asked) -> Done:
    to = to_change(request, asked.article("target").pk)
    part, typed = asked.part, asked.data.get("before", "").strip()
    end = to.text.text.count("\n") + 1
    before = whole_number(typed) - 1 if typed else end
    rearranging.move(asked.report, part, to, before, account(request), seen=asked.seen, why=asked.data.get("why", ""))
    start = before - len(part) if to == asked.report and before >= part.stop else before
    return f"已移动，现在是第{to.article_number}篇第{start + 1}行起。", to, range(start, start + len(part))


def merge(request: HttpRequest, asked: Asked) -> Done:
    other = to_change(request, asked.article("other").pk)
    end = asked.report.text.text.count("\n") + 1
    rearranging.merge(asked.report, other, account(request), seen=asked.seen, why=asked.data.get("why", ""))
    return f"第{other.article_number}篇已接到本篇末尾。", asked.report, range(end, end + 1)


def undo(request: HttpRequest, asked: Asked) -> Done:
    step = rearranging.last_step(asked.report)
    changed = [change.report for change in step.changes.select_related("report")] if step else []
    for report in changed:
        to_change(request, report.pk)
    undone = rearranging.undo(asked.report, account(request), seen=asked.seen, why=asked.data.get("why", ""))
    left = Report.objects.filter(pk__in=[asked.report.pk, *(report.pk for report in changed)], is_current=True)
    shown = left.filter(pk=asked.report.pk).first() or left.order_by("article_number")[0]
    return f"已撤销：{undone.verb}。", shown, first_of(asked.part)


def first_of(part: range) -> range:
    return range(max(part.start, 0), max(part.start, 0) + 1)


VERBS: dict[str, Callable[[HttpRequest, Asked], Done]] = {
    "choose": choose,
    "join": join,
    "break": break_line,
    "drop": drop,
    "part_off": part_off,
    "move": move,
    "merge": merge,
    "undo": undo,
}

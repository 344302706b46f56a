"""Files, folders and ZIPs into the archive. Each file is its own transaction: interrupt and run again as you like."""

import argparse
import json
import unicodedata
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from reports import publishing
from reports.ingestion.child import sheet_safely
from reports.ingestion.gather import Damaged, Gathered, gather
from reports.ingestion.intake import read_kept, take_in
from reports.ingestion.metadata import may_be_sheet
from reports.ingestion.said import match
from reports.ingestion.save import Said, keep
from reports.ingestion.shapes import Reading, Sheet, Unreadable, Upload
from reports.ingestion.vocabulary import current_vocabulary
from reports.models import Court, Field, Report, SourceFile, SourceState, Suspicion
from reports.models.resolution import FIRST_YEAR, LAST_YEAR

BAR = 24


@dataclass(slots=True)
class Outcome:
    """What became of one file: read, known (the same bytes were there), failed."""

    file: str
    state: str
    reason: str = ""
    reports: list[Report] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "state": self.state,
            "reason": self.reason,
            "reports": [
                {
                    "id": report.pk,
                    "title": report.title,
                    "court": report.court and report.court.name,
                    "year": report.year_id,
                    "year_inferred": report.year_inferred,
                    "type": report.type,
                    "status": report.status,
                    "suspected": [suspicion.other_id for suspicion in report.suspicions.open()],
                }
                for report in self.reports
            ],
        }


class Command(BaseCommand):
    help = "把文件、文件夹或 ZIP 收入库中；可中断，可重复运行"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="文件、文件夹或 ZIP")
        parser.add_argument("--court", metavar="NAME", help="这些文件都出自这个法院（全称、简称或曾用名）")
        parser.add_argument("--year", type=int, metavar="N", help="这些文件都是这一年度的")
        parser.add_argument("--publish", action="store_true", help="已确认可以公开：识别后直接公开")
        parser.add_argument("--jobs", type=int, default=1, metavar="N", help="同时识别几个文件（默认 1）")
        parser.add_argument("--json", type=Path, metavar="OUT", help="把结果写成 JSON 文件")

    def handle(self, *args: Any, **options: Any) -> None:
        self.said: dict[str, str] = {}
        if options["court"]:
            self.said[Field.COURT] = str(court_called(options["court"]).pk)
        if (year := options["year"]) is not None:
            if not FIRST_YEAR <= year <= LAST_YEAR:
                raise CommandError(f"年度 {year} 不对，请填 {FIRST_YEAR} 到 {LAST_YEAR} 之间的年份。")
            self.said[Field.YEAR] = str(year)
        self.publish = options["publish"]

        files, self.in_tables = self.described(list(gather(options["paths"])))
        outcomes: list[Outcome] = []
        try:
            for outcome in self.outcomes(files, max(1, options["jobs"])):
                outcomes.append(outcome)
                self.show_progress(len(outcomes), len(files), outcome)
        except KeyboardInterrupt:
            self.stderr.write(f"\n已中断，处理了 {len(outcomes)}/{len(files)} 个文件。再运行一次会接着处理。")
            raise SystemExit(130) from None
        if options["json"]:
            answer = [outcome.as_json() for outcome in outcomes]
            options["json"].write_text(json.dumps(answer, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        self.stdout.write(table(outcomes))
        reports = [report.pk for outcome in outcomes for report in outcome.reports]
        if suspected := Suspicion.objects.open().filter(report__in=reports).values("report").distinct().count():
            told = "，没有公开" if self.publish else ""
            self.stdout.write(f"{suspected} 篇与库中的报告疑似重复{told}。请到“审核”里比对，决定留哪一篇。")
        failed = sum(outcome.state == "failed" for outcome in outcomes)
        if failed:
            raise CommandError(f"{failed} 个文件未能收入，原因见上表。", returncode=1)

    def described(self, files: list[Gathered]) -> tuple[list[Gathered], dict[str, Said]]:
        """The files without the tables that say what they are, and by the files' names what those say."""
        sheets = {file.name: sheet for file in files if (sheet := sheet_in(file))}
        others = [file for file in files if file.name not in sheets]
        said: dict[str, Said] = {}
        for name, sheet in sheets.items():
            matched = match(sheet, [file.name for file in others])
            said |= {others[place].name: about for place, about in matched.said.items()}
            self.stdout.write("\n".join([f"{Path(name).name}：说明了 {len(matched.said)} 个文件。", *matched.problems]))
        return others, said

    def outcomes(self, files: list[Gathered], jobs: int) -> Iterator[Outcome]:
        """In the order given. Only reading runs beside: the database is this thread's alone."""
        vocabulary = current_vocabulary()
        waiting: deque[tuple[str, SourceFile, Future[Reading]]] = deque()
        with ThreadPoolExecutor(jobs) as pool:
            try:
                for file in files:
                    kept = self.keep(file)
                    if isinstance(kept, Outcome):
                        while waiting:
                            yield self.take_in(*waiting.popleft())
                        yield kept
                        continue
                    waiting.append((file.name, kept, pool.submit(read_kept, kept, vocabulary)))
                    if len(waiting) > jobs:
                        yield self.take_in(*waiting.popleft())
                while waiting:
                    yield self.take_in(*waiting.popleft())
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def keep(self, file: Gathered) -> SourceFile | Outcome:
        """The kept original that is still to be read, or the outcome where there is nothing to read."""
        if file.reason:
            return Outcome(file.name, "failed", file.reason)
        try:
            with file.open() as opened:
                source, _ = keep(File(opened), file.name)
        except Damaged as damage:
            return Outcome(file.name, "failed", str(damage))
        except OSError as problem:
            return Outcome(file.name, "failed", f"打不开这个文件（{problem}）。请检查后再试。")
        if source.state == SourceState.READ:
            return Outcome(file.name, "known", reports=list(source.reports.filter(is_current=True)))
        return source

    def take_in(self, name: str, source: SourceFile, reading: Future[Reading]) -> Outcome:
        with transaction.atomic():
            reports = take_in(source, reading.result(), {**self.said, **self.in_tables.get(name, {})})
            if self.publish:
                for report in reports:
                    if not report.suspicions.open().exists():
                        publishing.publish(report, None, confirmed=True)
        source.refresh_from_db()
        for report in reports:
            report.refresh_from_db()
        return Outcome(name, "failed" if source.reason else "read", source.reason, reports)

    def show_progress(self, done: int, total: int, outcome: Outcome) -> None:
        """A bar on a terminal; a line for each file in a log."""
        name = Path(outcome.file).name
        if self.stderr.isatty():
            filled = "█" * (done * BAR // total)
            self.stderr.write(f"\r\x1b[K[{filled:░<{BAR}}] {done}/{total} {name}", ending="\n" if done == total else "")
            self.stderr.flush()
        else:
            self.stderr.write(f"{done}/{total} {name} {STATES[outcome.state]}", self.style.NOTICE)


STATES = {"read": "已识别", "known": "已在库中", "failed": "未能收入"}


def sheet_in(file: Gathered) -> Sheet | None:
    """What a table says of the files beside it; None for every other file, and for one that cannot be read as one."""
    if file.reason or Path(file.name).suffix.lower() not in (".xlsx", ".csv"):
        return None
    try:
        with file.open() as opened:
            upload = Upload(file.name, opened.read())
        return sheet_safely(upload, settings.READING_DIR) if may_be_sheet(upload) else None
    except (Unreadable, Damaged, OSError):
        return None  # what is wrong with it is told when it is taken in


def court_called(name: str) -> Court:
    """The only standing court of that name. Raises CommandError that lists them where there are several."""
    found = list(Court.objects.called(name)[:10])
    if not found:
        raise CommandError(f"名录里没有“{name}”。请填法院全称。")
    if len(found) > 1:
        raise CommandError(f"“{name}”不止一个，请填全称：{'、'.join(court.name for court in found)}。")
    return found[0]


def table(outcomes: list[Outcome]) -> str:
    """One line for each report, or for a file without one; columns aligned as wide as Han characters are."""
    rows = [("文件", "结果", "法院", "年度", "类型", "标题或原因")]
    for outcome in outcomes:
        name, state = Path(outcome.file).name, STATES[outcome.state]
        for report in outcome.reports:
            year = f"{report.year_id or '不明'}{'（推断）' if report.year_inferred else ''}"
            rows.append((name, state, str(report.court or "不明"), year, report.type, str(report)))
        if not outcome.reports:
            rows.append((name, state, "", "", "", outcome.reason))
    widths = [max(width(row[column]) for row in rows) for column in range(5)]
    return "\n".join(
        "  ".join(
            [*(cell + " " * (most - width(cell)) for cell, most in zip(row, widths, strict=False)), row[5]]
        ).rstrip()
        for row in rows
    )


def width(text: str) -> int:
    """How many columns a terminal needs for it."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)

"""A synthetic archive for measuring, never shipped as data: into this archive, or as files for `ingest`."""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from archive.corpus import Corpus
from reports.ingestion.save import checksum, claims_from, sections_of
from reports.ingestion.shapes import Draft
from reports.models import (
    Claim,
    Court,
    Event,
    Recognition,
    Report,
    ReportText,
    ReportTheme,
    ReportType,
    Section,
    SourceFile,
    SourceState,
    Status,
    Theme,
    Year,
)
from reports.models.sources import place_of

# How a synthetic original is told from a real one.
NAME = "合成报告-{seed}-{number:06}.txt"
IN_ONE_TRANSACTION = 200


class Command(BaseCommand):
    help = "生成供测量用的合成报告：写入当前（只有样本的）库，或以 --out 写成 TXT 文件和 facts.jsonl"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--reports", type=int, required=True, metavar="N", help="多少篇")
        parser.add_argument("--seed", type=int, required=True, metavar="S", help="相同的数得到相同的报告")
        parser.add_argument("--out", type=Path, metavar="DIR", help="写到这个文件夹，不写入库")

    def handle(self, *args: Any, reports: int, seed: int, out: Path | None, **options: Any) -> None:
        if out is None:
            refuse_a_real_archive()
        corpus = Corpus(settings.SEEDS_DIR, seed)
        if out is not None:
            write_files(corpus, reports, out)
            self.stdout.write(f"{out}：{reports:,} 篇，facts.jsonl 写明各篇的法院、年度、类型和主题。")
            return
        started = time.monotonic()
        numbered = iter((NAME.format(seed=seed, number=number), corpus.report(number)) for number in range(reports))
        done = 0
        while portion := list(islice(numbered, IN_ONE_TRANSACTION)):
            publish(portion)
            done += len(portion)
            left = (time.monotonic() - started) / done * (reports - done)
            self.stdout.write(f"{done:,} / {reports:,}，还需约 {left:.0f} 秒")
            self.stdout.flush()
        self.stdout.write("已写入。请运行 manage.py rebuild_index 重建索引。")


def refuse_a_real_archive() -> None:
    samples = [checksum(ContentFile(path.read_bytes())) for path in (settings.SEEDS_DIR / "samples").iterdir()]
    real = SourceFile.objects.exclude(sha256__in=samples).exclude(name__startswith=NAME[:4])
    if real.exists():
        raise CommandError(
            f"这个库里有 {real.count():,} 份真实的原件，不能混入合成报告。请用另一个 DATA_DIR，或用 --out 写成文件。"
        )


@dataclass
class Made:
    """One synthetic report on its way into the database."""

    draft: Draft
    source: SourceFile
    report: Report = field(default_factory=Report)
    text: ReportText = field(default_factory=ReportText)

    def value(self, name: str) -> str | None:
        return next((item.value for item in self.draft.found if item.field == name), None)

    def quote(self, name: str) -> str:
        return next((item.quote or "" for item in self.draft.found if item.field == name), "")


@transaction.atomic
def publish(portion: list[tuple[str, Draft]]) -> None:
    """Row for row what keep(), save() and publish() leave of each report, in a few statements for the whole portion:
    35,000 reports one by one would take an hour. A report that is there already is left alone.
    """
    made = [Made(draft, source) for name, draft in portion if (source := kept(name, draft.article.text.encode()))]
    SourceFile.objects.bulk_create(one.source for one in made)
    courts = dict(Court.objects.values_list("name", "pk"))
    years = {year: Year.objects.get_or_create(year=int(year))[0] for one in made if (year := one.value("year"))}
    for one in made:
        one.report = Report(
            source=one.source,
            title=one.draft.article.title,
            court_id=courts.get(one.value("court") or ""),
            court_as_printed=one.quote("court")[:80],
            year=years.get(one.value("year") or ""),
            type=one.value("type") or ReportType.OTHER,
            status=Status.PUBLISHED,
            published_at=timezone.now(),
        )
    Report.objects.bulk_create(one.report for one in made)
    for one in made:
        article = one.draft.article
        pages = [list(pair) for pair in article.pages]
        one.text = ReportText(report=one.report, text=article.text, pages=pages, was_public=True)
    ReportText.objects.bulk_create(one.text for one in made)
    # What the corpus says of a report is given, not recognised: it is not due to be read again.
    Recognition.objects.bulk_create(Recognition(report=one.report) for one in made)
    Section.objects.bulk_create(row for one in made for row in sections_of(one.draft.article, one.text))
    Claim.objects.bulk_create(claim for one in made for claim in claims_from(one.draft.found, one.text, courts))
    ReportTheme.objects.bulk_create(row for one in made for row in themes_of(one))
    Event.objects.bulk_create(event for one in made for event in events_of(one))


def kept(name: str, data: bytes) -> SourceFile | None:
    """The original as a row to be written, its bytes in their place; None where they are known."""
    source = SourceFile(
        sha256=checksum(ContentFile(data)),
        name=name,
        size=len(data),
        kind="txt",
        encoding="utf-8",
        state=SourceState.READ,
    )
    if SourceFile.objects.filter(sha256=source.sha256).exists():
        return None
    path = source.file.name = place_of(source.sha256)
    if not source.file.storage.exists(path):
        source.file.storage.save(path, ContentFile(data))
    return source


def themes_of(made: Made) -> Iterator[ReportTheme]:
    ids = dict(Theme.objects.values_list("name", "pk"))
    for item in made.draft.found:
        if item.field == "theme" and item.value:
            yield ReportTheme(report=made.report, theme_id=ids[item.value], strength=item.detail or "")


def events_of(made: Made) -> Iterator[Event]:
    yield Event(verb="上传原件", source=made.source)
    yield Event(verb="识别", source=made.source, detail={"报告": [made.report.pk]})
    yield Event(verb="公开", report=made.report)


def write_files(corpus: Corpus, count: int, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "facts.jsonl").open("w", encoding="utf-8") as facts:
        for number, draft in enumerate(corpus.reports(count)):
            name = NAME.format(seed=corpus.seed, number=number)
            (folder / name).write_text(draft.article.text, encoding="utf-8")
            found = [asdict(item) for item in draft.found]
            facts.write(json.dumps({"file": name, "found": found}, ensure_ascii=False) + "\n")

"""A synthetic archive for measuring, never shipped as data: into this archive, or as files for `ingest`."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from archive.corpus import Corpus
from reports import publishing
from reports.ingestion.save import checksum, keep, save
from reports.ingestion.shapes import Draft, Reading
from reports.models import SourceFile

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
        for first in range(0, reports, IN_ONE_TRANSACTION):
            last = min(first + IN_ONE_TRANSACTION, reports)
            with transaction.atomic():
                for number in range(first, last):
                    publish(corpus.report(number), NAME.format(seed=seed, number=number))
            self.stdout.write(f"{last:,} / {reports:,}")
        self.stdout.write("已写入。请运行 manage.py rebuild_index 重建索引。")


def refuse_a_real_archive() -> None:
    samples = [checksum(ContentFile(path.read_bytes())) for path in (settings.SEEDS_DIR / "samples").iterdir()]
    real = SourceFile.objects.exclude(sha256__in=samples).exclude(name__startswith=NAME[:4])
    if real.exists():
        raise CommandError(
            f"这个库里有 {real.count():,} 份真实的原件，不能混入合成报告。请用另一个 DATA_DIR，或用 --out 写成文件。"
        )


def publish(draft: Draft, name: str) -> None:
    """Through the same doors as a real report; one that is there already is left alone."""
    source, is_new = keep(ContentFile(draft.article.text.encode()), name)
    if is_new:
        for report in save(source, Reading(kind="txt", encoding="utf-8", drafts=(draft,))):
            publishing.publish(report, None, confirmed=True)


def write_files(corpus: Corpus, count: int, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "facts.jsonl").open("w", encoding="utf-8") as facts:
        for number, draft in enumerate(corpus.reports(count)):
            name = NAME.format(seed=corpus.seed, number=number)
            (folder / name).write_text(draft.article.text, encoding="utf-8")
            found = [asdict(item) for item in draft.found]
            facts.write(json.dumps({"file": name, "found": found}, ensure_ascii=False) + "\n")

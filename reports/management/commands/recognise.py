"""Run the recognisers: on a file of any readable kind without saving, or again on reports that the archive has."""

import argparse
import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from reports.ingestion.again import GROUP, read_again, unread
from reports.ingestion.child import read_safely
from reports.ingestion.describe import described
from reports.ingestion.shapes import Upload, Vocabulary
from reports.ingestion.vocabulary import current_vocabulary
from reports.models import Report
from reports.progress import ProgressLine


class Command(BaseCommand):
    help = "识别一个文件（不保存），或重新识别库中的报告（人工核对过的不动）"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--text", metavar="FILE", type=Path, help="要识别的文件，任何可读的格式；不保存")
        what.add_argument("--report", metavar="ID", type=int, nargs="+", help="要重新识别的报告")
        what.add_argument(
            "--all",
            action="store_true",
            help="识别程序、主题、指标或名录变动以后还没有重新识别的全部报告；可中断，再运行会接着做",
        )
        parser.add_argument("--json", metavar="OUT", type=Path, help="把结果写成 JSON 文件")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path | None = options["json"]
        answer = self.read(options["text"]) if options["text"] else self.read_again(options["report"])
        if out:
            out.write_text(json.dumps(answer, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            self.stdout.write(f"已写入 {out}")
        elif isinstance(answer, dict):
            self.stdout.write(readable(answer))

    def read_again(self, asked: list[int] | None) -> list[dict[str, Any]]:
        """What changed, report by report; all that need it where none is asked for. Interrupted, it keeps what it has done."""
        vocabulary = current_vocabulary()
        numbers = unread_numbers(vocabulary) if asked is None else known_numbers(asked)
        answer: list[dict[str, Any]] = []
        show, changed, failed = ProgressLine(self.stderr), 0, 0
        cores = max(1, min(os.cpu_count() or 1, len(numbers) // GROUP))
        try:
            for group in read_again(numbers, vocabulary, cores):
                show.end()
                for read in group:
                    answer.append({"id": read.report.pk, "changes": read.changes})
                    changed += bool(read.changes)
                    if read.changes:
                        self.stdout.write(f"{read.report.pk} {read.report}：{in_words(read.changes)}")
                    elif read.fault:
                        failed += 1
                        self.stderr.write(f"{read.report.pk} {read.report}：识别时出错，没有改动（{read.fault}）")
                show(len(answer), len(numbers))
        except KeyboardInterrupt:
            show.end()
            self.stderr.write(f"已中断，识别了 {len(answer)}/{len(numbers)} 篇。再运行一次会接着做。")
            raise SystemExit(130) from None
        show.end()
        self.stdout.write(f"重新识别了 {len(answer) - failed} 篇报告，{changed} 篇有变化。")
        if failed:
            raise CommandError(f"{failed} 篇识别时出错，见上；其余的已经识别。再运行一次会再试这几篇。", returncode=1)
        return answer

    def read(self, path: Path) -> dict[str, Any]:
        """The described reading. Raises CommandError with the reason where there is none."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CommandError(f"打不开 {path}：{error.strerror}") from error
        vocabulary = current_vocabulary()
        reading = read_safely(Upload(path.name, data), vocabulary, settings.READING_DIR)
        if reading.reason:
            raise CommandError(f"{path.name}：{reading.reason}")
        return described(path.name, reading, vocabulary)


def unread_numbers(vocabulary: Vocabulary) -> list[int]:
    return list(unread(vocabulary).order_by("pk").values_list("pk", flat=True))


def known_numbers(numbers: list[int]) -> list[int]:
    """The same, ascending. Raises CommandError where one of the reports is not there."""
    known = set(Report.objects.filter(pk__in=numbers, is_current=True).values_list("pk", flat=True))
    if missing := set(numbers) - known:
        raise CommandError(f"库中没有报告 {'、'.join(map(str, sorted(missing)))}。")
    return sorted(known)


def in_words(changes: dict[str, list[str]]) -> str:
    return "；".join(f"{label}：{before or '空'} → {after or '空'}" for label, (before, after) in changes.items())


def readable(reading: dict[str, Any]) -> str:
    """A few lines for each article, for a person."""
    articles = reading["articles"]
    blocks = [f"{reading['file']}：{len(articles)} 篇"]
    for number, article in enumerate(articles, start=1):
        court, year = article["court"], article["year"]
        strong = [theme["name"] for theme in article["themes"] if theme["strength"] in ("topic", "touched")]
        span = f"{year['from']}–{year['to']}" if year["from"] else year["value"]
        headings = [
            f"    {'  ' * section['level']}{section['heading']}"
            for section in article["sections"]
            if section["kind"] == "heading" and section["level"] < 3
        ]
        blocks.append(
            "\n".join(
                [
                    f"{number}. {article['title']}（{len(article['text']):,} 字符）",
                    f"  法院：{court['name'] or '未写明'}（{court['sure']:.2f}）　区划：{article['region'] or '—'}",
                    f"  年度：{span or '未写明'}（{year['sure']:.2f}{'，推断' if year['basis'] == 'inferred' else ''}）"
                    f"　类型：{article['type']['value'] or '未写明'}",
                    f"  主题：{'、'.join(strong) or '—'}",
                    *headings,
                    *(f"  注意：{notice}" for notice in article["notices"]),
                ]
            )
        )
    return "\n\n".join(blocks)

"""What the pipeline reads in a file, without saving anything."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.ingestion.child import read_safely
from reports.ingestion.describe import described
from reports.ingestion.shapes import Upload
from reports.ingestion.vocabulary import current_vocabulary


class Command(BaseCommand):
    help = "识别一个文件（不保存），显示读出的法院、年度、类型、主题和章节"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--text", metavar="FILE", type=Path, required=True, help="要识别的文件，任何可读的格式")
        parser.add_argument("--json", metavar="OUT", type=Path, help="把结果写成 JSON 文件")

    def handle(self, *args: Any, **options: Any) -> None:
        reading = self.read(options["text"])
        out: Path | None = options["json"]
        if out:
            out.write_text(json.dumps(reading, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            self.stdout.write(f"已写入 {out}")
        else:
            self.stdout.write(readable(reading))

    def read(self, path: Path) -> dict[str, Any]:
        """The described reading. Raises CommandError with the reason where there is none."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CommandError(f"打不开 {path}：{error.strerror}") from error
        vocabulary = current_vocabulary()
        reading = read_safely(Upload(path.name, data), vocabulary)
        if reading.reason:
            raise CommandError(f"{path.name}：{reading.reason}")
        return described(path.name, reading, vocabulary)


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

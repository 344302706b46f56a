"""What a person agreed each sample says, line by line, and a reading of it in the same form."""

import json
import re
from pathlib import Path

from django.conf import settings

from reports.ingestion.clean import clean
from reports.ingestion.read import read
from reports.ingestion.shapes import Article, Upload
from reports.ingestion.split import split

SAMPLES = ("000", "001", "002", "003", "004")
EXPECTED = Path(__file__).parents[1] / "expected" / "gold_texts.json"
# The table writes the level into the kind of a heading.
KINDS = {"h1": "heading", "h2": "heading"}

Lines = list[tuple[str, str]]


def sample_bytes(sample: str) -> bytes:
    (path,) = (Path(settings.SEEDS_DIR) / "samples").glob(f"{sample}_*.txt")
    return path.read_bytes()


def printed(sample: str) -> list[Lines]:
    """The articles of a sample, each a list of (kind, text as printed)."""
    articles = json.loads(EXPECTED.read_text(encoding="utf-8"))[sample]
    articles = articles if isinstance(articles[0][0], list) else [articles]
    return [[(KINDS.get(kind, kind), text) for kind, text in article] for article in articles]


def expected(sample: str) -> list[Lines]:
    return [[compared(kind, text) for kind, text in article] for article in printed(sample)]


def articles_in(data: bytes, name: str = "报告.txt") -> tuple[Article, ...]:
    return split(clean(read(Upload(name, data))))


def lines_of(article: Article) -> Lines:
    return [compared(line.kind, article.words(line)) for line in article.lines]


def compared(kind: str, text: str) -> tuple[str, str]:
    """In headings and titles only the spaces at digits are no part of the text; elsewhere white space does not count."""
    if kind in ("title", "subtitle", "heading"):
        return kind, re.sub(r"(?<=[\u4e00-\u9fff]) (?=\d)|(?<=\d) (?=[\u4e00-\u9fff])", "", text)
    return kind, "".join(text.split())


def heads(lines: Lines) -> Lines:
    return [line for line in lines if line[0] != "para"]


def words(lines: Lines) -> str:
    return "".join("".join(text.split()) for _, text in lines)

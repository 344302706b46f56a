"""What every engine is given: the same reports, cut into the same words, with the same facet values. Made once, kept.

The words are those of our own analyzer: a peer that gets them ready-made is spared the cutting, and differs from us
in nothing but what it does with them.
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from django.conf import settings

from benchmarks.progress import shown
from reports import publishing
from reports.models import Region, Report, Status, Theme
from search.jieba_analyzer import words
from search.query import UNKNOWN, fold
from search.search_indexes import ReportIndex

FOLDER = settings.DATA_DIR / "peers"
HAN = range(0x4E00, 0xA000)
PORTION = 400


@dataclass(frozen=True, slots=True)
class Document:
    """A report as the peers know it. region: the province's code; regions: those of all levels; court: its id;
    year: 0 for unknown; themes: ids.

    named: title, court and regions, folded, one a line. words: of text and names together, in order, one space apart.
    """

    id: int
    region: str
    year: int
    level: str
    type: str
    themes: tuple[str, ...]
    named: str
    words: str
    court: str = UNKNOWN
    regions: tuple[str, ...] = (UNKNOWN,)

    def has(self, word: str) -> bool:
        return f" {word} " in f" {self.words} "


def documents() -> Iterator[Document]:
    """All published reports, by id."""
    places = places_of_reports()
    with path().open(encoding="utf-8", newline="\n") as file:
        for line in file:
            pk, region, year, level, kind, themes, named, body = line.rstrip("\n").split("\t")
            facets = (region, int(year), level, kind, tuple(themes.split(",")))
            yield Document(int(pk), *facets, named.replace("\x1f", "\n"), body, *places[int(pk)])


def places_of_reports() -> dict[int, tuple[str, tuple[str, ...]]]:
    """Report -> its court's id, and the codes of the court's region and of everything above it."""
    parents = dict(Region.objects.values_list("code", "parent_id"))
    places = {}
    for pk, court, region in Report.objects.values_list("pk", "court_id", "court__region_id"):
        regions = []
        while region:
            regions.append(region)
            region = parents[region]
        places[pk] = (str(court or UNKNOWN), tuple(regions) or (UNKNOWN,))
    return places


def count() -> int:
    return Report.objects.published().count()


def frequencies() -> dict[str, int]:
    """Word of two or more Han characters -> how many documents have it."""
    found: dict[str, int] = json.loads(path().with_suffix(".json").read_text("utf-8"))
    return found


def path() -> Path:
    """Where the documents are kept: other words, another file."""
    digest = hashlib.sha256()
    for sample in sorted((settings.SEEDS_DIR / "samples").iterdir()):
        digest.update(" ".join(words(sample.read_text("utf-8"))).encode())
    return FOLDER / f"documents-{digest.hexdigest()[:12]}.tsv"


def measure() -> dict[str, Any]:
    """Make the documents where they are missing. What an interrupted measurement left withdrawn is published again."""
    for report in Report.objects.filter(status=Status.WITHDRAWN):
        publishing.publish(report, None, confirmed=True)
    if not path().exists():
        make()
    return {"documents": count()}


def make() -> None:
    FOLDER.mkdir(exist_ok=True)
    frequency: Counter[str] = Counter()
    index = ReportIndex()
    prepared = (index.full_prepare(report) for report in index.index_queryset().iterator(chunk_size=200))
    written = path().with_suffix(".part")
    # spawn: a forked child would share this process's database connection.
    with get_context("spawn").Pool(min(os.cpu_count() or 1, 4)) as pool, written.open("w", encoding="utf-8") as file:
        cut = (
            pair
            for portion in portions(prepared)
            for pair in zip(portion, pool.map(words, [whole(fields) for fields in portion], 20), strict=True)
        )
        for fields, body in shown("documents", cut, count()):
            file.write(line_of(fields, body))
            frequency.update(word for word in set(body) if len(word) > 1 and all(ord(char) in HAN for char in word))
    often = {word: number for word, number in sorted(frequency.items()) if number > 1}
    path().with_suffix(".json").write_text(json.dumps(often, ensure_ascii=False), encoding="utf-8")
    written.replace(path())


def portions(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while portion := list(islice(rows, PORTION)):
        yield portion


def whole(fields: dict[str, Any]) -> str:
    """All that a bare word is looked for in, line by line."""
    return "\n".join((fields["text"], fields["title"], fields["court_names"]))


def line_of(fields: dict[str, Any], body: list[str]) -> str:
    """The document as a line of the file."""
    cells = [
        fields["django_id"],
        fields["region"][0],
        "0" if fields["year"] == UNKNOWN else fields["year"],
        fields["level"],
        fields["type"],
        ",".join(fields["theme"]),
        "\x1f".join(fold(line) for line in (fields["title"], *fields["court_names"].split("\n"))),
        " ".join(body),
    ]
    return "\t".join(cells) + "\n"


def theme_ids() -> dict[str, str]:
    return {name: str(pk) for pk, name in Theme.objects.values_list("pk", "name")}

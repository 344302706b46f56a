"""The world as the recognisers are told it, from seeds/ without a database, and articles made of lines."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from reports.ingestion.shapes import (
    Article,
    KnownCourt,
    KnownIndicator,
    KnownRegion,
    KnownTheme,
    Line,
    LineKind,
    Vocabulary,
)

SEEDS = Path(__file__).parents[3] / "seeds"


def rows(name: str) -> Iterator[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def several(words: str) -> list[str]:
    return [word for word in words.split(";") if word]


KINDS = tuple(
    KnownIndicator(
        row["name"],
        row["expressions"],
        tuple(several(row["units"])),
        row["context"],
        row["better"],
        tuple(several(row["numerator"])),
        tuple(several(row["denominator"])),
    )
    for row in rows("indicators.csv")
)


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return Vocabulary(
        regions=tuple(
            KnownRegion(
                row["code"],
                row["name"],
                row["level"],
                row["parent_code"] or None,
                (row["short_name"], *several(row["aliases"])),
            )
            for row in rows("regions.csv")
        ),
        courts=tuple(
            KnownCourt(
                row["name"],
                row["level"][:2],
                row["kind"],
                row["region_code"] or None,
                tuple(several(row["aliases"])),
            )
            for row in rows("courts.csv")
        ),
        themes=tuple(KnownTheme(row["name"], row["definition"], row["signals"]) for row in rows("themes.csv")),
        indicators=KINDS,
    )


def article_of(
    lines: Iterable[tuple[LineKind, str]], *, neighbours: tuple[str, ...] = (), page_years: tuple[int, ...] = ()
) -> Article:
    """An article as `split` would hand it over: one line per pair of kind and words."""
    placed: list[Line] = []
    text = ""
    for kind, words in lines:
        placed.append(Line(kind, len(text), len(text) + len(words)))
        text += words + "\n"
    title = next((text[line.start : line.end] for line in placed if line.kind == "title"), "")
    return Article(
        number=1,
        title=title,
        text=text.removesuffix("\n"),
        lines=tuple(placed),
        sections=(),
        pages=((0, 1),),
        neighbours=neighbours,
        page_years=page_years,
    )

"""Small tables as readers leave them: a row a line (综合结案率96.2% 97.79%), or cells between strokes, over many lines.

A cell's number counts what its row and its column say. Of columns that are years the last is the report's own.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from ..han import HAN
from ..shapes import Article, Line
from .numbers import NUMBER, PERCENT, SCALES, Amount, last_place, scaled

_CELL = re.compile(rf"(?P<number>{NUMBER})(?P<percent>[%％]?)")
_ROW = re.compile(
    rf"(?P<name>[{HAN}]{{2,20}}?(?:[（(].{{1,4}}[）)])?)\s*(?P<cells>(?:(?:{NUMBER})[%％]?(?:\s+|$)){{2,}})"
)
_UNIT = re.compile(r"[（(](.{1,4})[）)]$")
_CASES = re.compile("旧存|新收|收案|受理|审结|执结|结案|未结|总计|合计|件数")
_YEAR = re.compile(r"(?:19|20)\d\d年?")
_STROKE = "|"
_APART = re.compile(r"[^|\s]+")
_LONGEST = 16  # characters of a line of cells
_LONGEST_HEADS = 64
_FEWEST = 4  # strokes
_SERIAL = "序号"


class Cell(NamedTuple):
    """A number in a table. `amount` stands where it does in the article's text, `row` is the stretch of its whole row."""

    label: str
    amount: Amount
    row: tuple[int, int]
    is_earlier: bool


class _Words(NamedTuple):
    text: str
    start: int


def cells_of(article: Article) -> list[Cell]:
    """Every number of every table, row by row."""
    lines = [line for line in article.lines if line.kind == "para"]
    return [*_in_lines(article, lines), *_between_strokes(article, lines)]


def _in_lines(article: Article, lines: list[Line]) -> Iterator[Cell]:
    """Rows that are lines, below the line of their heads."""
    heads: list[str] = []
    for above, line in pairwise(lines):
        row = _ROW.fullmatch(article.text, line.start, line.end)
        if row is None:
            heads = []
            continue
        numbers = [_Words(match[0], match.start()) for match in _CELL.finditer(article.text, *row.span("cells"))]
        heads = heads or _heads(article.words(above))
        if len(heads) >= len(numbers):
            yield from _row(row["name"], heads[-len(numbers) :], numbers, (line.start, line.end))


def _heads(words: str) -> list[str]:
    """The heads of the columns, which years may have grown together: 指标2022年2023年. A line with other numbers has none."""
    years = _YEAR.findall(words)
    if len(years) > 1:
        return years
    heads = words.split() if len(words) <= _LONGEST_HEADS else []
    return [] if any(_CELL.fullmatch(head) for head in heads) else heads


def _between_strokes(article: Article, lines: list[Line]) -> Iterator[Cell]:
    """Cells between strokes, wherever their lines end; a serial number or the width of the heads parts the rows."""
    for zone in _zones(article, lines):
        cells = [_Words(match[0], match.start()) for match in _APART.finditer(article.text, *zone)]
        first = next((number for number, cell in enumerate(cells) if _CELL.fullmatch(cell.text)), 0)
        serial = cells[0].text == _SERIAL
        width = first if serial else first - 1
        if width < 2:
            continue
        heads = [cell.text for cell in cells[1 + serial : width]]
        for place in range(width, len(cells) - width + 1, width):
            name, *numbers = cells[place + serial : place + width]
            if not _CELL.fullmatch(name.text) and all(_CELL.fullmatch(cell.text) for cell in numbers):
                end = numbers[-1].start + len(numbers[-1].text)
                yield from _row(name.text, heads, numbers, (name.start, end))


def _zones(article: Article, lines: list[Line]) -> Iterator[tuple[int, int]]:
    """Stretches of short lines without a sentence in them, with strokes between."""
    zone: list[Line] = []
    for line in [*lines, None]:
        words = article.words(line) if line else ""
        if line and (_STROKE in words or (len(words) <= _LONGEST and not re.search("[，。；：]", words))):
            zone.append(line)
            continue
        start = next((at.start for at, below in pairwise(zone) if _STROKE in article.words(below)), None)
        if start is not None and article.text.count(_STROKE, start, zone[-1].end) >= _FEWEST:
            yield start, zone[-1].end
        zone = []


def _row(name: str, heads: list[str], numbers: list[_Words], row: tuple[int, int]) -> Iterator[Cell]:
    years = [head for head in heads if _YEAR.fullmatch(head)]
    for head, cell in zip(heads, numbers, strict=True):
        match = _CELL.fullmatch(cell.text)
        if match is None:
            continue
        said = _UNIT.search(name) or _UNIT.search(head)
        label = _UNIT.sub("", name) + ("" if head in years else _UNIT.sub("", head))
        unit = PERCENT if match["percent"] else said[1] if said else "件" if _CASES.search(label) else ""
        scale = SCALES.get(unit[:1], 1) if len(unit) > 1 else 1
        value = Decimal(match["number"].replace(",", ""))
        amount = Amount(
            cell.start,
            cell.start + len(cell.text),
            scaled(value, scale),
            unit[1:] if scale > 1 else unit,
            scaled(last_place(value), scale),
        )
        yield Cell(label, amount, row, head in years and head != max(years))

"""Small charts as plain values: the washes of the tile grid and their key, the columns of years."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .queries import Place

COLUMN_HEIGHT = 88
COLUMNS = 10
# Which of the four washes a scale of 1, 2, 3 or 4 steps takes: few steps stand far apart.
WASHES = {1: (3,), 2: (2, 4), 3: (1, 3, 4), 4: (1, 2, 3, 4)}


@dataclass(frozen=True, slots=True)
class Tile:
    """One province. `area` places it (t22 for code 220000); `wash` is 0 where it has no reports."""

    place: Place
    area: str
    wash: int


@dataclass(frozen=True, slots=True)
class KeyEntry:
    wash: int
    words: str


def tiles(places: Sequence[Place]) -> tuple[list[Tile], list[KeyEntry]]:
    """The tile grid and the key to its washes, in steps that fit how much the archive holds."""
    steps = scale([place.reports for place in places if place.reports])
    washes = WASHES.get(len(steps), ())

    def wash(reports: int) -> int:
        return washes[sum(reports >= step for step in steps) - 1] if reports else 0

    grid = [Tile(place, f"t{place.region.code[:2]}", wash(place.reports)) for place in places]
    return grid, [KeyEntry(*entry) for entry in zip(washes, in_words(steps), strict=True)]


def scale(counts: Sequence[int]) -> list[int]:
    """Where each wash begins, rising: at most four steps, at round numbers near the quarters of the provinces."""
    ranked = sorted(counts)
    if len(set(ranked)) <= 4:
        return sorted(set(ranked))
    quarters = [ranked[len(ranked) * quarter // 4] for quarter in range(4)]
    return sorted({quarters[0], *(rounded(count) for count in quarters[1:] if rounded(count) > quarters[0])})


def rounded(count: int) -> int:
    """Down to a number that reads easily: 437 to 400, 87 to 80, 7 as it is."""
    power = 10 ** (len(str(count)) - 1)
    return count // power * power


def in_words(steps: Sequence[int]) -> list[str]:
    if len(steps) < 2:
        return [f"{step:,}篇" for step in steps]
    return [f"不足{steps[1]:,}篇", *(f"{step:,}起" for step in steps[1:-1]), f"{steps[-1]:,}篇起"]


@dataclass(frozen=True, slots=True)
class Column:
    """One year. `height` is in pixels; `still_open`: reports about it are still arriving."""

    year: int
    reports: int
    height: int
    still_open: bool


@dataclass(frozen=True, slots=True)
class YearChart:
    """The latest years, without a gap; how many reports are about earlier years, and about none that is known."""

    columns: list[Column]
    earlier: int
    unknown: int


def year_chart(counts: Mapping[int | None, int]) -> YearChart:
    years = sorted(year for year in counts if year is not None)
    if not years:
        return YearChart([], 0, counts.get(None, 0))
    first, last = max(years[0], years[-1] - COLUMNS + 1), years[-1]
    highest = max(counts.get(year, 0) for year in range(first, last + 1))
    columns = [
        Column(
            year=year,
            reports=counts.get(year, 0),
            height=-(-counts.get(year, 0) * COLUMN_HEIGHT // highest),
            still_open=year == last,
        )
        for year in range(first, last + 1)
    ]
    return YearChart(columns, sum(counts[year] for year in years if year < first), counts.get(None, 0))


@dataclass(frozen=True, slots=True)
class Bar:
    """One year of a list, the latest first and None (unknown) last. `width` is a percentage of the longest."""

    year: int | None
    reports: int
    width: int


def year_bars(counts: Mapping[int | None, int]) -> list[Bar]:
    longest = max(counts.values(), default=0)
    ordered = sorted(counts.items(), key=lambda row: (row[0] is None, -(row[0] or 0)))
    return [Bar(year, reports, -(-reports * 100 // longest)) for year, reports in ordered]

"""The engines side by side as one SVG: warm p95 by class of question, on a logarithmic scale. No library needed."""

from collections.abc import Iterator
from html import escape
from math import log10
from typing import Any

LEFT, TOP, ROW, BAR = 110, 60, 68, 10
WIDTH = 620  # of the scale
FROM, TO = -2, 4  # powers of ten, in milliseconds
COLOURS = ("#b3261e", "#1f5fa8", "#7fa8d6", "#5b7f3b", "#8a8a8a")


def drawn(measured: dict[str, Any]) -> str:
    figures = measured["engines"]["milliseconds"]
    kinds = list(next(iter(figures.values())))
    height = TOP + ROW * len(kinds) + 40
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 90} {height}" '
            f'font-family="sans-serif" font-size="12">',
            '<rect width="100%" height="100%" fill="white"/>',
            f'<text x="{LEFT}" y="18" font-size="14">Total, page and facets of {measured["reports"]:,} reports: '
            "warm p95, ms</text>",
            *legend(list(figures)),
            *scale(height - 40),
            *bars(figures, kinds),
            "</svg>",
        ]
    )


def legend(names: list[str]) -> Iterator[str]:
    for number, name in enumerate(names):
        x = 10 + number * 165
        yield f'<rect x="{x}" y="28" width="10" height="10" fill="{COLOURS[number]}"/>'
        yield f'<text x="{x + 15}" y="37">{escape(name)}</text>'


def scale(bottom: int) -> Iterator[str]:
    for power in range(FROM, TO + 1):
        x = place(10.0**power)
        yield f'<line x1="{x}" y1="{TOP - 12}" x2="{x}" y2="{bottom}" stroke="#ddd"/>'
        yield f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">{10.0**power:g}</text>'


def bars(figures: dict[str, Any], kinds: list[str]) -> Iterator[str]:
    for row, kind in enumerate(kinds):
        y = TOP + row * ROW
        yield f'<text x="{LEFT - 8}" y="{y + 28}" text-anchor="end">{escape(kind)}</text>'
        for number, by_kind in enumerate(figures.values()):
            value, top = by_kind[kind]["p95"], y + number * (BAR + 1)
            end = place(value)
            yield f'<rect x="{LEFT}" y="{top}" width="{end - LEFT:.1f}" height="{BAR}" fill="{COLOURS[number]}"/>'
            yield f'<text x="{end + 4:.1f}" y="{top + 9}" font-size="9">{value:,.2f}</text>'


def place(milliseconds: float) -> float:
    """Where a time stands on the scale."""
    share = (log10(max(milliseconds, 10.0**FROM)) - FROM) / (TO - FROM)
    return round(LEFT + WIDTH * min(share, 1.0), 1)

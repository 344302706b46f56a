"""Our engine alone, class by class: what grows with the archive, and how fast."""

import time
from typing import Any

from benchmarks.engines import by_class, of_class
from benchmarks.queries import queries
from search import engine

REPEATS = 20


def measure() -> dict[str, Any]:
    """Milliseconds by class of question, in this archive."""
    asked = queries()
    times: list[list[float]] = [[] for _ in asked]
    for _ in range(REPEATS + 1):
        for row, query in zip(times, asked, strict=True):
            started = time.perf_counter()
            engine.find(query.search)
            row.append((time.perf_counter() - started) * 1000)
    return {kind: of_class(rows) for kind, rows in by_class(times, asked).items()}

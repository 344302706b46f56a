"""The whole search page through Django: question in, HTML out, everything that a reader waits for but the network.

First touch: in a fresh process that has done what every worker does before it serves (archive.startup.warm_up) and has
shown the search page without a question, each question once. Warm: the same questions again and again, each page drawn
anew (search/remembered.py has to forget it every time). Kept: asked once more, and answered from what is kept. The
operating system's cache holds the index in all: a machine that serves has read it once.
"""

import json
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.cache import cache
from django.test import Client

from archive.startup import warm_up
from benchmarks.engines import percentile
from benchmarks.queries import Query, queries

FRESH = 3  # processes
REPEATS = 5


def measure() -> dict[str, dict[str, float]]:
    """Milliseconds by class of question: first touch over all processes, then warm."""
    with TemporaryDirectory() as folder:
        runs = []
        for number in range(FRESH):
            out = Path(folder) / f"{number}.json"
            subprocess.run([sys.executable, "-m", "benchmarks.part", "pages_once", str(out)], check=True)
            runs.append(json.loads(out.read_text("utf-8")))
    rows: dict[str, list[list[list[float]]]] = defaultdict(list)
    for run in runs:
        for kind, times in run:
            rows[kind].append(times)
    everything = [times for several in rows.values() for times in several]
    return {kind: figures(several) for kind, several in [*rows.items(), ("all", everything)]}


def figures(rows: list[list[float]]) -> dict[str, float]:
    first, warm, kept = [row[0] for row in rows], [one for row in rows for one in row[1:-1]], [row[-1] for row in rows]
    return {
        "first_p50": percentile(first, 0.5),
        "first_p95": percentile(first, 0.95),
        "p50": round(statistics.median(warm), 3),
        "p95": percentile(warm, 0.95),
        "kept_p95": percentile(kept, 0.95),
    }


def once() -> list[tuple[str, list[float]]]:
    """In this process: the class of each question, and its times in milliseconds: first touch, warm ones, kept."""
    warm_up()
    client = Client(headers={"host": "127.0.0.1"})
    ask(client, "/search/")
    asked = [(query.kind, page_of(query)) for query in queries()]
    times: list[list[float]] = [[] for _ in asked]
    for drawn in [*([True] * (REPEATS + 1)), False]:
        for row, (_, address) in zip(times, asked, strict=True):
            if drawn:
                cache.clear()
            else:
                ask(client, address)
            started = time.perf_counter()
            ask(client, address)
            row.append((time.perf_counter() - started) * 1000)
    return [(kind, row) for (kind, _), row in zip(asked, times, strict=True)]


def page_of(query: Query) -> str:
    """The address that a reader would see: with synonyms, as the site searches unless told otherwise."""
    return "/search/?" + replace(query.search, synonyms=True).address()


def ask(client: Client, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise SystemExit(f"{address} answered {response.status_code}")

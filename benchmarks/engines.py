"""Ours against the peers: every question to every engine in turn, in one process, so that noise hits all alike.

Measured is what a page of results needs from an engine: the total, the 20 ids of the page asked for in their order, and
the counts of every facet, each without its own choice (which ones, peers/__init__.py says). For ours that is
`engine.find`: the question is parsed, folded and cut within the time. The peers are handed tokens.

Synonyms are switched off, for no peer has any. Of questions, ours lists the reports that hold more than half of the
words; tantivy is asked the same, SQLite and Haystack are asked it as all the combinations that are so.

Totals. A peer counts reports whose tokens hold the word; ours counts those whose text, title or court names hold it as a
string. So ours may only ever find more, and only where the segmentation has hidden the word in another (法院 in 法院长 if
jieba cuts 法|院长). Both truths are counted by brute force over all documents (truth.py): every engine must agree with its
own one, and each report that makes the difference is looked at. Quoted strings: no peer of tokens can be exact; its share
of what stands in the texts is printed.
"""

import shutil
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from benchmarks import documents, truth
from benchmarks.peers import Peer, Reply
from benchmarks.peers.sqlite_fts5 import Fts5
from benchmarks.peers.stock import Stock
from benchmarks.peers.tantivy_library import Tantivy, TantivyOfFive
from benchmarks.progress import shown
from benchmarks.queries import PART, Query, of_parts, queries
from search import engine

PEERS: tuple[type[Peer], ...] = (Tantivy, TantivyOfFive, Fts5, Stock)
OURS = "ours"
REPEATS = 20  # beside the first touch


def measure() -> dict[str, Any]:
    """Milliseconds by engine and class, ratios to ours, and the totals of every question."""
    built = build()
    asked = queries()
    engines: dict[str, Callable[[Query], Reply]] = {OURS: ours}
    most = {OURS: REPEATS}
    for peer in PEERS:
        engines[peer.name] = peer(documents.FOLDER / peer.folder).ask
        most[peer.name] = min(REPEATS, peer.repeats_at_most)
    times, replies = alternate(engines, most, asked)
    totals = truth.compare(asked, replies)
    times_in_parts, _ = alternate({OURS: ours}, most, of_parts(asked))
    figures = {name: {kind: of_class(rows) for kind, rows in by_class(times[name], asked).items()} for name in engines}
    return {
        "milliseconds": figures,
        "times_slower": {
            name: {kind: ratio(figures, name, kind) for kind in figures[name]} for name in engines if name != OURS
        },
        # No peer knows parts of a report.
        PART: of_class(times_in_parts[OURS]),
        "agreement": truth.summary(totals),
        "totals": totals,
        "built_seconds": built,
        "megabytes": {peer.name: megabytes(peer) for peer in PEERS},
    }


def ours(query: Query) -> Reply:
    page = engine.find(query.search)
    return Reply(page.count, tuple(hit.report_id for hit in page.hits), page.facets)


def build() -> dict[str, float]:
    """Seconds that building each peer's index took; those that are there are left alone."""
    took = {}
    for peer in PEERS:
        folder = documents.FOLDER / peer.folder
        done = folder.with_suffix(".seconds")
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            sys.stderr.write(f"  building {peer.name}\n")
            started = time.monotonic()
            peer.build(folder, shown(peer.name, documents.documents(), documents.count()))
            done.write_text(f"{time.monotonic() - started:.1f}")
        took[peer.name] = float(done.read_text())
    return took


def alternate(
    engines: dict[str, Callable[[Query], Reply]], most: dict[str, int], asked: list[Query]
) -> tuple[dict[str, list[list[float]]], dict[str, list[Reply]]]:
    """Per engine, for each question its times in milliseconds, the first touch first; and its first replies."""
    times: dict[str, list[list[float]]] = {name: [[] for _ in asked] for name in engines}
    replies: dict[str, list[Reply]] = defaultdict(list)
    names = list(engines)
    for turn in range(REPEATS + 1):
        for number, query in shown(f"round {turn + 1} of {REPEATS + 1}", list(enumerate(asked))):
            # Nobody always comes first, or always after the slowest.
            first = (turn + number) % len(names)
            for name in names[first:] + names[:first]:
                if turn > most[name]:
                    continue
                started = time.perf_counter()
                reply = engines[name](query)
                times[name][number].append((time.perf_counter() - started) * 1000)
                if turn == 0:
                    replies[name].append(reply)
    return times, replies


def by_class(times: list[list[float]], asked: list[Query]) -> dict[str, list[list[float]]]:
    rows: dict[str, list[list[float]]] = defaultdict(list)
    for query, row in zip(asked, times, strict=True):
        rows[query.kind].append(row)
    return {**rows, "all": times}


def of_class(rows: list[list[float]]) -> dict[str, float]:
    """First touch and warm, each as median and 95th percentile, in milliseconds."""
    first, warm = [row[0] for row in rows], [one for row in rows for one in row[1:]]
    return {
        "first_p50": percentile(first, 0.5),
        "first_p95": percentile(first, 0.95),
        "p50": percentile(warm, 0.5),
        "p95": percentile(warm, 0.95),
        "sum": round(sum(statistics.median(row[1:]) for row in rows), 3),
    }


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))], 3)


def ratio(figures: dict[str, dict[str, dict[str, float]]], name: str, kind: str) -> float:
    """How many times as long all questions of the class take together, by their medians."""
    return round(figures[name][kind]["sum"] / figures[OURS][kind]["sum"], 1)


def megabytes(peer: type[Peer]) -> float:
    folder = documents.FOLDER / peer.folder
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6, 1)

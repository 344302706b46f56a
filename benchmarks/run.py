"""make bench: how well the archive reads and how fast it answers, as a table and as benchmarks/out/bench.json.

Measured in a data folder of its own (benchmarks/out/data) on the samples and 2,000 synthetic reports, which are made on
the first run and kept for the next.
"""

import json
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

OUT = Path(__file__).parent / "out"
os.environ["DATA_DIR"] = str(OUT / "data")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")
os.environ["LOG_LEVEL"] = "ERROR"

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from benchmarks import recognition  # noqa: E402
from reports.ingestion.vocabulary import current_vocabulary  # noqa: E402
from reports.models import Report  # noqa: E402
from search import engine  # noqa: E402
from search.query import SearchQuery  # noqa: E402

REPORTS, SEED = 2_000, 20261122
REPEATS = 15
QUERIES: dict[str, list[SearchQuery]] = {
    "everything": [SearchQuery()],
    "common word": [SearchQuery(q="法院"), SearchQuery(q="工作"), SearchQuery(q="案件")],
    "term": [SearchQuery(q="府院联动"), SearchQuery(q="诉源治理"), SearchQuery(q="司法建议")],
    "several words": [
        SearchQuery(q="行政 争议 化解"),
        SearchQuery(q="优化 营商环境 涉企"),
        SearchQuery(q="法治 副校长"),
    ],
    "exact string": [SearchQuery(q='"行政机关"'), SearchQuery(q='"的"'), SearchQuery(q='"以“诉”追“源”"')],
    "without, either": [
        SearchQuery(q="司法 -执行"),
        SearchQuery(q="调解 OR 和解"),
        SearchQuery(q="(普法 | 宣传) 学校"),
    ],
    "near, same paragraph": [SearchQuery(q="府院 NEAR 联动"), SearchQuery(q="司法 同段 建议")],
    "facets": [
        SearchQuery(regions=("370000",), years=("2022", "2023")),
        SearchQuery(q="治理", levels=("中级",), themes=("诉源治理",)),
        SearchQuery(q="法院", types=("年度报告",), year_from=2018, year_to=2020, sort="newest"),
    ],
    "nothing found": [SearchQuery(q="量子纠缠态"), SearchQuery(q='"没有这一句话"')],
}


def main() -> None:
    OUT.mkdir(exist_ok=True)
    measured: dict[str, Any] = {"machine": f"{platform.platform()}, Python {platform.python_version()}"}
    made = timed(prepare)
    rebuilt = timed(lambda: call_command("rebuild_index"))
    measured["index"] = {
        "reports": engine.count(),
        "characters": sum(len(text) for text in Report.objects.published().values_list("texts__text", flat=True)),
        "rebuild_seconds": rebuilt,
        # The generation before is kept on the disk too.
        "megabytes": round(sum(path.stat().st_size for path in newest_generation().rglob("*")) / 1e6, 1),
    }
    print(f"\nprepared in {made} s; index: {measured['index']}")
    measured["search"] = {name: figures(queries, engine.find) for name, queries in QUERIES.items()}
    show("engine.find, ms", measured["search"])
    client = Client(headers={"host": "127.0.0.1"})
    measured["page"] = {name: figures(queries, lambda query: ask(client, query)) for name, queries in QUERIES.items()}
    show("whole search page, ms", measured["page"])
    measured["resident_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\nmemory at most {measured['resident_megabytes']} MB")
    measured["recognition"] = recognition.measure(list(recognition.samples()), current_vocabulary(), quiet=True)
    recognition.show("samples", measured["recognition"])
    (OUT / "bench.json").write_text(json.dumps(measured, ensure_ascii=False, indent=1), encoding="utf-8")
    print(f"\n{OUT / 'bench.json'}")


def prepare() -> None:
    call_command("prepare")
    call_command("make_corpus", reports=REPORTS, seed=SEED)


def newest_generation() -> Path:
    return max((OUT / "data/index").glob("*/"))


def timed(work: Callable[[], Any]) -> float:
    """Seconds."""
    started = time.perf_counter()
    work()
    return round(time.perf_counter() - started, 2)


def ask(client: Client, query: SearchQuery) -> None:
    parameters = {
        **{"q": query.q, "region": query.regions, "year": query.years, "level": query.levels, "type": query.types},
        **{
            "theme": query.themes,
            "year_from": query.year_from or "",
            "year_to": query.year_to or "",
            "sort": query.sort,
        },
    }
    response = client.get(f"/search/?{urlencode(parameters, doseq=True)}")
    if response.status_code != 200:
        sys.exit(f"/search/ answered {response.status_code}")


def figures(queries: list[SearchQuery], answer: Callable[[SearchQuery], Any]) -> dict[str, float]:
    """Milliseconds: the slowest first touch, then p50, p95 and the slowest of the repeats."""
    first = [timed_ms(answer, query) for query in queries]
    repeats = sorted(timed_ms(answer, query) for _ in range(REPEATS) for query in queries)
    return {
        "first": round(max(first), 2),
        "p50": round(statistics.median(repeats), 2),
        "p95": round(repeats[int(len(repeats) * 0.95)], 2),
        "max": round(repeats[-1], 2),
    }


def timed_ms(answer: Callable[[SearchQuery], Any], query: SearchQuery) -> float:
    started = time.perf_counter()
    answer(query)
    return (time.perf_counter() - started) * 1000


def show(title: str, rows: dict[str, dict[str, float]]) -> None:
    print(f"\n{title:<24}" + "".join(f"{name:>10}" for name in next(iter(rows.values()))))
    for name, row in rows.items():
        print(f"{name:<24}" + "".join(f"{value:>10.2f}" for value in row.values()))


if __name__ == "__main__":
    main()

"""make bench: how fast the archive answers, how exactly and at what cost, beside other engines; and how well it reads.

    REPORTS=2000 make bench        (35,000 without it)

Everything lies in benchmarks/out: the synthetic archives, the peers and their indexes are made once, by the project's own
commands, and kept; delete the folder to begin anew. What is measured is measured every time. Each part runs in a process
of its own and says in its docstring what it measures and why so:

    indexing    rebuild time, memory and size          engines     nine classes of questions, ours and three peers; and of parts, ours alone
    exactness   every report, no other: brute force    pages       whole pages through Django
    serving     pages a second, memory, publishing     growth      a tenth of the archive, the archive, ten times it
    reading     characters wrong, pages and files a second
    hostile     what hostile files cost, and what they are told
    recognition precision and recall of what is found
"""

import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import plot, table

HERE = Path(__file__).parent
OUT = HERE / "out"
PACKAGES = OUT / "packages"
REPORTS = int(os.environ.get("REPORTS") or 35_000)
SEED = 20261122
PARTS = ("documents", "indexing", "engines", "exactness", "pages", "serving", "reading", "hostile")


def main() -> None:
    OUT.mkdir(exist_ok=True)
    install_peers()
    measured: dict[str, Any] = {
        "machine": machine(),
        "reports": REPORTS,
        "seed": SEED,
        "began": time.strftime("%Y-%m-%d %H:%M:%S"),
    }
    make_archive(REPORTS)
    for name in PARTS:
        measured[name] = part(name, REPORTS)
        table.show(name, measured)
        keep(measured)
    measured["growth"] = growth()
    table.show("growth", measured)
    measured["recognition"] = recognition()
    keep(measured)
    (OUT / "bench.svg").write_text(plot.drawn(measured), encoding="utf-8")
    print(f"\n{OUT / 'bench.json'}\n{OUT / 'bench.svg'}")


def install_peers() -> None:
    """Into a folder that nothing but the benchmarks looks into; again when the list of them changes."""
    wanted, installed = HERE / "requirements.txt", PACKAGES / "requirements.txt"
    if installed.is_file() and installed.read_bytes() == wanted.read_bytes():
        return
    say("installing what is compared with")
    shutil.rmtree(PACKAGES, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--target", str(PACKAGES), "-r", str(wanted)], check=True)
    shutil.copy(wanted, installed)


def make_archive(reports: int) -> None:
    """The synthetic archive, unless it is there already; what an interrupted run has made is gone on with."""
    if published(reports) >= reports:
        return
    say(f"making an archive of {reports:,} reports, about {reports * 0.015 / 60 + 1:.0f} minutes")
    for command in (["prepare"], ["make_corpus", "--reports", str(reports), "--seed", str(SEED)]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=HERE.parent, env=environment(reports), check=True)


def published(reports: int) -> int:
    database = data_dir(reports) / "archive.sqlite3"
    if not database.is_file():
        return 0
    with sqlite3.connect(database) as connection:
        tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'reports_report'").fetchone()[0]
        asked = "SELECT count(*) FROM reports_report WHERE status = 'published'"
        return int(connection.execute(asked).fetchone()[0]) if tables else 0


def part(name: str, reports: int, also: dict[str, str] | None = None) -> Any:
    """What one module of this folder measures in that archive; `also` is for its environment."""
    say(f"{name}, {reports:,} reports")
    out = data_dir(reports) / f"{name}.json"
    started = time.monotonic()
    command = [sys.executable, "-m", "benchmarks.part", name, str(out)]
    subprocess.run(command, cwd=HERE.parent, env=environment(reports) | (also or {}), check=True)
    say(f"{name}: {time.monotonic() - started:.0f} s")
    return json.loads(out.read_text("utf-8"))


def growth() -> dict[str, Any]:
    """Our engine in a tenth of the archive, in the archive, and in an index of ten times as many reports."""
    tenth = REPORTS // 10
    make_archive(tenth)
    for name in ("documents", "indexing"):
        part(name, tenth)
    part("tenfold", REPORTS)
    tenfold = {"MEASURED_INDEX": str(data_dir(REPORTS) / "tenfold")}
    return {
        str(tenth): part("growth", tenth),
        str(REPORTS): part("growth", REPORTS),
        str(REPORTS * 10): part("growth", REPORTS, tenfold),
    }


def recognition() -> Any:
    out = data_dir(REPORTS) / "recognition.json"
    command = [sys.executable, "-m", "benchmarks.recognition", "--quiet", "--json", str(out)]
    subprocess.run(command, cwd=HERE.parent, env=environment(REPORTS), check=True)
    return json.loads(out.read_text("utf-8"))


def environment(reports: int) -> dict[str, str]:
    return {
        **os.environ,
        "DATA_DIR": str(data_dir(reports)),
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "PYTHONPATH": os.pathsep.join([str(PACKAGES), str(HERE.parent)]),
        "LOG_LEVEL": "ERROR",
    }


def data_dir(reports: int) -> Path:
    return OUT / f"data-{reports}"


def keep(measured: dict[str, Any]) -> None:
    (OUT / "bench.json").write_text(json.dumps(measured, ensure_ascii=False, indent=1), encoding="utf-8")


def machine() -> str:
    return f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores"


def say(what: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {what}", flush=True)


if __name__ == "__main__":
    main()

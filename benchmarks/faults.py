"""What the index does when it is killed, damaged, starved or removed. Real processes, real signals, real files.

    DATA_DIR=/tmp/faults python manage.py prepare
    DATA_DIR=/tmp/faults python -m benchmarks.faults [--moments 200] [--flips 200] [--saves 100] [--out faults.json]

The archive in DATA_DIR is spoilt by it: a family of reports is added that changes as one, from year to year, each time in one
transaction. Whatever moment an answer is from, it must list the whole family under one year; anything else is wrong.
Processes are forked from one that has loaded everything and opened nothing. Ends with an error at the first wrong answer.

    kills     kill -9 at random times, at random file operations, and between a commit and the deletion of its notes
    flips     one bit in every kind of file, before the index is opened and while it is served; then at so many places of
              every single file, opened each time
    full      no room for what is written: a limit on the size of files; where it may be mounted, a small disk
    removed   the whole folder, while the queue runs and two processes search
    saves     four processes save, two search; how long a save takes, and whether all is found at the end
"""

import argparse
import io
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import django
from django.conf import settings

WORD, LATER = "独角兽", "麒麟"  # words of the family, and of the reports saved later; in no other report
FAMILY = 60
READ_AT_ONCE = 25  # the family is read in three questions to the database
PORTION = 30_000  # characters; the family and the samples fill two segments
SMALL_PORTION = 9_000  # many segments, written by other processes
KINDS = ("time", "operation", "other processes", "operation", "notes")  # of moments to be killed in
OPERATIONS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir"}
SEED = 20261122
PATIENCE = 120.0  # seconds

random_ = random.Random(SEED)  # noqa: S311  # moments and bits, no secrets


# ---- processes
def process(work: Callable[..., Any], *args: Any) -> tuple[int, Connection]:
    """A forked process, and the end of a pipe on which its result arrives: ["ok", value] or ["error", text]."""
    from django.db import connections

    connections.close_all()
    ours, theirs = Pipe(duplex=False)
    pid = os.fork()
    if pid:
        theirs.close()
        return pid, ours
    try:
        theirs.send(["ok", work(*args)])
    except BaseException:
        theirs.send(["error", traceback.format_exc()])
    finally:
        os._exit(0)


def result(of: tuple[int, Connection]) -> Any:
    pid, pipe = of
    kind, value = pipe.recv()
    os.waitpid(pid, 0)
    if kind == "error":
        raise SystemExit(value)
    return value


def alone(work: Callable[..., Any], *args: Any) -> Any:
    """What the work returns in a process of its own, as a new one sees the index."""
    return result(process(work, *args))


@contextmanager
def queue() -> Iterator[None]:
    """The queue process, as `manage.py serve` runs it."""

    def run() -> None:
        from django.core.management import call_command

        from search.management.commands import drain_outbox

        drain_outbox.ROUND = 1.0
        drain_outbox.AFTER_FAILURE = 0.5
        call_command("drain_outbox", forever=True, stdout=io.StringIO())

    pid, _ = process(run)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)


@contextmanager
def readers(number: int, *, may_be_away: bool = False) -> Iterator[Counter[str]]:
    """Processes that ask all the time. When the block ends: how often they were answered, and how often the index was away."""

    def read() -> dict[str, int]:
        from search.backends import IndexAway

        stopping = False

        def stop(*_: Any) -> None:
            nonlocal stopping
            stopping = True

        signal.signal(signal.SIGTERM, stop)
        heard: Counter[str] = Counter()
        found = 0
        while not stopping:
            try:
                check_answer()
                now = count_of(LATER)
            except IndexAway:
                if not may_be_away:
                    raise
                heard["away"] += 1
                time.sleep(0.01)
            else:
                if now < found and not may_be_away:
                    raise AssertionError(f"{found} reports were found, now {now}")
                found = now
                heard["answered"] += 1
        return dict(heard)

    started = [process(read) for _ in range(number)]
    total: Counter[str] = Counter()
    try:
        yield total
    finally:
        for pid, _ in started:
            os.kill(pid, signal.SIGTERM)
    for reader in started:
        total.update(result(reader))


# ---- what is right
def count_of(word: str) -> int:
    from search import engine
    from search.query import SearchQuery

    return engine.find(SearchQuery(q=f'"{word}"')).count


def check_answer() -> None:
    """The whole family, under one year."""
    from search import engine
    from search.query import SearchQuery

    page = engine.find(SearchQuery(q=WORD))
    if page.count != FAMILY or list(page.facets["year"].values()) != [FAMILY]:
        raise AssertionError(f"{page.count} found, years {page.facets['year']}")


def check_all() -> None:
    """What is public is in the index, each report once, as it is; no note waits; every file is whole."""
    from reports.models import Report
    from search import engine, outbox
    from search.backends.whoosh.reader import reader_of
    from search.query import SearchQuery

    check_answer()
    living = [pk for ids in reader_of(str(settings.INDEX_DIR)).get().evaluator.living() for pk in ids]
    public = list(Report.objects.published().order_by("pk").values_list("pk", flat=True))
    if sorted(living) != public:
        raise AssertionError(f"{len(living)} reports in the index, {len(public)} public")
    (year,) = engine.find(SearchQuery(q=WORD)).facets["year"]
    if {int(year)} != set(family().values_list("year", flat=True)):
        raise AssertionError("an earlier year is found")
    if outbox.waiting() or engine.examine() or engine.state()[0] != "ok":
        raise AssertionError(f"{outbox.waiting()} wait, {engine.examine()}, {engine.state()}")


def heal() -> None:
    """What a restart does, and nothing by hand."""
    from search import outbox

    outbox.drain()
    check_all()


# ---- what changes
def family() -> Any:
    from reports.models import Report

    return Report.objects.filter(texts__text__startswith=WORD)


def add_reports(word: str, numbers: range) -> list[float]:
    """New public reports, each in a transaction; returns how long each took, in seconds."""
    from django.db import transaction
    from django.utils import timezone

    from reports.models import Report, ReportText, SourceFile, Status, Year

    source, (year, _) = SourceFile.objects.earliest("pk"), Year.objects.get_or_create(year=2020)
    took = []
    for number in numbers:
        started = time.perf_counter()
        with transaction.atomic():
            report = Report.objects.create(
                source=source,
                article_number=number,
                title=f"第{number}号",
                year=year,
                status=Status.PUBLISHED,
                published_at=timezone.now(),
            )
            text = f"{word}第{number}号。\n" + "本院推进府院联动，诉源治理取得成效。\n" * 20
            ReportText.objects.create(report=report, number=1, text=text, pages=[[0, 1]], was_public=True)
        took.append(time.perf_counter() - started)
    return took


def change() -> None:
    """The family moves on by a year."""
    from django.db import transaction

    from reports.models import Year

    with transaction.atomic():
        now = family().values_list("year", flat=True)[0]
        year, _ = Year.objects.get_or_create(year=2000 + (now + 1) % 100)
        family().update(year=year)


# ---- kill -9
def write_for_ever(ready: Connection, kind: str, operation: int) -> None:
    from search import outbox
    from search.backends.whoosh import writer

    heal()
    ready.send("ready")
    if kind == "other processes":
        writer.PORTION = SMALL_PORTION
    if kind == "operation":
        kill_at(operation)
    if kind == "notes":
        outbox._forget = lambda _: os.kill(os.getpid(), signal.SIGKILL)
    while True:
        cycle()


def cycle() -> None:
    from search import outbox

    change()
    outbox.drain()
    change()
    outbox.rebuild()


def count_operations() -> int:
    """How many file operations in the index one cycle takes."""
    count = 0

    def hook(event: str, args: tuple[Any, ...]) -> None:
        nonlocal count
        count += concerns_index(event, args)

    sys.addaudithook(hook)
    cycle()
    return count


def kill_at(operation: int) -> None:
    """This process ends just before its file operation of this number."""
    left = operation

    def hook(event: str, args: tuple[Any, ...]) -> None:
        nonlocal left
        left -= concerns_index(event, args)
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def concerns_index(event: str, args: tuple[Any, ...]) -> bool:
    return event in OPERATIONS and isinstance(args[0], str | Path) and str(args[0]).startswith(str(settings.INDEX_DIR))


def kills(moments: int) -> dict[str, Any]:
    from search.backends.whoosh.store import Store

    operations = alone(count_operations)
    started = time.monotonic()
    alone(cycle)
    seconds = time.monotonic() - started
    killed: Counter[str] = Counter()
    with readers(1) as heard:
        for moment in range(moments):
            kind = KINDS[moment % len(KINDS)]
            ready, told = Pipe(duplex=False)
            pid, _ = process(write_for_ever, told, kind, random_.randrange(operations))
            told.close()
            if not ready.poll(PATIENCE) or ready.recv() != "ready":
                raise SystemExit(f"moment {moment}: the index did not come back by itself")
            if kind in ("time", "other processes"):
                time.sleep(random_.uniform(0, seconds))
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            killed[kind] += 1
            killed["left an unfinished generation"] += Store(settings.INDEX_DIR).unfinished() is not None
            alone(check_answer)
        alone(heal)
    return {"operations in a cycle": operations, "moments": dict(killed), "answers meanwhile": heard["answered"]}


# ---- flipped bits
def flips(number: int) -> dict[str, Any]:
    noticed: Counter[str] = Counter()
    alone(rebuild)
    at_open = alone(flip_everywhere, number)
    with one_segment():
        for attempt in range(number):
            kinds = sorted({kind_of(path) for path in files()})
            kind = kinds[attempt % len(kinds)]
            path = random_.choice([path for path in files() if kind_of(path) == kind])
            alone(serve_flipped if attempt // len(kinds) % 2 else open_flipped, path)
            noticed[kind] += 1
    return {"noticed, refused and healed": dict(noticed), "noticed at open": at_open}


@contextmanager
def one_segment() -> Iterator[None]:
    """A rebuild needs no second process, which would take four fifths of its time."""
    from search.backends.whoosh import writer

    portion, writer.PORTION = writer.PORTION, sys.maxsize
    try:
        yield
    finally:
        writer.PORTION = portion


def flip_everywhere(number: int) -> dict[str, int]:
    """One bit after the other at so many places in every file, each time opened: how many of all were noticed."""
    noticed: Counter[str] = Counter()
    for path in files():
        whole = path.read_bytes()
        for _ in range(number):
            flip(path)
            if opens():
                raise AssertionError(f"a flipped bit in {path} was not noticed when it was opened")
            path.write_bytes(whole)
            noticed[kind_of(path)] += 1
    if not opens():
        raise AssertionError("the whole index does not open any more")
    return dict(noticed)


def opens() -> bool:
    """Whether a process that begins now would answer from the current generation."""
    from haystack import connections

    from search.backends.whoosh.evaluator import Evaluator
    from search.backends.whoosh.store import Damaged, open_index

    backend = connections["default"].get_backend()
    current = backend.store.current()
    if current is None or not current.is_dir() or backend.store.made_with(current) != backend.made_with():
        return False
    try:
        Evaluator(open_index(current), current, {})
    except Damaged:
        return False
    return True


def files() -> list[Path]:
    """The pointer and every file that the current generation consists of."""
    from search.backends.whoosh.store import Store

    store = Store(settings.INDEX_DIR)
    there = [path for path in (store.current() or store.root).iterdir() if path.is_file() and path.stat().st_size]
    return [store.root / "current", *sorted(there)]


def kind_of(path: Path) -> str:
    return path.suffix or path.name


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[random_.randrange(len(data))] ^= 1 << random_.randrange(8)
    with path.open("r+b") as file:  # in place: whoever has it mapped sees it
        file.write(data)


def open_flipped(path: Path) -> None:
    flip(path)
    expect_faults(path)


def serve_flipped(path: Path) -> None:
    from haystack import connections

    check_all()
    flip(path)
    for _ in connections["default"].get_backend().patrol():
        pass
    expect_faults(path)


def expect_faults(path: Path) -> None:
    from search import engine

    check_answer()  # by the generation before, where this one is refused
    if not engine.faults() or engine.state()[0] != "previous":
        raise AssertionError(f"a flipped bit in {path} was not noticed")
    heal()


def rebuild() -> None:
    from search import outbox

    outbox.rebuild()
    check_all()


# ---- a full disk
def full() -> dict[str, Any]:
    limits = (0, 10, 100, 1_000, 3_000, 10_000, 30_000, 100_000)
    found: dict[str, Any] = {"stopped by a limit on files of so many bytes": [n for n in limits if alone(starve, n)]}
    with small_disk() as disk:
        if disk is None:
            found["small disk"] = "could not be mounted"
        else:
            alone(heal)
            rooms = (0, 4_096, 16_384, 65_536, 131_072, 262_144)
            found["stopped by a disk with so many bytes free"] = [n for n in rooms if alone(fill, disk, n)]
    alone(rebuild)  # under the small disk lies an index of earlier days
    return found


def starve(limit: int) -> bool:
    """Whether a writer failed when no file could grow beyond the limit, the database's included."""
    change()
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    return write_badly(
        lambda bytes_: resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, resource.RLIM_INFINITY)), limit
    )


def fill(disk: Path, free: int) -> bool:
    """Whether a writer failed when so many bytes were free."""
    change()

    def leave(bytes_: int) -> None:
        (disk / "filler").unlink(missing_ok=True)
        if bytes_ != resource.RLIM_INFINITY:
            stat = os.statvfs(disk)
            (disk / "filler").write_bytes(bytes(max(stat.f_bavail * stat.f_frsize - bytes_, 0)))

    return write_badly(leave, free)


def write_badly(leave: Callable[[int], None], room: int) -> bool:
    """Whether a writer failed. While there is no room and afterwards, every answer is right; then all is well by itself."""
    from django.db import DatabaseError

    from search import outbox

    failed = False
    for work in (outbox.drain, outbox.rebuild):
        check_answer()
        leave(room)
        try:
            work()
        except (OSError, DatabaseError):
            failed = True
        finally:
            leave(resource.RLIM_INFINITY)
        check_answer()
        alone(check_answer)
    heal()
    return failed


@contextmanager
def small_disk() -> Iterator[Path | None]:
    mount, umount = shutil.which("mount"), shutil.which("umount")
    folder = str(settings.INDEX_DIR)
    asked = [mount, "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder]
    mounted = bool(mount and umount) and subprocess.run(asked, capture_output=True).returncode == 0
    try:
        yield settings.INDEX_DIR if mounted else None
    finally:
        if mounted:
            subprocess.run([umount, "-l", folder], check=True)


# ---- a removed folder, and a bit flipped under a running queue
def removed() -> dict[str, float]:
    found = {}
    with queue(), readers(2, may_be_away=True) as heard:
        for name, spoil in (
            ("folder removed", remove_all),
            ("bit flipped", flip_and_wait),
            ("generation removed", remove_generation),
        ):
            alone(wait_until_right)
            started = time.monotonic()
            alone(spoil)
            alone(wait_until_right)
            found[f"{name}: seconds until healed"] = round(time.monotonic() - started, 1)
    return found | {"answers": heard["answered"], "said to be away": heard["away"]}


def remove_all() -> None:
    remove(settings.INDEX_DIR)


def remove_generation() -> None:
    remove(files()[-1].parent)


def remove(folder: Path) -> None:
    """At once: nobody else's files come in between."""
    shutil.rmtree(folder.rename(settings.DATA_DIR / "removed"))


def flip_and_wait() -> None:
    """Until the queue has noticed."""
    path = next(path for path in files() if path.suffix == ".grams")
    flip(path)
    wait_for(lambda: path.parent != files()[-1].parent)


def wait_until_right() -> None:
    wait_for(lambda: check_all() is None)


def wait_for(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if happens():
                return
            problem: Exception = TimeoutError("it did not happen")
        except Exception as error:
            problem = error
        if time.monotonic() > deadline:
            raise problem
        time.sleep(0.1)


# ---- many savers
def saves(number: int) -> dict[str, Any]:
    with queue(), readers(2) as heard:
        savers = [
            process(add_reports, LATER, range(first, first + number)) for first in range(100_000, 500_000, 100_000)
        ]
        took = sorted(seconds for saver in savers for seconds in result(saver))
        started = time.monotonic()
        alone(wait_until_right)
        caught_up = time.monotonic() - started
    if alone(count_of, LATER) != len(took):
        raise SystemExit(f"{alone(count_of, LATER)} of {len(took)} are found")
    return {
        "saves": len(took),
        "median milliseconds": round(took[len(took) // 2] * 1000, 1),
        "p95 milliseconds": round(took[len(took) * 95 // 100] * 1000, 1),
        "seconds until all are found": round(caught_up, 1),
        "answers meanwhile": heard["answered"],
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, default in (("moments", 200), ("flips", 200), ("saves", 100)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    django.setup()
    from search import jieba_analyzer, outbox
    from search.backends.whoosh import writer

    outbox.PORTION, writer.PORTION, writer.WRITERS = READ_AT_ONCE, PORTION, 1
    jieba_analyzer.words("装入词典")
    if not alone(lambda: family().exists()):
        alone(add_reports, WORD, range(1_000, 1_000 + FAMILY))
    alone(heal)
    found = {}
    for name, part in (
        ("kills", partial(kills, asked.moments)),
        ("flips", partial(flips, asked.flips)),
        ("full", full),
        ("removed", removed),
        ("saves", partial(saves, asked.saves)),
    ):
        started = time.monotonic()
        found[name] = part() | {"seconds": round(time.monotonic() - started)}
        sys.stderr.write(f"{name}: {json.dumps(found[name], ensure_ascii=False)}\n")
    if asked.out:
        asked.out.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")
    main()

"""The archive as `manage.py serve` runs it, with two worker processes: pages a second, a worker's memory, and how long a
published report is not found yet.

The asking client runs beside the workers on the same cores; it writes requests ready-made and reads no more of an answer
than its length. Private memory of a process is what would be given back if it ended (smaps: Private_Clean +
Private_Dirty); of that, clean pages of the index file can be taken back at any time. What the workers share with the
process they were forked from is not counted, but proportionally in PSS.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import Any

from django.conf import settings

from benchmarks.engines import percentile
from benchmarks.pages import page_of
from benchmarks.queries import queries
from reports import publishing
from reports.models import Report
from reports.suspicions import suspected
from search.query import SearchQuery, fold

HOST, WORKERS = "127.0.0.1", 2
CLIENTS, SECONDS = 4, 12.0
PUBLISHED = 20
STRING = 28  # last characters of a report, by which it is looked for
PAUSE = 0.02
PATIENCE = 60.0  # seconds


def measure() -> dict[str, Any]:
    with served() as (server, port):
        addresses = [page_of(query) for query in queries()]
        fetch_all(port, addresses)  # every worker has seen every question before the clock starts
        fetch_all(port, addresses)
        pages = pages_per_second(port, addresses)
        # A page is kept by its address: nobody asked for these before.
        drawn = pages_per_second(port, addresses, anew="&again={}")
        memory = [memory_of(pid) for pid in workers_of(server)]
        return {
            "pages_per_second": pages,
            "drawn_pages_per_second": drawn,
            "workers": memory,
            "publish_to_searchable_seconds": publish_and_find(port),
        }


@contextmanager
def served() -> Iterator[tuple[int, int]]:
    """The archive, serving: the process id of `manage.py serve`, and its port."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "HOST": HOST, "PORT": str(port), "DJANGO_SETTINGS_MODULE": "archive.settings"}
    server = subprocess.Popen([sys.executable, "manage.py", "serve"], env=environment, cwd=settings.BASE_DIR)
    try:
        wait_for(port, server)
        yield server.pid, port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    while server.poll() is None:
        try:
            Asker(port).get("/healthz")
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the archive did not start")


class Asker:
    """One connection that asks page after page."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connect()

    def connect(self) -> None:
        self.connection = socket.create_connection((HOST, self.port), timeout=60)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.connection.makefile("rb")

    def get(self, address: str) -> bytes:
        """The answer's body. Raises OSError where there is none, ValueError where it is no page."""
        self.connection.sendall(f"GET {address} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        status = self.file.readline()
        if not status:
            self.connect()
            return self.get(address)
        length, closes = 0, False
        while (line := self.file.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            closes |= name.lower() == b"connection" and value.strip().lower() == b"close"
        body = self.file.read(length)
        if closes:
            self.connect()
        if b" 200 " not in status:
            raise ValueError(f"{address}: {status!r}")
        return body


def fetch_all(port: int, addresses: list[str]) -> None:
    asker = Asker(port)
    for address in addresses:
        asker.get(address)


def pages_per_second(port: int, addresses: list[str], anew: str = "") -> dict[str, float]:
    """All questions round and round, by CLIENTS connections at once; and how long one page took meanwhile.

    anew: what makes an address another one every time, with a place for a number.
    """
    times: list[float] = []
    until = time.monotonic() + SECONDS

    def ask(first: int) -> None:
        asker = Asker(port)
        number = first
        while time.monotonic() < until:
            started = time.perf_counter()
            asker.get(addresses[number % len(addresses)] + anew.format(f"{first}-{number}"))
            times.append((time.perf_counter() - started) * 1000)
            number += 1

    started = time.monotonic()
    threads = [Thread(target=ask, args=(first * 7,)) for first in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "pages_per_second": round(len(times) / (time.monotonic() - started), 1),
        "p50": percentile(times, 0.5),
        "p95": percentile(times, 0.95),
    }


# ---- memory
def workers_of(server: int) -> list[int]:
    """gunicorn's workers: children of a child of `manage.py serve`."""
    return [worker for child in children(server) for worker in children(child)]


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def memory_of(pid: int) -> dict[str, float]:
    """Megabytes."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    kilobytes = {name: int(number) for name, number in re.findall(r"^(\w+): +(\d+) kB$", rollup, re.MULTILINE)}

    def megabytes(*names: str) -> float:
        return round(sum(kilobytes.get(name, 0) for name in names) / 1024, 1)

    return {
        "private": megabytes("Private_Clean", "Private_Dirty"),
        "private_dirty": megabytes("Private_Dirty"),
        "pss": megabytes("Pss"),
        "resident": megabytes("Rss"),
    }


# ---- from published to found
def publish_and_find(port: int) -> dict[str, float]:
    """Seconds from the commit of a publication until the served archive finds the report by its last words.

    Reports of the archive are withdrawn and published again: it stays as large as it was.
    """
    asker = Asker(port)
    waits = []
    # All at once: SQLite lets nobody write who is still reading what others have changed meanwhile.
    newest = list(Report.objects.published().order_by("-pk").values_list("pk", flat=True))
    reports = (Report.objects.get(pk=pk) for pk in newest)
    # Chance gives some courts two reports of one year: such a one would wait for a person before it is public again.
    for report in islice((report for report in reports if not suspected(report)), PUBLISHED):
        address = SearchQuery(q=f'"{fold(report.text.text)[-STRING:]}"').address()
        before = count_of(asker, address)
        publishing.withdraw(report, None, "测量公开后多久可以检索到")
        try:
            seconds_until(asker, address, before - 1)
        finally:
            publishing.publish(report, None, confirmed=True)
        waits.append(seconds_until(asker, address, before))
    return {"p50": percentile(waits, 0.5), "p95": percentile(waits, 0.95)}


def count_of(asker: Asker, address: str) -> int:
    """As the index knows it: a withdrawn report disappears from the page at once, from the count with the index."""
    return int(json.loads(asker.get(f"/search/?{address}&format=json"))["count"])


def seconds_until(asker: Asker, address: str, count: int) -> float:
    """How long it takes until so many reports are found. Looks every PAUSE seconds."""
    started = time.monotonic()
    while (waited := time.monotonic() - started) < PATIENCE:
        if count_of(asker, address) == count:
            return waited
        time.sleep(PAUSE)
    raise SystemExit(f"the index has not heard of a publication within {PATIENCE:.0f} s")

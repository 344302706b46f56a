"""drain_outbox: bring the index up to date, once or for ever; for ever, it also looks after the index."""

import hashlib
import logging
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from haystack import connections

from reports.progress import ProgressLine
from reports.words import DICTIONARIES
from search import engine, outbox

log = logging.getLogger(__name__)

PAUSE = 0.3  # seconds between two looks at the outbox
AFTER_FAILURE, AT_MOST = 5.0, 60.0  # seconds after a failure, doubled with each that follows
ROUND = 300.0  # seconds between two rounds through every file of the index


class Command(BaseCommand):
    help = "把数据库里的改动写进索引"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--forever", action="store_true", help="一直运行：每秒查看数次；核对索引文件，损坏时自动重建"
        )
        parser.add_argument("--all", action="store_true", help="把全部报告重新写一遍")

    def handle(self, *, forever: bool, all: bool, **options: Any) -> None:
        if all:
            self.stdout.write(f"登记了 {outbox.note_all():,} 篇报告")
        if not forever:
            self.stdout.write(f"处理了 {outbox.drain():,} 处改动")
            return
        with connections["default"].get_backend().store.lock("drain", wait=False) as got:
            if not got:
                raise CommandError("已有一个 drain_outbox --forever 在运行。")
            self.drain_forever()

    def drain_forever(self) -> None:
        """Until asked to stop; a failure (disk full, database away) is logged and tried again."""
        stopping = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())

        def progress(done: int, total: int) -> None:
            if stopping.is_set():
                sys.exit()  # the next start goes on with the rebuild
            line(done, total)

        failures = 0
        looking = rounds()
        while not stopping.is_set():
            close_old_connections()
            line = ProgressLine(self.stdout)
            try:
                next(looking)
                if outbox.waiting() or engine.faults():
                    outbox.drain(progress, gather=True)
                failures = 0
                stopping.wait(PAUSE)
            except Exception:
                pause = min(AT_MOST, AFTER_FAILURE * 2**failures)
                log.exception("索引未能更新，%.0f 秒后再试", pause)
                failures += 1
                looking = rounds()
                stopping.wait(pause)


def rounds() -> Iterator[None]:
    """Every file of the index is looked at, one segment at a step, so that what waits in the outbox never waits long."""
    known = word_lists()
    while True:
        yield from connections["default"].get_backend().patrol()
        if word_lists() != known:
            log.warning("词典或同义词表已变。重新启动后生效；词典变了，启动时会重建索引。")
        ends = time.monotonic() + ROUND
        while time.monotonic() < ends:
            yield


def word_lists() -> str:
    """Names what the lists that a process reads once say now."""
    digest = hashlib.sha256()
    for name in (*DICTIONARIES, "synonyms.txt"):
        digest.update((Path(settings.SEEDS_DIR) / name).read_bytes())
    return digest.hexdigest()

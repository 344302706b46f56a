"""drain_outbox: bring the index up to date, once or for ever."""

import logging
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from haystack import connections

from search import outbox

log = logging.getLogger(__name__)

PAUSE = 0.3  # seconds between two looks
AFTER_FAILURE = 5.0


class Command(BaseCommand):
    help = "把数据库里的改动写进索引"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--forever", action="store_true", help="一直运行，每秒查看数次")
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
        stopping = False

        def stop(*_: Any) -> None:
            nonlocal stopping
            stopping = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        while not stopping:
            close_old_connections()
            try:
                if outbox.waiting():
                    outbox.drain()
                time.sleep(PAUSE)
            except Exception:
                log.exception("索引未能更新，稍后再试")
                time.sleep(AFTER_FAILURE)

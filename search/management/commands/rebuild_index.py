"""rebuild_index: the whole index anew, beside the present one, which answers until the new one is whole.

Takes the place of Haystack's command of this name, which empties the index first.
"""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from search import outbox


class Command(BaseCommand):
    help = "重建索引；其间照常检索"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--noinput", "--no-input", action="store_true", help="不起作用：本命令从不提问")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        shown = -1

        def progress(done: int, total: int) -> None:
            nonlocal shown
            percent = 100 * done // max(total, 1)
            if percent != shown:
                shown = percent
                last = "，正在写盘 …" if done == total else ""
                self.stdout.write(f"\r{done:,} / {total:,} 篇（{percent}%）{last}", ending="")
                self.stdout.flush()

        count = outbox.rebuild(progress)
        self.stdout.write(f"\r索引中有 {count:,} 篇报告，用时 {time.monotonic() - started:.1f} 秒")

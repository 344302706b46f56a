"""rebuild_index: the whole index anew, beside the present one, which answers until the new one is whole.

Takes the place of Haystack's command of this name, which empties the index first.
"""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.progress import ProgressLine, in_words
from search import outbox


class Command(BaseCommand):
    help = "重建索引；其间照常检索和公开报告；中断后再运行，会接着完成"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--noinput", "--no-input", action="store_true", help="不起作用：本命令从不提问")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        line = ProgressLine(self.stdout)
        try:
            count = outbox.rebuild(line)
        except KeyboardInterrupt:
            raise CommandError("已中断，原有索引照常使用。再运行一次，会接着完成。") from None
        finally:
            line.end()
        self.stdout.write(f"索引中有 {count:,} 篇报告，用时 {in_words(time.monotonic() - started)}")

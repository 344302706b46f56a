"""update_index: Haystack's name for bringing the index up to date, which here is draining the outbox."""

from typing import Any

from django.core.management.base import BaseCommand

from search import outbox


class Command(BaseCommand):
    help = "把数据库里的改动写进索引（同 drain_outbox）"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"处理了 {outbox.drain():,} 处改动")

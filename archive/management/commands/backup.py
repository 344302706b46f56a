"""Everything into one file, while the site goes on serving."""

import argparse
import sqlite3
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from archive.backup import Refused, write_backup


class Command(BaseCommand):
    help = "把数据库和全部原件备份成一个 ZIP 文件；不必停止网站"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="备份文件，如 2026-11-22.zip")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            originals, missing = write_backup(file, settings.MEDIA_ROOT)
        except Refused as error:
            raise CommandError(str(error)) from error
        except (OSError, sqlite3.OperationalError) as error:
            raise CommandError(f"无法写入 {file}：{error}。请检查磁盘空间和写入权限。") from error
        self.stdout.write(f"已备份到 {file}：数据库和 {originals:,} 份原件，{file.stat().st_size / 1e6:,.1f} MB。")
        if missing:
            raise CommandError(f"有 {len(missing):,} 份原件不在原处，备份里没有它们。详情：manage.py verify_archive")

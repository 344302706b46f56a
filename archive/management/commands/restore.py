"""A backup into an empty data folder, ready to be served."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from archive.backup import DATABASE, Refused, unpack_backup


class Command(BaseCommand):
    help = "把备份恢复到空的资料文件夹（DATA_DIR），并重建索引"
    # The database that the checks would look at is only put there by this command.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="由 backup 写成的文件")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        if Path(connection.settings_dict["NAME"]) != settings.DATA_DIR / DATABASE:
            raise CommandError(
                "DATABASE_URL 指向资料文件夹以外的数据库：请用它自己的工具（如 pg_restore）恢复，再复制 originals 文件夹。"
            )
        known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
        try:
            originals = unpack_backup(file, settings.DATA_DIR, known)
        except Refused as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"无法恢复到 {settings.DATA_DIR}：{error.strerror}。") from error
        self.stdout.write(f"已恢复数据库和 {originals:,} 份原件到 {settings.DATA_DIR}。")
        call_command("prepare")

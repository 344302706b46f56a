"""A backup into an empty data folder, ready to be served; with DATABASE_URL its rows into an empty PostgreSQL."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from archive.backup import DATABASE, Refused, unpack_backup
from archive.moving import fill_from, refuse_what_is_not_empty


class Command(BaseCommand):
    help = "把备份恢复到空的资料文件夹（DATA_DIR）和数据库，并重建索引"
    # The database that the checks would look at is only put there by this command.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="由 backup 写成的文件")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        into_postgresql = connection.vendor == "postgresql"
        if not into_postgresql and Path(connection.settings_dict["NAME"]) != settings.DATA_DIR / DATABASE:
            raise CommandError("DATABASE_URL 指向资料文件夹以外的 SQLite 文件：请不设 DATABASE_URL，再运行一次。")
        known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
        try:
            if into_postgresql:
                refuse_what_is_not_empty()
            originals = unpack_backup(file, settings.DATA_DIR, known)
        except Refused as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"数据库打不开（{error}）。请检查 DATABASE_URL。") from error
        except OSError as error:
            raise CommandError(f"无法恢复到 {settings.DATA_DIR}：{error.strerror}。") from error
        if into_postgresql:
            self.move(settings.DATA_DIR / DATABASE)
        self.stdout.write(f"已恢复数据库和 {originals:,} 份原件到 {settings.DATA_DIR}。")
        call_command("prepare")

    def move(self, file: Path) -> None:
        """The restored SQLite file into PostgreSQL; it is of no more use then."""
        try:
            fill_from(file, lambda table, rows: self.stdout.write(f"{table} … {rows:,}"))
        except DatabaseError as error:
            raise CommandError(
                f"PostgreSQL 没有收下备份里的资料（{error}）。数据库没有改动；请把这一行和备份交给维护程序的人。"
            ) from error
        file.unlink()

"""Makes DATA_DIR ready to be served. Every step may be interrupted and done again."""

import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "准备资料文件夹：密钥、数据库、基础数据与样本、索引、页面文件；可重复运行"
    # The database that the checks would look at is only made here.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        make_data_folder(settings.DATA_DIR)
        make_secret_key(settings.DATA_DIR)
        self.step("数据库")
        call_command("migrate", verbosity=0, interactive=False)
        self.step("基础数据与样本")
        call_command("load_seeds", stdout=self.stdout)
        self.step("页面文件")
        call_command("collectstatic", verbosity=0, interactive=False)

    def step(self, name: str) -> None:
        self.stdout.write(f"准备{name} ……")
        self.stdout.flush()


def make_data_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(
            f"无法建立资料文件夹 {folder}：{error.strerror}。请换一个 DATA_DIR，或给予写入权限。"
        ) from error
    if not os.access(folder, os.W_OK):
        raise CommandError(f"资料文件夹 {folder} 不可写入。请换一个 DATA_DIR，或给予写入权限。")


def make_secret_key(folder: Path) -> None:
    """The installation's own secret, readable by its owner alone; written whole or not at all."""
    kept = folder / "secret_key"
    if kept.is_file():
        return
    written = folder / f"secret_key.{os.getpid()}"
    with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(50))
    written.replace(kept)

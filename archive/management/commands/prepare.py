"""Makes DATA_DIR ready to be served. Every step may be interrupted and done again."""

import hashlib
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from reports.models import Event
from reports.suspicions import remember_all
from search import engine

SEEDS_LOADED = "装入基础数据"


class Command(BaseCommand):
    help = "准备资料文件夹：密钥、数据库、基础数据与样本、索引、页面文件；可重复运行"
    # The database that the checks would look at is only made here.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        make_data_folder(settings.DATA_DIR)
        make_secret_key(settings.DATA_DIR)
        self.step("数据库")
        call_command("migrate", verbosity=0, interactive=False)
        # Of an archive of before texts were compared, and of reports that came in bulk; the samples are compared with them.
        remember_all(lambda done, total: self.stdout.write(f"准备查重的指纹 {done} / {total} 篇"))
        seeds = {"seeds": checksum_of_files(settings.SEEDS_DIR)}
        # Kept in the database itself: another database, or a restored one, tells what it holds.
        if seeds not in Event.objects.filter(verb=SEEDS_LOADED).values_list("detail", flat=True):
            self.step("基础数据与样本")
            call_command("load_seeds")
            Event.objects.create(verb=SEEDS_LOADED, detail=seeds)
        if engine.faults():
            self.step("索引")
            call_command("rebuild_index")
        collected, files = settings.DATA_DIR / "static.txt", static_files()
        if not collected.is_file() or not settings.STATIC_ROOT.is_dir() or collected.read_text("utf-8") != files:
            self.step("页面文件")
            call_command("collectstatic", verbosity=0, interactive=False)
            collected.write_text(files, "utf-8")

    def step(self, name: str) -> None:
        self.stdout.write(f"准备{name} ……")
        self.stdout.flush()


def static_files() -> str:
    """Every static file of the program, with its size and time: another one of these needs another collection."""
    return "".join(
        f"{path} {storage.size(path)} {storage.get_modified_time(path)}\n"
        for finder in get_finders()
        for path, storage in finder.list([])
    )


def make_data_folder(folder: Path) -> None:
    try:
        # Drafts and passwords' hashes lie there: nobody else's business.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
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


def checksum_of_files(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()

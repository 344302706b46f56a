"""Everything that cannot be made again, in one file: the database and the originals, each with its checksum.

The index, the page files and the secret are not in it: they are made anew. A backup is a ZIP of

    manifest.json               {"format": 1, "made_at", "migrations": ["app.name", …], "files": {name: {"sha256", "size"}}}
    archive.sqlite3             one consistent moment, taken while the site is serving
    originals/ab/abcdef…        the uploaded bytes, named by their checksum
"""

import hashlib
import json
import lzma
import os
import re
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.db import connection

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "archive.sqlite3"
# The only names that a backup may hold: none of them can lead out of the data folder.
MEMBER = re.compile(r"archive\.sqlite3|originals/[0-9a-f]{2}/\w+", re.ASCII)
STAGING = "restoring"
BLOCK = 1 << 20


class Refused(Exception):
    """The backup or restore cannot be done; the message says why and what to do, in Chinese."""


# ---- out


def write_backup(file: Path, originals: Path) -> tuple[int, list[str]]:
    """Write the backup to `file` (replacing it only when complete).

    Returns how many originals are in it, and the stored paths of those that the database names but that are not there.
    """
    if connection.vendor != "sqlite":
        raise Refused(
            "数据库是 PostgreSQL：请用 pg_dump 备份数据库，再复制 DATA_DIR 里的 originals 文件夹。"
            "本命令只备份自带的 SQLite 数据库。"
        )
    # A folder of its own beside the backup: on the same disk, and closed to others, for there are passwords' hashes in it.
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.parent) as folder:
        unfinished, snapshot = Path(folder, file.name), Path(folder, DATABASE)
        take_snapshot(snapshot)
        with zipfile.ZipFile(unfinished, "x", zipfile.ZIP_DEFLATED) as archive:
            files, missing = add_files(archive, snapshot, originals)
            manifest = {
                "format": FORMAT,
                "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "migrations": list(rows(snapshot, "SELECT app || '.' || name FROM django_migrations ORDER BY id")),
                "files": files,
            }
            archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        unfinished.chmod(0o600)
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(file)
    return len(files) - 1, missing


def take_snapshot(file: Path) -> None:
    """One consistent moment of the live database; in WAL mode writers go on meanwhile."""
    connection.ensure_connection()
    target = sqlite3.connect(file)
    try:
        connection.connection.backup(target)
        # As one plain file: the copy inherits WAL, whose side files would not be in the backup.
        target.execute("PRAGMA journal_mode=DELETE")
    finally:
        target.close()


def rows(database: Path, query: str) -> Iterator[Any]:
    """The first column of every row."""
    source = sqlite3.connect(database)
    try:
        yield from (row[0] for row in source.execute(query))
    finally:
        source.close()


def add_files(
    archive: zipfile.ZipFile, snapshot: Path, originals: Path
) -> tuple[dict[str, dict[str, str | int]], list[str]]:
    """The manifest's `files`, and the originals that are not there."""
    files, missing = {DATABASE: add(archive, DATABASE, snapshot)}, []
    # The rows of the snapshot decide: an original is never changed, and its row never outlives it.
    for name in rows(snapshot, "SELECT file FROM reports_sourcefile ORDER BY sha256"):
        if (originals / name).is_file():
            files[f"originals/{name}"] = add(archive, f"originals/{name}", originals / name)
        else:
            missing.append(name)
    return files, missing


def add(archive: zipfile.ZipFile, name: str, path: Path) -> dict[str, str | int]:
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
        return dict(zip(("sha256", "size"), copy(source, target), strict=True))


def copy(source: IO[bytes], target: IO[bytes], at_most: int | None = None) -> tuple[str, int]:
    """Copy, and return the checksum and the number of bytes. Stops soon after `at_most` bytes."""
    digest, size = hashlib.sha256(), 0
    while block := source.read(BLOCK):
        digest.update(block)
        size += len(block)
        if at_most is not None and size > at_most:
            break
        target.write(block)
    return digest.hexdigest(), size


# ---- back


def unpack_backup(file: Path, folder: Path, known_migrations: set[str]) -> int:
    """Put a backup's database and originals into the empty `folder`; returns how many originals.

    Every byte is checked before the first file reaches its place. Nothing but an unfinished restore may be there.
    """
    staging = folder / STAGING
    if folder.is_dir() and any(path != staging for path in folder.iterdir()):
        raise Refused(f"{folder} 里已有资料。只能恢复到空的文件夹：请把 DATA_DIR 指向一个新文件夹，再运行一次。")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        originals = unpack_checked(file, staging, known_migrations)
    except BaseException:
        shutil.rmtree(staging)
        raise
    (staging / "originals").rename(folder / "originals")
    # The database last: with it the restore has happened.
    (staging / DATABASE).rename(folder / DATABASE)
    staging.rmdir()
    return originals


def unpack_checked(file: Path, staging: Path, known_migrations: set[str]) -> int:
    try:
        with zipfile.ZipFile(file) as archive:
            files = read_manifest(archive, known_migrations)
            (staging / "originals").mkdir()
            for name, expected in files.items():
                unpack(archive, name, expected, staging / name)
        if list(rows(staging / DATABASE, "PRAGMA integrity_check")) != ["ok"]:
            raise Refused("备份里的数据库已损坏，没有恢复。请换一份备份。")
    except FileNotFoundError as error:
        raise Refused(f"找不到备份文件 {file}。") from error
    # RuntimeError: encrypted, or packed by a method that zipfile does not know.
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, sqlite3.DatabaseError) as error:
        raise Refused(f"{file} 不是完好的备份文件（{error}），没有恢复。请换一份备份。") from error
    return len(files) - 1


def read_manifest(archive: zipfile.ZipFile, known_migrations: set[str]) -> dict[str, dict[str, Any]]:
    """The files that the backup says it holds, once it is sure that they are there and that we can read them."""
    try:
        manifest = json.loads(archive.read(MANIFEST))
        made_by, files = set(manifest["migrations"]), dict(manifest["files"])
        readable = manifest["format"] == FORMAT
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("这不是本库的备份文件：里面没有可读的清单 manifest.json。") from error
    if not readable or not made_by <= known_migrations:
        raise Refused("这份备份来自更新版本的法治年报库。请先更新程序，再恢复。")
    names = [member.filename for member in archive.infolist()]
    if DATABASE not in files or sorted(names) != sorted([MANIFEST, *files]) or not all(map(MEMBER.fullmatch, files)):
        raise Refused("备份里的文件与清单不符，没有恢复。请换一份备份。")
    return files


def unpack(archive: zipfile.ZipFile, name: str, expected: dict[str, Any], path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    with archive.open(name) as source, path.open("xb") as target:
        found = copy(source, target, at_most=expected["size"])
    if found != (expected["sha256"], expected["size"]):
        raise Refused(f"备份里的 {name} 与清单上的校验和不符，没有恢复。请换一份备份。")

"""`restore` with DATABASE_URL puts a backup's SQLite database into an empty PostgreSQL, row for row."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

PROJECT = Path(__file__).resolve().parents[2]
NAME = "test_nianbao_moved"


def manage(data_dir: Path, *arguments: str, database: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env=os.environ | {"DATA_DIR": str(data_dir), "DATABASE_URL": database},
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.fixture
def backup(tmp_path) -> Path:
    """Of an archive on SQLite, in whose texts there is what PostgreSQL keeps in none."""
    old = tmp_path / "old"
    assert manage(old, "prepare").returncode == 0
    with sqlite3.connect(old / "archive.sqlite3") as database:
        database.execute("UPDATE reports_event SET why = '甲' || char(0) || '乙' WHERE id = 1")
        database.execute(r"""UPDATE reports_sourcefile SET notices = '["丙\u0000"]' WHERE id = 1""")
        database.execute("UPDATE reports_report SET created_at = '2021-02-03 04:05:06.789012'")
    database.close()
    assert manage(old, "backup", str(tmp_path / "backup.zip")).returncode == 0
    return tmp_path / "backup.zip"


@pytest.fixture
def empty(db) -> Iterator[str]:
    """The address of an empty database on the server that the tests run on."""
    at = connection.settings_dict
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME}")
        cursor.execute(f"CREATE DATABASE {NAME}")
    yield f"postgresql://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{NAME}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {NAME}")


def rows(data_dir: Path, database: str) -> list[dict]:
    """Every row of the archive's own tables and of who may do what, in order."""
    tables = ("reports", "auth.group", "auth.permission", "contenttypes")
    told = manage(data_dir, "dumpdata", "--format", "jsonl", *tables, database=database)
    assert told.returncode == 0, told.stderr
    return [json.loads(line) for line in told.stdout.splitlines()]


def test_every_row_moves_with_its_number_and_dates_and_new_ones_follow(backup, empty, tmp_path):
    done = manage(tmp_path / "new", "restore", str(backup), database=empty)

    assert done.returncode == 0, done.stdout + done.stderr
    moved, there = rows(tmp_path / "new", empty), rows(tmp_path / "old", "")
    (spoiled,) = (row for row in there if row["model"] == "reports.event" and row["pk"] == 1)
    assert spoiled["fields"]["why"] == "甲\0乙"
    spoiled["fields"]["why"] = "甲\ufffd乙"
    (spoiled,) = (row for row in there if row["model"] == "reports.sourcefile" and row["pk"] == 1)
    assert spoiled["fields"]["notices"] == ["丙\0"]
    spoiled["fields"]["notices"] = ["丙\ufffd"]
    assert moved == there
    assert manage(tmp_path / "new", "verify_archive", database=empty).returncode == 0
    added = tmp_path / "报告.txt"
    added.write_text("乾安县人民法院2021年度法治政府建设工作报告\n2021年，本院审结行政案件38件。\n", "utf-8")
    assert manage(tmp_path / "new", "ingest", str(added), database=empty).returncode == 0
    assert not (tmp_path / "new" / "archive.sqlite3").exists()


def test_a_database_with_anything_in_it_is_left_alone(backup, empty, tmp_path):
    assert manage(tmp_path / "there", "prepare", database=empty).returncode == 0
    before = rows(tmp_path / "there", empty)

    done = manage(tmp_path / "new", "restore", str(backup), database=empty)

    assert (done.returncode, "数据库里已有资料" in done.stderr) == (1, True)
    assert rows(tmp_path / "there", empty) == before


def test_a_database_that_does_not_answer_is_named_before_anything_is_restored(backup, tmp_path):
    done = manage(tmp_path / "new", "restore", str(backup), database="postgresql://nobody:none@127.0.0.1:1/none")

    assert (done.returncode, "请检查 DATABASE_URL" in done.stderr, "Traceback" in done.stderr) == (1, True, False)
    assert not (tmp_path / "new").exists()


def test_the_tests_use_the_database_that_the_product_would(db):
    assert settings.DATABASES["default"]["NAME"] == f"test_{os.environ['DATABASE_URL'].rsplit('/', 1)[1]}"

"""What goes to PostgreSQL is brought up to this version in its own database, and has nothing that PostgreSQL refuses.

The move itself is in tests/postgresql.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from archive.moving import OLD, keepable
from archive.settings import sqlite
from reports.models import Report, Section

BEFORE_SCANS_AND_PARTS = [("reports", "0003_figures")]
TEXT = "一、存在的不足\n人手不足。"


@pytest.fixture
def old(db, tmp_path: Path) -> Iterator[str]:
    """A database beside the configured one, of an earlier version, with one report that was scanned."""
    connections.databases[OLD] = connections.databases["default"] | sqlite(tmp_path / "archive.sqlite3")
    # Django's tests would refuse to open what was no database of theirs when they began.
    connections[OLD].connect()
    try:
        executor = MigrationExecutor(connections[OLD])
        executor.migrate(BEFORE_SCANS_AND_PARTS)
        models = executor.loader.project_state(BEFORE_SCANS_AND_PARTS).apps
        source, report, text, section = (
            models.get_model("reports", name).objects.using(OLD)
            for name in ("SourceFile", "Report", "ReportText", "Section")
        )
        scan = source.create(
            sha256="0" * 64,
            name="扫描.pdf",
            size=1,
            file="00/0",
            kind="pdf",
            state="read",
            pages=[{"number": 1, "text": TEXT}],
            notices=["识别自扫描件：第 1 页，平均把握 97%，请对照原件核对。"],
        )
        read = text.create(report=report.create(source=scan), text=TEXT, pages=[[0, 1]])
        section.create(text=read, kind="heading", level=1, heading="一、存在的不足", start=0, end=len(TEXT))
        section.create(text=read, kind="para", number=1, start=8, end=len(TEXT))
        yield OLD
    finally:
        connections[OLD].close()
        del connections.databases[OLD]


def test_an_earlier_version_is_brought_up_where_its_rows_are(old):
    call_command("migrate", database=old, verbosity=0, interactive=False)

    assert Report.objects.using(old).get().scan_sure == 0.97
    assert list(Section.objects.using(old).values_list("part", flat=True)) == ["存在的不足和原因"] * 2


def test_what_postgresql_keeps_in_no_text_is_replaced_where_it_stands():
    page = {"number": 1, "text": "甲\0乙", "sure": None, "boxes": [[1, 2, 3, 4], None]}

    assert keepable([page, "\ud800丙"]) == [page | {"text": "甲\ufffd乙"}, "\ufffd丙"]

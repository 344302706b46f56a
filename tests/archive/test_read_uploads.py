"""Reading in the background with real processes: killed, stopped and cancelled in the middle of a file."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reports.management.commands.read_uploads import NICENESS
from tests.ingestion.make_pdf import pdf_that_never_ends

from .conftest import PROJECT, Installation
from .test_serve import children, within

REPORT = (
    "乾安县人民法院\n2021年度法治政府建设工作报告\n"
    "2021年，乾安县人民法院认真贯彻落实上级决策部署。\n一、推进府院联动\n本院与县政府召开府院联席会议4次。\n"
).encode()
PATIENCE = 120  # seconds; what reads gives way to whatever else runs on the machine
HAND_OVER = """
from pathlib import Path
from django.core.files.base import ContentFile
from reports.models import Batch
from reports.tasks import hand_over
batch = Batch.objects.create()
for position, path in enumerate(sorted(Path({folder!r}).iterdir())):
    hand_over(batch, position, ContentFile(path.read_bytes()), path.name)
"""
CANCEL = """
from django.contrib.auth.models import User
from reports.models import SourceFile
from reports.tasks import cancel
assert cancel(SourceFile.objects.get(name={name!r}), User.objects.create_user("editor"))
"""

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at in /proc")


def hand_over(installation: Installation, folder: Path, **files: bytes) -> None:
    folder.mkdir()
    for name, data in files.items():
        (folder / name.replace("_", ".")).write_bytes(data)
    installation.manage("shell", "-v0", "-c", HAND_OVER.format(folder=str(folder)))


@contextmanager
def reading(installation: Installation) -> Iterator[subprocess.Popen]:
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "read_uploads", "--forever"],
        cwd=PROJECT,
        start_new_session=True,  # as under `serve`; the test's own is not to give way
        env=os.environ | {"DATA_DIR": str(installation.data_dir)},
    )
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


def states(installation: Installation) -> dict[str, tuple[str, int]]:
    """Each file of the batch: its state, and how many workers have begun it."""
    return {
        name: (state, begun)
        for name, state, begun in installation.sql(
            "SELECT name, state, (SELECT max(json_array_length(worker_ids)) FROM django_tasks_database_dbtaskresult"
            " WHERE json_extract(args_kwargs, '$.kwargs.source') = source.id)"
            " FROM reports_sourcefile AS source WHERE id IN (SELECT source_id FROM reports_batchfile)"
        )
    }


def processes_in(folder: Path) -> list[int]:
    """Those whose working folder lies there: the nurseries and what reads files."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.joinpath("cwd").readlink().is_relative_to(folder):
                found.append(int(process.name))
        except OSError:
            continue
    return found


@linux_only
def test_a_file_whose_worker_is_killed_is_begun_by_the_next_and_stopping_is_no_try(installation, tmp_path):
    hand_over(installation, tmp_path / "files", a_pdf=pdf_that_never_ends(), b_txt=REPORT)

    with reading(installation) as worker:
        assert within(PATIENCE, lambda: states(installation) == {"a.pdf": ("reading", 1), "b.txt": ("waiting", 0)})
        assert within(PATIENCE, lambda: len(processes_in(installation.data_dir / "reading")) == 2)
        worker.kill()
    assert within(PATIENCE, lambda: processes_in(installation.data_dir / "reading") == [])

    with reading(installation) as worker:
        assert within(PATIENCE, lambda: states(installation) == {"a.pdf": ("reading", 2), "b.txt": ("read", 1)})
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE) == 0
    assert states(installation) == {"a.pdf": ("waiting", 1), "b.txt": ("read", 1)}
    assert within(PATIENCE, lambda: processes_in(installation.data_dir / "reading") == [])
    assert installation.sql(
        "SELECT count(*) FROM reports_report JOIN reports_sourcefile AS source ON source_id = source.id"
        " WHERE source.name = 'b.txt'"
    ) == [(1,)]
    assert "未发现不符" in installation.manage("verify_archive")


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this system does not share out by sessions")
def test_readers_give_way_to_the_site_with_all_their_sessions(installation, tmp_path):
    hand_over(installation, tmp_path / "files", a_pdf=pdf_that_never_ends())

    with reading(installation) as worker:
        assert within(PATIENCE, lambda: len(processes_in(installation.data_dir / "reading")) == 2)
        at_work = [worker.pid, *processes_in(installation.data_dir / "reading")]

        assert {niceness_of_session(process) for process in at_work} == {NICENESS}


def niceness_of_session(process: int) -> int:
    return int(Path(f"/proc/{process}/autogroup").read_text().rpartition(" ")[2])


@linux_only
def test_a_reading_that_is_cancelled_ends_at_once_and_the_next_file_is_read(installation, tmp_path):
    hand_over(installation, tmp_path / "files", a_pdf=pdf_that_never_ends(), b_txt=REPORT)

    with reading(installation) as worker:
        assert within(PATIENCE, lambda: states(installation)["a.pdf"] == ("reading", 1))
        installation.manage("shell", "-v0", "-c", CANCEL.format(name="a.pdf"))

        assert within(PATIENCE, lambda: states(installation) == {"a.pdf": ("cancelled", 1), "b.txt": ("read", 1)})
        assert children(worker.pid) == processes_in(installation.data_dir / "reading")

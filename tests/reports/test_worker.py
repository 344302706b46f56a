"""The worker: every task is done once, whoever is killed; what takes gigabytes comes last and one at a time."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from reports.ingestion.read import office
from reports.models import Batch, BatchFile, Court, SourceFile, SourceState
from reports.tasks import hand_over, line_up, places_in_line
from reports.worker import TRIES, Worker, host, lock_of
from tests.ingestion.test_read_archive import zip_of

pytestmark = pytest.mark.django_db

REPORT = (
    "乾安县人民法院\n2021年度法治政府建设工作报告\n"
    "2021年，乾安县人民法院认真贯彻落实上级决策部署。\n一、推进府院联动\n本院与县政府召开府院联席会议4次。\n"
).encode()
KILLED = "another-machine-1-0badcafe"


def handed_over(*files: tuple[str, bytes]) -> list[SourceFile]:
    batch = Batch.objects.create()
    for position, (name, data) in enumerate(files):
        hand_over(batch, position, ContentFile(data), name)
    return [file.source for file in batch.files.select_related("source")]


def begun_by(worker: str, source: SourceFile, times: int = 1) -> DBTaskResult:
    """As a worker leaves it that is killed at the file."""
    task = DBTaskResult.objects.get(args_kwargs__kwargs__source=source.pk)
    for _ in range(times):
        task.claim(worker)
    SourceFile.objects.filter(pk=source.pk).update(state=SourceState.READING)
    return task


def state(source: SourceFile) -> str:
    return SourceFile.objects.values_list("state", flat=True).get(pk=source.pk)


@contextmanager
def locked_by_another_process(lock: str) -> Iterator[None]:
    lock_of(lock).parent.mkdir(exist_ok=True)
    hold = (
        "import fcntl, sys; file = open(sys.argv[1], 'w'); fcntl.lockf(file, fcntl.LOCK_EX); print(); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", hold, str(lock_of(lock))], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    process.stdout.readline()
    try:
        yield
    finally:
        process.communicate()


def test_what_a_killed_worker_left_is_read_once_and_after_the_others():
    first, second = handed_over(("甲.txt", REPORT), ("乙.txt", "一".encode()))
    begun_by(KILLED, first)

    with Worker() as worker:
        worker.sweep()
        assert places_in_line() == {second.pk: 1, first.pk: 2}
        worker.work_off()

    assert (state(first), state(second)) == ("read", "read")
    assert first.reports.count() == 1
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}


def test_what_was_read_when_its_worker_was_killed_is_not_read_again():
    (source,) = handed_over(("甲.txt", REPORT))
    with Worker() as worker:
        worker.work_off()
        DBTaskResult.objects.update(status="RUNNING", worker_ids=[KILLED])

        worker.sweep()
        worker.work_off()

    assert state(source) == "read"
    assert source.reports.count() == 1
    assert source.events.filter(verb="识别").count() == 1


def test_what_has_ended_ten_workers_has_failed_with_a_sentence():
    (source,) = handed_over(("甲.txt", REPORT))
    task = begun_by(KILLED, source, times=TRIES)

    with Worker() as worker:
        worker.sweep()
        worker.work_off()

    task.refresh_from_db()
    source.refresh_from_db()
    assert (task.status, source.state, source.reports.count()) == ("FAILED", "failed", 0)
    assert source.reason.startswith(
        "识别这个文件时程序中断了 10 次，没有再试；原件已留存，没有丢失。请稍后点“重新识别”"
    )
    line_up(source)
    with Worker() as worker:
        worker.work_off()
    assert state(source) == "read"


def test_the_task_of_a_file_that_is_gone_holds_nobody_up():
    gone, there = handed_over(("甲.txt", REPORT), ("乙.txt", "一".encode()))
    begun_by(KILLED, gone)
    gone.handed_over.all().delete()
    gone.events.all().delete()
    gone.delete()

    with Worker() as worker:
        worker.work_off()

    assert state(there) == "read"
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}


def test_what_a_living_worker_does_is_left_alone():
    (source,) = handed_over(("甲.txt", REPORT))
    task = begun_by("living", source)

    with locked_by_another_process("living"), Worker() as worker:
        worker.sweep()
        task.refresh_from_db()
        assert (task.status, state(source)) == ("RUNNING", "reading")

    with Worker() as worker:
        worker.sweep()
    task.refresh_from_db()
    assert (task.status, state(source)) == ("READY", "waiting")


def test_what_fails_by_a_fault_of_ours_is_tried_again_in_half_a_minute(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    member = "没有地方".encode()
    (source,) = handed_over(("年报.zip", zip_of(("甲.txt", member))))
    # A file stands where the folder of the member would be.
    blocked = tmp_path / hashlib.sha256(member).hexdigest()[:2]
    blocked.write_bytes(b"")

    with Worker() as worker:
        worker.work_off()
        (task,) = DBTaskResult.objects.all()
        assert (task.status, state(source)) == ("READY", "waiting")
        assert timedelta(seconds=25) < task.run_after - timezone.now() <= timedelta(seconds=30)

        blocked.unlink()
        DBTaskResult.objects.update(run_after=timezone.now())
        worker.work_off()

    assert state(source) == "unpacked"
    assert BatchFile.objects.get(member=1).source.state == "read"


def test_a_file_that_no_process_could_be_started_for_waits_and_is_read_later(settings, tmp_path, monkeypatch):
    settings.READING_DIR = tmp_path
    (source,) = handed_over(("甲.txt", REPORT))
    with Worker() as worker:
        with monkeypatch.context() as changed:
            changed.setattr(sys, "executable", "/bin/true")
            worker.work_off()
        (task,) = DBTaskResult.objects.all()
        assert (task.status, state(source)) == ("READY", "waiting")

        DBTaskResult.objects.update(run_after=timezone.now())
        worker.work_off()

    assert state(source) == "read"


@pytest.mark.skipif(office.program() is None, reason="LibreOffice is not installed")
def test_what_takes_gigabytes_is_read_last_and_by_one_worker_of_a_machine_at_a_time():
    heavy, light = handed_over(("甲.rtf", b"{\\rtf1\\ansi 2021}"), ("乙.txt", REPORT))

    with Worker() as worker:
        with locked_by_another_process(f"heavy-{host()}"):
            worker.work_off()
            assert (state(heavy), state(light)) == ("waiting", "read")
            assert places_in_line() == {heavy.pk: 1}
        worker.work_off()

    assert state(heavy) == "read"


def test_a_court_that_was_added_before_a_file_was_handed_over_is_known_when_it_is_read():
    with Worker() as worker:
        handed_over(("甲.txt", REPORT))
        worker.work_off()
        Court.objects.create(name="乾安县第二人民法院", level="基层", region_id="220723")
        (source,) = handed_over(("乙.txt", REPORT.replace("乾安县".encode(), "乾安县第二".encode())))
        worker.work_off()

    assert source.reports.get().court.name == "乾安县第二人民法院"


def test_traces_of_what_ended_are_cleared_away_after_a_week_and_living_workers_keep_theirs(settings, tmp_path):
    settings.MEDIA_ROOT, settings.WORKERS_DIR = tmp_path, tmp_path / "workers"
    (tmp_path / "unfinished").mkdir()
    (tmp_path / "workers").mkdir()
    long_ago = time.time() - timedelta(days=8).total_seconds()
    for path in ("unfinished/old", "unfinished/new", "workers/dead.lock", "workers/living.lock"):
        (tmp_path / path).touch()
        if path != "unfinished/new":
            os.utime(tmp_path / path, (long_ago, long_ago))
    handed_over(("甲.txt", "一".encode()), ("乙.txt", "二".encode()))

    with Worker() as worker:
        os.utime(lock_of(worker.name), (long_ago, long_ago))
        worker.work_off()
        DBTaskResult.objects.filter(pk=DBTaskResult.objects.first().pk).update(
            finished_at=timezone.now() - timedelta(days=8)
        )
        with locked_by_another_process("living"):
            os.utime(lock_of("living"), (long_ago, long_ago))
            worker.sweep()
            left = {path.name for folder in ("unfinished", "workers") for path in (tmp_path / folder).iterdir()}

        assert left == {"new", "living.lock", f"heavy-{host()}.lock", f"{worker.name}.lock"}
        assert DBTaskResult.objects.count() == 1
    assert not Path(lock_of(worker.name)).exists()

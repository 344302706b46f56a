"""A warm process that forks a child for every file, and what becomes of both when somebody dies."""

import os
import select
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings

from reports.ingestion.child import read_safely
from reports.ingestion.confined import Limits
from reports.ingestion.nursery import Nursery, nursery
from reports.ingestion.shapes import KnownCourt, Upload, Vocabulary

from .make_pdf import pdf_that_never_ends

PROJECT = Path(__file__).parents[2]
VOCABULARY = Vocabulary(courts=(KnownCourt("甲县人民法院", "基层", "普通", None),))
ENDLESS = Upload("报告.pdf", pdf_that_never_ends())
TOO_LONG = "识别用时过长，已中止。文件可能过大、已损坏或内容异常，请另存为新的 PDF 或 TXT 后再上传。"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def report(court: str) -> Upload:
    return Upload("报告.txt", f"{court}2023年工作总结".encode())


def read(upload: Upload, limits: Limits | None = None, vocabulary: Vocabulary = VOCABULARY, **watch):
    return read_safely(upload, vocabulary, settings.READING_DIR, limits or Limits(), **watch)


def children_of(process: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except FileNotFoundError:
        return []


def ends(process: int) -> bool:
    """Whether the process ends within ten seconds."""
    try:
        opened = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([opened], [], [], 10)[0])
    finally:
        os.close(opened)


def test_many_threads_have_their_files_read_by_one_nursery_and_each_gets_its_own_answer():
    names = [f"{name}县人民法院" for name in "甲乙丙丁戊己庚辛"]
    with ThreadPoolExecutor(4) as pool:
        readings = list(pool.map(lambda name: read(report(name)), names))

    assert [reading.drafts[0].article.title for reading in readings] == [f"{name}2023年工作总结" for name in names]
    assert children_of(nursery(settings.READING_DIR).process) == []


def test_nothing_of_a_file_is_left_when_it_is_read():
    read(report("甲县人民法院"))

    assert list(nursery(settings.READING_DIR).folder.iterdir()) == []


def test_a_file_is_read_with_the_courts_that_are_known_at_that_moment():
    def court(vocabulary: Vocabulary) -> str | None:
        reading = read(report("乙县人民法院"), vocabulary=vocabulary)
        return next(found.value for found in reading.drafts[0].found if found.field == "court")

    assert court(VOCABULARY) is None
    assert court(Vocabulary(courts=(KnownCourt("乙县人民法院", "基层", "普通", None),))) == "乙县人民法院"
    assert court(VOCABULARY) is None


def test_a_nursery_that_was_killed_is_started_anew_and_the_file_is_read():
    read(report("甲县人民法院"))
    first = nursery(settings.READING_DIR).process
    os.kill(first, signal.SIGKILL)

    assert read(report("甲县人民法院")).drafts[0].article.title == "甲县人民法院2023年工作总结"
    assert nursery(settings.READING_DIR).process != first


def test_a_nursery_that_is_killed_while_a_file_is_read_takes_the_child_along_and_the_file_is_begun_again():
    killed = []

    def kill_once(done: int, total: int) -> None:
        if not killed:
            process = nursery(settings.READING_DIR).process
            killed.extend([process, *children_of(process)])
            os.kill(process, signal.SIGKILL)

    assert read(ENDLESS, Limits(clock=2), watch=kill_once).reason == TOO_LONG
    assert len(killed) == 2
    assert all(ends(process) for process in killed)


def test_what_a_watcher_raises_ends_the_child_and_is_passed_on():
    class Cancelled(Exception):
        pass

    def cancel(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read(ENDLESS, watch=cancel)
    assert children_of(nursery(settings.READING_DIR).process) == []


def test_when_its_owner_is_killed_a_nursery_ends_with_its_child_and_the_next_one_clears_up(tmp_path):
    read_without_end = f"""
import sys; sys.path.insert(0, {str(PROJECT)!r})
from pathlib import Path
from reports.ingestion.child import read_safely
from reports.ingestion.shapes import Upload, Vocabulary
upload = Upload("", sys.stdin.buffer.read())
read_safely(upload, Vocabulary(), Path({str(tmp_path)!r}), watch=lambda done, total: print(done, flush=True))
"""
    with subprocess.Popen(
        [sys.executable, "-c", read_without_end], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as owner:
        owner.stdin.write(ENDLESS.data)
        owner.stdin.close()
        owner.stdout.readline()
        (process,) = children_of(owner.pid)
        (child,) = children_of(process)
        owner.kill()

    assert ends(child)
    assert ends(process)
    (left,) = tmp_path.iterdir()
    next_one = Nursery(tmp_path)
    assert list(tmp_path.iterdir()) == [next_one.folder]
    assert next_one.folder != left
    next_one.close()


def test_a_folder_that_its_owner_is_just_taking_away_hinders_nobody(tmp_path):
    (tmp_path / "going").symlink_to(tmp_path / "gone")  # named in the folder, and not there when it is opened

    next_one = Nursery(tmp_path)
    assert next_one.folder.is_dir()
    next_one.close()


def test_a_folder_that_is_in_use_is_left_alone(tmp_path):
    first, second = Nursery(tmp_path), Nursery(tmp_path)

    assert set(tmp_path.iterdir()) == {first.folder, second.folder}

    first.close()
    second.close()
    assert list(tmp_path.iterdir()) == []

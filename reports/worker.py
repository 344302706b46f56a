"""The process that reads what stands in line: claims a task, does it, and finds the tasks of workers that were killed.

Several may run, on several machines where the database is PostgreSQL and WORKERS_DIR is shared. A worker holds a lock on a
file of its name for as long as it lives: whoever can take that lock knows that its tasks will not be finished. That
needs no clock, and the kernel gives the lock back whatever ends the process.
"""

import fcntl
import logging
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from secrets import token_hex

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import close_old_connections, transaction
from django.utils import timezone
from django_tasks import TaskContext, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from reports.facsimile import printing
from reports.ingestion.again import due, read_due
from reports.ingestion.intake import take_in
from reports.ingestion.shapes import Reading
from reports.models import SourceFile, SourceState
from reports.models.sources import UNFINISHED
from reports.tasks import HEAVY, Stopped, stopping, vocabulary_of

logger = logging.getLogger(__name__)

PAUSE = 0.5  # seconds between two looks at an empty line
LOOK = 5.0  # seconds between two looks for reports that are due to be read again
SWEEP = 60.0  # seconds between two looks for what was left behind
AFTER_FAILURE, AT_MOST = 5.0, 60.0  # seconds after a failure, doubled with each that follows
TRIES = 10  # of one task: what has ended its worker so often ends the next one too
RETRY = timedelta(seconds=30)  # before a task is done again that failed by a fault of ours
KEPT = timedelta(days=7)  # how long traces of what has ended are kept

GAVE_UP = (
    f"识别这个文件时程序中断了 {TRIES} 次，没有再试；原件已留存，没有丢失。"
    "请稍后点“重新识别”；仍不成功的，请另存为新的 PDF 或 TXT 后上传，或联系系统维护人员。"
)


class TooManyTries(Exception):
    """The task has been begun TRIES times and never ended."""


class Worker:
    """One process that reads. Use in a `with`: it lives as long as that."""

    def __init__(self) -> None:
        self.name = f"{host()}-{os.getpid()}-{token_hex(4)}"
        self.swept = self.none_due = self.none_printed = float("-inf")

    def __enter__(self) -> "Worker":
        settings.WORKERS_DIR.mkdir(exist_ok=True)
        self.life = os.open(lock_of(self.name), os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.lockf(self.life, fcntl.LOCK_EX)
        return self

    def __exit__(self, *_: object) -> None:
        lock_of(self.name).unlink()
        os.close(self.life)

    def work_for_ever(self) -> None:
        """Until asked to stop; a failure (disk full, database away) is logged and tried again."""
        failures = 0
        while not stopping.is_set():
            close_old_connections()
            try:
                if not self.work_once():
                    stopping.wait(PAUSE)
                failures = 0
            except Exception:
                pause = min(AT_MOST, AFTER_FAILURE * 2**failures)
                logger.exception("识别队列出错，%.0f 秒后再试", pause)
                failures += 1
                stopping.wait(pause)

    def work_off(self) -> None:
        """Until nothing stands in line that this worker may do."""
        while self.work_once():
            pass

    def work_once(self) -> bool:
        """Do the first task in line, or what is due though nobody asked; False where there is nothing that it may do now."""
        if time.monotonic() - self.swept > SWEEP:
            self.sweep()
            self.swept = time.monotonic()
        if row := self.claim("default"):
            self.do(row)
            return True
        with room_for_heavy() as room:
            if room and (row := self.claim(HEAVY)):
                self.do(row)
                return True
        if self.read_reports_due():
            return True
        with room_for_heavy() as room:
            return room and self.print_due()

    def read_reports_due(self) -> bool:
        """To ask is to go through all reports: not twice a second while there are none."""
        if time.monotonic() - self.none_due < LOOK:
            return False
        if due().exists():
            read_due(vocabulary_of(timezone.now()))
            return True
        self.none_due = time.monotonic()
        return False

    def print_due(self) -> bool:
        """Print the newest original whose pages are not known yet; False where there is none."""
        if time.monotonic() - self.none_printed < LOOK:
            return False
        if source := printing.due().first():
            with suppress(Stopped):
                printing.print_out(source, stop_when_asked)
            return True
        self.none_printed = time.monotonic()
        return False

    def claim(self, queue: str) -> DBTaskResult | None:
        """The first task in this line, now this worker's."""
        ready = DBTaskResult.objects.ready().filter(queue_name=queue)
        if not ready.exists():
            return None
        with transaction.atomic():
            row = ready.get_locked()
            if row is not None:
                row.claim(self.name)
        return row

    def do(self, row: DBTaskResult) -> None:
        asked = row.task_result
        try:
            # The library calls its own shape of Django 6's TaskResult by another name.
            context = TaskContext(task_result=asked)  # type: ignore[arg-type]
            asked.task.call(context, *asked.args, **asked.kwargs)
        except Stopped:
            give_back(row, was_tried=False)
        except Exception:
            logger.exception("task %s failed", row.pk)
            give_back(row, wait=RETRY)
        else:
            row.set_successful(None)

    def sweep(self) -> None:
        """Put back in line what was begun by workers that live no more, and clear away what is of no more use."""
        for row in DBTaskResult.objects.running():
            owner = row.worker_ids[-1]
            # This worker's own: it does nothing now, so it was not even able to write down how that ended.
            if owner == self.name or not lives(owner):
                logger.warning("worker %s left task %s behind", owner, row.pk)
                give_back(row)
        os.utime(self.life)
        clear_away()


def stop_when_asked(done: int, due: int) -> None:
    if stopping.is_set():
        raise Stopped


def give_back(row: DBTaskResult, *, was_tried: bool = True, wait: timedelta = timedelta()) -> None:
    """Put a task that was not ended back in line, to be done after a while; after TRIES its file has failed."""
    with transaction.atomic():
        now = DBTaskResult.objects.select_for_update().get(pk=row.pk)
        if (now.status, now.worker_ids) != (TaskResultStatus.RUNNING, row.worker_ids):
            return  # somebody else was faster
        reading = SourceFile.objects.filter(pk=now.args_kwargs["kwargs"]["source"], state=SourceState.READING)
        if was_tried and len(now.worker_ids) >= TRIES:
            now.set_failed(TooManyTries())
            for source in reading.defer("pages"):
                take_in(source, Reading(reason=GAVE_UP))
            return
        now.status = TaskResultStatus.READY
        if was_tried:
            # Behind the others: it may be what ends its workers, and they may have been ended by something else.
            now.priority -= 1
        else:
            now.worker_ids = now.worker_ids[:-1]
        if wait:
            now.run_after = timezone.now() + wait
        now.save()
        reading.update(state=SourceState.WAITING)


def clear_away() -> None:
    """Remove ended tasks, files of workers that live no more and bytes that were never all there, a week later."""
    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEPT).delete()
    unfinished = Path(default_storage.path(UNFINISHED))
    for path in (*unfinished.glob("*"), *settings.WORKERS_DIR.glob("*.lock")):
        # Uploads come and go there meanwhile, and other workers clear away too.
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > KEPT.total_seconds() and not is_locked(path):
                path.unlink()


# ---- locks


def lock_of(worker: str) -> Path:
    return Path(settings.WORKERS_DIR) / f"{worker}.lock"


def lives(worker: str) -> bool:
    """Whether a worker of this name runs, here or on another machine. Not to be asked of oneself: that ends the lock."""
    return is_locked(lock_of(worker))


def is_locked(path: Path) -> bool:
    with locked(path) as got:
        return not got


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Whether this process has the lock on a file, which it then has for the length of the block."""
    try:
        opened = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        yield True
        return
    try:
        fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        got = True
    except (BlockingIOError, PermissionError):
        got = False
    try:
        yield got
    finally:
        os.close(opened)


def room_for_heavy() -> AbstractContextManager[bool]:
    """Whether no other worker on this machine reads something that takes gigabytes."""
    path = lock_of(f"heavy-{host()}")
    path.touch()
    return locked(path)


def host() -> str:
    """This machine's name, fit for a file's."""
    return re.sub(r"[^\w-]", "", socket.gethostname(), flags=re.ASCII)[:30]

"""Reading in the background: what is kept stands in line, and a worker (reports/worker.py) takes one after the other.

The state of a source file says where it is: WAITING, READING, then READ, UNPACKED, TABLE, FAILED or CANCELLED. Its task is
enqueued in the transaction that keeps it, and may be done any number of times: it begins by looking whether there is
anything left to do, and what it saves is saved only while the file still is READING.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Event as Flag

from django.contrib.auth.models import User
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_tasks import TaskContext, TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from reports.ingestion.intake import is_zip, members_of, read_kept, sheet_in, take_in
from reports.ingestion.said import describe
from reports.ingestion.save import NOTHING_SAID, Said, lay, note, printable
from reports.ingestion.shapes import Heavy, Program, Reading, Unreadable, Vocabulary, allow
from reports.ingestion.vocabulary import current_vocabulary
from reports.models import Batch, BatchFile, Event, SourceFile, SourceState

logger = logging.getLogger(__name__)

# Files that need character recognition or LibreOffice: after all others, and one at a time on each machine.
HEAVY, LAST = "heavy", -50
NOTHING = Q(pk__in=())
# Set when this process is to end: what is being read goes back into the line.
stopping = Flag()


class Stopped(Exception):
    """This process is to end; the file was not read."""


class Cancelled(Exception):
    """A person no longer wants the file to be read."""


# ---- into the line and out of it


def hand_over(batch: Batch, position: int, file: File, name: str, said: Said = NOTHING_SAID) -> BatchFile:
    """Keep one file of a batch, and put it in line unless the very same bytes have been read. Raises OSError."""
    laid = lay(file)
    with transaction.atomic():
        source, is_new = note(laid, name, batch.uploaded_by)
        row = BatchFile.objects.create(
            batch=batch, position=position, name=printable(name), source=source, known=not is_new, said=dict(said)
        )
        line_up(source)
        if source.state == SourceState.UNPACKED:
            earlier = BatchFile.objects.filter(source=source, member=0).exclude(pk=row.pk)
            list_members(row, [content for one in earlier[:1] for content in contents_of(one)])
    return row


def line_up(source: SourceFile) -> bool:
    """Put a file in line that is not read and not being read; False where there is nothing to do."""
    unread = SourceFile.objects.filter(pk=source.pk).exclude(
        state__in=(SourceState.READING, SourceState.READ, SourceState.UNPACKED)
    )
    with transaction.atomic():
        if not unread.update(state=SourceState.WAITING, reason=""):
            return False
        if not tasks_of(source).filter(status=TaskResultStatus.READY).exists():
            read.enqueue(source=source.pk)
    return True


def cancel(source: SourceFile, by: User) -> bool:
    """Take a file out of the line, or end its reading; False where it is neither waiting nor being read."""
    unread = SourceFile.objects.filter(pk=source.pk, state__in=(SourceState.WAITING, SourceState.READING))
    with transaction.atomic():
        if not unread.update(state=SourceState.CANCELLED):
            return False
        tasks_of(source).filter(status=TaskResultStatus.READY).delete()
        Event.objects.create(verb="取消识别", actor=by, source=source)
    return True


def places_in_line() -> dict[int, int]:
    """Source file -> 1 for the one that is read next, 2 …"""
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=read.module_path)
    return {
        arguments["kwargs"]["source"]: place
        for place, arguments in enumerate(waiting.values_list("args_kwargs", flat=True), start=1)
    }


def tasks_of(source: SourceFile) -> QuerySet[DBTaskResult]:
    return DBTaskResult.objects.filter(task_path=read.module_path, args_kwargs__kwargs__source=source.pk)


# ---- the task


@task(takes_context=True)
def read(context: TaskContext, source: int) -> None:
    """Read a kept file, or take a ZIP apart. Raises Stopped."""
    waiting = SourceFile.objects.filter(pk=source, state=SourceState.WAITING)
    if not waiting.update(state=SourceState.READING, pages_done=None, pages_due=None):
        return
    original = SourceFile.objects.defer("pages").get(pk=source)
    try:
        if is_zip(original):
            unpack(original)
        elif not take_table(original):
            read_one(original, context)
    except Cancelled:
        logger.info("the reading of source %s was cancelled", source)


def read_one(original: SourceFile, context: TaskContext) -> None:
    asked = context.task_result
    ask = allow if asked.task.queue_name == HEAVY else put_off
    vocabulary = vocabulary_of(asked.enqueued_at or timezone.now())
    try:
        reading = read_kept(original, vocabulary, ask=ask, watch=Watching(original.pk))
    except Heavy:
        with going_on(original) as still:
            if still:
                SourceFile.objects.filter(pk=original.pk).update(state=SourceState.WAITING)
                read.using(queue_name=HEAVY, priority=LAST).enqueue(source=original.pk)
        return
    with going_on(original) as still:
        if still:
            take_in(original, reading, said_of(original))


@contextmanager
def going_on(original: SourceFile, beside: Q = NOTHING) -> Iterator[bool]:
    """A transaction, and whether in it the file still is being read: nobody cancelled it, nobody else was faster.

    `beside`: other files that the transaction changes.
    """
    with transaction.atomic():
        held = SourceFile.objects.locked().filter(Q(pk=original.pk) | beside)
        yield (original.pk, SourceState.READING) in list(held.values_list("pk", "state"))


def put_off(program: Program, pages: int, done: int = 0) -> None:
    raise Heavy(program, pages)


@dataclass
class Watching:
    """Writes down how far the reading of a source file is. Raises Cancelled, and Stopped when this process is to end."""

    source: int
    written: tuple[int, int] = (0, 0)

    def __call__(self, done: int, due: int) -> None:
        if stopping.is_set():
            raise Stopped
        going_on = SourceFile.objects.filter(pk=self.source, state=SourceState.READING)
        if (done, due) == self.written:
            still = going_on.exists()
        else:
            still = bool(going_on.update(pages_done=done, pages_due=due))
            self.written = (done, due)
        if not still:
            raise Cancelled


def take_table(original: SourceFile) -> bool:
    """Let a table that names files describe the batch it came with; False for every other file.

    Of the batches that it came with before, those that it has described already are left alone.
    """
    try:
        sheet = sheet_in(original, Watching(original.pk))
    except Unreadable as problem:
        with going_on(original) as still:
            if still:
                take_in(original, Reading(reason=str(problem)))
        return True
    if sheet is None:
        return False
    rows = BatchFile.objects.filter(source=original).order_by("-pk").select_related("batch")
    described = BatchFile.objects.filter(batch__in=rows.order_by().values("batch"))
    with going_on(original, Q(pk__in=described.values("source"))) as still:
        if still:
            for place, row in enumerate(rows):
                if place == 0 or not row.notices:
                    describe(row, sheet)
            SourceFile.objects.filter(pk=original.pk).update(state=SourceState.TABLE)
            Event.objects.create(verb="读取随件表格", source=original)
    return True


def said_of(original: SourceFile) -> Said:
    """What was said of the file when it was handed over, the last time that anything was."""
    rows = BatchFile.objects.filter(source=original).exclude(said={}).order_by("-pk")
    return rows.values_list("said", flat=True).first() or NOTHING_SAID


@dataclass(frozen=True, slots=True)
class Loaded:
    at: datetime
    vocabulary: Vocabulary


last_loaded: Loaded | None = None


def vocabulary_of(moment: datetime) -> Vocabulary:
    """The vocabulary as it was at that moment, or later. Half a second to load: once for a batch, not for a file."""
    global last_loaded
    if last_loaded is None or last_loaded.at < moment:
        last_loaded = Loaded(timezone.now(), current_vocabulary())
    return last_loaded.vocabulary


# ---- ZIPs


@dataclass(frozen=True, slots=True)
class Content:
    """A file in a ZIP: its original, or the reason why it has none."""

    name: str
    source: SourceFile | None
    reason: str


def unpack(zipped: SourceFile) -> None:
    """Keep the files in a ZIP as originals of their own; they follow it in every batch that holds it, and stand in line."""
    members = []
    try:
        for member in members_of(zipped, Watching(zipped.pk)):
            laid = None if member.reason else lay(ContentFile(member.data))
            members.append((member.name, laid, member.reason))
    except Unreadable as problem:
        with going_on(zipped) as still:
            if still:
                take_in(zipped, Reading(kind="zip", reason=str(problem)))
        return
    with going_on(zipped) as still:
        if not still:
            return
        # In one order for all: another ZIP may hold the same files, under other names.
        laid_ones = sorted(((laid, name) for name, laid, _ in members if laid), key=lambda one: one[0].sha256)
        sources = {laid: note(laid, name, zipped.uploaded_by)[0] for laid, name in laid_ones}
        list(SourceFile.objects.locked().filter(pk__in=[source.pk for source in sources.values()]).values_list("pk"))
        contents = [Content(name, sources[laid] if laid else None, reason) for name, laid, reason in members]
        SourceFile.objects.filter(pk=zipped.pk).update(state=SourceState.UNPACKED, kind="zip")
        Event.objects.create(verb="拆开压缩包", source=zipped, detail={"文件": [len(contents)]})
        for row in BatchFile.objects.filter(source=zipped, member=0).select_related("batch"):
            list_members(row, contents)


def list_members(row: BatchFile, contents: Sequence[Content]) -> None:
    """Let the files of a ZIP follow it in its batch, once, and stand in line."""
    batch = row.batch
    if batch.files.filter(position=row.position, member__gt=0).exists():
        return
    seen: set[int] = set()
    for number, content in enumerate(contents, start=1):
        source = content.source
        BatchFile.objects.create(
            batch=batch,
            position=row.position,
            member=number,
            name="".join(filter(str.isprintable, content.name))[-255:],
            source=source,
            known=source is not None and (source.uploaded_at < batch.uploaded_at or source.pk in seen),
            reason=content.reason,
        )
        if source is not None:
            seen.add(source.pk)
            line_up(source)
    # A table that was read before the ZIP was taken apart may be about the files in it.
    for table in batch.files.filter(source__state=SourceState.TABLE).select_related("source"):
        if table.source:
            line_up(table.source)


def contents_of(row: BatchFile) -> list[Content]:
    members = row.batch.files.filter(position=row.position, member__gt=0).select_related("source")
    return [Content(member.name, member.source, member.reason) for member in members]

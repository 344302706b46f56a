"""The pipeline in a limited process of its own: whatever a hostile file does, it does it there.

The upload is laid in a fresh folder, and a child forked by the nursery reads it: own group, empty environment, no
network and no writing outside the folder where the system sees to that, and hard limits. The child leaves its answer
there as JSON. Nothing the child writes is ever unpickled.
"""

import json
import logging
import os
import signal
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar, get_args

from .answers import restored
from .confined import ANSWER, ERRORS, EXIT_MEMORY, PROGRESS, UPLOAD, Contents, Job, Limits, Needed, Printed, Tabulated
from .nursery import Died, Ended, nursery
from .read import ocr
from .shapes import (
    Ask,
    Member,
    Page,
    Program,
    Reading,
    Sheet,
    Unreadable,
    Upload,
    Vocabulary,
    Watch,
    allow,
    unwatched,
)

logger = logging.getLogger(__name__)

Told = TypeVar("Told", Contents, Tabulated)

LIMITS = Limits()
# What is raised for an answer that is missing or of another shape; RecursionError: brackets in brackets without end.
UNSOUND = (OSError, ValueError, TypeError, KeyError, RecursionError)


def heavy_limits(programs: Mapping[Program, int]) -> Limits:
    """What a file may cost that needs these programs for so many pages. A page takes 6 to 20 seconds to recognise."""
    pages = min(programs.get("ocr", 0), ocr.MOST_PAGES)
    office = 120 if "office" in programs else 0
    return Limits(
        cpu=60 + office + 45 * pages,
        clock=90 + office + 90 * pages,
        memory=(4 if office else 3) << 30,
        files=512,
    )


def read_safely(
    upload: Upload,
    vocabulary: Vocabulary,
    beneath: Path,
    limits: Limits = LIMITS,
    *,
    ask: Ask = allow,
    watch: Watch = unwatched,
) -> Reading:
    """Read one file without trusting it, in a folder beneath the one that is named.

    Never raises for a bad file: `reason` then says in Chinese what to do. Raises OSError where there is no room, NotBegun,
    and what `watch` raises. Where character recognition or LibreOffice turns out to be needed, `ask` is asked and may raise Heavy;
    then reading begins anew with the limits for that.
    """
    programs: dict[Program, int] = {}
    for _ in range(1 + len(get_args(Program))):
        with done(upload, Job(upload.name, limits, "read", frozenset(programs)), beneath, vocabulary, watch) as (
            folder,
            reason,
        ):
            if reason:
                return Reading(reason=reason)
            try:
                answer = json.loads(left_in(folder, ANSWER))
                if "program" not in answer:
                    return restored(Reading, answer)
                needed = restored(Needed, answer)
            except UNSOUND:
                logger.exception("the child's answer is no reading")
                return Reading(reason=CRASHED)
        ask(needed.program, needed.pages)
        programs[needed.program] = needed.pages
        limits = heavy_limits(programs)
    return Reading(reason=CRASHED)


def unpack_safely(
    upload: Upload, beneath: Path, limits: Limits = LIMITS, *, watch: Watch = unwatched
) -> Iterator[Member]:
    """The files in an uploaded ZIP, one after the other. Raises Unreadable, with a sentence, for the ZIP as a whole."""
    with done(upload, Job(upload.name, limits, "unpack"), beneath, watch=watch) as (folder, reason):
        contents = answer_in(folder, reason, Contents)
        for number, (name, why_not) in enumerate(contents.members):
            yield Member(name, reason=why_not) if why_not else Member(name, left_in(folder, str(number)))


def sheet_safely(upload: Upload, beneath: Path, limits: Limits = LIMITS, *, watch: Watch = unwatched) -> Sheet | None:
    """What an uploaded table says of the files it came with; None where it names none. Raises Unreadable, with a sentence."""
    with done(upload, Job(upload.name, limits, "tabulate"), beneath, watch=watch) as (folder, reason):
        return answer_in(folder, reason, Tabulated).sheet


def answer_in(folder: Path, reason: str, shape: type[Told]) -> Told:
    """What the child has answered. Raises Unreadable with the sentence of whoever gives one: the parent, or the child."""
    if reason:
        raise Unreadable(reason)
    try:
        answer = restored(shape, json.loads(left_in(folder, ANSWER)))
    except UNSOUND as problem:
        logger.exception("the child's answer is no %s", shape.__name__)
        raise Unreadable(CRASHED) from problem
    if answer.reason:
        raise Unreadable(answer.reason)
    return answer


def printed_safely(upload: Upload, beneath: Path, *, watch: Watch = unwatched) -> tuple[Page, ...]:
    """The pages of a document as LibreOffice prints it; () where it cannot. Raises OSError, and what `watch` raises."""
    limits = heavy_limits({"office": 1})
    with done(upload, Job(upload.name, limits, "print", frozenset({"office"})), beneath, watch=watch) as (
        folder,
        reason,
    ):
        try:
            answer = Printed(reason=reason) if reason else restored(Printed, json.loads(left_in(folder, ANSWER)))
        except UNSOUND:
            logger.exception("the child's answer is no print")
            return ()
    if answer.reason:
        logger.warning("%r could not be printed: %s", upload.name, answer.reason)
    return answer.pages


def pictures_safely(
    upload: Upload, turns: Mapping[int, int], beneath: Path, limits: Limits, *, office: bool
) -> dict[int, bytes]:
    """Pages of the upload as WebP: those of these numbers that could be drawn, each turned so many degrees clockwise.

    Never raises for a bad file: what was drawn before it ended the child is there. `office`: LibreOffice prints it first.
    """
    programs: frozenset[Program] = frozenset({"office"} if office else ())
    job = Job(upload.name, limits, "draw", programs, tuple(turns.items()))
    with done(upload, job, beneath) as (folder, _):
        return {number: data for number in turns if (data := picture_in(folder, number))}


def picture_in(folder: Path, number: int) -> bytes:
    """What the child has drawn; b"" where there is nothing, or what a child that has been taken over put in its place."""
    try:
        data = left_in(folder, str(number))
    except OSError:
        return b""
    return data if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else b""


@contextmanager
def done(
    upload: Upload, job: Job, beneath: Path, vocabulary: Vocabulary | None = None, watch: Watch = unwatched
) -> Iterator[tuple[Path, str]]:
    """The folder in which a child has done the job with the upload, and "" or the reason, in Chinese, why it has not.

    Raises NotBegun: another time it may.
    """
    minder = nursery(beneath)
    with tempfile.TemporaryDirectory(prefix="reading-", dir=minder.folder, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / UPLOAD).write_bytes(upload.data)
        reason = ""
        try:
            ended = minder.run(name, job, vocabulary, lambda: watch(*how_far(folder)))
        except TimeoutError:
            reason = TOO_LONG
        except Died:
            logger.exception("the nursery died twice of one file")
            reason = CRASHED
        else:
            logger.debug("%r cost %.2f s of CPU and %d MB", upload.name, ended.cpu, ended.memory >> 20)
            if ended.status != 0 or not (folder / ANSWER).exists():
                logger.warning("the child ended with status %s, saying:\n%s", ended.status, last_words(folder))
                reason = why_it_ended(ended, job.limits)
        yield folder, reason


def left_in(folder: Path, name: str) -> bytes:
    """What the child has left under that name. Raises OSError where that is no plain file: a link leads elsewhere."""
    opened = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(opened, "rb") as file:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise OSError(f"{name} is no file")
        return file.read()


def how_far(folder: Path) -> tuple[int, int]:
    """Pages done and pages due, as the child says; 0 and 0 where it says nothing sensible."""
    try:
        done, due = map(int, left_in(folder, PROGRESS)[:20].split())
    except (OSError, ValueError):
        return 0, 0
    return (done, due) if 0 <= done <= due <= ocr.MOST_PAGES else (0, 0)


TOO_LONG = "识别用时过长，已中止。文件可能过大、已损坏或内容异常，请另存为新的 PDF 或 TXT 后再上传。"
TOO_MUCH_MEMORY = "识别这个文件需要的内存超出限制，已中止。请拆分，或另存为新的 PDF 或 TXT 后再上传。"
CRASHED = "识别这个文件时程序意外中止，文件可能已损坏。请另存为新的 PDF 或 TXT 后再上传。"


_NEARLY_ALL = 0.75


def last_words(folder: Path) -> str:
    """The last 2 kB of what the child wrote, made safe for a log: indented, without control characters."""
    lines = left_in(folder, ERRORS)[-2048:].decode("utf-8", "replace").split("\n")
    return "\n".join("  | " + "".join(filter(str.isprintable, line)) for line in lines if line.strip())


def why_it_ended(ended: Ended, limits: Limits) -> str:
    # Some libraries abort where memory is refused them.
    starved = ended.status == -signal.SIGABRT and ended.memory > _NEARLY_ALL * limits.memory
    if ended.status == EXIT_MEMORY or starved:
        return TOO_MUCH_MEMORY
    if ended.status == -signal.SIGXCPU:
        return TOO_LONG
    return CRASHED

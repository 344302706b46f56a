"""What a reading process does: one job, within limits, from its own folder into its own folder.

Its answer is a file of JSON. Everything here runs beside a hostile file; nobody but `nursery` calls `work`.
"""

import json
import os
import resource
import signal
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from .answers import printed
from .fence import stay_in, take_as_tmp
from .metadata import sheet_of
from .pipeline import reading_of
from .read.archive import unpack
from .read.draw import draw
from .read.office import sheets_of
from .shapes import Heavy, Page, Program, Reading, Sheet, Unreadable, Upload, Vocabulary

UPLOAD = "upload"
ERRORS = "errors"
ANSWER = "answer.json"
PROGRESS = "progress"
EXIT_MEMORY = 3
# LibreOffice lays a socket there, whatever it is told.
_TMP = "/tmp"  # noqa: S108


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: seconds of CPU, seconds by the clock, bytes of memory, bytes in one file written (the
    answer, which the parent has to hold in memory), open files."""

    cpu: int = 60
    clock: int = 90
    memory: int = 1 << 30
    written: int = 64 << 20
    files: int = 64


Task = Literal["read", "unpack", "tabulate", "print", "draw"]


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done with an upload of that name: read it with these programs, take it apart, see what its rows say,
    see where its words stand once it is printed, or draw these of its pages."""

    name: str
    limits: Limits
    task: Task = "read"
    programs: frozenset[Program] = frozenset()
    turns: tuple[tuple[int, int], ...] = ()

    def ask(self, program: Program, pages: int, done: int = 0) -> None:
        if program not in self.programs:
            raise Heavy(program, pages)
        if program == "ocr":
            Path(PROGRESS).write_text(f"{done} {pages}", encoding="ascii")


@dataclass(frozen=True, slots=True)
class Needed:
    """The answer where reading may not go on: a program, and for how many pages."""

    program: Program
    pages: int


@dataclass(frozen=True, slots=True)
class Contents:
    """The answer to a ZIP: the (name, reason) of each file; the files themselves lie beside it, numbered."""

    members: tuple[tuple[str, str], ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Tabulated:
    """The answer to a table: what it says, or None where it says nothing of files."""

    sheet: Sheet | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """The answer to a document that has no pages of its own: those that it has on paper."""

    pages: tuple[Page, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The answer once what could be drawn is drawn; the pictures lie beside it, named by their pages' numbers."""

    reason: str = ""


Answer = Reading | Needed | Contents | Tabulated | Printed | Drawn


def work(folder: str, job: Job, vocabulary: Vocabulary) -> int:
    """Do the job with the upload in the folder, in this process, which is to end with the status that is returned."""
    move_into(folder)
    if "office" in job.programs and not take_as_tmp(folder):
        stay_in(folder, sockets=_TMP)
    elif "office" in job.programs:
        os.chdir(_TMP)
        stay_in(_TMP)
    else:
        stay_in(folder)
    tempfile.tempdir = str(Path.cwd())
    confine(job.limits)
    upload = Upload(job.name, Path(UPLOAD).read_bytes())
    try:
        answer = TASKS[job.task](job, upload, vocabulary)
    except MemoryError:
        return EXIT_MEMORY
    Path(ANSWER).write_text(json.dumps(asdict(answer), ensure_ascii=False, default=printed), encoding="utf-8")
    return 0


def move_into(folder: str) -> None:
    """A group of its own, in the folder, with nothing open but what is said, which goes to a file there."""
    # No session of its own: the processor is shared out between sessions, and this one gives way to the site.
    os.setpgid(0, 0)
    os.chdir(folder)
    nothing, said = os.open(os.devnull, os.O_RDONLY), os.open(ERRORS, os.O_WRONLY | os.O_CREAT, 0o600)
    for number, source in enumerate((nothing, said, said)):
        os.dup2(source, number)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))


def confine(limits: Limits) -> None:
    """Lower this process's own limits, never to be raised again."""
    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, limits.written),
        (resource.RLIMIT_NOFILE, limits.files),
        (resource.RLIMIT_CORE, 0),
    ):
        # macOS knows RLIMIT_AS but refuses it; the other limits and the parent's clock still hold there.
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))
    # At the soft limit comes a signal that tells why; a second later the end.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 1))
    # Should the parent die, nobody is left to look at the clock.
    signal.alarm(limits.clock + 5)


def read_as_allowed(job: Job, upload: Upload, vocabulary: Vocabulary) -> Answer:
    try:
        return reading_of(upload, vocabulary, job.ask)
    except Heavy as heavy:
        return Needed(heavy.program, heavy.pages)
    except Unreadable as problem:
        return Reading(reason=str(problem))


def unpacked(job: Job, upload: Upload, vocabulary: Vocabulary) -> Answer:
    members = []
    try:
        for number, member in enumerate(unpack(upload.data)):
            if not member.reason:
                Path(str(number)).write_bytes(member.data)
            members.append((member.name, member.reason))
    except Unreadable as problem:
        return Contents(reason=str(problem))
    return Contents(tuple(members))


def tabulated(job: Job, upload: Upload, vocabulary: Vocabulary) -> Answer:
    try:
        return Tabulated(sheet_of(upload))
    except Unreadable as problem:
        return Tabulated(reason=str(problem))


def printed_out(job: Job, upload: Upload, vocabulary: Vocabulary) -> Answer:
    try:
        return Printed(sheets_of(upload.data, job.ask))
    except (Unreadable, Heavy) as problem:
        return Printed(reason=str(problem))


def drawn(job: Job, upload: Upload, vocabulary: Vocabulary) -> Answer:
    try:
        for number, picture in draw(upload.data, dict(job.turns), job.ask):
            unfinished = Path("unfinished")
            unfinished.write_bytes(picture)
            unfinished.rename(str(number))
    except (Unreadable, Heavy) as problem:
        return Drawn(reason=str(problem))
    return Drawn()


TASKS: Mapping[str, Callable[[Job, Upload, Vocabulary], Answer]] = {
    "read": read_as_allowed,
    "unpack": unpacked,
    "tabulate": tabulated,
    "print": printed_out,
    "draw": drawn,
}

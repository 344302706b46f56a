"""The pipeline in a limited process of its own: whatever a hostile file does, it does it there.

The parent lays the upload and the vocabulary in a fresh folder and starts a child that has its own session, an empty
environment, no network where the system allows that, and hard limits; the child leaves its answer there as JSON. Nothing the child writes is ever unpickled.
"""

import ctypes
import json
import logging
import os
import pickle
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from .metadata import sheet_of
from .pipeline import reading_of
from .read import ocr
from .read.archive import unpack
from .read.draw import draw
from .shapes import (
    Ask,
    Heavy,
    Member,
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

ERRORS = "errors"
ANSWER = "answer.json"
PROGRESS = "progress"
# Seconds between two looks at how far a child is.
LOOK = 0.5
PROJECT = Path(__file__).resolve().parents[2]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: seconds of CPU, seconds by the clock, bytes of memory, bytes in one file written (the
    answer, which the parent has to hold in memory), open files."""

    cpu: int = 60
    clock: int = 90
    memory: int = 1 << 30
    written: int = 64 << 20
    files: int = 64


LIMITS = Limits()


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


@dataclass(frozen=True, slots=True)
class Job:
    """What a child is to do with the upload: read it with these programs, take it apart, see what its rows say, or draw
    these of its pages."""

    upload: Upload
    limits: Limits
    task: Literal["read", "unpack", "tabulate", "draw"] = "read"
    vocabulary: Vocabulary | None = None
    programs: frozenset[Program] = frozenset()
    turns: tuple[tuple[int, int], ...] = ()

    def ask(self, program: Program, pages: int, done: int = 0) -> None:
        if program not in self.programs:
            raise Heavy(program, pages)
        if program == "ocr":
            Path(PROGRESS).write_text(f"{done} {pages}")


@dataclass(frozen=True, slots=True)
class Needed:
    """The child's answer where it may not go on: a program, and for how many pages."""

    program: Program
    pages: int


@dataclass(frozen=True, slots=True)
class Contents:
    """The child's answer to a ZIP: the (name, reason) of each file; the files themselves lie beside it, numbered."""

    members: tuple[tuple[str, str], ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The child's answer once it has drawn what it could; the pictures lie beside it, named by their pages' numbers."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Tabulated:
    """The child's answer to a table: what it says, or None where it says nothing of files."""

    sheet: Sheet | None = None
    reason: str = ""


def read_safely(
    upload: Upload, vocabulary: Vocabulary, limits: Limits = LIMITS, *, ask: Ask = allow, watch: Watch = unwatched
) -> Reading:
    """Read one file without trusting it. Never raises for a bad file: `reason` then says in Chinese what to do.

    Where character recognition or LibreOffice turns out to be needed, `ask` is asked and may raise Heavy; then reading
    begins anew with the limits for that.
    """
    programs: dict[Program, int] = {}
    while len(programs) <= len(get_args(Program)):
        with done(Job(upload, limits, "read", vocabulary, frozenset(programs)), watch) as (folder, reason):
            if reason:
                return Reading(reason=reason)
            try:
                answer = json.loads((folder / ANSWER).read_text(encoding="utf-8"))
                if "program" not in answer:
                    return restored(Reading, answer)
                needed = restored(Needed, answer)
            except (OSError, ValueError, TypeError, KeyError):
                logger.exception("the child's answer is no reading")
                return Reading(reason=CRASHED)
        ask(needed.program, needed.pages)
        programs[needed.program] = needed.pages
        limits = heavy_limits(programs)
    return Reading(reason=CRASHED)


def unpack_safely(upload: Upload, limits: Limits = LIMITS, *, watch: Watch = unwatched) -> Iterator[Member]:
    """The files in an uploaded ZIP, one after the other. Raises Unreadable, with a sentence, for the ZIP as a whole."""
    with done(Job(upload, limits, "unpack"), watch) as (folder, reason):
        if reason:
            raise Unreadable(reason)
        try:
            answer = restored(Contents, json.loads((folder / ANSWER).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, KeyError) as problem:
            logger.exception("the child's answer is no list of files")
            raise Unreadable(CRASHED) from problem
        if answer.reason:
            raise Unreadable(answer.reason)
        for number, (name, why_not) in enumerate(answer.members):
            yield Member(name, reason=why_not) if why_not else Member(name, (folder / str(number)).read_bytes())


def sheet_safely(upload: Upload, limits: Limits = LIMITS) -> Sheet | None:
    """What an uploaded table says of the files it came with; None where it names none. Raises Unreadable, with a sentence."""
    with done(Job(upload, limits, "tabulate")) as (folder, reason):
        if reason:
            raise Unreadable(reason)
        try:
            answer = restored(Tabulated, json.loads((folder / ANSWER).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, KeyError) as problem:
            logger.exception("the child's answer is no table")
            raise Unreadable(CRASHED) from problem
    if answer.reason:
        raise Unreadable(answer.reason)
    return answer.sheet


def pictures_safely(upload: Upload, turns: Mapping[int, int], limits: Limits, *, office: bool) -> dict[int, bytes]:
    """Pages of the upload as WebP: those of these numbers that could be drawn, each turned so many degrees clockwise.

    Never raises for a bad file: what was drawn before it ended the child is there. `office`: LibreOffice prints it first.
    """
    programs: frozenset[Program] = frozenset({"office"} if office else ())
    with done(Job(upload, limits, "draw", programs=programs, turns=tuple(turns.items()))) as (folder, _):
        return {number: data for number in turns if (data := picture_in(folder / str(number)))}


def picture_in(file: Path) -> bytes:
    """What the child has drawn; b"" where there is nothing, or what a child that has been taken over put in its place."""
    data = file.read_bytes() if file.is_file() and not file.is_symlink() else b""
    return data if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else b""


@contextmanager
def done(job: Job, watch: Watch = unwatched) -> Iterator[tuple[Path, str]]:
    """The folder in which a child has done the job, and "" or the reason, in Chinese, why it has not."""
    with tempfile.TemporaryDirectory(prefix="reading-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "job").write_bytes(pickle.dumps(job))
        reason = ""
        try:
            status = run_child(name, job.limits, watch)
        except subprocess.TimeoutExpired:
            reason = TOO_LONG
        else:
            if status != 0 or not (folder / ANSWER).exists():
                logger.warning("the child ended with status %s, saying:\n%s", status, last_words(folder / ERRORS))
                reason = why_it_ended(status)
        yield folder, reason


TOO_LONG = "识别用时过长，已中止。文件可能过大、已损坏或内容异常，请另存为新的 PDF 或 TXT 后再上传。"
TOO_MUCH_MEMORY = "识别这个文件需要的内存超出限制，已中止。请拆分，或另存为新的 PDF 或 TXT 后再上传。"
CRASHED = "识别这个文件时程序意外中止，文件可能已损坏。请另存为新的 PDF 或 TXT 后再上传。"

EXIT_MEMORY = 3

# No exponent: 1E+999999 is short until somebody prints it.
PLAIN_NUMBER = re.compile(r"-?\d{1,40}(?:\.\d{1,20})?")


def last_words(file: Path) -> str:
    """The last 2 kB of what the child wrote, made safe for a log: indented, without control characters."""
    with file.open("rb") as said:
        said.seek(max(0, file.stat().st_size - 2048))
        lines = said.read().decode("utf-8", "replace").split("\n")
    return "\n".join("  | " + "".join(filter(str.isprintable, line)) for line in lines if line.strip())


def why_it_ended(status: int) -> str:
    if status == EXIT_MEMORY:
        return TOO_MUCH_MEMORY
    if status == -signal.SIGXCPU:
        return TOO_LONG
    return CRASHED


def run_child(folder: str, limits: Limits, watch: Watch = unwatched) -> int:
    """Exit status of the child (negative: the signal that ended it). Raises TimeoutExpired, and whatever `watch` does.
    Leaves no process."""
    start = "import sys; sys.path.insert(0, sys.argv[1]); from reports.ingestion.child import main; main()"
    with (Path(folder) / ERRORS).open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", start, str(PROJECT)],
            cwd=folder,
            env={},
            stdin=subprocess.DEVNULL,
            stdout=errors,
            stderr=errors,
            start_new_session=True,
        )
        ends = time.monotonic() + limits.clock
        try:
            while True:
                left = ends - time.monotonic()
                try:
                    return process.wait(timeout=max(0.0, min(LOOK, left)))
                except subprocess.TimeoutExpired:
                    if left <= LOOK:
                        raise
                watch(*how_far(Path(folder)))
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def how_far(folder: Path) -> tuple[int, int]:
    """Pages done and pages due, as the child says; 0 and 0 where it says nothing sensible."""
    try:
        done, due = map(int, (folder / PROGRESS).read_bytes()[:20].split())
    except (OSError, ValueError):
        return 0, 0
    return (done, due) if 0 <= done <= due <= ocr.MOST_PAGES else (0, 0)


def main() -> None:
    """The child's side: do the job in the current folder, answer with a file of JSON."""
    job: Job = pickle.loads(Path("job").read_bytes())  # noqa: S301 - written by our parent
    leave_the_network()
    confine(job.limits)
    try:
        answer = TASKS[job.task](job)
    except MemoryError:
        sys.exit(EXIT_MEMORY)
    Path(ANSWER).write_text(json.dumps(asdict(answer), ensure_ascii=False, default=printed), encoding="utf-8")


def read_as_allowed(job: Job) -> Reading | Needed:
    try:
        return reading_of(job.upload, job.vocabulary or Vocabulary(), job.ask)
    except Heavy as heavy:
        return Needed(heavy.program, heavy.pages)
    except Unreadable as problem:
        return Reading(reason=str(problem))


def unpacked(job: Job) -> Contents:
    members = []
    try:
        for number, member in enumerate(unpack(job.upload.data)):
            if not member.reason:
                Path(str(number)).write_bytes(member.data)
            members.append((member.name, member.reason))
    except Unreadable as problem:
        return Contents(reason=str(problem))
    return Contents(tuple(members))


def tabulated(job: Job) -> Tabulated:
    try:
        return Tabulated(sheet_of(job.upload))
    except Unreadable as problem:
        return Tabulated(reason=str(problem))


def drawn(job: Job) -> Drawn:
    try:
        for number, picture in draw(job.upload.data, dict(job.turns), job.ask):
            unfinished = Path("unfinished")
            unfinished.write_bytes(picture)
            unfinished.rename(str(number))
    except (Unreadable, Heavy) as problem:
        return Drawn(reason=str(problem))
    return Drawn()


TASKS: Mapping[str, Callable[[Job], Reading | Needed | Contents | Tabulated | Drawn]] = {
    "read": read_as_allowed,
    "unpack": unpacked,
    "tabulate": tabulated,
    "draw": drawn,
}


_NEW_USERS, _NEW_NETWORK = 0x10000000, 0x40000000


def leave_the_network() -> None:
    """Go where there is no network, which Linux allows to anybody who also becomes nobody. Elsewhere stay."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).unshare(_NEW_USERS | _NEW_NETWORK)


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


def printed(value: Decimal) -> str:
    """A Decimal for JSON. Raises TypeError for anything else that JSON does not know."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise TypeError(f"{value!r} has no place in JSON")


def restored(shape: type[T], value: Any) -> T:
    """A value of `shape` from what JSON made of it. Raises ValueError where it does not fit."""
    return _restored(shape, value)


def _restored(shape: Any, value: Any) -> Any:
    origin, inner = get_origin(shape), get_args(shape)
    if isinstance(shape, type) and is_dataclass(shape) and isinstance(value, dict):
        hints = get_type_hints(shape)
        return shape(**{field.name: _restored(hints[field.name], value[field.name]) for field in fields(shape)})
    if origin is tuple and isinstance(value, list):
        if inner[1:] == (Ellipsis,):
            return tuple(_restored(inner[0], item) for item in value)
        if len(inner) == len(value):
            return tuple(_restored(kind, item) for kind, item in zip(inner, value, strict=True))
    elif origin in (Union, UnionType):
        return None if value is None and NoneType in inner else _restored(inner[0], value)
    elif origin is Literal and value in inner:
        return value
    elif shape is float and type(value) in (int, float):
        return float(value)
    elif shape is Decimal and type(value) is str and PLAIN_NUMBER.fullmatch(value):
        return Decimal(value)
    elif type(value) is shape:
        return value
    raise ValueError(f"{value!r} is not {shape}")

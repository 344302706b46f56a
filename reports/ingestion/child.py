"""The pipeline in a limited process of its own: whatever a hostile file does, it does it there.

The parent lays the upload and the vocabulary in a fresh folder and starts a child that has its own session, an empty
environment and hard limits; the child leaves its Reading there as JSON. Nothing the child writes is ever unpickled.
"""

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
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from .pipeline import reading_of
from .shapes import Reading, Unreadable, Upload, Vocabulary

logger = logging.getLogger(__name__)

ERRORS = "errors"
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


def read_safely(upload: Upload, vocabulary: Vocabulary, limits: Limits = LIMITS) -> Reading:
    """Read one file without trusting it. Never raises for a bad file: `reason` then says in Chinese what to do."""
    with tempfile.TemporaryDirectory(prefix="reading-") as folder:
        job = Path(folder) / "job"
        job.write_bytes(pickle.dumps((upload, vocabulary, limits)))
        try:
            status = run_child(folder, limits)
        except subprocess.TimeoutExpired:
            return Reading(reason=TOO_LONG)
        answer = Path(folder) / "reading.json"
        if status != 0 or not answer.exists():
            logger.warning("the child ended with status %s, saying:\n%s", status, last_words(Path(folder) / ERRORS))
            return Reading(reason=why_it_ended(status))
        try:
            return restored(Reading, json.loads(answer.read_text(encoding="utf-8")))
        except (ValueError, TypeError, KeyError):
            logger.exception("the child's answer is no reading")
            return Reading(reason=CRASHED)


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


def run_child(folder: str, limits: Limits) -> int:
    """Exit status of the child (negative: the signal that ended it). Raises TimeoutExpired. Leaves no process."""
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
        try:
            return process.wait(timeout=limits.clock)
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def main() -> None:
    """The child's side: read the job in the current folder, answer with reading.json."""
    upload, vocabulary, limits = pickle.loads(Path("job").read_bytes())  # noqa: S301 - written by our parent
    confine(limits)
    try:
        reading = reading_of(upload, vocabulary)
    except Unreadable as problem:
        reading = Reading(reason=str(problem))
    except MemoryError:
        sys.exit(EXIT_MEMORY)
    Path("reading.json").write_text(json.dumps(asdict(reading), ensure_ascii=False, default=printed), encoding="utf-8")


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

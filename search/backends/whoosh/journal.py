"""What a rebuild has done so far, line by line, in a file that a kill cannot spoil; each line has its checksum.

    {"tasks": [[1, 90]]}                          first: the outbox's notes from before the first report was read
    {"segment": "x1", "reports": 20, "last": 7}   a finished segment and the last report in it; reports come by their ids
    {"changed": [3, 5]}                           reports written anew, meanwhile, in the generation that answers

Whatever is written of a report after the journal was begun is either noted in it or still waits in the outbox.
"""

import json
import os
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .store import JOURNAL, Damaged, Store, sync

Entry = dict[str, Any]


def note(store: Store, reports: Iterable[int]) -> None:
    """To be called with everything that is written in the generation that answers, before its notes are deleted."""
    if folder := store.unfinished():
        append(folder, {"changed": sorted(reports)})


def append(folder: Path, entry: Entry) -> None:
    """One line more, on the disk. It begins with a line end: half a line that a kill left stays alone."""
    line = json.dumps(entry).encode()
    descriptor = os.open(folder / JOURNAL, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    with os.fdopen(descriptor, "ab", buffering=0) as file:
        file.write(b"\n%08x %s" % (zlib.crc32(line), line))
        os.fsync(file.fileno())
    sync(folder)


def entries(folder: Path) -> list[Entry]:
    """The lines of the journal, one at least. Raises Damaged."""
    found = [_entry(line) for line in (folder / JOURNAL).read_bytes().split(b"\n") if line]
    if not found or "tasks" not in found[0]:
        raise Damaged(f"{folder / JOURNAL}")
    return found


def _entry(line: bytes) -> Entry:
    sum_, _, text = line.partition(b" ")
    if sum_ != b"%08x" % zlib.crc32(text):
        raise Damaged(f"{JOURNAL}: {line[:40]!r}")
    entry: Entry = json.loads(text)
    return entry


def ranges(numbers: Iterable[int]) -> list[list[int]]:
    """First and last of each run of numbers, ascending."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found

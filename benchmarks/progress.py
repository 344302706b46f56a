"""How far a long piece of work is, and how long it will still take."""

import sys
import time
from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

T = TypeVar("T")
PAUSE = 5.0  # seconds between two lines


def shown(name: str, things: Iterable[T], total: int | None = None) -> Iterator[T]:
    """The things one by one, with a line on stderr every few seconds. `total` is needed where they have no length."""
    total = len(things) if isinstance(things, Sized) else total or 0
    started = said = time.monotonic()
    for done, thing in enumerate(things):
        now = time.monotonic()
        if now - said > PAUSE and done > 10:
            left = (now - started) / done * max(total - done, 0)
            sys.stderr.write(f"  {name}: {done:,} of {total:,}, about {left:.0f} s left\n")
            said = now
        yield thing

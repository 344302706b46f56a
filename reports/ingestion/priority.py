"""How much of the processor a process is given beside others."""

import os
import time
from contextlib import suppress
from pathlib import Path

# The kernel takes one such wish in a tenth of a second, from all processes together.
_TRIES, _PAUSE = 20, 0.11


def give_way() -> None:
    """Let this process's session be as nice as the process is.

    Where Linux shares the processor out between sessions (sched_autogroup), a process's own niceness counts among those
    of its session alone: a new session is as good as any other, however nice its only process is.
    """
    session = Path("/proc/self/autogroup")
    for _ in range(_TRIES):
        with suppress(BlockingIOError):
            with suppress(FileNotFoundError, PermissionError):
                session.write_text(str(os.nice(0)))
            return
        time.sleep(_PAUSE)

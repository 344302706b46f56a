"""What a call costs where no clock can tell: machines are noisy, and a slow minute is no fault."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def steps(call: Callable[[], object]) -> int:
    """How many lines of Python the call runs, the library's too: the same number every time, however busy the machine.

    What a line does in C, as `str.count` and expressions do, is one step however long it takes.
    """
    lines = 0

    def follow(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        return follow

    before = sys.gettrace()
    sys.settrace(follow)
    try:
        call()
    finally:
        sys.settrace(before)
    return lines

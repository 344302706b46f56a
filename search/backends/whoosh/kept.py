"""What was computed for one question and may serve the next."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np

T = TypeVar("T")


ENTRY = 1 << 10  # bytes of a key, and of what holds the arrays of a value


class Kept:
    """Values by their keys, the latest asked for: as many as `room` bytes hold. Safe to share between threads."""

    def __init__(self, room: int):
        self.room = room
        self._values: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: tuple[Any, ...], compute: Callable[[], T]) -> T:
        """What is kept, or else computed now. Two threads may compute the same."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return cast(T, self._values[key])
        value = compute()
        with self._lock:
            if key not in self._values:
                self._values[key] = value
                self._bytes += ENTRY + _size(value)
                while self._bytes > self.room:
                    self._bytes -= ENTRY + _size(self._values.popitem(last=False)[1])
        return value


def _size(value: Any) -> int:
    """Bytes of arrays, however deep in tuples and dictionaries."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    return sum(map(_size, value.values() if isinstance(value, dict) else value))

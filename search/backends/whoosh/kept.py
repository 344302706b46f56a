"""What was computed for one question and may serve the next."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

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
                self._bytes += _size(value)
                while self._bytes > self.room:
                    self._bytes -= _size(self._values.popitem(last=False)[1])
        return value


def _size(value: Any) -> int:
    """Bytes that the entry takes. An array that stands in two places of it is there once."""
    return ENTRY + sum({id(array): array.nbytes for array in _arrays(value)}.values())


def _arrays(value: Any) -> Iterator[NDArray[Any]]:
    """However deep in tuples and dictionaries."""
    if isinstance(value, np.ndarray):
        yield value
    else:
        for part in value.values() if isinstance(value, dict) else value:
            yield from _arrays(part)

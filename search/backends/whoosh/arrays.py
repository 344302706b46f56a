"""Named arrays in one file, mapped into memory and never copied: what the system has in its cache, all processes share."""

import json
import mmap
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALIGNMENT = 64  # bytes; numpy reads aligned numbers faster


def write(path: Path, arrays: Mapping[str, NDArray[Any]], notes: Any = None) -> None:
    """The arrays, and `notes` in JSON, as one file. Little-endian; written to the disk before this returns."""
    shapes, at = {}, 0
    for name, array in arrays.items():
        shapes[name] = (array.dtype.newbyteorder("<").str, array.shape, at)
        at += _padded(array.nbytes)
    head = json.dumps({"arrays": shapes, "notes": notes}, ensure_ascii=False).encode()
    with path.open("wb") as file:
        file.write(len(head).to_bytes(8, "little"))
        file.write(head.ljust(_padded(8 + len(head)) - 8))
        for array in arrays.values():
            file.write(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).data)
            file.write(bytes(_padded(array.nbytes) - array.nbytes))
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> tuple[dict[str, NDArray[Any]], Any]:
    """The arrays, read-only views of the mapped file, and the notes. Raises OSError or ValueError on a file cut short."""
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    length = int.from_bytes(mapped[:8], "little")
    head = json.loads(mapped[8 : 8 + length])
    start = _padded(8 + length)
    return {
        name: np.ndarray(tuple(shape), np.dtype(dtype), mapped, start + at)
        for name, (dtype, shape, at) in head["arrays"].items()
    }, head["notes"]


def runs(ascending: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Each value once, and how often it is there: what np.unique_counts says of any array, without sorting it again."""
    begin = np.flatnonzero(ascending[1:] != ascending[:-1]) + 1
    edges = np.concatenate(([0], begin, [len(ascending)])) if len(ascending) else np.empty(1, np.int64)
    return ascending[edges[:-1]], edges[1:] - edges[:-1]


def _padded(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT

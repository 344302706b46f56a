"""A line cut into runs that follow each other, and which of them a place lies in."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BUCKETS = 8  # to a run of mean length, or up to twice as many: seldom does another run begin within one


@dataclass(frozen=True, slots=True)
class Borders:
    """`starts`: where each run begins, the first at 0, and at last where the line ends. A run may be empty.

    `of_bucket`: the run that each bucket of 1 << `bits` places begins in.
    """

    starts: NDArray[np.uint32]
    bits: int
    of_bucket: NDArray[np.integer[Any]]

    @classmethod
    def made(cls, starts: NDArray[np.uint32]) -> "Borders":
        end, number = int(starts[-1]), len(starts)
        bits = max((end // number // BUCKETS).bit_length() - 1, 0)
        of_bucket = np.searchsorted(starts, np.arange(0, end, 1 << bits, dtype=np.uint32), "right") - 1
        return cls(starts, bits, of_bucket.astype(np.min_scalar_type(number)))

    def __len__(self) -> int:
        """How many runs."""
        return len(self.starts) - 1

    @property
    def ends(self) -> NDArray[np.uint32]:
        return self.starts[1:]

    def of(self, places: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
        """The number of the run that each place lies in: by the bucket, and for a place beyond its first run by search."""
        found = self.of_bucket.take((places >> self.bits).astype(np.int64)).astype(np.int64)
        later = np.flatnonzero(places >= self.ends.take(found))
        found[later] = np.searchsorted(self.starts, places[later], "right") - 1
        return found

"""Places in a line of runs: each in the run that covers it, however short the runs are and however unlike."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.backends.whoosh.borders import Borders

lengths = st.integers(0, 3) | st.integers(0, 5000)


def borders_of(lengths: list[int]) -> Borders:
    return Borders.made(np.cumsum([0, *lengths]).astype(np.uint32))


@given(st.lists(lengths, max_size=60))
def test_every_place_lies_in_the_run_that_covers_it(lengths):
    borders = borders_of(lengths)

    found = borders.of(np.arange(sum(lengths), dtype=np.uint32))

    assert len(borders) == len(lengths)
    assert (found == np.repeat(np.arange(len(lengths)), lengths)).all()


@pytest.mark.parametrize("number", [254, 255, 256, 257, 65_534, 65_535, 65_536, 65_537])
def test_the_last_of_many_runs_is_numbered_right(number):
    borders = borders_of([1] * (number - 1) + [100_000])

    assert borders.of(np.array([0, number - 2, number - 1, number + 99_998], np.uint32)).tolist() == [
        0,
        number - 2,
        number - 1,
        number - 1,
    ]


def test_no_places_lie_in_no_run():
    assert borders_of([]).of(np.empty(0, np.uint32)).tolist() == []


def test_what_stands_behind_many_empty_runs_is_numbered_right():
    borders = borders_of([5, *[0] * 100_000, 5])

    assert borders.of(np.arange(10, dtype=np.uint32)).tolist() == [0] * 5 + [100_001] * 5

"""What was computed, kept while there is room."""

import numpy as np

from search.backends.whoosh.kept import ENTRY, Kept


def test_an_array_that_stands_twice_in_a_value_takes_room_once():
    kept = Kept(room=2 * (ENTRY + 8_000))
    computed = []

    def value_of(number: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        def compute():
            computed.append(number)
            array = np.full(1_000, number)
            return array, {"the same": array}

        return kept.get((number,), compute)

    for number in (1, 2, 1, 3, 1, 2):
        assert value_of(number)[0][0] == number

    assert computed == [1, 2, 3, 2]

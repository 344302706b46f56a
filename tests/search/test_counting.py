"""Facets and pages of archives larger than the tests' own: counted and picked as a reader would with pencil and paper."""

from collections import Counter

import numpy as np
import pytest

from search.backends.whoosh.evaluator import RUN, _best
from search.backends.whoosh.facets import FEW, SINGLY, Facet, Listed
from search.backends.whoosh.segment import Column

CHANCE = np.random.default_rng(20261122)
SIZES = (700, 900)  # reports of two segments


def columns(values):
    """Each report with none to three of so many values."""
    names = [f"{number:04}" for number in range(values)]
    made = []
    for size in SIZES:
        combinations = [()] + [
            tuple(CHANCE.choice(names, CHANCE.integers(1, 4), replace=False).tolist()) for _ in range(60)
        ]
        made.append(Column(combinations, CHANCE.integers(0, len(combinations), size)))
    return made


@pytest.mark.parametrize("values", [5, FEW, 3000])
@pytest.mark.parametrize("number", [0, 1, SINGLY, SINGLY + 1, 500, sum(SIZES) - 3, sum(SIZES)])
def test_as_many_have_a_value_as_one_finds_one_by_one(values, number):
    facet_columns = columns(values)
    mask = np.zeros(sum(SIZES), bool)
    mask[CHANCE.choice(sum(SIZES), number, replace=False)] = True
    of_reports = [column.combinations[code] for column in facet_columns for code in column.codes]
    expected = Counter(value for having, listed in zip(of_reports, mask, strict=True) if listed for value in having)

    facet = Facet(facet_columns)

    assert list(facet.counts(Listed(mask)).items()) == sorted(expected.items())
    chosen = facet.values.names[1:3].tolist()
    assert facet.having(chosen).tolist() == [not set(chosen).isdisjoint(having) for having in of_reports]


@pytest.mark.parametrize("number", [1, 20, 100, 101, 1500, 1600, 2000])
@pytest.mark.parametrize("different", [2, 40, 1_000_000])
def test_the_best_are_those_that_sorting_puts_first_and_all_equal_to_the_last(number, different):
    docs = np.sort(CHANCE.choice(10_000, RUN * 100 + 3, replace=False))
    keys = CHANCE.integers(0, different, len(docs)).astype(np.float32)
    last = np.sort(keys)[:number][-1]

    assert _best(docs, keys, number).tolist() == docs[keys <= last].tolist()

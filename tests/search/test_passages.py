"""Places of strings in passages: counted as a plain loop counts them."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.backends.whoosh.passages import Passages, RunsOfParts

PARTS = ("", "甲", "乙")
texts = st.lists(st.lists(st.tuples(st.sampled_from(PARTS), st.text("一二", max_size=9)), max_size=6), max_size=5)


def of(lines_of_texts) -> tuple[Passages, str]:
    """The passages of these texts, and all their lines joined."""
    runs = RunsOfParts()
    for lines in lines_of_texts:
        runs.add((part, len(words)) for part, words in lines)
    return Passages.read(*runs.written()), "".join(words for lines in lines_of_texts for _, words in lines)


def by_loop(lines_of_texts, string: str) -> dict[str, dict[int, int]]:
    counts: dict[str, dict[int, int]] = {}
    for number, lines in enumerate(lines_of_texts):
        runs: list[tuple[str, str]] = []
        for part, words in lines:
            if not words:
                continue
            if runs and runs[-1][0] == part:
                runs[-1] = (part, runs[-1][1] + words)
            else:
                runs.append((part, words))
        for part, words in runs:
            if found := len(re.findall(f"(?={string})", words)):
                of_part = counts.setdefault(part, {})
                of_part[number] = of_part.get(number, 0) + found
    return counts


@given(texts, st.text("一二", min_size=1, max_size=5))
def test_strings_are_counted_where_they_stand_in_one_passage(lines_of_texts, string):
    passages, line = of(lines_of_texts)
    places = np.array([match.start() for match in re.finditer(f"(?={string})", line)], np.uint32)

    told = passages.counts(places, len(string))

    as_dicts = {part: dict(zip(docs.tolist(), counts.tolist(), strict=True)) for part, (docs, counts) in told.items()}
    assert as_dicts == by_loop(lines_of_texts, string)


def test_what_lies_beyond_the_texts_is_in_no_passage():
    passages, _ = of([[("甲", "一二")]])

    assert passages.counts(np.array([0, 2, 5], np.uint32), 1)["甲"][1].tolist() == [1]
    assert passages.counts(np.array([2, 3, 4, 5, 6], np.uint32), 1) == {}

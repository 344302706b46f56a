"""Places of strings in passages: counted as a plain loop counts them."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.backends.whoosh.passages import Held, Passages, RunsOfParts

PARTS = ("", "甲", "乙")
texts = st.lists(st.lists(st.tuples(st.sampled_from(PARTS), st.text("一二", max_size=9)), max_size=6), max_size=5)


def of(lines_of_texts) -> tuple[Passages, str]:
    """The passages of these texts, and all their lines joined."""
    runs = RunsOfParts()
    for lines in lines_of_texts:
        runs.add((part, len(words)) for part, words in lines)
    return Passages.read(*runs.written()), "".join(words for lines in lines_of_texts for _, words in lines)


def as_dict(held: Held) -> dict[int, int]:
    return dict(zip(held.docs.tolist(), held.numbers.tolist(), strict=True))


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

    _, told = passages.counts(places, len(string))

    assert {part: as_dict(held) for part, held in told.items()} == by_loop(lines_of_texts, string)


@given(texts, st.text("一二", min_size=1, max_size=5))
def test_in_whole_texts_strings_that_run_across_passages_count_too(lines_of_texts, string):
    passages, _ = of(lines_of_texts)
    whole = ["".join(words for _, words in lines) for lines in lines_of_texts]
    at = np.cumsum([0, *map(len, whole)])
    found = [[match.start() for match in re.finditer(f"(?={string})", text)] for text in whole]
    places = np.array(
        [start + place for start, of_text in zip(at, found, strict=False) for place in of_text], np.uint32
    )

    told, _ = passages.counts(places, len(string))

    assert as_dict(told) == {number: len(of_text) for number, of_text in enumerate(found) if of_text}

"""Places of strings in passages: counted as a plain loop counts them."""

import re
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.backends.whoosh.passages import Passages, RunsOfParts, Together

PARTS = ("", "甲", "乙")


def texts_of(words):
    return st.lists(st.lists(st.tuples(st.sampled_from(PARTS), words), max_size=6), max_size=5)


# In the second, every place of a passage begins the string: by far more places than passages.
SOME = texts_of(st.text("一二", max_size=9)), st.text("一二", min_size=1, max_size=5)
MANY = texts_of(st.text("一", min_size=9, max_size=30)), st.text("一", min_size=1, max_size=5)


def of(lines_of_texts) -> tuple[Passages, str]:
    """The passages of these texts, and all their lines joined."""
    runs = RunsOfParts()
    for lines in lines_of_texts:
        runs.add((part, len(words)) for part, words in lines)
    return Passages.read(*runs.written()), "".join(words for lines in lines_of_texts for _, words in lines)


def as_dict(counts: np.ndarray) -> dict[int, int]:
    return {number: int(count) for number, count in enumerate(counts) if count}


def places_of(string: str, words: str) -> np.ndarray:
    return np.array([match.start() for match in re.finditer(f"(?={string})", words)], np.uint32)


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


def counted(lines_of, places_of_each, length: int) -> tuple[Together, np.ndarray, np.ndarray]:
    """All passages together, and what was counted in each: beginning there, and standing there as a whole."""
    together = Together([passages for passages, _ in lines_of], [documents for _, documents in lines_of])
    beginning, whole = np.zeros((2, together.size), np.int32)
    for (passages, _), here, places in zip(lines_of, together.slices, places_of_each, strict=True):
        beginning[here], whole[here] = passages.counted(places, length)
    return together, beginning, whole


@pytest.mark.parametrize(("texts", "strings"), [SOME, MANY], ids=["some places", "many places"])
@given(data=st.data())
def test_strings_are_counted_where_they_stand_in_one_passage(texts, strings, data):
    segments, string = data.draw(st.lists(texts, max_size=3)), data.draw(strings)
    found = [of(lines_of_texts) for lines_of_texts in segments]
    lines_of = [(passages, len(texts)) for (passages, _), texts in zip(found, segments, strict=True)]
    together, *told = counted(lines_of, [places_of(string, line) for _, line in found], len(string))
    held, documents = together.held(*told), sum(map(len, segments))

    of_parts = {
        part: as_dict(held.per_document_in(number, documents))
        for part in PARTS
        for number in together.numbers_of([part])
    }
    assert {part: counts for part, counts in of_parts.items() if counts} == by_loop(chain(*segments), string)
    for part in PARTS:
        for number in together.numbers_of([part]):
            assert set(held.docs_of(number).tolist()) == set(of_parts[part])


@pytest.mark.parametrize(("texts", "strings"), [SOME, MANY], ids=["some places", "many places"])
@given(data=st.data())
def test_in_whole_texts_strings_that_run_across_passages_count_too(texts, strings, data):
    segments, string = data.draw(st.lists(texts, max_size=3)), data.draw(strings)
    lines_of = [(of(lines_of_texts)[0], len(lines_of_texts)) for lines_of_texts in segments]
    whole = [["".join(words for _, words in lines) for lines in lines_of_texts] for lines_of_texts in segments]
    places_of_each = []
    for of_texts in whole:
        starts = np.cumsum([0, *map(len, of_texts)])
        places = [places_of(string, text) + start for text, start in zip(of_texts, starts, strict=False)]
        places_of_each.append(np.concatenate([np.empty(0), *places]).astype(np.uint32))
    together, *told = counted(lines_of, places_of_each, len(string))

    times = together.held(*told).per_document(sum(map(len, segments)))

    found = [len(places_of(string, text)) for text in chain.from_iterable(whole)]
    assert as_dict(times) == {number: count for number, count in enumerate(found) if count}

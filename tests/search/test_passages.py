"""Places of strings in passages: counted as a plain loop counts them."""

import re
from itertools import chain

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.backends.whoosh.passages import Counted, Passages, RunsOfParts, Together

PARTS = ("", "甲", "乙")
texts = st.lists(st.lists(st.tuples(st.sampled_from(PARTS), st.text("一二", max_size=9)), max_size=6), max_size=5)


def of(lines_of_texts) -> tuple[Passages, str]:
    """The passages of these texts, and all their lines joined."""
    runs = RunsOfParts()
    for lines in lines_of_texts:
        runs.add((part, len(words)) for part, words in lines)
    return Passages.read(*runs.written()), "".join(words for lines in lines_of_texts for _, words in lines)


def as_dict(counted: Counted) -> dict[int, int]:
    return dict(zip(counted.held.tolist(), counted.numbers.tolist(), strict=True))


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


@given(st.lists(texts, max_size=3), st.text("一二", min_size=1, max_size=5))
def test_strings_are_counted_where_they_stand_in_one_passage(segments, string):
    lines_of = [of(lines_of_texts) for lines_of_texts in segments]
    together = Together([passages for passages, _ in lines_of], [len(lines_of_texts) for lines_of_texts in segments])
    whole = []
    for passages, line in lines_of:
        places = places_of(string, line)
        whole.append(passages.holding(places, len(string), passages.beginning(places)))

    told = together.in_parts(together.joined(whole))

    assert {part: as_dict(counted) for part, counted in told.items()} == by_loop(chain.from_iterable(segments), string)


@given(st.lists(texts, max_size=3), st.text("一二", min_size=1, max_size=5))
def test_in_whole_texts_strings_that_run_across_passages_count_too(segments, string):
    lines_of = [of(lines_of_texts) for lines_of_texts in segments]
    together = Together([passages for passages, _ in lines_of], [len(lines_of_texts) for lines_of_texts in segments])
    whole = [["".join(words for _, words in lines) for lines in lines_of_texts] for lines_of_texts in segments]
    beginning = []
    for of_texts, (passages, _) in zip(whole, lines_of, strict=True):
        starts = np.cumsum([0, *map(len, of_texts)])
        places = [places_of(string, text) + start for text, start in zip(of_texts, starts, strict=False)]
        beginning.append(passages.beginning(np.concatenate([np.empty(0), *places]).astype(np.uint32)))

    told = together.in_documents(together.joined(beginning))

    found = [len(places_of(string, text)) for text in chain.from_iterable(whole)]
    assert as_dict(told) == {number: count for number, count in enumerate(found) if count}

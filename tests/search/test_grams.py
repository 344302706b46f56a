"""Exact strings against str.find: every place, at every length, in texts made to be awkward."""

import random

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from search.backends.whoosh import arrays, grams
from search.backends.whoosh.grams import Grams

ALPHABET = "的一是法院“”，。12a𠮷𠮸\n"
AWKWARD = ["", "的", "", "𠮷", "𠮷𠮷", "的" * 70_000, "一的" * 40_000, ""]


def indexed(tmp_path, strings):
    path = tmp_path / "strings.grams"
    grams.write(path, [grams.units(string) for string in strings], np.empty(0, np.uint32))
    return Grams.read(path)


def occurrences(strings, wanted):
    """The oracle: (number of the string, place in it) of every occurrence, overlapping ones too."""
    for number, string in enumerate(strings):
        units = np.cumsum([0, *(2 if char > "\uffff" else 1 for char in string)]).tolist()
        at = string.find(wanted)
        while at >= 0:
            yield number, units[at]
            at = string.find(wanted, at + 1)


def check(strings, index, wanted):
    expected = sorted(occurrences(strings, wanted))
    places = index.places(wanted)
    numbers = index.borders.of(places)
    assert list(zip(numbers.tolist(), (places - index.bounds[numbers]).tolist(), strict=True)) == expected
    holders, counts = index.counts(wanted)
    assert holders.tolist() == sorted({number for number, _ in expected})
    if len(grams.units(wanted)) > 1:
        assert counts.sum() == len(expected)


def test_every_place_of_every_string_is_found(tmp_path):
    choice = random.Random(7)
    lengths = [0, 1, 2, 30, 500, 3000]
    strings = ["".join(choice.choices(ALPHABET, k=choice.choice(lengths))) for _ in range(200)] + AWKWARD
    choice.shuffle(strings)
    index = indexed(tmp_path, strings)

    for _ in range(30):
        string = choice.choice([string for string in strings if string])
        start = choice.randrange(len(string))
        check(strings, index, string[start : start + choice.randint(1, 30)])
        check(strings, index, "".join(choice.choices(ALPHABET, k=choice.randint(1, 4))))
    assert len(index.blocks) > 0
    assert len(index.highs) > 0


@settings(max_examples=150)
@example(strings=["三三", "三一三三"], wanted="三三三一")
@given(
    strings=st.lists(st.text("一二三𠮷", max_size=12), max_size=6), wanted=st.text("一二三𠮷", min_size=1, max_size=5)
)
def test_small_indexes_are_exact_too(tmp_path_factory, strings, wanted):
    check(strings, indexed(tmp_path_factory.mktemp("grams"), strings), wanted)


@pytest.mark.parametrize("wanted", ["院法", "法院", "，法", "司"])
def test_a_match_never_spans_two_strings(tmp_path, wanted):
    check(["法", "院", "的法", "院，", ""], indexed(tmp_path, ["法", "院", "的法", "院，", ""]), wanted)


def test_what_an_earlier_version_wrote_is_read_too(tmp_path):
    strings = ["的一是法院" * 3_000, "法院的", "一是，" * 40_000]
    index = indexed(tmp_path, strings)
    found = arrays.read(tmp_path / "strings.grams")[0]
    before = np.searchsorted(index.blocked, np.arange(len(index.pairs)))
    highs_at = index.lows_at[:-1] - index.in_blocks[before]
    highs_at[index.blocked] = np.arange(len(index.blocked)) | 1 << 31
    del found["blocked"], found["in_blocks"]
    arrays.write(tmp_path / "earlier.grams", found | {"highs_at": highs_at})

    earlier = Grams.read(tmp_path / "earlier.grams")

    assert (earlier.blocked.tolist(), earlier.in_blocks.tolist()) == (index.blocked.tolist(), index.in_blocks.tolist())
    assert 0 < len(index.blocked) < len(index.pairs)
    for wanted in ("法", "法院", "院的", "是，一"):
        check(strings, earlier, wanted)


def test_a_file_cut_short_is_refused(tmp_path):
    indexed(tmp_path, ["法院工作报告"])
    path = tmp_path / "strings.grams"
    path.write_bytes(path.read_bytes()[:100])

    with pytest.raises((OSError, ValueError)):
        Grams.read(path)

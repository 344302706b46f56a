"""Words counted when their segment is written: the same as what is counted in its strings when somebody asks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.backends.whoosh import grams, tallies
from search.backends.whoosh.grams import Grams
from search.backends.whoosh.passages import Passages, RunsOfParts
from search.backends.whoosh.segment import names_of
from search.backends.whoosh.tallies import Tallies, counted, dearest

PARTS = ("", "甲", "乙")
FILLER = "零" * 20_000  # a text that leaves room for what is kept of the others
LINES = st.lists(st.tuples(st.sampled_from(PARTS), st.text("一二三", max_size=9)), max_size=6)


def segment_of(folder, texts, names):
    """What a segment has of these texts, lists of lines with their parts, each with one name."""
    runs = RunsOfParts()
    for lines in texts:
        runs.add((part, len(words)) for part, words in lines)
    strings = [*("".join(words for _, words in lines) for lines in texts), *names]
    grams.write(folder / "a.grams", [grams.units(string) for string in strings], np.empty(0, np.uint32))
    line = Grams.read(folder / "a.grams")
    return line, Passages.read(*runs.written()), names_of(line, ["text", "title"], len(texts))


def kept(folder, segment, words) -> Tallies:
    tallies.write(folder / "a.tallies", *segment, words)
    return Tallies.read(folder / "a.tallies")


def as_lists(tally):
    return None if tally is None else [part.tolist() for part in tally]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("segment")


@given(st.lists(st.tuples(LINES, st.text("一二", max_size=4)), max_size=5), st.lists(st.text("一二", min_size=1)))
def test_what_is_kept_of_a_word_is_what_is_counted(folder, reports, words):
    texts, names = [[("", FILLER)], *(lines for lines, _ in reports)], ["", *(name for _, name in reports)]
    segment = segment_of(folder, texts, names)

    found = kept(folder, segment, dict.fromkeys(words))

    assert {word: as_lists(found.of(word)) for word in words} == {
        word: as_lists(counted(*segment, word)) for word in words
    }
    assert found.of("三三三三") is None


def test_frequent_words_and_rare_ones_across_passages_and_often_in_one(folder):
    """Frequent: in nearly all passages and names. 一二 goes on from one passage in the next, and is 300 times in another."""
    texts = [[("", "二一一"), ("甲", "二"), ("乙", f"二{number % 3}一")] for number in range(2_000)]
    texts += [[("", "一二" * 300)], [("", FILLER * 20)]]
    segment = segment_of(folder, texts, ["二一"] * 1_999 + ["一二", "", "一二"])

    found = kept(folder, segment, ["二一", "一二", "0一"])

    assert [as_lists(found.of(word)) for word in ("二一", "一二", "0一")] == [
        as_lists(counted(*segment, word)) for word in ("二一", "一二", "0一")
    ]
    across = found.of("一二")
    assert (int(across.beginning.sum()), int(across.whole.sum()), int(across.whole.max())) == (2_300, 300, 300)
    assert across.names.sum() == 2


def test_words_of_which_much_would_be_read_come_first(folder):
    texts = [[("", "法院工作" * 1_800 + "法官" * 1_200 + "院长" * 3_000 + "𠮷𠮸" * 3_000)]]
    strings, *_ = segment_of(folder, texts, [""])

    words = ["法", "法官", "工作", "法院", "院长", "院长院长", "法院工作", "长院", "没有", "𠮷𠮸"]

    assert dearest(strings, dict.fromkeys(words, 30)) == ["𠮷𠮸", "院长院长", "法院工作", "院长"]
    assert dearest(strings, dict.fromkeys(words, 29) | {"院长": 30}) == ["院长"]
    assert dearest(strings, {}) == []


def test_no_more_is_kept_than_there_is_room_for(folder):
    words = [f"{one}{other}" for one in "天地玄黄宇宙洪荒日月盈昃" for other in "辰宿列张寒来暑往秋收冬藏"]
    texts = [[("", "".join(words))] for _ in range(500)]
    segment = segment_of(folder, texts, [""] * 500)

    found = kept(folder, segment, words)

    assert 0 < len(found.rows) < len(words)
    assert [*found.rows] == words[: len(found.rows)]
    size, units = (folder / "a.tallies").stat().st_size, len(segment[0].lows)
    assert units / 5 <= size <= units / 3


def test_a_segment_that_an_earlier_version_wrote_keeps_nothing(tmp_path):
    assert Tallies.read(tmp_path / "a.tallies").of("法院") is None

"""The segmenter: the same words from the dictionaries as from what an earlier process kept."""

import pytest

from reports.words import fingerprint, segmenter

SENTENCE = "深化府院联动机制，推进行政机关负责人出庭应诉"


@pytest.fixture
def fresh(settings, tmp_path):
    """`fresh()` is the segmenter of another process with an empty data folder to begin with."""
    settings.DATA_DIR = tmp_path / "data"
    return segmenter.__wrapped__


def test_it_knows_our_words(fresh):
    assert list(fresh().cut(SENTENCE)) == ["深化", "府院联动", "机制", "，", "推进", "行政机关负责人", "出庭应诉"]


def test_the_next_process_has_the_same_words(fresh, settings):
    first, second = fresh(), fresh()

    assert (second.FREQ, second.total) == (first.FREQ, first.total)
    assert [path.name for path in settings.DATA_DIR.iterdir()] == [f"words-{fingerprint()}.cache"]


@pytest.mark.parametrize("content", [b"", b"half a file", b"N"])
def test_what_was_kept_badly_is_made_again(fresh, settings, content):
    first = fresh()
    (kept,) = settings.DATA_DIR.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(content)

    assert fresh().FREQ == first.FREQ

    assert len(kept.read_bytes()) == len(whole)

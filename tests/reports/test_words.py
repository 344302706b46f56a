"""The segmenter: our words, the same from rjieba as from jieba, and the same in the next process."""

import json
import sys
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import example, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from archive.corpus import Corpus
from reports import words
from reports.words import DICTIONARIES, HAN, Segmenter, fingerprint, our_words, python, rust, segmenter

EXPECTED = Path(__file__).resolve().parents[1] / "expected"
SENTENCE = "深化府院联动机制，推进行政机关负责人出庭应诉"
OURS = [word for word, _ in our_words()]


@pytest.fixture(scope="module")
def reference() -> Segmenter:
    return python()


@pytest.fixture(scope="module")
def fast() -> Segmenter:
    """rjieba, which the tests' environment always has."""
    found = rust()
    assert found is not None
    return found


@pytest.fixture
def fresh(settings, tmp_path):
    """`fresh()` is jieba in another process with an empty data folder to begin with."""
    settings.DATA_DIR = tmp_path / "data"
    return python


def frequencies(made: Segmenter) -> tuple[dict[str, int], int]:
    tokenizer = made.han.__self__
    return tokenizer.FREQ, tokenizer.total


def differences(fast: Segmenter, reference: Segmenter, texts: list[str]) -> list[str]:
    """The texts of which the two make different words, for pages or for the index."""
    return [
        text
        for text in texts
        if list(fast.cut(text)) != list(reference.cut(text))
        or list(fast.cut_for_search(text)) != list(reference.cut_for_search(text))
        or together(fast, text) != [word for run in HAN.findall(text) for word in reference.han(run)]
    ]


def together(made: Segmenter, text: str) -> list[str]:
    """The words of all the text's runs of Han, asked for at once."""
    return [word for word in made.han("\n".join(HAN.findall(text))) if word != "\n"]


def printed(part: list) -> list[str]:
    """The lines of a checked text, or of several: a line is a pair of its kind and its words."""
    return [part[1]] if isinstance(part[0], str) else [line for inner in part for line in printed(inner)]


# ---- words
@pytest.mark.parametrize("made", [python, rust])
def test_it_knows_our_words(made):
    cut = list(made().cut(SENTENCE))

    assert cut == ["深化", "府院联动", "机制", "，", "推进", "行政机关负责人", "出庭应诉"]


@pytest.mark.parametrize("made", [python, rust])
def test_for_search_the_shorter_words_come_before_the_word_that_holds_them(made):
    assert list(made().cut_for_search("府院联动，2次")) == ["府院", "联动", "府院联动", "，", "2", "次"]


# ---- one or the other
def test_rjieba_cuts_where_it_is_installed():
    assert segmenter.__wrapped__().library == "rjieba"


def test_jieba_cuts_where_rjieba_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "rjieba", None)
    monkeypatch.setattr(words, "rust", rust.__wrapped__)

    assert segmenter.__wrapped__().library == "jieba"


def test_the_index_cannot_tell_which_of_them_cut(monkeypatch):
    before = fingerprint()
    monkeypatch.setitem(sys.modules, "rjieba", None)

    assert fingerprint() == before


def test_both_make_the_same_words_of_the_samples(fast, reference):
    texts = [path.read_text(encoding="utf-8") for path in sorted((settings.SEEDS_DIR / "samples").glob("*.txt"))]

    assert len(texts) == 5
    assert differences(fast, reference, texts) == []


def test_both_make_the_same_words_of_the_texts_that_a_person_checked(fast, reference):
    gold = json.loads((EXPECTED / "gold_texts.json").read_text(encoding="utf-8"))
    lines = [line for texts in gold.values() for line in printed(texts)]

    assert len(lines) > 150
    assert differences(fast, reference, lines) == []


def test_both_make_the_same_words_of_a_made_corpus(fast, reference):
    texts = [draft.article.text for draft in Corpus(settings.SEEDS_DIR, seed=11).reports(20)]

    assert len(texts) == 20
    assert differences(fast, reference, texts) == []


def test_both_make_the_same_words_of_every_one_of_our_words(fast, reference):
    assert differences(fast, reference, OURS) == []


# Of these two cuts weigh the same, so that the last bit of a weight decides.
TIES = st.sampled_from(["人人人", "天天天", "家家家", "村村村", "时时时", "层层层", "处处处", "件件件"])
UNKNOWN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FD5), min_size=1, max_size=4)
OTHERS = st.sampled_from(
    ["A1", "1.5％", "，", " ", "\n", "\0", "㐀", "〇", "鿖", "𠀀", "豈", "é", "+#&._%-", "２０２３"]
)
COMMON = st.sampled_from(sorted({SENTENCE[at:end] for at in range(len(SENTENCE)) for end in range(at + 1, at + 5)}))


@limits(max_examples=1000)
@example(text="人人人府院联动有关部门")
@given(st.lists(st.one_of(st.sampled_from(OURS), COMMON, TIES, UNKNOWN, OTHERS), max_size=12).map("".join))
def test_both_make_the_same_words_of_any_text(fast, reference, text):
    assert differences(fast, reference, [text]) == []
    assert "".join(fast.cut(text)) == text


# ---- the dictionaries
def test_every_line_of_our_dictionaries_has_a_frequency():
    lines = [
        line for name in DICTIONARIES for line in (settings.SEEDS_DIR / name).read_text(encoding="utf-8").splitlines()
    ]

    assert len(OURS) == len(lines)


def test_a_line_without_a_frequency_is_refused_by_its_number(settings, tmp_path):
    settings.SEEDS_DIR = tmp_path
    (tmp_path / DICTIONARIES[0]).write_text("府院联动 50 n\n\n紫雾岛\n", encoding="utf-8")

    with pytest.raises(ValueError, match=r"words\.txt 第 3 行“紫雾岛”要写成：词 词频 词性。"):
        list(our_words())


# ---- what jieba keeps
def test_the_next_process_has_the_same_words(fresh, settings):
    first, second = fresh(), fresh()

    assert frequencies(second) == frequencies(first)
    assert [path.name for path in settings.DATA_DIR.iterdir()] == [f"words-{fingerprint()}.cache"]


@pytest.mark.parametrize("content", [b"", b"half a file", b"N"])
def test_what_was_kept_badly_is_made_again(fresh, settings, content):
    first = fresh()
    (kept,) = settings.DATA_DIR.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(content)

    assert frequencies(fresh()) == frequencies(first)

    assert len(kept.read_bytes()) == len(whole)

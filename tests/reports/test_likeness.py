"""likeness: copies are alike whatever their format and script; other reports are not, however much they borrow."""

import random
import re

import opencc
import pytest

from reports.likeness import fingerprint, likeness, normal
from reports.suspicions import NEAR
from tests.ingestion.gold import printed

CHANGED = "这一句与原文全不相同，是后来另外补写的，说的也是另外一件事情。"


def sample(number: str) -> str:
    """The sample's first article, line by line."""
    return "\n".join(text for _, text in printed(number)[0])


def with_changed_sentences(text: str, count: int) -> str:
    sentences = re.findall(r"[^。；\n]+[。；\n]*", text)
    for place in random.Random(7).sample(range(len(sentences)), count):
        sentences[place] = CHANGED
    return "".join(sentences)


def meet(one: str, other: str) -> bool:
    """Whether either would be found by the other's fingerprint."""
    return not set(fingerprint(one)).isdisjoint(fingerprint(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("审结案件38件。", " 审结 案件\n38 件 "),
        ("审结案件38件（ABC）", "審結案件３８件(ａｂｃ)"),
        ("⽅⾯", "方面"),
    ],
    ids=["white space and punctuation", "script and width", "Kangxi forms"],
)
def test_format_script_and_width_do_not_make_another_text(one, other):
    assert normal(one) == normal(other)
    assert likeness(one, other) == 1
    assert fingerprint(one) == fingerprint(other)


def test_a_copy_in_traditional_characters_is_found():
    text = sample("000")
    traditional = opencc.OpenCC("s2t").convert(text)

    assert likeness(text, traditional) > 0.97
    assert meet(text, traditional)


@pytest.mark.parametrize(("changed", "least"), [(3, 0.95), (12, 0.83)])
def test_a_copy_with_a_few_other_sentences_is_found(changed, least):
    text = sample("000")
    edited = with_changed_sentences(text, changed)

    assert least < likeness(text, edited) < 1
    assert meet(text, edited)


def test_a_copy_with_one_wrong_character_in_a_hundred_is_found():
    text, chance = sample("000"), random.Random(7)
    misread = "".join("某" if chance.random() < 0.01 else character for character in text)

    assert likeness(text, misread) > NEAR
    assert meet(text, misread)


def test_a_report_that_borrows_from_another_is_not_taken_for_it():
    assert 0.05 < likeness(sample("000"), sample("001")) < 0.2
    assert not meet(sample("000"), sample("001"))


def test_a_text_printed_twice_over_is_the_same_text_to_the_eye():
    text = sample("000")

    assert likeness(text, f"{text}\n{text}") > 0.99


@pytest.mark.parametrize("text", ["", "。", "院", "\x00"])
def test_the_shortest_texts_have_fingerprints_too(text):
    assert len(fingerprint(text)) == 16
    assert likeness(text, text) == 1


def test_a_fingerprint_is_the_same_on_every_machine():
    assert fingerprint("五大连池市人民法院2023年法治政府建设年度报告")[:2] == (
        -3507751754939668028,
        1067286866138660799,
    )

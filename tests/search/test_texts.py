"""Whole texts folded and cut at once: as line by line and word by word."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from reports.models import ReportText
from search.backends.whoosh import grams, texts
from search.backends.whoosh.texts import Words
from search.jieba_analyzer import words
from search.query import fold

ODD = "全年工\n作总结㐀𠮷〇，Word文档 97.79%\n\n诉源诉源治理\r\n３．５倍.7鿖1.2.3\u2028\uf900é\0人人人\n"
CHARACTERS = st.text(
    st.sampled_from("法院府联动诉源治理人一二Ａa1２.．，。 \n\r\t\u3000\0㐀〇\uf900𠮷é")
    | st.characters(exclude_categories=["Cs"])
)


def counts(*several: str) -> list[Counter[str]]:
    """Document by document, how often each word of Words() comes."""
    gathered = Words()
    for text in several:
        gathered.add(texts.folded(text))
    found, lengths = gathered.counted(1.0)
    told: list[Counter[str]] = [Counter() for _ in several]
    for place, term in enumerate(found.terms):
        postings = slice(found.first[place], found.first[place + 1])
        for document, weight in zip(found.documents[postings].tolist(), found.weights[postings].tolist(), strict=True):
            told[document][term.decode()] = int(weight)
    assert lengths.tolist() == [counter.total() for counter in told]
    return told


@limits(max_examples=500)
@example(text=ODD)
@given(CHARACTERS)
def test_a_text_is_folded_as_its_lines_are(text):
    folded = texts.folded(text)
    line, lengths = texts.lines(folded)

    lines = [fold(line) for line in text.split("\n")]
    assert folded.tolist() == grams.units("\n".join(lines)).tolist()
    assert line.tolist() == grams.units("".join(lines)).tolist()
    assert lengths.tolist() == [len(grams.units(line)) for line in lines]


@limits(max_examples=500)
@example(text=ODD)
@given(CHARACTERS)
def test_a_text_has_the_words_that_are_cut_from_it(text):
    assert counts(text) == [Counter(words(text))]


@pytest.mark.django_db
def test_each_report_has_its_own_words():
    several = [*ReportText.objects.values_list("text", flat=True), "", ODD, "", ODD]

    assert len(several) == 14
    assert counts(*several) == [Counter(words(text)) for text in several]


def test_terms_are_in_the_order_of_their_bytes_and_documents_ascend():
    gathered = Words()
    for text in ["人民法院 b 𠮷", "\uf900 a 法院", "法院 a"]:
        gathered.add(texts.folded(text))
    found, _ = gathered.counted(1.0)

    assert found.terms == sorted(
        word.encode() for word in {"人民", "民法", "法院", "人民法院", "b", "𠮷", "\uf900", "a"}
    )
    of_court = found.terms.index("法院".encode())
    assert found.documents[found.first[of_court] : found.first[of_court + 1]].tolist() == [0, 1, 2]


def test_a_field_weighs_what_it_is_boosted_by():
    gathered = Words()
    gathered.add(texts.folded("法院 法院 a"))
    found, _ = gathered.counted(1.5)

    assert (found.terms, found.weights.tolist()) == ([b"a", "法院".encode()], [1.5, 3.0])


def test_no_documents_have_no_words():
    found, lengths = Words().counted(1.0)

    assert (found.terms, found.first.tolist(), lengths.tolist()) == ([], [0], [])
    assert found.documents.dtype == np.uint32

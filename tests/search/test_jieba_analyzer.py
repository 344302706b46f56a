"""Words as jieba cuts them with our dictionaries, and what a typed word stands for."""

import pytest

from reports.models import ReportText
from search.jieba_analyzer import ChineseAnalyzer, pieces, spellings, synonyms, tokens, words
from search.query import fold


def cut(text, **options):
    return [(token.text, token.pos) for token in ChineseAnalyzer()(text, positions=True, **options)]


def test_positions_are_ordinal():
    assert cut("推进府院联动机制") == [("推进", 0), ("府院", 1), ("联动", 2), ("府院联动", 3), ("机制", 4)]


def test_a_value_that_is_not_to_be_cut_stays_whole():
    assert cut("*", tokenize=False) == [("*", 0)]
    assert cut("府院联动 2023", tokenize=False) == [("府院联动 2023", 0)]


def test_no_word_reaches_over_a_line_end():
    assert words("全年工\n作总结") == ["全年", "工", "作", "总结"]


@pytest.mark.parametrize(
    ("folded", "cut_to"),
    [
        ("诉源治理", ["诉源", "治理", "诉源治理"]),
        ("1+1>2", ["1", "1", "2"]),
        ("97.79%", ["97.79"]),
        ("word文档", ["word", "文档"]),
        ("，。！", []),
        ("法院한글\ue000院", ["法院", "院"]),
    ],
)
def test_dictionary_words_and_their_stems_are_words(folded, cut_to):
    assert list(tokens(folded)) == cut_to


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("府院联动", ()),
        ("枫桥式人民法庭", ()),
        ("貘", ()),
        ("法院如何推进府院联动", ("法院", "推进", "府院联动")),
        ("1+1+n", ()),
        ("2023年府院联动", ("2023", "年", "府院联动")),
    ],
)
def test_only_what_is_no_known_term_has_pieces(typed, parts):
    assert pieces(typed) == parts


def test_synonyms_go_both_ways():
    assert synonyms("普法") == ("法治宣传", "普法宣传", "法制宣传", "法治宣传教育")
    assert "普法" in synonyms("法治宣传")
    assert synonyms("独角兽") == ()


@pytest.mark.parametrize(
    ("typed", "forms"),
    [
        ("府院聯動", ("府院聯動", "府院联动")),
        ("府院 联动", ("府院联动",)),
        ("ＡＢＣ", ("abc",)),
        (" \u3000", ()),
        ("乾安", ("乾安",)),
        ("著作权", ("著作权",)),
        ("乾糧與藉口", ("乾糧與藉口", "干粮与借口")),
    ],
)
def test_what_is_typed_is_looked_for_as_typed_and_simplified(typed, forms):
    assert spellings(typed) == forms


@pytest.mark.django_db
def test_no_string_of_a_simplified_text_has_a_second_spelling():
    """Each of the ten samples' characters by itself, and each whole text: so every string between."""
    texts = list(ReportText.objects.values_list("text", flat=True))

    assert len(texts) == 10
    for text in texts:
        assert spellings(text) == (fold(text),)
        assert {char: spellings(char) for char in set(fold(text))} == {char: (char,) for char in set(fold(text))}

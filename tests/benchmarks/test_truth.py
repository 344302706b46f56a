"""What the benchmarks measure by must be right itself, and not the thing measured."""

import sys
from dataclasses import replace

from benchmarks.documents import Document
from benchmarks.peers import choices_to_count
from benchmarks.queries import Query
from benchmarks.truth import Found, folded, holds_strings, holds_tokens, spellings, summary
from search.query import SearchQuery, fold

DOCUMENT = Document(7, "370000", 2023, "基层", "年度报告", ("1", "3"), "标题\n东营法院", "法院 案件")


def test_the_second_fold_and_the_engine_s_agree_on_every_character():
    characters = [chr(code) for code in range(sys.maxunicode + 1)]

    assert [folded(char) for char in characters] == [fold(char) for char in characters]


def test_a_traditional_string_is_looked_for_in_both_spellings_and_乾_alone_in_one():
    assert spellings("訴源 治理") == ["訴源治理", "诉源治理"]
    assert spellings("乾安") == ["乾安"]


def test_a_string_across_two_words_is_found_as_a_string_and_hidden_from_tokens():
    query = Query("common", SearchQuery(q="院案"), ("院案",))

    assert holds_strings(query, "法院案件", "标题", " 法院 案件 ")
    assert not holds_tokens(query, " 法院 案件 ")


def test_of_a_question_more_than_half_of_the_words_must_be_held():
    query = Query("question", SearchQuery(q="法院执行案件"), ("法院", "执行", "案件"), "most")

    assert holds_tokens(query, " 法院 案件 ")
    assert not holds_tokens(query, " 法院 ")


def test_a_facet_is_counted_without_its_own_choice():
    found = Found()

    found.add(DOCUMENT, {"year": ("2022",)})
    found.add(replace(DOCUMENT, id=8, year=2022), {"year": ("2022",)})

    assert found.ids == {8}
    assert found.facets["year"] == {"2023": 1, "2022": 1}
    assert found.facets["theme"] == {"1": 1, "3": 1}


def test_each_chosen_facet_is_counted_under_the_choices_of_the_others():
    free, year, theme = choices_to_count({"year": ("2022",), "theme": ("1",)})

    assert free == (("region", "level", "type"), {"year": ("2022",), "theme": ("1",)})
    assert year == (("year",), {"theme": ("1",)})
    assert theme == (("theme",), {"year": ("2022",)})


def test_an_engine_that_is_wrong_once_is_not_called_right():
    row = {"kind": "rare", "as_strings": 2, "hidden": 0, "tokens_only": 0, "right_facets": {"ours": True}}
    rows = [
        {**row, "totals": {"ours": 2}, "right_total": {"ours": True}},
        {**row, "totals": {"ours": 1}, "right_total": {"ours": False}},
    ]

    assert summary(rows)["right_totals"] == {"ours": 1}

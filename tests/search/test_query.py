"""The grammar people type, folding, and SearchQuery <-> address."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from search.query import (
    And,
    Exact,
    Near,
    Not,
    Or,
    Parsed,
    SameParagraph,
    SearchQuery,
    Word,
    fold,
    fold_with_offsets,
    parse,
    unfolded,
    wanted,
)

A, B, C = Word("甲"), Word("乙"), Word("丙")


# ---- folding
@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("府院 联动\n机制", "府院联动机制"),
        ("\u3000首行缩进\u00a0", "首行缩进"),
        ("１＋１＞２", "1+1>2"),
        ("ＡＢＣ Word", "abcword"),
        ("97．79％，（一）", "97.79%,(一)"),
        ("a\0b", "ab"),
        ("①。“”、《》", "①。“”、《》"),
        ("İK\u212a", "İk\u212a"),
        ("㎡ﬁ", "㎡ﬁ"),
        ("\U00020000\ue000", "\U00020000\ue000"),
    ],
)
def test_fold_changes_width_case_and_white_space_and_nothing_else(text, folded):
    assert fold(text) == folded


@given(st.text(), st.text())
def test_fold_of_two_strings_is_the_two_folds_joined(left, right):
    assert fold(left + right) == fold(left) + fold(right)


def test_every_character_is_among_the_forms_of_its_fold():
    characters = [chr(code) for code in range(1, 0x10000)]
    kept = [(char, fold(char)) for char in characters if fold(char)]

    assert [char for char, folded in kept if char not in unfolded(folded)] == []
    assert {fold(form) == folded for folded in {folded for _, folded in kept} for form in unfolded(folded)} == {True}


@given(st.text())
def test_every_folded_character_leads_back_to_its_own(text):
    folded, offsets = fold_with_offsets(text)

    assert folded == fold(text)
    assert [fold(text[at]) for at in offsets] == list(folded)
    assert offsets == sorted(set(offsets))


# ---- grammar
@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("", None),
        ("  \u3000\0", None),
        ("甲", A),
        ("甲 乙\u3000丙", And((A, B, C))),
        ("甲 AND 乙", And((A, B))),
        ("“甲 乙”", Exact("甲 乙")),
        ('"甲\\"乙"', Exact('甲"乙')),
        ('“甲"乙”', Exact('甲"乙')),
        ('"甲“乙”丙"', Exact("甲“乙”丙")),
        ('"甲\\"', Exact("甲\\")),
        ('"甲\\" 乙"', Exact('甲" 乙')),
        ('"甲\\乙" 丙', And((Exact("甲\\乙"), C))),
        ('甲"乙"丙', And((A, Exact("乙"), C))),
        ("-甲", Not(A)),
        ("甲 -乙", And((A, Not(B)))),
        ("甲 NOT 乙", And((A, Not(B)))),
        ("甲 －“乙”", And((A, Not(Exact("乙"))))),
        ("-(甲 乙)", Not(And((A, B)))),
        ("NOT(甲 OR 乙)", Not(Or((A, B)))),
        ("1-2", Word("1-2")),
        ("1+1＞2", Word("1+1＞2")),
        ("审（执）结", Word("审（执）结")),
        ("甲 OR 乙", Or((A, B))),
        ("甲|乙｜丙", Or((A, B, C))),
        ("甲 乙 OR 丙", Or((And((A, B)), C))),
        ("甲 (乙 OR 丙)", And((A, Or((B, C))))),
        ("（甲 乙）丙", And((A, B, C))),
        ("ORANGE or", And((Word("ORANGE"), Word("or")))),
        ("标题:甲", Word("甲", "title")),
        ("法院：甲 主题: “乙”", And((Word("甲", "court"), Exact("乙", "theme")))),
        ("标题:(甲 OR 乙) 丙", And((Or((Word("甲", "title"), Word("乙", "title"))), C))),
        ("时间:甲", Word("时间:甲")),
        ("甲 NEAR 乙", Near((A, B), 20)),
        ("甲 ~5 “乙” ~5 丙", Near((A, Exact("乙"), C), 5)),
        ("甲 NEAR 乙 ~3 丙", And((Near((A, B), 20), Near((B, C), 3)))),
        ("甲 同段 乙 OR 丙", Or((SameParagraph((A, B)), C))),
        ("-甲 同段 乙", Not(SameParagraph((A, B)))),
    ],
)
def test_it_understands(typed, tree):
    assert parse(typed) == Parsed(tree)


@pytest.mark.parametrize(
    ("typed", "tree", "notice"),
    [
        ("“甲 乙", And((A, B)), "引号没有成对，其后的文字按普通词语检索。"),
        ('"甲\\" 乙', And((Word("甲\\"), B)), "引号没有成对，其后的文字按普通词语检索。"),
        ('甲 ""', A, "引号里没有文字，已忽略。"),
        ("甲 OR", A, "“OR”前后缺少词语，已忽略。"),
        ("| 甲", A, "“|”前后缺少词语，已忽略。"),
        ("甲 AND", A, "“AND”前后缺少词语，已忽略。"),
        ("甲 NOT", A, "“NOT”后面缺少词语，已忽略。"),
        ("甲 - 乙", And((A, B)), "“-”后面缺少词语，已忽略。"),
        ("甲 NEAR", A, "“NEAR”前后要各有一个词语或引号里的文字，已按普通词语检索。"),
        ("~9 甲", A, "“~9”前面缺少词语，已忽略。"),
        ("甲 同段 (乙 OR 丙)", And((A, Or((B, C)))), "“同段”前后要各有一个词语或引号里的文字，已按普通词语检索。"),
        ("(甲 乙", And((A, B)), "括号没有成对，已按到末尾处理。"),
        ("甲) 乙", And((A, B)), "括号没有成对，多余的括号已忽略。"),
        ("甲 ()", A, "括号里没有词语，已忽略。"),
        ("标题: OR 甲", Or((Word("标题"), A)), "“标题:”后面缺少词语，已按普通词语检索。"),
    ],
)
def test_what_does_not_parse_is_searched_as_plain_words_and_named(typed, tree, notice):
    assert parse(typed) == Parsed(tree, (notice,))


@pytest.mark.parametrize("quote", ['"', "“"])
def test_a_quotation_full_of_escaped_quotes_that_never_ends_is_read_at_once(quote):
    assert "引号没有成对，其后的文字按普通词语检索。" in parse(quote + '\\"' * 240 + "甲").notices


def test_in_exact_mode_every_word_is_as_if_quoted():
    assert parse("甲 标题:乙 -“丙”", exact=True).tree == And((Exact("甲"), Exact("乙", "title"), Not(Exact("丙"))))


def test_wanted_leaves_out_what_is_excluded():
    assert list(wanted(parse("甲 -乙 (丙 OR 甲 同段 “丁”)").tree)) == [A, C, A, Exact("丁")]


grammar_made = st.lists(
    st.sampled_from(
        [
            "甲",
            "“",
            "”",
            '"',
            '\\"',
            "(",
            ")",
            "（",
            "）",
            "|",
            " ",
            "-",
            "NOT ",
            " OR ",
            " AND ",
            " NEAR ",
            " ~20 ",
            " 同段 ",
            "标题:",
            "法院：",
            "\x00",
            "\ud800",
            "1",
            "\n",
            "主题",
        ]
    ),
    max_size=200,
).map("".join)


@given(st.one_of(st.text(), grammar_made))
def test_any_input_is_parsed_without_an_error(typed):
    parsed = parse(typed)

    assert all(isinstance(notice, str) for notice in parsed.notices)


@pytest.mark.parametrize(
    "typed",
    [
        "甲 " * 5000,
        "甲 OR " * 1000,
        "(" * 10000,
        ")" * 10000,
        "-" * 10000,
        '"' * 9999,
        '\\"' * 5000,
        "标题:" * 3000,
        "甲 NEAR " * 2000,
        "NOT " * 3000,
        "“\\" * 5000,
        "（）" * 5000,
        "甲（" * 4000,
    ],
)
def test_long_input_is_cut_and_named(typed):
    parsed = parse(typed)

    assert "检索词太长，只用了前 500 个字。" in parsed.notices
    assert len(list(wanted(parsed.tree))) <= 30


def test_too_many_words_are_named():
    assert parse("甲 " * 31) == Parsed(And((A,) * 30), ("检索词太多，只用了前 30 个。",))


def test_too_many_joins_are_named():
    parsed = parse("甲 NEAR 乙 " * 5)

    assert parsed.tree == And((*(Near((A, B), 20),) * 4, A, B))
    assert parsed.notices == ("NEAR 和同段一次最多用 4 处，其余已按普通词语检索。",)


# ---- address
FULL = SearchQuery(
    q="府院联动 -“1+1”",
    within=("诉源治理", "法官"),
    mode="exact",
    synonyms=False,
    regions=("220000", "230000"),
    courts=("1078", "unknown"),
    years=("2022", "unknown"),
    year_from=2020,
    year_to=2023,
    themes=("府院联动",),
    levels=("中级", "基层"),
    types=("年度报告",),
    sort="newest",
    page=3,
)


def read(address):
    return SearchQuery.from_params(QueryDict(address))


def test_an_address_and_its_question_are_the_same():
    assert read(FULL.address()) == (FULL, ())
    assert [pair.split("=")[0] for pair in FULL.address().split("&")] == (
        [
            "q",
            "within",
            "within",
            "mode",
            "syn",
            "region",
            "region",
            "court",
            "court",
            "year",
            "year",
            "year_from",
            "year_to",
            "theme",
            "level",
            "level",
            "type",
            "sort",
            "page",
        ]
    )


def test_the_empty_question_has_an_empty_address():
    assert SearchQuery().address() == ""
    assert read("") == (SearchQuery(), ())


def test_equal_questions_have_equal_addresses():
    assert read("year=2023&year=2022&year=2023&q=+甲+")[0] == read("q=甲&year=2022&year=2023")[0]


def test_bad_values_are_ignored_and_named():
    query, notices = read(
        "mode=best&syn=2&region=22&region=220000&court=x&year=%D9%A2023&year_from=new&year_to=0000&theme=&sort=size"
        "&page=0"
    )

    assert query == SearchQuery(regions=("220000",))
    assert notices == (
        "页码“0”无法识别，已忽略。",
        "检索方式“best”无法识别，已忽略。",
        "同义词开关“2”无法识别，已忽略。",
        "地区“22”无法识别，已忽略。",
        "法院“x”无法识别，已忽略。",
        "年度“٢023”无法识别，已忽略。",
        "起始年度“new”无法识别，已忽略。",
        "截止年度“0000”无法识别，已忽略。",
        "排序方式“size”无法识别，已忽略。",
    )


def test_more_than_the_limit_is_cut_and_named():
    query, notices = read("q=" + "甲" * 501 + "".join(f"&within={n}" for n in range(6)))

    assert query == SearchQuery(q="甲" * 500, within=("0", "1", "2", "3", "4"))
    assert notices == ("检索词太长，只用了前 500 个字。", "“结果中检索”最多 5 层，其余已忽略。")


@given(st.dictionaries(st.sampled_from(["q", "within", "year", "court", "page", "sort", "theme"]), st.lists(st.text())))
def test_any_parameters_make_a_question_that_keeps_its_address(given_params):
    params = QueryDict(mutable=True)
    for key, values in given_params.items():
        params.setlist(key, values)
    query, _ = SearchQuery.from_params(params)

    assert SearchQuery.from_params(QueryDict(query.address()))[0] == query

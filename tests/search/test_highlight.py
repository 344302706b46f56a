"""Snippets: what they show, and that their marks really hold the words asked for."""

from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import assume, given
from hypothesis import strategies as st

from search.highlight import BEFORE, ENOUGH, LONGEST, MOST, Snippet, Term, occurrences, snippets, snippets_inside
from search.query import fold

REPORT = (
    "长岭县人民法院\n"
    "协同联动 形成化解行政争议新格局\n"
    "近年来,长岭县人民法院充分发挥行政审判职能作用,着力通过“府院联动”机制推进行政争议化解,形成了新格局。\n"
    "一、提升履职能力\n"
    "该院紧紧围绕中心工作,扎实推进行政审判工作,共受理行政案件６７件。坚持每年与行政机关召开联席会议,通报情况。"
    "主动延伸司法职能,发布行政审判白皮书、司法建议书等,为规范执法提供更专业的法律指引。"
    "关于保护食品安全的司法建议获评吉林法院２０２３年度优秀司法建议。"
)


def lines_of(path: Path) -> str:
    """A sample the way texts are stored: no blank lines, no indents."""
    return "\n".join(filter(None, map(str.strip, path.read_text(encoding="utf-8").splitlines())))


SAMPLES = [lines_of(path) for path in sorted((settings.SEEDS_DIR / "samples").glob("*.txt"))]


def sought(*strings: str) -> list[Term]:
    return [Term((string,)) for string in strings]


def marked(found: Snippet) -> list[str]:
    return [found.text[start:end] for start, end in found.marks]


def test_each_match_stands_between_its_own_words():
    first, second = snippets(REPORT, sought("府院联动", "司法建议"))

    assert first.text == (
        "近年来,长岭县人民法院充分发挥行政审判职能作用,着力通过“府院联动”机制推进行政争议化解,形成了新格局。"
    )
    assert marked(first) == ["府院联动"]
    assert second.text == (
        "主动延伸司法职能,发布行政审判白皮书、司法建议书等,为规范执法提供更专业的法律指引。"
        "关于保护食品安全的司法建议获评吉林法院２０２３年度优秀司法建议。"
    )
    assert marked(second) == ["司法建议", "司法建议", "司法建议"]


def test_start_and_end_are_places_in_the_text():
    for found in snippets(REPORT, sought("府院联动", "司法建议", "联席会议")):
        assert REPORT[found.start : found.end] == found.text


def test_a_heading_takes_its_paragraph_along():
    (found,) = snippets(REPORT, sought("提升履职能力"))

    assert found.text.startswith("着力通过“府院联动”机制推进行政争议化解") is False
    assert "一、提升履职能力\n该院紧紧围绕中心工作" in found.text
    assert marked(found) == ["提升履职能力"]


def test_a_match_that_opens_its_paragraph_shows_the_line_before():
    (found,) = snippets(REPORT, sought("该院紧紧"))

    assert found.text.startswith("一、提升履职能力\n该院紧紧围绕中心工作")


@pytest.mark.parametrize(
    ("string", "words"),
    [
        ("67件", ["６７件"]),
        ("2023年", ["２０２３年"]),
        ("新格局近年来,长岭", ["新格局\n近年来,长岭"]),
        ("联动形成", ["联动 形成"]),
    ],
)
def test_a_folded_string_marks_the_characters_as_printed(string, words):
    assert [mark for found in snippets(REPORT, sought(string)) for mark in marked(found)] == words


def test_the_longest_of_several_strings_is_marked():
    (found,) = snippets(REPORT, sought("司法", "司法建议书", "司法建议"))

    assert marked(found) == ["司法", "司法建议书", "司法建议", "司法建议"]


def test_pieces_are_marked_only_where_the_word_itself_does_not_occur():
    whole, pieces = (
        Term(("司法建议",), pieces=("司法", "建议")),
        Term(("行政机关负责人",), pieces=("行政", "机关", "负责人")),
    )

    (found,) = snippets("对行政机关发出司法建议3份，提升司法公信力。", [whole, pieces])

    assert marked(found) == ["行政", "机关", "司法建议"]


def test_what_was_typed_is_marked_before_a_longer_synonym():
    (found,) = snippets(
        "发出司法建议书3份，综合治理类建议1份。", [Term(("司法建议",), ("司法建议书", "综合治理类建议"))]
    )

    assert marked(found) == ["司法建议", "综合治理类建议"]


def test_the_title_is_no_snippet_when_paragraphs_say_it_too():
    opening = REPORT.index("近年来")

    assert [one.start >= opening for one in snippets(REPORT, sought("行政争议"), opening)] == [True]


def test_the_title_is_a_snippet_for_a_word_that_stands_only_there():
    opening = REPORT.index("近年来")

    first, *_ = snippets(REPORT, sought("协同联动", "联席会议"), opening)

    assert marked(first) == ["协同联动"]


def test_each_of_four_words_is_shown():
    text = "\n".join(
        f"{word}：" + "维护当事人合法权益。" * 12 for word in ("联席会议", "白皮书", "司法建议", "庭审观摩")
    )

    found = snippets(text, sought("联席会议", "白皮书", "司法建议", "庭审观摩"))

    assert [marked(one) for one in found] == [["联席会议"], ["白皮书"], ["司法建议"], ["庭审观摩"]]


def test_without_a_match_the_snippet_begins_where_it_is_told():
    opening = REPORT.index("近年来")

    (found,) = snippets(REPORT, sought("无此词"), opening)

    assert (found.start, found.marks, found.place) == (opening, (), opening)
    assert found.text.startswith("近年来,长岭县人民法院")


def test_a_word_that_stands_alone_far_away_is_shown_beside_the_common_one():
    text = "\n".join([f"第{n}项工作：法院依法审理各类案件，" + "维护当事人合法权益。" * 8 for n in range(90)])
    text += "\n最后，与妇联建立联席会议，共同保护妇女儿童合法权益。"

    found = snippets(text, sought("法院", "联席会议"))

    assert len(found) == ENOUGH
    assert marked(found[-1]) == ["联席会议"]


def test_words_that_stand_apart_in_one_sentence_are_shown_in_one_snippet():
    far = "对近年来受理的各类案件逐件梳理，" * 8
    text = "白皮书已经发布。\n" * 30 + f"为此，法院{far}形成白皮书报送党委政府，" + "推动问题在诉前解决，" * 9

    (found,) = (one for one in snippets(text, sought("法院", "白皮书")) if "法院" in marked(one))

    assert marked(found) == ["法院", "白皮书"]
    assert (found.text[:3], found.text[-3:]) == ("为此，", "解决，")


def test_a_word_that_comes_again_does_not_keep_out_the_word_behind_it():
    text = "法院" + "召开会议" * 37 + "法院发布白皮书" + "推动问题在诉前解决" * 20

    found = snippets(text, sought("法院", "白皮书"))

    assert [marked(one) for one in found] == [["法院", "法院", "白皮书"]]


def test_a_snippet_stays_short_in_a_text_full_of_the_word():
    text = "法院法院" * 3000

    found = snippets(text, sought("法院"))

    assert len(found) == ENOUGH
    assert max(len(one.text) for one in found) <= LONGEST


@given(
    text=st.text(alphabet="府院联动，。\n 　\0ＡaＢb１1“”", min_size=1, max_size=300),
    strings=st.lists(st.text(alphabet="府院联动,。ab1“”", min_size=1, max_size=4), max_size=4),
)
def test_every_occurrence_is_found_and_folds_to_its_string(text, strings):
    found = occurrences(text, sought(*strings), [(0, len(text))])

    assert all(fold(text[start:end]) == string for start, end, string in found)
    assert all(end <= start for (_, end, _), (start, _, _) in pairwise(found))
    assert {string for string in strings if string in fold(text)} == set() or found


@given(
    text=st.sampled_from(SAMPLES),
    place=st.floats(min_value=0, max_value=1, exclude_max=True),
    length=st.integers(min_value=1, max_value=20),
)
def test_a_quotation_from_anywhere_is_marked_between_words(text, place, length):
    start = int(place * len(text))
    string = fold(text[start : start + length])
    assume(string)

    found = snippets(text, sought(string))

    assert found
    for one in found:
        marks = [(one.start + first, one.start + last) for first, last in one.marks]
        assert marks
        assert {fold(text[first:last]) for first, last in marks} == {string}
        assert any((first > one.start or first == 0) and (last < one.end or last == len(text)) for first, last in marks)


@given(
    text=st.sampled_from(SAMPLES),
    places=st.lists(st.floats(min_value=0, max_value=1, exclude_max=True), min_size=2, max_size=6),
    length=st.integers(min_value=1, max_value=4),
)
def test_several_strings_are_shown_in_few_short_pieces_that_hardly_overlap(text, places, length):
    strings = [fold(text[int(place * len(text)) :][:length]) for place in places]
    assume(all(strings))

    found = snippets(text, sought(*strings))

    standing = {string for _, _, string in occurrences(text, sought(*strings), [(0, len(text))])}
    shown = {fold(mark) for one in found for mark in marked(one)}
    assert 0 < len(found) <= MOST
    assert shown == standing or len(found) == MOST
    assert all(one.marks and len(one.text) <= LONGEST for one in found)
    assert all(before.end - after.start <= BEFORE[0] // 2 + length for before, after in pairwise(found))


# ---- some places of a text only
def test_no_snippet_leaves_the_places_that_are_looked_at():
    text = "甲，司法建议一。\n乙，司法建议二。\n丙，司法建议三。"
    places = [(9, 17), (18, 26)]

    found = snippets_inside(text, sought("司法建议"), places)

    assert [(one.text, marked(one)) for one in found] == [
        ("乙，司法建议二。", ["司法建议"]),
        ("丙，司法建议三。", ["司法建议"]),
    ]
    assert all(text[one.start : one.end] == one.text for one in found)
    assert snippets_inside(text, sought("无此词"), places) == ()


def test_what_begins_in_one_place_and_ends_in_the_next_stands_in_neither():
    text = "甲司法\n建议乙"

    assert [mark for one in snippets(text, sought("司法建议")) for mark in marked(one)] == ["司法\n建议"]
    assert snippets_inside(text, sought("司法建议"), [(0, 3), (4, 7)]) == ()


def test_pieces_are_marked_only_where_no_place_holds_the_whole():
    whole = Term(("司法建议书",), pieces=("司法",))
    text = "司法甲。\n司法建议书乙。"

    (found,) = snippets_inside(text, [whole], [(0, 4), (5, 12)])

    assert marked(found) == ["司法建议书"]

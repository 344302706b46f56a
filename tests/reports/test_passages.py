"""passages: lines rearranged, every character with its page and its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.passages import (
    Line,
    Lines,
    Piece,
    appended,
    as_an_article,
    assembled,
    broken,
    inserted,
    joined,
    lines_in,
    moved,
    renamed,
    without,
)
from reports.revision import Row, Version

TEXT = "标题\n一、甲\n一是乙。丙。\n丁"
VERSION = Version(
    TEXT,
    (
        Row("title", 0, 2),
        Row("heading", 3, 15, 1, "一、甲"),
        Row("heading", 7, 15, 3, "一是乙"),
        Row("para", 7, 13),
        Row("para", 14, 15),
    ),
    ((0, 1), (11, 2)),
)
ORIGIN = 5


def lines() -> Lines:
    return lines_in(VERSION, ORIGIN)


def made(result: Lines) -> Version:
    return assembled(result, {ORIGIN: TEXT})[0]


def shape(version: Version) -> list[tuple[str, int | None, str]]:
    """Every line with what it is, and every run-in heading."""
    return [(row.kind, row.level, row.heading or version.text[row.start : row.end]) for row in version.rows]


def of(*lines: tuple[str, str]) -> Lines:
    """Lines of a text without pages."""
    return tuple(Line(kind, (Piece(words, None),)) for kind, words in lines)


def told(result: Lines) -> list[tuple[str, int | None, str]]:
    return [(line.kind, line.level, line.words) for line in result]


def test_a_text_taken_apart_and_put_together_is_the_same():
    assert made(lines()) == VERSION


def test_nothing_has_moved_in_a_text_put_together_as_it_was():
    _, came = assembled(lines(), {ORIGIN: TEXT})

    assert came[ORIGIN].blocks == ((0, 0, len(TEXT)),)


def test_without_lines_the_rest_keeps_its_headings_and_pages():
    version = made(without(lines(), range(2, 3)))

    assert version.text == "标题\n一、甲\n丁"
    assert shape(version) == [("title", None, "标题"), ("heading", 1, "一、甲"), ("para", None, "丁")]
    assert version.rows[1] == Row("heading", 3, 8, 1, "一、甲")
    assert version.pages == ((0, 1), (7, 2))


@pytest.mark.parametrize(
    ("before", "text"),
    [(0, "丁\n标题\n一、甲\n一是乙。丙。"), (2, "标题\n一、甲\n丁\n一是乙。丙。")],
)
def test_a_line_that_is_moved_stands_before_the_one_that_is_named(before, text):
    assert made(moved(lines(), range(3, 4), before)).text == text


def test_lines_moved_down_stand_before_the_one_that_was_named():
    assert made(moved(lines(), range(0, 2), 3)).text == "一是乙。丙。\n标题\n一、甲\n丁"
    assert made(moved(lines(), range(0, 2), 4)).text == "一是乙。丙。\n丁\n标题\n一、甲"


def test_the_page_travels_with_the_characters():
    assert made(moved(lines(), range(2, 3), 0)).pages == ((0, 1), (4, 2), (7, 1), (14, 2))


def test_words_are_where_their_line_went():
    _, came = assembled(moved(lines(), range(3, 4), 0), {ORIGIN: TEXT})

    assert came[ORIGIN].span(14, 15) == (0, 1)
    assert came[ORIGIN].span(0, 6) == (2, 8)  # over a line end that is still there
    assert came[ORIGIN].span(11, 15) is None  # over one that is not


@pytest.mark.parametrize(
    ("first", "second", "result"),
    [
        (("para", "判前和"), ("para", "解、监督。"), ("para", None, "判前和解、监督。")),
        (("title", "府院联动"), ("title", "书写新篇章"), ("title", None, "府院联动 书写新篇章")),
        (("title", "甲县人民法院"), ("title", "2023年工作总结"), ("title", None, "甲县人民法院2023年工作总结")),
        (("heading", "提升依法行政水"), ("heading", "平"), ("heading", 1, "提升依法行政水平")),
        (
            ("heading", "在一起因强制拆除"),
            ("para", "的案件中，双方和解。"),
            ("para", None, "在一起因强制拆除的案件中，双方和解。"),
        ),
        (("para", "the rule"), ("para", "of law"), ("para", None, "the rule of law")),
        (("para", "一是完善"), ("para", "机制。全院落实。"), ("para", 3, "一是完善机制。全院落实。")),
    ],
)
def test_joined_lines_are_one(first, second, result):
    assert told(joined(of(first, second), range(0, 2))) == [result]


def test_a_run_in_heading_of_joined_lines_is_found():
    (line,) = joined(of(("para", "一是完善"), ("para", "机制。全院落实。")), range(0, 2))

    assert line.heading == "一是完善机制"


def test_a_broken_line_is_several_with_their_pages():
    version = made(broken(lines(), 2, [4]))

    assert version.text == "标题\n一、甲\n一是乙。\n丙。\n丁"
    assert shape(version)[2:5] == [("heading", 3, "一是乙"), ("para", None, "一是乙。"), ("para", None, "丙。")]
    assert version.pages == ((0, 1), (12, 2))


@pytest.mark.parametrize(
    ("kind", "words", "result"),
    [
        ("heading", "搭建平台 长岭法院高度重视。", [("heading", 1, "搭建平台"), ("para", None, "长岭法院高度重视。")]),
        ("caption", "启动仪式。 专题会议。", [("caption", None, "启动仪式。"), ("caption", None, "专题会议。")]),
    ],
)
def test_no_space_is_left_where_a_line_was_broken(kind, words, result):
    cut = words.index(" ") + 1

    assert told(broken(of((kind, words)), 0, [cut])) == result


def test_lines_joined_where_they_were_broken_are_as_before():
    parted = broken(lines(), 2, [2, 4])

    assert made(joined(parted, range(2, 5))) == VERSION


def test_a_paragraph_becomes_a_heading_over_what_follows():
    version = made(renamed(lines(), range(3, 4), "heading", 2))

    assert version.rows[-1] == Row("heading", 14, 15, 2, "丁")
    assert version.rows[1] == Row("heading", 3, 15, 1, "一、甲")


def test_a_heading_becomes_a_caption_and_heads_nothing():
    version = made(renamed(lines(), range(1, 2), "caption"))

    assert shape(version)[1] == ("caption", None, "一、甲")


def test_a_passage_is_named_as_the_article_that_it_is():
    passage = of(
        ("heading", "宁江区人民法院："),
        ("heading", "同向发力 共促和谐"),
        ("para", "孙睿昕"),
        (
            "para",
            "宁江区人民法院立足司法审判职能，始终坚持能动司法，参与社会创新管理，积极推动府院联动，为发展提供保障。",
        ),
        ("caption", "实训基地启动仪式。"),
    )

    assert [line.kind for line in as_an_article(passage)] == ["court", "title", "byline", "para", "caption"]
    assert [line.words for line in as_an_article(passage)] == [line.words for line in passage]


def test_the_title_of_an_article_that_is_added_to_another_is_a_heading_there():
    added = appended(lines(), of(("court", "甲县人民法院"), ("title", "深化机制"), ("para", "正文。")))

    assert told(added)[4:] == [("court", None, "甲县人民法院"), ("heading", 1, "深化机制"), ("para", None, "正文。")]


def test_lines_of_another_text_bring_their_places_and_pages():
    other = Version("甲。\n乙。", (Row("para", 0, 2), Row("para", 3, 5)), ((0, 3), (3, 4)))
    version, came = assembled(inserted(lines(), lines_in(other, 9)[1:], 1), {ORIGIN: TEXT, 9: other.text})

    assert version.text == "标题\n乙。\n一、甲\n一是乙。丙。\n丁"
    assert version.pages == ((0, 1), (3, 4), (6, 1), (14, 2))
    assert came[9].span(3, 5) == (3, 5)
    assert came[9].span(0, 2) is None
    assert came[ORIGIN].span(14, 15) == (17, 18)


WORDS = st.text("甲乙丙。 a", min_size=1, max_size=8).map(lambda words: words.strip() or "丁")
KINDS = st.sampled_from(("title", "para", "caption", "byline", "note", "court", "subtitle"))


@given(st.lists(st.tuples(KINDS, WORDS), min_size=1, max_size=12), st.data())
def test_whatever_is_moved_every_character_is_found_where_it_says(kinds_and_words, data):
    text = "\n".join(words for _, words in kinds_and_words)
    rows, start = [], 0
    for kind, words in kinds_and_words:
        rows.append(Row(kind, start, start + len(words)))
        start += len(words) + 1
    turns = data.draw(st.lists(st.integers(0, len(text) - 1), max_size=4, unique=True).map(sorted))
    old = Version(text, tuple(rows), tuple((place, number) for number, place in enumerate([0, *turns[1:]], 1)))
    lines = lines_in(old, 1)
    first = data.draw(st.integers(0, len(lines) - 1))
    part = range(first, data.draw(st.integers(first + 1, len(lines))))
    before = data.draw(st.sampled_from([*range(part.start + 1), *range(part.stop, len(lines) + 1)]))

    new, came = assembled(moved(lines, part, before), {1: text})

    assert sorted(new.text.split("\n")) == sorted(text.split("\n"))
    for place, character in enumerate(text):
        if character != "\n":
            start, end = came[1].span(place, place + 1)
            assert new.text[start:end] == character
            assert page_at(new, start) == page_at(old, place)


def page_at(version: Version, place: int) -> int | None:
    return next((page for start, page in reversed(version.pages) if start <= place), None)

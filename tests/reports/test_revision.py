"""revise: a corrected text keeps the shape of the one before."""

import random

import pytest

from reports.models import Report
from reports.revision import Row, Version, line_partners, revise, tidy
from tests.steps import steps

OLD = Version(
    "标题\n一、甲\n一是乙。丙。\n丁\n二、戊\n己",
    (
        Row("title", 0, 2),
        Row("heading", 3, 15, 1, "一、甲"),
        Row("para", 7, 13),
        Row("heading", 7, 15, 3, "一是乙。"),
        Row("para", 14, 15),
        Row("heading", 16, 21, 1, "二、戊"),
        Row("para", 20, 21),
    ),
    ((0, 1), (11, 2)),
)


def shape(version: Version) -> list[tuple[str, int | None, str, str]]:
    return [(row.kind, row.level, row.heading, version.text[row.start : row.end]) for row in version.rows]


def test_blank_lines_and_spaces_around_lines_go():
    assert tidy(" 一\r\n\n\u3000二 三\u3000\r四 ") == "一\n二 三\n四"


@pytest.mark.django_db
def test_an_unchanged_text_keeps_exactly_its_rows_and_pages():
    reports = list(Report.objects.all())
    for report in reports:
        text = report.text
        rows = tuple(
            Row(row.kind, row.start, row.end, row.level, row.heading) for row in text.sections.order_by("start", "id")
        )
        old = Version(text.text, rows, tuple((start, page) for start, page in text.pages))

        new, _ = revise(old, text.text)

        assert (new.text, new.pages) == (old.text, old.pages)
        assert sorted(new.rows, key=repr) == sorted(old.rows, key=repr)
    assert len(reports) == 10


def test_a_changed_line_stays_what_it_was():
    new, _ = revise(OLD, "新标题\n一、甲甲\n一是乙。丙丙。\n丁丁\n二、戊\n己")

    assert shape(new) == [
        ("title", None, "", "新标题"),
        ("heading", 1, "一、甲甲", "一、甲甲\n一是乙。丙丙。\n丁丁"),
        ("heading", 3, "一是乙。", "一是乙。丙丙。\n丁丁"),
        ("para", None, "", "一是乙。丙丙。"),
        ("para", None, "", "丁丁"),
        ("heading", 1, "二、戊", "二、戊\n己"),
        ("para", None, "", "己"),
    ]
    assert new.pages == ((0, 1), (13, 2))


def test_a_run_in_heading_whose_words_change_is_one_no_longer():
    new, _ = revise(OLD, OLD.text.replace("一是乙。", "一是庚。"))

    assert ("heading", 3) not in {row[:2] for row in shape(new)}


def test_a_line_that_is_added_is_a_paragraph_and_one_that_is_removed_is_gone():
    new, _ = revise(OLD, "标题\n一、甲\n新段\n一是乙。丙。\n丁\n己")

    assert [row[0] for row in shape(new)] == ["title", "heading", "para", "heading", "para", "para", "para"]
    assert shape(new)[1] == ("heading", 1, "一、甲", "一、甲\n新段\n一是乙。丙。\n丁\n己")


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("前言\n" + OLD.text, "丙。", True),
        (OLD.text.replace("一是", "第一"), "乙。丙。", True),
        (OLD.text.replace("丙", "庚"), "丙。", False),
        (OLD.text.replace("乙。丙", "乙。又丙"), "乙。丙", False),
    ],
)
def test_words_are_found_again_where_they_still_stand_together(text, words, found):
    new, moved = revise(OLD, text)
    start = OLD.text.index(words)

    span = moved.span(start, start + len(words))

    assert (span is not None) == found
    assert span is None or new.text[span[0] : span[1]] == words


def test_long_texts_that_differ_everywhere_are_not_compared_character_by_character():
    old = "".join(random.Random(1).choices("的一是在不了有和人这中大为上个国", k=20_000))
    new = "头" + "".join(random.Random(2).choices("的一是在不了有和人这中大为上个国", k=20_000)) + "尾"
    first = Version(f"首{old}末", (Row("para", 0, 20_002),), ((0, 1),))

    _, moved = revise(first, f"首{new}末")

    assert moved.blocks == ((0, 0, 1), (20_001, 20_003, 1))
    assert steps(lambda: revise(first, f"首{new}末")) < len(old)


def test_one_character_is_found_in_a_long_line():
    old = "".join(random.Random(1).choices("的一是在不了有和人这中大为上个国", k=20_000))

    _, moved = revise(Version(old, (Row("para", 0, 20_000),), ((0, 1),)), old[:9_000] + "改" + old[9_001:])

    assert moved.blocks == ((0, 0, 9_000), (9_001, 9_001, 10_999))


def test_lines_between_two_that_stay_replace_each_other_in_order():
    assert line_partners(["甲", "乙", "丙", "丁", "戊"], ["甲", "新乙", "丁", "添", "戊"]) == {0: 0, 1: 1, 2: 3, 4: 4}

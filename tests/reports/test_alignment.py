"""Which words of a document stand on which page and line of its print."""

from random import Random

from reports.facsimile.alignment import Stretch, page_starts, parted, stretches
from reports.ingestion.shapes import Page
from tests.steps import steps

FIRST = "一、全年受理各类案件三千二百九十九件，审结三千一百零五件，结案率稳步上升，"
SECOND = "服判息诉率达到百分之九十二，人民群众满意度不断提高。"
THIRD = "二、与县政府召开府院联席会议四次，就行政机关负责人出庭应诉达成一致意见。"


def sheet(number: int, *lines: str) -> Page:
    """A page whose line n stands at (100, n, 200, n + 1)."""
    return Page(number, "\n".join(lines), boxes=tuple((100, at, 200, at + 1) for at in range(len(lines))))


def told(text: str, *sheets: Page) -> list[tuple[str, int | None, int | None]]:
    return [(text[found.start : found.end].strip(), found.page, found.line) for found in stretches(text, sheets)]


def test_every_character_stands_on_the_line_that_prints_it():
    text = f"{FIRST}{SECOND}\n{THIRD}"

    assert told(text, sheet(1, "工作总结", FIRST[:20], FIRST[20:], "— 1 —"), sheet(2, "工作总结", SECOND, THIRD)) == [
        (FIRST[:20], 1, 1),
        (FIRST[20:], 1, 2),
        (SECOND, 2, 1),
        (THIRD, 2, 2),
    ]


def test_the_whole_text_is_told_in_its_order_without_gaps():
    text = f"　　{FIRST}\n\n{SECOND}\n本院没有印出的一整行文字在此\n{THIRD}\n"
    found = stretches(text, [sheet(1, FIRST), sheet(2, SECOND), sheet(3, THIRD)])

    assert [found[0].start, *(stretch.end for stretch in found)] == [
        *(stretch.start for stretch in found),
        len(text),
    ]


def test_a_note_stands_on_the_page_of_its_foot_though_the_text_has_it_at_its_end():
    text = f"{FIRST}[1]\n{SECOND}\n{THIRD}\n[1]数据来源于司法统计报表。"

    found = told(text, sheet(1, f"{FIRST}1", SECOND, "1数据来源于司法统计报表。"), sheet(2, THIRD))
    assert found[-1] == ("[1]数据来源于司法统计报表。", 1, 2)


def test_words_that_were_deleted_and_are_printed_all_the_same_do_not_lead_astray():
    text = f"{FIRST}{SECOND}\n{THIRD}"

    assert told(text, sheet(1, FIRST, "这一句已经删去了的话" + SECOND), sheet(2, THIRD)) == [
        (FIRST, 1, 0),
        (SECOND, 1, 1),
        (THIRD, 2, 0),
    ]


def test_a_short_line_in_a_box_is_found_as_a_line_and_takes_nothing_from_its_neighbours():
    text = f"{FIRST}\n可见文字\n文本框里的文字\n内容控件里的文字\n{THIRD}"

    assert told(text, sheet(1, FIRST, "可见文字", "内容控件里的文字", THIRD, "文本框里的文字")) == [
        (FIRST, 1, 0),
        ("可见文字", 1, 1),
        ("文本框里的文字", 1, 4),
        ("内容控件里的文字", 1, 2),
        (THIRD, 1, 3),
    ]


def test_of_a_line_that_is_not_printed_nothing_is_said_where_it_might_be_on_either_page():
    text = f"{FIRST}\n这一行在打印出来的文件里没有\n{SECOND}"

    assert told(text, sheet(1, FIRST), sheet(2, SECOND))[1] == ("这一行在打印出来的文件里没有", None, None)
    assert page_starts(stretches(text, [sheet(1, FIRST), sheet(2, SECOND)])) == [
        (0, 1),
        (len(FIRST) + 1, None),
        (text.index(SECOND), 2),
    ]
    assert told(text, sheet(1, FIRST, SECOND))[1] == ("这一行在打印出来的文件里没有", 1, None)


def test_numbering_that_is_printed_in_another_way_belongs_to_its_line():
    assert told(f"（1）{FIRST}\n（2）{THIRD}", sheet(1, f"① {FIRST}", f"② {THIRD}")) == [
        (f"（1）{FIRST}", 1, 0),
        (f"（2）{THIRD}", 1, 1),
    ]


def test_a_print_of_something_else_tells_nothing():
    assert stretches(f"{FIRST}\n{SECOND}", [sheet(1, THIRD), sheet(2, SECOND)]) == []
    assert stretches("", [sheet(1, THIRD)]) == []
    assert stretches(FIRST, []) == []


def test_what_was_read_is_parted_as_the_print_is_with_the_places_of_its_lines():
    text = f"{FIRST}{SECOND}\n没有印出的一整行文字\n{THIRD}"
    sheets = [sheet(1, "工作总结", FIRST, "1"), sheet(2), sheet(3, SECOND, THIRD)]

    assert parted(text, stretches(text, sheets), sheets) == (
        Page(1, FIRST, boxes=((100, 1, 200, 2),)),
        Page(2, ""),
        Page(3, f"{SECOND}\n没有印出的一整行文字\n{THIRD}", boxes=((100, 0, 200, 1), None, (100, 1, 200, 2))),
    )


def test_parted_once_more_it_is_parted_alike():
    text, sheets = f"{FIRST}{SECOND}\n{THIRD}", [sheet(1, FIRST[:20], FIRST[20:]), sheet(2, SECOND, THIRD)]
    once = parted(text, stretches(text, sheets), sheets)
    again = "\n".join(page.text for page in once)

    assert parted(again, stretches(again, sheets), sheets) == once


def test_work_grows_with_the_length_alone():
    def cost(length: int) -> int:
        text = "".join(Random(1).choices("法院政府工作报告年度案件审结", k=length))
        lines = [text[at : at + 30] for at in range(0, length, 30)]
        sheets = [sheet(at, *lines[40 * at : 40 * at + 40]) for at in range(len(lines) // 40 + 1)]
        return steps(lambda: stretches("一" + text, sheets))

    assert cost(80_000) < 4.1 * cost(20_000)


def test_a_text_of_one_character_over_and_over_is_no_more_work():
    def cost(length: int) -> int:
        return steps(lambda: stretches("法" * length, [sheet(1, "法" * (length - 1000))]))

    assert stretches("法" * 100_000, [sheet(1, "法" * 90_000)]) == []
    assert cost(80_000) < 4.1 * cost(20_000)


def test_a_stretch_names_the_page_by_its_number():
    assert stretches(SECOND, [sheet(7, SECOND)]) == [Stretch(0, len(SECOND), 7, 0)]

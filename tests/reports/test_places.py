"""Where paragraphs stand on the page they were read from."""

from itertools import combinations
from pathlib import Path

from reports.facsimile.places import Placed, outlines, placed
from reports.ingestion.clean import clean
from reports.ingestion.read import read
from reports.ingestion.shapes import Article, Page, Upload
from reports.ingestion.split import split

NEWSPAPER = Path(__file__).parents[1] / "files" / "newspaper.pdf"


def row(number: int) -> tuple[int, int, int, int]:
    """The box of a page's line."""
    return 1000, 1000 * number, 9000, 1000 * number + 500


def lines_on(text: str, page_text: str) -> list[tuple[str, int]]:
    """Which words are found in which line of the page, where line n has `row(n)` for its box."""
    boxes = [row(number) for number in range(len(page_text.split("\n")))]
    return [
        (text[found.start : found.end], found.box[1] // 1000)
        for found in placed(text, [(0, len(text))], page_text, boxes)
    ]


def spans_on(article: Article, number: int) -> list[tuple[int, int]]:
    ends = [*(start for start, _ in article.pages[1:]), len(article.text)]
    return [(start, end) for (start, page), end in zip(article.pages, ends, strict=True) if page == number]


def boxes_on(page: Page, article: Article) -> dict[str, list[tuple[int, int, int, int]]]:
    """The outlines of each line of the article that stands on the page, by its first ten characters."""
    found = placed(article.text, spans_on(article, page.number), page.text, page.boxes)
    return {
        article.words(line)[:10]: outlines(found, line.start, line.end)
        for line in article.lines
        if any(start < line.end and end > line.start for start, end in spans_on(article, page.number))
    }


def test_lines_that_were_joined_are_found_and_what_is_no_text_is_not():
    text = "工作总结\n全院干警认真履行职责，推进法治政府建设。"
    page = "内部资料\n工作总结\n　　全院干警认真履行职责，\n推进法治政府建设。\n—3—"

    assert lines_on(text, page) == [("工作总结", 1), ("全院干警认真履行职责，", 2), ("推进法治政府建设。", 3)]


def test_mended_characters_and_lost_spaces_do_not_hide_a_line():
    assert lines_on("全年审结行政案件2023件。", "全年 审结行政案件２０２３ 件。") == [("全年审结行政案件2023件。", 0)]


def test_a_line_that_was_corrected_is_still_found():
    text = "一、立案\n全年共审结行政案件38件，调解36件。\n二、执行"
    page = "一、立案\n全年共审结行玫案件38件，调解3G件。\n二、执行"

    assert lines_on(text, page) == [("一、立案", 0), ("全年共审结行政案件38件，调解36件。", 1), ("二、执行", 2)]


def test_what_is_printed_twice_is_found_in_its_order():
    text = "甲院\n认真履行职责\n乙院\n认真履行职责"
    found = placed(text, [(0, len(text))], text, [row(number) for number in range(4)])

    assert [(line.start, line.box[1]) for line in found] == [(0, 0), (3, 1000), (10, 2000), (13, 3000)]


def test_lines_of_another_article_are_nowhere():
    text = "宁江区人民法院深入推进诉源治理。"
    page = "松原市中级人民法院：\n府院联动书写新篇章\n宁江区人民法院\n深入推进诉源治理。\n扶余市人民法院"

    assert lines_on(text, page) == [("宁江区人民法院", 2), ("深入推进诉源治理。", 3)]


def test_a_short_line_far_from_the_others_is_found_where_it_is_a_line_of_its_own():
    text = "甲乙丙丁。\n附：名单\n戊己庚辛。"

    assert lines_on(text, "附：名单\n名单") == [("附：名单", 0)]


def test_a_page_that_holds_more_than_any_print_has_no_places():
    assert placed("甲" * 2001, [(0, 2001)], "\n".join("甲" * 2001), [row(1)] * 2001) == []
    assert placed("甲" * 50_001, [(0, 50_001)], "甲", [row(1)]) == []
    assert placed("甲", [(0, 1)], "甲\n" + "乙" * 50_000, [row(1)]) == []


def test_lines_without_a_place_are_left_out():
    assert placed("甲\n乙", [(0, 3)], "甲\n乙", [None]) == []
    assert placed("甲\n乙", [(0, 3)], "", []) == []


def test_a_paragraph_has_one_outline_in_each_column_it_runs_through():
    left, right = (500, 4500), (5500, 9500)
    rows = [
        Placed(number * 10, number * 10 + 10, (column[0], top, column[1], top + 300))
        for number, (column, top) in enumerate([(left, 8000), (left, 8500), (right, 500), (right, 1000)])
    ]

    assert outlines(rows, 0, 40) == [(500, 8000, 4500, 8800), (5500, 500, 9500, 1300)]
    assert outlines(rows, 12, 15) == [(500, 8500, 4500, 8800)]
    assert outlines(rows, 40, 50) == []


def test_what_stands_far_below_has_an_outline_of_its_own():
    rows = [Placed(0, 5, (500, 1000, 4500, 1300)), Placed(5, 9, (500, 6000, 4500, 6300))]

    assert outlines(rows, 0, 9) == [(500, 1000, 4500, 1300), (500, 6000, 4500, 6300)]


def test_a_name_that_another_article_mentions_is_not_taken_for_its_line():
    text = "我院与松原市中级人民法院协同推进。\n诉前调解成功率持续上升。"
    page = "松原市中级人民法院\n府院联动书写新篇章\n我院与松原市中级人民\n法院协同推进。\n诉前调解成功率持续上升。"

    assert lines_on(text, page) == [
        ("我院与松原市中级人民", 2),
        ("法院协同推进。", 3),
        ("诉前调解成功率持续上升。", 4),
    ]


def test_only_the_stretches_that_stand_on_the_page_are_looked_at():
    text = "认真履行职责，\n推进法治建设。认真履行职责，"
    boxes = [row(0), row(1)]

    assert placed(text, [(15, 22)], "认真履行职责，\n推进法治建设。", boxes) == [Placed(15, 22, row(0))]


def test_on_a_newspaper_page_every_line_has_its_place_and_no_two_articles_share_one():
    pages = read(Upload("报纸.pdf", NEWSPAPER.read_bytes()))
    articles = split(clean(pages))
    places = [boxes_on(pages.pages[0], article) for article in articles]

    assert [[words for words, boxes in lines.items() if not boxes] for lines in places] == [[]] * 6
    areas = [[box for boxes in lines.values() for box in boxes] for lines in places]
    shared = [
        (one, other)
        for some, others in combinations(areas, 2)
        for one in some
        for other in others
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]
    assert shared == []

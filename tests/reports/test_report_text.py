import re

import pytest

from reports.models import ReportText, Section
from reports.templatetags.report_text import breakable, drawn, lines_of


def version(text: str, pages=((0, 1),)) -> ReportText:
    return ReportText(text=text, pages=[list(pair) for pair in pages])


def para(start: int, end: int, number: int) -> Section:
    return Section(kind="para", number=number, start=start, end=end)


def line(kind: str, start: int, end: int) -> Section:
    return Section(kind=kind, start=start, end=end)


def heading(level: int, start: int, end: int, words: str) -> Section:
    return Section(kind="heading", level=level, heading=words, start=start, end=end)


def stored(html: str) -> str:
    """What a browser copies: tags have no words of their own."""
    words = re.sub(r"<[^>]*>", "", html)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        words = words.replace(entity, character)
    return words


def test_marks_pages_and_run_in_headings_may_overlap_in_any_way():
    text = version("一是普法宣传。办案38件。", pages=((0, 1), (4, 2)))
    sections = [para(0, 14, 1), heading(3, 0, 14, "一是普法宣传。")]

    (drawn_line,) = lines_of(text, sections, marks=[(2, 4), (4, 9)])

    assert drawn_line.html == (
        '<span class="run-in">一是</span>'
        '<span class="run-in"><mark>普法</mark></span>'
        '<span class="pb" data-p="原件2页"></span>'
        '<span class="run-in"><mark>宣传。</mark></span>'
        "<mark>办案</mark>38件。"
    )


def test_places_that_touch_or_lie_in_each_other_are_all_marked_and_one_without_words_is_not():
    text = version("审结行政案件38件。\n次段")

    first, second = lines_of(text, [para(0, 10, 1)], marks=[(0, 6), (2, 4), (6, 8), (3, 3), (10, 12)])

    assert first.html == "<mark>审结</mark><mark>行政</mark><mark>案件</mark><mark>38</mark>件。"
    assert second.html == "<mark>次</mark>段"


def test_of_thousands_of_figures_all_are_drawn():
    sentence, many = "全年审结行政案件38件，", 4000
    in_one_line = version(sentence * many)
    each_in_its_own = version("\n".join([sentence] * many))
    headings = [heading(3, at * 13, at * 13 + 12, "全年审结") for at in range(many)]
    figures = [(at * 12 + 8, at * 12 + 11) for at in range(many)]

    (line_of_all,) = lines_of(in_one_line, [], figures=figures)
    lines = lines_of(each_in_its_own, [*headings, *(para(at * 13, at * 13 + 12, at + 1) for at in range(many))])

    assert line_of_all.html.count('<span class="fig">38件</span>') == many
    assert [row.html for row in lines] == ['<span class="run-in">全年审结</span>行政案件38件，'] * many


def test_what_is_copied_is_the_stored_text():
    words = "一、推进法治政府建设\n“1+1＞2”<b>\"&amp;'发挥“38件”效果\n图：合影"
    text = version(words, pages=((0, 1), (5, 2), (10, 3), (20, 4)))
    sections = [heading(1, 0, 40, "一、推进法治政府建设"), para(11, 39, 1), line("caption", 40, 44)]

    lines = lines_of(text, sections, marks=[(3, 15), (18, 30)])

    assert "\n".join(stored(row.html) for row in lines) == words


def test_a_page_that_begins_at_a_line_end_is_marked_on_the_next_line():
    lines = lines_of(version("甲\n乙", pages=((0, 3), (1, 4))), [para(0, 1, 1), para(2, 3, 2)])

    assert [re.findall('class="(.*?)" data-p="(.*?)"', row.html) for row in lines] == [
        [("pb top", "原件3页")],
        [("pb top", "原件4页")],
    ]


def test_that_a_text_begins_on_page_one_is_not_said():
    (row,) = lines_of(version("甲"), [para(0, 1, 1)])

    assert row.html == "甲"


def test_headings_never_jump_a_level():
    text = version("（一）甲\n一、乙\n（一）丙\n1.丁")
    sections = [
        heading(2, 0, 4, "（一）甲"),
        heading(1, 5, 18, "一、乙"),
        heading(2, 9, 18, "（一）丙"),
        heading(3, 14, 18, "1.丁"),
    ]

    assert [row.tag for row in lines_of(text, sections)] == ["h2", "h2", "h3", "h4"]


def outline(text: str, *sections: Section):
    return [
        (entry.anchor, [below.anchor for below in entry.below]) for entry in drawn("", version(text), sections).outline
    ]


def test_the_outline_holds_run_in_headings_of_the_second_level_but_not_of_the_third():
    assert outline(
        "一、甲\n（一）乙。正文\n一是丙。正文",
        heading(1, 0, 20, "一、甲"),
        heading(2, 4, 20, "（一）乙。"),
        para(4, 11, 1),
        heading(3, 12, 20, "一是丙。"),
        para(12, 18, 2),
    ) == [("l1", ["p1"])]


def test_the_outline_falls_back_on_the_third_level():
    assert outline(
        "一是甲。正文\n二是乙。正文",
        heading(3, 0, 6, "一是甲。"),
        para(0, 6, 1),
        heading(3, 7, 13, "二是乙。"),
        para(7, 13, 2),
    ) == [
        ("p1", []),
        ("p2", []),
    ]


def test_the_head_is_what_stands_before_the_first_paragraph():
    text = version("甲县人民法院：\n府院 联动\n——侧记\n张三\n正文")
    sections = [
        line("court", 0, 7),
        line("title", 8, 13),
        line("subtitle", 14, 18),
        line("byline", 19, 21),
        para(22, 24, 1),
    ]

    whole = drawn("府院联动", text, sections)

    assert [[row.kind for row in part] for part in (whole.before, whole.title, whole.after, whole.body)] == [
        ["court"],
        ["title"],
        ["subtitle", "byline"],
        ["para"],
    ]


def test_a_title_that_was_corrected_leaves_the_printed_one_in_its_line():
    whole = drawn("更正后的题目", version("题目\n正文"), [line("title", 0, 2), para(3, 5, 1)])

    assert [row.words for row in whole.before] == ["题目"]
    assert whole.title == ()


@pytest.mark.parametrize(
    ("words", "html"),
    [
        ("一、推进建设", "一、推进<wbr>建设"),
        ("（一）加强建设", "（一）加强<wbr>建设"),
        ("五大连池法院2023年工作", "五大连池<wbr>法院2023年<wbr>工作"),
        ("依法行政，提升实效", "依法行政，<wbr>提升<wbr>实效"),
        ("2023", "2023"),
        ("", ""),
        ("<b>", "&lt;b&gt;"),
    ],
)
def test_a_heading_breaks_between_words_and_never_beside_a_figure(words, html):
    assert breakable(words) == html


def test_a_quotation_of_figures_may_begin_a_line():
    (row,) = lines_of(version("引入“10102368”专线，“枫桥”"), [para(0, 21, 1)])

    assert row.html == "引入<wbr>“10102368”专线，“枫桥”"

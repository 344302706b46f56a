"""What is taken out of a text, what is mended, and what stays as printed."""

import pytest

from reports.ingestion.clean import clean
from reports.ingestion.shapes import Page, Pages, Text


def of_pages(*pages: str) -> Text:
    return clean(Pages("txt", tuple(Page(number, page) for number, page in enumerate(pages, start=1))))


LONG = [
    f"{word}工作稳步推进，各类案件质效持续提升，群众满意度不断提高。"
    for word in ("立案", "审判", "执行", "信访", "党建", "宣传", "调研", "后勤")
]


def texts(*pages: str) -> list[str]:
    return [line.text for line in of_pages(*pages).lines]


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("２０２３年ＸＸ人民法院", "2023年XX人民法院"),
        ("“１＋１＋Ｎ”、97．79％", "“1＋1＋N”、97．79％"),
        ("2023 年以来，受理案件 2,807 件，结案率 97.79 %", "2023年以来，受理案件2,807件，结案率97.79%"),
        ("1 万余人次", "1万余人次"),
        ("\u2f00\u4e2a\u2f08\u6c11\u6cd5\u9662\u2ee3", "一个人民法院骨"),
        ("⻓治市⻔头沟区⻅证", "长治市门头沟区见证"),
        ("法\u200b院\ufeff工\u00ad作", "法院工作"),
        ("发挥“1+1＞2”的效果，打造①达X中心", "发挥“1+1＞2”的效果，打造①达X中心"),
        ("共性问题 and 深层次问题", "共性问题 and 深层次问题"),
        ("砥砺耕耘结硕果　 奋楫笃行谱新篇", "砥砺耕耘结硕果 奋楫笃行谱新篇"),
        ("天 ， 同 比 缩 短 13.7 天 ， 清 积 率", "天，同比缩短13.7天，清积率"),
        ("坏\x00字\x08符", "坏字符"),
        ("\uf98e度\uf9f7案", "年度立案"),
        ("法\u0301\u0302\u0303院\U000e0041\U000e0100", "法院"),
        ("人民法院2 0 2 3年度，1 2 3 4项", "人民法院2023年度，1 2 3 4项"),
        ("人 民 法 院 2 0 2 3 年 度 工 作 报 告", "人民法院2023年度工作报告"),
    ],
)
def test_characters_are_the_originals_but_for_width_radicals_and_spaces_at_digits(printed, text):
    assert texts(printed) == [text]


@pytest.mark.parametrize(
    "number",
    [
        "—4—",
        "- 4 -",
        "－４－",
        "— 4 —",
        "·4·",
        "第 4 页 共 9 页",
        "第4页/共9页",
        "共9页 第4页",
        "第 4 页",
        "Page 4 of 9",
    ],
)
def test_a_page_number_on_a_line_of_its_own_is_out_and_the_sentence_whole(number):
    assert texts(f"依法治理和普法的传统思路，难以有效满足群众对法\n\n{number}\n\n治的需求，打造的创新亮点还不多。") == [
        "依法治理和普法的传统思路，难以有效满足群众对法治的需求，打造的创新亮点还不多。"
    ]


@pytest.mark.parametrize("line", ["（4）", "2023", "—2023—", "第4条", "4.建章立制", "1+1＞2"])
def test_a_number_that_may_mean_something_stays(line):
    assert line in texts(f"甲县人民法院2023年工作总结\n{line}")


BODY = "全院干警认真履行职责，推进法治政府建设。"


def test_a_running_head_is_out_whatever_its_number():
    title = "甲县人民法院2023年工作总结"
    pages = [f"某某市法院简报 第{number}期\n{title}\n第{number}段：{BODY}\n{number}" for number in range(1, 5)]
    pages[1:] = [page.replace(f"{title}\n", "") for page in pages[1:]]

    assert texts(*pages) == [title, *(f"第{number}段：{BODY}" for number in range(1, 5))]


def test_a_line_that_opens_the_file_and_recurs_at_even_distances_is_a_running_head():
    parts = [f"（{numeral}）做好第{numeral}件事\n干警第{numeral}次下乡普法，群众都说好。" for numeral in "一二三四"]

    parts[0] = f"甲县人民法院2022年工作总结\n{parts[0]}"

    assert texts("\n".join(f"资料汇编\n{part}" for part in parts)) == "\n".join(parts).split("\n")


def test_what_stands_on_fewer_than_most_pages_stays():
    pages = [f"甲县法院简报\n一页。{BODY}", f"二页。{BODY}", f"三页。{BODY}", f"甲县法院简报\n四页。{BODY}"]

    assert texts(*pages).count("甲县法院简报") == 2


def test_the_first_page_keeps_a_title_that_runs_above_the_others():
    title = "甲县人民法院2023年工作总结"
    pages = [f"{title}\n第{number}段：{BODY}" for number in range(1, 5)]

    assert texts(*pages) == [title, *(f"第{number}段：{BODY}" for number in range(1, 5))]


def test_a_running_head_equal_to_the_title_leaves_the_title_once():
    title = "甲县人民法院2023年工作总结"
    pages = [f"{title}\n{title}\n第1段：{BODY}", *(f"{title}\n第{number}段：{BODY}" for number in range(2, 5))]

    assert texts(*pages).count(title) == 1


COURT = "东营市东营区人民法院"


def test_the_court_above_a_report_and_the_court_that_signs_it_both_stay():
    report = [
        f"{COURT}\n关于2023年工作情况的报告\n一页。{BODY}",
        f"二页。{BODY}",
        f"三页。{BODY}\n{COURT}\n2024年1月5日",
    ]

    assert texts(*report).count(COURT) == 2


def test_a_signature_stays_where_the_court_is_the_running_head():
    pages = [f"{COURT}\n第{number}段：{BODY}" for number in range(1, 5)]

    assert texts(*pages, f"{COURT}\n{COURT}\n2024年1月5日")[-2:] == [COURT, "2024年1月5日"]


def test_two_pages_that_begin_or_end_alike_lose_nothing():
    assert texts(f"附表\n一页。{BODY}", f"二页。{BODY}\n附表").count("附表") == 2
    assert texts(f"附表\n一页。{BODY}", f"附表\n二页。{BODY}").count("附表") == 2


def test_years_and_numbers_that_open_the_pages_stay_unless_they_count_the_pages():
    opened = [f"2021年\n120件\n一段：{BODY}", f"2022年\n98件\n二段：{BODY}", f"2023年\n203件\n三段：{BODY}"]
    pages = [f"{page}\n{number}" for number, page in enumerate(opened, start=37)]

    assert "".join(texts(*pages)) == "".join(opened).replace("\n", "")


def test_sub_headings_that_recur_under_headings_stay():
    cases = [
        f"{name}有限公司诉某区市场监督管理局行政处罚案\n基本案情\n{name}公司不服处罚决定，向人民法院提起诉讼。{BODY * length}"
        for name, length in (("天宏", 3), ("地远", 5), ("玄武", 4), ("黄海", 7))
    ]

    assert texts("\n".join(cases)).count("基本案情") == 4


def test_a_line_that_keeps_breaking_into_sentences_is_out_without_any_page_break():
    lines = [f"全院干警第{number}次深入学习贯彻习近平法治思想，依法履职" for number in range(1, 6)]

    assert texts("\n甲县法院简报\n".join(lines) + "\n尽责，取得实效。") == ["".join(lines) + "尽责，取得实效。"]


@pytest.mark.parametrize(
    ("printed", "lines"),
    [
        (
            "甲县法院2022年工作总结\n甲县法院2022年工作总结\n2022年以来，成效明显。",
            ["甲县法院2022年工作总结", "2022年以来，成效明显。"],
        ),
        ("实训基地启动仪式实训基地启动仪式。。", ["实训基地启动仪式。"]),
        (
            "实训基地启动仪式实训基地启动仪式。。 同台竞技增强本领同台竞技增强本领。。",
            ["实训基地启动仪式。", "同台竞技增强本领。"],
        ),
        (
            "实训基地启动仪式。 同台竞技增强本领。 专题会议召开。",
            ["实训基地启动仪式。", "同台竞技增强本领。", "专题会议召开。"],
        ),
    ],
)
def test_the_second_copy_of_a_title_or_caption_is_out(printed, lines):
    assert texts(printed) == lines


def test_a_sentence_that_is_said_twice_in_the_text_stays():
    assert texts(f"{BODY}\n{BODY}") == [BODY, BODY]


def test_the_page_travels_with_the_words():
    text = of_pages("依法治理和普法的传统思路，难以有效满足群众对法", "治的需求。\n二、存在的问题", "第三页的文字。")

    assert [(line.text, line.pages) for line in text.lines] == [
        ("依法治理和普法的传统思路，难以有效满足群众对法治的需求。", ((0, 1), (23, 2))),
        ("二、存在的问题", ((0, 2),)),
        ("第三页的文字。", ((0, 3),)),
    ]


def test_blank_lines_and_page_edges_are_remembered_as_gaps():
    text = of_pages("第一句话。\n第二句话。\n\n第三句话。", "第四句话。")

    assert [line.after_gap for line in text.lines] == [True, False, True, True]


def test_indented_lines_begin_paragraphs_even_after_a_full_line():
    first = "　　全院干警认真履行职责推进法治\n政府建设，各项工作取得了新成效。"
    second = "　　深入开展普法宣传活动走进社区\n和学校，受到了群众普遍的好评。"
    third = "　　加强队伍建设提升审判质量效率\n全年未发生违纪违法案件的情况。"
    paragraphs = [first, second, third]

    assert texts("\n".join(paragraphs)) == ["".join(paragraph.split()) for paragraph in paragraphs]


@pytest.mark.parametrize("cut", ["一、二审行政案件", "二、第十三条的案件", "（三）项所列的案件"])
def test_a_numeral_that_happens_to_begin_a_line_cuts_no_sentence(cut):
    rest = f"{cut}，充分保护当事人的合法权益，推动法治政府建设取得新的成效，人民群众满意度不断提升，各项指标位居前列。"
    lines = ["全院干警深入贯彻习近平法治思想，依法履行审判职责办理"]
    lines += [rest[start : start + len(lines[0])] for start in range(0, len(rest), len(lines[0]))]

    others = ["全体法官" + lines[0][4:], *lines[1:]]

    assert texts("\n".join(lines + others)) == ["".join(lines), "".join(others)]


def test_a_long_page_without_line_ends_is_cleaned_in_no_time():
    assert texts("法" * 300_000) == ["法" * 300_000]


TABLE = "\n".join(f"第{number}项指标" for number in range(6_000))


@pytest.mark.parametrize("text", ["。" * 33_000, "…" * 33_000, "仪式。" * 11_000, TABLE])
def test_no_text_takes_long_to_clean_and_none_is_lost(text):
    assert "".join(texts(text)) == text.replace("\n", "")


@pytest.mark.parametrize("numbers", ["一 二 三 四", "i ii iii iv", "第一页 第二页 第三页 第四页", "II III IV V"])
def test_page_numbers_may_be_counted_in_numerals(numbers):
    pages = [f"{LONG[2 * at]}\n{LONG[2 * at + 1]}\n{number}" for at, number in enumerate(numbers.split())]

    assert texts(*pages) == LONG


def test_heads_that_differ_on_left_and_right_pages_go():
    title = "甲县人民法院2023年度法治政府建设情况报告"
    heads = (f"甲县人民法院　1\n{title}", "法治政府建设情况报告　2", "甲县人民法院　3", "法治政府建设情况报告　4")
    pages = [f"{head}\n{LONG[2 * at]}\n{LONG[2 * at + 1]}" for at, head in enumerate(heads)]

    assert texts(*pages) == [title, *LONG]

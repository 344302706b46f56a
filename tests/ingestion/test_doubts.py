"""doubts: what was parted or read wrongly leaves traces, and they are told; what was read right is not doubted."""

import pytest

from reports.ingestion.clean import clean
from reports.ingestion.doubts import with_doubts
from reports.ingestion.read import read
from reports.ingestion.shapes import CleanLine, Text, Upload
from reports.ingestion.split import split

from .gold import SAMPLES, sample_bytes

WHOLE = "近年来，全院干警认真履行职责，推进法治政府建设，取得了新的成效，受到群众好评，经验在全市推广。"
CAPTION = "松原市中级人民法院积极开展以庭代训活动,切实提升行政执法能力水平。崔苍竹 摄"
UNTITLED = "没有读到标题：可能漏印或没有读出，也可能这几段属于别篇。请对照原件。"


def doubts(*lines: str) -> list[tuple[str, ...]]:
    """Of each article of clean lines that all stand apart on page 1."""
    text = Text(tuple(CleanLine(line, ((0, 1),), after_gap=True) for line in lines))
    return [article.notices for article in with_doubts(split(text))]


def doubts_in(data: bytes) -> list[tuple[str, ...]]:
    return [article.notices for article in with_doubts(split(clean(read(Upload("报告.txt", data)))))]


def page(*second: str) -> list[tuple[str, ...]]:
    """A newspaper page of two articles; `second` stands under the second's court."""
    return doubts("甲县人民法院：", "同向发力", WHOLE, "乙县人民法院：", *second)


@pytest.mark.parametrize("sample", [sample for sample in SAMPLES if sample != "004"])
def test_a_report_that_was_read_right_is_not_doubted(sample):
    assert doubts_in(sample_bytes(sample)) == [()]


def test_of_the_newspaper_page_the_article_whose_heading_was_never_printed_is_flagged_and_no_other():
    assert doubts_in(sample_bytes("004")) == [(), (UNTITLED,), (), (), (), ()]


def test_an_article_that_holds_another_whose_heading_is_lost_is_flagged():
    first, *others = doubts_in(sample_bytes("004").replace(CAPTION.encode(), b""))

    assert first == ("第12行以另一家法院（宁江区人民法院）开头，可能是另一篇，它的标题没有读到。请对照原件。",)
    assert others == [()] * 4


def test_what_breaks_off_at_the_end_is_missed_there():
    found = page("深化机制", WHOLE, WHOLE[:-13])

    assert found == [(), (f"末尾“…{WHOLE[:-13][-12:]}”没有说完，下文可能在别处，或没有读到。请对照原件。",)]


def test_what_the_first_article_lacks_may_stand_in_the_second():
    first, second = doubts("甲县人民法院：", "同向发力", WHOLE[:-13], "乙县人民法院：", "深化机制", WHOLE)

    assert first == (f"末尾“…{WHOLE[:-13][-12:]}”没有说完，下文可能在别处，或没有读到。请对照原件。",)
    assert second == ("同一原件的第1篇没有说完，它的下文可能混在本篇里。请对照原件。",)


def test_lines_of_mixed_columns_are_named_by_their_numbers():
    found = page("深化机制", WHOLE[:-13] + WHOLE[:20], WHOLE, "的行政争议案件处理中，双方达成了和解。")

    assert found[1] == ("第3、5行像是断开的半句话，行或栏的次序可能有误。请对照原件。",)


def test_an_article_of_headings_alone_is_flagged():
    assert page("深化机制")[-1][-1:] == ("只有标题，没有正文。请对照原件。",)


def test_a_court_named_in_short_or_in_full_is_the_same_court():
    assert page("深化机制", "松原市乙县人民法院" + WHOLE, "乙县人民法院" + WHOLE) == [(), ()]


@pytest.mark.parametrize(
    "closing",
    [["指标 2023年 2022年", "受理案件 38 41"], ["特此报告"], ["甲县人民法院", "2023年12月20日"], ["庭审现场。张三 摄"]],
)
def test_tables_greetings_signatures_and_captions_need_end_no_sentence(closing):
    assert doubts("甲县人民法院2023年工作总结", WHOLE + WHOLE, *closing) == [()]


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("安全验证，请完成下列验证后继续访问，向右滑动完成拼图。", 24),
        ('{"code":401,"msg":"登录已过期，请重新登录。"}', 10),
    ],
)
def test_what_is_too_short_for_a_report_is_told_with_what_it_may_be(words, number):
    told = f"全文只有 {number} 个汉字，不像一篇报告：可能是登录页、验证页，或文件没有读全。请对照原件。"

    assert doubts(words)[0][:1] == (told,)


def test_a_report_alone_in_its_file_may_have_no_title_and_speak_of_other_courts():
    assert doubts(WHOLE, "乙县人民法院" + WHOLE, "丙县人民法院" + WHOLE) == [()]

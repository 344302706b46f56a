"""Tables as readers leave them: a number in one counts what its row and its column say."""

import pytest

from reports.ingestion.recognise import checks_of, figures_of
from reports.ingestion.shapes import Article, Vocabulary

from .conftest import article_of

Row = tuple[str, str, str, str]


def rows(article: Article, vocabulary: Vocabulary) -> list[Row]:
    return [
        (figure.label, f"{figure.value:f}", figure.unit, figure.scope) for figure in figures_of(article, vocabulary)
    ]


def test_a_row_a_line_under_years_holds_the_reports_year_and_earlier_ones(vocabulary: Vocabulary):
    lines = [
        "指标2022年2023年",
        "受理案件（件） 2,807 3,299",
        "执行到位（万元） 1,200 1,560.5",
        "综合结案率96.2% 97.79%",
    ]
    article = article_of([("para", line) for line in ["受理情况如下。", *lines, "以上。"]])

    assert rows(article, vocabulary) == [
        ("受理案件", "2807", "件", "previous"),
        ("受理案件", "3299", "件", "result"),
        ("执行到位", "12000000", "元", "previous"),
        ("执行到位", "15605000", "元", "result"),
        ("综合结案率", "96.2", "%", "previous"),
        ("综合结案率", "97.79", "%", "result"),
    ]
    assert [figure.indicator for figure in figures_of(article, vocabulary)][1::2] == ["受理", "执行到位金额", "结案率"]


FLAT = [
    "序号",
    "|",
    "法院",
    "|",
    "旧存",
    "|",
    "新收",
    "|",
    "总计",
    "|1|",
    "中院",
    "|41|85|126|2|",
    "文峰",
    "|35|152|187|",
]


@pytest.mark.parametrize(
    "lines",
    [
        FLAT,
        ["|序号|法院|旧存|新收|总计|", "|1|中院|41|85|126|", "|2|文峰|35|152|187|"],
        ["法院|旧存|新收|总计", "中院|41|85|126", "文峰|35|152|187"],
    ],
)
def test_cells_between_strokes_are_read_wherever_their_lines_end(vocabulary: Vocabulary, lines: list[str]):
    article = article_of([("para", line) for line in ["表一：新收一审行政案件情况", *lines, "以上情况，特此通报。"]])

    assert rows(article, vocabulary) == [
        ("中院旧存", "41", "件", "result"),
        ("中院新收", "85", "件", "result"),
        ("中院总计", "126", "件", "result"),
        ("文峰旧存", "35", "件", "result"),
        ("文峰新收", "152", "件", "result"),
        ("文峰总计", "187", "件", "result"),
    ]


def test_the_totals_of_a_table_are_checked(vocabulary: Vocabulary):
    article = article_of([("para", line) for line in FLAT])
    checks = checks_of(figures_of(article, vocabulary), article, vocabulary)

    assert [(check.kind, check.verdict, check.arithmetic) for check in checks] == [
        ("sum", "holds", "41 + 85 = 126"),
        ("sum", "holds", "35 + 152 = 187"),
    ]


def test_a_cell_points_at_its_number_and_at_its_row(vocabulary: Vocabulary):
    article = article_of([("para", "法院 旧存 新收"), ("para", "中院 41 85")])
    first, second = figures_of(article, vocabulary)

    assert [article.text[figure.at : figure.until] for figure in (first, second)] == ["41", "85"]
    assert {article.text[figure.start : figure.end] for figure in (first, second)} == {"中院 41 85"}


@pytest.mark.parametrize(
    "lines",
    [
        ["文源 | 研究室"],
        ["首页 | 新闻 | 公告 | 2023 | 联系"],
        ["电话 0534 123456", "传真 0534 654321"],
        ["一 二 三"],
        ["|||||||"],
    ],
)
def test_strokes_and_numbers_that_are_no_table_hold_no_figures(vocabulary: Vocabulary, lines: list[str]):
    assert rows(article_of([("para", line) for line in lines]), vocabulary) == []

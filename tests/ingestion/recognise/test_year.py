"""year_of: the year an article is about, not the one it was printed in."""

import pytest

from reports.ingestion.recognise import recognise
from reports.ingestion.shapes import Article, Found, LineKind, Vocabulary

from .conftest import article_of

NOTHING = Vocabulary()


def year(article: Article) -> Found:
    (found,) = [found for found in recognise(article, NOTHING) if found.field == "year"]
    return found


def said(*lines: tuple[LineKind, str]) -> tuple[str | None, str]:
    found = year(article_of(lines))
    return found.value, found.basis


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("2023 年以来，五大连池市人民法院在市委领导下，创造了良好的法治环境。", "2023"),
        ("2017年至2021年，翠屏区法院受理案件82976件，审执结82461件。", "2017-2021"),
        ("2008年1月至2010年5月底，两级法院收一审行政诉讼案件2584件。", "2008-2010"),
        ("2022年前三季度，全区人民法庭受理矛盾纠纷66254件，较2021年同期下降1.85%。", "2022"),
        ("2022年1-9月，全市法院受理案件1372件，与2021年同期1364件相比增加8件。", "2022"),
        ("通报2023年及2024年上半年行政诉讼案件情况，部署专项行动。", "2024"),
        ("5月28日，某法院首次发布《2024年度行政案件司法审查报告》，并对2025年提升质效作出规划。", "2024"),
        ("截至2025年12月累计审查案件超300件，受理破产250余件。", "2025"),
        ("2010年受理案件1699件；2011年受理案件1706件；2012年受理案件1909件。", "2010-2012"),
        ("2017年至2021年五年间收案稳步增长。2021年，全院受理案件1.7万件，同比上升4%。", "2021"),
    ],
)
def test_the_opening_states_the_year(words: str, value: str):
    assert said(("para", words)) == (value, "stated")


@pytest.mark.parametrize(
    "words",
    [
        "1984年恢复成立中级人民法院，2012年更名为第七师中级人民法院，每年受理案件3000件左右。",
        "2024年是新中国成立75周年，我院将继续紧扣公正与效率，持续发力。",
        "贯彻《法治社会建设实施纲要（2020-2025年）》，深化蒙马奔腾2023专项行动。",
        "截止12月15日，全口径新收案件16742件，结案15629件。",
    ],
)
def test_events_plans_programmes_and_bare_dates_state_no_year(words: str):
    assert said(("para", words)) == (None, "stated")


def test_a_title_states_the_year():
    assert said(("title", "东营区人民法院2023年度法治政府建设情况报告"), ("para", "今年以来，认真履职。")) == (
        "2023",
        "stated",
    )


def test_a_title_that_plans_for_the_next_year_is_about_this_one():
    assert said(("title", "人民法院2023年工作总结和2024年工作计划"), ("para", "一年来，我院认真履职。"))[0] == "2023"


def test_the_date_of_the_meeting_is_not_the_year():
    title: tuple[LineKind, str] = ("title", "东莞市中级人民法院工作报告")
    meeting: tuple[LineKind, str] = ("subtitle", "——2023年2月9日在东莞市第十七届人民代表大会第三次会议上")

    assert said(title, meeting, ("para", "2022年，全市法院受理各类案件25.4万件，办结23.1万件。")) == ("2022", "stated")
    assert said(title, meeting, ("para", "全市法院受理各类案件25.4万件，办结23.1万件。")) == ("2022", "inferred")


def test_five_years_are_those_before_the_congress():
    title: tuple[LineKind, str] = ("title", "青海省高级人民法院工作报告")
    meeting: tuple[LineKind, str] = ("subtitle", "——2023年1月在青海省第十四届人民代表大会第一次会议上")

    assert said(title, meeting, ("para", "过去五年，全省法院受理案件64.35万件，办结62.07万件。")) == (
        "2018-2022",
        "inferred",
    )
    assert said(title, meeting, ("para", "2022年，全省法院受理案件12万件，过去五年逐年增长。"))[0] == "2022"


def test_a_title_with_the_year_of_the_meeting_yields_to_the_year_of_the_figures():
    title: tuple[LineKind, str] = ("title", "在2024年全市人民代表大会上的工作报告")
    found = year(article_of([title, ("para", "2023年，全院受理各类案件3299件，审执结3226件。")]))

    assert found.value == "2023"
    assert found.sure < 0.9


def test_a_year_in_passing_is_an_inference():
    opening: tuple[LineKind, str] = ("para", "近年来，法院充分发挥行政审判职能作用，形成了化解争议新格局。")
    second: tuple[LineKind, str] = ("para", "建立府院联动联席会议制度，依托联席会议，就重点企业涉诉情况提前预警。")
    found = year(article_of([opening, second, ("para", "2023年12月，会同检察院联合发布办法。")]))

    assert (found.value, found.basis) == ("2023", "inferred")
    assert found.sure < 0.9


def test_an_article_without_a_date_leans_on_its_page():
    found = year(article_of([("para", "一直以来，高度重视府院联动工作。")], page_years=(2022, 2023, 2023, 2024)))

    assert (found.value, found.basis, found.quote) == ("2023", "inferred", None)
    assert found.sure < 0.9


def test_captions_bylines_and_notes_date_nothing():
    assert said(
        ("byline", "2019年3月2日 记者"),
        ("para", "法院高度重视工作。"),
        ("caption", "2020年会议 摄"),
        ("note", "2021年印"),
    ) == (None, "stated")

"""The samples, line by line, and the shapes of other files."""

import pytest

from reports.ingestion.shapes import Article, CleanLine, Text
from reports.ingestion.split import same_court, split

from .gold import SAMPLES, articles_in, expected, lines_of, sample_bytes


def of_lines(*lines: str) -> tuple[Article, ...]:
    """The articles of clean lines that all stand apart on page 1."""
    return split(Text(tuple(CleanLine(line, ((0, 1),), after_gap=True) for line in lines)))


def kinds(article: Article) -> list[str]:
    return [line.kind for line in article.lines]


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_line_of_a_sample_stands_in_its_article_in_order_with_its_kind(sample):
    assert [lines_of(article) for article in articles_in(sample_bytes(sample))] == expected(sample)


def test_the_newspaper_page_gives_six_articles_with_their_titles():
    titles = [article.title for article in articles_in(sample_bytes("004"))]

    assert titles == [
        "府院联动 书写法治政府新篇章",
        "宁江区人民法院（原文无题）",
        "凝聚合力 大力提升社会治理水平",
        "深化机制 推进行政司法良性互动",
        "协同联动 形成化解行政争议新格局",
        "同频共振 推进社会治理体系和治理能力现代化",
    ]


def test_a_made_title_is_not_in_the_text():
    assert "原文无题" not in articles_in(sample_bytes("004"))[1].text


def test_articles_on_one_page_know_the_other_courts_on_it():
    second = articles_in(sample_bytes("004"))[1]

    assert second.neighbours == (
        "松原市中级人民法院",
        "扶余市人民法院",
        "前郭尔罗斯蒙古族自治县人民法院",
        "长岭县人民法院",
        "乾安县人民法院",
    )


def test_lines_and_sections_point_at_their_words():
    for article in articles_in(sample_bytes("003")):
        assert [article.words(line) for line in article.lines] == article.text.split("\n")
        for section in article.sections:
            assert article.text[section.start : section.end].startswith(section.heading)


def test_a_run_in_heading_ends_at_its_first_stop_and_its_section_at_the_next_of_its_level():
    (article,) = articles_in(sample_bytes("003"))
    outline = [(section.level, section.heading) for section in article.sections]
    first, second = article.sections[0], article.sections[1]

    assert outline == [
        (1, "一、基本工作情况"),
        (2, "（一）坚持党的领导，确保正确政治方向"),
        (2, "（二）发挥职能作用，全力维护社会稳定"),
        (2, "（三）服务区域发展，助推法治政府建设"),
        (2, "（四）回应群众诉求，筑牢基层治理屏障"),
        (2, "（五）参与创新治理，延伸司法服务触角"),
        (1, "二、存在的问题"),
        (1, "三、下一步工作打算"),
        (2, "（一）聚焦习近平法治思想学宣贯"),
        (2, "（二）聚焦发挥审判职能作用"),
        (2, "（三）聚焦推进法治政府建设"),
    ]
    assert article.text[first.end :].startswith("\n二、存在的问题")
    assert article.text[second.end :].startswith("\n（二）发挥职能作用")


def test_bylines_captions_and_notes_are_sections_without_a_level():
    last = articles_in(sample_bytes("004"))[-1]
    others = [(section.kind, section.level, section.heading) for section in last.sections if section.kind != "heading"]

    assert others == [
        ("byline", None, "王超越"),
        ("caption", None, "积极开展以庭代训活动。徐洪敏 摄"),
        ("note", None, "本版图片为资料图片"),
    ]


@pytest.mark.parametrize(
    ("paragraph", "level"),
    [
        ("一是完善机制。全院上下一心，狠抓落实。", 3),
        ("第一，加强组织领导。全院上下一心，狠抓落实。", 3),
        ("1.加强组织领导。全院上下一心，狠抓落实。", 3),
        ("（一）加强组织领导。全院上下一心，狠抓落实。", 2),
        ("第一季度，全院受理各类案件三千件。", None),
        ("12.4国家宪法日前后，全院开展宣传。", None),
        ("全院上下一心，狠抓落实。", None),
    ],
)
def test_numbering_at_the_start_of_a_paragraph_gives_a_section_its_level(paragraph, level):
    (article,) = of_lines("某某县人民法院2023年工作总结", paragraph)
    levels = [section.level for section in article.sections]

    assert levels == ([] if level is None else [level])
    assert kinds(article) == ["title", "para"]


def test_the_parts_of_a_document_with_a_red_head_are_told_apart():
    (article,) = of_lines(
        "东营区人民法院文件",
        "东法〔2023〕15号",
        "东营区人民法院",
        "关于2023年度法治政府建设情况的报告",
        "区委全面依法治区委员会：",
        "2023年以来，东营区法院认真履行职责，推进法治政府建设。",
        "东营区人民法院",
        "2023年12月20日",
    )

    assert kinds(article) == ["court", "note", "title", "para", "para", "court", "byline"]
    assert article.title == "东营区人民法院关于2023年度法治政府建设情况的报告"


def test_a_report_that_follows_another_in_the_same_file_is_an_article_of_its_own():
    paragraph = "2023年以来，全院干警紧紧围绕中心工作，依法履行审判职责，全面推进法治政府建设，各项工作取得新的成效。"
    articles = of_lines(
        "甲县人民法院2023年法治政府建设年度报告", paragraph, "乙县人民法院2023年法治政府建设年度报告", paragraph
    )

    assert [article.title for article in articles] == [
        "甲县人民法院2023年法治政府建设年度报告",
        "乙县人民法院2023年法治政府建设年度报告",
    ]


def test_a_sentence_above_the_title_belongs_to_the_report():
    (article,) = of_lines("本文转载自某某网。", "甲县人民法院2023年工作总结", "2023年以来，我院认真履行职责。")

    assert (article.title, kinds(article)) == ("甲县人民法院2023年工作总结", ["para", "title", "para"])


def test_a_sentence_that_a_caption_cuts_in_two_is_whole_again():
    (article,) = of_lines(
        "甲县法院开展巡回审判",
        "近日，甲县人民法院法官来到田间地头，当庭审理一起相邻土地纠纷，邀请村民代表旁听庭审，进一步弘扬法治精",
        "法官在田间开庭。张三 摄",
        "神，受到群众好评。",
    )

    assert article.text.split("\n")[1:] == [
        "近日，甲县人民法院法官来到田间地头，当庭审理一起相邻土地纠纷，邀请村民代表旁听庭审，进一步弘扬法治精神，受到群众好评。",
        "法官在田间开庭。张三 摄",
    ]


def test_the_cells_of_a_table_are_no_headings():
    cells = ("指标", "受理案件", "审结案件", "结案率")
    (article,) = of_lines("甲县人民法院2023年工作总结", "2023年以来，我院认真履行职责。", *cells)

    assert kinds(article) == ["title", "para", "para", "para", "para", "para"]


def test_a_text_without_a_title_is_called_by_its_first_sentence():
    (article,) = of_lines("许昌中院到小召乡开展平安建设宣传。", "出动宣传车5辆，发放宣传页500余份。")

    assert article.title == "许昌中院到小召乡开展平安建设宣传（原文无题）"


def test_no_text_gives_no_article():
    assert split(Text(())) == ()


def test_a_paragraph_after_a_caption_that_names_the_same_court_in_full_or_short_stays_in_its_article():
    paragraph = "近年来，全院干警认真履行职责，推进法治政府建设，取得了新的成效，受到群众好评，经验在全市推广。"
    page = ["宁江区人民法院：", "同向发力", paragraph, "法官在田间开庭。张三 摄", "松原市宁江区人民法院" + paragraph]
    page += [
        "前郭尔罗斯蒙古族自治县人民法院：",
        "深化机制",
        paragraph,
        "旁听庭审。李四 摄",
        "前郭县人民法院" + paragraph,
    ]

    assert [article.title for article in of_lines(*page)] == ["同向发力", "深化机制"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("长春市南关区人民法院", "长春市朝阳区人民法院", False),
        ("四平市铁西区人民法院", "铁东区人民法院", False),
        ("四平市铁西区人民法院", "沈阳市铁西区人民法院", False),
        ("科尔沁左翼中旗人民法院", "科尔沁左翼后旗人民法院", False),
        ("松原市中级人民法院", "松原市宁江区人民法院", False),
        ("吉林省松原市宁江区人民法院", "松原市宁江区人民法院", True),
        ("松原市宁江区人民法院", "宁江区人民法院", True),
        ("松原市前郭尔罗斯蒙古族自治县人民法院", "前郭县人民法院", True),
        ("济宁市市中区人民法院", "市中区人民法院", True),
    ],
)
def test_courts_are_the_same_when_their_own_names_are_whatever_stands_above_them(one, other, same):
    assert (same_court(one, other), same_court(other, one)) == (same, same)


REPORT = "2023年以来，我院干警认真履行职责，推进法治政府建设。"


@pytest.mark.parametrize(
    ("above", "closing"),
    [
        ([], ["特此报告。", "请予审议。"]),
        (["本报记者 张三"], ["特此报告。", "请予审议。"]),
        ([], ["干警认真履职。", "群众比较满意。"]),
    ],
)
def test_short_sentences_that_close_a_report_are_no_captions(above, closing):
    (article,) = of_lines("甲县人民法院2023年工作总结", *above, REPORT, *closing)

    assert kinds(article)[-2:] == ["para", "para"]


def test_short_sentences_that_end_a_signed_article_are_captions():
    (article,) = of_lines("砥砺耕耘结硕果", "本报记者 张三", REPORT, "实训基地启动仪式。", "同台竞技增强本领。")

    assert kinds(article) == ["title", "byline", "para", "caption", "caption"]


def test_a_table_of_six_thousand_cells_is_one_report_without_headings():
    (article,) = of_lines("甲县人民法院2023年工作总结", REPORT, *["受理案件"] * 6000)

    assert kinds(article) == ["title", "para", *["para"] * 6000]


def test_captions_by_the_thousand_are_captions():
    captions = ["图为庭审现场"] * 4000
    (article,) = of_lines("砥砺耕耘结硕果", *captions, "本报记者 张三", REPORT, *captions)

    assert kinds(article) == ["title", *["caption"] * 4000, "byline", "para", *["caption"] * 4000]

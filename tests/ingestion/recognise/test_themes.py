"""themes_of: what an article is about, and how strongly; a word in passing is not a theme."""

from dataclasses import replace

from reports.ingestion.recognise import recognise, with_parts
from reports.ingestion.shapes import Article, KnownTheme, Section, Vocabulary

from .conftest import article_of

PADDING = "全院上下团结一心，认真落实各项任务，不断取得新的成绩。" * 12


def strengths(article: Article, vocabulary: Vocabulary) -> dict[str | None, str | None]:
    return {found.value: found.detail for found in recognise(article, vocabulary) if found.field == "theme"}


def under(heading: str, words: str) -> Article:
    """A long article whose last section has this heading."""
    article = article_of([("para", PADDING), ("heading", heading), ("para", words)])
    line = article.lines[1]
    return with_parts(replace(article, sections=(Section("heading", 1, heading, line.start, len(article.text)),)))


def test_a_theme_in_the_title_and_the_text_is_a_topic(vocabulary: Vocabulary):
    article = article_of([("title", "深化府院联动"), ("para", PADDING), ("para", "召开府院联席会议5次。")])

    assert strengths(article, vocabulary)["府院联动"] == "topic"


def test_a_figure_to_show_for_it_makes_a_theme_touched(vocabulary: Vocabulary):
    article = article_of([("para", PADDING), ("para", "向相关部门发出司法建议3份。")])

    assert strengths(article, vocabulary) == {"司法建议": "touched"}


def test_one_item_of_a_long_list_is_a_mention(vocabulary: Vocabulary):
    article = article_of(
        [("para", PADDING), ("para", "为优化营商环境、破解执行难题、防控重大风险、提升治理效能发力。")]
    )

    assert set(strengths(article, vocabulary).values()) == {"mention"}


def test_a_loose_sign_alone_is_a_mention(vocabulary: Vocabulary):
    """法治政府建设 stands in every such report, and neither in the theme's name nor in its definition."""
    article = article_of([("para", PADDING), ("para", "充分展现了法治政府建设的强大合力。")])

    assert strengths(article, vocabulary) == {"法治建设责任": "mention"}


def test_what_is_only_intended_is_a_plan(vocabulary: Vocabulary):
    words = "推进“枫桥式人民法庭”创建，加大诉前调解力度，开展调解50次。"

    assert strengths(under("三、下一步工作打算", words), vocabulary) == {"枫桥式人民法庭": "plan", "多元解纷": "plan"}
    assert strengths(under("三、主要成效", words), vocabulary) == {"枫桥式人民法庭": "touched", "多元解纷": "touched"}


def test_a_sentence_about_the_future_is_a_plan(vocabulary: Vocabulary):
    article = article_of([("para", PADDING), ("para", "我们将持续深化诉源治理。")])

    assert strengths(article, vocabulary) == {"诉源治理": "plan"}


def test_what_is_lacking_is_a_mention(vocabulary: Vocabulary):
    article = under("二、存在的问题", "诉源治理工作需进一步推进，司法建议还不多。")

    assert strengths(article, vocabulary) == {"诉源治理": "mention", "司法建议": "mention"}


def test_a_short_text_has_no_room_for_asides(vocabulary: Vocabulary):
    article = article_of([("para", "会议部署五项任务，包括优化营商环境、解决执行难、行政争议实质性化解和出庭应诉。")])

    assert strengths(article, vocabulary) == {
        "法治化营商环境": "touched",
        "执行": "touched",
        "行政争议实质性化解": "touched",
        "行政机关负责人出庭应诉": "touched",
    }


def test_a_part_of_another_themes_sign_is_no_sign(vocabulary: Vocabulary):
    article = article_of([("para", PADDING), ("para", "组织开展行政审判行政复议同堂培训。")])

    assert "队伍建设" not in strengths(article, vocabulary)
    assert strengths(article, vocabulary)["以庭代训"] == "touched"


def test_every_place_of_evidence_is_given_in_order(vocabulary: Vocabulary):
    article = article_of([("para", "深化府院聯(lián)動，坚持府院联动。"), ("caption", "府院联动会议 摄")])
    (found,) = [found for found in recognise(article, vocabulary) if found.field == "theme"]

    assert [article.text[start:end] for start, end in found.places] == ["府院聯(lián)動", "府院联动"]
    assert (found.start, found.end) == found.places[0]
    assert found.quote == "府院聯(lián)動"


def test_the_vocabulary_alone_says_what_signals_a_theme():
    known = KnownTheme("数助决策", "以司法大数据辅助决策", "司法大数据")
    article = article_of([("para", "报送司法大数据报告3份，深化府院联动。")])

    assert strengths(article, Vocabulary(themes=(known,))) == {"数助决策": "topic"}

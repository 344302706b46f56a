"""plain: the article's own words in simplified characters, each still knowing where it stands."""

from reports.ingestion.recognise.plain import plain
from reports.simplified import simplified

from .conftest import article_of


def test_captions_bylines_and_notes_are_left_out():
    article = article_of(
        [
            ("title", "题"),
            ("byline", "记者某"),
            ("para", "正文"),
            ("caption", "图 2019年"),
            ("note", "附注"),
            ("para", "完"),
        ]
    )

    assert plain(article).text == "题\n正文\n完\n"


def test_traditional_characters_are_simplified_without_moving_anything():
    article = article_of([("para", "寶豐縣全面深化“府院聯(lián)動”工作")])
    words = plain(article)

    assert words.text == "宝丰县全面深化“府院联动”工作\n"
    at = words.text.index("联动")
    start, end = words.span(at, at + 2)
    assert article.text[start:end] == "聯(lián)動"


def test_white_space_inside_a_line_does_not_part_words():
    article = article_of([("para", "首行"), ("para", "2023 年，冬 不拉")])
    words = plain(article)

    assert words.text == "首行\n2023年，冬不拉\n"
    assert words.span(words.text.index("冬"), words.text.index("拉") + 1) == (10, 14)


def test_a_text_never_changes_its_length():
    text = "乾安縣後裏乾麵髮發𠮷①《》"

    assert len(simplified(text)) == len(text)

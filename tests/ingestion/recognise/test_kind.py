"""kind_of: what kind of document it is."""

import pytest

from reports.ingestion.recognise import recognise
from reports.ingestion.shapes import LineKind, Vocabulary

from .conftest import article_of


def kind(*lines: tuple[LineKind, str], neighbours: tuple[str, ...] = ()) -> str | None:
    (found,) = [f for f in recognise(article_of(lines, neighbours=neighbours), Vocabulary()) if f.field == "type"]
    return found.value


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("五大连池法院2023年法治政府建设年度报告", "年度报告"),
        ("东营区人民法院2023年度法治政府建设情况报告", "年度报告"),
        ("法院2022年法治政府工作总结", "工作总结"),
        ("东莞市中级人民法院工作报告", "工作报告"),
        ("翠屏区法院工作报告连续六年获全票通过", "新闻报道"),
        ("2022年度行政审判白皮书", "白皮书"),
        ("黑山县人民法院首次发布行政审判白皮书", "新闻报道"),
        ("2022年2月份审判质效考核指标情况通报", "其他"),
        ("遵义中院通报破产审判工作情况", "新闻报道"),
        ("知识产权司法保护状况（2020—2022年）", "白皮书"),
        ("2023年度述法报告", "年度报告"),
        ("2023年“谁执法谁普法”履职报告", "工作总结"),
    ],
)
def test_a_title_says_what_a_document_is(title: str, value: str):
    assert kind(("title", title), ("para", "全院认真履职。")) == value


def test_a_signed_article_is_news():
    assert (
        kind(("title", "砥砺耕耘结硕果"), ("byline", "本报通讯员 某某"), ("para", "该院扎实开展工作。")) == "新闻报道"
    )


def test_an_article_among_others_on_a_page_is_news():
    assert kind(("para", "宁江区人民法院立足司法审判职能。"), neighbours=("扶余市人民法院",)) == "新闻报道"


def test_a_date_and_a_short_sentence_make_no_news():
    lines: list[tuple[LineKind, str]] = [
        ("title", "关于有关事项的函"),
        ("para", "本院依法履行审判职责。"),
        ("caption", "干警认真履职。"),
        ("byline", "2024年1月5日"),
    ]

    assert kind(*lines) == "工作报告"


def test_who_is_addressed_tells_a_report_to_a_congress():
    assert kind(("title", "遂昌县人民法院"), ("para", "各位代表："), ("para", "2023年收案6121件。")) == "工作报告"


def test_what_gives_no_sign_is_other():
    assert kind(("para", "序号")) == "其他"

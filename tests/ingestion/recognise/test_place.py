"""courts_of: which court wrote an article; "not stated" where it does not say."""

import json
from pathlib import Path

import pytest

from reports.ingestion.pipeline import reading_of
from reports.ingestion.recognise import recognise
from reports.ingestion.shapes import Article, Found, Upload, Vocabulary

from .conftest import article_of

SAMPLES = Path(__file__).parents[3] / "seeds" / "samples"


def courts(article: Article, vocabulary: Vocabulary) -> list[Found]:
    return [found for found in recognise(article, vocabulary) if found.field == "court"]


def said(vocabulary: Vocabulary, *paragraphs: str, title: str = "", neighbours: tuple[str, ...] = ()) -> Found:
    """The one claim about the court of an article made of these words."""
    lines = [("title", title)] if title else []
    (claim, *suggested) = courts(
        article_of([*lines, *(("para", words) for words in paragraphs)], neighbours=neighbours), vocabulary
    )
    assert not claim.suggestion
    assert all(found.suggestion for found in suggested)
    return claim


def test_every_court_in_the_list_is_known_by_its_name_in_a_title(vocabulary: Vocabulary):
    opening = "2023年以来，在上级法院的指导下，我院认真履行职责。"

    missed = [
        court.name
        for court in vocabulary.courts
        if said(vocabulary, opening, title=f"{court.name}2023年度法治政府建设情况报告").value != court.name
    ]

    assert missed == []


@pytest.mark.parametrize(
    ("words", "court", "basis"),
    [
        ("2023年，额尔古纳市法院共受理各类案件3299件。", "额尔古纳市人民法院", "stated"),
        ("近日，四川省宜宾市翠屏区法院召开会议。", "宜宾市翠屏区人民法院", "stated"),
        ("2023年，前郭法院会同前郭县检察院发布办法。", "前郭尔罗斯蒙古族自治县人民法院", "stated"),
        ("2023年，吉林省长春市朝阳区法院受理案件1万件。", "长春市朝阳区人民法院", "stated"),
        ("2023年，长春朝阳法院受理案件1万件。", "长春市朝阳区人民法院", "stated"),
        ("2023年，朝阳区人民法院受理案件1万件，居长春市各基层法院首位。", "长春市朝阳区人民法院", "inferred"),
        ("2023年，寶豐法院受理案件7787件，審執(zhí)結(jié)7424件。", "宝丰县人民法院", "stated"),
        ("市中级人民法院发布报告。2015年南阳全市法院新收案件1120件。", "南阳市中级人民法院", "inferred"),
        ("臨潁縣“府院聯(lián)動”第二次聯(lián)席會議在縣人民法院召開。", "临颍县人民法院", "inferred"),
        ("蓬溪县人大会议全票通过法院工作报告。2015年受理案件3772件。", "蓬溪县人民法院", "inferred"),
        ("2024年甘肃全省法院受理案件62万件。省法院受理1.91万件。", "甘肃省高级人民法院", "inferred"),
    ],
)
def test_short_names_and_places_lead_to_the_court(vocabulary: Vocabulary, words: str, court: str, basis: str):
    claim = said(vocabulary, words)

    assert (claim.value, claim.basis) == (court, basis)


@pytest.mark.parametrize(
    "words",
    [
        "2023年，朝阳区人民法院受理案件1万件。",
        "2019年，自治区高院受理11585件，审执结10692件。",
        "2022年我院受理案件4913件，为长宁经济社会高质量发展提供司法保障。",
        "大力推进平安法院建设，弘扬互助精神。",
        "疏勒县人民法院案件下降；尼勒克县人民法院设立调解室，福海县人民法院推出调解法。",
        "2022年，全市共受理行政诉讼案件1372件。",
    ],
)
def test_what_cannot_be_decided_stays_unknown(vocabulary: Vocabulary, words: str):
    claim = said(vocabulary, words)

    assert (claim.value, claim.sure) == (None, 0.0)


@pytest.mark.parametrize("office", ["临颍县人民政府", "临颍县司法局", "中共临颍县委员会全面依法治县委员会办公室"])
def test_the_report_of_an_office_is_no_court_s(vocabulary: Vocabulary, office: str):
    words = "临颍县“府院联动”第二次联席会议在县人民法院召开。"

    assert said(vocabulary, words, title=f"{office}2023年法治政府建设年度报告").value is None
    assert said(vocabulary, words, title="2023年府院联动工作情况").value == "临颍县人民法院"


def test_a_report_to_a_standing_committee_may_be_a_court_s(vocabulary: Vocabulary):
    words = "临颍县“府院联动”第二次联席会议在县人民法院召开。"
    title = "2023年审判工作情况的报告——在县人民代表大会常务委员会第八次会议上"

    assert said(vocabulary, words, title=title).value == "临颍县人民法院"


def test_a_name_that_several_courts_share_suggests_each_of_them(vocabulary: Vocabulary):
    (claim, *suggested) = courts(article_of([("para", "2023年，通州区人民法院受理案件1万件。")]), vocabulary)

    assert (claim.value, claim.quote) == (None, "通州区人民法院")
    assert {(found.value, found.sure) for found in suggested} == {
        ("北京市通州区人民法院", 0.25),
        ("南通市通州区人民法院", 0.25),
    }


def test_the_courts_on_the_same_page_decide_between_courts_of_one_name(vocabulary: Vocabulary):
    claim = said(
        vocabulary,
        "朝阳区人民法院立足司法审判职能，始终坚持能动司法。",
        neighbours=("长春市中级人民法院", "榆树市人民法院"),
    )

    assert (claim.value, claim.basis) == ("长春市朝阳区人民法院", "inferred")
    assert claim.sure < 0.9


def test_a_court_that_leads_praises_or_orders_is_not_the_author(vocabulary: Vocabulary):
    claim = said(
        vocabulary,
        "2023年以来，在黑河市中级人民法院的指导下，五大连池市人民法院认真履职，获黑龙江省高级人民法院肯定。",
    )

    assert claim.value == "五大连池市人民法院"
    assert claim.sure >= 0.9


def test_a_head_in_full_wins_over_every_name_below_it(vocabulary: Vocabulary):
    article = article_of(
        [
            ("court", "集安市人民法院:"),
            ("title", "凝聚合力"),
            ("para", "近年来，扶余市人民法院深入推进府院联动，扶余市人民法院持续发力。"),
            ("para", "扶余市人民法院受理案件。扶余市人民法院审结案件。扶余市人民法院结案。"),
        ]
    )

    assert courts(article, vocabulary)[0].value == "集安市人民法院"


def test_captions_bylines_and_notes_name_no_court(vocabulary: Vocabulary):
    article = article_of(
        [
            ("byline", "额尔古纳市人民法院 王某"),
            ("para", "2023年，共受理各类案件3299件。"),
            ("caption", "扶余市人民法院召开会议。某某 摄"),
            ("note", "来源：黑河市中级人民法院"),
        ]
    )

    assert [(found.value, found.quote) for found in courts(article, vocabulary)] == [(None, None)]


@pytest.mark.parametrize(
    "name",
    ["新疆生产建设兵团第七师中级人民法院", "乌鲁木齐铁路运输法院", "奎屯垦区人民法院", "甘肃矿区人民法院"],
)
def test_a_court_that_is_not_listed_keeps_its_name_as_printed(vocabulary: Vocabulary, name: str):
    claim = said(vocabulary, "我院认真履职，审结案件3000件。", title=f"{name}2023年工作总结")

    assert (claim.value, claim.quote) == (None, name)


def test_a_renamed_court_is_quoted_by_its_new_name(vocabulary: Vocabulary):
    claim = said(
        vocabulary,
        "1984年恢复成立农七师中级人民法院，下辖奎屯垦区人民法院和车排子垦区人民法院。",
        "2012年更名为新疆生产建设兵团第七师中级人民法院，辖区5986平方公里。",
    )

    assert (claim.value, claim.quote) == (None, "新疆生产建设兵团第七师中级人民法院")


def test_new_headings_give_the_page_new_courts(vocabulary: Vocabulary):
    """The page of six courts with its headings from another prefecture; the texts below still name the old courts."""
    page = (SAMPLES / "004_3be44a34ce58c603.txt").read_text(encoding="utf-8")
    courts_of_another_place = {
        "松原市中级人民法院:": "通化市中级人民法院",
        "宁江区人民法院立足": "二道江区人民法院",
        "扶余市人民法院:": "集安市人民法院",
        "前郭尔罗斯蒙古族自治县人民法院:": "柳河县人民法院",
        "长岭县人民法院:": "辉南县人民法院",
        "乾安县人民法院:": "通化县人民法院",
    }
    for head, court in courts_of_another_place.items():
        assert page.count(head) == 1
        page = page.replace(head, court + head[head.index("法院") + 2 :])

    drafts = reading_of(Upload("page.txt", page.encode()), vocabulary).drafts

    claimed = [next(found.value for found in draft.found if found.field == "court") for draft in drafts]
    assert claimed == [
        "通化市中级人民法院",
        "通化市二道江区人民法院",
        "集安市人民法院",
        "柳河县人民法院",
        "辉南县人民法院",
        "通化县人民法院",
    ]


def test_every_quote_is_what_stands_at_its_place(vocabulary: Vocabulary):
    text = json.dumps({"縣": "寶豐縣人大（四）會議通過縣法院工作報告。2023年 寶豐 法院受理案件"}, ensure_ascii=False)
    article = article_of([("title", text), ("para", "額爾古納市人民法院和達拉特旗法院在呼倫貝爾市中級人民法院開會。")])

    for found in courts(article, vocabulary):
        assert article.text[found.start : found.end] == found.quote

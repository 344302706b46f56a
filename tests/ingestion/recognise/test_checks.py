"""checks_of: figures that should agree, and whether they do. Nothing is accused where the words leave a doubt."""

import pytest

from reports.ingestion.recognise import checks_of, figures_of
from reports.ingestion.shapes import Check, Vocabulary

from .conftest import article_of


def checks(vocabulary: Vocabulary, *paragraphs: str) -> list[Check]:
    article = article_of([("para", words) for words in paragraphs])
    return list(checks_of(figures_of(article, vocabulary), article, vocabulary))


@pytest.mark.parametrize(
    ("text", "kind", "verdict", "arithmetic"),
    [
        ("新收诉前调解案件774件，调解成功736件，调解成功率89.96%。", "ratio", "fails", "736 ÷ 774 = 95.09%"),
        ("新收诉前调解案件774件，在线调解644件，在线调解占比83.20%。", "ratio", "holds", "644 ÷ 774 = 83.20%"),
        ("受理案件82976件，审执结82461件，结案率99.37%。", "ratio", "rounding", "82461 ÷ 82976 = 99.38%"),
        ("受理案件75万件，审执结69.2万件，结案率92.2%。", "ratio", "rounding", "692000 ÷ 750000 = 92.27%"),
        ("受理案件3772件，审执结3577件，结案率95%。", "ratio", "holds", "3577 ÷ 3772 = 94.83%"),
        ("新收5621件，旧存412件，已结5318件，结案率88.15%。", "ratio", "holds", "5318 ÷ (5621 + 412) = 88.15%"),
        ("受理案件1000件，审结800件，执结100件，结案率90.00%。", "ratio", "holds", "(800 + 100) ÷ 1000 = 90.00%"),
        ("败诉案件1874件，八类案件1532件，占败诉案件的81.75%。", "ratio", "holds", "1532 ÷ 1874 = 81.75%"),
        ("新收一审767件。文峰区新收152件，占近20%。", "ratio", "holds", "152 ÷ 767 = 19.82%"),
        ("结案166件，服判息诉率94.58%。", "impossible", "holds", "157 ÷ 166 = 94.58%"),
        ("新收诉前调解案件774件，诉前调解成功率89.95%。", "impossible", "fails", "696 ÷ 774 = 89.92%"),
        ("受理1372件，与2021年同期1364件相比增加8件。", "change", "holds", "1372 − 1364 = 8"),
        ("新收一审767件，较同期867件下降11.54%。", "change", "holds", "(867 − 767) ÷ 867 = 11.53%"),
        ("新收一审682件，较同期708件下降27.71%。", "change", "fails", "(708 − 682) ÷ 708 = 3.67%"),
        ("新收一审682件，较同期708件增加26件。", "change", "fails", "682 − 708 = -26"),
        ("收案数由8432件下降至7615件，降幅9.69%。", "change", "holds", "(8432 − 7615) ÷ 8432 = 9.69%"),
        ("受理3881件；旧存1304件，新收2577件。", "sum", "holds", "1304 + 2577 = 3881"),
        ("受理案件3881件（旧存1304件，新收2576件）。", "sum", "fails", "1304 + 2576 = 3880"),
        ("审判类2313件。刑事139件；民事2129件；行政44件。", "sum", "fails", "139 + 2129 + 44 = 2312"),
        ("共有干警584人，其中男444，女140人。", "sum", "holds", "444 + 140 = 584"),
        (
            "共化解274件，其中：镇里派单119件，成功55件；法庭派单118件，成功21件；群众派单37件，成功11件。",
            "sum",
            "holds",
            "119 + 118 + 37 = 274",
        ),
        ("法官46名，法官助理38名，书记员52名，共计136人。", "sum", "holds", "46 + 38 + 52 = 136"),
        ("开展“公众开放日”活动26次。目前开展公众开放日26次。", "repeat", "holds", "26 = 26"),
        ("全年接待来访群众1.2万人次。全年接待来访群众12345人次。", "repeat", "rounding", "12000 = 12345"),
        (
            "审结诉讼案件2320件，其中刑事139件、民事2129件、行政44件、赔偿8件。",
            "sum",
            "holds",
            "139 + 2129 + 44 + 8 = 2320",
        ),
        ("接待来访群众491人次。全年接待来访群众401人次。", "repeat", "fails", "491 = 401"),
        ("走访企业62家，其中国有企业23家、民营企业39家。", "sum", "holds", "23 + 39 = 62"),
        ("发出司法建议24份。其中，民事类11件、执行类8件，行政类5件。", "sum", "holds", "11 + 8 + 5 = 24"),
        ("审结行政案件258件，其中判决212件、裁定48件。", "sum", "fails", "212 + 48 = 260"),
        ("设立工作站47个，其中街道27个、社区15个、企业6个。", "sum", "fails", "27 + 15 + 6 = 48"),
        ("2021年受理187件，同比下降7.88%（2020年为203件）。", "change", "holds", "(203 − 187) ÷ 203 = 7.88%"),
        ("应当出庭的案件655件，实际出庭642件，占98.02%。", "ratio", "holds", "642 ÷ 655 = 98.02%"),
        ("近三年受理926件，2020年至2022年收案分别为236件、301件、389件。", "sum", "holds", "236 + 301 + 389 = 926"),
    ],
)
def test_figures_that_belong_together_are_compared(
    vocabulary: Vocabulary, text: str, kind: str, verdict: str, arithmetic: str
):
    (check,) = checks(vocabulary, text)

    assert (check.kind, check.verdict, check.arithmetic) == (kind, verdict, arithmetic)


@pytest.mark.parametrize(
    "text",
    [
        # Which counts the rate is made of is not said.
        "受理案件1000件，审结800件，执结90件，结案率93.00%。",
        "诉前调解案件2000余件，调解成功900件，调解成功率50.1%。",
        "新收案件1000件，审结800件，结案率85.00%。",
        "发改率1.2%，上诉率8.5%。",
        "结案1318件，服判息诉率94.60%。",
        "新收诉前调解案件774件，诉前调解成功率89.92%。",
        # One figure each, of different things or years.
        "2010年全市法院受理各类案件16994件。2011年全市法院受理各类案件17067件。",
        "刑事案件结案78件。民事案件结案80件。",
        "审结刑事案件20件；审结民事案件30件；审结行政案件10件。",
        "参加人数200余人次。参与人数约200人次。",
        # Parts that are not all.
        "受理案件1000件，其中刑事案件100件、民事案件300件。",
        "审结行政案件258件，其中判决112件、裁定48件。",
        # Parts that need not shut each other out.
        "受理案件90件，其中新收80件、审结75件。",
        "现有干警52人，其中党员23人、女干警18人、硕士15人。",
        # Not from one year to the next.
        "2022年受理398件，2023年受理449件，年均增长10.3%。",
        "受理449件，环比增长10.3%（2022年为398件）。",
        # A target is no result.
        "受理案件100件，审结90件，力争结案率达到98%。",
    ],
)
def test_where_the_words_leave_a_doubt_nothing_is_said(vocabulary: Vocabulary, text: str):
    assert checks(vocabulary, text) == []


def test_a_check_shows_its_figures_and_the_sentences_around_them(vocabulary: Vocabulary):
    text = "前言。新收一审767件。文峰区新收152件，占近20%。结语。"
    (check,) = checks(vocabulary, text)

    assert check.figures == (2, 1, 0)
    assert (str(check.stated), str(check.computed)) == ("20", "19.82")
    assert text[check.start : check.end] == "新收一审767件。文峰区新收152件，占近20%。"


def test_figures_of_two_paragraphs_are_only_compared_where_one_thing_is_said_twice(vocabulary: Vocabulary):
    assert checks(vocabulary, "受理案件3299件。", "审执结3226件，结案率97.79%。") == []
    assert [check.kind for check in checks(vocabulary, "开展公众开放日26次。", "开展公众开放日26次。")] == ["repeat"]


def test_a_total_of_nothing_is_never_divided_by(vocabulary: Vocabulary):
    assert checks(vocabulary, "受理案件0件，结案0件，结案率100%。") == []


def test_the_most_uneven_figures_are_still_compared(vocabulary: Vocabulary):
    (change,) = checks(vocabulary, "受理案件9千万亿件，比同期0.000001件增长5.000001%。")

    assert (change.verdict, round(change.computed, -20)) == ("fails", 9 * 10**23)

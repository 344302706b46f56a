"""A reading as `recognise --json` prints it."""

from decimal import Decimal

from reports.ingestion.describe import described, described_year
from reports.ingestion.shapes import (
    Article,
    Check,
    Draft,
    Figure,
    Found,
    KnownCourt,
    Line,
    Reading,
    Section,
    Vocabulary,
)

TEXT = "甲县人民法院2023年工作总结\n一是推进诉源治理。成效明显。"
ARTICLE = Article(
    number=1,
    title="甲县人民法院2023年工作总结",
    text=TEXT,
    lines=(Line("title", 0, 15), Line("para", 16, 30)),
    sections=(Section("heading", 3, "一是推进诉源治理", 16, 30), Section("byline", None, "张三", 16, 18)),
    pages=((0, 1),),
    notices=("篇内提示。",),
)
VOCABULARY = Vocabulary(courts=(KnownCourt("某市甲县人民法院", "基层", "普通", "999999"),))


def test_every_part_of_a_reading_has_its_place():
    found = (
        Found("court", "某市甲县人民法院", 0.97, "甲县人民法院", 0, 6),
        Found("court", "他市甲县人民法院", 0.2, suggestion=True),
        Found("year", "2023", 0.98, "2023年", 6, 11),
        Found("type", "工作总结", 0.9),
        Found("theme", "诉源治理", 0.8, detail="topic", places=((20, 24),)),
    )
    reading = Reading(kind="txt", drafts=(Draft(ARTICLE, found),), notices=("全文提示。",))

    assert described("报告.txt", reading, VOCABULARY) == {
        "file": "报告.txt",
        "articles": [
            {
                "title": "甲县人民法院2023年工作总结",
                "text": TEXT,
                "court": {
                    "name": "某市甲县人民法院",
                    "sure": 0.97,
                    "quote": "甲县人民法院",
                    "basis": "stated",
                    "alternatives": [{"name": "他市甲县人民法院", "sure": 0.2}],
                },
                "region": "999999",
                "year": {"value": 2023, "from": None, "to": None, "sure": 0.98, "quote": "2023年", "basis": "stated"},
                "type": {"value": "工作总结", "sure": 0.9},
                "themes": [{"name": "诉源治理", "strength": "topic", "quotes": [{"start": 20, "end": 24}]}],
                "sections": [
                    {
                        "level": 3,
                        "kind": "heading",
                        "heading": "一是推进诉源治理",
                        "start": 16,
                        "end": 30,
                        "part": None,
                    },
                    {"level": None, "kind": "byline", "heading": "张三", "start": 16, "end": 18, "part": None},
                ],
                "figures": [],
                "checks": [],
                "notices": ["全文提示。", "篇内提示。"],
            }
        ],
    }


def test_what_is_unknown_is_null():
    found = (Found("court", None, 0.0, "XX人民法院", 0, 6), Found("year", None, 0.0))
    (article,) = described("报告.txt", Reading(drafts=(Draft(ARTICLE, found),)), VOCABULARY)["articles"]

    assert (article["court"]["name"], article["court"]["quote"], article["region"]) == (None, "XX人民法院", None)
    assert (article["year"]["value"], article["type"]["value"]) == (None, None)


def test_figures_and_checks_are_told_in_plain_words():
    figure = Figure(
        "诉前调解成功率",
        "调解成功率同比下降",
        Decimal("83.20"),
        "%",
        Decimal("0.01"),
        "约",
        "下降",
        "同比",
        "result",
        16,
        25,
        18,
        20,
        0.75,
    )
    check = Check(
        "ratio", "fails", Decimal("89.96"), Decimal("95.09"), "736 ÷ 774 = 95.09%", (2, 1, 0), start=16, end=25
    )
    reading = Reading(drafts=(Draft(ARTICLE, (), (figure,), (check,)),))
    (article,) = described("报告.txt", reading, VOCABULARY)["articles"]

    assert article["figures"] == [
        {
            "indicator": "诉前调解成功率",
            "label": "调解成功率同比下降",
            "value": "83.20",
            "unit": "%",
            "qualifier": "下降约",
            "sentence": "一是推进诉源治理。",
            "start": 16,
            "end": 25,
            "sure": 0.75,
            "scope": "result",
        }
    ]
    assert article["checks"] == [
        {
            "kind": "ratio",
            "verdict": "fails",
            "stated": "89.96",
            "computed": "95.09",
            "figures": [2, 1, 0],
            "start": 16,
            "end": 25,
        }
    ]


def test_a_span_of_years_has_two_ends_and_no_value():
    year = described_year(Found("year", "2017-2021", 0.9, "2017年至2021年"))

    assert (year["value"], year["from"], year["to"]) == (None, 2017, 2021)

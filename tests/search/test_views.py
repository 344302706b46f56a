"""The search page and its JSON, over a real index."""

import json
import re
import shutil

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reports.models import Claim, Court, CourtLevel, Field, Report, ReportText, Status, Theme
from search import outbox
from search.query import fold
from search.views import AWAY
from tests.factories import make_report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _index(index):
    """Every test has an index with the ten samples."""


def answer(client, **params) -> dict:
    return client.get("/search/", {**params, "format": "json"}).json()


def page(client, **params) -> str:
    """The page's words, without its marks and tags."""
    html = client.get("/search/", params).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))


def public(**fields) -> Report:
    report = make_report(**fields)
    outbox.drain()
    return report


# ---- JSON
def test_json_tells_everything_about_a_report(client):
    court = Court.objects.get(name="长岭县人民法院")
    report = public(
        title="紫雾岛专项报告",
        text="一、概况\n本院上年设立紫雾岛巡回法庭，办案12件。\n（一）成效\n紫雾岛群众满意。",
        court=court,
        year=2019,
        themes=("诉源治理",),
    )

    found = answer(client, q="“紫雾岛巡回法庭”")

    (result,) = found.pop("results")
    score = result.pop("score")
    assert score > 0
    text = "一、概况\n本院上年设立紫雾岛巡回法庭，办案12件。\n（一）成效\n紫雾岛群众满意。"
    start = len("紫雾岛专项报告\n一、概况\n")
    shown = text.split("\n")[1]
    assert result == {
        "id": report.pk,
        "title": "紫雾岛专项报告",
        "url": f"/reports/{report.pk}/",
        "court": "长岭县人民法院",
        "court_id": court.pk,
        "region": "220722",
        "level": "基层",
        "year": 2019,
        "type": "年度报告",
        "themes": ["诉源治理"],
        "scan_sure": None,
        "snippets": [
            {
                "text": shown,
                "start": start,
                "end": start + len(shown),
                "marks": [[6, 13]],
                "url": f"/reports/{report.pk}/v1/#p1",
            }
        ],
    }
    assert found == {
        "count": 1,
        "page": 1,
        "pages": 1,
        "facets": {
            "region": [
                {"value": "220000", "label": "吉林", "count": 1, "selected": False, "parent": None},
                {"value": "220700", "label": "松原市", "count": 1, "selected": False, "parent": "220000"},
                {"value": "220722", "label": "长岭县", "count": 1, "selected": False, "parent": "220700"},
            ],
            "court": [{"value": str(court.pk), "label": "长岭县人民法院", "count": 1, "selected": False}],
            "year": [{"value": "2019", "label": "2019年", "count": 1, "selected": False}],
            "theme": [{"value": "诉源治理", "label": "诉源治理", "count": 1, "selected": False}],
            "level": [{"value": "基层", "label": "基层", "count": 1, "selected": False}],
            "type": [{"value": "年度报告", "label": "年度报告", "count": 1, "selected": False}],
            "part": [{"value": "举措和成效", "label": "举措和成效", "count": 1, "selected": False}],
        },
        "notices": [],
        "did_you_mean": None,
    }


def test_what_is_unknown_is_null(client):
    public(title="无名报告", text="紫雾岛巡回法庭办案12件。")

    (result,) = answer(client, q="紫雾岛巡回法庭")["results"]

    assert [result[key] for key in ("court", "court_id", "region", "level", "year")] == [None] * 5


@pytest.mark.parametrize(
    "words", ["诉源治理", "1+1＞2", "府院联动", "综合治理类司法建议书7份", "年度优秀司法建议", "。全", "的", "Ｎ"]
)
def test_marks_hold_the_quoted_words_and_places_are_those_of_the_text(client, words):
    found = answer(client, q=f"“{words}”")

    assert found["results"]
    for result in found["results"]:
        text = ReportText.objects.get(report=result["id"], is_current=True).text
        for snippet in result["snippets"]:
            assert text[snippet["start"] : snippet["end"]] == snippet["text"]
            assert {fold(snippet["text"][start:end]) for start, end in snippet["marks"]} == {fold(words)}


def test_a_quotation_across_a_line_end_is_marked_and_leads_to_its_first_line(client):
    report = public(title="甲", text="紫雾岛第一段，到此为止\n紫雾岛第二段，由此开始")

    (result,) = answer(client, q="“到此为止紫雾岛第二段”")["results"]

    (snippet,) = result["snippets"]
    assert snippet["text"] == "紫雾岛第一段，到此为止\n紫雾岛第二段，由此开始"
    assert snippet["marks"] == [[7, 18]]
    assert snippet["url"] == f"/reports/{report.pk}/v1/#p1"


def test_a_match_in_a_heading_leads_to_its_line(client):
    report = public(title="甲", text="前言。\n一、紫雾岛工作\n本院设立巡回法庭。")

    (result,) = answer(client, q="紫雾岛工作")["results"]

    assert [snippet["url"] for snippet in result["snippets"]] == [f"/reports/{report.pk}/v1/#l3"]


def test_a_hit_by_its_court_alone_shows_its_first_paragraph(client):
    report = public(title="甲报告", text="本院上年办案12件。", court="长岭县人民法院", year=1999)

    (result,) = answer(client, q="法院:长岭", year="1999")["results"]

    assert result["snippets"] == [
        {"text": "本院上年办案12件。", "start": 4, "end": 14, "marks": [], "url": f"/reports/{report.pk}/v1/#p1"}
    ]


def test_words_typed_in_traditional_characters_are_marked(client):
    public(title="甲", text="紫雾岛巡回法庭办案12件。")

    (result,) = answer(client, q="“紫霧島巡迴法庭”")["results"]

    assert result["snippets"][0]["marks"] == [[0, 7]]


# ---- what is not public
def test_nothing_that_is_not_public_is_found_counted_or_suggested(client):
    before = answer(client)
    court = Court.objects.create(name="紫雾岛人民法院", level=CourtLevel.BASIC)
    make_report(title="草稿甲紫雾", text="紫雾岛草稿", court=court, year=1981, status=Status.DRAFT)
    make_report(text="紫雾岛撤回", year=1982, status=Status.WITHDRAWN, withdrawn_reason="重复")
    shown = make_report(title="公开的报告", text="本院办案12件。", year=2019)
    text = shown.texts.get(is_current=True)
    common = {"report": shown, "text": text, "sure": 0.5}
    Claim.objects.create(
        field=Field.TITLE, value="紫雾岛题目", decision="rejected", decided_at=timezone.now(), **common
    )
    Claim.objects.create(field=Field.COURT, value=str(court.pk), quote="紫雾岛", suggestion=True, **common)
    outbox.drain()

    after = answer(client)

    assert answer(client, q="紫雾岛", mode="exact")["count"] == 0
    assert answer(client, q="“紫雾岛”")["count"] == 0
    assert after["count"] == before["count"] + 1
    assert not {"1981", "1982"} & {value["value"] for value in after["facets"]["year"]}
    assert "紫雾" not in json.dumps(after, ensure_ascii=False)
    assert client.get("/suggest/", {"q": "紫雾"}).json() == []
    assert "紫雾" not in page(client)


def test_a_report_withdrawn_since_it_was_indexed_is_not_shown(client):
    report = public(title="甲", text="紫雾岛巡回法庭。")
    Report.objects.filter(pk=report.pk).update(status=Status.WITHDRAWN, withdrawn_reason="重复")

    assert answer(client, q="紫雾岛巡回法庭")["results"] == []


# ---- the page
@pytest.mark.parametrize("form", ["", "json"])
def test_one_hit_and_three_cost_the_same_queries(client, form):
    public(title="甲", text="紫雾岛。独一份的话。", court="长岭县人民法院", year=2019, themes=("诉源治理",))
    public(title="乙", text="紫雾岛。", court="乾安县人民法院", year=2020, themes=("诉源治理", "司法建议"))
    public(title="丙", text="紫雾岛。", court="东营市东营区人民法院", year=2021)

    def queries(q: str) -> int:
        client.get("/search/", {"q": q, "format": form})
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get("/search/", {"q": q, "format": form})
        return len(captured)

    assert answer(client, q="“独一份的话”")["count"] == 1
    assert answer(client, q="“紫雾岛”")["count"] == 3
    assert queries("“独一份的话”") == queries("“紫雾岛”")


def test_the_page_shows_what_was_found_and_where(client):
    public(
        title="紫雾岛专项报告", text="本院设立紫雾岛巡回法庭。", court="长岭县人民法院", year=2019, themes=("诉源治理",)
    )

    html = client.get("/search/", {"q": "“紫雾岛巡回法庭”"}).content.decode()

    assert '<h2 class="count" id="count" aria-live="polite">1 篇报告</h2>' in html
    assert "本院设立<mark>紫雾岛巡回法庭</mark>。" in html
    assert (
        '<p class="meta"><span>长岭县人民法院</span><span>吉林 松原</span><span>基层</span><span>2019年度</span>'
        "<span>年度报告</span></p>"
    ) in html


def test_a_report_without_a_title_is_called_by_its_court(client):
    report = public(title="", text="本院设立紫雾岛巡回法庭。", court="长岭县人民法院")

    html = client.get("/search/", {"q": "“紫雾岛巡回法庭”"}).content.decode()

    assert f'<h3><a href="/reports/{report.pk}/">长岭县人民法院（原文无题）</a></h3>' in html


def test_words_are_escaped(client):
    html = client.get("/search/", {"q": "<script>alert(1)</script>", "within": "<b>x"}).content.decode()

    assert "<script>alert" not in html
    assert "<b>x" not in html


def test_what_is_known_of_a_report_is_escaped(client):
    odd = "<i>\"'&"
    court = Court.objects.get(name="长岭县人民法院")
    court.name = f"{odd}法院"
    court.region.name = court.region.short_name = f"{odd}县"
    theme = Theme.objects.create(name=f"{odd}主题")
    court.save()
    court.region.save()
    public(title=f"{odd}报告", text=f"紫雾岛{odd}。", court=court, themes=(theme.name,))

    html = client.get("/search/", {"q": f'"紫雾岛{odd[:3]}"', "court": court.pk, "theme": theme.name}).content.decode()

    escaped = "&lt;i&gt;&quot;&#x27;&amp;"
    for shown in (f"{odd}法院", f"{odd}县", f"{odd}主题", f"{odd}报告", odd):
        assert shown not in html
    assert f"<span>{escaped}法院</span>" in html
    assert f">{escaped}主题</a>" in html
    assert f'value="{escaped}主题" checked' in html
    assert "<mark>紫雾岛&lt;i&gt;</mark>&quot;&#x27;&amp;。" in html
    assert f">{escaped}县<span" in html


def test_reports_with_only_some_of_the_words_are_listed_apart(client):
    public(title="甲", text="紫雾岛、青石湾、白沙洲都有。")
    public(title="乙", text="只有紫雾岛和青石湾。")

    html = page(client, q="紫雾岛 青石湾 白沙洲")

    assert "各词都出现的有 1 篇，列在前面；另列出只含其中部分词语的 1 篇。只看各词都有的" in html
    assert "以下报告只含其中部分词语" in html
    assert "缺“白沙洲”" in html


def test_a_chosen_filter_is_a_chip_and_a_ticked_box(client):
    html = client.get("/search/", {"region": "220700", "type": "新闻报道"}).content.decode()

    assert re.findall(r'aria-label="(移除 [^"]*)"', html) == ["移除 地区：松原市", "移除 类型：新闻报道"]
    assert re.findall(r'name="(\w+)" value="(\w+)" checked', html) == [
        ("mode", "fuzzy"),
        ("region", "220700"),
        ("type", "新闻报道"),
    ]


def test_words_within_the_results_hold_too(client):
    public(title="甲", text="紫雾岛和青石湾。")
    public(title="乙", text="紫雾岛和白沙洲。")

    assert [result["title"] for result in answer(client, q="紫雾岛", within="青石湾")["results"]] == ["甲"]


def test_nothing_found_names_the_conditions_and_offers_to_give_one_up(client):
    public(title="甲", text="紫雾岛和青石湾。", year=2019)

    html = page(client, q="“紫雾岛” 青石湾", mode="exact", year="2018")

    assert "没有同时符合的报告" in html
    assert "条件：“紫雾岛”（原样）、“青石湾”（原样）、2018年。放宽其中一项，可得：" in html
    assert html.partition("可得：")[2].split()[:3] == ["不限年度", "1", "篇"]


def test_a_word_that_finds_nothing_is_respelt_when_that_finds_something(client):
    assert answer(client, q="诉原治理")["did_you_mean"] == "诉源治理"
    assert "您要找的是不是：诉源治理" in page(client, q="诉原治理", mode="exact")
    assert answer(client, q="诉原治理", mode="exact", year="1990")["did_you_mean"] is None


def test_a_page_past_the_end_is_empty_and_says_so(client):
    assert answer(client, page=99)["results"] == []
    assert "没有第 99 页：共 1 页。" in page(client, page=99)


def test_many_hits_are_turned_through_twenty_at_a_time(client):
    for number in range(1, 42):
        make_report(title=f"第{number}号", text="紫雾岛。")
    outbox.drain()

    pages = [answer(client, q="“紫雾岛”", page=number) for number in (1, 2, 3)]

    assert [len(one["results"]) for one in pages] == [20, 20, 1]
    assert len({result["id"] for one in pages for result in one["results"]}) == 41
    html = client.get("/search/", {"q": "“紫雾岛”", "page": 2}).content.decode()
    assert re.findall(r'aria-label="第 (\d) 页"', html) == ["1", "3"]


# ---- bad input
@pytest.mark.parametrize(
    ("params", "notice"),
    [
        ({"page": "abc"}, "页码“abc”无法识别，已忽略。"),
        ({"year": "二〇二x"}, "年度“二〇二x”无法识别，已忽略。"),
        ({"region": "999999"}, "地区“999999”无法识别，已忽略。"),
        ({"court": "999999999999999"}, "法院“999999999999999”无法识别，已忽略。"),
        ({"sort": "random"}, "排序方式“random”无法识别，已忽略。"),
        ({"year_from": "2022", "year_to": "2019"}, "截止年早于起始年2022。请改为2022或更晚。"),
        ({"type": "小说"}, "类型“小说”无法识别，已忽略。"),
        ({"q": "诉源 OR"}, "“OR”前后缺少词语，已忽略。"),
    ],
)
def test_what_could_not_be_understood_is_named_on_the_page_and_in_the_json(client, params, notice):
    assert notice in answer(client, **params)["notices"]
    assert notice in page(client, **params)


@pytest.mark.parametrize(
    "query",
    [
        "q=%00&page=%00",
        "q=%FF%FE%ED%A0%80&region=%FF&theme=%ED%A0%80",
        "q=" + "%E4%BA%BA" * 10_000,
        "q=" + "+OR+".join(["%E6%B3%95%E9%99%A2"] * 1_000),
        "q=" + "%28" * 1_000,
        "q=%22&within=%22&within=%28",
        "court=" + "9" * 400 + "&page=" + "9" * 400 + "&year_from=99999&year_to=-1",
        "&".join(f"region={number:06}" for number in range(900)),
        "format=xml&mode=x&syn=x&sort=x",
        "q=*&q=?&q=a%2A%3F%5B",
    ],
)
def test_any_query_string_is_answered(client, query):
    assert client.get(f"/search/?{query}").status_code == 200
    assert client.get(f"/search/?{query}&format=json").status_code == 200
    assert client.get(f"/suggest/?{query}").status_code == 200


def test_years_in_the_wrong_order_are_a_fault_beside_the_field(client):
    html = client.get("/search/", {"year_from": 2022, "year_to": 2019}).content.decode()

    assert 'aria-invalid="true" aria-describedby="year_fault"' in html
    assert '<p class="err" id="year_fault">截止年早于起始年2022。请改为2022或更晚。</p>' in html


def test_without_an_index_the_page_and_the_json_say_so(client, index):
    shutil.rmtree(index)

    assert AWAY in page(client, q="诉源")
    assert answer(client, q="诉源")["notices"] == [AWAY]


def test_every_example_of_the_help_page_is_understood(client):
    html = client.get("/search/help/").content.decode()

    links = re.findall(r'href="(/search/\?q=[^"]+)"', html)
    assert len(links) == 11
    for link in links:
        assert client.get(f"{link}&format=json").json()["notices"] == []

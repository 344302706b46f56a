"""The result list as a file: the page's reports, all of them, in the page's order."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from reports.models import Report, Status
from search import export, outbox
from search.views import AWAY
from tests.factories import make_report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _index(index):
    """Every test has an index with the ten samples."""


def taken(client, **params) -> list[dict[str, str]]:
    """The rows of the CSV by column, the notes left out."""
    return [row for row in whole(client, **params) if not row["序号"].startswith("说明")]


def whole(client, **params) -> list[dict[str, str]]:
    data = client.get("/search/", {**params, "format": "csv"}).getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(data, newline="")))


def book(client, **params):
    return load_workbook(io.BytesIO(client.get("/search/", {**params, "format": "xlsx"}).getvalue()))


def public(**fields) -> Report:
    report = make_report(**fields)
    outbox.drain()
    return report


def many(number: int) -> None:
    for place in range(1, number + 1):
        make_report(title=f"第{place}号", text="紫雾岛。", year=2018 + place % 2, court="长岭县人民法院")
    outbox.drain()


def test_a_row_tells_what_is_known_of_the_report(client):
    report = public(
        title="紫雾岛专项报告", court="长岭县人民法院", year=2019, text="紫雾岛。", themes=("诉源治理", "司法建议")
    )
    Report.objects.filter(pk=report.pk).update(
        year_inferred=True, reviewed_at=timezone.now(), published_at="2024-02-29T16:30:00Z"
    )

    assert taken(client, q="“紫雾岛”") == [
        {
            "序号": "1",
            "标题": "紫雾岛专项报告",
            "法院": "长岭县人民法院",
            "层级": "基层",
            "省": "吉林省",
            "市": "松原市",
            "县": "长岭县",
            "区划代码": "220722",
            "年度": "2019",
            "年度说明": "推断",
            "类型": "年度报告",
            "主题": "诉源治理、司法建议",
            "核对": "人工核对",
            "文字来源": "",
            "公开日期": "2024-03-01",
            "缺少的词": "",
            "地址": f"http://testserver/reports/{report.pk}/",
        }
    ]


def test_what_is_unknown_is_called_so(client):
    public(title="", text="紫雾岛。")

    (row,) = taken(client, q="“紫雾岛”")

    assert {column: row[column] for column in ("标题", "法院", "层级", "省", "年度", "年度说明", "主题", "核对")} == {
        "标题": "法院不明（原文无题）",
        "法院": "法院不明",
        "层级": "",
        "省": "",
        "年度": "年度不明",
        "年度说明": "",
        "主题": "",
        "核对": "机器识别",
    }


@pytest.mark.parametrize(
    ("court", "places"),
    [
        ("北京市朝阳区人民法院", ("北京市", "", "朝阳区")),
        ("济源市人民法院", ("河南省", "", "济源市")),
        ("松原市中级人民法院", ("吉林省", "松原市", "")),
    ],
)
def test_a_level_that_does_not_exist_is_empty_and_none_moves_up(client, court, places):
    public(title="甲", text="紫雾岛。", court=court)

    (row,) = taken(client, q="“紫雾岛”")

    assert (row["省"], row["市"], row["县"]) == places


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest", "court"])
def test_all_hits_are_there_once_in_the_order_of_the_pages(client, sort):
    many(45)
    asked = {"q": "“紫雾岛”", "sort": sort}

    pages = [client.get("/search/", {**asked, "page": number, "format": "json"}).json() for number in (1, 2, 3)]

    shown = [f"http://testserver{result['url']}" for page in pages for result in page["results"]]
    assert len(shown) == 45
    assert [row["地址"] for row in taken(client, **asked, page=2)] == shown


def test_filters_and_earlier_words_hold(client):
    public(title="甲", text="紫雾岛和青石湾。", court="长岭县人民法院", year=2019)
    public(title="乙", text="紫雾岛和青石湾。", court="长岭县人民法院", year=2020)
    public(title="丙", text="紫雾岛。", court="长岭县人民法院", year=2019)

    rows = taken(client, q="紫雾岛", within="青石湾", region="220000", year="2019")

    assert [row["标题"] for row in rows] == ["甲"]


def test_reports_with_only_some_of_the_words_follow_with_what_they_lack(client):
    public(title="只有两个", text="只有紫雾岛和青石湾。")
    public(title="三个都有", text="紫雾岛、青石湾、白沙洲都有。")

    rows = taken(client, q="紫雾岛 青石湾 白沙洲")

    assert [(row["序号"], row["标题"], row["缺少的词"]) for row in rows] == [
        ("1", "三个都有", ""),
        ("2", "只有两个", "白沙洲"),
    ]


def test_a_list_that_is_too_long_is_cut_and_says_so_on_the_page_and_in_the_files(client, monkeypatch):
    many(25)
    monkeypatch.setattr(export, "MOST", 22)
    monkeypatch.setattr(export, "AT_ONCE", 10)
    said = "共 25 篇报告，表格只收前 22 篇。请缩小范围后分几次取。"

    rows = whole(client, q="“紫雾岛”")
    sheets = book(client, q="“紫雾岛”")

    assert [row["序号"] for row in rows] == [*map(str, range(1, 23)), f"说明：{said}"]
    assert [row[0] for row in sheets["结果"].values] == ["序号", *range(1, 23), f"说明：{said}"]
    assert ("说明", said) in sheets["说明"].values
    assert "表格只收前 22 篇" in client.get("/search/", {"q": "“紫雾岛”"}).content.decode()


def test_a_list_that_is_whole_says_nothing(client):
    assert not any(row["序号"].startswith("说明") for row in whole(client))
    assert "表格只收前" not in client.get("/search/").content.decode()


def test_what_could_not_be_understood_is_said_in_the_file(client):
    rows = whole(client, q="府院联动", year="二〇二三")

    assert rows[-1]["序号"] == "说明：年度“二〇二三”无法识别，已忽略。"


def test_the_workbook_says_which_question_it_answers(client):
    public(title="甲", text="紫雾岛。", court="长岭县人民法院", year=2019)

    about = dict(book(client, q="“紫雾岛”", region="220722", sort="newest", page=3)["说明"].values)

    assert about.pop("取回日期").date() == timezone.localdate()
    assert about == {
        "来源": "法治年报库",
        "检索词": "“紫雾岛”",
        "地区": "长岭县",
        "匹配方式": "模糊",
        "同义词": "并查",
        "排序": "年度新到旧",
        "报告篇数": 1,
        "检索地址": "http://testserver/search/?q=%E2%80%9C%E7%B4%AB%E9%9B%BE%E5%B2%9B%E2%80%9D&region=220722&sort=newest",
    }


def test_a_title_that_begins_like_a_formula_is_no_formula(client):
    public(title='=HYPERLINK("http://example.cn","点我")', text="紫雾岛。")

    assert taken(client, q="“紫雾岛”")[0]["标题"] == '\'=HYPERLINK("http://example.cn","点我")'
    assert book(client, q="“紫雾岛”")["结果"]["B2"].data_type == "s"


def test_nothing_that_is_not_public_is_taken_away(client):
    make_report(title="草稿", text="紫雾岛。", status=Status.DRAFT)
    gone = public(title="撤回", text="紫雾岛。")
    public(title="公开", text="紫雾岛。")
    Report.objects.filter(pk=gone.pk).update(status=Status.WITHDRAWN, withdrawn_reason="重复")

    assert [(row["序号"], row["标题"]) for row in taken(client, q="“紫雾岛”")] == [("1", "公开")]


def test_the_file_is_named_after_the_words(client):
    response = client.get("/search/", {"q": "“府院联动” -白皮书", "format": "xlsx"})

    name = (
        "%E6%B3%95%E6%B2%BB%E5%B9%B4%E6%8A%A5%E5%BA%93-%E5%BA%9C%E9%99%A2%E8%81%94%E5%8A%A8-%E7%99%BD%E7%9A%AE%E4%B9%A6"
    )
    assert response["Content-Disposition"] == (
        f"attachment; filename*=utf-8''{name}-{timezone.localdate():%Y%m%d}.xlsx"
    )


def test_many_rows_cost_as_many_queries_as_one(client):
    many(30)
    public(title="甲", text="独一份的话。", court="长岭县人民法院", year=2019, themes=("诉源治理",))

    def queries(q: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/search/", {"q": q, "format": "csv"}).getvalue()
        return len(captured)

    queries("“紫雾岛”")
    assert queries("“紫雾岛”") == queries("“独一份的话”")


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_only_the_head_can_be_asked_for(client, kind):
    response = client.head("/search/", {"q": "府院联动", "format": kind})

    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_without_an_index_there_is_a_sentence_and_no_file(client, index, kind):
    index.rename(index.with_name("gone"))

    response = client.get("/search/", {"q": "府院联动", "format": kind})

    assert response.status_code == 503
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert AWAY in response.content.decode()

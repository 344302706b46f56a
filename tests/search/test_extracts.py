"""Results of a part: its passages, readable in place, as a page, as JSON and as a table."""

import csv
import io
import re

import pytest

from reports.models import Report
from reports.parts import LACKING, PLANNED
from search import outbox
from search.extracts import AT_ONCE, FOLDED, cut
from tests.factories import make_report

LONG = "力量不足，办法不多。" * 300  # 3,000 characters
TEXT = f"一、主要成效\n成效显著。\n二、存在的不足\n（一）认识不足\n斑马不够。\n仍待加强。\n三、下一步打算\n{LONG}"


@pytest.mark.parametrize(
    ("words", "least", "stop"),
    [
        ("短。", 5, "短。"),
        ("一句。" * 80, 5, "一句。一句。"),
        ("一二三四五六\n" + "七" * 200, 5, "一二三四五六"),
        ("一" * 200, 5, "一" * 200),
    ],
)
def test_a_passage_is_cut_where_a_sentence_or_a_line_ends(words: str, least: int, stop: str):
    assert words[: cut(words, least)] == stop


@pytest.fixture
def report(index) -> Report:
    report = make_report(title="斑马报告", text=TEXT, court="济南市中级人民法院", year=2019)
    outbox.drain()
    return report


def html(client, **asked) -> str:
    return client.get("/search/", asked).content.decode()


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page))


@pytest.mark.django_db
def test_without_words_the_passage_is_read_in_place_with_a_link_to_its_first_line(client, report):
    page = html(client, part=LACKING, year=2019)

    assert f'<a href="/reports/{report.pk}/v1/#l4">第2—3段</a>' in page
    assert '<p class="words">二、存在的不足\n（一）认识不足\n斑马不够。\n仍待加强。</p>' in page
    assert "济南市中级人民法院" in page
    assert "2019年度" in page
    assert "成效显著" not in page
    assert '<details class="remainder"><summary class="more">接着读' not in page
    assert "<mark>" not in page


@pytest.mark.django_db
def test_a_long_passage_shows_its_first_words_folds_more_and_links_to_the_rest(client, report):
    page = html(client, part=PLANNED, year=2019)

    shown, folded = re.findall(r'<p class="words">(.*?)</p>', page, re.DOTALL)
    assert AT_ONCE <= len(shown) <= AT_ONCE + 10
    assert len(shown) + len(folded) >= AT_ONCE + FOLDED
    assert (shown + folded) in f"三、下一步打算\n{LONG}"
    assert shown.endswith("。")
    assert "到报告里读" in page


@pytest.mark.django_db
def test_with_words_the_lines_that_hold_them_are_shown_and_marked(client, report):
    page = html(client, q="斑马", part=LACKING)

    assert "<mark>斑马</mark>不够。" in page
    assert f'<a href="/reports/{report.pk}/v1/#p2">第2段</a>' in page
    assert f'<a href="/reports/{report.pk}/v1/#l4">第2—3段</a>' in page
    assert "只在所选部分的段落里找" in page
    assert "没有同时符合的报告" in html(client, q="斑马", part=PLANNED)


@pytest.mark.django_db
def test_the_chosen_part_is_a_chip_that_can_be_taken_away(client, report):
    page = html(client, q="斑马", part=LACKING)

    assert f'href="?q=%E6%96%91%E9%A9%AC" aria-label="移除 部分：{LACKING}"' in page


@pytest.mark.django_db
def test_a_part_that_does_not_exist_is_ignored_and_named(client, report):
    answer = client.get("/search/", {"part": ["第六部分", "unknown"], "format": "json"}).json()

    assert answer["notices"] == ["部分“unknown”无法识别，已忽略。", "部分“第六部分”无法识别，已忽略。"]
    assert answer["count"] == 11


@pytest.mark.django_db
def test_json_tells_whole_passages_on_the_ruler_of_the_text(client, report):
    (result,) = client.get("/search/", {"part": [LACKING, PLANNED], "year": 2019, "format": "json"}).json()["results"]

    text = report.text.text
    assert [passage["part"] for passage in result["passages"]] == [LACKING, PLANNED]
    assert all(text[one["start"] : one["end"]] == one["text"] for one in result["passages"])
    assert result["passages"][1]["text"] == f"三、下一步打算\n{LONG}"
    assert result["passages"][0]["url"] == f"/reports/{report.pk}/v1/#l4"
    assert result["snippets"] == []
    everything = client.get("/search/", {"year": 2019, "format": "json"}).json()["results"]
    assert "passages" not in everything[0]


@pytest.mark.django_db
def test_the_table_has_the_passages_as_a_column(client, report):
    def table(**asked) -> list[list[str]]:
        got = client.get("/search/", asked | {"format": "csv"})
        return list(csv.reader(io.StringIO(got.getvalue().decode("utf-8-sig"))))

    head, row = table(part=LACKING, year=2019)[:2]

    assert head[-1] == "段落"
    assert row[-1] == "二、存在的不足\n（一）认识不足\n斑马不够。\n仍待加强。"
    assert "段落" not in table(year=2019)[0]


@pytest.mark.django_db
def test_a_page_of_passages_costs_as_many_queries_for_many_reports_as_for_one(
    client, report, django_assert_max_num_queries
):
    client.get("/search/", {"part": LACKING})
    for _ in range(9):
        make_report(text="一、存在的不足\n角马不够。", year=2018)
    outbox.drain()
    with django_assert_max_num_queries(16):
        page = plain(html(client, part=LACKING, year=2018))
    assert page.count("角马不够") == 9

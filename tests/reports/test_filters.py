import pytest
from django.http import QueryDict

from reports.browsing.filters import ReportFilter
from reports.models import Report
from tests.factories import make_report

pytestmark = pytest.mark.django_db


def asked(query: str) -> ReportFilter:
    return ReportFilter(QueryDict(query), Report.objects.filter(title__startswith="滤"))


def found(query: str) -> list[str]:
    return [report.title for report in asked(query).qs]


@pytest.fixture(autouse=True)
def _reports(db):
    make_report(title="滤甲100%", court="长岭县人民法院", year=1999, themes=("执行", "司法救助"))
    make_report(title="滤乙", court="松原市中级人民法院", year=1998, type="工作总结", themes=("执行",))
    make_report(title="滤丙", year=None, type="新闻报道")


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["滤丙", "滤乙", "滤甲100%"]),
        ("sort=added", ["滤丙", "滤乙", "滤甲100%"]),
        ("sort=newest", ["滤甲100%", "滤乙", "滤丙"]),
        ("sort=oldest", ["滤乙", "滤甲100%", "滤丙"]),
        ("sort=newest&year=", ["滤甲100%", "滤乙", "滤丙"]),
        ("region=220000&sort=oldest", ["滤乙", "滤甲100%"]),
        ("region=220722", ["滤甲100%"]),
        ("region=370000", []),
        ("year=1999", ["滤甲100%"]),
        ("year=unknown", ["滤丙"]),
        ("year=1949", []),
        ("theme=执行&sort=newest", ["滤甲100%", "滤乙"]),
        ("theme=司法救助", ["滤甲100%"]),
        ("level=中级", ["滤乙"]),
        ("type=新闻报道", ["滤丙"]),
        ("title=%25", ["滤甲100%"]),
        ("title=_", []),
    ],
)
def test_each_condition_narrows_the_list(query, titles):
    assert found(query) == titles


def test_conditions_are_shown_in_words_with_the_address_without_each():
    rows = asked("region=220700&year=unknown&page=3&sort=court").chosen

    assert [(row.label, row.words, row.without) for row in rows] == [
        ("地区", "松原市", "?year=unknown&sort=court"),
        ("年度", "年度不明", "?region=220700&sort=court"),
    ]


def test_a_code_that_a_region_once_had_stands_for_the_region_of_today():
    filter = asked("region=222321")  # 扶余县 in 1986, a city in 1987, part of 松原 since 1992

    assert [(row.words, row.without) for row in filter.chosen] == [("宁江区", "?")]
    assert filter.notices == []
    assert asked("region=999999").notices == [("地区", "999999")]


def test_a_bad_value_is_named_and_the_others_are_used():
    filter = asked("year=１９９９&type=年度报告")

    assert [report.title for report in filter.qs] == ["滤甲100%"]
    assert filter.notices == [("年度", "１９９９")]
    assert [row.label for row in filter.chosen] == ["类型"]

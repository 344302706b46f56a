import pytest
from django.utils import timezone

from reports import publishing
from reports.browsing import queries
from reports.models import Claim, Court, Decision, Field, Region, RegionChange, Report, Status
from tests.factories import make_report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_archive(db):
    Report.objects.all().update(status=Status.DRAFT, published_at=None)


def test_holdings_count_published_reports_and_their_courts_once():
    make_report(court="长岭县人民法院", year=2022)
    make_report(court="长岭县人民法院", year=2023)
    make_report()
    make_report(court="扶余市人民法院", status=Status.DRAFT)

    assert queries.holdings() == queries.Holdings(reports=3, courts=1)


def test_a_report_counts_for_its_region_and_every_one_above():
    make_report(court="长岭县人民法院")
    make_report(court="松原市中级人民法院")
    make_report()

    assert queries.counts_by_region() == {"220722": 1, "220700": 2, "220000": 2}


def test_provinces_keep_their_order_and_show_those_without_reports():
    make_report(court="长岭县人民法院")

    places = queries.provinces()

    assert len(places) == 34
    assert [place.region.code for place in places] == sorted(place.region.code for place in places)
    assert {place.region.short_name: place.reports for place in places if place.reports} == {"吉林": 1}


def test_a_region_has_the_parts_directly_below_it():
    make_report(court="长岭县人民法院")

    parts = queries.parts_of(Region.objects.get(code="220700"))

    assert {part.region.name: part.reports for part in parts} == {
        "宁江区": 0,
        "前郭尔罗斯蒙古族自治县": 0,
        "长岭县": 1,
        "乾安县": 0,
        "扶余市": 0,
    }


def test_regions_to_choose_open_below_the_chosen_one_only():
    make_report(court="长岭县人民法院")
    make_report(court="额尔古纳市人民法院")

    def names(chosen):
        return [region.name for region in queries.regions_to_choose(chosen)]

    assert names("") == ["内蒙古自治区", "吉林省"]
    assert names("220000") == ["内蒙古自治区", "吉林省", "松原市"]
    assert names("220700") == ["内蒙古自治区", "吉林省", "松原市", "长岭县"]
    # One without reports that somebody asks for is in the list, or the form would show another one as chosen.
    assert names("370000") == ["内蒙古自治区", "吉林省", "山东省"]


def test_an_old_code_is_followed_to_the_present_region():
    RegionChange.objects.create(year=1985, change="更名", old_code="999001", new_code="999009")
    RegionChange.objects.create(year=1990, change="更名", old_code="999001", new_code="999002")
    RegionChange.objects.create(year=2000, change="撤销", old_code="999002", new_code="")
    RegionChange.objects.create(year=1999, change="更名", old_code="999002", new_code="220722")

    RegionChange.objects.create(year=1999, change="更名", old_code="999003", new_code="999004")
    RegionChange.objects.create(year=2001, change="更名", old_code="999004", new_code="999003")

    found = Region.objects.present(["999001", "999002", "220722", "999003", "999008"])

    assert {code: region.name for code, region in found.items()} == {
        "999001": "长岭县",
        "999002": "长岭县",
        "220722": "长岭县",
    }


def test_courts_of_a_province_stand_by_prefecture_the_higher_first():
    make_report(court="长岭县人民法院")

    groups = queries.courts_in(Region.objects.get(code="220000"))

    songyuan = next(group for group in groups if group.region.name == "松原市")
    assert groups[0].region.name == "吉林省"
    assert songyuan.courts[0].court.name == "松原市中级人民法院"
    assert {row.court.name for row in songyuan.courts if row.reports} == {"长岭县人民法院"}


def test_a_court_added_for_a_draft_is_not_counted_before_its_report_is_public():
    court = Court.objects.create(name="紫雾岛人民法院", level="基层", region_id="220722")
    report = make_report(court=court, status=Status.DRAFT)
    before = queries.counts_of_courts_by_province()["220000"]

    publishing.publish(report, None, confirmed=True)

    assert queries.counts_of_courts_by_province()["220000"] == before + 1


def test_merged_courts_are_not_listed():
    gone = Court.objects.get(name="长岭县人民法院")
    Court.objects.filter(pk=gone.pk).update(merged_into=Court.objects.get(name="扶余市人民法院"))

    assert gone not in [row.court for row in queries.courts_called("长岭")]
    assert gone not in [
        row.court for group in queries.courts_in(Region.objects.get(code="220700")) for row in group.courts
    ]


def test_years_are_counted_with_the_unknown_one_last():
    make_report(year=2023)
    make_report(year=2021)
    make_report(year=2023)
    make_report()

    assert list(queries.counts_by_year().items()) == [(2021, 1), (2023, 2), (None, 1)]


def test_themes_beside_a_theme_come_by_how_often():
    make_report(themes=("执行", "司法救助", "府院联动"))
    make_report(themes=("执行", "司法救助"))
    make_report(themes=("司法救助", "司法建议"))
    make_report(themes=("执行", "智慧法院"), status=Status.DRAFT)

    theme = next(row.theme for row in queries.themes_of(Report.objects.published()) if row.theme.name == "执行")

    assert [(row.theme.name, row.reports) for row in queries.related_themes(theme)] == [
        ("司法救助", 2),
        ("府院联动", 1),
    ]


def test_evidence_is_what_stands_and_nothing_that_was_rejected_or_only_suggested():
    report = make_report(title="题目", text="执行执行。\n一、执行\n智慧执行。", themes=("执行", "司法救助"))
    version = report.text

    def claim(start, end, theme="执行", **kwargs):
        place = {"places": [[start, end]], "sure": 0.9, "detail": "topic"}
        Claim.objects.create(report=report, text=version, field=Field.THEME, value=theme, **place, **kwargs)

    claim(11, 13)
    claim(3, 5)
    claim(11, 13)
    claim(5, 7, decision=Decision.REJECTED, decided_at=timezone.now())
    claim(16, 18, suggestion=True)
    claim(14, 16, theme="智慧法院")

    rows = queries.evidence(report, version, list(version.sections.all()))

    assert [(row.theme.name, row.places, row.lines) for row in rows] == [
        ("执行", [(3, 5), (11, 13)], [("p1", "第1段"), ("l3", "第3行")]),
        ("司法救助", [], []),
    ]

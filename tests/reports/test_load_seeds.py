"""load_seeds: reference data, complete, with fixed ids, and safe to run twice."""

import io

import pytest
from django.core.management import call_command

from reports import publishing
from reports.models import Court, CourtName, Decision, Event, Origin, Region, RegionChange, Report, SourceFile, Theme

pytestmark = pytest.mark.django_db


def test_it_loads_every_row_of_the_reference_data():
    assert Region.objects.count() == 3214
    assert RegionChange.objects.count() == 2423
    assert Court.objects.count() == 3245
    assert Theme.objects.count() == 28
    assert CourtName.objects.filter(kind=CourtName.Kind.FORMER).count() == 390


def test_a_court_keeps_its_id_name_and_superiors():
    court = Court.objects.get(pk=1078)

    assert court.name == "五大连池市人民法院"
    assert court.superior.name == "黑河市中级人民法院"
    assert court.superior.superior.name == "黑龙江省高级人民法院"
    assert [region.name for region in court.region.path] == ["黑龙江省", "黑河市", "五大连池市"]


def test_a_second_run_keeps_what_people_changed():
    Court.objects.filter(pk=1078).update(name="五大连池人民法院")
    Theme.objects.filter(name="司法建议").update(expressions="司法建议书")

    call_command("load_seeds", stdout=io.StringIO())

    assert Court.objects.get(pk=1078).name == "五大连池人民法院"
    assert Theme.objects.get(name="司法建议").expressions == "司法建议书"
    assert Court.objects.count() == 3245
    assert Theme.objects.count() == 28


def test_the_samples_are_ten_public_reports_that_no_person_has_decided_about():
    reports = Report.objects.published()

    assert sorted((str(report.court or ""), report.type) for report in reports) == [
        ("", "工作总结"),
        ("东营市东营区人民法院", "年度报告"),
        ("乾安县人民法院", "新闻报道"),
        ("五大连池市人民法院", "年度报告"),
        ("前郭尔罗斯蒙古族自治县人民法院", "新闻报道"),
        ("扶余市人民法院", "新闻报道"),
        ("松原市中级人民法院", "新闻报道"),
        ("松原市宁江区人民法院", "新闻报道"),
        ("长岭县人民法院", "新闻报道"),
        ("额尔古纳市人民法院", "新闻报道"),
    ]
    assert {report.reviewed_at for report in reports} == {None}
    for report in reports:
        assert {(claim.origin, claim.decision) for claim in report.claims.all()} == {(Origin.MACHINE, Decision.OPEN)}
        assert [(event.verb, event.actor) for event in report.events.all()] == [("装入样本", None)]


def test_a_second_run_leaves_the_samples_alone_even_withdrawn_ones():
    report = Report.objects.published().first()
    publishing.withdraw(report, None, "试")
    before = (SourceFile.objects.count(), Event.objects.count())

    call_command("load_seeds", stdout=io.StringIO())

    report.refresh_from_db()
    assert report.status == "withdrawn"
    assert (SourceFile.objects.count(), Event.objects.count()) == before

"""load_seeds: reference data, complete, with fixed ids, and safe to run twice."""

import io
import shutil
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.management import call_command

from reports import publishing
from reports.models import (
    Court,
    CourtName,
    Decision,
    Event,
    IndicatorKind,
    Origin,
    Region,
    RegionChange,
    Report,
    SourceFile,
    Theme,
)
from reports.suspicions import remember_all
from tests.factories import make_report

pytestmark = pytest.mark.django_db


def test_it_loads_every_row_of_the_reference_data():
    assert Region.objects.count() == 3214
    assert RegionChange.objects.count() == 2423
    assert Court.objects.count() == 3245
    assert Theme.objects.count() == 28
    assert IndicatorKind.objects.count() == 112
    assert CourtName.objects.filter(kind=CourtName.Kind.FORMER).count() == 390


def test_a_court_keeps_its_id_name_and_superiors():
    court = Court.objects.get(pk=1078)

    assert court.name == "五大连池市人民法院"
    assert court.superior.name == "黑河市中级人民法院"
    assert court.superior.superior.name == "黑龙江省高级人民法院"
    assert [region.name for region in court.region.path] == ["黑龙江省", "黑河市", "五大连池市"]


def test_a_rate_names_the_kinds_it_is_worked_out_from():
    rate = IndicatorKind.objects.get(name="诉前调解成功率")

    assert (rate.unit_family, rate.better) == (("%",), "higher")
    assert [kind.name for kind in rate.numerator.all()] == ["诉前调解成功"]
    assert [kind.name for kind in rate.denominator.all()] == ["诉前调解案件数"]
    assert IndicatorKind.objects.get(name="司法建议").unit_family == ("份", "件", "条", "篇", "封", "次")
    assert not IndicatorKind.objects.filter(definition="").exists()


def test_a_second_run_keeps_what_people_changed():
    Court.objects.filter(pk=1078).update(name="五大连池人民法院")
    Theme.objects.filter(name="司法建议").update(expressions="司法建议书")
    IndicatorKind.objects.filter(name="司法建议").update(units="份")
    IndicatorKind.objects.get(name="诉前调解成功率").numerator.clear()

    call_command("load_seeds", stdout=io.StringIO())

    assert Court.objects.get(pk=1078).name == "五大连池人民法院"
    assert Theme.objects.get(name="司法建议").expressions == "司法建议书"
    assert IndicatorKind.objects.get(name="司法建议").units == "份"
    assert not IndicatorKind.objects.get(name="诉前调解成功率").numerator.exists()
    assert Court.objects.count() == 3245
    assert Theme.objects.count() == 28


def test_a_second_run_brings_back_what_is_missing_and_nothing_that_people_took_away():
    Region.objects.filter(pk="220000").update(short_name="吉", aliases=["吉省"])
    CourtName.objects.filter(court_id=1078).delete()
    RegionChange.objects.first().delete()

    call_command("load_seeds", stdout=io.StringIO())

    assert Region.objects.values_list("short_name", "aliases").get(pk="220000") == ("吉", ["吉省"])
    assert not CourtName.objects.filter(court_id=1078).exists()
    assert RegionChange.objects.count() == 2423


@pytest.fixture
def seeds(tmp_path, settings) -> Path:
    """A copy of the lists that the test may lengthen, without the samples."""
    settings.SEEDS_DIR = shutil.copytree(configured.SEEDS_DIR, tmp_path / "seeds")
    shutil.rmtree(settings.SEEDS_DIR / "samples")
    (settings.SEEDS_DIR / "samples").mkdir()
    return settings.SEEDS_DIR


def lengthen(file: Path, *rows: str) -> None:
    with file.open("a", encoding="utf-8") as opened:
        opened.writelines(f"{row}\n" for row in rows)


def test_longer_lists_add_their_new_rows_with_the_other_names(seeds):
    lengthen(seeds / "regions.csv", "220199,新区,county,220100,吉林省,长春市,新区,新区,")
    lengthen(seeds / "regions_history.csv", "2027,新设,3,,,,220199,新区,吉林省/长春市/新区,民函〔2027〕1号")
    lengthen(seeds / "courts.csv", "9001,长春市新区人民法院,基层人民法院,普通,吉林省,长春市,新区,220199,新区法院,high")
    lengthen(seeds / "courts_former.csv", "2027,更名,长春市旧区人民法院,长春市新区人民法院,,220199,yes")

    call_command("load_seeds", stdout=io.StringIO())

    court = Court.objects.get(pk=9001)
    assert (court.region.name, court.superior.name) == ("新区", "长春市中级人民法院")
    assert {(name.name, name.kind, name.until) for name in court.names.all()} == {
        ("新区法院", "short", None),
        ("长春市旧区人民法院", "former", 2027),
    }
    assert RegionChange.objects.filter(new_code="220199").count() == 1


def test_a_court_that_an_administrator_added_first_stays_the_only_one_of_its_name(seeds):
    added = Court.objects.create(name="长春铁路运输中级法院", level="中级")
    lengthen(
        seeds / "courts.csv",
        "9001,长春铁路运输中级法院,中级人民法院,普通,吉林铁路,沿线,,220000,长春铁中院,high",
        "9002,四平铁路运输法院,基层人民法院,铁路运输,吉林铁路,沿线,,220000,四平铁法院,high",
    )
    out = io.StringIO()

    call_command("load_seeds", stdout=out)

    assert f"长春铁路运输中级法院已在库中，编号 {added.pk}，不再增加" in out.getvalue()
    assert not Court.objects.filter(pk=9001).exists()
    assert [name.name for name in added.names.all()] == ["长春铁中院"]
    assert Court.objects.get(pk=9002).superior == added

    added.names.update(name="铁中院")
    call_command("load_seeds", stdout=io.StringIO())
    assert [name.name for name in added.names.all()] == ["铁中院"]


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


def test_a_sample_that_the_archive_has_from_another_file_waits_for_a_person():
    sample = Report.objects.published().get(source__name__startswith="003_")
    text, source = sample.text.text, sample.source
    sample.delete()
    Event.objects.filter(source=source).delete()
    source.delete()
    own = make_report(text=text)
    remember_all()

    call_command("load_seeds", stdout=io.StringIO())

    (draft,) = Report.objects.waiting_for_review()
    assert draft.source.name.startswith("003_")
    assert [suspicion.other for suspicion in draft.suspicions.open()] == [own]


def test_a_second_run_leaves_the_samples_alone_even_withdrawn_ones():
    report = Report.objects.published().first()
    publishing.withdraw(report, None, "试")
    before = (SourceFile.objects.count(), Event.objects.count())

    call_command("load_seeds", stdout=io.StringIO())

    report.refresh_from_db()
    assert report.status == "withdrawn"
    assert (SourceFile.objects.count(), Event.objects.count()) == before

"""Section.part: every line of a stored text knows the part of the report that it belongs to."""

import json
import re
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection

from reports import publishing
from reports.models import Court, Report, ReportText, Section
from reports.parts import DONE, LACKING, OTHER, PLANNED, TOLD, Passage, line_parts, parts_of, passages
from reports.revision import Row
from tests.factories import make_report
from tests.ingestion.gold import SAMPLES

EXPECTED = Path(__file__).parents[1] / "expected" / "sample_figures.json"
NEVER_IN_A_PART = {"court", "title", "subtitle"}

TEXT = """标题
开头。
一、主要成效
甲。
二、存在的问题
乙。
（一）成效不明显
丙。
三、下一步打算
丁。"""
ROWS = [
    Row("title", 0, 2),
    Row("para", 3, 6),
    Row("heading", 7, 16, 1, "一、主要成效"),
    Row("para", 14, 16),
    Row("heading", 17, 39, 1, "二、存在的问题"),
    Row("para", 25, 27),
    Row("heading", 28, 39, 2, "（一）成效不明显"),
    Row("para", 37, 39),
    Row("heading", 40, 50, 1, "三、下一步打算"),
    Row("para", 48, 50),
]


def stored(text: ReportText) -> list[tuple[str, str]]:
    return list(text.sections.order_by("start", "id").values_list("kind", "part"))


def test_every_line_belongs_to_the_part_of_the_headings_it_stands_under():
    assert parts_of(TEXT, ROWS) == [None, DONE, DONE, DONE, LACKING, LACKING, LACKING, LACKING, PLANNED, PLANNED]


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("二、守护少年未来", DONE),
        ("（三）护航未来，关爱成长", DONE),
        ("（一）创新工作思路", DONE),
        ("四、未来工作重点", PLANNED),
        ("五、展望未来", PLANNED),
        ("三、2024年工作思路", PLANNED),
    ],
)
def test_a_heading_is_a_plan_where_it_speaks_of_what_is_to_come(heading: str, part: str):
    assert parts_of(heading, [Row("heading", 0, len(heading), 1, heading)]) == [part]


def test_the_order_in_which_rows_come_is_no_matter():
    backwards = ROWS[::-1]

    assert parts_of(TEXT, backwards) == parts_of(TEXT, ROWS)[::-1]


def test_captions_and_notes_belong_to_the_rest():
    text = "一、存在的不足\n甲。\n庭审现场"
    rows = [Row("heading", 0, 15, 1, "一、存在的不足"), Row("para", 8, 10), Row("caption", 11, 15)]

    assert parts_of(text, rows) == [LACKING, LACKING, OTHER]


@pytest.mark.django_db
def test_passages_are_the_lines_of_one_part_that_follow_each_other():
    report = make_report(title="标题", text=TEXT.partition("\n")[2])
    text = report.text

    assert line_parts(text.text, text.sections.all()) == ["", *[DONE] * 3, *[LACKING] * 4, *[PLANNED] * 2]
    assert passages(text.text, text.sections.all()) == [
        Passage(DONE, 3, 16),
        Passage(LACKING, 17, 39),
        Passage(PLANNED, 40, 50),
    ]


def test_a_run_in_heading_leaves_the_say_to_its_paragraph():
    text = "一是乙。丙。\n丁。"
    rows = [
        SimpleNamespace(kind="heading", start=0, part=LACKING),
        SimpleNamespace(kind="para", start=0, part=DONE),
        SimpleNamespace(kind="para", start=7, part=DONE),
    ]

    assert line_parts(text, rows) == [DONE, DONE]
    assert line_parts(text, rows[::-1]) == [DONE, DONE]


@pytest.mark.django_db
@pytest.mark.parametrize("sample", SAMPLES)
def test_the_chapters_of_the_stored_samples_are_the_parts_that_a_reader_sees(sample: str):
    """A closing paragraph of another part counts as a chapter."""
    expected = [row["parts"] for row in json.loads(EXPECTED.read_text(encoding="utf-8")) if row["sample"][:3] == sample]
    reports = Report.objects.filter(source__name__startswith=sample).order_by("article_number")
    found = []
    for report in reports:
        rows = list(report.text.sections.order_by("start", "id"))
        headings = [row for row in rows if row.kind == "heading"]
        last = max((row.start for row in headings), default=0)
        above = headings[-1].part if headings else DONE
        closing = [row.part for row in rows if row.kind == "para" and row.start > last and row.part != above]
        found.append([row.part for row in headings if row.level == 1] + closing)

    assert found == expected


@pytest.mark.django_db
def test_no_line_of_the_stored_samples_is_without_its_part_but_what_stands_above_the_report():
    assert set(Section.objects.filter(part="").values_list("kind", flat=True)) <= NEVER_IN_A_PART
    assert not Section.objects.filter(kind__in=NEVER_IN_A_PART).exclude(part="").exists()


@pytest.mark.django_db
def test_a_corrected_heading_gives_its_chapter_another_part():
    report = make_report(title="标题", text="一、主要成效\n甲。\n二、存左的问趣\n乙。")
    old = report.text
    assert stored(old)[3:] == [("heading", DONE), ("para", DONE)]

    new = publishing.correct_text(
        report, old.text.replace("存左的问趣", "存在的问题"), User.objects.create_user("editor"), "错字", number=1
    )

    assert stored(new) == [
        ("title", ""),
        ("heading", DONE),
        ("para", DONE),
        ("heading", LACKING),
        ("para", LACKING),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("fill", ["recognise", "migrate"])
def test_texts_that_were_stored_before_parts_were_told_get_them(fill: str):
    before = list(Section.objects.order_by("pk").values_list("pk", "part"))
    Section.objects.update(part="")

    if fill == "recognise":
        call_command("recognise", "--report", *map(str, Report.objects.values_list("pk", flat=True)))
    else:
        migration = import_module("reports.migrations.0005_parts_of_sections")
        migration.tell_parts(apps, SimpleNamespace(connection=connection))

    assert list(Section.objects.order_by("pk").values_list("pk", "part")) == before


# ---- ways in
ADDRESS = r'<a href="/search/\?([^"]*)">([^<]*)</a>(?:<span class="n">([^<]*)</span>)?'


def ways_in(client, address: str) -> list[tuple[str, str, str]]:
    """(question, part, how many reports) of every link under 按部分读."""
    html = client.get(address).content.decode()
    listed = re.search(r"<h2>按部分读.*?</ul>", html, re.DOTALL)
    found = re.findall(ADDRESS, listed[0]) if listed else []
    return [(unquote(asked.replace("&amp;", "&")), part, n) for asked, part, n in found]


@pytest.fixture
def two_years(db) -> Court:
    """A court with a report of 2019 and one of 2020, the only ones of 德惠市."""
    court = Court.objects.get(name="德惠市人民法院")
    make_report(court=court, year=2019, text="一、主要成效\n甲。\n二、存在的不足\n乙。")
    make_report(court=court, year=2020, text="一、主要成效\n甲。\n二、下一步打算\n丙。")
    make_report(court=court, year=2020, text="一、存在的不足\n丁。", status="draft")
    return court


@pytest.mark.django_db
def test_a_region_leads_to_the_parts_that_its_newest_year_tells(client, two_years):
    code = two_years.region_id

    assert ways_in(client, f"/regions/{code}/") == [
        (f"region={code}&year=2020&part={DONE}", DONE, "1 篇"),
        (f"region={code}&year=2020&part={PLANNED}", PLANNED, "1 篇"),
    ]


@pytest.mark.django_db
def test_a_court_leads_to_the_parts_of_all_its_years(client, two_years):
    assert ways_in(client, f"/courts/{two_years.pk}/") == [
        (f"court={two_years.pk}&part={DONE}", DONE, "2 篇"),
        (f"court={two_years.pk}&part={LACKING}", LACKING, "1 篇"),
        (f"court={two_years.pk}&part={PLANNED}", PLANNED, "1 篇"),
    ]


@pytest.mark.django_db
def test_years_and_themes_lead_to_every_part_that_reports_tell(client, two_years):
    assert [asked for asked, _, _ in ways_in(client, "/years/2019/")] == [f"year=2019&part={part}" for part in TOLD]
    assert [asked for asked, _, _ in ways_in(client, "/themes/府院联动/")] == [
        f"theme=府院联动&part={part}" for part in TOLD
    ]


@pytest.mark.django_db
def test_a_report_leads_to_its_own_parts_in_its_province_and_year(client, two_years):
    report = Report.objects.get(court=two_years, year=2019)

    assert ways_in(client, f"/reports/{report.pk}/") == [
        (f"region=220000&year=2019&part={DONE}", DONE, ""),
        (f"region=220000&year=2019&part={LACKING}", LACKING, ""),
    ]


@pytest.mark.django_db
def test_where_nothing_is_held_no_part_is_offered(client):
    assert ways_in(client, "/regions/220183/") == []


@pytest.mark.django_db
def test_the_outline_tells_a_part_where_it_begins_and_its_heading_does_not(client):
    report = make_report(
        text="一、基本情况\n甲。\n二、亮点工作\n乙。\n三、存在的不足\n丙。\n四、几个问题\n丁。\n五、主要困难\n戊。\n六、下一步打算\n己。"
    )

    outline = re.search(r'<nav class="toc".*?</nav>', client.get(f"/reports/{report.pk}/").content.decode(), re.DOTALL)[
        0
    ]

    told = re.findall(r'<li><a href="#l\d+">(?:<small>(.*?)</small>)?(.)、', outline)
    assert told == [(DONE, "一"), ("", "二"), ("", "三"), (DONE, "四"), (LACKING, "五"), (PLANNED, "六")]

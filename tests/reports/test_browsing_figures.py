"""Figures on the reading page: data beside the text, its sentence lit, its citation ready; checks for reviewers alone."""

import re
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client

from reports import deciding, publishing
from reports.browsing.figures import figures_of
from reports.browsing.queries import lines_of
from reports.deciding import Said
from reports.models import Check, Indicator, Report
from reports.roles import EDITOR

from .staff import an_account

pytestmark = pytest.mark.django_db
SENTENCE = (
    "新收诉前调解案件774件，调解成功736件，调解成功率89.96%，使用音视频在线调解644件，达标音视频调解案件占比83.20%。"
)


@pytest.fixture
def report() -> Report:
    return Report.objects.get(court__name="五大连池市人民法院")


@pytest.fixture
def rate(report: Report) -> Indicator:
    return report.indicators.get(value=Decimal("89.96"))


def page(report: Report, question: str = "", by: User | None = None) -> str:
    client = Client()
    if by:
        client.force_login(by)
    response = client.get(f"/reports/{report.pk}/{question}")
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def the_table(html: str) -> str:
    return words(re.search(r'<section class="figures" id="figures">.*?</table>', html, re.S)[0])


def marked(html: str) -> str:
    return re.sub("<[^>]*>", "", "".join(re.findall(r"<mark>(.*?)</mark>", html)))


def meant(html: str) -> list[str]:
    return [re.sub("<[^>]*>", "", words) for words in re.findall(r'<span class="fig meant">(.*?)</span>', html)]


def test_data_stands_beside_the_text_by_kind_and_candidates_do_not(report: Report):
    table = the_table(page(report))

    assert "诉前调解成功率 调解成功率 89.96 % 6段" in table
    assert (
        "普法活动 组织普法轮训工作 7 次 3段 开展“我为群众办实事”等普法实践活动 74 次 3段 开展法治宣传 12 次 7段"
        in table
    )
    assert "普法受众 参加人数 200余 人次 3段 师生进行普法讲座 7,000多 名 7段" in table
    assert "院领导班子成员" not in table
    assert len(re.findall(r"\d段", table)) == report.indicators.data().count() == 24


def test_a_figure_opens_its_sentence(report: Report, rate: Indicator):
    assert f'href="?figure={rate.pk}#p6"' in page(report)

    html = page(report, f"?figure={rate.pk}")

    assert marked(html) == SENTENCE
    assert meant(html) == ["89.96%"]
    assert html.index('id="p6"') < html.index('class="lit-figure"') < html.index('id="p7"')


def test_a_figure_is_cited_with_court_year_sentence_and_the_address_of_its_paragraph(report: Report, rate: Indicator):
    html = page(report, f"?figure={rate.pk}")

    cited = re.search(r'id="figure-citation".*?>(.*?)</p>', html, re.S)[1]
    said, sentence, line = cited.split("\n")
    assert said == "五大连池市人民法院2023年度，调解成功率 89.96%。"
    assert sentence == f"原文：{SENTENCE}"
    assert line.startswith("五大连池市人民法院. 五大连池法院2023年法治政府建设年度报告[R/OL]. 法治年报库, ")
    assert line.endswith(f". http://testserver/reports/{report.pk}/v1/#p6")
    assert 'data-copy="#figure-citation"' in html


def test_what_is_not_data_lights_nothing(report: Report):
    seven = report.indicators.get(label="院领导班子成员")

    for asked in (f"?figure={seven.pk}", "?figure=0", "?figure=x%00", "?check=1"):
        html = page(report, asked)
        assert "<mark>" not in html
        assert 'class="lit-figure"' not in html


def test_what_a_person_confirms_is_shown_and_what_they_reject_is_not(report: Report, rate: Indicator):
    by = an_account(EDITOR)
    deciding.confirm(report.indicators.get(label="院领导班子成员"), by)
    deciding.reject(rate, by)

    table = the_table(page(report))

    assert table.endswith("其他数据 院领导班子成员 7 人 3段")
    assert "89.96" not in table


def test_a_correction_is_shown_as_the_person_says_with_its_scope(report: Report, rate: Indicator):
    row = deciding.correct(rate, Said("调解成功率", "95.09", "%", "诉前调解成功率", "target"), an_account(EDITOR))

    assert "诉前调解成功率 调解成功率 目标 95.09 % 6段" in the_table(page(report))
    assert "调解成功率 95.09%（目标）。" in page(report, f"?figure={row.pk}")


def test_an_older_version_shows_no_figures_of_the_newer(report: Report):
    publishing.correct_text(report, report.text.text + "\n补记一段。", an_account(EDITOR), "补记", number=1)

    old = Client().get(f"/reports/{report.pk}/v1/").content.decode()

    assert 'class="figures"' not in old
    assert 'class="figures"' in page(report)


def test_checks_are_for_reviewers(report: Report):
    (fails,) = report.checks.filter(verdict="fails")

    public, reviewers = page(report), page(report, by=an_account(EDITOR))

    assert "95.09" not in public
    assert "请核对" not in public
    assert "736 ÷ 774 = 95.09%，原文 89.96% 请核对 看原句" in words(reviewers)
    assert "644 ÷ 774 = 83.20% 相符 看原句" in words(reviewers)
    assert "错误" not in reviewers
    assert "<mark>" not in page(report, f"?check={fails.pk}")


def test_a_check_lights_the_sentences_of_all_its_figures(report: Report):
    repeat = report.checks.get(kind=Check.Kind.REPEAT)

    html = page(report, f"?check={repeat.pk}", by=an_account(EDITOR))

    assert meant(html) == ["26次", "26次"]
    assert "开展“公众开放日”活动26次" in marked(html)
    assert "开展公众开放日26次" in marked(html)


def test_the_installer_may_show_checks_to_everyone(report: Report, settings):
    settings.SHOW_CHECKS = True

    html = page(report, f"?check={report.checks.get(verdict='fails').pk}")

    assert "736 ÷ 774 = 95.09%，原文 89.96% 请核对 看原句" in words(html)
    assert marked(html) == SENTENCE


def test_a_rejected_figure_takes_its_checks_along(report: Report, rate: Indicator):
    by = an_account(EDITOR)
    deciding.reject(rate, by)

    assert "95.09" not in page(report, by=by)


def test_the_page_asks_as_many_questions_for_many_figures_as_for_few(report: Report, django_assert_num_queries):
    version = report.text
    lines = lines_of(version, version.sections.all())

    with django_assert_num_queries(1):
        figures_of(version.indicators.data().select_related("kind"), version, lines)


# ---- thousands of them


@pytest.fixture
def many(report: Report, rate: Indicator) -> list[Indicator]:
    """700 more, all printed at one place; 120 checks of them that hold and two that do not."""
    rows = [copy_of(rate, label=f"第{number}个") for number in range(700)]
    Indicator.objects.bulk_create(rows)
    place = {"report": report, "text": rate.text, "stated": 1, "start": rate.start, "end": rate.end}
    holding = [Check(kind="sum", verdict="holds", indicator=row, arithmetic="合", **place) for row in rows[:120]]
    fails = [Check(kind="sum", verdict="fails", indicator=row, arithmetic="不合", **place) for row in rows[120:122]]
    Check.objects.bulk_create([*holding, *fails])
    return rows


def copy_of(figure: Indicator, **changed: object) -> Indicator:
    fields = {field.attname: getattr(figure, field.attname) for field in Indicator._meta.concrete_fields}
    return Indicator(**(fields | {"id": None} | changed))


def said_of_the_rest(html: str) -> str:
    return re.search(r"共 724 个数据.*?(?=</p>)", html)[0]


def test_of_many_figures_a_few_hundred_are_shown_and_the_others_are_a_link_away(report: Report, many: list[Indicator]):
    pages = [page(report, question) for question in ("", "?figures=2", "?figures=3")]

    assert [len(re.findall(r"\d段", the_table(html))) for html in pages] == [300, 300, 124]
    assert [said_of_the_rest(html) for html in pages] == [
        "共 724 个数据，这里是第 1 至 300 个，另有 424 个没有列出。"
        '<a rel="next" href="?figures=2#figures">看后面的</a>',
        "共 724 个数据，这里是第 301 至 600 个，另有 424 个没有列出。"
        '<a rel="prev" href="?figures=1#figures">看前面的</a>　<a rel="next" href="?figures=3#figures">看后面的</a>',
        "共 724 个数据，这里是第 601 至 724 个，另有 600 个没有列出。"
        '<a rel="prev" href="?figures=2#figures">看前面的</a>',
    ]
    listed = [set(re.findall(r'"\?figure=(\d+)#', html)) for html in pages]
    assert set.union(*listed) == {str(figure.pk) for figure in report.indicators.data()}


def test_a_figure_beyond_the_first_few_hundred_is_lit_among_its_neighbours(report: Report, many: list[Indicator]):
    last = report.indicators.data().last()

    html = page(report, f"?figure={last.pk}&figures=1")

    assert f'href="?figure={last.pk}#' in html
    assert 'class="lit-figure"' in html
    assert "这里是第 601 至 724 个" in html


@pytest.mark.parametrize("asked", ["0", "4", "-1", "２", "x%00", "9" * 400])
def test_what_is_no_run_of_figures_shows_the_first(report: Report, many: list[Indicator], asked: str):
    assert "这里是第 1 至 300 个" in page(report, f"?figures={asked}")


def test_the_figures_of_a_usual_report_are_all_shown(report: Report):
    assert "没有列出" not in page(report, by=an_account(EDITOR))


def test_of_many_checks_a_hundred_are_shown_those_that_fail_among_them(report: Report, many: list[Indicator]):
    standing = report.checks.count()

    checks = re.search(r'<ul class="checks">.*?</details>', page(report, by=an_account(EDITOR)), re.S)[0]

    assert checks.count("<li") == 100
    assert words(checks).count("不合，原文") == 2 * 2  # each once more for who cannot see
    assert f"另有 {standing - 100} 项没有列出。" in checks


def test_the_checks_of_a_report_are_found_without_those_of_all_others(report: Report):
    assert "SCAN" not in report.text.checks.standing().explain()


def test_robots_are_kept_from_every_figure_and_page_of_the_original(client: Client):
    closed = client.get("/robots.txt").content.decode().splitlines()

    assert [f"Disallow: /reports/*?{asked}=" for asked in ("page", "figure", "figures", "check")] == closed[-4:]

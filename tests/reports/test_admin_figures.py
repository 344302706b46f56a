"""The page on which figures are decided: who may, what is lit, where a decision leads, and what is said when it cannot be."""

import re
from decimal import Decimal

import pytest
from django.utils import timezone

from reports.models import Check, Decision, Event, Indicator, Report
from reports.roles import EDITOR, PUBLISHER
from tests.factories import add_text

from .staff import an_account

pytestmark = pytest.mark.django_db
FORM = {"value": "95.09", "unit": "%", "label": "调解成功率", "kind": "诉前调解成功率", "scope": "result"}


@pytest.fixture
def report() -> Report:
    return Report.objects.get(court__name="五大连池市人民法院")


@pytest.fixture
def rate(report: Report) -> Indicator:
    return report.indicators.get(value=Decimal("89.96"))


@pytest.fixture
def publisher(client):
    user = an_account(PUBLISHER)
    client.force_login(user)
    return user


def here(report: Report, figure: Indicator | None = None, rest: str = "") -> str:
    return f"/admin/review/{report.pk}/figures/{f'{figure.pk}/' if figure else ''}{rest}"


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def box(html: str, what: str = 'id="current"') -> str:
    """The words of one of the boxes on the right."""
    return words(re.search(rf'<section class="box"[^>]*{what}.*?</section>', html, re.S)[0])


def marked(html: str) -> str:
    return re.sub("<[^>]*>", "", "".join(re.findall(r"<mark>(.*?)</mark>", html)))


def test_it_begins_with_the_first_figure_that_nobody_has_decided_about(client, publisher, report: Report):
    first, second = report.indicators.all()[:2]
    client.post(here(report, first), {"decision": "accept"})

    html = client.get(here(report)).content.decode()

    assert "35 个数据，已核对 1 个" in words(html)
    assert box(html).startswith(f"第 2 个 共 35 个 {second.label} 3份 指标 司法建议 范围 本年 来源 机器识别 把握 75%")
    assert "司法建议3份" in marked(html)


def test_the_figure_of_the_address_is_lit_with_the_checks_that_are_about_it(
    client, publisher, report: Report, rate: Indicator
):
    html = client.get(f"{here(report)}?figure={rate.pk}").content.decode()

    assert "736 ÷ 774 = 95.09%，原文 89.96% 请核对" in box(html)
    assert re.findall(r'class="fig meant"><mark>(.*?)</mark>', html) == ["89.96%"]
    assert "新收诉前调解案件774件" in marked(html)
    before, after = report.indicators.get(value=736), report.indicators.get(value=644)
    assert f'href="?figure={before.pk}#p6" data-key="k arrowleft"' in html
    assert f'href="?figure={after.pk}#p6" data-key="j arrowright"' in html


def test_a_check_lights_all_its_figures(client, publisher, report: Report):
    repeat = report.checks.get(kind=Check.Kind.REPEAT)

    html = client.get(f"{here(report)}?check={repeat.pk}").content.decode()

    assert re.findall(r'class="fig meant"><mark>(.*?)</mark>', html) == ["26次", "26次"]
    assert box(html).startswith("第 33 个")


@pytest.mark.parametrize(
    ("decision", "left", "message"),
    [("accept", Decision.ACCEPTED, "已确认。"), ("reject", Decision.REJECTED, "已否定。")],
)
def test_a_decision_leads_to_the_next_open_figure(client, publisher, report, rate, decision, left, message):
    following = report.indicators.get(value=644)

    response = client.post(here(report, rate), {"decision": decision}, follow=True)

    rate.refresh_from_db()
    assert (rate.decision, rate.decided_by) == (left, publisher)
    assert response.redirect_chain == [(f"{here(report)}?figure={following.pk}#p6", 302)]
    assert message in response.content.decode()


def test_after_the_last_figure_it_goes_on_with_those_that_were_passed_over(client, publisher, report: Report):
    first, last = report.indicators.first(), report.indicators.last()

    response = client.post(here(report, last), {"decision": "accept"})

    assert response["Location"] == f"{here(report)}?figure={first.pk}#p2"


def test_where_all_are_decided_it_stays_on_the_page(client, publisher, report: Report):
    report.indicators.exclude(pk=report.indicators.first().pk).delete()

    response = client.post(here(report, report.indicators.get()), {"decision": "accept"}, follow=True)

    assert response.redirect_chain == [(here(report), 302)]
    assert "1 个数据，已核对 1 个" in words(response.content.decode())


def test_a_correction_is_taken_from_the_form(client, publisher, report: Report, rate: Indicator):
    response = client.post(here(report, rate, "correct/"), FORM, follow=True)

    assert "已更正。" in response.content.decode()
    assert "调解成功率 89.96% 已否定 调解成功率 95.09% 人工填写" in words(response.content.decode())


def test_a_correction_that_cannot_be_says_why_and_keeps_what_was_entered(client, publisher, report, rate):
    response = client.post(here(report, rate, "correct/"), FORM | {"value": "约95", "scope": "target"})

    html = response.content.decode()
    assert response.status_code == 422
    assert "数值“约95”不能识别。请填数字，如 83.20、2,807 或 25.4万，单位另填。" in box(html)
    assert 'value="约95"' in html
    assert '<option value="target" selected>' in html
    assert "<details open>" in html
    assert box(html).startswith("第 18 个")
    assert not Event.objects.filter(report=report, actor=publisher).exists()


def test_figures_of_a_public_report_are_decided_by_publishers_alone(client, report: Report, rate: Indicator):
    client.force_login(an_account(EDITOR))

    html = client.get(here(report)).content.decode()

    assert "这篇报告已经公开，它的数据由审核发布人员核对。" in html
    assert "确认" not in box(html)
    assert client.post(here(report, rate), {"decision": "reject"}).status_code == 403
    assert client.post(here(report, rate, "correct/"), FORM).status_code == 403
    rate.refresh_from_db()
    assert rate.decision == Decision.OPEN


def test_a_stranger_sees_and_changes_nothing(client, report: Report, rate: Indicator):
    assert client.get(here(report))["Location"] == f"/admin/login/?next={here(report)}"
    assert client.post(here(report, rate), {"decision": "reject"}).status_code == 302
    rate.refresh_from_db()
    assert rate.decision == Decision.OPEN


def test_a_figure_that_is_not_in_the_current_text_is_left_alone(client, publisher, report: Report, rate: Indicator):
    of_another = Indicator.objects.exclude(report=report).first()
    add_text(report, report.text.text.replace("89.96%", "95.09%"))
    Indicator.objects.filter(pk=rate.pk).update(decision=Decision.ACCEPTED, decided_at=timezone.now())

    for gone in (of_another, rate):
        response = client.post(here(report, gone), {"decision": "reject"}, follow=True)
        assert response.redirect_chain == [(here(report), 302)]
        assert "这个数据已不在现行文本里，可能正文刚刚改过。" in response.content.decode()

    assert not Indicator.objects.filter(decision=Decision.REJECTED).exists()


def test_a_report_without_figures_says_so(client, publisher, report: Report):
    report.indicators.all().delete()

    assert "正文里没有读到数据。" in client.get(here(report)).content.decode()


def test_the_page_asks_no_more_for_many_figures(client, publisher, report: Report, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        client.get(here(report))

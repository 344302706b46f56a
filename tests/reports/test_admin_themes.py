"""The page of a theme: who may change its expressions, and what is refused. The comparison itself runs in a browser test."""

import pytest
from django.urls import reverse

from reports.ingestion.again import due
from reports.models import Event, Report, Theme
from reports.roles import ADMINISTRATOR, EDITOR
from tests.reports.staff import an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def theme() -> Theme:
    return Theme.objects.get(name="司法建议")


@pytest.fixture
def administrator(client):
    user = an_account(ADMINISTRATOR)
    client.force_login(user)
    return user


def save(client, theme: Theme, expressions: str, made_from: str, reports: str = ""):
    form = {"expressions": expressions, "made_from": made_from, "reports": reports}
    return client.post(reverse("staff:change_expressions", args=[theme.pk]), form)


def test_an_administrator_saves_new_expressions_and_the_page_remembers_who(client, administrator, theme):
    old = theme.expressions

    response = save(client, theme, "司法建议书", old)

    theme.refresh_from_db()
    assert response.status_code == 302
    assert theme.expressions == "司法建议书"
    event = Event.objects.get(verb="修改主题表达式")
    assert (event.actor, event.detail) == (administrator, {"司法建议": [old, "司法建议书"]})
    assert f"{old} → 司法建议书" in client.get(response.url).content.decode()


def test_nobodys_change_undoes_anothers(client, administrator, theme):
    save(client, theme, "司法建议书", theme.expressions)

    page = save(client, theme, "白皮书", theme.expressions)

    assert page.status_code == 422
    assert "别人刚刚改过这个主题的表达式" in page.content.decode()
    assert "白皮书</textarea>" in page.content.decode()
    assert Theme.objects.get(pk=theme.pk).expressions == "司法建议书"


@pytest.mark.parametrize(
    ("expressions", "problem"),
    [("司法(建议", "表达式写法不对"), ("司法建议|", "连空白也匹配"), ("", "连空白也匹配")],
)
@pytest.mark.parametrize("name", ["staff:try_expressions", "staff:change_expressions"])
def test_an_expression_that_cannot_work_is_refused_with_what_was_typed(
    client, administrator, theme, name, expressions, problem
):
    page = client.post(reverse(name, args=[theme.pk]), {"expressions": expressions, "made_from": theme.expressions})

    assert page.status_code == 422
    assert problem in page.content.decode()
    assert f">{expressions}</textarea>" in page.content.decode()
    assert Theme.objects.get(pk=theme.pk).expressions == theme.expressions


def test_expressions_that_are_the_same_are_not_compared(client, administrator, theme):
    page = client.post(reverse("staff:try_expressions", args=[theme.pk]), {"expressions": f" {theme.expressions} "})

    assert page.status_code == 422
    assert "表达式没有改动" in page.content.decode()


def test_a_comparison_that_ends_before_its_time_offers_nothing_to_save(client, administrator, theme):
    # The process that compares finds no archive in this test's empty folder.
    page = client.post(reverse("staff:try_expressions", args=[theme.pk]), {"expressions": "白皮书"})

    words = page.getvalue().decode()
    assert "比较没有完成" in words
    assert "保存新的表达式" not in words
    assert words.rstrip().endswith("</html>")


def test_an_editor_reads_the_expressions_and_changes_nothing(client, theme):
    client.force_login(an_account(EDITOR))

    page = client.get(reverse("staff:theme", args=[theme.pk])).content.decode()

    assert theme.expressions in page
    assert "<textarea" not in page
    assert save(client, theme, "白皮书", theme.expressions).status_code == 403


def test_the_reports_that_change_and_no_other_are_due_to_be_read_again(client, administrator, theme):
    first, second = Report.objects.order_by("pk")[:2]

    response = save(client, theme, "司法建议书", theme.expressions, f"{first.pk} {second.pk} 999999 没有")

    assert set(due()) == {first, second}
    assert "表达式已保存，3 篇报告正在后台重新识别。" in client.get(response.url).content.decode()

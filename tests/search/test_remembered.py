"""Kept pages: the same bytes for the same question, and never one moment older than the archive."""

import shutil

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.models import Report, Status
from search import outbox
from tests.factories import make_report

pytestmark = pytest.mark.django_db

ADDRESS = "/search/?q=麒麟企业"


@pytest.fixture(autouse=True)
def nothing_kept(index):
    cache.clear()


@pytest.fixture
def report() -> Report:
    made = make_report(title="麒麟企业报告", text="麒麟企业。")
    outbox.drain()
    return made


def page(client, address=ADDRESS, **headers) -> str:
    return client.get(address, headers=headers).content.decode()


def test_a_question_asked_again_is_answered_from_what_is_kept(client, report, django_assert_num_queries):
    first = client.get(ADDRESS)

    with django_assert_num_queries(1):
        second = client.get(ADDRESS)

    assert second.content == first.content
    assert dict(second.headers) == dict(first.headers)


def test_a_withdrawn_report_is_gone_before_the_index_knows(client, report):
    assert "麒麟企业报告" in page(client)

    Report.objects.filter(pk=report.pk).update(status=Status.DRAFT)

    assert "麒麟企业报告" not in page(client)
    outbox.drain()
    assert "麒麟企业报告" not in page(client)


def test_a_change_that_reaches_the_index_while_a_page_is_looked_for_is_seen(client, report, monkeypatch):
    assert "麒麟企业报告" in page(client)
    is_behind = outbox.is_behind

    def another_process_is_faster():
        Report.objects.filter(pk=report.pk).update(status=Status.DRAFT)
        outbox.drain()
        return is_behind()

    monkeypatch.setattr(outbox, "is_behind", another_process_is_faster)

    assert "麒麟企业报告" not in page(client)


def test_a_new_title_is_shown_at_once_and_after_the_index_knows(client, report):
    page(client)

    Report.objects.filter(pk=report.pk).update(title="独角兽报告")

    assert "独角兽报告" in page(client)
    outbox.drain()
    assert "独角兽报告" in page(client)


def test_every_display_has_its_own_page(client, report):
    plain = page(client)
    client.cookies["theme"] = "dark"
    dark = page(client)

    assert 'data-theme="dark"' in dark
    assert 'data-theme="dark"' not in plain
    del client.cookies["theme"]
    assert page(client) == plain


def test_another_page_of_the_answer_is_another_page(client, report):
    assert page(client, f"{ADDRESS}&page=2") != page(client)


@pytest.mark.parametrize("form", ["json", "csv"])
def test_tables_and_json_are_made_anew(client, report, form):
    client.get(f"{ADDRESS}&format={form}")

    with CaptureQueriesContext(connection) as asked:
        client.get(f"{ADDRESS}&format={form}")

    assert len(asked) > 1


def test_nothing_is_answered_from_memory_when_the_index_is_away(client, report, index):
    assert client.get(ADDRESS).status_code == 200

    shutil.rmtree(index)

    assert client.get(ADDRESS).status_code == 503

"""/healthz: what whoever watches over the archive is told."""

import shutil

import pytest
from django.db import OperationalError, connection

from reports.models import Report
from search import outbox


def test_it_says_that_all_is_well(client, index):
    outbox.drain()

    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (
        200,
        {"database": "ok", "index": "ok", "queue": 0, "detail": "索引中有 10 篇报告。"},
    )
    assert "no-store" in response.headers["Cache-Control"]


def test_it_counts_the_changes_that_the_index_still_has_to_learn(client, index):
    outbox.drain()
    Report.objects.filter(pk__in=Report.objects.published()[:2]).update(title="改了")

    response = client.get("/healthz")

    assert (response.status_code, response.json()["queue"]) == (200, 2)


def test_it_is_unwell_when_search_cannot_answer(client, index):
    shutil.rmtree(index)

    response = client.get("/healthz")

    assert (response.status_code, response.json()["database"], response.json()["index"]) == (503, "ok", "away")
    assert "rebuild_index" in response.json()["detail"]


@pytest.mark.usefixtures("index")
def test_it_is_unwell_when_the_database_is_away(client):
    def away(*_):
        raise OperationalError("unable to open database file")

    with connection.execute_wrapper(away):
        response = client.get("/healthz")

    assert (response.status_code, response.json()) == (
        503,
        {"database": "away", "index": "ok", "queue": None, "detail": "数据库打不开。"},
    )

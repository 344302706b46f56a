"""What is refused at the start, and what the person in front of it is told to type."""

import shutil

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.migrations.recorder import MigrationRecorder

from archive import startup
from reports.models import Report
from search import outbox
from search.models import IndexTask


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch):
    monkeypatch.setattr(startup, "PAUSE", 0)


def test_a_database_and_its_index_are_served(index):
    outbox.drain()

    assert startup.problems() == []


def test_changes_that_wait_in_the_queue_are_no_reason_to_refuse(index):
    Report.objects.filter(pk=Report.objects.published()[0].pk).update(status="draft")

    assert startup.problems() == []


def test_an_index_that_holds_other_reports_than_the_database_is_refused(index):
    Report.objects.filter(pk=Report.objects.published()[0].pk).update(status="draft")
    IndexTask.objects.all().delete()

    assert startup.problems() == [
        "索引中有 10 篇报告，数据库中公开的有 9 篇。 请运行 manage.py rebuild_index。",
    ]


def test_a_missing_index_is_refused(index):
    shutil.rmtree(index)

    assert startup.problems() == ["索引不存在或已损坏，请运行 manage.py rebuild_index 重建。"]


def test_an_index_made_with_another_dictionary_is_refused(index):
    for made_with in index.glob("*/made_with"):
        made_with.write_text("another dictionary")

    (problem,) = startup.problems()

    assert "rebuild_index" in problem


def test_a_database_that_lacks_a_migration_is_refused(index):
    MigrationRecorder.Migration.objects.filter(app="search").delete()

    assert startup.problems() == ["数据库还缺 1 项升级。请运行 manage.py prepare。"]


def test_a_database_from_a_newer_program_is_refused(index):
    MigrationRecorder.Migration.objects.create(app="reports", name="9999_from_the_future")

    (problem,) = startup.problems()

    assert "更新版本" in problem


def test_the_door_for_web_servers_stays_shut(index):
    shutil.rmtree(index)

    with pytest.raises(ImproperlyConfigured, match="索引不存在或已损坏"):
        startup.refuse_what_does_not_match()

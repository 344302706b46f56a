"""The index's own app."""

from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate, pre_migrate


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = "检索"

    def ready(self) -> None:
        from . import outbox

        pre_migrate.connect(outbox.drop_triggers, sender=self)
        post_migrate.connect(outbox.create_triggers, sender=self)
        # deploy: asked for by name (`check --deploy --tag index`), not by every command; it reads the whole index.
        checks.register(index_matches_database, "index", deploy=True)


def index_matches_database(app_configs: Any, **_: Any) -> list[checks.CheckMessage]:
    """Refuses an index that cannot answer, was made with another dictionary, or does not hold what is public."""
    from reports.models import Report

    from . import engine, outbox

    errors = [checks.Error(fault, id="search.E001") for fault in engine.faults()]
    if missing := outbox.missing_triggers():
        errors.append(checks.Error(f"数据库缺少 {len(missing)} 个触发器，请运行 manage.py migrate。", id="search.E002"))
    if not errors and not outbox.waiting() and engine.count() != Report.objects.published().count():
        errors.append(
            checks.Error(
                f"索引中有 {engine.count()} 篇报告，数据库中公开的有 {Report.objects.published().count()} 篇。",
                hint="请运行 manage.py rebuild_index。",
                id="search.E003",
            )
        )
    return list(errors)

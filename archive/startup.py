"""What must be true before the archive is served. Asked by `manage.py serve` and by the door that web servers knock on."""

import gc
import time

from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.template.loader import get_template
from django.urls import get_resolver

import search.views
from search.query import SearchQuery

# Looking takes a moment in which a report may be published: only what is still wrong at the third look is wrong.
LOOKS, PAUSE = 3, 1.0  # times, seconds


def problems() -> list[str]:
    """Why database and index must not be served as they are, and what to type, in Chinese; [] when nothing is wrong."""
    try:
        return problems_of_the_database() or problems_of_the_index()
    except DatabaseError as error:
        return [f"数据库打不开（{error}）。请检查 DATA_DIR 或 DATABASE_URL。"]


def problems_of_the_database() -> list[str]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return [f"数据库还缺 {len(missing)} 项升级。请运行 manage.py prepare。"]
    ours = (key for key in executor.loader.applied_migrations if key[0] in executor.loader.migrated_apps)
    if any(key not in executor.loader.disk_migrations for key in ours):
        return ["数据库来自更新版本的法治年报库。请更新程序，或用 manage.py restore 恢复与本版本相配的备份。"]
    return []


def problems_of_the_index() -> list[str]:
    """search/apps.py says what is checked."""
    for look in range(LOOKS):
        errors = checks.run_checks(tags=["index"], include_deployment_checks=True)
        if not errors:
            return []
        if look < LOOKS - 1:
            time.sleep(PAUSE)
    return [" ".join(filter(None, (error.msg, error.hint))) for error in errors]


def refuse_what_does_not_match() -> None:
    """Raises ImproperlyConfigured with every problem."""
    if found := problems():
        raise ImproperlyConfigured("\n".join(found))


def warm_up() -> None:
    """Load dictionaries, index and page now, not in the first reader's time, and once for all processes forked later."""
    # Nothing holds this: every way of helping on is tried.
    search.views.answer(SearchQuery(q="福院联冻"), ())
    get_template("search/search.html")
    # All views and forms; left to itself, Django imports them in the first request.
    get_resolver().url_patterns  # noqa: B018
    # A connection must not be taken along into another process.
    connections.close_all()
    # What is there now stays: a collector that never looks at it again leaves it shared between the processes.
    gc.freeze()

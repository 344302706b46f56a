"""A backup's SQLite database into PostgreSQL: every row as it is, with its number and its dates."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, connections, transaction
from django.db.models import Model

from archive.backup import Refused
from archive.settings import sqlite
from reports.ingestion.answers import UNKEEPABLE

OLD = "moving"

Progress = Callable[[str, int], None]


def tables() -> list[type[Model]]:
    """What is kept: those of migrations, links between rows included."""
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]


def refuse_what_is_not_empty() -> None:
    """Raises Refused where anybody has worked with the database."""
    there = set(connection.introspection.table_names())
    if {"reports_sourcefile", "auth_user"} <= there and any(
        apps.get_model(name)._base_manager.exists() for name in ("reports.SourceFile", "auth.User")
    ):
        raise Refused("数据库里已有资料。只能恢复到空的数据库：请新建一个，写进 DATABASE_URL，再运行一次。")


def fill_from(file: Path, progress: Progress) -> None:
    """All rows of the SQLite file into the configured database, or none. `progress` hears of each table and its rows.

    Both are brought up to this version first. Raises DatabaseError where PostgreSQL refuses what SQLite kept.
    """
    call_command("migrate", verbosity=0, interactive=False)
    connections.databases[OLD] = connections.databases["default"] | sqlite(file)
    try:
        # Data migrations look at the database that they are run in, and not at the configured one.
        call_command("migrate", database=OLD, verbosity=0, interactive=False)
        # References are looked at when the transaction ends, so rows may come before those that they point to.
        with transaction.atomic():
            for model in tables():
                progress(str(model._meta.verbose_name), copy(model))
            with connection.cursor() as cursor:
                for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
                    cursor.execute(statement)
    finally:
        connections[OLD].close()
        del connections.databases[OLD]


def copy(model: type[Model]) -> int:
    """Puts the old rows in the place of those that are there (`migrate` makes permissions); returns how many."""
    table, fields = model._meta.db_table, model._meta.concrete_fields
    quoted = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    old = model._base_manager.using(OLD).order_by("pk").values_list(*(field.attname for field in fields))
    copied = 0
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608  # a name of ours
        with cursor.copy(f"COPY {connection.ops.quote_name(table)} ({quoted}) FROM STDIN") as rows:
            for row in old.iterator(chunk_size=500):
                pairs = zip(fields, map(keepable, row), strict=True)
                rows.write_row([field.get_db_prep_save(value, connection) for field, value in pairs])
                copied += 1
    return copied


def keepable(value: Any) -> Any:
    """Without what PostgreSQL keeps in no text, and in no text within JSON; what is left stands where it stood."""
    match value:
        case str():
            return UNKEEPABLE.sub("\N{REPLACEMENT CHARACTER}", value)
        case list():
            return [keepable(one) for one in value]
        case dict():
            return {keepable(name): keepable(one) for name, one in value.items()}
    return value

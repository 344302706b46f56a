"""The outbox: the database itself notes every change that concerns the index, and one writer drains the notes in order.

Triggers write the notes, in the same transaction as the change: update(), bulk and many-to-many changes and plain SQL are
heard like saves, and a change that is rolled back leaves nothing. They are taken away before migrations and made anew
after them, because SQLite cannot rename a table that a trigger speaks of, and forgets the triggers of a table that it
copies. A `migrate` that has nothing to do, or only makes and removes indexes, leaves them alone: a changed trigger comes
with a migration that does more.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from django.apps import AppConfig
from django.db import connections as databases
from django.db import router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import AddIndex, RemoveIndex
from django.db.models import Min
from django.db.models.functions import Now
from haystack import connections
from haystack.utils import get_identifier

from reports.models import Report

from . import engine
from .models import IndexTask
from .prepared import Prepared
from .search_indexes import ReportIndex

log = logging.getLogger(__name__)

BATCH = 500  # reports learned in one commit
PORTION = 200  # reports read in one question to the database
QUIET = timedelta(seconds=1)  # without a further note: no more of the same are to come
AT_LAST = timedelta(seconds=10)  # a change is learned, whatever follows it

NOTED = Prepared(lambda: IndexTask.objects.values_list("pk")[:1])

Progress = Callable[[int, int], None]

OF_COURT = "SELECT id FROM reports_report WHERE court_id = {row}.{column}"
OF_THEME = "SELECT report_id FROM reports_reporttheme WHERE theme_id = {row}.{column}"
BELOW_REGION = """
    SELECT reports_report.id FROM reports_report
    JOIN reports_court ON reports_report.court_id = reports_court.id
    JOIN reports_region AS own ON reports_court.region_id = own.code
    LEFT JOIN reports_region AS above ON own.parent_id = above.code
    WHERE {row}.{column} IN (own.code, own.parent_id, above.parent_id)"""
OF_TEXT = "SELECT report_id FROM reports_reporttext WHERE id = {row}.{column}"
ITSELF = "SELECT {row}.{column}"


@dataclass(frozen=True, slots=True)
class Watch:
    """Rows of a table whose changes concern the index. `reports` selects the reports that a row concerns by its `column`;
    an update counts when one of `columns` changes, or always when none is named."""

    table: str
    column: str
    reports: str
    columns: tuple[str, ...] = ()


# What a row of these tables says can only be said of reports once reports point to it: new and deleted rows need no note.
# Sections come and go with their text.
UPDATES_ONLY = {"reports_court", "reports_region", "reports_theme", "reports_section"}
WATCHES = (
    Watch("reports_report", "id", ITSELF),
    Watch("reports_reporttext", "report_id", ITSELF),
    Watch("reports_section", "text_id", OF_TEXT, ("part",)),
    Watch("reports_reporttheme", "report_id", ITSELF),
    Watch("reports_courtname", "court_id", OF_COURT),
    Watch("reports_court", "id", OF_COURT, ("name", "region_id", "level", "merged_into_id")),
    Watch("reports_region", "code", BELOW_REGION, ("name", "short_name", "level", "parent_id")),
    Watch("reports_theme", "id", OF_THEME, ("name",)),
)
Event = Literal["INSERT", "UPDATE", "DELETE"]


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger, in the words that SQLite and PostgreSQL share. condition: "" or what must have changed."""

    name: str
    table: str
    event: Event
    condition: str
    reports: str

    @property
    def note(self) -> str:
        return f"INSERT INTO search_indextask (report_id) {self.reports};"


def triggers() -> Iterator[Trigger]:
    for watch in WATCHES:
        for event in ("UPDATE",) if watch.table in UPDATES_ONLY else ("INSERT", "UPDATE", "DELETE"):
            rows = {"INSERT": ["NEW"], "UPDATE": ["OLD", "NEW"], "DELETE": ["OLD"]}[event]
            yield Trigger(
                name=f"index_{watch.table}_{event.lower()}",
                table=watch.table,
                event=event,  # type: ignore[arg-type]  # one of the three above
                condition=" OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in watch.columns),
                reports=" UNION ".join(watch.reports.format(row=row, column=watch.column) for row in rows),
            )


def create(trigger: Trigger, vendor: str) -> str:
    when = f"WHEN ({trigger.condition})" if trigger.condition else ""
    on = f"AFTER {trigger.event} ON {trigger.table}"
    if vendor == "postgresql":
        return (
            f"CREATE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {trigger.note} RETURN NULL; END $$; "
            f"CREATE TRIGGER {trigger.name} {on} FOR EACH ROW {when} EXECUTE FUNCTION {trigger.name}();"
        )
    # SQLite's IS NOT is IS DISTINCT FROM, which it has only known since 3.39.
    when = when.replace("IS DISTINCT FROM", "IS NOT")
    return f"CREATE TRIGGER {trigger.name} {on} FOR EACH ROW {when} BEGIN {trigger.note} END"


def drop(trigger: Trigger, vendor: str) -> str:
    if vendor == "postgresql":
        return f"DROP FUNCTION IF EXISTS {trigger.name}() CASCADE"
    return f"DROP TRIGGER IF EXISTS {trigger.name}"


def drop_triggers(sender: AppConfig, using: str, plan: Sequence[Any] = (), **_: Any) -> None:
    """Before migrations, unless these leave all tables and rows as they are."""
    if all(isinstance(step, AddIndex | RemoveIndex) for migration, _ in plan for step in migration.operations):
        return
    with databases[using].cursor() as cursor:
        for trigger in triggers():
            cursor.execute(drop(trigger, cursor.db.vendor))


def create_triggers(sender: AppConfig, using: str, **_: Any) -> None:
    """Those that are missing. While one was, anything may have changed unheard: then all reports are noted."""
    database = databases[using]
    if not is_complete(database):
        return
    missing = missing_triggers()
    with transaction.atomic(using), database.cursor() as cursor:
        for trigger in triggers():
            if trigger.name in missing:
                # PostgreSQL's trigger function may be there alone.
                cursor.execute(drop(trigger, database.vendor))
                cursor.execute(create(trigger, database.vendor))
        if missing:
            note_all()


def is_complete(database: BaseDatabaseWrapper) -> bool:
    """Whether all tables that the triggers speak of are there (not so when only some apps have been migrated)."""
    return {watch.table for watch in WATCHES} | {"search_indextask"} <= set(database.introspection.table_names())


def missing_triggers() -> list[str]:
    """Triggers that should be there and are not: changes would go unheard."""
    database = databases[router.db_for_write(IndexTask)]
    listed = "SELECT tgname FROM pg_trigger" if database.vendor == "postgresql" else "SELECT name FROM sqlite_master"
    with database.cursor() as cursor:
        cursor.execute(listed)
        there = {name for (name,) in cursor.fetchall()}
    return [trigger.name for trigger in triggers() if trigger.name not in there]


# ---- draining
def silent(done: int, total: int) -> None:
    """No progress shown."""


def note_all() -> int:
    """Notes every report, public or not, as changed; returns how many."""
    ids = Report.objects.values_list("pk", flat=True).order_by("pk")
    return len(IndexTask.objects.bulk_create(IndexTask(report_id=pk) for pk in ids))


def waiting() -> int:
    """How many notes wait."""
    return IndexTask.objects.count()


def is_behind() -> bool:
    """Whether the archive has changes that the index has not."""
    return bool(NOTED.rows())


def drain(progress: Progress = silent, *, gather: bool = False) -> int:
    """Brings the index up to date with all notes there are; returns how many were done.

    `gather` leaves many changes that keep coming (an archive read again) to be learned together a few seconds later: every
    commit costs each reader what it has in mind. A single change, and what the index does not hold, never wait for others.

    Notes are deleted only after the index is committed: a kill in between repeats work, and the same report written
    twice is one report. An index that is away, damaged or made with another dictionary is rebuilt; `progress` hears of it.
    """
    done = rebuild_if_needed(progress)
    backend = connections["default"].get_backend()
    with backend.writing():
        while noted := noted_reports():
            # What has just been published does not wait until an archive that was read again is through.
            held = backend.held()
            lacking = [report for report in noted if report not in held]
            changed = [report for report in noted if report in held]
            if gather and len(changed) > 1 and are_coming():
                if not lacking:
                    break
                changed = []
            reports = {*[*lacking, *changed][:BATCH], *backend.crowded()}
            # Before the reports are read: of what changes meanwhile, a note stays.
            tasks = notes_of(reports)
            # A draft that the index does not hold is none of its business.
            if concerned := reports & held | public(reports):
                _learn(backend, concerned)
            backend.note(reports)
            _forget(tasks)
            done += len(tasks)
    return done


def noted_reports() -> list[int]:
    """The reports that notes wait for, by their oldest notes."""
    waiting = IndexTask.objects.values("report_id").annotate(first=Min("pk")).order_by("first")
    return list(waiting.values_list("report_id", flat=True))


def are_coming() -> bool:
    """Whether the last note is of this moment, and the first not yet old. By the clock of the database."""
    # A note from the future was written before the clock was set back.
    fresh = IndexTask.objects.filter(created_at__gt=Now() - QUIET, created_at__lte=Now())
    old = IndexTask.objects.filter(created_at__lt=Now() - AT_LAST)
    return fresh.exists() and not old.exists()


def public(reports: Iterable[int]) -> set[int]:
    """Those of the reports that the index is to hold."""
    listed = sorted(reports)
    return {
        report
        for start in range(0, len(listed), BATCH)
        for report in ReportIndex()
        .index_queryset()
        .filter(pk__in=listed[start : start + BATCH])
        .values_list("pk", flat=True)
    }


def notes_of(reports: Iterable[int]) -> list[int]:
    """All notes that wait for these reports: one that was read again has left several."""
    listed = sorted(reports)
    return [
        note
        for start in range(0, len(listed), BATCH)
        for note in IndexTask.objects.filter(report_id__in=listed[start : start + BATCH]).values_list("pk", flat=True)
    ]


def rebuild_if_needed(progress: Progress = silent) -> int:
    """Returns how many notes were done; 0 where the index is as it should be."""
    if not engine.faults():
        return 0
    with connections["default"].get_backend().rebuilding():
        # Another process may have done it while this one waited.
        if not (faults := engine.faults()):
            return 0
        log.warning("索引需要重建：%s", faults[0])
        return _rebuild(progress)


def rebuild(progress: Progress = silent) -> int:
    """Builds the whole index anew beside the present one and switches; returns how many reports it holds.

    `progress` hears how many of how many reports are done. What others drain meanwhile is in the new index too.
    """
    with connections["default"].get_backend().rebuilding():
        _rebuild(progress)
    return engine.count()


def _rebuild(progress: Progress) -> int:
    backend = connections["default"].get_backend()
    with backend.begun(lambda: IndexTask.objects.values_list("pk", flat=True)) as rebuild:
        rebuild.add(backend.documents(ReportIndex(), _after(rebuild.last, progress)))
        with backend.writing():
            tasks = dict(IndexTask.objects.values_list("pk", "report_id"))
            later = {report for task, report in tasks.items() if task not in rebuild.tasks}
            changed = sorted(rebuild.changed() | later)
            for start in range(0, len(changed), BATCH):
                _learn(rebuild, set(changed[start : start + BATCH]))
            rebuild.switch()
    _forget(list(tasks))
    return len(tasks)


def _after(last: int, progress: Progress) -> Iterator[Report]:
    """All public reports after this id. Read by the portion: a long question to the database would hold up its log."""
    public = ReportIndex().index_queryset()
    total = public.count()
    done = public.filter(pk__lte=last).count()
    while portion := list(public.filter(pk__gt=last)[:PORTION]):
        for report in portion:
            progress(done, total)
            done += 1
            yield report
        last = portion[-1].pk
    progress(total, total)


def _learn(index: Any, ids: set[int]) -> None:
    """The index, or one being rebuilt, writes the reports as they are now; those that are not public leave it."""
    index.write(_documents(sorted(ids)), [get_identifier(f"reports.report.{pk}") for pk in ids])


def _documents(ids: list[int]) -> Iterator[dict[str, Any]]:
    """Of those that are public. Read by the portion: they may be thousands."""
    backend = connections["default"].get_backend()
    public = ReportIndex().index_queryset()
    for start in range(0, len(ids), PORTION):
        yield from backend.documents(ReportIndex(), public.filter(pk__in=ids[start : start + PORTION]))


def _forget(tasks: list[int]) -> None:
    for start in range(0, len(tasks), BATCH):
        IndexTask.objects.filter(pk__in=tasks[start : start + BATCH]).delete()

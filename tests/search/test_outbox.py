"""The outbox: every change of what is public reaches the index, or never, as it should."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, migrations, transaction
from django.db.models import Index
from django.db.models.functions import Now

from reports.models import Court, CourtName, Region, Report, ReportText, ReportTheme, Section, Status, Theme, Year
from search import engine, outbox
from search.apps import index_matches_database
from search.backends.whoosh import writer
from search.models import IndexTask
from tests.factories import add_text, make_report

from .backend_contract import find, ids, public


@pytest.fixture
def report(index):
    """A public report of 济南中院, known to the index."""
    made = make_report(
        text="独角兽企业。", court="济南市中级人民法院", year=2021, themes=("司法建议",), type="工作总结"
    )
    outbox.drain()
    assert ids("独角兽") == [made.pk]
    return made


def noted():
    return list(IndexTask.objects.values_list("report_id", flat=True).distinct().order_by("report_id"))


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


# ---- twelve kinds of change
def new_text(report):
    ReportText.objects.filter(report=report).update(is_current=False)
    ReportText.objects.create(report=report, number=2, text="麒麟企业。")


def theme_added(report):
    report.themes.add(Theme.objects.get(name="诉源治理"))


def theme_removed(report):
    report.themes.clear()


def court_corrected_in_bulk(report):
    report.court = Court.objects.get(name="长春市中级人民法院")
    Report.objects.bulk_update([report], ["court"])


CHANGES = [
    ("a new text", new_text, lambda: "麒麟", {}),
    ("a theme added", theme_added, lambda: "独角兽", {"themes": ("诉源治理",)}),
    (
        "themes made in bulk",
        lambda report: ReportTheme.objects.bulk_create(
            [ReportTheme(report=report, theme=Theme.objects.get(name="诉源治理"))]
        ),
        lambda: "独角兽",
        {"themes": ("诉源治理",)},
    ),
    (
        "a theme renamed",
        lambda _: Theme.objects.filter(name="司法建议").update(name="建议书"),
        lambda: "主题:建议书",
        {},
    ),
    ("a saved year", lambda report: save(report, year_id=2019), lambda: "独角兽", {"years": ("2019",)}),
    (
        "a year by update()",
        lambda report: Report.objects.filter(pk=report.pk).update(year_id=2019),
        lambda: "独角兽",
        {"years": ("2019",)},
    ),
    ("a court by bulk_update()", court_corrected_in_bulk, lambda: "独角兽", {"regions": ("220100",)}),
    (
        "a court renamed by update()",
        lambda report: Court.objects.filter(pk=report.court_id).update(name="泉城法院"),
        lambda: "独角兽 法院:泉城法院",
        {},
    ),
    (
        "a court moved and raised",
        lambda report: Court.objects.filter(pk=report.court_id).update(region_id="220000", level="高级"),
        lambda: "独角兽",
        {"regions": ("220000",), "levels": ("高级",)},
    ),
    (
        "a court called by another name",
        lambda report: CourtName.objects.create(court_id=report.court_id, name="历下书院"),
        lambda: "独角兽 法院:历下书院",
        {},
    ),
    (
        "a region renamed",
        lambda _: Region.objects.filter(pk="370000").update(name="齐鲁省"),
        lambda: "法院:齐鲁省 独角兽",
        {},
    ),
    (
        "a region moved by plain SQL",
        lambda _: sql("UPDATE reports_region SET parent_id = '220000' WHERE code = '370100'"),
        lambda: "独角兽",
        {"regions": ("220000",)},
    ),
    (
        "a type by plain SQL",
        lambda report: sql("UPDATE reports_report SET type = '白皮书' WHERE id = %s", report.pk),
        lambda: "独角兽",
        {"types": ("白皮书",)},
    ),
]


def save(report, **values):
    for name, value in values.items():
        setattr(report, name, value)
    report.save()


@pytest.mark.parametrize(("change", "words", "chosen"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_every_kind_of_change_reaches_the_index(report, change, words, chosen):
    Year.objects.get_or_create(year=2019)
    assert report.pk not in ids(words(), synonyms=False, **chosen)

    change(report)
    assert report.pk in noted()
    outbox.drain()

    assert report.pk in ids(words(), synonyms=False, **chosen)
    assert noted() == []


@pytest.mark.parametrize(
    "change",
    [
        lambda report: save(report, status=Status.WITHDRAWN, withdrawn_reason="有误"),
        lambda report: Report.objects.filter(pk=report.pk).update(status=Status.DRAFT, published_at=None),
        lambda report: Report.objects.filter(pk=report.pk).update(is_current=False),
        lambda report: sql("UPDATE reports_report SET is_current = false WHERE id = %s", report.pk),
        lambda report: delete(report),
    ],
    ids=["withdrawn", "a draft again", "superseded", "superseded by plain SQL", "deleted"],
)
def test_a_report_that_is_no_longer_public_leaves_the_index(report, change):
    pk = report.pk
    change(report)
    assert noted() == [pk]
    outbox.drain()

    assert ids("独角兽") == []
    assert engine.count() == len(public())


def delete(report):
    Section.objects.filter(text__report=report).delete()
    report.texts.all().delete()
    report.delete()


def test_removed_themes_leave_the_index(report):
    report.themes.clear()
    outbox.drain()

    assert report.pk not in ids(themes=("司法建议",))


def test_a_change_that_is_rolled_back_leaves_nothing(report):
    with transaction.atomic():
        add_text(report, "麒麟企业。")
        make_report(text="麒麟企业。")
        assert len(noted()) == 2
        transaction.set_rollback(True)

    assert noted() == []
    outbox.drain()
    assert ids("麒麟") == []


def test_reference_data_that_stays_the_same_notes_nothing(report):
    for model in (Court, Region, Theme):
        row = model.objects.first()
        row.save()
    Court.objects.update(verified=True)

    assert noted() == []


def test_a_court_without_reports_notes_nothing(report):
    Court.objects.filter(name="拉萨市中级人民法院").update(name="拉萨中院")

    assert noted() == []


# ---- draining
def test_a_kill_between_commit_and_drain_loses_nothing_and_doubles_nothing(report, monkeypatch):
    add_text(report, "麒麟企业。")
    make_report(text="麒麟企业二。")
    before = noted()

    with monkeypatch.context() as killed:
        killed.setattr(outbox, "_forget", lambda tasks: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            outbox.drain()
    assert noted() == before

    outbox.drain()
    assert find("麒麟").count == 2
    assert engine.count() == len(public())
    assert noted() == []


def test_a_kill_during_commit_leaves_the_index_as_it_was(report, monkeypatch):
    add_text(report, "麒麟企业。")

    with monkeypatch.context() as killed:
        killed.setattr("search.backends.whoosh.segment.checksum", lambda path: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            outbox.drain()
    assert ids("独角兽") == [report.pk]

    outbox.drain()
    assert (ids("独角兽"), ids("麒麟")) == ([], [report.pk])


def test_a_change_made_while_the_index_is_written_waits_for_the_next_drain(report, monkeypatch):
    learn = outbox._learn

    def learn_and_change(writing, reports):
        learn(writing, reports)
        if len(ReportText.objects.filter(report=report)) == 2:
            add_text(report, "貔貅企业。")

    add_text(report, "麒麟企业。")
    monkeypatch.setattr(outbox, "_learn", learn_and_change)
    outbox.drain()

    assert ids("貔貅") == [report.pk]
    assert noted() == []


def test_drain_says_how_many_notes_it_has_done(report):
    Report.objects.filter(pk=report.pk).update(title="甲")
    Report.objects.filter(pk=report.pk).update(title="乙")

    assert outbox.waiting() == 2
    assert outbox.drain() == 2
    assert outbox.drain() == 0


@pytest.fixture
def learned(monkeypatch):
    """What each commit learned, two reports at most; no note is older than a minute however slow the machine is."""
    monkeypatch.setattr(outbox, "BATCH", 2)
    monkeypatch.setattr(outbox, "QUIET", timedelta(minutes=1))
    monkeypatch.setattr(outbox, "AT_LAST", timedelta(minutes=10))
    commits = []
    monkeypatch.setattr(
        outbox, "_learn", lambda index, ids, learn=outbox._learn: commits.append(ids) or learn(index, ids)
    )
    return commits


def test_all_notes_of_a_report_are_done_in_one_commit(report, learned):
    first, second, third = report.pk, *(make_report(text=text).pk for text in ("麒麟。", "凤凰。"))
    outbox.drain()
    learned.clear()
    IndexTask.objects.bulk_create(IndexTask(report_id=pk) for pk in (first, first, second, first, third, second, first))

    assert outbox.drain() == 7
    assert learned == [{first, second}, {third}]
    assert noted() == []


def test_what_was_just_published_does_not_wait_for_reports_read_again(report, learned):
    noted_again = outbox.note_all()
    published = make_report(text="麒麟。").pk
    assert IndexTask.objects.values_list("report_id", flat=True).last() == published

    outbox.drain()

    assert published in learned[0]
    assert sum(map(len, learned)) == noted_again + 1
    assert ids("麒麟") == [published]


def made_ago(**ago):
    IndexTask.objects.update(created_at=Now() - timedelta(**ago))


def test_many_changes_that_keep_coming_are_gathered(report, learned):
    noted_again = outbox.note_all()

    assert outbox.drain(gather=True) == 0
    assert (learned, outbox.waiting()) == ([], noted_again)

    made_ago(minutes=5)  # and none since
    outbox.drain(gather=True)
    assert (sum(map(len, learned)), outbox.waiting()) == (noted_again, 0)


def test_no_change_is_gathered_for_long(report, learned):
    outbox.note_all()
    made_ago(minutes=11)
    outbox.note_all()  # and they go on coming

    outbox.drain(gather=True)

    assert len(learned[0]) == 2


def test_what_the_index_does_not_hold_waits_for_no_gathering(report, learned):
    noted_again = outbox.note_all()
    published = make_report(text="麒麟。").pk
    outbox.drain(gather=True)

    assert learned == [{published}]
    assert outbox.waiting() == noted_again


def test_notes_from_the_future_wait_for_no_gathering(report, learned):
    """The clock was set back."""
    noted_again = outbox.note_all()
    made_ago(hours=-1)

    assert outbox.drain(gather=True) == noted_again


def test_a_draft_that_is_read_makes_no_reader_forget(report, learned):
    draft = make_report(text="麒麟。", status=Status.DRAFT)
    assert noted() == [draft.pk]

    assert outbox.drain() > 0
    assert (learned, noted()) == ([], [])


def test_a_single_change_waits_for_no_other(report, learned):
    Report.objects.filter(pk=report.pk).update(title="甲")
    Report.objects.filter(pk=report.pk).update(title="乙")
    outbox.drain(gather=True)

    assert learned == [{report.pk}]
    assert noted() == []


def test_all_reports_can_be_noted_again(report, index):
    out = io.StringIO()
    call_command("drain_outbox", "--all", stdout=out)

    assert out.getvalue() == "登记了 11 篇报告\n处理了 11 处改动\n"
    assert engine.count() == 11


def test_many_small_commits_do_not_leave_many_segments(report, index):
    made = [make_report(text=f"第{number}号独角兽。").pk for number in range(3)]
    for number in range(25):
        Report.objects.filter(pk=made[number % 3]).update(title=f"第{number}次")
        outbox.drain()

    (generation,) = (path for path in index.iterdir() if path.is_dir())
    assert len(list(generation.glob("*.sums"))) <= 12
    assert sorted(ids("独角兽")) == sorted([report.pk, *made])
    assert engine.count() == len(public())


def test_what_is_too_long_for_one_segment_is_learned_in_one_commit_all_the_same(report, index, monkeypatch):
    monkeypatch.setattr(writer, "PORTION", 1)  # characters
    (generation,) = (path for path in index.iterdir() if path.is_dir())
    before = len(list(generation.glob("*.sums")))
    others = [make_report(text=text).pk for text in ("麒麟。", "凤凰。")]
    Report.objects.filter(pk=report.pk).update(title="独角兽与麒麟")
    outbox.drain()

    assert len(list(generation.glob("*.sums"))) == before + 3 - 1  # that of the report alone is gone
    assert [sorted(ids(word)) for word in ("麒麟", "凤凰", "独角兽")] == [
        sorted([report.pk, others[0]]),
        [others[1]],
        [report.pk],
    ]
    assert engine.count() == len(public())


# ---- triggers
def test_the_triggers_stand_after_migrate_and_their_absence_is_an_error(report):
    assert outbox.missing_triggers() == []
    assert index_matches_database(None) == []

    sql("DROP TRIGGER index_reports_report_update")

    assert outbox.missing_triggers() == ["index_reports_report_update"]
    assert [error.id for error in index_matches_database(None)] == ["search.E002"]


def test_a_migrate_with_nothing_to_do_leaves_the_triggers_alone(report):
    statements = []
    with connection.execute_wrapper(lambda execute, *call: statements.append(call[0]) or execute(*call)):
        call_command("migrate", verbosity=0)

    assert [statement for statement in statements if "TRIGGER" in statement] == []
    assert noted() == []


AN_INDEX = migrations.AddIndex("reporttheme", Index(fields=["strength"], name="by_strength"))
NO_INDEX = migrations.RemoveIndex("reporttheme", "by_strength")
ROWS = migrations.RunPython(migrations.RunPython.noop, migrations.RunPython.noop)


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(
    ("steps", "are_left"),
    [([[AN_INDEX], [NO_INDEX]], True), ([[]], True), ([[AN_INDEX, ROWS]], False), ([[AN_INDEX], [ROWS]], False)],
)
def test_migrations_that_only_make_indexes_leave_the_triggers(steps, are_left, backwards, report):
    plan = [
        (type("Migration", (migrations.Migration,), {"operations": one})("x", "reports"), backwards) for one in steps
    ]

    outbox.drop_triggers(None, "default", plan)

    assert len(outbox.missing_triggers()) == (0 if are_left else 16)


def test_a_trigger_that_was_missing_comes_back_with_a_note_of_every_report(report):
    sql("DROP TRIGGER index_reports_report_update")
    Report.objects.filter(pk=report.pk).update(title="没有听到")

    call_command("migrate", verbosity=0)

    assert outbox.missing_triggers() == []
    assert noted() == sorted(Report.objects.values_list("pk", flat=True))


def test_postgresql_gets_the_same_triggers():
    statements = [outbox.create(trigger, "postgresql") for trigger in outbox.triggers()]

    assert len(statements) == 16
    assert (
        "CREATE TRIGGER index_reports_theme_update AFTER UPDATE ON reports_theme FOR EACH ROW "
        "WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION index_reports_theme_update();"
    ) in statements[-1]

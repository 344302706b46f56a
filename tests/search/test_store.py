"""Generations of the index: rebuilt beside, verified, switched, and fallen back to."""

import pickle
import shutil
import threading

import haystack
import pytest
from django.core.management import CommandError, call_command

from reports.models import Report
from search import engine, outbox
from search.apps import index_matches_database
from search.backends import IndexAway
from search.backends.whoosh import journal, writer
from search.backends.whoosh.reader import reader_of
from search.backends.whoosh.store import Store
from search.management.commands import drain_outbox
from search.models import IndexTask
from search.search_indexes import ReportIndex
from tests.factories import make_report

from .backend_contract import find, ids, public


def files(index, pattern):
    return sorted((index / (index / "current").read_text()).glob(pattern))


def as_a_new_process():
    """Files are checked when a generation is opened: an evaluator that has it open goes on."""
    reader_of.cache_clear()
    haystack.connections.reload("default")


def test_a_rebuild_never_shows_fewer_reports_than_before(index):
    counts = []

    def ask(reports_done, total):
        counts.append((find().count, engine.state()[0]))

    before = len(public())
    made = make_report(text="独角兽企业。")
    outbox.rebuild(ask)

    assert set(counts) == {(before, "rebuilding")}
    assert len(counts) == before + 2
    assert ids("独角兽") == [made.pk]
    assert engine.state()[0] == "ok"


def test_a_rebuild_that_fails_leaves_the_index_as_it_was(index):
    def fail(reports_done, total):
        if reports_done == 3:
            raise OSError("磁盘已满")

    with pytest.raises(OSError, match="磁盘已满"):
        outbox.rebuild(fail)

    assert find().count == len(public())
    assert len([path for path in index.iterdir() if path.is_dir()]) == 1


def test_segments_written_by_other_processes_answer_like_one(index, monkeypatch):
    questions = [
        "法院如何推进府院联动",
        '"院"',
        "司法 NEAR 建议",
        "府院 同段 联动",
        "标题:人民法院",
        "诉源治理 -执行",
        "",
    ]
    before = [(find(question), ids(question)) for question in questions]

    monkeypatch.setattr(writer, "PORTION", 4_000)
    outbox.rebuild()

    assert len(files(index, "*.grams")) > 3
    assert [(find(question), ids(question)) for question in questions] == before


def test_what_a_killed_rebuild_left_behind_is_gone_before_the_next_begins(index):
    left = index / "00000000000000000001"
    left.mkdir()
    (left / "half.grams").write_bytes(b"x" * 9)
    there: list[bool] = []

    outbox.rebuild(lambda _done, _total: there.append(left.exists()))

    assert set(there) == {False}


# ---- rebuilt while others write
def test_what_is_published_and_withdrawn_during_a_rebuild_is_so_at_once_and_afterwards(index):
    withdrawn = min(public())
    seen = []

    def change(reports_done, total):
        if reports_done == 5:  # the first has been read by then
            seen.append(make_report(text="独角兽企业。").pk)
            Report.objects.filter(pk=withdrawn).update(is_current=False)
            outbox.drain()
            seen.append(ids("独角兽"))
            seen.append(withdrawn in ids())

    outbox.rebuild(change)

    made, during, still_there = seen
    assert (during, still_there) == ([made], False)
    assert ids("独角兽") == [made]
    assert set(ids()) == public()
    assert IndexTask.objects.count() == 0


def test_what_nobody_drained_during_a_rebuild_is_in_the_new_index(index):
    def change(reports_done, total):
        if reports_done == 5:
            make_report(text="独角兽企业。")

    outbox.rebuild(change)

    assert find("独角兽").count == 1
    assert IndexTask.objects.count() == 0


# ---- killed and gone on with
@pytest.fixture
def interrupted(index, monkeypatch):
    """A rebuild that ended as a kill ends it, with some of its segments finished; returns where it got."""
    monkeypatch.setattr(writer, "PORTION", 4_000)
    monkeypatch.setattr(writer, "WRITERS", 1)

    def interrupt(reports_done, total):
        if reports_done == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        outbox.rebuild(interrupt)
    return Store(index).unfinished()


def begun_at():
    """With how many reports done the next rebuild begins."""
    done = []
    outbox.rebuild(lambda reports_done, total: done.append(reports_done))
    return done[0]


def test_a_killed_rebuild_is_gone_on_with_and_learns_what_has_changed_since(index, interrupted):
    first = min(public())
    Report.objects.filter(pk=first).update(title="独角兽")
    outbox.drain()
    made = make_report(text="麒麟企业。").pk

    done = begun_at()

    assert 0 < done < 8
    assert Store(index).current() == interrupted
    assert (ids("独角兽"), ids("麒麟")) == ([first], [made])
    assert sorted(ids()) == sorted(public())
    assert engine.examine() == []


def test_a_killed_rebuild_made_with_another_dictionary_is_begun_anew(index, interrupted, monkeypatch):
    monkeypatch.setattr("search.jieba_analyzer.words_hash", lambda: "another")

    assert begun_at() == 0
    assert not interrupted.exists()


@pytest.mark.parametrize("pattern", ["MAIN_{}.grams", "journal", "made_with"])
def test_a_killed_rebuild_with_a_damaged_file_is_begun_anew(index, interrupted, pattern):
    # A segment that is finished, but not in the journal, is written anew in any case.
    (segment, *_) = (entry["segment"] for entry in journal.entries(interrupted) if "segment" in entry)
    path = interrupted / pattern.format(segment)
    path.write_bytes(path.read_bytes()[:-1])

    assert begun_at() == 0
    assert not interrupted.exists()
    assert sorted(ids()) == sorted(public())


def test_a_killed_rebuild_that_nobody_goes_on_with_is_dropped_after_a_day(index, interrupted):
    patrol()
    assert interrupted.exists()

    old = index / f"{int(interrupted.name) - 24 * 3600 * 10**9:020d}"
    interrupted.rename(old)
    patrol()
    assert not old.exists()


def test_two_generations_are_kept(index):
    for _ in range(3):
        outbox.rebuild()

    assert len([path for path in index.iterdir() if path.is_dir()]) == 2


def test_a_missing_index_is_an_error_and_never_an_empty_answer(index):
    for path in sorted(index.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()

    with pytest.raises(IndexAway, match="rebuild_index"):
        find()
    assert engine.state()[0] == "away"
    assert [error.id for error in index_matches_database(None)] == ["search.E001"]

    outbox.drain()
    assert find().count == len(public())


@pytest.mark.parametrize(
    "pattern", ["*.words", "*.grams", "*.reports", "*.tallies", "*.toc", "MAIN_*.sums", "_MAIN_*.sums"]
)
def test_a_damaged_file_is_noticed_and_the_generation_before_answers(index, pattern):
    outbox.rebuild()
    (damaged,) = files(index, pattern)
    data = bytearray(damaged.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 16] = bytes(byte ^ 0xFF for byte in data[middle : middle + 16])
    damaged.write_bytes(data)
    as_a_new_process()

    assert find().count == len(public())
    assert engine.state()[0] == "previous"
    assert engine.faults() == ["索引不存在或已损坏，请运行 manage.py rebuild_index 重建。"]

    outbox.drain()
    assert engine.state()[0] == "ok"


def test_an_index_that_could_not_be_opened_is_not_read_again_at_every_question(index, caplog):
    (toc,) = files(index, "*.toc")
    toc.write_bytes(b"")
    as_a_new_process()

    for _ in range(3):
        with pytest.raises(IndexAway):
            find()

    assert len([record for record in caplog.records if "不再使用" in record.message]) == 1
    outbox.drain()
    assert find().count == len(public())


def test_a_table_of_contents_is_never_unpickled_unless_it_is_as_it_was_written(index, tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "opened"), "w"))

    (toc,) = files(index, "*.toc")
    content = toc.read_bytes()
    pickled = content.index(b"\x80\x02")
    evil = pickle.dumps(Evil(), 2)
    toc.write_bytes(content[:pickled] + evil + content[pickled + len(evil) :])
    as_a_new_process()

    with pytest.raises(IndexAway):
        find()
    assert not (tmp_path / "opened").exists()


@pytest.mark.parametrize("content", [b"", b"0", b"..", b"01795347806425708905", b"\xff" * 20])
def test_a_damaged_pointer_is_noticed_and_mended(index, content):
    (index / "current").write_bytes(content)

    assert find().count == len(public())
    assert engine.state()[0] == "previous"

    outbox.drain()
    assert engine.state()[0] == "ok"


# ---- looked at while it serves
def patrol():
    """How many steps the whole round takes."""
    return len(list(haystack.connections["default"].get_backend().patrol()))


def test_a_file_damaged_while_it_is_open_is_found_and_the_generation_answers_no_more(index, caplog):
    outbox.rebuild()
    served = Store(index).current()
    assert (find().count, engine.state()[0]) == (len(public()), "ok")
    (path,) = files(index, "*.grams")
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 1]))
    assert engine.state()[0] == "ok"

    patrol()

    assert (find().count, engine.state()[0]) == (len(public()), "previous")
    assert [record.getMessage() for record in caplog.records if path.name in record.getMessage()] != []
    outbox.drain()
    assert engine.state()[0] == "ok"
    assert not served.exists()


def test_a_whole_index_passes_every_round(index):
    before = Store(index).candidates()

    steps = patrol()

    assert steps == len(files(index, "MAIN_*.sums"))
    assert Store(index).candidates() == before


def test_a_segment_that_a_commit_takes_away_during_a_round_is_no_damage(index):
    generation = Store(index).current()
    make_report(text="独角兽企业。")
    outbox.drain()
    looking = Store(index).examine(generation)
    assert next(looking) is None

    Report.objects.filter(pk=max(public())).update(is_current=False)
    outbox.drain()  # the second segment is empty now, and gone

    assert list(looking) == [None]
    assert engine.state()[0] == "ok"


def test_a_changed_list_of_words_is_said_in_the_log(index, monkeypatch, caplog):
    looking = drain_outbox.rounds()
    next(looking)
    monkeypatch.setattr(drain_outbox, "word_lists", lambda: "another")
    next(looking)

    assert [record.getMessage() for record in caplog.records] == [
        "词典或同义词表已变。重新启动后生效；词典变了，启动时会重建索引。"
    ]


def test_a_lock_taken_in_a_removed_folder_keeps_nobody_out(index):
    store = Store(index)
    with store.lock("rebuild"):
        shutil.rmtree(index)
        with store.lock("rebuild", wait=False) as got:
            assert got
            with store.lock("rebuild", wait=False) as again:
                assert not again


def test_the_index_is_never_emptied(index):
    with pytest.raises(CommandError, match="rebuild_index"):
        call_command("clear_index", interactive=False)

    assert find().count == len(public())


def test_an_archive_without_reports_has_an_index_that_says_so(index):
    for report in Report.objects.all():
        report.delete()
    outbox.rebuild()

    assert (find().count, find("法院").count, engine.state()[0]) == (0, 0, "ok")


@pytest.mark.parametrize("door", ["update", "remove"])
def test_haystacks_doors_wait_for_the_one_that_writes(index, door):
    backend = haystack.connections["default"].get_backend()
    call = {
        "update": lambda: backend.update(ReportIndex(), []),
        "remove": lambda: backend.remove("reports.report.1"),
    }[door]
    waiting = threading.Thread(target=call)
    before = backend.reader.get().evaluator.index.latest_generation()

    with backend.writing():
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        assert backend.reader.get().evaluator.index.latest_generation() == before
    waiting.join(10)
    assert backend.reader.get().evaluator.index.latest_generation() == before + 1


def test_an_index_made_with_another_dictionary_is_noticed_and_made_anew(index, monkeypatch):
    monkeypatch.setattr("search.jieba_analyzer.words_hash", lambda: "another")

    assert engine.state() == ("previous", "索引是用另一版词典或程序建立的，请运行 manage.py rebuild_index 重建。")
    assert [error.id for error in index_matches_database(None)] == ["search.E001"]

    outbox.drain()
    assert engine.state()[0] == "ok"


def test_an_index_that_does_not_hold_what_is_public_is_refused(index):
    Report.objects.filter(pk=min(public())).update(is_current=False)
    assert index_matches_database(None) == []  # noted, and on its way

    IndexTask.objects.all().delete()
    assert [error.id for error in index_matches_database(None)] == ["search.E003"]

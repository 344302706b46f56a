"""Generations of the index: rebuilt beside, verified, switched, and fallen back to."""

import threading

import haystack
import pytest
from django.core.management import CommandError, call_command

from reports.models import Report
from search import engine, outbox
from search.apps import index_matches_database
from search.backends import IndexAway
from search.backends.whoosh import writer
from search.backends.whoosh.reader import reader_of
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


@pytest.mark.parametrize("pattern", ["*.words", "*.grams", "*.reports", "*.toc", "MAIN_*.sums", "_MAIN_*.sums"])
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

"""Whatever a hostile file does, it does it in the child, and the answer is a sentence."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from reports.ingestion import child
from reports.ingestion.answers import printed, restored
from reports.ingestion.child import LIMITS, heavy_limits, how_far, last_words, left_in, unpack_safely
from reports.ingestion.confined import ANSWER, ERRORS, Limits
from reports.ingestion.nursery import nursery
from reports.ingestion.pipeline import reading_of
from reports.ingestion.read import office
from reports.ingestion.read.ocr import MOST_PAGES
from reports.ingestion.shapes import (
    Heavy,
    KnownCourt,
    KnownRegion,
    KnownTheme,
    Member,
    Program,
    Reading,
    Unreadable,
    Upload,
    Vocabulary,
)

from .gold import SAMPLES, sample_bytes
from .make_pdf import pdf_of, pdf_that_inflates_to, pdf_that_never_ends
from .test_read_archive import zip_of

VOCABULARY = Vocabulary(
    (KnownRegion("370502", "东营区", "county", None, ("东营",)),),
    (KnownCourt("东营市东营区人民法院", "基层", "普通", "370502", ("东营区法院",)),),
    (KnownTheme("诉源治理", "从源头减少纠纷", "诉源治理|源头治理"),),
)
TOO_LONG = "识别用时过长，已中止。文件可能过大、已损坏或内容异常，请另存为新的 PDF 或 TXT 后再上传。"
CRASHED = "识别这个文件时程序意外中止，文件可能已损坏。请另存为新的 PDF 或 TXT 后再上传。"
TOO_MUCH_MEMORY = "识别这个文件需要的内存超出限制，已中止。请拆分，或另存为新的 PDF 或 TXT 后再上传。"

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="macOS does not limit address space and has no /proc")


def read_safely(upload: Upload, vocabulary: Vocabulary, limits: Limits = LIMITS, **asked) -> Reading:
    return child.read_safely(upload, vocabulary, settings.READING_DIR, limits, **asked)


def children() -> list[str]:
    """The living children of our nursery, as the system knows them."""
    process = nursery(settings.READING_DIR).process
    return Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_child_answers_what_the_pipeline_reads(sample):
    upload = Upload("报告.txt", sample_bytes(sample))

    assert read_safely(upload, VOCABULARY) == reading_of(upload, VOCABULARY)


def test_a_file_that_cannot_be_read_is_an_answer_with_the_reason():
    assert read_safely(Upload("报告.pdf", b""), VOCABULARY) == Reading(
        reason="文件是空的（0 字节）。请检查原件后重新上传。"
    )


class Enough(Exception):
    """Whoever watched has seen enough."""


@linux_only
def test_whoever_watches_a_reading_may_end_it_at_once_and_leaves_no_process():
    seen = []

    def watch(*pages: int) -> None:
        seen.append(pages)
        raise Enough

    with pytest.raises(Enough):
        read_safely(Upload("报告.pdf", pdf_that_never_ends()), VOCABULARY, watch=watch)

    assert seen == [(0, 0)]
    assert children() == []


@pytest.mark.skipif(office.program() is None, reason="LibreOffice is not installed")
def test_a_reading_that_needs_a_program_asks_before_it_begins_anew():
    def refuse(program: Program, pages: int, done: int = 0) -> None:
        raise Heavy(program, pages)

    with pytest.raises(Heavy) as heavy:
        read_safely(Upload("报告.rtf", b"{\\rtf1 }"), VOCABULARY, ask=refuse)

    assert (heavy.value.program, heavy.value.pages) == ("office", 1)


@pytest.mark.parametrize(
    ("said", "pages"),
    [
        (b"3 12", (3, 12)),
        (b"", (0, 0)),
        (b"3", (0, 0)),
        (b"-1 12", (0, 0)),
        (b"13 12", (0, 0)),
        (b"1 99999999999999999", (0, 0)),
        ("三 十".encode(), (0, 0)),
    ],
)
def test_how_far_a_child_is_is_believed_only_where_it_can_be(tmp_path, said, pages):
    (tmp_path / "progress").write_bytes(said)

    assert how_far(tmp_path) == pages


@linux_only
def test_a_file_that_never_ends_is_stopped_by_the_clock_and_leaves_no_process(caplog):
    reading = read_safely(Upload("报告.pdf", pdf_that_never_ends()), VOCABULARY, Limits(cpu=60, clock=1))

    assert reading == Reading(reason=TOO_LONG)
    assert children() == []
    assert caplog.records == []  # as of a child that ended by itself


def test_a_file_that_never_ends_is_stopped_by_the_processor_time_it_uses(caplog):
    reading = read_safely(Upload("报告.pdf", pdf_that_never_ends()), VOCABULARY, Limits(cpu=1, clock=60))

    assert reading == Reading(reason=TOO_LONG)
    (entry,) = caplog.records
    assert entry.getMessage().startswith(f"the child ended with status {-signal.SIGXCPU}, saying:")


@linux_only
def test_a_file_that_inflates_without_end_stops_at_the_memory_limit():
    reading = read_safely(Upload("报告.pdf", pdf_that_inflates_to(1 << 30)), VOCABULARY, Limits(memory=512 << 20))

    assert reading.reason == TOO_MUCH_MEMORY
    assert reading.drafts == ()


def test_an_answer_larger_than_may_be_written_is_no_answer_and_the_log_says_why(caplog):
    upload = Upload("报告.txt", sample_bytes("001"))

    assert read_safely(upload, VOCABULARY, Limits(written=4096)) == Reading(reason=CRASHED)

    (entry,) = caplog.records
    assert entry.name == "reports.ingestion.child"
    assert entry.getMessage().startswith("the child ended with status 1, saying:\n  | Traceback")
    assert "File too large" in entry.getMessage().splitlines()[-1]


def test_of_what_the_child_said_only_the_end_is_kept_and_nothing_that_could_forge_a_log(tmp_path):
    (tmp_path / ERRORS).write_bytes(b"x" * 5000 + "\n结束\x1b[2J\r\n2026-01-01 ERROR".encode())

    *_, last_but_one, last = lines = last_words(tmp_path).split("\n")

    assert (last_but_one, last) == ("  | 结束[2J", "  | 2026-01-01 ERROR")
    assert len(lines[0]) < 2048


@linux_only
def test_text_made_to_keep_expressions_busy_is_read_all_the_same():
    hostile = "\n".join(
        ["（" * 2000, "第一" * 2000, "实训基地" * 2000, "— " * 2000, "某" * 2000 + " 摄", "甲 乙" * 2000]
    )
    reading = read_safely(Upload("报告.txt", hostile.encode()), VOCABULARY, Limits(cpu=20))

    assert reading.reason == ""


def test_the_child_sees_nothing_of_our_environment(monkeypatch):
    # A start-up file that would end any Python process that heeds its environment.
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")

    assert read_safely(Upload("报告.pdf", pdf_of(["法院2023年工作总结"])), VOCABULARY).kind == "pdf"


def test_a_reading_survives_the_way_through_json():
    reading = reading_of(Upload("报告.txt", sample_bytes("004")), VOCABULARY)

    assert restored(Reading, json.loads(json.dumps(asdict(reading), default=printed))) == reading


@pytest.mark.parametrize("number", ["1E+999999999", "NaN", "", 1.5, "1" * 41])
def test_a_number_that_is_not_written_out_is_refused(number):
    with pytest.raises(ValueError, match="is not"):
        restored(Decimal, number)


@pytest.mark.parametrize(
    "answer",
    [None, [], {}, {"kind": "txt"}, asdict(Reading()) | {"drafts": ["no draft"]}, asdict(Reading()) | {"kind": 1}],
)
def test_an_answer_of_another_shape_is_refused(answer):
    with pytest.raises((ValueError, KeyError)):
        restored(Reading, answer)


def test_a_zip_is_taken_apart_in_a_child_and_its_files_come_as_they_are():
    data = zip_of(("甲.txt", "一".encode()), ("乙.zip", zip_of(("丙.zip", zip_of(("丁.txt", b"1"))))))
    nested = "ZIP 里的 ZIP 里还有 ZIP，没有再打开。请把它解压后直接上传其中的文件。"

    assert list(unpack_safely(Upload("年报.zip", data), settings.READING_DIR)) == [
        Member("乙.zip/丙.zip", reason=nested),
        Member("甲.txt", "一".encode()),
    ]


def test_a_zip_that_cannot_be_opened_is_an_answer_with_the_reason():
    with pytest.raises(Unreadable, match=r"^ZIP 已损坏，打不开。请重新压缩后再试。$"):
        list(unpack_safely(Upload("年报.zip", zip_of(("甲.txt", b"1"))[:30]), settings.READING_DIR))


@pytest.mark.parametrize("answer", ['{"program": "ocr", "pages": 1}', "[" * 100_000])
def test_a_child_that_was_taken_over_gets_no_further_by_what_it_answers(tmp_path, monkeypatch, answer):
    jobs = []

    @contextmanager
    def taken_over(*job: object) -> Iterator[tuple[Path, str]]:
        jobs.append(job)
        (tmp_path / ANSWER).write_text(answer)
        yield tmp_path, ""

    monkeypatch.setattr(child, "done", taken_over)

    assert read_safely(Upload("报告.txt", b""), VOCABULARY) == Reading(reason=CRASHED)
    assert len(jobs) <= 3


def test_what_the_child_leaves_is_read_only_where_it_is_a_plain_file(tmp_path):
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "pipe")

    assert left_in(tmp_path, "secret") == b"secret"
    for name in ("link", "pipe", "."):
        with pytest.raises(OSError):  # noqa: PT011 - each system has its own words for it
            left_in(tmp_path, name)


@pytest.mark.skipif(office.program() is None, reason="LibreOffice is not installed")
def test_a_file_that_needs_more_room_is_begun_again_with_more_room():
    document = r"{\rtf1\ansi\uc1 " + "".join(rf"\u{ord(character)}?" for character in "甲县人民法院工作总结") + "}"
    reading = read_safely(Upload("报告.rtf", document.encode("ascii")), VOCABULARY)

    assert (reading.kind, reading.reason) == ("rtf", "")
    assert reading.drafts[0].article.text == "甲县人民法院工作总结"


def test_room_grows_with_the_pages_to_recognise_and_not_without_end():
    few, many, absurd = (heavy_limits({"ocr": pages}) for pages in (1, 20, 10**9))

    assert few.memory == many.memory == 3 << 30
    assert LIMITS.cpu < few.cpu < many.cpu < absurd.cpu == heavy_limits({"ocr": MOST_PAGES}).cpu

"""How far a rebuild is: one line on a terminal, a line now and then in a log."""

import io

import pytest
from django.core.management.base import OutputWrapper

from reports import progress
from reports.progress import ProgressLine, in_words


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch):
    """Seconds, as the test sets them."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def shown(out, clock, *steps):
    line = ProgressLine(OutputWrapper(out))
    for seconds, done in steps:
        clock[0] = 100.0 + seconds
        line(done, 35_000)
    return out.getvalue()


def test_a_log_hears_every_ten_seconds_how_much_time_is_left(clock):
    said = shown(io.StringIO(), clock, (0, 0), (3, 350), (12, 1_400), (13, 1_500), (300, 35_000))

    assert said == (
        "0 / 35,000 篇（0%），正在估计时间\n"
        "1,400 / 35,000 篇（4%），约还需 4 分 48 秒\n"
        "35,000 / 35,000 篇（100%），正在写完最后的部分\n"
    )


def test_what_an_earlier_rebuild_did_is_not_taken_for_speed(clock):
    said = shown(io.StringIO(), clock, (0, 30_000), (20, 31_000))

    assert said.endswith("31,000 / 35,000 篇（88%），约还需 1 分 20 秒\n")


def test_a_terminal_shows_one_line_again_and_again(clock):
    said = shown(Terminal(), clock, (0, 0), (0.1, 10), (1, 100))

    assert said == ("\r\x1b[K0 / 35,000 篇（0%），正在估计时间\r\x1b[K100 / 35,000 篇（0%），约还需 5 分 49 秒")


def test_an_empty_archive_is_done_at_once():
    out = io.StringIO()
    ProgressLine(OutputWrapper(out))(0, 0)

    assert out.getvalue() == "0 / 0 篇（0%），正在写完最后的部分\n"


def test_times_are_told_in_minutes_and_seconds():
    assert [in_words(seconds) for seconds in (0.4, 59.7, 61)] == ["0 秒", "1 分 0 秒", "1 分 1 秒"]

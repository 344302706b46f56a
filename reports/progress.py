"""How far a long command is, and how long it will still take, in plain text."""

import time
from typing import Protocol


class Out(Protocol):
    """Where it is shown: a command's stdout."""

    def write(self, text: str, style_func: None = None, ending: str | None = None) -> object: ...
    def flush(self) -> object: ...
    def isatty(self) -> bool: ...


class ProgressLine:
    """On a terminal one line, rewritten; anywhere else a line now and then. Call it with how many of how many are done."""

    def __init__(self, out: Out):
        self.out = out
        self.pause = 0.2 if out.isatty() else 10.0  # seconds between two showings
        self.begun: tuple[float, int] | None = None
        self.shown = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if self.begun is None:
            # What an earlier run did took none of this one's time.
            self.begun = now, done
        if now - self.shown < self.pause and done < total:
            return
        self.shown = now
        self._show(f"{done:,} / {total:,} 篇（{100 * done // max(total, 1)}%），{self._left(now, done, total)}")

    def _left(self, now: float, done: int, total: int) -> str:
        if done == total:
            return "正在写完最后的部分"
        began, before = self.begun or (now, done)
        if done == before:
            return "正在估计时间"
        return f"约还需 {in_words((now - began) / (done - before) * (total - done))}"

    def _show(self, text: str) -> None:
        if self.out.isatty():
            self.out.write(f"\r\x1b[K{text}", ending="")
        else:
            self.out.write(text)
        self.out.flush()

    def end(self) -> None:
        """What comes after it begins on a line of its own."""
        if self.out.isatty() and self.begun:
            self.out.write("\r\x1b[K", ending="")


def in_words(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} 分 {rest} 秒" if minutes else f"{rest} 秒"

"""Snippets and marks, computed from the stored text: the same under every engine, and on the one ruler of the archive."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from .query import fold

SNIPPETS = 3  # of one report
BEFORE = (18, 60)  # code points of context before a match: wanted, and at most
AFTER = (50, 100)  # and after it
LONGEST = 240  # a snippet does not grow beyond this to take in one more match
SHORT_LINE = 40  # a line up to this is a heading or the like: it takes its next line along
CONSIDERED = 40  # occurrences of one string that may open a snippet; all that lie in one are marked

# Exactly what fold() takes away, so that a folded position leads back to the character it came from.
REMOVED = re.compile(r"[\s\0]")
SENTENCE_END = re.compile(r"[。！？；!?;][”’」』）)]*")
CLAUSE_END = re.compile(r"[，、：,:]")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text: `text` is exactly the stored text's [start:end].

    All counted in code points; `marks` count from the snippet's first character, rise and never overlap. `place` is where
    a link to it should lead: the first match, or `start` where nothing is marked.
    """

    text: str
    start: int
    end: int
    marks: tuple[Span, ...] = ()

    @property
    def place(self) -> int:
        return self.start + (self.marks[0][0] if self.marks else 0)


def snippets(text: str, strings: Sequence[str], opening: int = 0) -> tuple[Snippet, ...]:
    """Up to SNIPPETS pieces of `text` around the folded `strings`, in text order; one from `opening` on where none occurs.

    Pieces that hold strings no other piece holds come first, so that every word that occurs is shown where it can be.
    """
    found = occurrences(text, strings)
    if not found:
        return (snippet(text, (opening, cut_after(text, opening)), found),)
    windows = windows_of(text, found)
    chosen: list[Span] = []
    shown: set[str] = set()
    while windows and len(chosen) < SNIPPETS:
        best = max(windows, key=lambda window: (len(windows[window] - shown), len(windows[window]), -window[0]))
        shown |= windows.pop(best)
        chosen.append(best)
    return tuple(snippet(text, window, found) for window in sorted(chosen))


def occurrences(text: str, strings: Sequence[str]) -> list[tuple[int, int, str]]:
    """(start, end, string) wherever fold(text) holds one of the folded `strings`, by start, longest first, not overlapping.

    Positions are those of `text`: a match that runs across a line end covers it, and never begins or ends with white space.
    """
    folded = fold(text)
    wanted = sorted({string for string in strings if string and string in folded}, key=len, reverse=True)
    if not wanted:
        return []
    removed = [match.start() for match in REMOVED.finditer(text)]
    # The k-th character taken away stood, in the folded text, before the character at removed[k] - k.
    gaps = [position - k for k, position in enumerate(removed)]
    return [
        (
            match.start() + bisect_right(gaps, match.start()),
            match.end() + bisect_right(gaps, match.end() - 1),
            match.group(),
        )
        for match in re.finditer("|".join(map(re.escape, wanted)), folded)
    ]


def windows_of(text: str, found: list[tuple[int, int, str]]) -> dict[Span, set[str]]:
    """Pieces of the text around the matches, each with the strings it holds."""
    windows: dict[Span, set[str]] = {}
    considered: dict[str, int] = {}
    start = end = 0
    for match_start, match_end, string in found:
        if match_end < end or end == len(text):
            windows[start, end].add(string)
            continue
        considered[string] = considered.get(string, 0) + 1
        if considered[string] > CONSIDERED:
            continue
        before, after = cut_before(text, match_start), cut_after(text, match_end)
        if before < end and after - start <= LONGEST:
            windows[start, after] = windows.pop((start, end)) | {string}
        else:
            # Neighbours that would share much of their words begin where the last one ended.
            start = max(before, min(end, match_start - BEFORE[0] // 2))
            windows[start, after] = {string}
        end = after
    return windows


def cut_before(text: str, position: int) -> int:
    """Where a snippet should begin to show what stands before `position`: at a sentence, else a clause, of the same line.

    A match that opens its line takes the line before into view, often the heading that says what the paragraph is about.
    """
    wanted, most = BEFORE
    line = text.rfind("\n", 0, position) + 1
    if line == position > 0:
        line = text.rfind("\n", 0, line - 1) + 1
    earliest, latest = max(line, position - most), max(line, position - wanted)
    if earliest == line:
        return line
    return last_end(SENTENCE_END, text, earliest, latest) or last_end(CLAUSE_END, text, earliest, latest) or latest


def cut_after(text: str, position: int) -> int:
    """Where a snippet should end to show what follows `position`: at the end of a sentence, a clause or the line."""
    wanted, most = AFTER
    line_start, line_end = text.rfind("\n", 0, position) + 1, end_of_line(text, position)
    if line_end == position or line_end - line_start <= SHORT_LINE:
        line_end = end_of_line(text, line_end + 1)
    earliest, latest = position + wanted, position + most
    if line_end <= latest:
        return line_end
    sentence = SENTENCE_END.search(text, earliest, latest)
    return sentence.end() if sentence else last_end(CLAUSE_END, text, earliest, latest) or latest


def end_of_line(text: str, position: int) -> int:
    end = text.find("\n", position)
    return end if end >= 0 else len(text)


def last_end(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    """Where the last match in text[start:end] ends, or 0."""
    return max((match.end() for match in pattern.finditer(text, start, end)), default=0)


def snippet(text: str, window: Span, found: list[tuple[int, int, str]]) -> Snippet:
    """The piece, without white space at its edges, and every match that lies wholly in it marked."""
    start, end = window
    words = text[start:end]
    start, end = start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
    inside = found[bisect_left(found, (start, 0, "")) :]
    marks = takewhile(lambda mark: mark[1] <= end, ((match_start, match_end) for match_start, match_end, _ in inside))
    return Snippet(text[start:end], start, end, tuple((first - start, last - start) for first, last in marks))

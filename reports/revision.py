"""What a corrected text keeps of the version before it: kinds of lines, headings, pages, places of claims.

Pure: lines that still say the same carry everything with them; a changed line carries what its old self was.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# Some 3,500 characters of prose on either side, compared in a tenth of a second; figures or repetitions fill it sooner.
MOST_PAIRS = 50_000

Run = tuple[int, int, int]  # old start, new start, length


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the text, or a heading over its section: what a `Section` row holds."""

    kind: str
    start: int
    end: int
    level: int | None = None
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One text with its rows and the pages of the original, [start, page] in rising order."""

    text: str
    rows: tuple[Row, ...]
    pages: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """Where the characters of the old text stand in the new one."""

    blocks: tuple[Run, ...]  # in rising order of the old

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """The same words in the new text; None where they are no longer all there."""
        for old, new, length in self.blocks:
            if old <= start and end <= old + length:
                return start - old + new, end - old + new
        return None

    def position(self, start: int) -> int:
        """Where `start` is now; where its character is gone, the next one that is left. The beginning stays one."""
        if start == 0:
            return 0
        for old, new, length in self.blocks:
            if start < old + length:
                return new + max(0, start - old)
        return self.blocks[-1][1] + self.blocks[-1][2] if self.blocks else 0


def tidy(text: str) -> str:
    """The text as it is stored: one line per paragraph, no blank lines, no spaces around a line."""
    return "\n".join(line for line in (line.strip() for line in text.splitlines()) if line)


def revise(old: Version, text: str) -> tuple[Version, Moved]:
    """The version that `text` (tidied) makes of the old one, and where the old characters went."""
    before, after = old.text.split("\n"), text.split("\n")
    partners = line_partners(before, after)
    moved = Moved(tuple(blocks_of(before, after, partners)))
    old_starts, new_starts = starts_of(before), starts_of(after)
    rows = {row.start: row for row in old.rows if row.kind != "heading"}
    headings = {row.start: row for row in old.rows if row.kind == "heading"}

    kept: list[Row] = []
    for number, line in enumerate(after):
        start, end = new_starts[number], new_starts[number] + len(line)
        was = old_starts[partners[number]] if number in partners else None
        heading = headings.get(was) if was is not None else None
        own_line = heading is not None and was not in rows
        if heading is not None and (own_line or line.startswith(heading.heading)):
            kept.append(Row("heading", start, end, heading.level, line if own_line else heading.heading))
        if not own_line:
            kept.append(Row(rows[was].kind if was in rows else "para", start, end))
    pages = ordered((moved.position(start), page) for start, page in old.pages)
    return Version(text, tuple(closed(kept, len(text))), pages), moved


def line_partners(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """New line number -> the old line that it is, or that it replaces."""
    partners: dict[int, int] = {}
    old = new = 0
    for same_old, same_new, length in (*runs(before, after), (len(before), len(after), 0)):
        partners.update(zip(range(new, same_new), range(old, same_old), strict=False))
        old, new = same_old + length, same_new + length
        partners.update(zip(range(same_new, new), range(same_old, old), strict=True))
    return partners


def blocks_of(before: Sequence[str], after: Sequence[str], partners: dict[int, int]) -> Iterable[Run]:
    """Runs of characters that both texts share, line by line."""
    old_starts, new_starts = starts_of(before), starts_of(after)
    for number, partner in partners.items():
        old, new = old_starts[partner], new_starts[number]
        yield from ((old + a, new + b, length) for a, b, length in runs(before[partner], after[number]))


def runs(before: Sequence[str], after: Sequence[str]) -> Iterable[Run]:
    """What both have in common. What they begin and end with always; what is between, where it is not too much work."""
    shorter = min(len(before), len(after))
    head = next((place for place in range(shorter) if before[place] != after[place]), shorter)
    rest = shorter - head
    tail = next((place for place in range(rest) if before[-1 - place] != after[-1 - place]), rest)
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if head:
        yield 0, 0, head
    if equal_pairs(old, new) <= MOST_PAIRS:
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        yield from ((head + a, head + b, length) for a, b, length in matcher.get_matching_blocks() if length)
    if tail:
        yield len(before) - tail, len(after) - tail, tail


def equal_pairs(one: Sequence[str], other: Sequence[str]) -> int:
    """How often something of the one equals something of the other: what SequenceMatcher's time grows with."""
    counts = Counter(other)
    return sum(count * counts[item] for item, count in Counter(one).items())


def starts_of(lines: Sequence[str]) -> list[int]:
    starts, start = [], 0
    for line in lines:
        starts.append(start)
        start += len(line) + 1
    return starts


def ordered(pages: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Of several pages that would now begin at one place, the last."""
    return tuple(dict(pages).items())


def closed(rows: Sequence[Row], length: int) -> Iterable[Row]:
    """The rows with each heading's section ending before the next heading of the same or a higher level."""
    for number, row in enumerate(rows):
        if row.kind != "heading" or row.level is None:
            yield row
            continue
        following = (
            other for other in rows[number + 1 :] if other.kind == "heading" and (other.level or 0) <= row.level
        )
        end = next((other.start - 1 for other in following), length)  # without its last line end
        yield Row(row.kind, row.start, end, row.level, row.heading)

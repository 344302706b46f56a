"""Where the words of a document stand once it is printed. Pure: a text, the pages of a print, and nothing else.

A print is not word for word the text that a reader took: it has running heads, page numbers and words that were deleted, and
sets notes at the foot of their page. So both are laid beside each other by what stands once in each, wherever that is;
between two such places, by what stands once between them. What cannot be found stands nowhere: nothing is guessed.
"""

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from reports.ingestion.shapes import Box, Page

from .places import folded_with_offsets

# So many characters that stand once in the text and once in the print tell a place; fewer, where little lies between.
_TELLING, _TELLING_BETWEEN = 8, 3
# As many in a row are no chance; fewer have to be a whole line, or to stand between their neighbours in the print too.
_CERTAIN = 16
_MOST_BETWEEN = 1000
# 十二、 or [12], before a line.
_NUMBER = 4
# So many characters that were not found belong to the line that the one before them stands on.
_SLIP = 8
# Where less of the text than this is found in the print, it is no print of it.
_ENOUGH = 0.6
# Some twenty times what a report has.
_MOST_CHARACTERS = 300_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """The text from `start` to `end` stands on this page; `line`: on which line of it, None where that is unknown.

    `page`: None where it was not found.
    """

    start: int
    end: int
    page: int | None
    line: int | None


@dataclass(frozen=True, slots=True)
class _Block:
    """So many characters that are the same from here on in the text and there in the print."""

    here: int
    there: int
    length: int


def stretches(text: str, pages: Sequence[Page]) -> list[Stretch]:
    """The whole text in its order, each stretch with its place in the print; [] where this is no print of it."""
    folded, offsets = folded_with_offsets(text, [(0, len(text))])
    printed, places = _printed(pages)
    if not folded or max(len(folded), len(printed)) > _MOST_CHARACTERS:
        return []
    inside = (at for at in range(1, len(folded)) if "\n" in text[offsets[at - 1] : offsets[at]])
    breaks = [0, *inside, len(folded)]
    common = (_without_fragments(block, breaks) for block in _common(folded, printed, _TELLING))
    blocks = list(_filled(folded, printed, _sure(list(common), frozenset(breaks))))
    if sum(block.length for block in blocks) < _ENOUGH * len(folded):
        return []
    found: list[tuple[int, int] | None] = [None] * len(folded)
    for block in blocks:
        found[block.here : block.here + block.length] = places[block.there : block.there + block.length]
    _find_lines(found, folded, breaks, printed, places)
    return list(_runs(_with_slips(found, frozenset(breaks)), offsets, len(text)))


def page_starts(found: Iterable[Stretch]) -> list[tuple[int, int | None]]:
    """(start, page) pairs in rising order: from there on the text stands on that page, None where that is unknown."""
    starts: list[tuple[int, int | None]] = []
    for stretch in found:
        if not starts or starts[-1][1] != stretch.page:
            starts.append((stretch.start, stretch.page))
    return starts


def parted(text: str, found: Iterable[Stretch], pages: Sequence[Page]) -> tuple[Page, ...]:
    """The text on the pages of its print, a line for each line there, with its place.

    What was not found stands with what is before it, without a place.
    """
    lines: dict[int, list[tuple[str, Box | None]]] = {page.number: [] for page in pages}
    boxes = {page.number: page.boxes for page in pages}
    here = pages[0].number
    for stretch in found:
        here = stretch.page or here
        box = boxes[here][stretch.line] if stretch.line is not None and stretch.line < len(boxes[here]) else None
        lines[here] += [(line, box) for line in text[stretch.start : stretch.end].split("\n") if line.strip()]
    return tuple(
        Page(number, "\n".join(line for line, _ in on_page), boxes=tuple(box for _, box in on_page))
        for number, on_page in lines.items()
    )


def _printed(pages: Sequence[Page]) -> tuple[str, list[tuple[int, int]]]:
    """All that is printed, folded, and the (page, line) of each character."""
    characters, places = [], []
    for page in pages:
        for number, line in enumerate(page.text.split("\n")):
            folded, _ = folded_with_offsets(line, [(0, len(line))])
            characters.append(folded)
            places += [(page.number, number)] * len(folded)
    return "".join(characters), places


def _once(text: str, length: int) -> dict[str, int]:
    """Each run of so many characters that stands in the text once -> where."""
    places: dict[str, int] = {}
    for at in range(len(text) - length + 1):
        run = text[at : at + length]
        places[run] = -1 if run in places else at
    return {run: at for run, at in places.items() if at >= 0}


def _common(text: str, printed: str, telling: int) -> list[_Block]:
    """What stands in both, in the order of the text: found by runs that stand in each once, as long as it is the same."""
    blocks: list[_Block] = []
    in_print, end = _once(printed, telling), 0
    for run, here in _once(text, telling).items():
        there = in_print.get(run)
        if there is None or here < end:
            continue
        before = 0
        while here - before > end and there > before and text[here - before - 1] == printed[there - before - 1]:
            before += 1
        after = telling
        while (
            here + after < len(text) and there + after < len(printed) and text[here + after] == printed[there + after]
        ):
            after += 1
        blocks.append(_Block(here - before, there - before, before + after))
        end = here + after
    return blocks


def _without_fragments(block: _Block, breaks: Sequence[int]) -> _Block:
    """The block without the last characters of a line at its beginning, or the first of one at its end: 字 ends many."""
    start, end = block.here, block.here + block.length
    first, last = breaks[bisect_left(breaks, start)], breaks[bisect_right(breaks, end) - 1]
    if first < end and first - start < _TELLING:
        start = first
    if last > start and end - last < _TELLING:
        end = last
    return _Block(start, block.there + start - block.here, end - start)


def _sure(blocks: Sequence[_Block], breaks: frozenset[int]) -> Iterator[_Block]:
    """Those that are long, or whole lines; of the others those that stand between the same neighbours in text and print."""
    telling = [block for block in blocks if block.length >= _CERTAIN or _is_line(block, breaks)]
    ends = [0, *(block.there + block.length for block in telling)]
    begins = [*(block.there for block in telling), math.inf]
    passed = 0
    for block in blocks:
        if telling[passed : passed + 1] == [block]:
            passed += 1
            yield block
        elif ends[passed] <= block.there and block.there + block.length <= begins[passed]:
            yield block


def _is_line(block: _Block, breaks: frozenset[int]) -> bool:
    """Whether it is a whole line of the text, but for its number, which is printed in another way."""
    return block.here + block.length in breaks and any(block.here - at in breaks for at in range(_NUMBER + 1))


def _filled(text: str, printed: str, blocks: Iterable[_Block]) -> Iterator[_Block]:
    """The blocks, and what little text between two of them is found between them in the print."""
    edges = [_Block(0, 0, 0), *blocks, _Block(len(text), len(printed), 0)]
    for before, after in pairwise(edges):
        yield before
        here, there = before.here + before.length, before.there + before.length
        if here < after.here and there < after.there and max(after.here - here, after.there - there) <= _MOST_BETWEEN:
            last = 0
            for block in _common(text[here : after.here], printed[there : after.there], _TELLING_BETWEEN):
                if block.there >= last:
                    last = block.there + block.length
                    yield _Block(here + block.here, there + block.there, block.length)


def _find_lines(
    found: list[tuple[int, int] | None],
    text: str,
    breaks: Sequence[int],
    printed: str,
    places: Sequence[tuple[int, int]],
) -> None:
    """Of lines of which nothing was found those that are a line of the print too, once: what stands in boxes and tables."""
    in_print: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, characters in groupby(range(len(printed)), key=places.__getitem__):
        in_print["".join(printed[at] for at in characters)].append(place)
    lines = [(start, end) for start, end in pairwise(breaks) if end - start >= _TELLING_BETWEEN]
    often = Counter(text[start:end] for start, end in lines)
    for start, end in lines:
        line = text[start:end]
        if often[line] == len(in_print[line]) == 1 and not any(found[start:end]):
            found[start:end] = in_print[line] * (end - start)


def _with_slips(found: Sequence[tuple[int, int] | None], breaks: frozenset[int]) -> list[tuple[int, int | None] | None]:
    """Each character's (page, line), those too that were not found themselves but stand between others.

    A few of them stand on the line of the one before in their paragraph; more are on its page, if the one after is too.
    """
    placed: list[tuple[int, int | None] | None] = list(found)
    at = 0
    while at < len(found):
        if found[at] is not None:
            at += 1
            continue
        end = next((place for place in range(at, len(found)) if found[place] is not None), len(found))
        before = found[at - 1] if at else None
        after = found[end] if end < len(found) else None
        if before and end - at <= _SLIP and at not in breaks:
            placed[at:end] = [before] * (end - at)
        elif after and end - at <= _SLIP and end not in breaks:
            placed[at:end] = [after] * (end - at)
        elif before and after and before[0] == after[0]:
            placed[at:end] = [(before[0], None)] * (end - at)
        at = end
    return placed


def _runs(placed: Sequence[tuple[int, int | None] | None], offsets: Sequence[int], length: int) -> Iterator[Stretch]:
    """What stands together, in characters of the text itself; the white before a stretch belongs to the one before."""
    starts = [0, *(at for at in range(1, len(placed)) if placed[at] != placed[at - 1]), len(placed)]
    edges = [0, *(offsets[at] for at in starts[1:-1]), length]
    for (start, end), at in zip(pairwise(edges), starts, strict=False):
        if start < end:
            page, line = placed[at] or (None, None)
            yield Stretch(start, end, page, line)

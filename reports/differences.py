"""Where two texts say different things, sentence by sentence, for two people's eyes: side by side, in order.

Pure. What differs in format, script, width, white space or punctuation alone counts as the same, as in likeness.py.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.likeness import normal
from reports.revision import runs
from reports.simplified import simplified

Piece = tuple[str, bool]  # words, and whether the other side lacks them

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]*[”’」』）)]*\n*")
_FOLDED = {code: chr(code - 0xFEE0).lower() for code in range(0xFF01, 0xFF5F)} | {
    code: chr(code).lower() for code in range(ord("A"), ord("Z") + 1)
}
# A sentence is another one's counterpart from this share of common pairs of characters on, looked for among so many.
COUNTERPART, LOOKED_AT = 0.4, 20
# So many sentences in a row that only one side has are marked.
MARKED = 5
# Fewer equal characters between two differences are chance.
WORD = 2


@dataclass(frozen=True, slots=True)
class Passage:
    """Either `same` sentences, as the left side writes them; or a sentence and its counterpart, with what differs marked;
    or sentences that have none, which one side may lack altogether."""

    same: tuple[str, ...] = ()
    left: tuple[Piece, ...] = ()
    right: tuple[Piece, ...] = ()


def passages(left: str, right: str) -> list[Passage]:
    """All sentences of both texts once, in order."""
    mine, theirs = sentences(left), sentences(right)
    found: list[Passage] = []
    here = there = 0
    same = runs([normal(sentence) for sentence in mine], [normal(sentence) for sentence in theirs])
    for start, other, length in (*same, (len(mine), len(theirs), 0)):
        found += counterparts(mine[here:start], theirs[there:other])
        here, there = start + length, other + length
        if length and found and found[-1].same:
            found[-1] = Passage(same=found[-1].same + tuple(mine[start:here]))
        elif length:
            found.append(Passage(same=tuple(mine[start:here])))
    return found


def sentences(text: str) -> list[str]:
    """Trimmed, without those of punctuation alone; the last one of a line ends in \\n."""
    found = (sentence for sentence in _SENTENCE.findall(text) if normal(sentence))
    return [sentence.strip() + "\n" * sentence.endswith("\n") for sentence in found]


def counterparts(left: Sequence[str], right: Sequence[str]) -> Iterator[Passage]:
    """The sentences of a stretch that differs: each beside the one that it was changed from or to; between such pairs, what
    only one side has, side by side."""
    pairs_of_right = [pairs(sentence) for sentence in right]
    here = there = 0
    for number, sentence in enumerate(left):
        ahead = range(there, min(there + LOOKED_AT, len(right)))
        alike = [(common(pairs(sentence), pairs_of_right[place]), -place) for place in ahead]
        share, place = max(alike, default=(0.0, 0))
        if share >= COUNTERPART:
            yield from alone(left[here:number], right[there:-place])
            yield changed(sentence, right[-place])
            here, there = number + 1, 1 - place
    yield from alone(left[here:], right[there:])


def alone(left: Sequence[str], right: Sequence[str]) -> Iterator[Passage]:
    """Sentences without counterparts: all marked, but for long stretches, which would be nothing but marks."""
    short = max(len(left), len(right)) <= MARKED
    if left or right:
        yield Passage(
            left=tuple((sentence, short) for sentence in left), right=tuple((sentence, short) for sentence in right)
        )


def pairs(sentence: str) -> frozenset[str]:
    words = normal(sentence)
    return frozenset(words[place : place + 2] for place in range(max(1, len(words) - 1)))


def common(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))


def changed(left: str, right: str) -> Passage:
    """Two counterparts with the words that only one of them has marked."""
    left, right = left.strip(), right.strip()
    sides: tuple[list[Piece], list[Piece]] = ([], [])
    here = there = 0
    blocks = runs(comparable(left), comparable(right))
    for start, other, length in (*blocks, (len(left), len(right), 0)):
        at_an_end = start == other == 0 or (start + length, other + length) == (len(left), len(right))
        if length < WORD and not at_an_end:
            continue
        for side, text, begun, until in ((sides[0], left, here, start), (sides[1], right, there, other)):
            if until > begun:
                side.append((text[begun:until], True))
        here, there = start + length, other + length
        if length:
            sides[0].append((left[start:here], False))
            sides[1].append((right[other:there], False))
    return Passage(left=tuple(sides[0]), right=tuple(sides[1]))


def comparable(sentence: str) -> str:
    """As long as before, in simplified characters, half width and small letters."""
    return simplified(sentence).translate(_FOLDED)

"""What an article is about: 府院联动, 诉源治理 …, with the words that say so.

A word in passing is not a theme. What stands in a title or a heading, says a figure or names a document weighs more;
what is one item of a long list, belongs to the tasks ahead or to what is lacking weighs less or not at all.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from reports.parts import LACKING, PLANNED
from reports.simplified import simplified

from ..shapes import Article, Found, KnownTheme, Strength, Vocabulary
from .numbers import stretch_at
from .parts import PLAN_SENTENCE, stretches_of
from .plain import Plain

TOUCHED, TOPIC = 1.0, 3.0
IN_TITLE, IN_HEADING = 3.0, 1.5
FULL = 1.0
LOOSE = 0.5  # a sign that neither the theme's name nor its definition uses
LISTED = 0.4  # one of several things named in one breath
REPEATED = 0.2  # the same sign again
CONCRETE = 0.5  # with a figure or a document to show for it
LONG_SIGN = 6  # characters; a longer one is a phrase, and nobody uses it by chance
FAR = 300  # characters; no sentence is longer, whatever a text without full stops may say
SHORT_TEXT = 300  # characters; so little text has no room for asides

SENTENCE_END = re.compile(r"[。！？；!?;\n]")
CLAUSE_END = re.compile(r"[，,。；;\n]")
QUOTED = re.compile(r"“[^”]*”|《[^》]*》")
LIST_MARK = "、"
LONG_LIST = 2  # marks in one clause
SHOWN = re.compile(r"\d|《")


@dataclass(frozen=True, slots=True)
class _Sign:
    """One place where an expression of a theme stands: in the plain text, and in the article's."""

    theme: KnownTheme
    words: str
    start: int
    end: int
    place: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A sign, how much it says (0 … 3), and the clause in which it stands."""

    sign: _Sign
    weight: float
    clause: int
    is_plan: bool
    is_lack: bool


def themes_of(words: Plain, article: Article, vocabulary: Vocabulary) -> tuple[Found, ...]:
    """One claim per theme that has a sign in the text, in the vocabulary's order; its quote is the weightiest sign."""
    signs = [sign for theme in vocabulary.themes for sign in _signs(words, theme)]
    scope = _Scope.of(words, article)
    weighed: dict[str, list[_Weighed]] = defaultdict(list)
    for sign in _without_parts_of_others(signs):
        weighed[sign.theme.name].append(scope.weighed(sign))
    return tuple(_judged(weighed[theme.name], scope, article) for theme in vocabulary.themes if theme.name in weighed)


@cache
def _pattern(expressions: str) -> re.Pattern[str]:
    return re.compile(simplified(expressions))


@cache
def _description(theme: KnownTheme) -> str:
    return simplified(f"{theme.name}、{theme.definition}")


def _signs(words: Plain, theme: KnownTheme) -> Iterator[_Sign]:
    for match in _pattern(theme.expressions).finditer(words.text):
        if match[0]:
            yield _Sign(theme, match[0], match.start(), match.end(), words.span(*match.span()))


def _without_parts_of_others(signs: list[_Sign]) -> Iterator[_Sign]:
    """同堂培训 is a sign of its own theme; the 培训 in it is none of another's."""
    beginning: dict[int, list[_Sign]] = defaultdict(list)
    for sign in signs:
        beginning[sign.start].append(sign)
    for sign in signs:
        length = len(sign.words)
        around = (other for start in range(sign.start - length, sign.start + 1) for other in beginning.get(start, ()))
        if not any(
            other.theme is not sign.theme and sign.end <= other.end and length < len(other.words) <= 2 * length
            for other in around
        ):
            yield sign


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where the article speaks of plans and of what is lacking, and where its headings stand (in the article's text)."""

    words: Plain
    sentence_ends: list[int]
    clause_ends: list[int]
    titles: tuple[range, ...]
    headings: tuple[range, ...]
    plans: list[tuple[int, int]]
    lacks: list[tuple[int, int]]

    @classmethod
    def of(cls, words: Plain, article: Article) -> "_Scope":
        headings = [section for section in article.sections if section.kind == "heading"]
        return cls(
            words,
            [match.start() for match in SENTENCE_END.finditer(words.text)],
            [match.start() for match in CLAUSE_END.finditer(words.text)],
            tuple(range(line.start, line.end) for line in article.lines if line.kind in ("title", "subtitle")),
            tuple(range(section.start, section.start + len(section.heading)) for section in headings),
            stretches_of(article, PLANNED),
            stretches_of(article, LACKING),
        )

    @property
    def is_short(self) -> bool:
        return len(self.words.text) < SHORT_TEXT

    def weighed(self, sign: _Sign) -> _Weighed:
        at = sign.place[0]
        sentence, clause = self._around(sign, self.sentence_ends), self._around(sign, self.clause_ends)
        planned = stretch_at(at, self.plans) is not None or PLAN_SENTENCE.search(self.words.text, *sentence) is not None
        lacking = stretch_at(at, self.lacks) is not None
        return _Weighed(sign, self._weight(sign, clause), clause[0], planned, lacking)

    def _around(self, sign: _Sign, marks: list[int]) -> tuple[int, int]:
        """The stretch of plain text between two marks in which the sign stands; no more than FAR to either side."""
        low, high = max(0, sign.start - FAR), min(len(self.words.text), sign.end + FAR)
        before, after = bisect_left(marks, sign.start), bisect_left(marks, sign.end)
        start = marks[before - 1] + 1 if before else 0
        return max(start, low), min(marks[after], high) if after < len(marks) else high

    def _weight(self, sign: _Sign, clause: tuple[int, int]) -> float:
        at = sign.place[0]
        if any(at in title for title in self.titles):
            return IN_TITLE
        named = sign.words in _description(sign.theme)
        weight = FULL if named or len(sign.words) > LONG_SIGN else LOOSE
        if any(at in heading for heading in self.headings):
            return weight * IN_HEADING
        if SHOWN.search(self.words.text, *clause):
            return weight + CONCRETE
        if not self.is_short and self._list_marks(sign, clause) >= LONG_LIST:
            return weight * LISTED
        return weight

    def _list_marks(self, sign: _Sign, clause: tuple[int, int]) -> int:
        """、 in the clause, except within quotations in which the sign does not stand."""
        text = self.words.text
        elsewhere = (
            match[0].count(LIST_MARK)
            for match in QUOTED.finditer(text, *clause)
            if not match.start() <= sign.start < match.end()
        )
        return text.count(LIST_MARK, *clause) - sum(elsewhere)


def _judged(weighed: list[_Weighed], scope: _Scope, article: Article) -> Found:
    done = [one for one in weighed if not one.is_plan and not one.is_lack]
    score = _score(done) * (2 if scope.is_short else 1)
    strength: Strength
    if score >= TOPIC:
        strength = "topic"
    elif score >= TOUCHED:
        strength = "touched"
    else:
        strength = "plan" if any(one.is_plan for one in weighed) else "mention"
    shown = max(done or weighed, key=lambda one: one.weight).sign
    return Found(
        "theme",
        shown.theme.name,
        _sure(strength, score),
        article.text[slice(*shown.place)],
        *shown.place,
        detail=strength,
        places=tuple(one.sign.place for one in weighed),
    )


def _score(weighed: list[_Weighed]) -> float:
    """The weights of all signs; what says the same again, or in the same clause, adds little."""
    score = 0.0
    heard: set[str | int] = set()
    for one in sorted(weighed, key=lambda one: -one.weight):
        score += REPEATED if heard & {one.sign.words, one.clause} else one.weight
        heard |= {one.sign.words, one.clause}
    return score


def _sure(strength: Strength, score: float) -> float:
    if strength == "topic":
        return round(min(0.95, 0.85 + 0.02 * (score - TOPIC)), 2)
    if strength == "touched":
        return round(0.6 + 0.25 * (score - TOUCHED) / (TOPIC - TOUCHED), 2)
    return 0.5

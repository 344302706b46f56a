"""What an article is about: 府院联动, 诉源治理 …, with the words that say so.

A word in passing is not a theme. What stands in a title or a heading, says a figure or names a document weighs more;
what is one item of a long list, belongs to the tasks ahead or to what is lacking weighs less or not at all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ..shapes import Article, Found, KnownTheme, Strength, Vocabulary
from .plain import Plain, simplified

TOUCHED, TOPIC = 1.0, 3.0
IN_TITLE, IN_HEADING = 3.0, 1.5
LOOSE = 0.5  # a sign that neither the theme's name nor its definition uses
LISTED = 0.4  # one of several things named in one breath
REPEATED = 0.2  # the same sign again
CONCRETE = 0.5  # with a figure or a document to show for it
LONG_SIGN = 6  # characters; a longer one is a phrase, and nobody uses it by chance
SHORT_TEXT = 300  # characters; so little text has no room for asides

PLAN_HEADING = re.compile(
    r"下一?步|下一?年|明年|来年|今后|未来|打算|展望|努力方向|(主要|工作|总体|重点)安排|工作(计划|思路|设想)"
)
LACK_HEADING = re.compile(r"(存在|面临|主要)的?.{0,4}(问题|困难)|不足|短板|差距")
PLAN_SENTENCE = re.compile(r"下一步|今后|未来|接下来|将(继续|持续|进一步|坚持|深入|不断)")
SENTENCE_END = re.compile(r"[。！？；!?;\n]")
CLAUSE_END = re.compile(r"[，,。；;\n]")
QUOTED = re.compile(r"“[^”]*”|《[^》]*》")
LIST_MARK = "、"
LONG_LIST = 2  # marks in one clause
SHOWN = re.compile(r"\d|《")


@dataclass(frozen=True, slots=True)
class _Sign:
    """One place where an expression of a theme stands: in the plain text, and in the article's."""

    theme: str
    words: str
    start: int
    end: int
    place: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int

    def holds(self, place: tuple[int, int]) -> bool:
        return self.start <= place[0] < self.end


def themes_of(words: Plain, article: Article, vocabulary: Vocabulary) -> tuple[Found, ...]:
    """One claim per theme that has a sign in the text, in the vocabulary's order; its quote is the weightiest sign."""
    signs = _without_parts_of_others([sign for theme in vocabulary.themes for sign in _signs(words, theme)])
    scope = _Scope.of(words, article)
    found = []
    for theme in vocabulary.themes:
        own = [sign for sign in signs if sign.theme == theme.name]
        if own:
            found.append(_judged(theme, own, scope, article))
    return tuple(found)


@cache
def _pattern(theme: KnownTheme) -> re.Pattern[str]:
    return re.compile(simplified(theme.expressions))


@cache
def _core(theme: KnownTheme) -> str:
    return simplified(f"{theme.name}、{theme.definition}")


def _signs(words: Plain, theme: KnownTheme) -> Iterator[_Sign]:
    for match in _pattern(theme).finditer(words.text):
        if match[0]:
            yield _Sign(theme.name, match[0], match.start(), match.end(), words.span(*match.span()))


def _without_parts_of_others(signs: list[_Sign]) -> list[_Sign]:
    """同堂培训 is a sign of its own theme; the 培训 in it is none of another's."""
    return [
        sign
        for sign in signs
        if not any(
            other.theme != sign.theme
            and other.start <= sign.start
            and sign.end <= other.end
            and len(sign.words) < len(other.words) <= 2 * len(sign.words)
            for other in signs
        )
    ]


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where the article speaks of plans and of what is lacking, and where its headings stand (in the article's text)."""

    words: Plain
    titles: tuple[_Span, ...]
    headings: tuple[_Span, ...]
    plans: tuple[_Span, ...]
    lacks: tuple[_Span, ...]

    @classmethod
    def of(cls, words: Plain, article: Article) -> "_Scope":
        headings = [section for section in article.sections if section.kind == "heading"]
        return cls(
            words,
            tuple(_Span(line.start, line.end) for line in article.lines if line.kind in ("title", "subtitle")),
            tuple(_Span(section.start, section.start + len(section.heading)) for section in headings),
            tuple(_Span(section.start, section.end) for section in headings if PLAN_HEADING.search(section.heading)),
            tuple(_Span(section.start, section.end) for section in headings if LACK_HEADING.search(section.heading)),
        )

    @property
    def is_short(self) -> bool:
        return len(self.words.text) < SHORT_TEXT

    def around(self, sign: _Sign, end_mark: re.Pattern[str]) -> _Span:
        """The stretch of plain text between two end marks in which the sign stands."""
        text = self.words.text
        before = [match.end() for match in end_mark.finditer(text, max(0, sign.start - 300), sign.start)]
        after = end_mark.search(text, sign.end)
        return _Span(before[-1] if before else max(0, sign.start - 300), after.start() if after else len(text))

    def is_plan(self, sign: _Sign) -> bool:
        sentence = self.around(sign, SENTENCE_END)
        return any(span.holds(sign.place) for span in self.plans) or bool(
            PLAN_SENTENCE.search(self.words.text, sentence.start, sentence.end)
        )

    def is_lack(self, sign: _Sign) -> bool:
        return any(span.holds(sign.place) for span in self.lacks)

    def weight(self, sign: _Sign, theme: KnownTheme) -> float:
        """How much one sign says, between 0 and 3."""
        if any(span.holds(sign.place) for span in self.titles):
            return IN_TITLE
        weight = 1.0 if sign.words in _core(theme) or len(sign.words) > LONG_SIGN else LOOSE
        if any(span.holds(sign.place) for span in self.headings):
            return weight * IN_HEADING
        clause = self.around(sign, CLAUSE_END)
        if SHOWN.search(self.words.text, clause.start, clause.end):
            return weight + CONCRETE
        if self.list_marks(sign, clause) >= LONG_LIST and not self.is_short:
            return weight * LISTED
        return weight

    def list_marks(self, sign: _Sign, clause: _Span) -> int:
        """、 in the clause, except within quotations in which the sign does not stand."""
        text = self.words.text
        elsewhere = (
            match[0].count(LIST_MARK)
            for match in QUOTED.finditer(text, clause.start, clause.end)
            if not match.start() <= sign.start < match.end()
        )
        return text.count(LIST_MARK, clause.start, clause.end) - sum(elsewhere)


def _judged(theme: KnownTheme, signs: list[_Sign], scope: _Scope, article: Article) -> Found:
    done = [sign for sign in signs if not scope.is_plan(sign) and not scope.is_lack(sign)]
    score = _score(theme, done, scope)
    strength: Strength
    if score >= TOPIC:
        strength = "topic"
    elif score >= TOUCHED:
        strength = "touched"
    else:
        strength = "plan" if any(scope.is_plan(sign) for sign in signs) else "mention"
    shown = max(done or signs, key=lambda sign: scope.weight(sign, theme))
    return Found(
        "theme",
        theme.name,
        _sure(strength, score),
        article.text[slice(*shown.place)],
        *shown.place,
        detail=strength,
        places=tuple(sign.place for sign in signs),
    )


def _score(theme: KnownTheme, signs: list[_Sign], scope: _Scope) -> float:
    """The weights of all signs; what says the same again, or in the same clause, adds little."""
    score = 0.0
    heard: set[str | int] = set()
    for sign in sorted(signs, key=lambda sign: -scope.weight(sign, theme)):
        clause = scope.around(sign, CLAUSE_END).start
        score += REPEATED if heard & {sign.words, clause} else scope.weight(sign, theme)
        heard |= {sign.words, clause}
    return score * 2 if scope.is_short else score


def _sure(strength: Strength, score: float) -> float:
    if strength == "topic":
        return round(min(0.95, 0.85 + 0.02 * (score - TOPIC)), 2)
    if strength == "touched":
        return round(0.6 + 0.25 * (score - TOUCHED) / (TOPIC - TOUCHED), 2)
    return 0.5

"""Questions worth asking next: looser ones when nothing is found, related ones beside what is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from .engine import SearchPage, find, version
from .facets import CHOSEN, LABELS, with_choice
from .query import SearchQuery
from .suggest import respelt

MOST_LOOSER = 8  # each is a search of its own
MOST_RELATED = 4
QUOTES = re.compile(r"[\"“”]")
GRAMMAR = re.compile(r"[\"“”()（）|｜:：~～-]|(?<!\S)(?:OR|AND|NOT|NEAR|同段)(?!\S)")


@dataclass(frozen=True, slots=True)
class OtherQuestion:
    """A question in words and its address; `count` is known only where it was asked."""

    label: str
    address: str
    count: int | None = None


def looser_questions(query: SearchQuery) -> list[OtherQuestion]:
    """Each condition taken away in turn: those that then find something, with how many reports."""
    return [
        OtherQuestion(label, question.address(), count)
        for label, question in islice(without_each_condition(replace(query, page=1)), MOST_LOOSER)
        if (count := find(question).count)
    ]


def without_each_condition(query: SearchQuery) -> Iterator[tuple[str, SearchQuery]]:
    """What is given up, in words, and the question without it."""
    if query.mode == "exact":
        yield "改为模糊匹配", replace(query, mode="fuzzy")
    if QUOTES.search(query.q):
        yield "去掉引号", replace(query, q=QUOTES.sub(" ", query.q).strip())
    words = plain_words(query.q)
    if len(words) > 1:
        for place, word in enumerate(words):
            yield f"去掉“{word}”", replace(query, q=" ".join(words[:place] + words[place + 1 :]))
    for earlier in query.within:
        yield f"不限“{earlier}”", replace(query, within=tuple(other for other in query.within if other != earlier))
    for facet, attribute in CHOSEN.items():
        if getattr(query, attribute):
            yield f"不限{LABELS[facet]}", with_choice(query, attribute, ())
    if query.year_from is not None or query.year_to is not None:
        yield "不限起止年", replace(query, year_from=None, year_to=None)


def related(page: SearchPage) -> list[OtherQuestion]:
    """Narrower questions from the themes of what was found, and two words asked for in one paragraph."""
    words = plain_words(page.query.q)
    if len(words) not in (1, 2) or page.count == 0:
        return []
    questions = [" 同段 ".join(words)] if len(words) == 2 else []
    themes = sorted(page.facets.get("theme", {}).items(), key=lambda found: -found[1])
    questions += [f"{page.query.q} {theme}" for theme, count in themes if count < page.count and theme not in words]
    return [OtherQuestion(q, replace(page.query, q=q, page=1).address()) for q in questions[:MOST_RELATED]]


def did_you_mean(page: SearchPage) -> str:
    """A better spelling that finds something, when nothing holds what was typed; "" when there is none."""
    if page.full:
        return ""
    words = plain_words(page.query.q)
    better = " ".join(respelt(word, version()) or word for word in words)
    if better == " ".join(words):
        return ""
    return better if find(replace(page.query, q=better, page=1)).full else ""


def plain_words(q: str) -> list[str]:
    """The words of a line, or none where it uses the grammar: such a line cannot be taken apart at its spaces."""
    return [] if GRAMMAR.search(q) else q.split()

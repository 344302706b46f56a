"""The questions that are asked: drawn from the archive's own words by a fixed seed, at least five of each class.

A word is one that our analyzer does not cut (so that a peer's token is the same word) and that has no synonyms. What a
bare word finds differs between engines by nature: ours finds every report whose text, title or court names hold it as a
string, a token engine those in which the segmentation has left it whole. Both are counted (truth.py).
"""

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from benchmarks import documents
from reports.models import ReportText, Theme
from reports.parts import DONE, LACKING
from search.jieba_analyzer import STOP, pieces, synonyms, tokens
from search.query import SearchQuery, fold

SEED = 20261122
How = Literal["all", "most", "phrase"]
WORD_CLASSES = ("rare", "mid", "common", "two words", "filtered", "page 50", "by year")
EACH = 6

FREQUENT = ("行政机关负责人", "优化营商环境", "依法履行审判职责", "深入贯彻习近平法治思想")
QUESTIONS = (
    "如何推进{}",
    "{}有哪些措施",
    "怎样做好{}工作",
    "{}取得了什么成效",
    "{}存在的问题和不足",
    "关于{}的意见建议",
)
ASKED = (DONE, LACKING)
PROVINCES = ("150000", "320000", "510000", "440000", "410000", "530000", "370000", "330000")
PART = "part"  # the class of questions that choose a part
SHORT = 20  # reports on a page: where fewer hold all words, ours goes on with most of them


@dataclass(frozen=True, slots=True)
class Query:
    """One question for all engines: `search` as ours takes it, `words` as those take it that know tokens only."""

    kind: str
    search: SearchQuery
    words: tuple[str, ...]
    how: How = "all"

    @property
    def needed(self) -> int:
        """How many of the words a report must hold."""
        return len(self.words) // 2 + 1 if self.how == "most" else len(self.words)


def queries() -> list[Query]:
    """The same for the same archive."""
    return [*drawn(random.Random(SEED))]  # noqa: S311


def of_parts(asked: list[Query]) -> list[Query]:
    """The common and the quoted questions again, in the passages of what was done (nearly the whole of every text) and of
    what was lacking; and what was lacking in a year, without words."""
    words = [query for query in asked if query.kind in ("common", "quoted")]
    both = [replace(query, kind=PART, search=replace(query.search, parts=(part,))) for query in words for part in ASKED]
    alone = [SearchQuery(parts=(LACKING,), years=(str(year),)) for year in range(2014, 2026)]
    return [*both, *(Query(PART, search, ()) for search in alone)]


def drawn(chance: random.Random) -> Iterator[Query]:
    total = documents.count()
    often = {word: number for word, number in documents.frequencies().items() if is_one_word(word)}
    rare = between(often, 2, 8)
    mid = between(often, 0.02 * total, 0.15 * total)
    frequent = between(often, 0.15 * total, 0.5 * total)
    common = sorted(between(often, 0.5 * total, total), key=lambda word: -often[word])[:EACH]
    for word in chance.sample(rare, EACH):
        yield asked("rare", word)
    for word in chance.sample(mid, EACH):
        yield asked("mid", word)
    for word in common:
        yield asked("common", word)
    yield from pairs(chance, frequent, min(SHORT, total // 20))
    for string in [*FREQUENT, *strings(chance, EACH)]:
        yield Query("quoted", SearchQuery(q=f'"{string}"', synonyms=False), tuple(tokens(fold(string))), "phrase")
    themes = [
        name for name in Theme.objects.order_by("pk").values_list("name", flat=True) if len(pieces(fold(name))) > 1
    ]
    for question, theme in zip(QUESTIONS, themes, strict=False):
        yield asked("question", question.format(theme), how="most")
    yield from filtered(chance, [*common[:4], *mid[:4]])
    for word in common:
        yield Query("page 50", SearchQuery(q=word, synonyms=False, page=50), (word,))
    for word in [*common[:3], *chance.sample(mid, 3)]:
        yield Query("by year", SearchQuery(q=word, synonyms=False, sort="newest"), (word,))


def asked(kind: str, q: str, how: How = "all") -> Query:
    return Query(kind, SearchQuery(q=q, synonyms=False), pieces(fold(q)) if how == "most" else tuple(q.split()), how)


def is_one_word(word: str) -> bool:
    return len(word) > 1 and word not in STOP and not pieces(word) and not synonyms(word)


def between(often: dict[str, int], least: float, most: float) -> list[str]:
    return [word for word, number in often.items() if least <= number <= most]


def pairs(chance: random.Random, frequent: list[str], least: int) -> Iterator[Query]:
    """Two words that at least a page of reports hold: the list then ends with those, as a peer's does."""
    found = 0
    looked_at = list(first(2000))
    while found < EACH:
        two = chance.sample(frequent, 2)
        if sum(document.has(two[0]) and document.has(two[1]) for document in looked_at) >= least:
            found += 1
            yield asked("two words", " ".join(two))


def first(number: int) -> Iterable[documents.Document]:
    return (document for document, _ in zip(documents.documents(), range(number), strict=False))


def strings(chance: random.Random, number: int) -> Iterator[str]:
    """Strings of 4 to 12 characters as they stand in texts, within one clause."""
    ids = list(ReportText.objects.filter(is_current=True).order_by("pk").values_list("pk", flat=True))
    for pk in chance.sample(ids, number):
        clauses = re.findall("[一-鿿]{4,}", ReportText.objects.get(pk=pk).text)
        clause = chance.choice(clauses)
        length = chance.randint(4, min(12, len(clause)))
        start = chance.randint(0, len(clause) - length)
        yield clause[start : start + length]


def filtered(chance: random.Random, words: list[str]) -> Iterator[Query]:
    """Several values in up to three facets at once."""
    themes = list(Theme.objects.order_by("pk").values_list("name", flat=True)[:12])
    for number, word in enumerate(words):
        yield Query(
            "filtered",
            SearchQuery(
                q=word,
                synonyms=False,
                regions=tuple(sorted(chance.sample(PROVINCES, 2))) if number % 2 else (),
                years=tuple(sorted(str(year) for year in chance.sample(range(2014, 2026), 4))),
                themes=tuple(sorted(chance.sample(themes, 3))) if number % 3 else (),
                levels=("基层", "高级") if number % 4 == 3 else (),
                types=("年度报告", "工作总结") if number % 4 == 2 else (),
            ),
            (word,),
        )

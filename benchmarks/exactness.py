"""Nothing missed, nothing invented: random strings against str.find over every text, random facets against SQL.

The texts are folded by a fold of this folder's own (truth.py), the facets counted in the archive's tables.
"""

# ruff: noqa: S608  (SQL made of this file's own words)

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db import connection
from haystack import connections

from benchmarks.progress import shown
from benchmarks.truth import folded, folded_texts, spellings
from reports.models import Report, ReportText
from reports.parts import PARTS, passages
from search import engine
from search.backends import Question
from search.query import UNKNOWN, SearchQuery, parse

SEED = 20261122
STRINGS, ABSENT, COMBINATIONS, IN_PARTS = 500, 100, 200, 60
LONGEST = 30
ALL = 10**9


def measure() -> dict[str, Any]:
    chance = random.Random(SEED)  # noqa: S311
    texts = dict(folded_texts())
    return {"strings": strings(chance, texts), "facets": facets(chance, texts), "parts": parts(chance, texts)}


def strings(chance: random.Random, texts: dict[int, str]) -> dict[str, Any]:
    """Precision and recall over all strings; every one of which the answer is not exact."""
    present = [piece(chance, texts) for _ in range(STRINGS)]
    absent = list(missing(chance, texts))
    found = right = wanted = 0
    wrong = []
    for string in shown("strings", [*present, *absent]):
        told = ids_of(string)
        forms = spellings(string)
        true = {pk for pk, text in texts.items() if any(form in text for form in forms)}
        found, right, wanted = found + len(told), right + len(told & true), wanted + len(true)
        if told != true:
            wrong.append({"string": string, "too_many": len(told - true), "missed": len(true - told)})
    return {
        "asked": len(present),
        "absent": len(absent),
        "precision": right / found if found else 1.0,
        "recall": right / wanted if wanted else 1.0,
        "not_exact": wrong,
    }


def piece(chance: random.Random, texts: dict[int, str]) -> str:
    """1 to 30 characters from anywhere in any text, punctuation and digits included."""
    text = texts[chance.choice(list(texts))]
    length = chance.randint(1, min(LONGEST, len(text)))
    start = chance.randint(0, len(text) - length)
    return text[start : start + length]


def missing(chance: random.Random, texts: dict[int, str]) -> Iterator[str]:
    """Strings that stand nowhere although their characters are common: those of a text, with one exchanged or all stirred."""
    given = 0
    while given < ABSENT:
        string = list(piece(chance, texts))
        if given % 2:
            chance.shuffle(string)
        else:
            string[chance.randrange(len(string))] = chance.choice(texts[chance.choice(list(texts))])
        joined = "".join(string)
        if not any(form in text for form in spellings(joined) for text in texts.values()):
            given += 1
            yield joined


def ids_of(string: str) -> set[int]:
    """All reports that our engine finds for the string in quotes."""
    tree = parse('"' + string.replace('"', '\\"') + '"').tree
    backend = connections["default"].get_backend()
    return {found.report_id for found in backend.find(Question(tree=tree, stop=ALL)).hits}


# ---- parts
def parts(chance: random.Random, texts: dict[int, str]) -> dict[str, Any]:
    """Strings in the passages of one or two parts, and what is counted beside each part."""
    told = passages_by_report()
    wrong = []
    for string in shown("parts", [piece(chance, texts)[: chance.randint(1, 8)] for _ in range(IN_PARTS)]):
        forms = spellings(string)
        holding = {
            part: {pk for pk, by_part in told.items() if any(form in one for form in forms for one in by_part[part])}
            for part in PARTS
        }
        chosen = tuple(sorted(chance.sample(PARTS, chance.randint(1, 2))))
        query = SearchQuery(q='"' + string.replace('"', '\\"') + '"', parts=chosen)
        page = engine.find(query)
        counted = {part: page.facets["part"].get(part, 0) for part in PARTS}
        expected = {part: len(reports) for part, reports in holding.items()}
        if counted != expected or page.count != len(set().union(*(holding[part] for part in chosen))):
            wrong.append({"query": query.address(), "ours": page.count})
    return {"asked": IN_PARTS, "not_exact": wrong}


def passages_by_report() -> dict[int, dict[str, list[str]]]:
    """Report -> part -> its folded passages."""
    texts = ReportText.objects.filter(is_current=True, report__in=Report.objects.published()).order_by("pk")
    told: dict[int, dict[str, list[str]]] = {}
    for text in texts.prefetch_related("sections").iterator(chunk_size=200):
        by_part = told[text.report_id] = {part: [] for part in PARTS}
        for one in passages(text.text, text.sections.all()):
            by_part[one.part].append(folded(text.text[one.start : one.end]))
    return told


# ---- facets
def facets(chance: random.Random, texts: dict[int, str]) -> dict[str, Any]:
    """Totals and the counts of all six facets, for random choices; a word in every other one, required as typed."""
    rows = Rows()
    questions = list(combinations(chance, texts, rows))
    wrong, empty = [], 0
    for query, holding in shown("facets", questions):
        page = engine.find(query)
        total, counts = rows.count(query, holding)
        told = {facet: {value: number for value, number in page.facets[facet].items() if number} for facet in NAMES}
        empty += total == 0
        if page.count != total or told != counts:
            wrong.append({"query": query.address(), "ours": page.count, "sql": total})
    return {
        "asked": len(questions),
        "with_words": sum(bool(query.q) for query, _ in questions),
        "empty": empty,
        "not_exact": wrong,
    }


def combinations(
    chance: random.Random, texts: dict[int, str], rows: "Rows"
) -> Iterator[tuple[SearchQuery, set[int] | None]]:
    """Questions, and the reports that hold their word. Every other one is built around a report, so that it finds one."""
    ids = list(texts)
    for number in range(COMBINATIONS):
        around = chance.choice(ids)
        query = SearchQuery(mode="exact", synonyms=False)
        for facet, name in NAMES.items():
            if chance.random() < 0.35:
                own = rows.values[facet][around] if number % 4 < 2 else ()
                others = chance.sample(rows.known[facet], min(chance.randint(1, 3), len(rows.known[facet])))
                query = replace(query, **{name: tuple(sorted({*own[-1:], *others}))})
        if not number % 2:
            yield query, None
            continue
        text = texts[around]
        start = chance.randint(0, len(text) - 2)
        word = text[start : start + 2]
        forms = spellings(word)
        yield (
            replace(query, q='"' + word.replace('"', '\\"') + '"'),
            {pk for pk in ids if any(form in texts[pk] for form in forms)},
        )


NAMES = {
    "region": "regions",
    "court": "courts",
    "year": "years",
    "theme": "themes",
    "level": "levels",
    "type": "types",
}
FROM = (
    "FROM reports_report r LEFT JOIN reports_court c ON c.id = r.court_id WHERE r.status = 'published' AND r.is_current"
)
VALUES = {
    "region": f"""
        WITH RECURSIVE above (report, code) AS (
            SELECT r.id, c.region_id {FROM} AND c.region_id IS NOT NULL
            UNION ALL SELECT above.report, g.parent_id FROM above JOIN reports_region g ON g.code = above.code
            WHERE g.parent_id IS NOT NULL)
        SELECT report, code FROM above""",
    "court": f"SELECT r.id, c.id {FROM}",
    "year": f"SELECT r.id, r.year_id {FROM}",
    "theme": """
        SELECT r.id, t.name FROM reports_report r JOIN reports_reporttheme rt ON rt.report_id = r.id
        JOIN reports_theme t ON t.id = rt.theme_id WHERE r.status = 'published' AND r.is_current""",
    "level": f"SELECT r.id, c.level {FROM}",
    "type": f"SELECT r.id, r.type {FROM}",
}


class Rows:
    """The facets' values of every report, as plain SQL tells them."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT r.id " + FROM)
            self.ids = [pk for (pk,) in cursor.fetchall()]
            self.values: dict[str, dict[int, tuple[str, ...]]] = {}
            for facet, sql in VALUES.items():
                several: dict[int, list[str]] = {pk: [] for pk in self.ids}
                cursor.execute(sql)
                for pk, value in cursor.fetchall():
                    if value is not None:
                        several[pk].append(str(value))
                self.values[facet] = {pk: tuple(values) or (UNKNOWN,) for pk, values in several.items()}
        self.known = {
            facet: sorted({v for values in rows.values() for v in values}) for facet, rows in self.values.items()
        }

    def count(self, query: SearchQuery, holding: set[int] | None) -> tuple[int, dict[str, dict[str, int]]]:
        chosen = {facet: set(getattr(query, name)) for facet, name in NAMES.items() if getattr(query, name)}
        counts: dict[str, Counter[str]] = {facet: Counter() for facet in NAMES}
        total = 0
        for pk in self.ids if holding is None else holding:
            failed = [facet for facet, values in chosen.items() if values.isdisjoint(self.values[facet][pk])]
            total += not failed
            for facet in NAMES:
                if failed in ([], [facet]):
                    counts[facet].update(self.values[facet][pk])
        return total, {facet: dict(counter) for facet, counter in counts.items()}

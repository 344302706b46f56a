"""What is right, counted by brute force over every document: no index, and a fold of its own."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from opencc import OpenCC

from benchmarks import documents
from benchmarks.documents import Document
from benchmarks.peers import FACETS, Reply, chosen
from benchmarks.progress import shown
from benchmarks.queries import WORD_CLASSES, Query
from reports.models import ReportText, Status
from search.query import UNKNOWN

OURS = "ours"
WHITE = re.compile(r"[\s\0]")
WIDTHS = {code: chr(code - 0xFF01 + ord("!")).lower() for code in range(0xFF01, 0xFF5F)}
ASCII = {code: chr(code).lower() for code in range(ord("A"), ord("Z") + 1)}
FORMS = {**ASCII, **WIDTHS}
EXAMPLES = 3


def folded(text: str) -> str:
    """The fold as DESIGN.md defines it, written a second time: white space and U+0000 out, widths and case unified."""
    return WHITE.sub("", text).translate(FORMS)


def spellings(string: str) -> list[str]:
    """What a quoted string may match as: its fold, and that of its simplified form where it is traditional."""
    simplify = OpenCC("t2s").convert
    if any(not in_gb2312(char) and simplify(char) != char for char in string):
        return [folded(string), folded(simplify(string))]
    return [folded(string)]


def in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def folded_texts() -> Iterator[tuple[int, str]]:
    """The fold of every published report's current text, by the report's id."""
    texts = ReportText.objects.filter(is_current=True, report__status=Status.PUBLISHED, report__is_current=True)
    for pk, text in texts.order_by("report_id").values_list("report_id", "text").iterator(chunk_size=500):
        yield pk, folded(text)


@dataclass
class Found:
    """Who answers a question, in one sense of it, and the facets' counts."""

    ids: set[int] = field(default_factory=set)
    facets: dict[str, Counter[str]] = field(default_factory=lambda: {facet: Counter() for facet in FACETS})

    def add(self, document: Document, choices: dict[str, tuple[str, ...]]) -> None:
        values = values_of(document)
        failed = [facet for facet, several in choices.items() if not set(several) & set(values[facet])]
        if not failed:
            self.ids.add(document.id)
        for facet in FACETS:
            if failed in ([], [facet]):
                self.facets[facet].update(values[facet])

    def has_facets_of(self, reply: Reply, themes: dict[str, str]) -> bool:
        """Whether the facets' counts are these. Ours tells regions of every level, themes by name, and zeros too."""
        return all(
            {value: number for value, number in self.facets[facet].items() if value not in ("0", UNKNOWN)}
            == counts_of(reply, facet, themes)
            for facet in FACETS
        )


def counts_of(reply: Reply, facet: str, themes: dict[str, str]) -> dict[str, int]:
    return {
        themes.get(value, value): number
        for value, number in reply.facets[facet].items()
        if number and value not in ("0", UNKNOWN) and not (facet == "region" and not value.endswith("0000"))
    }


def values_of(document: Document) -> dict[str, tuple[str, ...]]:
    return {
        "region": (document.region,),
        "year": (str(document.year),),
        "theme": document.themes,
        "level": (document.level,),
        "type": (document.type,),
    }


def compare(asked: list[Query], replies: dict[str, list[Reply]]) -> list[dict[str, Any]]:
    """One row for each question: who found how many, how many hold it as a string and how many as tokens, who is right.

    hidden: reports that hold the words as strings but not as tokens, with the words around them, cut as they were cut.
    """
    themes = documents.theme_ids()
    choices = [chosen(query, themes) for query in asked]
    strings, tokens = [Found() for _ in asked], [Found() for _ in asked]
    examples: list[list[str]] = [[] for _ in asked]
    both = zip(documents.documents(), folded_texts(), strict=True)
    for document, (pk, text) in shown("counting by hand", both, documents.count()):
        assert document.id == pk, "the documents are of another state of the archive: delete benchmarks/out"  # noqa: S101
        padded = f" {document.words} "
        for number, query in enumerate(asked):
            as_string = holds_strings(query, text, document.named, padded)
            as_tokens = holds_tokens(query, padded)
            if as_string:
                strings[number].add(document, choices[number])
            if as_tokens:
                tokens[number].add(document, choices[number])
            if as_string and not as_tokens and len(examples[number]) < EXAMPLES:
                examples[number].append(around(query, text, document.named))
    rows = []
    for number, query in enumerate(asked):
        found = {name: several[number] for name, several in replies.items()}
        own = {name: (strings if name == OURS else tokens)[number] for name in found}
        rows.append(
            {
                "kind": query.kind,
                "q": query.search.q,
                "words": list(query.words),
                "as_strings": len(strings[number].ids),
                "as_tokens": len(tokens[number].ids),
                "hidden": len(strings[number].ids - tokens[number].ids),
                "tokens_only": len(tokens[number].ids - strings[number].ids),
                "hidden_examples": examples[number],
                "totals": {name: reply.total for name, reply in found.items()},
                "right_total": {name: reply.total == len(own[name].ids) for name, reply in found.items()},
                "right_facets": {name: own[name].has_facets_of(reply, themes) for name, reply in found.items()},
            }
        )
    return rows


def holds_strings(query: Query, text: str, named: str, padded: str) -> bool:
    """Ours: a word as a string in text, title or names; a quotation in the text; of questions most pieces, which are
    tokens of the text or strings of the names."""
    if query.how == "phrase":
        return folded(query.search.q.strip('"')) in text
    if query.how == "most":
        whole = folded(query.search.q)
        held = sum(f" {word} " in padded or word in named for word in query.words)
        return held >= query.needed or whole in text
    return all(word in text or word in named for word in query.words)


def holds_tokens(query: Query, padded: str) -> bool:
    if query.how == "phrase":
        return f" {' '.join(query.words)} " in padded
    return sum(f" {word} " in padded for word in query.words) >= query.needed


def around(query: Query, text: str, named: str) -> str:
    """The first of the words that can be shown, with what stands beside it."""
    for word in query.words:
        for string in (text, named):
            if (at := string.find(word)) >= 0:
                return string[max(0, at - 4) : at + len(word) + 4]
    return ""


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """How far totals and facets agree."""
    words = [row for row in rows if row["kind"] in WORD_CLASSES]
    quoted = [row for row in rows if row["kind"] == "quoted"]
    names = list(rows[0]["totals"])
    return {
        "word_classes": WORD_CLASSES,
        "word_questions": len(words),
        "same_total_everywhere": sum(len(set(row["totals"].values())) == 1 for row in words),
        "right_totals": {name: sum(row["right_total"][name] for row in words) for name in names},
        "right_facets": {name: sum(row["right_facets"][name] for row in words) for name in names},
        "hidden_reports": sum(row["hidden"] for row in words),
        "tokens_only": sum(row["tokens_only"] for row in words),
        "quoted": len(quoted),
        "quoted_right": sum(row["right_total"][OURS] for row in quoted),
        "quoted_share": {
            name: round(
                sum(row["totals"][name] for row in quoted) / max(sum(row["as_strings"] for row in quoted), 1), 3
            )
            for name in names
        },
    }

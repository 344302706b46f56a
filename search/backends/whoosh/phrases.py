"""Chinese text for Whoosh's own queries: the field that keeps it, and how words and exact strings are asked of it.

Such a field keeps no positions, for a phrase of words misses most Chinese strings. What stands in quotation marks is looked
for in the segment's folded strings (grams.py), as it is everywhere else in the search.
"""

import re
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import fields, query
from whoosh.matching import ListMatcher, Matcher, NullMatcher
from whoosh.qparser import FuzzyTermPlugin, PhrasePlugin, QueryParser
from whoosh.qparser.common import attach
from whoosh.reading import SegmentReader

from search import jieba_analyzer

from .segment import Code, Segment

K1 = 1.2  # how soon one more occurrence counts for less, as in Whoosh's BM25F
QUOTED = r'"(?P<text>(?:\\.|[^"\\])*)"(~(?P<slop>[1-9][0-9]*))?'
ESCAPED = re.compile(r'\\(["\\])')


class Text(fields.TEXT):
    """Text in Chinese: its words counted, its string kept beside the segment, nothing stored."""

    def __init__(self, boost: float = 1.0):
        super().__init__(analyzer=jieba_analyzer.ChineseAnalyzer(), stored=False)
        self.format = jieba_analyzer.WordCounts(field_boost=boost)


class ExactString(query.Query):
    """Documents whose folded field holds one of the folded strings."""

    def __init__(self, fieldname: str, forms: tuple[str, ...], boost: float = 1.0):
        self.fieldname = fieldname
        self.forms = forms
        self.boost = boost

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ExactString) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def __repr__(self) -> str:
        return f"ExactString({self.fieldname!r}, {self.forms!r}, boost={self.boost})"

    def __str__(self) -> str:
        return " OR ".join(f'{self.fieldname}:"{form}"' for form in self.forms)

    def _parts(self) -> tuple[str, tuple[str, ...], float]:
        return self.fieldname, self.forms, self.boost

    def field(self) -> str:
        return self.fieldname

    def estimate_size(self, ixreader: Any) -> int:
        size: int = ixreader.doc_count()
        return size

    def estimate_min_size(self, ixreader: Any) -> int:
        return 0

    def matcher(self, searcher: Any, context: Any = None) -> Matcher:
        """In one segment. A document weighs more the oftener it holds the strings, each time by less."""
        reader = searcher.reader()
        if not reader.doc_count_all():
            return NullMatcher()
        segment = segment_of(reader)
        if self.fieldname not in segment.string_fields:
            return NullMatcher()
        first = segment.string_fields.index(self.fieldname) * len(segment)
        frequencies = np.zeros(len(segment))
        for form in self.forms:
            holders, counts = segment.strings.counts(form)
            here = slice(*np.searchsorted(holders, (first, first + len(segment))))
            frequencies[holders[here] - first] += counts[here]
        frequencies[list(reader.segment().deleted_docs())] = 0
        docs = np.flatnonzero(frequencies)
        found = frequencies[docs]
        return ListMatcher(docs.tolist(), (self.boost * (K1 + 1) * found / (found + K1)).tolist())


def segment_of(reader: SegmentReader) -> Segment:
    """What is kept beside the segment that Whoosh reads."""
    return Segment.read(Path(reader.storage().folder), reader.segment().segment_id())


class Quoted(PhrasePlugin.PhraseNode):
    def query(self, parser: "Parser") -> query.Query:
        fieldname = self.fieldname or parser.fieldname
        if not parser.is_chinese(fieldname):
            return super().query(parser)
        forms = jieba_analyzer.spellings(ESCAPED.sub(r"\1", self.text))
        return attach(ExactString(fieldname, forms, self.boost) if forms else query.NullQuery, self)


class QuotedPlugin(PhrasePlugin):
    """What stands in quotation marks."""

    class PhraseTagger(PhrasePlugin.PhraseTagger):
        def create(self, parser: "Parser", match: re.Match[str]) -> Quoted:
            return Quoted(match["text"], match.start("text"), int(match["slop"] or 1))

    def __init__(self) -> None:
        super().__init__(QUOTED)


class Parser(QueryParser):
    """Whoosh's parser, with words and quotation marks of our own in fields of Chinese text."""

    def __init__(self, content: str, schema: fields.Schema):
        super().__init__(content, schema)
        self.remove_plugin_class(PhrasePlugin)
        self.add_plugin(QuotedPlugin())
        self.add_plugin(FuzzyTermPlugin())

    def is_chinese(self, fieldname: str) -> bool:
        return fieldname in self.schema and isinstance(self.schema[fieldname], Text)

    def term_query(
        self,
        fieldname: str,
        text: str,
        termclass: type[query.Query],
        boost: float = 1.0,
        tokenize: bool = True,
        **options: Any,
    ) -> query.Query:
        """A word is looked for as typed, or by all the words it is made of; a known term is never found by its parts.
        A code is what it is."""
        if fieldname in self.schema and isinstance(self.schema[fieldname], Code):
            return termclass(fieldname, text, boost)
        if not tokenize or not self.is_chinese(fieldname):
            return super().term_query(fieldname, text, termclass, boost, tokenize, **options)
        forms = jieba_analyzer.spellings(text)
        if not forms:
            return query.NullQuery
        pieces = [query.Term(fieldname, piece, boost) for piece in jieba_analyzer.pieces(forms[-1])]
        typed = ExactString(fieldname, forms, boost)
        return query.Or([typed, query.And(pieces)]) if pieces else typed

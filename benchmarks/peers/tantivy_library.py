"""tantivy-py: the Rust library behind Quickwit, the fastest that Python has."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tantivy

from benchmarks import documents
from benchmarks.documents import Document
from benchmarks.peers import FACETS, PAGE, Reply, choices_to_count, chosen
from benchmarks.queries import Query

MUST, SHOULD = tantivy.Occur.Must, tantivy.Occur.Should
HEAP = 256_000_000
MOST_VALUES = 10_000
RAW = ("region", "regions", "court", "theme", "level", "type")


class Tantivy:
    """Counts what ours counts."""

    name = "tantivy-py"
    folder = "tantivy"
    repeats_at_most = 1000
    # Facet -> the field that it is counted in.
    fields = {"region": "regions", "court": "court", "year": "year", "theme": "theme", "level": "level", "type": "type"}

    @staticmethod
    def build(folder: Path, documents: Iterable[Document]) -> None:
        folder.mkdir()
        index = tantivy.Index(schema(), path=str(folder))
        words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer("words", words)
        writer = index.writer(heap_size=HEAP, num_threads=2)
        for document in documents:
            writer.add_document(
                tantivy.Document(
                    id=document.id,
                    body=document.words,
                    region=document.region,
                    regions=list(document.regions),
                    court=document.court,
                    year=document.year,
                    theme=list(document.themes),
                    level=document.level,
                    type=document.type,
                )
            )
        writer.commit()
        writer.wait_merging_threads()
        # One segment is what it answers fastest from.
        index.reload()

    def __init__(self, folder: Path) -> None:
        self.index = tantivy.Index.open(str(folder))
        self.searcher = self.index.searcher()
        self.schema = self.index.schema
        self.themes = documents.theme_ids()

    def ask(self, query: Query) -> Reply:
        words = self.words(query)
        choices = chosen(query, self.themes)
        whole = self.filtered(words, choices)
        start = (query.search.page - 1) * PAGE
        order = {"order_by_field": "year"} if query.search.sort == "newest" else {}
        found = self.searcher.search(whole, limit=PAGE, offset=start, count=True, **order)
        ids = self.searcher.fast_field_values("id", [address for _, address in found.hits]) if found.hits else []
        facets: dict[str, dict[str, int]] = {}
        for names, under in choices_to_count(choices, tuple(self.fields)):
            asked = {name: {"terms": {"field": self.fields[name], "size": MOST_VALUES}} for name in names}
            counted = self.searcher.aggregate(whole if under == choices else self.filtered(words, under), asked)
            for name in names:
                facets[name] = {
                    str(int(b["key"]) if name == "year" else b["key"]): b["doc_count"] for b in counted[name]["buckets"]
                }
        return Reply(found.count, tuple(ids), facets)

    def words(self, query: Query) -> Any:
        terms = [tantivy.Query.term_query(self.schema, "body", word) for word in query.words]
        if len(terms) == 1:
            return terms[0]
        if query.how == "phrase":
            return tantivy.Query.phrase_query(self.schema, "body", list(query.words))
        if query.how == "most":
            return tantivy.Query.boolean_query(
                [(SHOULD, term) for term in terms], minimum_number_should_match=query.needed
            )
        return tantivy.Query.boolean_query([(MUST, term) for term in terms])

    def filtered(self, words: Any, choices: dict[str, tuple[str, ...]]) -> Any:
        clauses = [
            tantivy.Query.const_score_query(
                tantivy.Query.boolean_query([(SHOULD, self.value(facet, value)) for value in values]), 0.0
            )
            for facet, values in choices.items()
        ]
        return (
            tantivy.Query.boolean_query([(MUST, words), *((MUST, clause) for clause in clauses)]) if clauses else words
        )

    def value(self, facet: str, value: str) -> Any:
        if facet == "year":
            return tantivy.Query.term_query(self.schema, "year", int(value))
        return tantivy.Query.term_query(self.schema, self.fields[facet], value, index_option="basic")


class TantivyOfFive(Tantivy):
    """Spared the courts and the regions below the provinces."""

    name = "tantivy-py, five facets"
    fields = {name: name for name in FACETS}


def schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", fast=True)
    builder.add_text_field("body", tokenizer_name="words", index_option="position")
    builder.add_integer_field("year", fast=True, indexed=True)
    for name in RAW:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    return builder.build()

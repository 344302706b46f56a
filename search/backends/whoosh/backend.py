"""What Haystack calls: its Whoosh backend, taught Chinese, one writer and generations that can be trusted.

find() answers from the evaluator; Haystack's own SearchQuerySet runs on Whoosh's query parser over the same index.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.core.management.base import CommandError
from haystack import connections
from haystack.backends.whoosh_backend import WhooshEngine, WhooshSearchBackend
from haystack.constants import DJANGO_CT, DJANGO_ID, ID
from haystack.exceptions import SkipDocument
from haystack.indexes import SearchIndex
from haystack.utils import get_identifier
from whoosh import fields
from whoosh.qparser import QueryParser

from search import jieba_analyzer
from search.backends import Answer, IndexAway, Question, State

from . import writer
from .reader import AWAY, reader_of
from .segment import Code, Document

# To be raised when what is written of the same report changes in a way that neither schema nor dictionary shows.
FORMAT = 2
NEVER_EMPTY = "索引不能清空：清空后检索会答“没有报告”。要重新建立索引，请运行 manage.py rebuild_index。"
OTHER_DICTIONARY = "索引是用另一版词典或程序建立的，请运行 manage.py rebuild_index 重建。"


class Backend(WhooshSearchBackend):
    """Haystack's door to the index under PATH."""

    def __init__(self, connection_alias: str, **options: Any):
        super().__init__(connection_alias, **options)
        self.reader = reader_of(self.path)
        self.store = self.reader.store

    # ---- asking
    def find(self, question: Question) -> Answer:
        return self.reader.get().evaluator.find(question)

    def document_count(self) -> int:
        return self.reader.get().evaluator.count

    def state(self) -> tuple[State, str]:
        rebuilding = self.store.is_locked("rebuild")
        try:
            opened = self.reader.get()
        except IndexAway as away:
            return "away", "索引正在重建，完成后即可检索。" if rebuilding else str(away)
        if rebuilding:
            return "rebuilding", "索引正在重建，其间由原有索引回答。"
        if not opened.is_current:
            return "previous", "现行索引已损坏，由上一份索引回答；请运行 manage.py rebuild_index 重建。"
        faults = self.faults()
        return ("previous", faults[0]) if faults else ("ok", f"索引中有 {opened.evaluator.count} 篇报告。")

    def faults(self) -> list[str]:
        try:
            opened = self.reader.get()
        except IndexAway as away:
            return [str(away)]
        if not opened.is_current:
            return [AWAY]
        return [] if self.store.made_with(opened.generation) == self.made_with() else [OTHER_DICTIONARY]

    def setup(self) -> None:
        """For Haystack's own search(): Whoosh's view of the generation that answers now."""
        self.content_field_name, self.schema = self.build_schema(self._searchfields())
        self.parser = QueryParser(self.content_field_name, schema=self.schema)
        self.index = self.reader.get().evaluator.index
        self.setup_complete = True

    def search(self, query_string: str, **options: Any) -> dict[str, Any]:
        self.setup()
        if len(query_string) == 1 and query_string != "*":
            query_string = f"({query_string})"  # Haystack answers nothing to one character
        options["narrow_queries"] = self._one_clause(options)
        options["models"], options["limit_to_registered_models"] = None, False
        answer: dict[str, Any] = super().search(query_string, **options)
        return answer

    def _one_clause(self, options: dict[str, Any]) -> set[str]:
        """All filters as one query: Whoosh takes the empty result of two that exclude each other for no filter."""
        models = [f"{model._meta.app_label}.{model._meta.model_name}" for model in options.get("models") or ()]
        kinds = " OR ".join(f"{DJANGO_CT}:{kind}" for kind in models or self.build_models_list())
        return {" AND ".join(f"({clause})" for clause in [kinds, *sorted(options.get("narrow_queries") or ())])}

    # ---- what is written
    def build_schema(self, searchfields: dict[str, Any]) -> tuple[str, fields.Schema]:
        """Words, positions and nothing stored for text; ids and codes stored as they are. The body is not in the index."""
        schema = {
            ID: fields.ID(stored=True, unique=True),
            DJANGO_CT: fields.ID(stored=True),
            DJANGO_ID: fields.ID(stored=True),
        }
        content = ""
        for field in searchfields.values():
            if field.is_multivalued:
                made = fields.KEYWORD(stored=True, commas=True)
            elif field.field_type == "code":
                made = Code(stored=True, sortable=True)
            else:
                made = fields.TEXT(analyzer=jieba_analyzer.ChineseAnalyzer(), stored=False)
                made.format = jieba_analyzer.WordCounts()
            schema[field.index_fieldname] = made
            if field.document:
                content = field.index_fieldname
        return content, fields.Schema(**schema)

    def made_with(self) -> str:
        """Names the format, the schema and the dictionary. An index made with another must be rebuilt."""
        _, schema = self.build_schema(self._searchfields())
        shape = sorted((name, type(field).__name__, bool(field.stored)) for name, field in schema.items())
        return hashlib.sha256(f"{FORMAT} {shape} {jieba_analyzer.words_hash()}".encode()).hexdigest()

    def _searchfields(self) -> dict[str, Any]:
        found: dict[str, Any] = connections[self.connection_alias].get_unified_index().all_searchfields()
        return found

    # ---- writing
    def update(self, index: SearchIndex, iterable: Iterable[Any], commit: bool = True) -> None:
        with self.writing():
            self.write(index, iterable)

    def remove(self, obj_or_string: Any, commit: bool = True) -> None:
        with self.writing():
            writer.write(self.reader, [], [get_identifier(obj_or_string)])

    def clear(self, models: Iterable[Any] | None = None, commit: bool = True) -> None:
        """Refused: an index without the archive's reports would answer that there are none."""
        raise CommandError(NEVER_EMPTY)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Only one process at a time: others wait."""
        with self.store.lock("writer"):
            yield

    def write(self, index: SearchIndex, reports: Iterable[Any], gone: Iterable[str] = ()) -> None:
        """The reports as they are now, and without those gone (Haystack's identifiers), in one commit: all or nothing.

        Raises IndexAway when the current generation cannot be trusted.
        """
        writer.write(self.reader, list(prepared(index, reports)), gone)

    def rebuild(self, index: SearchIndex, reports: Iterable[Any]) -> None:
        """A new index of these reports beside the present one, which answers until the new one is whole."""
        _, schema = self.build_schema(self._searchfields())
        writer.rebuild(self.store, schema, self.made_with(), prepared(index, reports))

    def crowded(self) -> list[int]:
        """Ids of reports in the many small segments that small commits leave: to be written again, together."""
        return writer.crowded(self.reader)


def prepared(index: SearchIndex, reports: Iterable[Any]) -> Iterator[Document]:
    """What the SearchIndex says of the reports, without those that it wants left out."""
    for report in reports:
        with suppress(SkipDocument):
            yield index.full_prepare(report)


class Engine(WhooshEngine):
    backend = Backend

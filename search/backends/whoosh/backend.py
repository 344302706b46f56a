"""What Haystack calls: its Whoosh backend, taught Chinese, one writer and generations that can be trusted.

find() answers from the evaluator; Haystack's own SearchQuerySet runs on Whoosh's query parser over the same index.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

from django.core.management.base import CommandError
from django.db.models import Model
from haystack import connections
from haystack.backends.whoosh_backend import WhooshEngine
from haystack.constants import DJANGO_CT, ID
from haystack.exceptions import SkipDocument
from haystack.indexes import SearchIndex
from haystack.utils import get_identifier, get_model_ct
from whoosh.index import FileIndex

from search import jieba_analyzer
from search.backends import FACETS, Answer, IndexAway, Question, State

from . import journal, writer
from .door import Door, ExactQuery
from .reader import AWAY, reader_of
from .segment import Document, ReportWriter

# To be raised when what is written of the same report changes in a way that neither schema nor dictionary shows.
FORMAT = 6
NEVER_EMPTY = "索引不能清空：清空后检索会答“没有报告”。要重新建立索引，请运行 manage.py rebuild_index。"
DAMAGED_FILES = "索引文件已损坏（{}）。网站运行时会自动重建；否则请运行 manage.py rebuild_index。"
OTHER_DICTIONARY = "索引是用另一版词典或程序建立的，请运行 manage.py rebuild_index 重建。"


class Backend(Door):
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

    def version(self) -> str:
        opened = self.reader.get()
        return f"{opened.generation} {opened.evaluator.generation}"

    def state(self) -> tuple[State, str]:
        rebuilding = self.store.is_locked("rebuild")
        try:
            opened = self.reader.get()
        except IndexAway as away:
            return "away", "索引正在重建，完成后即可检索。" if rebuilding else str(away)
        if rebuilding:
            return "rebuilding", "索引正在重建，其间由原有索引回答。"
        if not opened.is_current:
            return (
                "previous",
                "现行索引已损坏，由上一份索引回答；索引队列会自动重建，也可运行 manage.py rebuild_index。",
            )
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

    # ---- what is written
    def made_with(self) -> str:
        """Names the format, the schema and the dictionary. An index made with another must be rebuilt."""
        _, schema = self.build_schema(self.searchfields())
        shape = sorted((name, type(field).__name__, bool(field.stored)) for name, field in schema.items())
        return hashlib.sha256(f"{FORMAT} {shape} {jieba_analyzer.words_hash()}".encode()).hexdigest()

    # ---- writing
    def update(self, index: SearchIndex, iterable: Iterable[Any], commit: bool = True) -> None:
        self.setup()
        with self.writing():
            self.write(self.documents(index, iterable))

    def remove(self, obj_or_string: Any, commit: bool = True) -> None:
        self.setup()
        with self.writing():
            self.write([], [get_identifier(obj_or_string)])

    def clear(self, models: Iterable[type[Model]] | None = None, commit: bool = True) -> None:
        """Takes away all documents, or those of some models. Refused where find() would then answer that there are none."""
        self.setup()
        indexed = connections[self.connection_alias].get_unified_index().get_indexed_models()
        if self.is_archive and (models is None or set(models) & set(indexed)):
            raise CommandError(NEVER_EMPTY)
        names = None if models is None else {get_model_ct(model) for model in models}
        with self.writing():
            with self.index.searcher() as searcher:
                gone = [said[ID] for said in searcher.documents() if names is None or said[DJANGO_CT] in names]
            self.write([], gone)

    def delete_index(self) -> None:
        self.clear()

    def optimize(self) -> None:
        """Nothing to be done: crowded() keeps the segments few. Whoosh's own way would merge them posting by posting."""

    def setup(self) -> None:
        """As Haystack does, makes an index that is not there, and lets one take on a schema that has changed. Not so the
        archive's: until it is rebuilt, it is away."""
        super().setup()
        if self.is_archive:
            return
        if self.store.current() is None:
            with self.rebuilding(), self.begun(list) as empty:
                empty.add([])
                empty.switch()
        elif self.index.schema != self.schema:
            with self.writing():
                ReportWriter(FileIndex(self.index.storage, self.schema)).keep()

    @property
    def is_archive(self) -> bool:
        """Whether find() answers from this index: whether its documents are described by the facets of reports."""
        return set(FACETS) <= set(self.searchfields())

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Only one process at a time: others wait."""
        with self.store.lock("writer"):
            yield

    def write(self, documents: Iterable[Document], gone: Iterable[str] = ()) -> None:
        """Those documents anew and without those gone (Haystack's identifiers), in one commit: all or nothing.

        Raises IndexAway when the current generation cannot be trusted.
        """
        writer.write(self.reader, documents, gone)

    def note(self, reports: Iterable[int]) -> None:
        """What was written of these reports, a rebuild going on at the same time will write too."""
        journal.note(self.store, reports)

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """Only one process at a time: others wait. For the whole of a rebuild; others write meanwhile."""
        with self.store.lock("rebuild"):
            yield

    def begun(self, tasks: Callable[[], Iterable[int]]) -> AbstractContextManager[writer.Rebuild]:
        """A new index beside the present one. `tasks`: the outbox's notes, asked before the first report is to be read."""
        _, schema = self.build_schema(self.searchfields())
        return writer.begun(self.store, schema, self.made_with(), tasks)

    def documents(self, index: SearchIndex, reports: Iterable[Any]) -> Iterator[Document]:
        """What the SearchIndex says of the reports, without those that it wants left out."""
        for report in reports:
            with suppress(SkipDocument):
                yield index.full_prepare(report)

    def patrol(self) -> Iterator[None]:
        """Every file of the index, a segment at a step; what is damaged answers no more."""
        return self.store.patrol()

    def examine(self) -> Iterator[str]:
        for generation in self.store.candidates():
            for damage in filter(None, self.store.examine(generation)):
                yield DAMAGED_FILES.format(damage)

    def held(self) -> set[int]:
        """Ids of all reports in the index."""
        return {pk for living in self.reader.get().evaluator.living() for pk in living}

    def crowded(self) -> list[int]:
        """Ids of reports in the many small segments that small commits leave: to be written again, together."""
        return writer.crowded(self.reader)


class Engine(WhooshEngine):
    backend = Backend
    query = ExactQuery

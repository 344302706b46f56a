"""What Haystack calls: its Whoosh backend, taught Chinese, one writer and generations that can be trusted.

find() answers from the evaluator; Haystack's own SearchQuerySet runs on Whoosh's query parser over the same index.
"""

import hashlib
import logging
import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from haystack import connections
from haystack.backends.whoosh_backend import WhooshEngine, WhooshSearchBackend
from haystack.constants import DJANGO_CT, DJANGO_ID, ID
from haystack.exceptions import SkipDocument
from haystack.indexes import SearchIndex
from haystack.utils import get_identifier
from whoosh import fields
from whoosh.filedb.filestore import FileStorage
from whoosh.qparser import QueryParser

from search import jieba_analyzer
from search.backends import Answer, IndexAway, Question, State
from search.query import fold

from .evaluator import Evaluator, Segment
from .store import ReportWriter, Store, open_index

log = logging.getLogger(__name__)

# To be raised when what is written of the same report changes in a way that neither schema nor dictionary shows.
FORMAT = 1
# So many segments of one order of magnitude (1…9, 10…99, 100…999 reports), and they are written anew as one.
CROWD = 10
LARGEST_REWRITTEN = 1000
PORTION = 100  # documents that are cut while those before are written
CUTTERS = 4  # processes, of 100 MB each; more would wait for the one that writes
REST = 3.0  # seconds before generations that could not be opened are read again
AWAY = "索引不存在或已损坏，请运行 manage.py rebuild_index 重建。"
NEVER_EMPTY = "索引不能清空：清空后检索会答“没有报告”。要重新建立索引，请运行 manage.py rebuild_index。"
OTHER_DICTIONARY = "索引是用另一版词典或程序建立的，请运行 manage.py rebuild_index 重建。"


@dataclass(frozen=True, slots=True)
class Opened:
    """The evaluator that answers, the generation it reads, and which one was current when it was opened."""

    evaluator: Evaluator
    generation: Path
    current: Path | None

    @property
    def is_current(self) -> bool:
        return self.generation == self.current


class Reader:
    """The evaluator of this process: opened once, refreshed when the index has changed. One per index folder."""

    def __init__(self, store: Store):
        self.store = store
        self._opened: Opened | None = None
        self._failed: Path | None = None
        self._rests_until = 0.0
        self._lock = threading.Lock()

    def get(self) -> Opened:
        """The newest generation that is whole. Raises IndexAway when there is none."""
        opened = self._opened
        if opened is not None and self._is_fresh(opened):
            return opened
        with self._lock:
            if self._opened is None or not self._is_fresh(self._opened):
                self._opened = self._open(self._opened)
            return self._opened

    def _is_fresh(self, opened: Opened) -> bool:
        """0.1 ms: one small file and one folder are looked at."""
        try:
            return (
                opened.current == self.store.current()
                and opened.evaluator.index.latest_generation() == opened.evaluator.generation
            )
        except OSError:
            return False

    def _open(self, before: Opened | None) -> Opened:
        current = self.store.current()
        if current == self._failed and time.monotonic() < self._rests_until:
            raise IndexAway(AWAY)
        for generation in self.store.candidates():
            known = before.evaluator.segments if before and before.generation == generation else {}
            try:
                return Opened(evaluator(generation, known), generation, current)
            except Exception:
                # Whatever a damaged file makes pickle, Whoosh or numpy raise: this generation cannot answer.
                log.exception("索引 %s 无法打开", generation)
        self._opened = None
        self._failed, self._rests_until = current, time.monotonic() + REST
        raise IndexAway(AWAY)


def evaluator(generation: Path, known: dict[str, Segment]) -> Evaluator:
    """Tried again as long as a commit takes files away in the middle of it."""
    while True:
        index = open_index(generation)
        state = index.latest_generation()
        try:
            return Evaluator(index, generation, known)
        except Exception:
            if index.latest_generation() == state:
                raise


@cache
def reader_of(path: str) -> Reader:
    """The one reader of this process for an index folder; Haystack makes a backend per thread."""
    return Reader(Store(Path(path)))


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
                made = fields.ID(stored=True, sortable=True)
            else:
                made = fields.TEXT(analyzer=jieba_analyzer.ChineseAnalyzer(), stored=False)
                made.format = jieba_analyzer.WordPositions()
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
            self.write(None, (), gone=[get_identifier(obj_or_string)])

    def clear(self, models: Iterable[Any] | None = None, commit: bool = True) -> None:
        """Refused: an index without the archive's reports would answer that there are none."""
        raise CommandError(NEVER_EMPTY)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Only one process at a time: others wait."""
        with self.store.lock("writer"):
            yield

    def write(self, index: SearchIndex | None, reports: Iterable[Any], gone: Iterable[str] = ()) -> None:
        """The reports as they are now, and without those gone (Haystack's identifiers), in one commit: all or nothing.

        Raises IndexAway when the current generation cannot be trusted.
        """
        opened = self.reader.get()
        if not opened.is_current:
            raise IndexAway(AWAY)
        writer = ReportWriter(open_index(opened.generation))
        try:
            documents = [document for report in reports if (document := prepared(index, report))]
            with writer.searcher() as searcher:
                for identifier in [*gone, *(document[ID] for document in documents)]:
                    writer.delete_by_term(ID, identifier, searcher=searcher)
            for document in documents:
                add(writer, document, jieba_analyzer.words(document["text"]))
            writer.keep()
        except BaseException:
            writer.give_up()
            raise

    def rebuild(self, index: SearchIndex, reports: Iterable[Any]) -> None:
        """A new index of these reports beside the present one, which answers until the new one is whole."""
        _, schema = self.build_schema(self._searchfields())
        with self.store.lock("rebuild"), self.store.new_generation(self.made_with()) as folder:
            writer = ReportWriter(FileStorage(str(folder)).create_index(schema))
            try:
                for document, words in cut(document for report in reports if (document := prepared(index, report))):
                    add(writer, document, words)
                writer.keep()
            except BaseException:
                writer.give_up()
                raise

    def crowded(self) -> list[int]:
        """Ids of reports in the many small segments that small commits leave: to be written again, together."""
        by_size: dict[int, list[list[int]]] = defaultdict(list)
        for living in self.reader.get().evaluator.living():
            if len(living) < LARGEST_REWRITTEN:
                by_size[len(str(len(living)))].append(living)
        return [pk for segments in by_size.values() if len(segments) >= CROWD for living in segments for pk in living]


def prepared(index: SearchIndex | None, report: Any) -> dict[str, Any] | None:
    """What the SearchIndex says of a report, or None when it wants it left out."""
    try:
        document: dict[str, Any] = index.full_prepare(report) if index else {}
    except SkipDocument:
        return None
    return document


def cut(documents: Iterable[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Each document with the words of its text. From PORTION documents on, other processes cut: jieba is half the work."""
    documents = iter(documents)
    first = list(islice(documents, PORTION))
    if len(first) < PORTION:
        yield from ((document, jieba_analyzer.words(document["text"])) for document in first)
        return
    # spawn: a forked child would share this process's database connection.
    with get_context("spawn").Pool(min(os.cpu_count() or 1, CUTTERS)) as pool:
        ahead = [(first, pool.map_async(jieba_analyzer.words, [document["text"] for document in first]))]
        while ahead:
            if portion := list(islice(documents, PORTION)):
                ahead.append(
                    (portion, pool.map_async(jieba_analyzer.words, [document["text"] for document in portion]))
                )
            done, words = ahead.pop(0)
            yield from zip(done, words.get(), strict=True)


def add(writer: ReportWriter, document: dict[str, Any], words: list[str]) -> None:
    """Words into Whoosh; the same text folded, for exact strings, beside them."""
    multi = {name: ",".join(value) for name, value in document.items() if isinstance(value, list)}
    writer.add_report(
        {**document, **multi, "text": words},
        [fold(line) for line in document["text"].split("\n")],
        # Names are one a line: no match may begin in one name and end in the next.
        [fold(document["title"]), folded_lines(document["court_names"]), folded_lines(document["theme_names"])],
    )


def folded_lines(names: str) -> str:
    return "\n".join(fold(name) for name in names.split("\n"))


class Engine(WhooshEngine):
    backend = Backend

"""What is written: small commits into the generation that answers, and whole generations beside it."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from multiprocessing import get_context
from multiprocessing.pool import AsyncResult
from pathlib import Path
from typing import Any

from haystack.constants import DOCUMENT_FIELD, ID
from whoosh import fields
from whoosh.filedb.filestore import FileStorage

from search.backends import IndexAway

from .reader import AWAY, Reader
from .segment import Document, ReportWriter, write_segment
from .store import Store, open_index

# So many segments of one order of magnitude (1…9, 10…99, 100…999 reports), and they are written anew as one.
CROWD = 10
LARGEST_REWRITTEN = 1000
PORTION = 16_000_000  # characters of text in one segment: what a process holds of it in memory stays below 800 MB
WRITERS = 4  # processes


def write(reader: Reader, documents: Sequence[Document], gone: Iterable[str] = ()) -> None:
    """Those documents anew and without those gone (Haystack's identifiers), in one commit: all or nothing.

    Raises IndexAway when the current generation cannot be trusted.
    """
    opened = reader.get()
    if not opened.is_current:
        raise IndexAway(AWAY)
    writer = ReportWriter(open_index(opened.generation))
    try:
        with writer.searcher() as searcher:
            for identifier in [*gone, *(document[ID] for document in documents)]:
                writer.delete_by_term(ID, identifier, searcher=searcher)
        for document in documents:
            writer.add(document)
        writer.keep()
    except BaseException:
        writer.give_up()
        raise


def rebuild(store: Store, schema: fields.Schema, made_with: str, documents: Iterable[Document]) -> None:
    """A new generation of these documents beside the present one, which answers until the new one is whole."""
    with store.lock("rebuild"), store.new_generation(made_with) as folder:
        made = FileStorage(str(folder)).create_index(schema)
        segments = list(written(folder, portions(documents)))
        ReportWriter(made).keep(segments)


def crowded(reader: Reader) -> list[int]:
    """Ids of reports in the many small segments that small commits leave: to be written again, together."""
    by_size: dict[int, list[list[int]]] = defaultdict(list)
    for living in reader.get().evaluator.living():
        if len(living) < LARGEST_REWRITTEN:
            by_size[len(str(len(living)))].append(living)
    return [pk for segments in by_size.values() if len(segments) >= CROWD for living in segments for pk in living]


def portions(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Documents of PORTION characters together: one segment each."""
    portion: list[Document] = []
    characters = 0
    for document in documents:
        portion.append(document)
        characters += len(document[DOCUMENT_FIELD])
        if characters >= PORTION:
            yield portion
            portion, characters = [], 0
    if portion:
        yield portion


def written(folder: Path, portions: Iterator[list[Document]]) -> Iterator[Any]:
    """A finished segment for each portion, in order; from the second on, other processes write them, each on its own."""
    first = next(portions, None)
    second = next(portions, None)
    if first is None or second is None:
        yield from (write_segment(folder, portion) for portion in (first, second) if portion)
        return
    processes = min(os.cpu_count() or 1, WRITERS)
    # spawn: a forked child would share this process's database connection.
    with get_context("spawn").Pool(processes) as pool:
        ahead: list[AsyncResult[Any]] = []
        for portion in chain((first, second), portions):
            ahead.append(pool.apply_async(write_segment, (folder, portion)))
            # What waits to be written is held in memory: one portion per process, and no more.
            if len(ahead) > processes:
                yield ahead.pop(0).get()
        for segment in ahead:
            yield segment.get()

"""What one Whoosh segment holds beside Whoosh's own files: its reports' ids and facet values, and their exact strings.

MAIN_<segment>.reports   django ids, per facet the combination of values that each report has, and the passages of its parts
MAIN_<segment>.grams     the folded strings of every text field (grams.py)
MAIN_<segment>.tallies   of some words what is counted in these strings (tallies.py)
MAIN_<segment>.sums      checksums of all the segment's files, written last

Whoosh removes them together with the segment.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from django.utils import timezone
from haystack.constants import DJANGO_ID, DOCUMENT_FIELD
from numpy.typing import NDArray
from whoosh import fields, query
from whoosh.index import TOC, FileIndex, clean_files
from whoosh.writing import SegmentWriter

from search.backends import FACETS
from search.jieba_analyzer import WordCounts
from search.query import UNKNOWN

from . import arrays, grams, tallies, texts
from .borders import Borders
from .codec import ArrayCodec, ArrayPool
from .grams import Grams, Units
from .passages import Passages, RunsOfParts
from .store import checksum, open_index, sync, write_durably, write_toc
from .tallies import Tallies, Tally, counted
from .texts import Words

Combination = tuple[str, ...]
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One facet: report d has the values combinations[codes[d]]."""

    combinations: list[Combination]
    codes: NDArray[np.integer[Any]]

    def counts(self, docs: NDArray[np.int64]) -> Counter[str]:
        """How many of the documents have each value."""
        counted: Counter[str] = Counter()
        numbers = np.bincount(self.codes[docs], minlength=len(self.combinations)).tolist()
        for combination, number in zip(self.combinations, numbers, strict=True):
            for value in combination:
                counted[value] += number
        return +counted


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Segment:
    """What never changes of a segment: its reports in order. Files are mapped, not read."""

    ids: NDArray[np.int64]
    columns: dict[str, Column]
    string_fields: tuple[str, ...]
    strings: Grams  # field by field, each with one string per report
    passages: Passages
    names: Passages  # of the strings that follow the texts
    tallies: Tallies

    @classmethod
    def read(cls, folder: Path, name: str) -> "Segment":
        """Raises OSError or ValueError when a file is missing or cut short; without tallies it is one of an earlier version.
        What somebody has open is not read again."""
        segment = OPEN.get(folder / name)
        if segment is None:
            segment = OPEN[folder / name] = cls._read(folder, name)
        return segment

    @classmethod
    def _read(cls, folder: Path, name: str) -> "Segment":
        found, notes = arrays.read(folder / f"{name}.reports")
        columns = {
            facet: Column([tuple(values) for values in combinations], found[facet])
            for facet, combinations in notes["combinations"].items()
        }
        ids, string_fields = found[DJANGO_ID], tuple(notes["strings"])
        strings, passages = Grams.read(folder / f"{name}.grams"), Passages.read(found, notes)
        names = names_of(strings, string_fields, len(ids))
        tallies = Tallies.read(folder / f"{name}.tallies")
        return cls(ids, columns, string_fields, strings, passages, names, tallies)

    @property
    def texts_end(self) -> int:
        """Where the texts end in the line of strings: they are the first of its fields."""
        return int(self.strings.bounds[len(self)])

    def __len__(self) -> int:
        return len(self.ids)

    def tally(self, string: str) -> Tally | None:
        """Where the string is held, and how often; None where it is not."""
        return self.tallies.of(string) or counted(self.strings, self.passages, self.names, string)


def names_of(strings: Grams, string_fields: Sequence[str], reports: int) -> Passages:
    """The strings of all fields but the first, which is the text."""
    others, starts = string_fields[1:], strings.bounds[reports:]
    return Passages(
        tuple(others),
        Borders.made(starts - starts[0]),
        np.repeat(np.arange(len(others), dtype=np.uint8), reports),
        np.tile(np.arange(reports, dtype=np.uint32), len(others)),
    )


OPEN: WeakValueDictionary[Path, Segment] = WeakValueDictionary()


class Beside:
    """Gathers what is kept beside a segment while its documents are added.

    Whatever the SearchIndex: documents without a number have the id NUMBERLESS, facets without a value are unknown.
    """

    def __init__(self, schema: fields.Schema):
        self.ids: list[int] = []
        self.strings: dict[str, list[Units]] = {name: [] for name in text_fields(schema)}
        codes = {name for name, kind in schema.items() if isinstance(kind, Code | Codes)}
        self.values: dict[str, list[Combination]] = {name: [] for name in sorted(codes.union(FACETS))}
        self.codes = codes
        self.paragraphs: list[NDArray[np.int64]] = [np.empty(0, np.int64)]  # how long they are, in units
        self.passages = RunsOfParts()
        self.line_parts = next((name for name, kind in schema.items() if isinstance(kind, LineParts)), None)

    def add(self, document: Document, folded: Mapping[str, Units]) -> None:
        """folded: its text fields, as texts.folded() gives them."""
        pk = str(document[DJANGO_ID])
        self.ids.append(int(pk) if pk.isdecimal() else NUMBERLESS)
        for name, text in folded.items():
            if name == DOCUMENT_FIELD:
                # A quotation may go on across line ends.
                line, lengths = texts.lines(text)
                self.strings[name].append(line)
                self.paragraphs.append(lengths)
                parts = document[self.line_parts] if self.line_parts else [""] * len(lengths)
                self.passages.add(zip(parts, lengths.tolist(), strict=True))
            else:
                # One name a line: no match may begin in one and end in the next.
                self.strings[name].append(text)
        for name, combinations in self.values.items():
            value = document.get(name) if name in self.codes else None
            values = value if isinstance(value, list) else [value]
            combinations.append(tuple(UNKNOWN if one is None else str(one) for one in values or [None]))

    def write(self, base: Path, words: Mapping[str, int]) -> None:
        """words: those of the texts, with how many of these hold each."""
        codes, tables = {}, {}
        for name, combinations in self.values.items():
            table = {combination: code for code, combination in enumerate(dict.fromkeys(combinations))}
            codes[name] = np.array([table[combination] for combination in combinations], np.uint32)
            tables[name] = list(table)
        passages, parts = self.passages.written()
        string_fields = [DOCUMENT_FIELD, *self._others()]
        notes = {"combinations": tables, "strings": string_fields, **parts}
        ids = np.array(self.ids, np.int64)
        arrays.write(base.with_suffix(".reports"), {DJANGO_ID: ids, **codes, **passages}, notes)
        lengths = np.concatenate(self.paragraphs)
        starts = np.cumsum(lengths) - lengths
        none = [grams.units("")] * len(self.ids)
        strings = [string for name in string_fields for string in self.strings.get(name, none)]
        grams.write(base.with_suffix(".grams"), strings, starts.astype(np.uint32))
        line = Grams.read(base.with_suffix(".grams"))
        names = names_of(line, string_fields, len(self.ids))
        tallies.write(
            base.with_suffix(".tallies"), line, Passages.read(passages, parts), names, tallies.dearest(line, words)
        )

    def _others(self) -> Iterator[str]:
        return (name for name in self.strings if name != DOCUMENT_FIELD)


NUMBERLESS = -1


def text_fields(schema: fields.Schema) -> Iterator[str]:
    return (name for name, kind in schema.items() if isinstance(kind.format, WordCounts))


class Code(fields.ID):
    """One id, code or fixed label."""

    def __init__(self) -> None:
        super().__init__(stored=True, sortable=True)

    def self_parsing(self) -> bool:
        return True

    def parse_range(
        self, fieldname: str, start: str, end: str, startexcl: bool, endexcl: bool, boost: float = 1.0
    ) -> query.Query:
        """What is unknown is neither more nor less than anything."""
        known = query.Not(query.Term(fieldname, UNKNOWN))
        return query.And([query.TermRange(fieldname, start, end, startexcl, endexcl, boost), known])


class Codes(fields.KEYWORD):
    """Several ids or codes."""

    def __init__(self) -> None:
        super().__init__(stored=True, commas=True)


class LineParts(fields.STORED):
    """Something of every line of the text: kept beside the segment, and nothing of it in Whoosh."""

    stored = False


class ReportWriter(SegmentWriter):
    """Whoosh's writer of one segment, with our codec and what is kept beside.

    The segment's files are whole before the table of contents names them.
    """

    def __init__(self, index: FileIndex, *, lock: bool = True, timeout: float = 20):
        super().__init__(index, timeout=timeout, compound=False, codec=ArrayCodec(), _lk=lock)
        self.pool = ArrayPool()
        self.base = Path(self.storage.folder) / self.newsegment.segment_id()
        self.beside = Beside(self.schema)
        self.words = {name: Words() for name in text_fields(self.schema)}
        self.of_texts: dict[str, int] = {}

    def add(self, document: Document) -> None:
        folded = {name: texts.folded(str(document.get(name) or "")) for name in self.words}
        said = {name: value for name, value in document.items() if name not in folded and _is_said(name, value)}
        self.add_document(**{name: _for_whoosh(value) for name, value in said.items()})
        for name, text in folded.items():
            self.words[name].add(text)
        self.beside.add(document, folded)

    def _flush_segment(self) -> None:
        for name, words in self.words.items():
            occurrences, lengths = words.counted(self.schema[name].format.field_boost)
            if name == DOCUMENT_FIELD:
                words_of_texts = (term.decode() for term in occurrences.terms)
                self.of_texts = dict(zip(words_of_texts, np.diff(occurrences.first).tolist(), strict=True))
            self.pool.add_field(name, occurrences)
            self.perdocwriter.add_lengths(name, lengths.tolist())
        super()._flush_segment()

    def _finalize_segment(self) -> Any:
        segment = super()._finalize_segment()
        self.beside.write(self.base, self.of_texts)
        files = sorted(self.base.parent.glob(f"{self.base.name}.*"))
        for path in files:
            sync(path)
        sums = {path.name: checksum(path) for path in files}
        write_durably(self.base.with_suffix(".sums"), json.dumps(sums).encode())
        return segment

    def _commit_toc(self, segments: list[Any]) -> None:
        """As Whoosh does it, but on the disk, and with a checksum."""
        write_toc(self.base.parent, TOC(self.schema, segments, self.generation))
        clean_files(self.storage, self.indexname, self.generation, segments)

    def keep(self, others: Sequence[Any] = ()) -> None:
        """Commits what was added and `others`, finished segments, without merging (Whoosh merges posting by posting);
        segments without a living report are dropped."""
        self.commit(
            mergetype=lambda _writer, segments: [
                segment for segment in [*segments, *others] if segment.doc_count_all() > segment.deleted_count()
            ]
        )

    def give_up(self) -> None:
        """Leaves the index as it was. Whoosh 2.7.4 keeps its lock for ever when a commit fails half-way."""
        try:
            if not self.is_closed:
                self.cancel()
        finally:
            if not self.is_closed and self.writelock:
                self.writelock.release()


def _is_said(name: str, value: Any) -> bool:
    """Haystack's "boost" of a document is none of its fields, and Whoosh knows none."""
    return value is not None and name != "boost"


def _for_whoosh(value: Any) -> Any:
    """A prepared value as Haystack's Whoosh backend writes it; times in the archive's time zone."""
    match value:
        case bool():
            return "true" if value else "false"
        case list() | tuple():
            return ",".join(map(str, value))
        case datetime():
            return timezone.make_naive(value) if timezone.is_aware(value) else value
        case date():
            return datetime(value.year, value.month, value.day)
        case int() | float():
            return value
    return str(value)


def write_segment(folder: Path, documents: Sequence[Document]) -> Any:
    """One finished segment in the folder of an index, not yet in its table of contents. May run beside others."""
    writer = ReportWriter(open_index(folder), lock=False)
    for document in documents:
        writer.add(document)
    # Not commit(): the temporary folder belongs to all writers of the index, and the one that commits removes it.
    return writer._finalize_segment()

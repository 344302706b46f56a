"""A Whoosh codec whose words are plain arrays in one mapped file: no blocks, no pickle, no compression.

Whoosh's own codec (W3) decodes a common word's postings in 65-140 ms, this one in a few microseconds, because numpy takes
them as they lie in the file. W3's columns, stored fields, segments and table of contents stay.

MAIN_<segment>.words     the terms of every field in order, one after the other, and where each one's postings begin:

    u32 number of documents n | u32 flags | u16 or u32 ids[n] | u8, u16 or f32 weights[n] | u32 lengths[n], values

Little-endian, each part only where the flags say so: weights that are all 1 are left out; values are what Whoosh's formats
keep per posting (positions, in fields that have them).
"""

import struct
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.base import FieldCursor, FieldWriter, TermsReader
from whoosh.codec.whoosh3 import LENGTHS_COLUMN, W3Codec, W3PerDocWriter
from whoosh.fields import FieldType, Schema
from whoosh.formats import Format
from whoosh.matching import ListMatcher
from whoosh.reading import SegmentReader, TermInfo, TermNotFound
from whoosh.util.numeric import byte_to_length

from . import arrays

WORDS = ".words"
HEAD = struct.Struct("<II")
WIDE_IDS, VALUES = 1, 2  # flags; the weights' kind stands in the bits above
WEIGHTS = {0: None, 1: np.dtype("<u1"), 2: np.dtype("<u2"), 3: np.dtype("<f4")}
WEIGHTS_AT = 4

Posting = tuple[str, bytes, int, float, bytes | None]  # field, term, document, weight, value
Gathered = dict[bytes, "tuple[array[int], array[float], list[bytes]]"]  # term -> documents, weights, values


class Postings(NamedTuple):
    """Ascending document numbers of one segment, and how often (or how weightily) each holds the term."""

    ids: NDArray[Any]
    weights: NDArray[Any] | None  # None: 1 each


class ArrayCodec(W3Codec):
    """Give it to a SegmentWriter together with an ArrayPool and `compound=False`. Needs a FileStorage."""

    def field_writer(self, storage: Any, segment: Any) -> "ArrayFieldWriter":
        return ArrayFieldWriter(Path(storage.folder) / segment.make_filename(WORDS))

    def per_document_writer(self, storage: Any, segment: Any) -> "ArrayDocumentWriter":
        return ArrayDocumentWriter(self, storage, segment)

    def terms_reader(self, storage: Any, segment: Any) -> "ArrayTermsReader":
        return ArrayTermsReader(Path(storage.folder) / segment.make_filename(WORDS))


def postings(reader: SegmentReader, field: str, term: bytes) -> Postings | None:
    """A term's postings in one segment, as views of the mapped file; None where the segment does not have it."""
    terms: ArrayTermsReader = reader._terms
    place = terms.place(field, term)
    return None if place is None else terms.postings(place)


class Occurrences(NamedTuple):
    """One field's terms in order and, term by term, the documents, ascending, in which each occurs, with its weights.

    first: where the postings of each term begin, and where those of the last one end. values: what Whoosh's format keeps of
    every posting, if it keeps anything.
    """

    terms: list[bytes]
    first: NDArray[np.int64]
    documents: NDArray[np.uint32]
    weights: NDArray[np.float32]
    values: list[bytes]


class ArrayPool:
    """The postings of a segment while it is written: arrays per term instead of Whoosh's list of tuples to be sorted.

    Memory is bounded by the segment: whoever writes many documents writes many segments.
    """

    def __init__(self) -> None:
        self.fields: dict[str, Gathered] = {}
        self.finished: dict[str, Occurrences] = {}

    def add(self, item: Posting) -> None:
        field, term, document, weight, value = item
        terms = self.fields.setdefault(field, {})
        found = terms.get(term)
        if found is None:
            found = terms[term] = (array("I"), array("f"), [])
        found[0].append(document)
        found[1].append(weight)
        if value:
            # One per document or none at all: a format either keeps values or does not.
            found[2].append(value)

    def add_field(self, field: str, occurrences: Occurrences) -> None:
        """A whole field that nothing else is added to."""
        if occurrences.terms:
            self.finished[field] = occurrences

    def iter_postings(self) -> dict[str, Occurrences]:
        """Field by field: Whoosh hands this to the field writer as it is."""
        gathered = {field: _occurrences(terms) for field, terms in self.fields.items()}
        return dict(sorted({**gathered, **self.finished}.items()))

    def cleanup(self) -> None:
        self.fields, self.finished = {}, {}


def _occurrences(found: Gathered) -> Occurrences:
    terms = sorted(found)
    documents, weights, values = zip(*(found[term] for term in terms), strict=True)
    return Occurrences(
        terms,
        np.cumsum([0, *map(len, documents)]),
        np.frombuffer(b"".join(documents), np.uint32),
        np.frombuffer(b"".join(weights), np.float32),
        [value for of_term in values for value in of_term],
    )


class ArrayDocumentWriter(W3PerDocWriter):
    """Whoosh's own, which can be told afterwards how many words the documents have."""

    def add_lengths(self, field: str, lengths: Iterable[int]) -> None:
        for self._docnum, length in enumerate(lengths):
            self.add_field(field, None, None, length)


class ArrayFieldWriter(FieldWriter):
    """Writes the words of a segment when Whoosh flushes it."""

    def __init__(self, path: Path):
        self.path = path
        self.is_closed = False

    def add_postings(self, schema: Schema, lengths: Any, items: dict[str, Occurrences]) -> None:
        fields: dict[str, tuple[int, int]] = {}
        terms: list[bytes] = []
        postings: list[bytes] = []
        extremes = [np.empty((0, 2), np.uint8)]
        for name, found in items.items():
            fields[name] = (len(terms), len(terms) + len(found.terms))
            terms += found.terms
            postings += encoded(found)
            if schema[name].scorable:
                of_documents, first = _lengths(lengths, name)[found.documents], found.first[:-1]
                shortest, longest = np.minimum.reduceat(of_documents, first), np.maximum.reduceat(of_documents, first)
                extremes.append(np.stack((shortest, longest), axis=1))
            else:
                extremes.append(np.zeros((len(found.terms), 2), np.uint8))
        arrays.write(
            self.path,
            {
                "terms": np.frombuffer(b"".join(terms), np.uint8),
                "terms_at": np.cumsum([0, *map(len, terms)], dtype=np.uint32),
                "postings": np.frombuffer(b"".join(postings), np.uint8),
                "postings_at": np.cumsum([0, *map(len, postings)], dtype=np.uint64),
                "lengths": np.concatenate(extremes),
            },
            notes=fields,
        )

    def close(self) -> None:
        self.is_closed = True


class ArrayTermsReader(TermsReader):
    """The words of a segment. Safe to share between threads."""

    def __init__(self, path: Path):
        found, self.fields = arrays.read(path)
        self._terms = found["terms"].data
        self._terms_at = found["terms_at"]
        self._postings = found["postings"].data
        self._postings_at = found["postings_at"]
        self._lengths = found["lengths"]

    def term(self, place: int) -> bytes:
        return bytes(self._terms[self._terms_at[place] : self._terms_at[place + 1]])

    def place(self, field: str, term: bytes) -> int | None:
        """Where the term stands among all, None where it does not."""
        first, last = self.fields.get(field, (0, 0))
        place = self._first_from(term, first, last)
        return place if place < last and self.term(place) == term else None

    def _first_from(self, term: bytes, first: int, last: int) -> int:
        """The place of the first term that is not before this one."""
        return bisect_left(range(last), term, first, key=self.term)

    def postings(self, place: int) -> Postings:
        return _decoded(self._raw(place))[0]

    def _raw(self, place: int) -> memoryview:
        return self._postings[self._postings_at[place] : self._postings_at[place + 1]]

    # ---- what Whoosh asks
    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self.place(*term) is not None

    def indexed_field_names(self) -> list[str]:
        return list(self.fields)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return (term for term, _ in self._places_from(None, b""))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        return (term for term, _ in self._places_from(fieldname, prefix))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self._info(place)) for term, place in self._places_from(None, b""))

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self._info(place)) for term, place in self._places_from(fieldname, prefix))

    def _places_from(self, field: str | None, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], int]]:
        """Every term from this one of this field on, then those of the fields that follow."""
        for name, (first, last) in self.fields.items():
            if field is not None and name < field:
                continue
            start = self._first_from(prefix, first, last) if name == field else first
            for place in range(start, last):
                yield (name, self.term(place)), place

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        return self._info(self._known(fieldname, text))

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        place = self.place(fieldname, text)
        return 0 if place is None else int(HEAD.unpack_from(self._raw(place))[0])

    def frequency(self, fieldname: str, text: bytes) -> float:
        place = self.place(fieldname, text)
        return 0.0 if place is None else float(self._info(place).weight())

    def matcher(self, fieldname: str, text: bytes, format_: Format, scorer: Any = None) -> ListMatcher:
        """For Whoosh's own queries: any of them runs on these postings."""
        place = self._known(fieldname, text)
        raw = self._raw(place)
        found, rest = _decoded(raw)
        return ListMatcher(
            found.ids.tolist(),
            [1.0] * len(found.ids) if found.weights is None else found.weights.astype(float).tolist(),
            _values(raw, rest, len(found.ids)),
            format=format_,
            scorer=scorer,
            term=(fieldname, text),
            terminfo=self._info(place),
        )

    def cursor(self, fieldname: str, fieldobj: FieldType) -> "ArrayFieldCursor":
        return ArrayFieldCursor(self, fieldname, fieldobj)

    def _known(self, field: str, term: bytes) -> int:
        place = self.place(field, term)
        if place is None:
            raise TermNotFound(f"No term {field}:{term!r}")
        return place

    def _info(self, place: int) -> TermInfo:
        ids, weights = self.postings(place)
        shortest, longest = self._lengths[place].tolist()
        return TermInfo(
            weight=float(len(ids) if weights is None else weights.sum(dtype=np.float64)),
            df=len(ids),
            minlength=byte_to_length(shortest),
            maxlength=byte_to_length(longest),
            maxweight=1.0 if weights is None else float(weights.max()),
            minid=int(ids[0]),
            maxid=int(ids[-1]),
        )


class ArrayFieldCursor(FieldCursor):
    """Walks the terms of one field, as Whoosh's fuzzy queries do. text() is None past the end."""

    def __init__(self, reader: ArrayTermsReader, fieldname: str, fieldobj: FieldType):
        self._reader, self._field = reader, fieldobj
        self._first, self._last = reader.fields.get(fieldname, (0, 0))
        self._place = self._first

    def first(self) -> Any:
        self._place = self._first
        return self.text()

    def find(self, term: str | bytes) -> Any:
        wanted = term if isinstance(term, bytes) else self._field.to_bytes(term)
        self._place = self._reader._first_from(wanted, self._first, self._last)
        return self.text()

    def next(self) -> Any:
        self._place += 1
        return self.text()

    def text(self) -> Any:
        return self._field.from_bytes(self._reader.term(self._place)) if self.is_valid() else None

    def term_info(self) -> TermInfo | None:
        return self._reader._info(self._place) if self.is_valid() else None

    def is_valid(self) -> bool:
        return self._place < self._last


def encoded(found: Occurrences) -> Iterator[bytes]:
    """Every term's postings as they lie in the file."""
    wide = found.documents[found.first[1:] - 1] > 0xFFFF
    ids = [found.documents.astype(dtype).data for dtype in ("<u2", "<u4")]
    whole = found.weights.astype(np.int64)
    weights = [memoryview(b""), whole.astype("<u1").data, whole.astype("<u2").data, found.weights.astype("<f4").data]
    rows = zip(pairwise(found.first.tolist()), wide.tolist(), _narrowest(found).tolist(), strict=True)
    for (start, end), is_wide, kind in rows:
        values = found.values[start:end]
        flags = (WIDE_IDS if is_wide else 0) | (VALUES if values else 0) | kind << WEIGHTS_AT
        parts = [HEAD.pack(end - start, flags), ids[is_wide][start:end], weights[kind][start:end]]
        if values:
            parts += [np.array([len(value) for value in values], "<u4").tobytes(), *values]
        yield b"".join(parts)


def _narrowest(found: Occurrences) -> NDArray[np.int64]:
    """Of each term, the kind of weights that keeps its own exactly."""
    first = found.first[:-1]
    least, most = np.minimum.reduceat(found.weights, first), np.maximum.reduceat(found.weights, first)
    broken = np.logical_or.reduceat(found.weights != np.floor(found.weights), first)
    return np.select([(least == 1) & (most == 1), broken | (least < 0) | (most > 0xFFFF), most <= 0xFF], [0, 3, 1], 2)


def _decoded(raw: memoryview) -> tuple[Postings, int]:
    """The postings, and where the values begin (0 where there are none)."""
    number, flags = HEAD.unpack_from(raw)
    at = HEAD.size
    ids = np.frombuffer(raw, "<u4" if flags & WIDE_IDS else "<u2", number, at)
    at += ids.nbytes
    weights = None
    if dtype := WEIGHTS[flags >> WEIGHTS_AT]:
        weights = np.frombuffer(raw, dtype, number, at)
        at += weights.nbytes
    return Postings(ids, weights), at if flags & VALUES else 0


def _values(raw: memoryview, at: int, number: int) -> list[bytes]:
    if not at:
        return [b""] * number
    edges = np.cumsum([at + 4 * number, *np.frombuffer(raw, "<u4", number, at).tolist()]).tolist()
    return [bytes(raw[start:end]) for start, end in pairwise(edges)]


def _lengths(per_document: Any, field: str) -> NDArray[np.uint8]:
    """How many words each document has, as Whoosh keeps it: in one byte."""
    size = per_document.doc_count_all()
    column = per_document._cached_reader(f"_{field}_len", LENGTHS_COLUMN)
    return np.fromiter((column[document] if column else 0 for document in range(size)), np.uint8, size)

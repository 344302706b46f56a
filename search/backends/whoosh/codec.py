"""A Whoosh codec whose postings are plain arrays: no blocks, no pickle, no compression.

Whoosh's own codec (W3) decodes a common word's postings in 65-140 ms, this one in a few microseconds, because numpy takes
them as they lie in the file. All else is W3's: term index, columns, stored fields, segments, table of contents.

A term's postings, little-endian, each part only where the flags say so:

    u32 number of documents n | u32 flags | u16 or u32 ids[n] | u8, u16 or f32 weights[n] | u32 lengths[n], values

Weights that are all 1 are left out; values are what Whoosh's formats keep per posting (positions, in fields that have them).
"""

import os
import struct
from array import array
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import LENGTHS_COLUMN, W3Codec, W3FieldWriter, W3TermInfo
from whoosh.fields import Schema
from whoosh.matching import ListMatcher
from whoosh.reading import SegmentReader, TermNotFound
from whoosh.system import pack_ushort
from whoosh.util.numeric import byte_to_length

HEAD = struct.Struct("<II")
WIDE_IDS, VALUES = 1, 2  # flags; the weights' kind stands in the four bits above
WEIGHTS = {0: None, 1: np.dtype("<u1"), 2: np.dtype("<u2"), 3: np.dtype("<f4")}
WEIGHTS_AT = 4
LENGTH = np.array([byte_to_length(byte) for byte in range(256)], np.float64)

Posting = tuple[str, bytes, int, float, bytes | None]  # field, term, document, weight, value


class Postings(NamedTuple):
    """Ascending document numbers of one segment, and how often (or how weightily) each holds the term."""

    ids: NDArray[Any]
    weights: NDArray[Any] | None  # None: 1 each


class ArrayCodec(W3Codec):
    """Give it to a SegmentWriter together with an ArrayPool and `compound=False`."""

    def field_writer(self, storage: Any, segment: Any) -> "ArrayFieldWriter":
        return ArrayFieldWriter(self, storage, segment)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> ListMatcher:
        """For Whoosh's own queries: any of them runs on these postings."""
        raw = _raw(dbfile, terminfo)
        found, rest = _decode(raw)
        values = _values(raw, rest, len(found.ids))
        weights = [1.0] * len(found.ids) if found.weights is None else found.weights.astype(float).tolist()
        return ListMatcher(
            found.ids.tolist(), weights, values, format=format_, scorer=scorer, term=term, terminfo=terminfo
        )


def postings(reader: SegmentReader, field: str, term: bytes) -> Postings | None:
    """A term's postings in one segment, as views of the mapped file; None where the segment does not have it."""
    terms = reader._terms
    try:
        terminfo = terms.term_info(field, term)
    except TermNotFound:
        return None
    return _decode(_raw(terms._postfile, terminfo))[0]


def lengths(reader: SegmentReader, field: str) -> NDArray[np.float64]:
    """Words per document, as exactly as Whoosh keeps them (one byte each)."""
    return _lengths(reader._perdoc, field, reader.doc_count_all())


class ArrayPool:
    """The postings of a segment while it is written: arrays per term instead of Whoosh's list of tuples to be sorted.

    Memory is bounded by the segment: whoever writes many documents writes many segments.
    """

    def __init__(self) -> None:
        self.fields: dict[str, dict[bytes, tuple[array[int], array[float], list[bytes]]]] = {}

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

    def iter_postings(self) -> "ArrayPool":
        """Whoosh hands this to the field writer, which takes the arrays as they are."""
        return self

    def cleanup(self) -> None:
        self.fields = {}


class ArrayFieldWriter(W3FieldWriter):
    def add_postings(self, schema: Schema, lengths: Any, items: ArrayPool) -> None:
        for name, terms in sorted(items.fields.items()):
            field = schema[name]
            self.start_field(name, field)
            number = pack_ushort(self._fieldid)
            size = lengths.doc_count_all()
            length = _lengths(lengths, name, size) if field.scorable else np.zeros(size)
            for term in sorted(terms):
                ids, weights, values = terms[term]
                place = self._postfile.tell()
                written = _encode(np.frombuffer(ids, np.uint32), np.frombuffer(weights, np.float32), values)
                self._postfile.write(written)
                info = _term_info(ids, weights, length[np.frombuffer(ids, np.uint32)])
                info.set_extent(place, len(written))
                self._tindex.add(number + term, info.to_bytes())
            self.finish_field()


def _encode(ids: NDArray[np.uint32], weights: NDArray[np.float32], values: list[bytes]) -> bytes:
    flags = 0
    parts = []
    if ids[-1] > 0xFFFF:
        flags |= WIDE_IDS
        parts.append(ids.astype("<u4").tobytes())
    else:
        parts.append(ids.astype("<u2").tobytes())
    kind = _narrowest(weights)
    flags |= kind << WEIGHTS_AT
    if dtype := WEIGHTS[kind]:
        parts.append(weights.astype(dtype).tobytes())
    if values:
        flags |= VALUES
        parts += [np.array([len(value) for value in values], "<u4").tobytes(), *values]
    return HEAD.pack(len(ids), flags) + b"".join(parts)


def _narrowest(weights: NDArray[np.float32]) -> int:
    """The kind of weights that keeps these exactly."""
    if (weights == 1).all():
        return 0
    if (weights != np.floor(weights)).any() or weights.min() < 0 or weights.max() > 0xFFFF:
        return 3
    return 1 if weights.max() <= 0xFF else 2


def _raw(postfile: Any, terminfo: Any) -> memoryview:
    offset, length = terminfo.extent()
    if isinstance(length, tuple):  # Whoosh 2.7.4 forgets to take it out
        (length,) = length
    # Not by seek and read: threads share the file and its position.
    return memoryview(os.pread(postfile.fileno(), length, offset))


def _decode(raw: memoryview) -> tuple[Postings, int]:
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
    ends = at + 4 * number + np.cumsum(np.frombuffer(raw, "<u4", number, at), dtype=np.int64)
    starts = [at + 4 * number, *ends[:-1].tolist()]
    return [bytes(raw[start:end]) for start, end in zip(starts, ends.tolist(), strict=True)]


def _lengths(per_document: Any, field: str, size: int) -> NDArray[np.float64]:
    column = per_document._cached_reader(f"_{field}_len", LENGTHS_COLUMN)
    if column is None:
        return np.zeros(size)
    return LENGTH[np.fromiter((column[document] for document in range(size)), np.uint8, size)]


def _term_info(ids: "array[int]", weights: "array[float]", lengths: NDArray[np.float64]) -> W3TermInfo:
    info = W3TermInfo()
    info._df, info._minid, info._maxid = len(ids), ids[0], ids[-1]
    info._weight, info._maxweight = float(sum(weights)), float(max(weights))
    info._minlength, info._maxlength = int(lengths.min()), int(lengths.max())
    return info

"""Strings that stand near each other, or in one paragraph, in the texts of a segment, and in which part of its report."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from . import grams
from .passages import Numbers
from .segment import Segment

InParts = dict[str, Numbers]  # part -> documents, ascending


@dataclass(frozen=True, slots=True)
class Spans:
    """Where strings stand, in order of their beginnings; `limits`: where the text (or the passage) of each ends."""

    starts: Numbers
    ends: Numbers
    limits: Numbers


def spans(segment: Segment, forms: Sequence[str], *, in_passages: bool) -> Spans:
    """Everywhere in the texts, or only where they stand in one passage."""
    starts, ends = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for form in forms:
        places = segment.strings.places(form).astype(np.int64)
        starts.append(places[: np.searchsorted(places, segment.texts_end)])
        ends.append(starts[-1] + len(grams.units(form)))
    begin, end = np.concatenate(starts), np.concatenate(ends)
    order = np.argsort(begin, kind="stable")
    begin, end = begin[order], end[order]
    if not in_passages:
        return Spans(begin, end, segment.strings.borders.ends[segment.strings.borders.of(begin)].astype(np.int64))
    limits = segment.passages.borders.ends[segment.passages.borders.of(begin)].astype(np.int64)
    inside = end <= limits
    return Spans(begin[inside], end[inside], limits[inside])


def near(segment: Segment, one: Spans, other: Spans, characters: int) -> InParts:
    """Where one ends at most so many characters before the other begins, whichever of them is first."""
    return by_part(segment, np.concatenate([followed(one, other, characters), followed(other, one, characters)]))


def followed(first: Spans, second: Spans, characters: int) -> Numbers:
    """Beginnings of those that end at most so many characters before one of the second begins, in the same text or passage."""
    if not len(first.starts) or not len(second.starts):
        return np.empty(0, np.int64)
    at = np.minimum(np.searchsorted(second.starts, first.ends), len(second.starts) - 1)
    next_one = second.starts[at]
    return first.starts[(next_one >= first.ends) & (next_one <= first.ends + characters) & (next_one < first.limits)]


def paragraphs(segment: Segment, forms: Sequence[str]) -> Numbers:
    """Paragraphs that hold one of the strings as a whole: each lies in one passage."""
    found = spans(segment, forms, in_passages=False)
    first = np.searchsorted(segment.strings.paragraphs, found.starts, "right") - 1
    last = np.searchsorted(segment.strings.paragraphs, found.ends - 1, "right") - 1
    return np.unique(first[first == last])


def by_part(segment: Segment, places: Numbers) -> InParts:
    """The documents in which these places lie, part by part."""
    passages = np.unique(segment.passages.borders.of(places))
    parts, docs = segment.passages.parts[passages], segment.passages.docs[passages]
    return {
        name: np.unique(docs[parts == part]).astype(np.int64)
        for part, name in enumerate(segment.passages.names)
        if (parts == part).any()
    }

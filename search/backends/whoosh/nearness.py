"""Strings that stand near each other, or in one paragraph, in the texts of a segment: all of a text, or some of its parts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import grams
from .segment import Segment

Docs = NDArray[np.int64]
Parts = tuple[str, ...]  # of a report; none stands for the whole text


@dataclass(frozen=True, slots=True)
class Spans:
    """Where strings stand, in order of their beginnings; `limits`: where the text (or the passage) of each ends."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    limits: NDArray[np.int64]


def spans(segment: Segment, forms: Sequence[str], parts: Parts) -> Spans:
    """Everywhere in the texts; with `parts`, wherever they stand in one passage of these."""
    text_ends = int(segment.strings.bounds[len(segment)])
    starts, ends = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for form in forms:
        places = segment.strings.places(form).astype(np.int64)
        starts.append(places[: np.searchsorted(places, text_ends)])
        ends.append(starts[-1] + len(grams.units(form)))
    begin, end = np.concatenate(starts), np.concatenate(ends)
    order = np.argsort(begin, kind="stable")
    begin, end = begin[order], end[order]
    if not parts:
        return Spans(begin, end, segment.strings.bounds[segment.strings.string_of(begin) + 1].astype(np.int64))
    passages = segment.passages.of(begin)
    limits = segment.passages.ends[passages].astype(np.int64)
    inside = (end <= limits) & segment.passages.belong(parts)[passages]
    return Spans(begin[inside], end[inside], limits[inside])


def followed(segment: Segment, first: Spans, second: Spans, characters: int) -> Docs:
    """Texts in which one of the first ends at most so many characters before one of the second begins."""
    if not len(first.starts) or not len(second.starts):
        return np.empty(0, np.int64)
    at = np.minimum(np.searchsorted(second.starts, first.ends), len(second.starts) - 1)
    next_one = second.starts[at]
    near = (next_one >= first.ends) & (next_one <= first.ends + characters) & (next_one < first.limits)
    return np.unique(segment.strings.string_of(first.starts[near]))


def paragraphs(segment: Segment, forms: Sequence[str], parts: Parts) -> NDArray[np.int64]:
    """Paragraphs that hold one of the strings as a whole."""
    found = spans(segment, forms, parts)
    first = np.searchsorted(segment.strings.paragraphs, found.starts, "right") - 1
    last = np.searchsorted(segment.strings.paragraphs, found.ends - 1, "right") - 1
    return np.unique(first[first == last])

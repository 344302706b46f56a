"""Snippets and marks, computed from the stored text: the same under every engine, and on the one ruler of the archive."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from .jieba_analyzer import pieces, spellings
from .query import Leaf, SearchQuery, Word, fold, unfolded, wanted

ENOUGH, MOST = 2, 4  # snippets of one report
BEFORE = (18, 60)  # code points of context before a match: wanted, and at most
AFTER = (50, 100)  # and after it
LONGEST = 240  # a snippet does not grow beyond this to take in one more match
SHORT_LINE = 40  # a line up to this without a sentence's end is a heading or the like: it takes its next line along
CONSIDERED = 20  # occurrences of one string that may open a snippet; all that lie in one are marked

GAP = r"[\s\0]*"  # what fold() takes away: a match may run across it
SENTENCE_END = re.compile(r"[。！？；!?;][”’」』）)]*")
CLAUSE_END = re.compile(r"[，、：,:]")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Term:
    """One word or quotation that was asked for, in folded strings: as typed, other words for it, the pieces it falls into."""

    spellings: tuple[str, ...]
    synonyms: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()

    def sought_in(self, text: str, places: Sequence[Span]) -> tuple[tuple[int, str], ...]:
        """The strings to look for in these places, each with its rank: what was typed comes first, pieces count where
        nothing else stands."""
        whole = self.spellings + self.synonyms
        stands = any(printed(whole).search(text, *place) for place in places)
        return self._whole if stands else self._pieces

    @property
    def _whole(self) -> tuple[tuple[int, str], ...]:
        return (*((0, string) for string in self.spellings), *((1, string) for string in self.synonyms))

    @property
    def _pieces(self) -> tuple[tuple[int, str], ...]:
        return tuple((2, string) for string in self.pieces)


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text: `text` is exactly the stored text's [start:end].

    All counted in code points; `marks` count from the snippet's first character, rise and never overlap. `place` is where
    a link to it should lead: the first match, or `start` where nothing is marked.
    """

    text: str
    start: int
    end: int
    marks: tuple[Span, ...] = ()

    @property
    def place(self) -> int:
        return self.start + (self.marks[0][0] if self.marks else 0)


def terms(query: SearchQuery, synonyms: Mapping[str, Sequence[str]]) -> tuple[Term, ...]:
    """What a question looks for in the running text, within earlier questions too; `synonyms` as SearchPage tells them."""
    lines = (query.parsed(), *query.parsed_within())
    leaves = [leaf for line in lines for leaf in wanted(line.tree) if leaf.field in (None, "title")]
    return tuple(term(leaf, synonyms.get(leaf.text, ())) for leaf in leaves if fold(leaf.text))


def term(leaf: Leaf, synonyms: Sequence[str]) -> Term:
    """Only words have synonyms and pieces. A synonym around what was typed (司法建议书) would only make marks longer."""
    typed = spellings(leaf.text)
    if not isinstance(leaf, Word):
        return Term(typed)
    others = (form for other in synonyms for form in spellings(other))
    return Term(typed, tuple(other for other in others if not any(form in other for form in typed)), pieces(typed[-1]))


def snippets(text: str, terms: Sequence[Term], opening: int = 0) -> tuple[Snippet, ...]:
    """Pieces of `text` around the terms, in text order; one from `opening` on where none occurs.

    `opening` is where the first paragraph starts: lines before it (title, byline) are shown only for strings that stand
    nowhere else. Two pieces where there are two, up to MOST as long as each holds a string that no other does.
    """
    places = ((0, opening), (opening, len(text)))
    found = occurrences(text, terms, [(0, len(text))])
    if not found:
        return (snippet(text, (opening, cut_after(text, opening)), found),)
    return chosen_pieces(text, found, places, opening)


def snippets_inside(text: str, terms: Sequence[Term], places: Sequence[Span]) -> tuple[Snippet, ...]:
    """As snippets(), of nothing but these places, given in text order; none where no term stands in one of them."""
    return chosen_pieces(text, occurrences(text, terms, places), places)


def chosen_pieces(
    text: str, found: list[tuple[int, int, str]], places: Sequence[Span], opening: int = 0
) -> tuple[Snippet, ...]:
    windows = windows_of(text, found, places)
    chosen: list[Span] = []
    shown: set[str] = set()

    def worth(window: Span) -> tuple[int, bool, int, int]:
        return len(windows[window] - shown), window[0] >= opening, len(windows[window]), -window[0]

    while windows and len(chosen) < MOST:
        best = max(windows, key=worth)
        strings = windows.pop(best)
        if chosen and strings <= shown and (len(chosen) >= ENOUGH or best[0] < opening):
            break
        shown |= strings
        chosen.append(best)
    return tuple(snippet(text, window, found) for window in sorted(chosen))


def occurrences(text: str, terms: Sequence[Term], places: Sequence[Span]) -> list[tuple[int, int, str]]:
    """(start, end, string) wherever one of the text's places holds a string sought, by start, not overlapping.

    Where several begin, what was typed comes before its synonyms, and the longer before the shorter. A match that runs
    across a line end covers it, and never begins or ends with white space.
    """
    ranked = dict.fromkeys(found for term in terms for found in term.sought_in(text, places))
    strings = tuple(string for _, string in sorted(ranked, key=lambda found: (found[0], -len(found[1]))))
    if not strings:
        return []
    return [
        (*match.span(), words if (words := match[0]) in strings else fold(words))
        for place in places
        for match in printed(strings).finditer(text, *place)
    ]


@lru_cache(maxsize=256)
def printed(strings: tuple[str, ...]) -> re.Pattern[str]:
    """Finds folded strings as they are printed, the first of them before the next."""
    return re.compile("|".join(GAP.join(map(_any_form, string)) for string in strings))


def _any_form(char: str) -> str:
    forms = unfolded(char)
    return re.escape(char) if len(forms) == 1 else f"[{re.escape(forms)}]"


def windows_of(text: str, found: list[tuple[int, int, str]], places: Sequence[Span]) -> dict[Span, set[str]]:
    """Pieces of the text around the matches, each with the strings it holds. None joins two of the places."""
    windows: dict[Span, set[str]] = {}
    considered: dict[str, int] = {}
    start = end = 0
    for match_start, match_end, string in found:
        if match_end < end or end == len(text):
            windows[start, end].add(string)
            continue
        considered[string] = considered.get(string, 0) + 1
        if considered[string] > CONSIDERED:
            continue
        before, after = cut_before(text, match_start), cut_after(text, match_end)
        first, last = places[bisect_right(places, match_start, key=lambda place: place[0]) - 1]
        before = max(before, first)
        if match_end <= last:
            after = min(after, last)
        if before < end and after - start <= LONGEST:
            windows[start, after] = windows.pop((start, end)) | {string}
        else:
            # Neighbours that would share much of their words begin where the last one ended.
            start = max(before, min(end, match_start - BEFORE[0] // 2))
            windows[start, after] = {string}
        end = after
    return windows


def cut_before(text: str, position: int) -> int:
    """Where a snippet should begin to show what stands before `position`: at a sentence, else a clause, of the same line.

    A match that opens its line takes the line before into view, often the heading that says what the paragraph is about.
    """
    wanted, most = BEFORE
    line = text.rfind("\n", 0, position) + 1
    if line == position > 0:
        line = text.rfind("\n", 0, line - 1) + 1
    earliest, latest = max(line, position - most), max(line, position - wanted)
    if earliest == line:
        return line
    return last_end(SENTENCE_END, text, earliest, latest) or last_end(CLAUSE_END, text, earliest, latest) or latest


def cut_after(text: str, position: int) -> int:
    """Where a snippet should end to show what follows `position`: at the end of a sentence, a clause or the line."""
    wanted, most = AFTER
    line_start, line_end = text.rfind("\n", 0, position) + 1, end_of_line(text, position)
    is_heading = line_end - line_start <= SHORT_LINE and not SENTENCE_END.search(text, position, line_end)
    if line_end == position or is_heading:
        line_end = end_of_line(text, line_end + 1)
    earliest, latest = position + wanted, position + most
    if line_end <= latest:
        return line_end
    sentence = SENTENCE_END.search(text, earliest, latest)
    return sentence.end() if sentence else last_end(CLAUSE_END, text, earliest, latest) or latest


def end_of_line(text: str, position: int) -> int:
    end = text.find("\n", position)
    return end if end >= 0 else len(text)


def last_end(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    """Where the last match in text[start:end] ends, or 0."""
    last = 0
    for match in pattern.finditer(text, start, end):
        last = match.end()
    return last


def snippet(text: str, window: Span, found: list[tuple[int, int, str]]) -> Snippet:
    """The piece, without white space at its edges, and every match that lies wholly in it marked."""
    start, end = window
    words = text[start:end]
    start, end = start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
    inside = found[bisect_left(found, (start, 0, "")) :]
    marks = takewhile(lambda mark: mark[1] <= end, ((match_start, match_end) for match_start, match_end, _ in inside))
    return Snippet(text[start:end], start, end, tuple((first - start, last - start) for first, last in marks))

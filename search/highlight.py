"""Snippets and marks, computed from the stored text: the same under every engine, and on the one ruler of the archive."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import takewhile
from operator import itemgetter, or_

from .jieba_analyzer import pieces, spellings
from .query import Leaf, SearchQuery, Word, fold, unfolded, wanted

ENOUGH, MOST = 2, 4  # snippets of one report
BEFORE = (18, 60)  # code points of context before a match: wanted, and at most
AFTER = (50, 100)  # and after it
LONGEST = 240  # a snippet does not grow beyond this to take in one more match
SHORT_LINE = 40  # a line up to this without a sentence's end is a heading or the like: it takes its next line along
REACH = LONGEST - BEFORE[0] - AFTER[0]  # from the first match of a snippet to the end of its last

GAP = r"[\s\0]*"  # what fold() takes away: a match may run across it
SENTENCE_END = re.compile(r"[。！？；!?;][”’」』）)]*")
CLAUSE_END = re.compile(r"[，、：,:]")

Span = tuple[int, int]
Match = tuple[int, int, str]  # start, end, the string it stands for
Group = tuple[int, bool]  # strings, each a bit; whether in the body


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


def chosen_pieces(text: str, found: Sequence[Match], places: Sequence[Span], opening: int = 0) -> tuple[Snippet, ...]:
    """What stands together is chosen first, and then cut out of the text: most matches are never shown."""
    bits = {string: 1 << number for number, string in enumerate(dict.fromkeys(string for _, _, string in found))}
    openers = standing_together(text, found, bits, places, opening)
    chosen: list[Span] = []
    taken = bytearray(len(found))
    shown = 0

    def worth(group: Group) -> tuple[int, bool, int, int]:
        strings, in_body = group
        return (strings & ~shown).bit_count(), in_body, strings.bit_count(), -openers[group][-1]

    while openers and len(chosen) < MOST:
        strings, in_body = best = max(openers, key=worth)
        if chosen and not strings & ~shown and (len(chosen) >= ENOUGH or not in_body):
            break
        window, held = cut_around(text, found, openers[best][-1], places, chosen)
        taken[held.start : held.stop] = bytes([True]) * len(held)
        for several in openers.values():
            while several and taken[several[-1]]:
                several.pop()
        openers = {group: several for group, several in openers.items() if several}
        inside = reduce(or_, (bits[found[number][2]] for number in held))
        # What is new of them may stand beyond a piece that has been chosen.
        if inside & ~shown or not strings & ~shown:
            chosen.append(window)
            shown |= inside
    return tuple(snippet(text, window, found) for window in sorted(chosen))


def standing_together(
    text: str, found: Sequence[Match], bits: Mapping[str, int], places: Sequence[Span], opening: int
) -> dict[Group, list[int]]:
    """Which strings follow each match in its line, so closely that a snippet can hold them all: the numbers of the matches by
    these strings, the first at the end. Without those behind ENOUGH that have them all: none of these would be chosen."""
    openers: dict[Group, list[int]] = {}
    following = dict.fromkeys(bits, 0)
    every = sum(bits.values())
    strings = ahead = line_end = complete = 0
    apart = opening
    for number, (start, _, string) in enumerate(found):
        if start >= line_end:
            line_end = min(end_of_line(text, start), place_of(start, places)[1])
        furthest = min(start + REACH, line_end)
        while ahead <= number or (ahead < len(found) and found[ahead][1] <= furthest):
            following[found[ahead][2]] += 1
            strings |= bits[found[ahead][2]]
            ahead += 1
        openers.setdefault((strings, start >= opening), []).append(number)
        if strings == every and start >= apart:
            complete, apart = complete + 1, start + LONGEST
            if complete == ENOUGH:
                break
        following[string] -= 1
        if not following[string]:
            strings &= ~bits[string]
    for several in openers.values():
        several.reverse()
    return openers


def cut_around(
    text: str, found: Sequence[Match], first: int, places: Sequence[Span], chosen: Sequence[Span]
) -> tuple[Span, range]:
    """The piece that begins with the first match and takes in those that follow, and the numbers of all matches in it.

    It ends with its place, and before the next piece chosen; it may share a few words with the one before, and a match
    that lies across their border.
    """
    start, end, string = found[first]
    place_start, place_end = place_of(start, places)
    ended = max((window[1] for window in chosen if window[0] <= start), default=0)
    limit = min((window[0] for window in chosen if window[0] > start), default=len(text))
    if end <= place_end:
        limit = min(limit, place_end)
    begin = max(cut_before(text, start), place_start, min(ended, start - BEFORE[0] // 2))
    finish = min(cut_after(text, end), max(limit, end))
    held, last, line_end, longest = {string}, first, end_of_line(text, start), begin + LONGEST
    for number in range(first + 1, len(found)):
        start, end, string = found[number]
        if end >= finish:
            is_new = string not in held and end <= line_end
            longer = min(cut_after(text, end), limit)
            if is_new and longer > longest:
                longer = last_end(CLAUSE_END, text, end, longest) or longest
            if end <= longer <= longest and (is_new or cut_before(text, start) < finish):
                finish = longer
            elif end > longest:
                break
            elif end > finish:
                continue  # a string that is held already; a new one may follow
        held.add(string)
        last = number
    return (begin, finish), range(bisect_left(found, (begin, 0, "")), last + 1)


def place_of(position: int, places: Sequence[Span]) -> Span:
    return places[bisect_right(places, position, key=itemgetter(0)) - 1]


def occurrences(text: str, terms: Sequence[Term], places: Sequence[Span]) -> list[Match]:
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


def snippet(text: str, window: Span, found: Sequence[Match]) -> Snippet:
    """The piece, without white space at its edges, and every match that lies wholly in it marked."""
    start, end = window
    words = text[start:end]
    start, end = start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
    inside = found[bisect_left(found, (start, 0, "")) :]
    marks = takewhile(lambda mark: mark[1] <= end, ((match_start, match_end) for match_start, match_end, _ in inside))
    return Snippet(text[start:end], start, end, tuple((first - start, last - start) for first, last in marks))

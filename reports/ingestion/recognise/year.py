"""Which year an article is about, not the year in which it was printed.

A year counts by where it stands and by what surrounds it: a title or the subject of the opening states it; a year to
compare with, a plan, the date of a meeting or of an event does not. What only turns up further down is an inference.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from ..shapes import Article, BasisName, Found
from .plain import Plain, PlainLine

FIRST, LAST = 1949, 2100
YEAR = r"(?<![\d.])((?:19|20)\d\d)"
SINGLE = rf"{YEAR}年"
SPAN = rf"{YEAR}年?(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?[底初末]?(?:至|到|[—–\-－~～]{{1,4}}){YEAR}年?(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?"
DATED_WORDS = re.compile(f"{SPAN}|{SINGLE}")
MEETING = re.compile(rf"{YEAR}年(\d{{1,2}})月(?:(?:\d{{1,2}}日)?.{{0,6}}在.*(?:大会|会议)|\d{{1,2}}日[）)]?$)")

COMPARED_BEFORE = re.compile(r"(?:比|较|与|同|和|自|从|于|超过|对比|上溯到?)$")
COMPARED_AFTER = re.compile(r"^度?(?:\d{1,2}-?\d{0,2}月)?(?:同期|相比)")
PLANNED_BEFORE = re.compile(r"(?:对|展望|谋划|部署)$")
PLANNED_AFTER = re.compile(
    r"^度?(?:是|将|[，,][^，。；\d]{0,16}将|[^，。；\d]{0,10}(?:计划|打算|安排|思路|设想|要点|展望)|[^。；\d]{0,24}作出规划)"
)
PROGRAMME_BEFORE = re.compile(r"(?:规划|纲要|方案|计划|行动|条例|办法)[（(]?$|《[^》]*$")
EVENT_AFTER = re.compile(r"^(?:\d{1,2}月)?(?:\d{1,2}日)?(?:恢复|成立|更名|改名|设立|建院|建成|修订|修正|施行|版)")
DATE_AFTER = re.compile(r"^\d{1,2}月(?!份|至|以来)")
CUT_OFF_BEFORE = re.compile(r"截[至止]$")
COVERED_AFTER = re.compile(
    r"^(?:度|以来|来|全年|[，,]|[上下]半年|前[一二三]季度|\d{1,2}-\d{1,2}月|\d{1,2}月份)"
    r"|^[^。；;\n]{0,30}?(?:受理|审结|执结|办结|新收|收案|结案|审判|报告|总结|情况|白皮书)"
)

# Weights of a year by where it stands. From OPENING on, the text states it.
TITLE, OPENING, COVERED, DATED = 10.0, 6.0, 3.0, 0.5
AGAIN, MUCH = 0.5, 4  # said again: a little more each time, up to four times
# Said in the spring of the year in which a congress ends: the five years before.
FIVE_YEARS = re.compile(r"过去五年|五年来|(?:这|本届)五年|过去的五年")
SPRING = 4  # the month until which a meeting hears of the year before
HEAD_LINES = 4  # where the date of a meeting stands


@dataclass(frozen=True, slots=True)
class _Dated:
    """One year or span of years as it stands in the plain text, and how much it says about the whole."""

    value: str
    start: int
    end: int
    weight: float


def year_of(words: Plain, article: Article) -> Found:
    """One claim: a year ("2023"), a span ("2017-2021"), or None where neither the text nor its page tells."""
    meeting = _meeting(words)
    dated = [one for one in _dated(words, meeting) if one.weight]
    weights: dict[str, list[float]] = defaultdict(list)
    for one in dated:
        weights[one.value].append(one.weight)
    scores = {value: max(said) + AGAIN * min(len(said) - 1, MUCH) for value, said in weights.items()}
    five = _five_years(words)
    if five and meeting and int(meeting[2]) <= SPRING and max(scores.values(), default=0.0) < OPENING:
        last = int(meeting[1]) - 1
        return _claim(words, article, f"{last - 4}-{last}", 0.8, five.span(), "inferred")
    if not scores:
        return _from_elsewhere(words, article, meeting)
    value = _likeliest(scores)
    best = max((one for one in dated if one.value in value), key=lambda one: (one.value == value, one.weight))
    rival = max((score for other, score in scores.items() if other not in value), default=0.0)
    basis: BasisName = "stated" if best.weight >= OPENING else "inferred"
    return _claim(words, article, value, _sure(best.weight, rival), (best.start, best.end), basis)


def _sure(weight: float, rival: float) -> float:
    if weight >= TITLE:
        return 0.97 if rival < OPENING else 0.85
    if weight >= OPENING:
        return 0.95 if rival < OPENING else 0.8
    return 0.7 if rival < weight else 0.6


def _likeliest(scores: dict[str, float]) -> str:
    """The year with the most weight; of equals a single year before a span, and the later before the earlier.

    Three years or more that follow each other with equal weight are what the text covers: a span.
    A title's year that the text never speaks of again, while it opens with the year before, is that of the meeting.
    """
    value = max(scores, key=lambda value: (scores[value], "-" not in value, value))
    if "-" in value:
        return value
    if scores[value] == TITLE and scores.get(str(int(value) - 1), 0) >= OPENING:
        return str(int(value) - 1)
    first = int(value)
    while scores.get(str(first - 1), 0) == scores[value]:
        first -= 1
    return f"{first}-{value}" if int(value) - first >= 2 else value


def _dated(words: Plain, meeting: re.Match[str] | None) -> Iterator[_Dated]:
    """Every year and every span in the plain text; the day of the meeting is none of them."""
    for match in DATED_WORDS.finditer(words.text):
        start, end = match.span()
        years = [int(year) for year in match.groups() if year]
        if not all(FIRST <= year <= LAST for year in years) or (meeting and meeting.start() <= start < meeting.end()):
            continue
        value = str(years[0]) if years[0] == years[-1] else f"{years[0]}-{years[-1]}"
        yield _Dated(value, start, end, _weight(words, start, end, is_span="-" in value))


def _weight(words: Plain, start: int, end: int, *, is_span: bool) -> float:
    line = words.line_at(start)
    before, after = words.text[max(line.start, start - 40) : start], words.text[end : min(line.end, end + 40)]
    if is_span and PROGRAMME_BEFORE.search(before):
        return 0.0
    if CUT_OFF_BEFORE.search(before):
        return _by_line(words, line)
    if COMPARED_BEFORE.search(before) or COMPARED_AFTER.search(after):
        return 0.0
    if PLANNED_BEFORE.search(before) or PLANNED_AFTER.search(after) or EVENT_AFTER.search(after):
        return 0.0
    if DATE_AFTER.search(after):
        return DATED
    if is_span or COVERED_AFTER.search(after) or line.kind in ("title", "subtitle"):
        return _by_line(words, line)
    return DATED


def _by_line(words: Plain, line: PlainLine) -> float:
    if line.kind in ("court", "title", "subtitle"):
        return TITLE
    return OPENING if line in words.opening() else COVERED


def _meeting(words: Plain) -> re.Match[str] | None:
    """The date of the meeting before which a report was read, as it stands under the title."""
    for line in words.lines[:HEAD_LINES]:
        match = MEETING.search(words.text, line.start, line.end)
        if match and (line.kind != "para" or match.start() - line.start < 4):
            return match
    return None


def _five_years(words: Plain) -> re.Match[str] | None:
    """Where the opening says that it tells of the five years before the meeting."""
    found = (FIVE_YEARS.search(words.text, line.start, line.end) for line in words.opening())
    return next(filter(None, found), None)


def _from_elsewhere(words: Plain, article: Article, meeting: re.Match[str] | None) -> Found:
    """The year before a meeting in spring; else the year that the rest of the page names most; else unknown."""
    if meeting and int(meeting[2]) <= SPRING:
        return _claim(words, article, str(int(meeting[1]) - 1), 0.8, meeting.span(1), "inferred")
    if article.page_years:
        named = Counter(article.page_years)
        return Found("year", str(max(named, key=lambda year: (named[year], year))), 0.6, basis="inferred")
    return Found("year", None, 0.0)


def _claim(words: Plain, article: Article, value: str, sure: float, place: tuple[int, int], basis: BasisName) -> Found:
    start, end = words.span(*place)
    return Found("year", value, sure, article.text[start:end], start, end, basis)

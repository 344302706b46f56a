"""Every figure of a report: value, unit and exactness, what it counts, which kind that is, and whose result it is.

A plan for next year, a standard to be met or last year's level is no result: `scope` says which.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from reports.parts import PLANNED

from ..shapes import Article, Figure, ScopeName, Vocabulary
from .indicators import Match, kind_of
from .labels import SENTENCE_END, Label, Labels
from .numbers import MONEY, Amount, amounts_in, stretch_at
from .parts import PLAN_SENTENCE, stretches_of
from .plain import plain
from .tables import Cell, cells_of

# In the amount's clause: what has to be, not what is.
_TARGET = re.compile(
    r"应当(?!出庭|到庭|开庭)|必须|确保|至少|力争|争取|不低于|不少于|不高于|不超过|(?:目标|任务|要求|标准)(?:值)?(?:为|是)|以上的?(?:方面|目标|要求|标准)"
)
# Directly before and directly after the amount.
_EARLIER = re.compile(
    r"(?:同期|上年度?|去年(?!一年|全年)|上一年度?|上一个五年|前年)(?:同期)?[^，。；]{0,6}$|[比较与同由从自]\d{4}年度?的?$"
)
# 2022年为87.3%, 降至2022年的12.8%: of another year, where the sentence gives a number of a later one.
_IN_YEAR = re.compile(r"(?:^|[，、；：（(到至为]|其中)((?:19|20)\d\d)年度?[为是有的]?$")
_LATER = re.compile(r"((?:19|20)\d\d)年度?[为是有的]?\d")
_FROM = re.compile(r"[从由][^，。；从由]{0,12}$")
_TO = re.compile(r"[^。；]{0,24}?[到至为]")
_PERIOD = re.compile(
    r"截[至止]|[上下]半年|前[一二三]季度|第?[一二三四]季度|(?<!\d)\d{1,2}[-—至到~]\d{1,2}月"
    r"|\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?[底初末]?至|近[一二两三四五六七八九十\d]+年|(?:过去|这|前)五年|五年(?:来|间|共)"
    r"|自.{1,12}以来|至今|(?<![年\d])\d{1,2}月份?(?=[受新收共审结])"
)
_YEAR = re.compile(r"(?:19|20)\d\d年")  # 2021年、2022年、2023年分别: the last is the report's
# Every week or month: how often, not how many.
_OFTEN = re.compile(r"每(?:[周月天日]|个?季度?)[^，。；\d]{0,12}$")
# 标的额500万元以上的案件12件, 起诉50件以上的有4家: what divides is not what was counted.
_OVER = re.compile(r"(?:以上|以下|以内)$")
_DIVIDED = re.compile(r"的[^，。；]{0,12}\d")
_REACHED = re.compile(r"[达到至在为]$")
# One case told as an example, words that somebody spoke, another body and a larger one beside the court that reports.
_STORY = re.compile(r"一起|一案|某某|某公司|被告人[^\d数，。；]{1,4}[犯因，]")
_SPOKEN = re.compile(r"“[^“”\n]{1,120}?[，。！？][^“”\n]{0,120}”")
# 县检察院提起公诉213件: the body begins its clause, and nobody works with it, receives from it or sends to it.
_OTHERS = re.compile(
    r"(?:^|(?<=[，；：。\n]))(?!受理|审|收|办理)[^与向对和由同合将把为经请，；：。、\n\d]{0,8}?"
    r"(?:(?:人民)?检察院|检察机关|公安(?:局|机关|部门)|司法(?:局|行政(?:机关|部门))|仲裁(?:委员会|机构|委)|市场监管(?:局|部门))"
    r"(?:共|全年|累计|依法)*(?:提起|移送|立案|侦[查办破]|批准|批捕|发出|制发|抓获|破获|查处|起诉|审查起诉|受理|办理)"
)
_COURT_ACTS = re.compile(r"法院|[我本该]院|审结|执结|判处|宣判")
_LARGER = re.compile(r"全(?:国|省|区|市|州)(?:各级|三级|两级)?(?:法院|平均)")
_OURS = re.compile(r"[我本该]院")
# What one of its teams has done is not what the court has done, though it is called the same (团队受案170件，结案166件);
# nor is what became of one sort of cases what became of all (行政44件，结案10件).
_TEAM = re.compile(r"团队|专班|小组|合议庭|派驻")
_SORT = re.compile(r"(?:刑事|民商?事|行政|执行|赔偿)[^，；]{0,6}\d")
_OF_ALL = frozenset(("旧存", "新收", "受理", "审结", "执结", "审执结", "结案", "未结", "结案率"))

_FAR = 300  # characters; no sentence is longer, whatever a text without full stops may say
_NEAR = 24  # characters; what belongs to an amount stands no further off
_SURE, _LIKELY, _OPEN = 0.92, 0.75, 0.6


def figures_of(article: Article, vocabulary: Vocabulary) -> tuple[Figure, ...]:
    """All figures in reading order; captions, bylines and notes hold none. What its plan holds is a plan if the article
    has its parts."""
    cells = cells_of(article)
    rows = sorted({cell.row for cell in cells})
    figures = [_cell_figure(cell, vocabulary) for cell in cells]
    figures += (figure for figure in _in_sentences(article, vocabulary) if not stretch_at(figure.at, rows))
    plans = stretches_of(article, PLANNED)
    return tuple(sorted((_planned(figure, plans) for figure in figures), key=lambda figure: figure.at))


def _planned(figure: Figure, plans: list[tuple[int, int]]) -> Figure:
    if figure.scope == "result" and stretch_at(figure.at, plans):
        return replace(figure, scope="plan")
    return figure


def _cell_figure(cell: Cell, vocabulary: Vocabulary) -> Figure:
    match = kind_of(cell.label, cell.amount.unit, cell.label, vocabulary)
    scope: ScopeName = "previous" if cell.is_earlier else "result"
    return _figure(cell.amount, Label(cell.label), match, scope, cell.row, (cell.amount.start, cell.amount.end))


def _in_sentences(article: Article, vocabulary: Vocabulary) -> Iterator[Figure]:
    words = plain(article)
    text = words.text
    amounts = amounts_in(text)
    labels = Labels(text, amounts)
    spoken = [match.span() for match in _SPOKEN.finditer(text)]
    others = [match.end() for match in _OTHERS.finditer(text)]
    ends = [0, *(match.end() for match in SENTENCE_END.finditer(text)), len(text)]
    for amount, clause, label in zip(amounts, labels.clauses, labels.labels(), strict=True):
        number = bisect_right(ends, amount.start)
        start, end = ends[number - 1], ends[number]
        around = _Around(
            before=text[max(start, amount.start - _FAR) : amount.start],
            after=text[amount.end : min(end, amount.end + _FAR)],
            clause=text[max(clause.start, amount.start - _FAR) : min(clause.end, amount.end + _FAR)],
            opening=text[max(_full_stop(text, start), amount.start - _FAR) : amount.start],
            is_spoken=stretch_at(amount.start, spoken) is not None,
            since_other=_since(others, text, amount.start),
        )
        match = kind_of(label.words, amount.unit, around.before, vocabulary)
        sentence = words.span(start, end - (text[end - 1 : end] == "\n"))
        place = words.span(amount.start, amount.end)
        figure = _figure(amount, label, match, _scope(amount, label, around), sentence, place)
        yield replace(figure, sure=min(figure.sure, _LIKELY)) if _of_a_part(figure, around) else figure


def _since(others: list[int], text: str, place: int) -> str | None:
    number = bisect_right(others, place)
    return text[others[number - 1] : place] if number and others[number - 1] > _full_stop(text, place) else None


class _Around(NamedTuple):
    """What stands around an amount: in its sentence, in its clause, and from the last full stop (a semicolon is none);
    whether somebody is quoted as saying it; the words since another body began to act, None where none does."""

    before: str
    after: str
    clause: str
    opening: str
    is_spoken: bool
    since_other: str | None


def _of_a_part(figure: Figure, around: _Around) -> bool:
    """Whether the kind may be that of a team, or of one sort of cases, and not the court's."""
    if figure.indicator in _OF_ALL and _SORT.search(around.before):
        return True
    return _TEAM.search(around.opening) is not None


def _full_stop(text: str, place: int) -> int:
    return max(text.rfind("。", 0, place), text.rfind("\n", 0, place)) + 1


def _scope(amount: Amount, label: Label, around: _Around) -> ScopeName:
    year = _YEAR.match(label.words)
    if year and year[0] < max(_YEAR.findall(around.opening + around.clause), default=""):
        return "previous"
    if _TARGET.search(around.clause) or _OFTEN.search(around.before[-_NEAR:]):
        return "target"
    if PLAN_SENTENCE.search(around.before):
        return "plan"
    if not label.change and _is_earlier(around):
        return "previous"
    if around.is_spoken or _of_another(amount, around):
        return "other"
    if _OVER.search(amount.exactness) and _DIVIDED.match(around.after) and not _REACHED.search(around.before):
        return "other"
    # A clause that names its own year is not covered by a span of years before it.
    return "period" if _PERIOD.search(around.clause if _YEAR.search(around.clause) else around.opening) else "result"


def _is_earlier(around: _Around) -> bool:
    if _EARLIER.search(around.before) or (_FROM.search(around.before) and _TO.match(around.after)):
        return True
    year = _IN_YEAR.search(around.before[-_NEAR:])
    if year is None:
        return False
    told = (*(match[0][:4] for match in _YEAR.finditer(around.before)), *_LATER.findall(around.after))
    return year[1] < max(told)


def _of_another(amount: Amount, around: _Around) -> bool:
    """Whether it is no result of the court at all: one case's, a larger body's or that of a body beside the court."""
    if amount.unit == MONEY and _STORY.search(around.before):
        return True
    if _LARGER.search(around.clause) and _OURS.search(around.after):
        return True
    return around.since_other is not None and not _COURT_ACTS.search(around.since_other)


def _figure(
    amount: Amount,
    label: Label,
    match: Match | None,
    scope: ScopeName,
    sentence: tuple[int, int],
    place: tuple[int, int],
) -> Figure:
    sure = _OPEN if match is None else _SURE if match.is_whole and label.is_own and scope == "result" else _LIKELY
    return Figure(
        match.kind.name if match else None,
        label.words,
        amount.value,
        amount.unit,
        amount.step,
        amount.exactness,
        label.change,
        label.reference,
        scope,
        *sentence,
        *place,
        sure,
    )

"""Amounts in running Chinese text: 2,807件, 1万余人次, 160余亿元, 近62余次, 四名, 97.79% -> value, unit, exactness.

A number is an amount only with a unit behind it. Years, telephone numbers, ordinals, 1+1＞2, slogans in quotation marks
and what stands in a document's name are none. Text is plain: simplified characters, no white space.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from decimal import Decimal
from math import prod
from operator import itemgetter
from typing import NamedTuple

from ..han import HAN

PERCENT, POINTS, MONEY = "%", "个百分点", "元"

# As printed -> as told, where the two differ.
PRINTED = {"％": PERCENT, "百分点": POINTS, "件（次）": "件次", "件(次)": "件次", "场（次）": "场次", "场(次)": "场次"}
# After 平均用时 or 缩短 a time is an amount; elsewhere it is a date, a deadline or an opening hour.
TIMES = ("天", "日", "小时", "分钟", "个月")
UNITS = (
    *(PERCENT, "‰", POINTS, MONEY, "美元", "倍", *PRINTED, *TIMES),
    *("件次", "人次", "批次", "场次", "点次", "车次", "个人"),
    *"件起宗例案人名位户家所处站支辆台套块面枚份条篇封册本部幅张期项则个次场回轮堂节批种类字亩株棵尾吨笔间栋头艘架",
    *("公斤", "平方米", "公里", "公顷"),
)
# Units of people, bodies and papers: before others a single numeral is mostly part of a name (三个规定, 两件大事).
COUNTED_ONE_BY_ONE = frozenset("名位人家所份篇期起次场")


class Amount(NamedTuple):
    """A number with its unit. `step`: the place value of its last printed digit, so 25.4万 is known to 1000.

    (start, end) covers all words that belong to it, exactness included; `exactness` is made of those words (近…余).
    """

    start: int
    end: int
    value: Decimal
    unit: str
    step: Decimal
    exactness: str = ""


# --- how a number is written ------------------------------------------------------------------------------------------

_DIGITS = {numeral: value for value, numeral in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_PLACES = (("千", "thousands", 1000), ("百", "hundreds", 100), ("十", "tens", 10))
_WRITTEN = re.compile(
    "(?P<thousands>[一二两三四五六七八九]千)?[零〇]?(?P<hundreds>[一二两三四五六七八九]百)?[零〇]?"
    "(?P<tens>[一二三四五六七八九]?十)?(?P<ones>[〇零一二两三四五六七八九])?"
)
SCALES = {"百": 10**2, "千": 10**3, "万": 10**4, "亿": 10**8}
_NUMERAL = "零〇一二两三四五六七八九十百千"
_NUMERAL_ONLY = re.compile(f"[{_NUMERAL}]*")

_MORE = "[余多来]"
_SCALE = "(?:[百千]?万亿?|[百千]?亿|[百千])"
NUMBER = r"\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,6})?|\d{1,12}(?:\.\d{1,6})?"
_ARABIC = r"(?<![\dA-WYZa-z.·×+＋:～~–—-])(?<![\dA-Za-z][/／])(?<!第)(?:\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,6})?(?![\d,])|\d{1,12}(?:\.\d{1,6})?(?!\d))"
_CHINESE = rf"(?<![第数几{_NUMERAL}万亿])(?:[{_NUMERAL}]+(?:[万亿][{_NUMERAL}]+)*|(?=[万亿]))"
_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
# 2个月, 3个“半小时”, 两件大事, 五条例: the next characters take the unit's meaning away.
_NO_UNIT = (
    '(?<=个)(?:多?月|小时|工作日|[“"‘])|(?<=件)(?:大事|实事|套)|(?<=条)[龙例线]|(?<=节)[日假约点]|(?<=人)[大均民行]'
    "|(?<=[名位])[列于居]|(?<=次)[日年月]|(?<=场)[所地]|(?<=期)[间待]|(?<=项)目|(?<=部)[门分]|(?<=处)[理置级]|(?<=户)籍"
    "|(?<=案)[件由情例卷值]|(?<=回)[应访]|(?<=起)[诉来]|(?<=本)[院地]|(?<=面)对|(?<=站)[式点]|(?<=家)[庭渠]|(?<=支)[持部]|(?<=例)如"
    "|(?<=吨)级|(?<=架)构|(?<=里)[山路外远处的]"
)
_AMOUNT = re.compile(
    rf"(?:(?P<hundredths>百分之)(?P<share>[{_NUMERAL}点]{{1,8}}|\d{{1,12}}(?:\.\d{{1,6}})?)"
    rf"|(?:(?P<arabic>{_ARABIC})|(?P<chinese>{_CHINESE}))(?P<inner>{_MORE}?)(?P<scale>{_SCALE}?)(?P<more>{_MORE}?)"
    rf"(?:(?P<unit>{_UNIT})(?!{_NO_UNIT})|(?<=[万亿余多])(?![{HAN}\dA-Za-z])))"
    r"(?P<after>以上|左右|以下|以内|上下)?"
)
# What makes an amount inexact, before it; 附近 and 预约 do not.
_BEFORE = re.compile(
    "(?:大约|将近|接近|超过|不足|不到|至少|最多|不少于|不低于|突破|(?<![附临邻靠最])近|(?<![预签节契条])约|超|逾|(?<!不)仅|(?<!以)上)$"
)
# 位列第二位, 名列第25名: an ordinal is an amount where it ranks.
_RANK = re.compile(rf"第(?P<place>\d{{1,12}}|[{_NUMERAL}]+)(?P<unit>[位名])")
# 近三成, 七成以上
_TENTHS = re.compile(r"(?P<tenths>[一二两三四五六七八九])成(?P<after>以上|左右|多)?(?=[，。；、的案]|$)")
_RANKED = re.compile(r"(?:排|列|居|获|位)[^，,。；;\n]{0,20}$")
# 107、268、638件; 其中男444，女140人: numbers without a unit take that of the amount that closes their row.
_ROW = re.compile(rf"(?:(?<=[{HAN}])\d[\d,.]*、)(?:\d[\d,.]*、)*(?=\d)|(?<=男)\d+(?=，女\d+人)|(?<=女)\d+(?=，男\d+人)")
_IN_ROW = re.compile(r"\d(?:[\d,.]*\d)?")
_NUMBER = re.compile(NUMBER)
_SITTING = re.compile("会议|全会|全体")  # 第十七届第三次会议
_SLOGAN = re.compile(r"“[^”，。；\n]{1,20}”|\"[^\",，。；;\n]{1,20}\"|‘[^’，。；\n]{1,20}’|《[^》\n]{1,60}》")
_TIMED = re.compile(
    r"(?:天数|用时|耗时|时间|时长|周期|期限|缩短|压缩|延长|平均|提速|减少|同比|较)[^，,。；;\n]{0,6}$|少用?$|[\d.]+天[^，,。；;\n]{0,6}[到至为]$"
)
# 《实施细则》共5章32条: how long a document is.
_CHAPTERS = re.compile(r"》[，,]?(?:全文)?(?:共计?|分为?|含)(?:\d+[编章][、，]?(?:共计?)?)?$")
_CHAPTER = frozenset("条款")
_MOST = Decimal(10) ** 16  # 一万万亿: a larger number is a slip of the text, and no figure
_NEAR = 24  # characters; what says how an amount is meant stands no further off


def amounts_in(text: str) -> list[Amount]:
    """Every amount from left to right. A thousand characters take about 0.3 ms."""
    slogans = [match.span() for match in _SLOGAN.finditer(text)]
    found = sorted((*_measured(text), *_ranks(text), *_tenths(text)))
    return [amount for amount in sorted((*found, *_in_rows(text, found))) if not stretch_at(amount.start, slogans)]


def stretch_at(place: int, stretches: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The stretch in which the place lies, of stretches in order that do not overlap."""
    number = bisect_right(stretches, place, key=itemgetter(0)) - 1
    return stretches[number] if number >= 0 and place < stretches[number][1] else None


def _measured(text: str) -> Iterator[Amount]:
    for match in _AMOUNT.finditer(text):
        before, after = _before(text, match.start()), match["after"] or ""
        start = match.start() - len(before)
        if match["hundredths"]:
            share = _hundredths(match["share"])
            if share is not None:
                yield Amount(start, match.end(), share, PERCENT, last_place(share), _exactness(before, after))
            continue
        more = match["inner"] or match["more"]
        value = Decimal(match["arabic"].replace(",", "")) if match["arabic"] else _counted(match, f"{before}{more}")
        unit = PRINTED.get(match["unit"], match["unit"] or "")
        if value is None or (unit in TIMES and not _TIMED.search(text, max(0, start - _NEAR), start)):
            continue
        # In 三亿五千万 the last 万 counts 五千 alone: _counted has taken it along.
        scale = 1 if is_compound(match) else prod(SCALES[character] for character in match["scale"])
        if value * scale >= _MOST or (unit in _CHAPTER and _CHAPTERS.search(text, max(0, start - _NEAR), start)):
            continue
        exactness = _exactness(before, more + after)
        yield Amount(start, match.end(), scaled(value, scale), unit, scaled(last_place(value), scale), exactness)


def _before(text: str, start: int) -> str:
    """What makes the number that starts there inexact; 上 does before 百, 千 and 万 alone."""
    match = _BEFORE.search(text, max(0, start - 4), start)
    return match[0] if match and (match[0] != "上" or text[start] in "百千万") else ""


def _tenths(text: str) -> Iterator[Amount]:
    for match in _TENTHS.finditer(text):
        before = _before(text, match.start())
        value = Decimal(10 * _DIGITS[match["tenths"]])
        exactness = _exactness(before, match["after"] or "")
        yield Amount(match.start() - len(before), match.end(), value, PERCENT, Decimal(10), exactness)


def _counted(match: re.Match[str], exactness: str) -> Decimal | None:
    """The value of Chinese numerals, scale apart; None where they are part of a word: 三个规定, 百名法官进百企, 一起."""
    numeral, scale = match["chinese"], match["scale"]
    if not numeral:
        return Decimal(1) if exactness else None
    if len(numeral) == 1 and not scale:
        if numeral in "百千":
            return Decimal(_TENS[numeral]) if exactness else None
        if not exactness and (numeral in "零〇一二" or (match["unit"] or " ")[0] not in COUNTED_ONE_BY_ONE):
            return None
        if _SITTING.match(match.string, match.end()):
            return None
    return numeral_value(numeral + scale if is_compound(match) else numeral)


def is_compound(match: re.Match[str]) -> bool:
    """Whether 万 or 亿 stands within the numerals: 两万三千."""
    return bool(match["chinese"]) and not _NUMERAL_ONLY.fullmatch(match["chinese"])


def numeral_value(numeral: str) -> Decimal | None:
    """一百二十 -> 120, 两万三千 -> 23000, 一万二 -> 12000; None for what is no number: 十四五."""
    for large in "亿万":
        above, found, below = numeral.partition(large)
        if found:
            high, low = numeral_value(above), numeral_value(below)
            if high is None or low is None:
                return None
            # 一万二 leaves its 千 out; 一万零二 does not.
            return high * SCALES[large] + low * (SCALES[large] // 10 if len(below) == 1 else 1)
    match = _WRITTEN.fullmatch(numeral)
    if match is None:
        return None
    ones = Decimal(_DIGITS[match["ones"] or "零"])
    return ones + sum(
        _DIGITS[match[name].removesuffix(ten) or "一"] * value for ten, name, value in _PLACES if match[name]
    )


def _hundredths(share: str) -> Decimal | None:
    if share[0].isdigit() and share[0].isascii():
        return Decimal(share)
    whole, _, places = share.partition("点")
    value = numeral_value(whole)
    if value is None or any(place not in _DIGITS for place in places):
        return None
    return Decimal(f"{value}.{''.join(str(_DIGITS[place]) for place in places)}") if places else value


def _ranks(text: str) -> Iterator[Amount]:
    for match in _RANK.finditer(text):
        if _RANKED.search(text, max(0, match.start() - _NEAR), match.start()):
            place = match["place"]
            value = Decimal(place) if place.isdecimal() else numeral_value(place)
            if value is not None:
                yield Amount(*match.span(), value, match["unit"], Decimal(1))


def _in_rows(text: str, found: list[Amount]) -> Iterator[Amount]:
    closing = {amount.start: amount for amount in found}
    for row in _ROW.finditer(text):
        last = closing.get(row.end()) or closing.get(row.end() + 2)
        if last is None:
            continue
        for match in _IN_ROW.finditer(text, *row.span()):
            if not _NUMBER.fullmatch(match[0]):
                continue  # 2023.5.6、7次: a date
            value = Decimal(match[0].replace(",", ""))
            yield Amount(*match.span(), value, last.unit, last_place(value))


def scaled(value: Decimal, scale: int) -> Decimal:
    """As printed where nothing is multiplied (83.20 keeps its 0); whole numbers plainly, never as 4.9E+4."""
    if scale == 1:
        return value
    product = value * scale
    return product.quantize(Decimal(1)) if product == product.to_integral_value() else product.normalize()


def last_place(value: Decimal) -> Decimal:
    return Decimal(1).scaleb(int(value.as_tuple().exponent))


def _exactness(before: str, after: str) -> str:
    return "…".join(filter(None, (before, after)))

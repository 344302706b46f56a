"""What an amount counts, in the reader's words: from its clause, from the row it stands in, or from what went before.

A clause is what stands between two commas; what is said in brackets is a clause of its own. The noun follows its amount
(38名干警受聘为“法治副校长”) or goes before it (网上立案2,807件); 达98.14% leans on the clause before, 占34% on the amount
before, 同比上升3.6%和3.1% on the two amounts before.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from .numbers import MONEY, PERCENT, POINTS, TIMES, Amount, stretch_at

SENTENCE_END = re.compile(r"[。！？；!?;\n]")
_CLAUSE_END = re.compile(r"[，：。！？；:!?;\n]|,(?!\d{3})")
_ASIDE = re.compile(r"[（(][^（）()\n]{3,200}[）)]")
_ROW = re.compile(r"[、和与及]|以及")
_LONGEST = 24  # characters of a label
_BACK = 6  # amounts; further back nobody looks for what is counted
_BACK_IN_LINE = 200  # amounts; further back in a line nobody looks for what has grown, and a line may have thousands

# What connects, dates or sums up says nothing of what is counted.
_LEADING = re.compile(
    r"[、与及并等”》）)]|[一二三四五六七八九十]是(?!否)|和(?!解)|在(?=保证)|其中|同时|此外|另外|以及|含|包括|还|也|又|已经?(?!结)|共计(?=.)|共(?!计)|累计|合计|总计|目前|全年|年内|先后|分别|确保|力争"
    r"|今年(?:以来)?|(?:上|下)半年|前[一二三]季度|(?:19|20)\d\d年度?(?:以来|至(?:19|20)\d\d年)?"
    r"|\d{1,2}(?:[-—至~]\d{1,2})?月份?(?:底|至年底)?|截[至止](?:目前|.{0,12}?[日底月])|\d{1,2}日至今"
)
_TRAILING = re.compile(
    r"(?:分别|逐[年步]|再|稳步|大幅|共计?|共有|累计|合计|总计|(?<!送)达到?|约|近|超|为|有|了|已|仅|其中|(?:提高|上升|提升|增长|增加|下降|降低|降|升|增)[到至为](?:\d{4}年度?的?)?|[是至由从自]|[从由]?年均)$"
)
# A verb that wants its object: what it names stands behind the amount.
_WANTING = re.compile(
    r"(?:召开|举行|组织|举办|开展|发放|制发|发出|发送|发布|推出|出台|制定|办理|审查|新建|设立|建立|成立|邀请|选派|配置|配备|打造|培育|聘请"
    r"|化解|明确|辖|获|出动|处理|处置|挽回|惠及|[有在将对向为与给])$"
)
_NOUN = re.compile(
    r"(?!全部|均|其中|占|较|比|[上下]?[升降]|增|减|提[高升]|同比|环比|以上|以下|左右|为|达|含|包括|逐[年步]|稳步|大幅|中(?!小?学|[院级])|[并的在等后内及和与、以而到至,，。；：:（(）)”》]|\"[^\"]*$)[^\s]"
)
# 38名干警, 16个法庭 go before what they count; a rate, a sum of money or a time goes before nothing.
_BEFORE_ITS_NOUN = frozenset(("个人", *"名位人家所处站支辆台套块个项条户类种部张面本册枚棵"))
_UNBOUND = frozenset((PERCENT, "‰", POINTS, MONEY, "美元", "倍", *TIMES))
_CASES = re.compile(r"(?:受理|新收|收|办结|审结|执结|结案|旧存|审(?:[、（(]?执[）)]?)结)$")

_CHANGED = re.compile(
    r"(?P<reference>同比|环比|(?:较|(?<![占同环])比)[^，。；]{1,14}?(?:相比)?|[与同][^，。；]{1,14}?(?:相比|比)|相比)?(?:分别)?"
    r"(?P<word>上升|增长|增加|提高|提升|升高|增幅|下降|减少|降低|缩短|回落|下滑|降幅|压缩|压降|少用|延长|上涨|净增|升|降|增|减)了?(?:为|达)?$"
)
# 高于全省平均水平2.1个百分点
_BESIDE = re.compile(r"(?<!不)(?P<word>[高低])[于出](?P<reference>[^，。；\d]{2,14})$")
# 审（执）结, 审、执结, 副校（园）长: one word, however it is broken.
_BROKEN = re.compile(r"[（(](.{1,2})[）)]|(?<=审)、(?=执结)")
_TOTALS = ("共", "共计", "合计", "总计")
_POSSESSIVE = re.compile(r"(?<!标)的$")
_YEAR = re.compile(r"(?:19|20)\d\d年")
_IN_YEAR = re.compile(r"(?:19|20)\d\d年$")
_SPAN = re.compile(r"((?:19|20)\d\d)年?(?:[至到]|[-—–－~～]{1,2})((?:19|20)\d\d)年")
_FAR = 120  # characters
_SHARES = ("占", "占比", "占总数", "比例")
_SHARE = re.compile(r"(?:分别)?占比?$")
_RISEN = re.compile(r"(?:明显|持续|逐年|大幅|有所)?(?:增多|增加|增长|上升|攀升|减少|下降)$")
_HIGH = re.compile(r"(?:占比|比重)?(?:较|最|居)?[高大多]$")
_EARLIER = re.compile(
    r"(?P<before>[比较与同由从]?(?:\d{4}年)?(?:同期|上年|去年|上年度|上一年度?)(?:同期)?的?$)|[比较与同由从自]\d{4}年度?的?$"
)
_PLACED = re.compile(r"(?P<what>.*?)(?:位居|位列|名列|排名|排在|[居列排位])(?P<among>.{0,16})$")
_JOINING = re.compile(r"(?:[和与、]|(?<!涉)及)$")
# 员 and 警 of 调解员74名入驻平台: people who stand before their number are not told again behind it.
_PEOPLE = ("人", "员", "警", "官", "师", "代表", "学生", "群众", "罪犯", "党员")
# Cases are counted in these; what is counted so and is no case has one of these words.
_OF_CASES = ("件", "起", "宗")
_NO_CASE = re.compile(
    r"案|访|[信函书稿令品证]$|纠纷|建议|线索|事项|举报|投诉|实事|作品|专利|成果|合同|协议|文件|制度|意见|办法|规定|方案|机制|软件|诉求|问题|工单"
    r"|任务|活动|申请"
)
_AMONG_CASES = re.compile(r"案件中[，：]([^。\n]*)")
_OF_WHICH = re.compile("[，；：（(。]其中")
_PAPERS = frozenset("份件条篇")  # of 司法建议 all the same
_NAMED_LAST = re.compile(
    r"(?:司法建议|检察建议|规范性文件|活动|案件|(?:法官)?工作[站室]|服务[站点]|联络点|法庭|副校长|调解员|标的额|企业|案例)$"
)


@dataclass(frozen=True, slots=True)
class Label:
    """The words; whether they are the amount's own or another's; of a change its word and what it is measured against."""

    words: str
    is_own: bool = True
    change: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class _Clause:
    """The stretch in which an amount's words stand; `aside`: where the brackets around it open, -1 for none."""

    start: int
    end: int
    aside: int


class Labels:
    """One text and all its amounts, from left to right."""

    def __init__(self, text: str, amounts: list[Amount]) -> None:
        self.text, self.amounts = text, amounts
        self.asides = [match.span() for match in _ASIDE.finditer(text)]
        self.marks = [
            match.start() for match in _CLAUSE_END.finditer(text) if not stretch_at(match.start(), self.asides)
        ]
        self.clauses = [self._clause(amount) for amount in amounts]
        self.rows = self._rows()
        self.among = [match.span(1) for match in _AMONG_CASES.finditer(text)]
        self.carried: set[int] = set()  # whose noun is that of an amount before

    def labels(self) -> list[Label]:
        """One for each amount, in order."""
        labels: list[Label] = []
        for number in range(len(self.amounts)):
            labels.append(self._with_noun(number, self._label(number, labels), labels))
        return labels

    def _with_noun(self, number: int, label: Label, labels: list[Label]) -> Label:
        """审结187件，其中刑事97件: 刑事案件. What is counted is said once, with the first of its kind in the line."""
        unit = self.amounts[number].unit
        if label.change or not label.is_own or not label.words or label.words in _TOTALS:
            return label
        start = self.amounts[number].start
        line = self.text.rfind("\n", 0, start)
        if unit in _OF_CASES and stretch_at(start, self.among):
            return label if _NO_CASE.search(label.words) else replace(label, words=f"{label.words}案件")
        for before in range(number - 1, max(-1, number - 1 - _BACK), -1):
            if self.amounts[before].start < line:
                break
            named = _NAMED_LAST.search(labels[before].words)
            if labels[before].change or named is None:
                continue
            alike = {unit, self.amounts[before].unit} <= (_PAPERS if named[0] == "司法建议" else {unit})
            if not alike:
                continue
            if unit in _OF_CASES and named[0] == "案件":
                return label if _NO_CASE.search(label.words) else replace(label, words=f"{label.words}案件")
            if named[0] not in label.words and (before in self.carried or self._is_of_which(before, start)):
                self.carried.add(number)
                return replace(label, words=f"{label.words}{named[0]}")
            break
        return label

    def _is_of_which(self, before: int, place: int) -> bool:
        """…，其中… after the last full stop between this amount and the place."""
        start = self.amounts[before].end - 1
        return _OF_WHICH.search(self.text, max(start, self.text.rfind("。", start, place)), place) is not None

    def _label(self, number: int, labels: list[Label]) -> Label:
        amount, row = self.amounts[number], self.rows[number]
        if number and self.text[self.amounts[number - 1].end : amount.start] in ("", "/", "／"):
            return labels[number - 1]
        words = self._before(row.start)
        beside = _BESIDE.search(words) if amount.unit in (PERCENT, POINTS) else None
        if beside:
            base = _trimmed(words[: beside.start()]) or self._leaning(number, labels)
            return Label(_shortened(f"{base}{beside[0]}"), False, beside["word"], f"较{beside['reference']}")
        changed = _CHANGED.search(words)
        if changed and (changed["reference"] or amount.unit in _UNBOUND or len(words) <= 4):
            told = _trimmed(words[: changed.start()])
            base = told or self._changing(number, row, labels)
            reference, word = changed["reference"] or "", changed["word"]
            return Label(f"{base}{reference}{word}", bool(told), word, reference)
        if number > row.start or len(row) > 1:
            return self._in_row(number, row, words, labels)
        return self._alone(number, words, labels)

    def _changing(self, number: int, row: range, labels: list[Label]) -> str:
        """What a change without words of its own is of: of 3.6%和3.1% the first two amounts before, one to one."""
        if len(row) == 1:
            return self._leaning(number, labels)
        return self._level(labels, row.start, number - row.start, len(row))

    # --- an amount alone ----------------------------------------------------------------------------------------------

    def _alone(self, number: int, words: str, labels: list[Label]) -> Label:
        amount = self.amounts[number]
        earlier = _EARLIER.search(words)
        told, noun = _trimmed(words[: earlier.start()] if earlier else words), self._noun(number)
        if told in _SHARES:
            return Label(self._level(labels, number, 0, 1) + "占比", False)
        if earlier and not told:
            before = _RISEN.sub("", self._leaning(number, labels))
            return Label(f"{before}同期" if earlier["before"] else before, False)
        if words in _TOTALS:
            return Label(words)
        if self.text.startswith("第", amount.start) and (placed := _PLACED.match(told)):
            of = _trimmed(placed["what"])
            return Label(_shortened(f"{of or self._leaning(number, labels)}{placed['among']}名次"), bool(of))
        if told.startswith("占") and amount.unit == PERCENT:
            return Label(_shortened(_HIGH.sub("", self._leaning(number, labels)) + told), False)
        if told == "实际":
            return Label(self._leaning(number, labels), False)
        if noun and _JOINING.search(words) and amount.unit not in _UNBOUND:
            return Label(_shortened(noun))
        if told.endswith(_PEOPLE) and amount.unit in ("人", "名", "位") and not _WANTING.search(words):
            return Label(_shortened(told))
        wanting = (words.endswith("的") and not earlier) or _WANTING.search(words) or _WANTING.search(told)
        if noun and (not told or wanting or amount.unit in _BEFORE_ITS_NOUN):
            return Label(_shortened(f"{told}{noun}" if len(told) <= 6 else noun))
        if told:
            return Label(_completed(_shortened(_SHARE.sub("占比", told)), amount.unit))
        if words or not noun:
            year = _IN_YEAR.search(words)
            told = self._leaning(number, labels)
            return Label(f"{year[0]}{_YEAR.sub('', told)}" if year else told, False)
        return Label(_shortened(noun))

    def _noun(self, number: int) -> str:
        """What follows the amount in its clause, up to the next amount or the last list mark before that."""
        amount, clause = self.amounts[number], self.clauses[number]
        end = clause.end
        if number + 1 < len(self.amounts) and self.amounts[number + 1].start < end:
            if self.amounts[number + 1].start == amount.end:  # 5批次260余名执法人员旁听
                return self._noun(number + 1)
            end = self.amounts[number + 1].start
            marks = [match.start() for match in _ROW.finditer(self.text, amount.end, end)]
            end = marks[-1] if marks else end
        words = self._without_asides(amount.end, end, clause.aside)
        if amount.unit in _UNBOUND:
            words = words.removeprefix("的")
        return words.rstrip("、") if _NOUN.match(words) else ""

    def _before(self, number: int) -> str:
        """What goes before the amount in its clause, down to the amount before it or the last list mark after that."""
        amount, clause = self.amounts[number], self.clauses[number]
        start = clause.start
        if number and self.amounts[number - 1].end > start and self.clauses[number - 1].aside == clause.aside:
            before = self.amounts[number - 1]
            start = before.end
            if before.unit in _BEFORE_ITS_NOUN and _NOUN.match(self.text, start):
                marks = [match.end() for match in _ROW.finditer(self.text, start, amount.start)]
                start = marks[-1] if marks else start
        return self._without_asides(start, amount.start, clause.aside)

    def _leaning(self, number: int, labels: list[Label]) -> str:
        """The clause before, where no amount stands between; else what the amount before counts."""
        clause = self.clauses[number]
        before = self.amounts[number - 1].end if number else 0
        place = bisect_right(self.marks, clause.start - 2) - 1
        start = self.marks[place] + 1 if place >= 0 else 0
        if start >= before and start < clause.start - 1 and not SENTENCE_END.match(self.text, clause.start - 1):
            return _shortened(_trimmed(self._without_asides(start, clause.start - 1, clause.aside)))
        return self._level(labels, number, 0, 1)

    def _level(self, labels: list[Label], number: int, place: int, count: int) -> str:
        """What the last `count` levels before this amount in its line count, the one at `place`: changes, shares and asides apart."""
        aside = self.clauses[number].aside
        line = self.text.rfind("\n", 0, self.amounts[number].start)
        levels: list[str] = []
        for before in range(len(labels) - 1, max(-1, len(labels) - 1 - _BACK_IN_LINE), -1):
            label, clause = labels[before], self.clauses[before]
            if self.amounts[before].start < line:
                break
            if label.change or clause.aside not in (-1, aside):
                continue
            if label.is_own or not label.words.endswith(("占比", "同期")):
                levels.append(label.words)
                if len(levels) == count:
                    return levels[-1 - place]
        return levels[0] if levels else ""

    # --- rows ---------------------------------------------------------------------------------------------------------

    def _rows(self) -> list[range]:
        """For each amount the row in which it stands: amounts of one unit with nothing but 、 or 和 between them."""
        rows: list[range] = []
        for number, amount in enumerate(self.amounts):
            before = self.amounts[number - 1] if number else None
            if before and before.unit == amount.unit and _ROW.fullmatch(self.text[before.end : amount.start]):
                row = range(rows[-1].start, number + 1)
                rows[row.start :] = [row] * len(row)
            else:
                rows.append(range(number, number + 1))
        return rows

    def _in_row(self, number: int, row: range, words: str, labels: list[Label]) -> Label:
        """济南、临沂受理案件3595件、3125件: as many names as amounts are dealt out one to one."""
        told, place = _trimmed(words), number - row.start
        shares = "占比" if _SHARE.search(told) or told in _SHARES else ""
        told = ("" if told in _SHARES else _SHARE.sub("", told)) or self._leaning(row.start, labels)
        years = _YEAR.findall(words)
        if len(years) == len(row) and not _SPAN.search(words):
            return Label(_completed(_shortened(f"{years[place]}{told}"), self.amounts[number].unit))
        names = [name for name in _ROW.split(told) if name]
        span = self._span(self.amounts[row.start].start) if len(names) < len(row) else None
        if span and len(span) == len(row):
            return Label(_completed(_shortened(f"{span[place]}年{told}"), self.amounts[number].unit))
        if len(names) != len(row):
            return Label(_completed(_shortened(told) + shares, self.amounts[number].unit), place == 0 and not shares)
        usual = max(map(len, names[:-1]), default=0)
        tail = names[-1][usual:] if usual <= 4 and len(names[-1]) > usual + 1 else ""
        name = names[place] if not tail or place < len(row) - 1 else names[-1].removesuffix(tail)
        return Label(_completed(_shortened(f"{name}{tail}") + shares, self.amounts[number].unit))

    def _span(self, place: int) -> range | None:
        """The years that the sentence names last before the place, as a span: 2021—2023年."""
        start = max(self.text.rfind("。", 0, place), self.text.rfind("\n", 0, place)) + 1
        spans = _SPAN.findall(self.text, max(start, place - _FAR), place)
        return range(int(spans[-1][0]), int(spans[-1][1]) + 1) if spans else None

    # --- clauses ------------------------------------------------------------------------------------------------------

    def _clause(self, amount: Amount) -> _Clause:
        aside = stretch_at(amount.start, self.asides)
        low, high = (aside[0] + 1, aside[1] - 1) if aside else (0, len(self.text))
        if aside:
            inside = [match.span() for match in _CLAUSE_END.finditer(self.text, low, high)]
            return _Clause(
                max((end for _, end in inside if end <= amount.start), default=low),
                min((start for start, _ in inside if start >= amount.end), default=high),
                aside[0],
            )
        place = bisect_right(self.marks, amount.start)
        return _Clause(
            self.marks[place - 1] + 1 if place else 0,
            next((mark for mark in self.marks[place : place + 2] if mark >= amount.end), high),
            -1,
        )

    def _without_asides(self, start: int, end: int, aside: int) -> str:
        words = self.text[start:end]
        return words if aside >= 0 else _ASIDE.sub("", words)


def _trimmed(words: str) -> str:
    while match := _LEADING.match(words):
        words = words[match.end() :]
    while match := _TRAILING.search(words):
        words = words[: match.start()]
    return _BROKEN.sub(lambda match: match[1] or "", _POSSESSIVE.sub("", words.strip("、,，")))


def _shortened(words: str) -> str:
    """At most 24 characters, cut where something begins."""
    if len(words) <= _LONGEST:
        return _closed(words)
    begins = [
        at + 1 for at in range(len(words) - _LONGEST - 1, len(words) - 4) if words[at] in '、和与及的等在将就把”》"'
    ]
    return _closed(words[begins[0] if begins else -_LONGEST :])


def _closed(words: str) -> str:
    """Without a quotation mark that has lost its other half."""
    if words.count("“") != words.count("”") or words.count('"') % 2:
        words = re.sub(r"[“”\"]", "", words)
    return words.lstrip("、”》")


def _completed(words: str, unit: str) -> str:
    """受理2.8万件 counts 受理案件, 涉案1000余万元 counts 涉案金额."""
    if unit in ("件", "起", "宗") and _CASES.search(words):
        return words if words.endswith("案") else f"{words}案件"
    if unit in ("篇", "条") and words.endswith("媒体"):
        return f"{words}发稿"
    return f"{words}金额" if unit == MONEY and words.endswith("涉案") else words

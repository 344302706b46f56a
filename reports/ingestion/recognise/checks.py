"""Do the figures of a report agree with each other? Rates, totals, changes, things said twice, impossible percentages.

Nothing is accused lightly. A sum that comes out says so wherever its figures stand near each other; one that does not is
told only where the words leave no doubt about which figures belong together (诉前调解案件774件，调解成功736件，调解成功率89.96%).
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from itertools import accumulate, combinations, pairwise, product, takewhile

from ..shapes import Article, Check, CheckKind, Figure, KnownIndicator, Verdict, Vocabulary
from .numbers import PERCENT

_HUNDRED = Decimal(100)
_WIDE = Context(prec=60)  # a quotient of any two amounts
_NEAR = 14  # figures; what belongs together stands no further apart
_LARGE = 100  # a smaller total is soon the sum of something
_MANY = 20  # a smaller total is soon missed by one
_SLIP = Decimal("0.02")  # of a total; parts that miss it by more are not all its parts
_SAME = Decimal("0.2")  # two values further apart are of two things
_CASES = (("刑事",), ("民事", "民商事"), ("行政",))  # what a court tries: together all there is
_TOTAL = re.compile("受理|审结|收案|结案|审判|诉讼|共|总")
_IN_ALL = re.compile("共|总|合计")
_WHICH = re.compile(r"[，。；：（(]其中[^。；\d]{0,24}$")
_IN_A_ROW = re.compile(r"[、和][^，。；、\d]{1,12}")
_ENDS = frozenset(("判决", "裁定", "调解", "撤诉", "驳回"))
_NOT_BY_YEAR = re.compile("年均|环比")
_DOWN = re.compile("降|减|缩|落|滑")
_UNSAID = re.compile('[“”"《》]|开展|组织|举办|召开|共|活动|工作|案件')
_SURE = 0.9
_FEW, _TELLING = 10, 5  # a value of two digits, a label of five characters: less is said of many things
_YEARS = re.compile(r"(?:19|20)\d\d(?=年)")


@dataclass(frozen=True, slots=True)
class _Counted:
    """A figure with its number among all of the report, its line and its full sentence (down to 。)."""

    number: int
    figure: Figure
    line: int
    sentence: int

    @property
    def value(self) -> Decimal:
        return self.figure.value


_Terms = Sequence[_Counted]  # one count, or two that are one together


def checks_of(figures: tuple[Figure, ...], article: Article, vocabulary: Vocabulary) -> tuple[Check, ...]:
    """Every comparison that the figures allow, in the order of what is stated."""
    checker = _Checker(figures, article, {kind.name: kind for kind in vocabulary.indicators})
    found = (*checker.rates(), *checker.changes(), *checker.sums(), *checker.repeats())
    return tuple(sorted(dict.fromkeys(found), key=lambda check: (check.figures, check.kind)))


class _Checker:
    def __init__(self, figures: tuple[Figure, ...], article: Article, kinds: dict[str, KnownIndicator]) -> None:
        self.text, self.kinds = article.text, kinds
        starts = [line.start for line in article.lines]
        stops = [match.start() for match in re.finditer("。|\n", article.text)]
        self.all = [
            _Counted(number, figure, bisect_right(starts, figure.start), bisect_right(stops, figure.start))
            for number, figure in enumerate(figures)
        ]
        self.levels = [one for one in self.all if not one.figure.change and one.figure.scope in ("result", "period")]

    # --- A ÷ B = C % --------------------------------------------------------------------------------------------------

    def rates(self) -> Iterator[Check]:
        for place, rate in enumerate(self.levels):
            if rate.figure.unit == PERCENT:
                before = [one for one in self.levels[max(0, place - _NEAR) : place] if one.line == rate.line]
                counts = [one for one in before if one.figure.unit != PERCENT and one.value]
                check = self._rate(rate, counts) or self._possible(rate, counts)
                if check:
                    yield check

    def _rate(self, rate: _Counted, counts: list[_Counted]) -> Check | None:
        """The first pair, nearest first, that gives the rate; else the pair that by its kinds should have."""
        upper, lower = self._named(rate, counts, "numerator"), self._named(rate, counts, "denominator")
        above = [*((one,) for one in (*upper, *counts[:-3:-1])), *_pairs(counts, ("审结", "执结"))]
        below = [*((one,) for one in reversed(counts)), *_pairs(counts, ("旧存", "新收"))]
        # Cut instead of rounded: of two counts that merely stand near, that would soon be chance.
        for wanted, numerators in (("holds", above), ("rounding", [(one,) for one in upper])):
            for top, bottom in product(numerators, below):
                if (
                    _comparable(bottom, top)
                    and _rated(rate.figure, _percentage(top, bottom)) == wanted
                    and (rate.figure.step < 1 or _stands_alone(rate, top, bottom, counts))
                ):
                    return self._divided(rate, top, bottom, wanted)
        if not (upper and lower and upper[0] is counts[-1] and _comparable(lower[:1], upper[:1])):
            return None
        between = counts[counts.index(lower[0]) + 1 : -1]
        doubtful = any(one.figure.exactness or one.sentence != rate.sentence for one in (rate, upper[0], lower[0]))
        if doubtful or any(one.figure.indicator not in ("旧存", "新收") for one in between):
            return None
        return self._divided(rate, upper[:1], lower[:1], "fails")

    def _named(self, rate: _Counted, counts: list[_Counted], role: str) -> list[_Counted]:
        """Counts of the kinds from which this kind of rate is worked out, nearest first."""
        names = self._kinds(rate, role)
        return [one for one in reversed(counts) if one.figure.indicator in names]

    def _kinds(self, rate: _Counted, role: str) -> tuple[str, ...]:
        kind = self.kinds.get(rate.figure.indicator or "")
        return getattr(kind, role) if kind else ()

    def _divided(self, rate: _Counted, above: _Terms, below: _Terms, verdict: Verdict) -> Check:
        computed = _to_step(_percentage(above, below), min(rate.figure.step, Decimal("0.01")))
        arithmetic = f"{_added(above)} ÷ {_added(below)} = {computed}%"
        return self._check("ratio", verdict, computed, arithmetic, (rate, *above, *below))

    def _possible(self, rate: _Counted, counts: list[_Counted]) -> Check | None:
        """Whether any whole number of what is counted gives this percentage; large totals give every one.

        Of a rate whose numerator has no name (服判息诉率) the total may be another than the one that stands there: where it
        does not come out nothing is told. Of the others that it might come out is nothing to tell.
        """
        totals = [one for one in self._named(rate, counts, "denominator") if one.sentence == rate.sentence]
        if not totals or rate.figure.exactness or totals[0].figure.exactness or rate.value > _HUNDRED:
            return None
        total = totals[0].value
        if not 1 < total < _HUNDRED / rate.figure.step:
            return None
        whole = (rate.value * total / _HUNDRED).quantize(Decimal(1), ROUND_HALF_UP, _WIDE)
        computed = _to_step(whole / total * _HUNDRED, rate.figure.step)
        verdict: Verdict = "holds" if computed == rate.value else "fails"
        if (verdict == "holds") == bool(self._kinds(rate, "numerator")):
            return None
        return self._check("impossible", verdict, computed, f"{whole} ÷ {total} = {computed}%", (rate, totals[0]))

    # --- against the year before --------------------------------------------------------------------------------------

    def changes(self) -> Iterator[Check]:
        """1170件，比同期1269件减少99件，下降7.8%: the level before the earlier one, or, from 85% to 95%, the one after it."""
        for change in self.all:
            if not change.figure.change or _NOT_BY_YEAR.search(
                self.text, max(0, change.figure.at - 6), change.figure.at
            ):
                continue
            near = [
                one for one in self.all[max(0, change.number - 4) : change.number] if one.sentence == change.sentence
            ]
            earlier = [one for one in near if one.figure.scope == "previous" and not one.figure.change]
            earlier = earlier or self._in_brackets(change)
            if not earlier or any(_level(one) for one in near if one.number > earlier[-1].number + 1):
                continue
            old = earlier[-1]
            new = [one for one in near if _level(one) and one.figure.unit == old.figure.unit]
            if new and old.value and not any(one.figure.exactness for one in (change, old, new[-1])):
                yield self._changed(change, new[-1], old)

    def _in_brackets(self, change: _Counted) -> list[_Counted]:
        """同比下降7.88%（2020年为203件）"""
        after = self.all[change.number + 1 : change.number + 2]
        return [
            one
            for one in after
            if one.figure.scope == "previous" and self.text[change.figure.until : one.figure.at].startswith(("（", "("))
        ]

    def _changed(self, change: _Counted, new: _Counted, old: _Counted) -> Check:
        """One unit of the last digit holds: a change may be worked out from a quotient that was cut already."""
        difference = old.value - new.value if _DOWN.search(change.figure.change) else new.value - old.value
        shown = (
            f"{_shown(old)} − {_shown(new)}" if _DOWN.search(change.figure.change) else f"{_shown(new)} − {_shown(old)}"
        )
        if change.figure.unit == PERCENT and old.figure.unit != PERCENT:
            exact = difference / old.value * _HUNDRED
            computed = _to_step(exact, change.figure.step)
            shown = f"({shown}) ÷ {_shown(old)} = {computed}%"
        else:
            exact = computed = difference
            shown = f"{shown} = {computed}"
        verdict: Verdict = "holds" if abs(exact - change.value) < change.figure.step else "fails"
        return self._check("change", verdict, computed, shown, (change, new, old))

    # --- parts and totals ---------------------------------------------------------------------------------------------

    def sums(self) -> Iterator[Check]:
        counts = [one for one in self.all if _added_up(one)]
        for place, total in enumerate(counts):
            after = [one for one in counts[place + 1 : place + 1 + _NEAR] if _together(one, total)]
            before = [one for one in counts[max(0, place - _NEAR) : place] if _together(one, total)]
            exact = list(self._exact(total, after)) if total.value >= _LARGE else []
            if total.value >= _LARGE and _IN_ALL.search(total.figure.label):
                exact += self._exact(total, before)
            named = filter(
                None, (self._old_and_new(total, after), self._tried(total, after), self._of_which(total, after))
            )
            yield from exact
            # With 国家赔偿 beside them the three may come out.
            yield from (one for one in named if not any({*one.figures} <= {*more.figures} for more in exact))

    def _old_and_new(self, total: _Counted, after: list[_Counted]) -> Check | None:
        """受理 = 旧存 + 新收, of the two that stand next to each other."""
        pairs = _pairs(after[:4], ("旧存", "新收"))
        if not pairs:
            return None
        pair = pairs[-1]
        if _total(pair) == total.value:
            return self._summed(total, pair, "holds")
        follows = pair[0] is after[0] and total.sentence == pair[0].sentence
        return self._summed(total, pair, "fails") if follows and total.figure.indicator == "受理" else None

    def _tried(self, total: _Counted, after: list[_Counted]) -> Check | None:
        """刑事, 民事 and 行政 are all that a court tries."""
        parts = []
        for names in _CASES:
            found = [one for one in after if one.figure.label.removesuffix("案件") in names]
            if not found:
                return None
            parts.append(found[0])
        if not _TOTAL.search(total.figure.label) or any(part.value > total.value for part in parts):
            return None
        missing = abs(sum(part.value for part in parts) - total.value)
        if missing > total.value * _SLIP:
            return None
        return self._summed(total, parts, "fails" if missing else "holds")

    def _of_which(self, total: _Counted, after: list[_Counted]) -> Check | None:
        """其中 opens the parts: those that come out, however small the total; three or more in one breath that miss it by one
        or two in a hundred; ways in which cases end, where they are more than there were cases."""
        if not after or not _WHICH.search(self.text[total.figure.until : after[0].figure.at]):
            return None
        together = [part for part in after if part.sentence == after[0].sentence]
        for count, sum_ in enumerate(accumulate(part.value for part in together), start=1):
            if count > 1 and sum_ == total.value:
                return self._summed(total, together[:count], "holds")
        row = self._row(together)
        missing = abs(_total(row) - total.value)
        if len(row) > 2 and total.value >= _MANY and 0 < missing <= max(Decimal(1), total.value * _SLIP):
            return self._summed(total, row, "fails")
        ends = list(takewhile(lambda part: part.figure.label.removesuffix("案件") in _ENDS, together))
        return self._summed(total, ends, "fails") if _total(ends) > total.value else None

    def _row(self, counts: list[_Counted]) -> list[_Counted]:
        """The first ones that one breath counts up: 街道27个、社区15个、企业6个."""
        row = counts[:1]
        for one in counts[1:]:
            between = self.text[row[-1].figure.until : one.figure.at]
            if not _IN_A_ROW.fullmatch(between):
                break
            row.append(one)
        return row

    def _exact(self, total: _Counted, others: list[_Counted]) -> Iterator[Check]:
        """Neighbours, or all whose labels end alike, that add up to the total."""
        tails: dict[str, list[_Counted]] = {}
        for one in others:
            tails.setdefault(one.figure.label.rstrip('”"》案件')[-2:], []).append(one)
        for parts in (others, *(same for same in tails.values() if 2 < len(same) < len(others))):
            sums = [Decimal(0), *accumulate(part.value for part in parts)]
            for first, last in combinations(range(len(sums)), 2):
                if last - first > 1 and sums[last] - sums[first] == total.value:
                    yield self._summed(total, parts[first:last], "holds")

    def _summed(self, total: _Counted, parts: Iterable[_Counted], verdict: Verdict) -> Check:
        parts = tuple(parts)
        computed = sum((part.value for part in parts), Decimal(0))
        shown = f"{' + '.join(map(_shown, parts))} = {computed}"
        return self._check("sum", verdict, computed, shown, (total, *parts))

    # --- said twice ---------------------------------------------------------------------------------------------------

    def repeats(self) -> Iterator[Check]:
        """The same words with another value, in a sentence that names no other year, are told where they say much."""
        said: dict[tuple[str, str], _Counted] = {}
        for one in self.levels:
            figure, words = one.figure, _UNSAID.sub("", one.figure.label)
            if figure.sure < _SURE or figure.unit == PERCENT or figure.value < _FEW:
                continue
            first = said.setdefault((words, figure.unit), one)
            if first.sentence == one.sentence or figure.exactness or first.figure.exactness:
                continue
            difference = abs(first.value - one.value)
            if difference < max(first.figure.step, figure.step):
                yield self._twice(one, first, "rounding" if difference else "holds")
            elif (
                len(words) >= _TELLING and self._years(first) == self._years(one) and difference <= first.value * _SAME
            ):
                yield self._twice(one, first, "fails")

    def _years(self, one: _Counted) -> set[str]:
        return set(_YEARS.findall(self.text, one.figure.start, one.figure.end))

    def _twice(self, again: _Counted, first: _Counted, verdict: Verdict) -> Check:
        return self._check("repeat", verdict, first.value, f"{_shown(first)} = {_shown(again)}", (again, first))

    def _check(
        self, kind: CheckKind, verdict: Verdict, computed: Decimal, arithmetic: str, figures: tuple[_Counted, ...]
    ) -> Check:
        return Check(
            kind,
            verdict,
            figures[0].value,
            computed,
            arithmetic,
            tuple(one.number for one in figures),
            min(one.figure.start for one in figures),
            max(one.figure.end for one in figures),
        )


def _rated(rate: Figure, exact: Decimal) -> Verdict:
    missing = abs(exact - rate.value)
    if rate.exactness:
        return "holds" if missing <= rate.value / 20 else "fails"
    if missing <= rate.step / 2:
        return "holds"
    return "rounding" if missing < rate.step else "fails"


def _stands_alone(rate: _Counted, above: _Terms, below: _Terms, counts: list[_Counted]) -> bool:
    """Many pairs come near a whole percentage: only what stands directly before it, of a total it names, is meant."""
    return above[-1] is counts[-1] and (below[0].sentence == rate.sentence or rate.figure.label.endswith("占比"))


def _pairs(counts: list[_Counted], kinds: tuple[str, str]) -> list[_Terms]:
    """Neighbours of these two kinds, in either order, nearest first: 旧存 and 新收 together are 受理."""
    return [pair for pair in reversed(list(pairwise(counts))) if {one.figure.indicator for one in pair} == {*kinds}]


def _comparable(below: _Terms, above: _Terms) -> bool:
    return (
        not any(one in above for one in below)
        and len({_unit(one) for one in (*below, *above)}) == 1
        and _total(below) >= _total(above)
    )


def _percentage(above: _Terms, below: _Terms) -> Decimal:
    return _total(above) / _total(below) * _HUNDRED


def _total(terms: _Terms) -> Decimal:
    return sum((one.value for one in terms), Decimal(0))


def _added(terms: _Terms) -> str:
    words = " + ".join(map(_shown, terms))
    return f"({words})" if len(terms) > 1 else words


def _unit(one: _Counted) -> str:
    if one.figure.indicator == "司法建议":
        return "份"
    return "人" if one.figure.unit in ("名", "位") else one.figure.unit


def _level(one: _Counted) -> bool:
    return not one.figure.change and one.figure.scope != "previous"


def _added_up(one: _Counted) -> bool:
    """Counts of the report's own time, and of the years that it names one by one: 2021年45件."""
    figure = one.figure
    named = figure.scope == "previous" and _YEARS.match(figure.label)
    return bool(
        figure.unit != PERCENT
        and not figure.exactness
        and not figure.change
        and (named or figure.scope in ("result", "period"))
    )


def _together(part: _Counted, total: _Counted) -> bool:
    return part.line == total.line and _unit(part) == _unit(total) and 0 < part.value < total.value


def _to_step(value: Decimal, step: Decimal) -> Decimal:
    return value.quantize(step, ROUND_HALF_UP, _WIDE)


def _shown(one: _Counted) -> str:
    return f"{one.value:f}"

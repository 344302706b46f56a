"""Which court wrote this, hence which region. "XX人民法院" is an honest "not stated".

In this order: a court named in the head, as the opening's subject, or alone further down; the court of the only place
that the article is about; nothing. A wrong court is worse than none: what is merely likely is a suggestion.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from reports.simplified import simplified

from ..shapes import Article, BasisName, Found, KnownCourt, KnownRegion, Vocabulary
from .atlas import Atlas, atlas_of
from .names import OPENING, RENAMED, SUBJECT, TITLE, Mention, Names
from .plain import Plain

SUGGESTIONS = 5

SUGGESTED = OPENING / 4
OPENING_AT_MOST, BELOW_AT_MOST = 2 * OPENING, 8.0  # however often repeated, a name never outweighs that in the title

PLACEHOLDER = re.compile(
    r"(?:[一-鿿]?[XxＸ×✕*＊○〇]{1,8}|某{1,4})[省市州盟县区旗]?(?:第?[一二三四]?中级|高级)?(?:人民)?法院"
)

# "the court", told only by the kind of place: 县人民法院, 市中院, 省高院, 我院.
COURTS_OF_ALL = re.compile(r"全([省市州盟县区旗])(?:各级|两级)?(?:人民)?法院")
COURT_OF_PLACE = re.compile(
    r"(?<![全各级层他外该某])(?:([省市州盟县区旗])(?:级)?(中级|高级)?(?:人民)?(?:法院|中院|高院))|我院|本院|人大.{0,30}?法院工作报告"
)
ALL_OF = re.compile(r"全([国省区市州盟])")
OUR_COURT = re.compile("我院|本院|该院")
# A court reports to a 常务委员会.
OFFICE = re.compile("人民政府|司法局|人民检察院|公安局|(?<!常务)委员会")
THE_SUPREME = "最高人民法院"

LEVELS = ("province", "prefecture", "county")
SEATS = {"province": "高级", "prefecture": "中级", "county": "基层"}


@dataclass(slots=True)
class _Candidate:
    """What speaks for one court (or for one printed name that leads to no single court)."""

    courts: tuple[KnownCourt, ...]
    mentions: list[Mention] = field(default_factory=list)

    @property
    def score(self) -> float:
        weights = [mention.weight for mention in self.mentions]
        in_head = sum(weight for weight in weights if weight > RENAMED)
        in_opening = sum(weight for weight in weights if OPENING <= weight <= RENAMED)
        below = sum(weight for weight in weights if weight < OPENING)
        return in_head + min(in_opening, OPENING_AT_MOST) + min(below, BELOW_AT_MOST)

    @property
    def best(self) -> Mention:
        """The mention to quote: the weightiest, and of those the fullest name."""
        return max(self.mentions, key=lambda mention: (mention.weight, mention.is_full, len(mention.name)))


def courts_of(words: Plain, article: Article, vocabulary: Vocabulary) -> tuple[Found, ...]:
    """Exactly one claim (value None where the text does not say), then further courts as suggestions for a reviewer."""
    reader = _Reader(words, article, atlas_of(vocabulary))
    candidates = reader.candidates()
    claim = reader.named(candidates) or reader.placed() or reader.unknown()
    return (claim, *reader.suggestions(candidates, claim))


class _Reader:
    """One article under one atlas."""

    def __init__(self, words: Plain, article: Article, atlas: Atlas) -> None:
        self.words, self.article, self.atlas = words, article, atlas
        self.names = Names(words, article, atlas)
        self.text = words.text

    def candidates(self) -> list[_Candidate]:
        """All courts named, the likeliest first."""
        found: dict[object, _Candidate] = {}
        for mention in self.names.mentions():
            key = mention.courts or mention.name
            found.setdefault(key, _Candidate(mention.courts)).mentions.append(mention)
        return sorted(found.values(), key=lambda candidate: (-candidate.score, candidate.best.start))

    def named(self, candidates: list[_Candidate]) -> Found | None:
        """The claim, where a name stands that one can lean on: as a head, as the opening's subject, or alone."""
        placeholder = PLACEHOLDER.search(self.text)
        if not candidates or (placeholder and candidates[0].best.weight < TITLE):
            return None
        first = candidates[0]
        if first.best.weight < SUBJECT or self._is_one_of_many(candidates):
            return None
        if len(first.courts) != 1:
            return self._claim(None, 0.0, first.best.start, first.best.end)
        rival = candidates[1].score if len(candidates) > 1 else 0.0
        sure = self._sure(first, rival)
        basis: BasisName = "inferred" if first.best.by_place else "stated"
        return self._claim(first.courts[0].name, sure, first.best.start, first.best.end, basis)

    def _sure(self, candidate: _Candidate, rival: float) -> float:
        best = candidate.best
        if best.weight >= TITLE:
            sure = 0.97 if best.is_full else 0.95
        elif best.weight >= OPENING:
            sure = 0.95 if best.is_full else 0.93
        else:
            sure = 0.7
        if best.by_place:
            sure = min(sure, 0.85)
        if rival * 2 > candidate.score:
            sure = min(sure, 0.75)
        return sure

    @staticmethod
    def _is_one_of_many(candidates: list[_Candidate]) -> bool:
        """Courts named side by side, as examples: two in the opening may act together, but nowhere else, and not three."""
        first = candidates[0]
        rivals = sum(candidate.score * 2 > first.score for candidate in candidates[1:])
        return first.best.weight < TITLE and rivals > (1 if first.best.weight >= OPENING else 0)

    # Places

    def placed(self) -> Found | None:
        """The claim, where only a place is named and the court is its court: 南阳全市法院, 临颍县 … 县人民法院."""
        if PLACEHOLDER.search(self.text) or self._is_of_an_office():
            return None
        return self._all_courts_of_a_place() or self._court_of_the_place()

    def _is_of_an_office(self) -> bool:
        """Whether the head names an office of the government, and no court: its report is no court's."""
        head = "".join(map(self.words.words, self.words.heads()))
        return OFFICE.search(head) is not None and "法院" not in head

    def _all_courts_of_a_place(self) -> Found | None:
        for match in COURTS_OF_ALL.finditer(self.text):
            known = self.atlas.region_ending_at(self.text, match.start())
            regions = [region for region in known[1] if region.name.endswith(match[1])] if known else []
            courts = self._seats(*regions)
            if known and len(courts) == 1:
                return self._claim(courts[0].name, 0.85, known[0], match.end(), "inferred")
        return None

    def _court_of_the_place(self) -> Found | None:
        """The only place of its level that the opening names in full, with "the court" beside it."""
        match = COURT_OF_PLACE.search(self.text)
        if match is None:
            return None
        places: dict[str, tuple[int, int, KnownRegion]] = {}
        for start, end, regions in self.names.regions:
            is_full = len(regions) == 1 and self.text[start:end] == simplified(regions[0].name)
            if is_full and start < self._opening_end() and (not match[1] or self.text[end - 1] == match[1]):
                places.setdefault(regions[0].code, (start, end, regions[0]))
        lowest = [
            place
            for code, place in places.items()
            if not any(code in self.atlas.above[other] for other in places if other != code)
        ]
        courts = self._seats(*(region for _, _, region in lowest))
        if len(lowest) != 1 or len(courts) != 1:
            return None
        return self._claim(courts[0].name, 0.8, *lowest[0][:2], "inferred")

    def _opening_end(self) -> int:
        return max((line.end for line in (*self.words.heads(), *self.words.opening())), default=0)

    def _seats(self, *regions: KnownRegion) -> tuple[KnownCourt, ...]:
        """The ordinary courts of just these regions, each of its region's own level."""
        return tuple(
            court for region in regions for court in self.atlas.seats.get((region.code, SEATS[region.level]), ())
        )

    def unknown(self) -> Found:
        """Not stated: with the words that come nearest to a statement, where there are any."""
        match = PLACEHOLDER.search(self.text)
        if match:
            return self._claim(None, 0.0, *match.span())
        return Found("court", None, 0.0)

    def suggestions(self, candidates: list[_Candidate], claim: Found) -> tuple[Found, ...]:
        """Other courts named in a head or in the opening, then those of the places named: each once, none of them public."""
        found: dict[str, Found] = {}
        for candidate in candidates:
            if candidate.best.weight >= SUGGESTED:
                for court in candidate.courts:
                    sure = 0.5 / len(candidate.courts)
                    found.setdefault(
                        court.name, self._suggestion(court, sure, candidate.best.start, candidate.best.end)
                    )
        if claim.value is None:
            for court, start, end in (*self._court_of_all(), *self._courts_of_places()):
                found.setdefault(court.name, self._suggestion(court, 0.4, start, end))
        found.pop(claim.value or "", None)
        return tuple(found.values())[:SUGGESTIONS]

    def _court_of_all(self) -> Iterator[tuple[KnownCourt, int, int]]:
        """Who speaks for 全国, or for 全省, 全区, 全市 where all the places named lie in one: not a court that says 我院."""
        match = ALL_OF.search(self.text)
        if match is None or OUR_COURT.search(self.text):
            return
        if match[1] == "国":
            yield from ((court, *match.span()) for court in self.atlas.courts.get(THE_SUPREME, ()))
            return
        above = [region for code in self.names.support if (region := self.atlas.known[code]).level != "county"]
        likely = [region for region in above if region.name.endswith(match[1])]
        if len(likely) == 1:
            yield from ((court, *match.span()) for court in self._seats(likely[0]))

    def _courts_of_places(self) -> Iterator[tuple[KnownCourt, int, int]]:
        """Courts of the regions of the lowest level named, those named most first."""
        places: dict[str, list[tuple[int, int, KnownRegion]]] = defaultdict(list)
        for start, end, regions in self.names.regions:
            if len(regions) == 1 and not self.names.may_be_a_word(start, end, regions[0]):
                places[regions[0].code].append((start, end, regions[0]))
        lowest = max((LEVELS.index(named[0][2].level) for named in places.values()), default=0)
        for named in sorted(places.values(), key=len, reverse=True):
            start, end, region = named[0]
            if LEVELS.index(region.level) == lowest:
                for court in self._seats(region):
                    yield court, start, end

    def _claim(self, value: str | None, sure: float, start: int, end: int, basis: BasisName = "stated") -> Found:
        start, end = self.words.span(start, end)
        return Found("court", value, sure, self.article.text[start:end], start, end, basis)

    def _suggestion(self, court: KnownCourt, sure: float, start: int, end: int) -> Found:
        start, end = self.words.span(start, end)
        quote = self.article.text[start:end]
        return Found("court", court.name, round(sure, 2), quote, start, end, "inferred", suggestion=True)

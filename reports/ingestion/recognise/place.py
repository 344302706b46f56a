"""Which court wrote this, hence which region. "XX人民法院" is an honest "not stated".

A name counts by where it stands: a court line or a title outweighs the subject of the first paragraph, which outweighs
the rest; a court that leads, praises or orders is somebody else's. A name that several courts share never decides
alone: the places before it, around it, or on the same page must.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..shapes import Article, BasisName, Found, KnownCourt, KnownRegion, Vocabulary
from .atlas import COURT_ENDS, Atlas, atlas_of
from .plain import Plain, PlainLine, simplified

SUGGESTIONS = 5

# Weights of a mention by where it stands. Everything below COUNTS is a court in passing.
HEAD, TITLE, RENAMED, OPENING, SUBJECT, PASSING, OTHERS = 60.0, 30.0, 20.0, 12.0, 2.0, 1.0, 0.2
BODY_AT_MOST = 8.0  # so that a name often repeated below never outweighs the one above
OPENING_LINES = 2
COUNTS = OPENING

COURT_END = re.compile("|".join(COURT_ENDS))
BEFORE_SUBJECT = re.compile(
    r"(?:^|[\n，。；：、！？,;:!?“”\"‘’（）()》〉\]】—\-·|…]|\d|[年月日来以上]|对于|关于|如下)$"
)
AFTER_RENAMING = re.compile(r"(?:更名|改名|改称|改制|合并|现)(?:成立)?[为是]?$")
BEFORE_OTHERS = re.compile(
    r"(?:落实|贯彻|按照|根据|依据|遵循|报|报请|呈|获|获评|荣获|被|受|受到|得到|经|由|向|在|参照|上级|及)$"
)
AFTER_OTHERS = re.compile(
    r"^(?:的)?(?:党组|院长)?(?:的)?(?:正确|坚强|有力|精心|悉心|统一|具体)*"
    r"(?:领导|指导|监督|部署|要求|批复|批转|转发|认可|肯定|表彰|授予|评为|评定|通报|简报|推广|采纳|印发|下发|系统|机关)"
)
PLACEHOLDER = re.compile(r"(?:[一-鿿]?[XxＸ×✕*＊○〇]+|某+)[省市州盟县区旗]?(?:第?[一二三四]?中级|高级)?(?:人民)?法院")

# Courts that no list of regions yields. A name begins after the last word that cannot be inside it.
UNLISTED_MARK = re.compile(
    "铁路运输|垦区|林区|矿区|油田|农垦|兵团|[一二三四五六七八九十]师|开发区|高新区|产业园区?|工业园区?|示范区|合作区|实验区|保税区"
)
UNLISTED = re.compile(r"[一-鿿]{2,24}(?:人民)?法院$")
NOT_IN_A_NAME = re.compile(r".*(?:[在由与和及对向经为被让从据是的了年月日立辖到给把将并或等以于称]|下属|所属)")

# "the court", told only by the kind of place: 县人民法院, 市中院, 省高院, 我院.
COURTS_OF_ALL = re.compile(r"全([省市州盟县区旗])(?:各级|两级)?(?:人民)?法院")
COURT_OF_PLACE = re.compile(
    r"(?<![全各级层他外该某])(?:([省市州盟县区旗])(?:级)?(中级|高级)?(?:人民)?(?:法院|中院|高院))|我院|本院|人大.{0,30}?法院工作报告"
)
ALL_OF = re.compile(r"全([国省区市州盟])")
OUR_COURT = re.compile("我院|本院|该院")
THE_SUPREME = "最高人民法院"

LEVELS = ("province", "prefecture", "county")
SEATS = {"province": "高级", "prefecture": "中级", "county": "基层"}


@dataclass(frozen=True, slots=True)
class _Mention:
    """A court's name as it stands in the plain text, and the courts it may mean; none = a court that nobody listed."""

    start: int
    end: int
    name: str
    courts: tuple[KnownCourt, ...]
    is_full: bool
    by_place: bool  # one of several courts of this name, chosen by a place in the text or on the page
    weight: float


@dataclass(slots=True)
class _Candidate:
    """What speaks for one court (or for one printed name that leads to no single court)."""

    courts: tuple[KnownCourt, ...]
    mentions: list[_Mention] = field(default_factory=list)

    @property
    def score(self) -> float:
        above = [mention.weight for mention in self.mentions if mention.weight >= COUNTS]
        below = sum(mention.weight for mention in self.mentions if mention.weight < COUNTS)
        return sum(above) + min(below, BODY_AT_MOST)

    @property
    def best(self) -> _Mention:
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
        self.text = words.text
        self.heads = [line for line in words.lines if line.kind in ("court", "title", "subtitle")]
        body = [line for line in words.lines if line.kind == "para"]
        self.opening = body[:OPENING_LINES]
        self.regions = list(atlas.regions_in(self.text))
        self.support = self._support()

    # Names

    def candidates(self) -> list[_Candidate]:
        """All courts named, the likeliest first."""
        found: dict[object, _Candidate] = {}
        for mention in self._mentions():
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
        elif best.weight >= COUNTS:
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
        return first.best.weight < TITLE and rivals > (1 if first.best.weight >= COUNTS else 0)

    def _mentions(self) -> Iterator[_Mention]:
        for match in COURT_END.finditer(self.text):
            mention = self._listed(match.end()) or self._unlisted(match.end())
            if mention:
                yield mention
        for line in self.heads:
            if line.kind == "court" and not COURT_END.search(self.text, line.start, line.end):
                yield _Mention(line.start, line.end, self.words.words(line), (), True, False, HEAD)

    def _listed(self, end: int) -> _Mention | None:
        """The court whose name ends there, unless the places before the name say that it is another."""
        known = self.atlas.courts_ending_at(self.text, end)
        if known is None:
            return None
        start, courts = known
        name = self.text[start:end]
        is_full = len(courts) == 1 and name == simplified(courts[0].name)
        prefix, regions = self._places_before(start)
        told = tuple(c for c in courts if all(self.atlas.lies_in(c, region.code) for region in regions))
        unlisted = self._unlisted(end)
        if not told or (unlisted and unlisted.start < prefix and not is_full):
            return None
        chosen = told if len(told) == 1 else self._chosen(told)
        by_place = len(chosen) == 1 < len(told)
        return _Mention(start, end, name, chosen, is_full, by_place, self._weight(prefix, start, end))

    def _places_before(self, start: int) -> tuple[int, list[KnownRegion]]:
        """Regions named directly before a court's name, as in 吉林省长春市|朝阳区法院: where they start, and which."""
        regions = []
        while (known := self.atlas.region_ending_at(self.text, start)) is not None and len(known[1]) == 1:
            start = known[0]
            regions.append(known[1][0])
        return start, regions

    def _unlisted(self, end: int) -> _Mention | None:
        """A court of the railways, the corps, a development zone … that the list does not hold, as it is printed."""
        match = UNLISTED.search(self.text[max(0, end - 28) : end])
        if match is None:
            return None
        inside = NOT_IN_A_NAME.match(match[0])
        name = match[0][inside.end() :] if inside else match[0]
        if not UNLISTED_MARK.search(name):
            return None
        start = end - len(name)
        return _Mention(start, end, name, (), True, False, self._weight(start, start, end))

    def _weight(self, prefix: int, start: int, end: int) -> float:
        before = self.text[max(0, prefix - 8) : prefix]
        is_subject = bool(BEFORE_SUBJECT.search(before))
        for line in self.heads:
            if line.start <= start < line.end:
                if line.kind == "court":
                    return HEAD
                return TITLE if is_subject else TITLE / 2
        if AFTER_RENAMING.search(before):
            return RENAMED
        if AFTER_OTHERS.match(self.text[end : end + 12]) or BEFORE_OTHERS.search(before):
            return OTHERS
        if any(line.start <= start < line.end for line in self.opening):
            return OPENING if is_subject else OPENING / 4
        return SUBJECT if is_subject else PASSING

    # Places

    def _support(self) -> Counter[str]:
        """How much speaks for each region and those above it: the places named in the text, and the page's courts."""
        support: Counter[str] = Counter()
        for start, end, regions in self.regions:
            if len(regions) == 1 and not self._may_be_a_word(start, end, regions[0]):
                for code in self.atlas.above[regions[0].code]:
                    support[code] += 1
        for name in self.article.neighbours:
            courts = self.atlas.courts.get(simplified(name), ())
            if len(courts) == 1 and courts[0].region is not None:
                for code in self.atlas.above[courts[0].region]:
                    support[code] += 1
        return support

    @staticmethod
    def _may_be_a_word(start: int, end: int, region: KnownRegion) -> bool:
        """和平, 新华, 矿区: a county's name of two characters is a word as often as a place."""
        return end - start < 3 and region.level == "county"

    def _chosen(self, courts: tuple[KnownCourt, ...]) -> tuple[KnownCourt, ...]:
        """Of several courts with one name the one whose surroundings are named; all of them where that does not decide."""
        shared = set.intersection(*(set(self.atlas.above.get(court.region or "", ())) for court in courts))
        support = {
            court: sum(
                self.support[code] for code in self.atlas.above.get(court.region or "", ()) if code not in shared
            )
            for court in courts
        }
        best = max(support.values())
        likeliest = tuple(court for court in courts if support[court] == best)
        return likeliest if best and len(likeliest) == 1 else courts

    def placed(self) -> Found | None:
        """The claim, where only a place is named and the court is its court: 南阳全市法院, 临颍县 … 县人民法院."""
        if PLACEHOLDER.search(self.text):
            return None
        return self._all_courts_of_a_place() or self._court_of_the_place()

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
        for start, end, regions in self.regions:
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
        lines: list[PlainLine] = [*self.heads, *self.opening]
        return max((line.end for line in lines), default=0)

    def _seats(self, *regions: KnownRegion) -> tuple[KnownCourt, ...]:
        """The ordinary courts of just these regions, each of its region's own level."""
        return tuple(
            court for region in regions for court in self.atlas.seats.get((region.code, SEATS[region.level]), ())
        )

    # Unknown, and what a reviewer may think of

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
            if candidate.best.weight >= OPENING / 4:
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
        above = [region for code in self.support if (region := self.atlas.known[code]).level != "county"]
        likely = [region for region in above if region.name.endswith(match[1])]
        if len(likely) == 1:
            yield from ((court, *match.span()) for court in self._seats(likely[0]))

    def _courts_of_places(self) -> Iterator[tuple[KnownCourt, int, int]]:
        """Courts of the regions of the lowest level named, those named most first."""
        places: dict[str, list[tuple[int, int, KnownRegion]]] = defaultdict(list)
        for start, end, regions in self.regions:
            if len(regions) == 1 and not self._may_be_a_word(start, end, regions[0]):
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

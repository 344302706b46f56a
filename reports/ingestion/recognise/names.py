"""Courts' names as they stand in an article: where, how heavily, and which courts each may mean.

A name weighs by its place: a court line or a title more than the subject of the opening, that more than the rest; a
court that leads, praises or orders is somebody else's. A name that several courts share is theirs all, unless the
places before it, around it, or on the same page decide.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from reports.simplified import simplified

from ..shapes import Article, KnownCourt, KnownRegion
from .atlas import COURT_ENDS, Atlas
from .plain import Plain

# Weights of a mention by where it stands. From OPENING on, the article speaks of this court.
HEAD, TITLE, RENAMED, OPENING, SUBJECT, PASSING, OTHERS = 60.0, 30.0, 20.0, 12.0, 2.0, 1.0, 0.2
MAY_BE_WORDS = 4  # characters: 平安法院, 互助法院 are courts' short names, and a slogan's words

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
    r"(?:领导|指导|监督|部署|要求|批复|批转|转发|认可|肯定|表彰|授予|评为|评定|通报|简报|推广|采纳|印发|下发|系统|机关|建设)"
)

# Courts that no list of regions yields. A name begins after the last word that cannot be inside it.
UNLISTED_MARK = re.compile(
    "铁路运输|垦区|林区|矿区|油田|农垦|兵团|[一二三四五六七八九十]师|开发区|高新区|产业园区?|工业园区?|示范区|合作区|实验区|保税区"
)
UNLISTED = re.compile(r"[一-鿿]{2,24}(?:人民)?法院$")
NOT_IN_A_NAME = re.compile(r".*(?:[在由与和及对向经为被让从据是的了年月日立辖到给把将并或等以于称]|下属|所属)")


@dataclass(frozen=True, slots=True)
class Mention:
    """A court's name as it stands in the plain text, and the courts it may mean; none = a court that nobody listed."""

    start: int
    end: int
    name: str
    courts: tuple[KnownCourt, ...]
    is_full: bool
    by_place: bool  # one of several courts of this name, chosen by a place in the text or on the page
    weight: float


class Names:
    """One article under one atlas."""

    def __init__(self, words: Plain, article: Article, atlas: Atlas) -> None:
        self.words, self.article, self.atlas = words, article, atlas
        self.text = words.text
        self.heads, self.opening = words.heads(), words.opening()
        self.regions = list(atlas.regions_in(self.text))
        self.support = self._support()

    def mentions(self) -> Iterator[Mention]:
        """Every court's name in the text, the longest at each place; also a head line that names none we know."""
        ends = [match.end() for match in COURT_END.finditer(self.text)]
        mentions = [mention for end in ends if (mention := self._listed(end) or self._unlisted(end))]
        for mention, after in zip_longest(mentions, mentions[1:]):
            # …高级人民法院|生产建设兵团分院 is one name.
            if not (after and after.start <= mention.start):
                yield mention
        for line in self.heads:
            if line.kind == "court" and not COURT_END.search(self.text, line.start, line.end):
                yield Mention(line.start, line.end, self.words.words(line), (), True, False, HEAD)

    def _listed(self, end: int) -> Mention | None:
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
        weight = self._weight(prefix, start, end)
        if end - prefix <= MAY_BE_WORDS and not self._is_subject(start):
            weight = min(weight, PASSING)
        return Mention(start, end, name, chosen, is_full, by_place, weight)

    def _places_before(self, start: int) -> tuple[int, list[KnownRegion]]:
        """Regions named directly before a court's name, as in 吉林省长春市|朝阳区法院: where they start, and which."""
        regions = []
        while (known := self.atlas.region_ending_at(self.text, start)) is not None and len(known[1]) == 1:
            start = known[0]
            regions.append(known[1][0])
        return start, regions

    def _unlisted(self, end: int) -> Mention | None:
        """A court of the railways, the corps, a development zone … that the list does not hold, as it is printed."""
        match = UNLISTED.search(self.text[max(0, end - 28) : end])
        if match is None:
            return None
        inside = NOT_IN_A_NAME.match(match[0])
        name = match[0][inside.end() :] if inside else match[0]
        if not UNLISTED_MARK.search(name):
            return None
        start = end - len(name)
        return Mention(start, end, name, (), True, False, self._weight(start, start, end))

    def _weight(self, prefix: int, start: int, end: int) -> float:
        before = self.text[max(0, prefix - 8) : prefix]
        is_subject = self._is_subject(prefix)
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

    def _is_subject(self, start: int) -> bool:
        return BEFORE_SUBJECT.search(self.text[max(0, start - 8) : start]) is not None

    # Which of several courts with one name

    def _support(self) -> Counter[str]:
        """How much speaks for each region and those above it: the places named in the text, and the page's courts."""
        support: Counter[str] = Counter()
        for start, end, regions in self.regions:
            if len(regions) == 1 and not self.may_be_a_word(start, end, regions[0]):
                for code in self.atlas.above[regions[0].code]:
                    support[code] += 1
        for name in self.article.neighbours:
            courts = self.atlas.courts.get(simplified(name), ())
            if len(courts) == 1 and courts[0].region is not None:
                for code in self.atlas.above[courts[0].region]:
                    support[code] += 1
        return support

    @staticmethod
    def may_be_a_word(start: int, end: int, region: KnownRegion) -> bool:
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

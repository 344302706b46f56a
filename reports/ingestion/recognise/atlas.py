"""Names of places and courts, and what each may mean: one name may mean several."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from reports.simplified import simplified

from ..shapes import KnownCourt, KnownRegion, Vocabulary

# How the name of every court ends: where the text says so, a name may end.
COURT_ENDS = ("法院", "中院", "高院", "分院", "最高法")


@dataclass(frozen=True, slots=True)
class Atlas:
    """The vocabulary turned round: from a name in simplified characters to what it may mean."""

    courts: dict[str, tuple[KnownCourt, ...]]
    regions: dict[str, tuple[KnownRegion, ...]]
    known: dict[str, KnownRegion]  # by code
    above: dict[str, tuple[str, ...]]  # region code -> its own code and those above it, lowest first
    seats: dict[tuple[str, str], tuple[KnownCourt, ...]]  # (region code, level) -> its ordinary courts
    longest_court: int
    longest_region: int
    region_starts: frozenset[str] = field(repr=False)  # first two characters of every region's name

    def courts_ending_at(self, text: str, end: int) -> tuple[int, tuple[KnownCourt, ...]] | None:
        """The longest court name that ends there: where it starts, and the courts it may mean."""
        for start in range(max(0, end - self.longest_court), end - 2):
            if (courts := self.courts.get(text[start:end])) is not None:
                return start, courts
        return None

    def region_ending_at(self, text: str, end: int) -> tuple[int, tuple[KnownRegion, ...]] | None:
        """The longest region name that ends there."""
        for start in range(max(0, end - self.longest_region), end - 1):
            if (regions := self.regions.get(text[start:end])) is not None:
                return start, regions
        return None

    def regions_in(self, text: str) -> Iterator[tuple[int, int, tuple[KnownRegion, ...]]]:
        """Every region name from left to right, the longest at each place: start, end, what it may mean."""
        start = 0
        while start < len(text) - 1:
            if text[start : start + 2] in self.region_starts:
                for end in range(min(len(text), start + self.longest_region), start + 1, -1):
                    if (regions := self.regions.get(text[start:end])) is not None:
                        yield start, end, regions
                        start = end - 1
                        break
            start += 1

    def lies_in(self, court: KnownCourt, code: str) -> bool:
        return court.region is not None and code in self.above[court.region]


@lru_cache(maxsize=2)
def atlas_of(vocabulary: Vocabulary) -> Atlas:
    """Takes some 50 ms once; reading an article with it then takes a few."""
    known = {region.code: region for region in vocabulary.regions}
    return Atlas(
        known=known,
        courts=(courts := _court_names(vocabulary)),
        regions=(regions := _region_names(vocabulary)),
        above={code: tuple(_upwards(code, known)) for code in known},
        seats=_seats(vocabulary),
        longest_court=max(map(len, courts), default=0),
        longest_region=max(map(len, regions), default=0),
        region_starts=frozenset(name[:2] for name in regions),
    )


def _court_names(vocabulary: Vocabulary) -> dict[str, tuple[KnownCourt, ...]]:
    """A present full name means one court only, whoever else is called so too."""
    shared: dict[str, list[KnownCourt]] = defaultdict(list)
    for court in vocabulary.courts:
        for name in court.names:
            shared[simplified(name)].append(court)
    return {name: tuple(courts) for name, courts in shared.items()} | {
        simplified(court.name): (court,) for court in vocabulary.courts
    }


def _region_names(vocabulary: Vocabulary) -> dict[str, tuple[KnownRegion, ...]]:
    """Abbreviations of one character (京, 蒙) are left out: they are mostly parts of other words."""
    shared: dict[str, dict[str, KnownRegion]] = defaultdict(dict)
    for region in vocabulary.regions:
        for name in (region.name, *region.names):
            if len(name) > 1:
                shared[simplified(name)][region.code] = region
    return {name: tuple(regions.values()) for name, regions in shared.items()}


def _upwards(code: str | None, known: dict[str, KnownRegion]) -> Iterator[str]:
    while code is not None:
        yield code
        code = known[code].parent


def _seats(vocabulary: Vocabulary) -> dict[tuple[str, str], tuple[KnownCourt, ...]]:
    seats: dict[tuple[str, str], list[KnownCourt]] = defaultdict(list)
    for court in vocabulary.courts:
        if court.region is not None and court.kind == "普通":
            seats[court.region, court.level].append(court)
    return {seat: tuple(courts) for seat, courts in seats.items()}

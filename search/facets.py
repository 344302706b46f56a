"""Which facets exist, their labels, order and counts, and the address that switches each choice off."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from reports.models import Court, CourtLevel, Region, RegionLevel, ReportType, Theme
from reports.parts import PARTS

from .engine import SearchPage
from .prepared import Prepared
from .query import UNKNOWN, SearchQuery

LABELS = {
    "region": "地区",
    "court": "法院",
    "year": "年度",
    "theme": "主题",
    "level": "层级",
    "type": "类型",
    "part": "部分",
}
# The attribute of SearchQuery that holds what was chosen in a facet.
CHOSEN = {
    "region": "regions",
    "court": "courts",
    "year": "years",
    "theme": "themes",
    "level": "levels",
    "type": "types",
    "part": "parts",
}
BY_COUNT = ("court", "theme")
SHOWN = 5  # values of one facet before the fold
PROVINCES = [f"{number}0000" for number in range(11, 83)]  # those that GB/T 2260 can have: 34 of them it has
WHOLE_TREE = 80  # regions; of more, only provinces are drawn and what is below a chosen one


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet. `parent` is the code of the region above; None in every other facet."""

    value: str
    label: str
    count: int
    selected: bool
    parent: str | None = None

    def as_json(self, facet: str) -> dict[str, Any]:
        answer = {"value": self.value, "label": self.label, "count": self.count, "selected": self.selected}
        return answer | {"parent": self.parent} if facet == "region" else answer


class Place(NamedTuple):
    """Of a `Region`, what the tree is made of."""

    code: str
    name: str
    short_name: str
    level: str
    parent_id: str | None


PLACES = Prepared(lambda codes: Region.objects.filter(pk__in=codes).order_by().values_list(*Place._fields))
THEMES = Prepared(lambda: Theme.objects.values_list("name"))

FacetValues = dict[str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Branch:
    """A region in the tree. `open` when something in it is chosen, or when there is no other beside it."""

    value: Value
    below: tuple["Branch", ...]
    open: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One facet as the page shows it: `shown` at once, `rest` under a fold; branches for regions, else values."""

    facet: str
    label: str
    shown: Sequence[Branch] | Sequence[Value]
    rest: Sequence[Branch] | Sequence[Value]

    @property
    def total(self) -> int:
        return len(self.shown) + len(self.rest)


@dataclass(frozen=True, slots=True)
class Bar:
    """One year of the small chart; `width` in percent of the highest."""

    year: str
    count: int
    width: int
    address: str


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition of a question, and the address of the same question without it."""

    facet: str
    label: str
    address: str


def understood(query: SearchQuery) -> tuple[SearchQuery, tuple[str, ...]]:
    """The question without values that the archive does not know, each named in a sentence.

    A code that a region once had leads to the region of today, a court that was merged to the one it is part of.
    """
    regions = Region.objects.present(query.regions) if query.regions else {}
    known = {
        "region": {code: region.code for code, region in regions.items()},
        "court": present_courts(query.courts) if query.courts else {},
        "theme": same(name for (name,) in THEMES.rows()) if query.themes else {},
        "level": same(CourtLevel.values),
        "type": same(ReportType.values),
        "part": same(PARTS),
    }
    notices = []
    for facet, values in known.items():
        asked = getattr(query, CHOSEN[facet])
        if facet != "part":
            values[UNKNOWN] = UNKNOWN
        notices += [f"{LABELS[facet]}“{value}”无法识别，已忽略。" for value in asked if value not in values]
        kept = tuple(sorted({values[value] for value in asked if value in values}))
        if kept != asked:
            query = with_choice(query, CHOSEN[facet], kept)
    return query, tuple(notices)


def present_courts(ids: tuple[str, ...]) -> dict[str, str]:
    """Court's id as asked -> id of the court today, for those that readers may hear of."""
    rows = Court.objects.filter(pk__in=[court for court in ids if court != UNKNOWN]).values_list("pk", "merged_into")
    present = {court: merged_into or court for court, merged_into in rows}
    public = set(Court.objects.public().filter(pk__in=present.values()).values_list("pk", flat=True))
    return {str(asked): str(court) for asked, court in present.items() if court in public}


def facets(page: SearchPage) -> FacetValues:
    """Every facet: what is found or chosen, and all themes, levels, types and parts there are, found or not.

    Regions by code, years from new to old, courts and themes by count, levels, types and parts as they rank; unknown last.
    Five queries, however much is found.
    """
    listed = {
        facet: {**dict.fromkeys(getattr(page.query, chosen), 0), **page.facets.get(facet, {})}
        for facet, chosen in CHOSEN.items()
    }
    regions = with_those_above(listed["region"])
    asked = listed["court"].keys() - {UNKNOWN}
    courts = Court.objects.public().filter(pk__in=asked).values_list("pk", "name") if asked else ()
    labels: dict[str, dict[str, str]] = {
        "region": {code: region_label(region) for code, region in regions.items()},
        "court": {str(pk): name for pk, name in courts},
        "year": {year: f"{year}年" for year in sorted(listed["year"].keys() - {UNKNOWN}, reverse=True)},
        "theme": same(name for (name,) in THEMES.rows()),
        "level": same(CourtLevel.values),
        "type": same(ReportType.values),
        "part": same(PARTS),
    }
    answer = {}
    for facet, counts in listed.items():
        named = labels[facet] | ({UNKNOWN: f"{LABELS[facet]}不明"} if UNKNOWN in counts else {})
        chosen = getattr(page.query, CHOSEN[facet])
        values = [
            Value(value, label, counts.get(value, 0), value in chosen, parent_of(regions.get(value)))
            for value, label in named.items()
        ]
        answer[facet] = tuple(
            sorted(values, key=lambda value: (value.value == UNKNOWN, -value.count)) if facet in BY_COUNT else values
        )
    return answer


def drawn(page: SearchPage) -> SearchPage:
    """The page with the values that its HTML draws: no courts but those chosen, and of a large tree what is unfolded.

    A search that finds 2,000 courts would name 3,000 places: half of the time of a page, for nobody to see.
    """
    regions, chosen = page.facets.get("region", {}), page.query.regions
    if len(regions) > WHOLE_TREE:
        drawn = [code for code in PROVINCES if code in regions]
        provinces = {code[:2] for code in (*drawn, *chosen) if code != UNKNOWN}
        if unfolded := provinces if len(provinces) == 1 else {code[:2] for code in chosen}:
            below = [code for code in regions if code[:2] in unfolded and code[2:] != "0000"]
            drawn += below if len(drawn) + len(below) <= WHOLE_TREE else unfolded_of(below, chosen)
        regions = {code: regions[code] for code in (*drawn, UNKNOWN) if code in regions}
    return replace(page, facets={**page.facets, "region": regions, "court": {}})


def unfolded_of(codes: Sequence[str], chosen: Iterable[str]) -> list[str]:
    """Of regions below provinces those that the tree shows at once: no counties but those of a prefecture in which something
    is chosen, or which has no other beside it, or a county that has none."""
    prefectures = {code[:4] for code in codes if code.endswith("00")}
    first = [code for code in codes if code.endswith("00") or code[:4] not in prefectures]
    counties = [code for code in codes if not code.endswith("00") and code[:4] in prefectures]
    beside = Counter(code[:2] for code in first) + Counter(code[:4] for code in counties)
    alone = (*(code for code in first if beside[code[:2]] == 1), *(code for code in counties if beside[code[:4]] == 1))
    opened = {code[:4] for code in (*chosen, *alone)}
    return first + [code for code in counties if code[:4] in opened]


def with_those_above(codes: Iterable[str]) -> dict[str, Place]:
    """The regions that exist, and everything above them, by code: a branch needs its trunk."""
    # Level by level and without models: a search that finds 2,000 courts names every region of the country.
    found: dict[str, Place] = {}
    wanted = set(codes)
    while wanted:
        reached = [Place(*row) for row in PLACES.rows(wanted)]
        found |= {place.code: place for place in reached}
        wanted = {place.parent_id for place in reached if place.parent_id} - found.keys()
    return dict(sorted(found.items()))


def region_label(region: Place) -> str:
    """吉林, 松原市, 长岭县: only provinces are called by their short names."""
    return region.short_name if region.level == RegionLevel.PROVINCE else region.name


def parent_of(region: Place | None) -> str | None:
    return region.parent_id if region else None


def same(values: Iterable[str]) -> dict[str, str]:
    return {value: value for value in values}


def groups(values: FacetValues) -> list[Group]:
    """The facets in the order of the page. Courts are chosen elsewhere: there are thousands."""
    regions = tree(values["region"])
    grouped = [Group("region", LABELS["region"], regions[:SHOWN], regions[SHOWN:])]
    for facet in ("year", "part", "theme", "level", "type"):
        shown = [value for place, value in enumerate(values[facet]) if place < SHOWN or value.selected]
        rest = [value for value in values[facet] if value not in shown]
        # Levels and types are few and fixed: no fold for one or two lines.
        grouped.append(
            Group(facet, LABELS[facet], shown if len(rest) > 2 else values[facet], rest if len(rest) > 2 else ())
        )
    return grouped


def tree(values: Sequence[Value]) -> tuple[Branch, ...]:
    """The regions as branches: on every level the chosen first, then those with most reports."""
    below = defaultdict(list)
    for value in values:
        below[value.parent].append(value)

    def branches(parent: str | None) -> tuple[Branch, ...]:
        here = []
        for value in below[parent]:
            under = branches(value.value)
            unfolded = value.selected or len(below[parent]) == 1 or any(branch.open for branch in under)
            shown = unfolded or len(values) <= WHOLE_TREE
            here.append(Branch(value, under if shown else (), unfolded))
        return tuple(sorted(here, key=lambda branch: (not branch.open, -branch.value.count)))

    return branches(None)


def years_chart(query: SearchQuery, years: Sequence[Value]) -> list[Bar]:
    """The years with reports from old to new, each leading to the same question for that year alone."""
    found = [year for year in years if year.count and year.value != UNKNOWN]
    highest = max((year.count for year in found), default=0)
    return [
        Bar(
            year.value,
            year.count,
            max(1, round(100 * year.count / highest)),
            with_choice(query, "years", (year.value,)).address(),
        )
        for year in reversed(found)
    ]


def chips(query: SearchQuery, named: FacetValues) -> tuple[Chip, ...]:
    """What was chosen beside the words, in the order of the page."""
    labels = {(facet, value.value): value.label for facet, values in named.items() for value in values}
    chosen = [Chip("结果中", words, without(query, "within", words)) for words in query.within]
    for facet, attribute in CHOSEN.items():
        chosen += [
            Chip(LABELS[facet], labels[facet, value], without(query, attribute, value))
            for value in getattr(query, attribute)
            if (facet, value) in labels
        ]
    if query.year_from is not None or query.year_to is not None:
        unlimited = replace(query, year_from=None, year_to=None, page=1)
        chosen.append(Chip("年度", years_label(query), unlimited.address()))
    return tuple(chosen)


def without(query: SearchQuery, attribute: str, value: str) -> str:
    """The address of the same question without one value, from its first page."""
    kept = tuple(other for other in getattr(query, attribute) if other != value)
    return with_choice(query, attribute, kept).address()


def with_choice(query: SearchQuery, attribute: str, values: tuple[str, ...]) -> SearchQuery:
    """The same question with other values chosen for one of its repeatable attributes, from its first page."""
    changed: dict[str, Any] = {attribute: values, "page": 1}
    return replace(query, **changed)


def years_label(query: SearchQuery) -> str:
    if query.year_from is None:
        return f"至{query.year_to}年"
    return f"{query.year_from}年起" if query.year_to is None else f"{query.year_from}至{query.year_to}年"

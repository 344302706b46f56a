"""Read-side questions of the public pages. Everything here sees published reports only."""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Prefetch, Q, QuerySet

from reports.models import (
    Court,
    CourtLevel,
    Field,
    Region,
    RegionChange,
    RegionLevel,
    Report,
    ReportText,
    ReportTheme,
    Section,
    Theme,
)
from reports.parts import TOLD


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much the archive holds."""

    reports: int
    courts: int


def holdings() -> Holdings:
    return Holdings(**Report.objects.published().aggregate(reports=Count("id"), courts=Count("court", distinct=True)))


def cards(reports: QuerySet[Report]) -> list[Report]:
    """These published reports in their order, with all that a list shows of them: three queries however many there are.

    Their ids come first: to sort whole rows, courts and regions included, takes ten times as long.
    """
    ids = list(reports.values_list("pk", flat=True))
    themes = Prefetch("reporttheme_set", ReportTheme.objects.select_related("theme"))
    rows = Report.objects.published().with_places().prefetch_related(themes).in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]


def counted(reports: QuerySet[Report], by: str) -> Counter[object]:
    """How many of the reports there are for each value of a column, None (unknown) included."""
    return Counter(dict(reports.order_by().values_list(by).annotate(n=Count("id"))))


# ---- by region


@dataclass(frozen=True, slots=True)
class Place:
    """A region with the published reports of its courts and of everything below it."""

    region: Region
    reports: int
    below: list["Place"] = field(default_factory=list)


def counts_by_region(reports: QuerySet[Report] | None = None) -> Counter[str]:
    """Region code -> reports (all published ones) of its courts and of those of everything below it."""
    counts: Counter[str] = Counter()
    by_court = counted(Report.objects.published() if reports is None else reports, "court")
    # Courts are ten times fewer than reports: the climb up the regions is theirs.
    places = Court.objects.filter(region__isnull=False).order_by()
    for court, *codes in places.values_list("id", "region", "region__parent", "region__parent__parent"):
        for code in codes:
            if code is not None and court in by_court:
                counts[code] += by_court[court]
    return counts


def provinces(reports: QuerySet[Report] | None = None) -> list[Place]:
    """Every province in code order, with the reports (all published ones)."""
    counts = counts_by_region(reports)
    return [Place(region, counts[region.code]) for region in Region.objects.filter(level=RegionLevel.PROVINCE)]


def provinces_with_parts() -> list[Place]:
    """Every province with the regions directly below it."""
    counts = counts_by_region()
    places = {}
    for region in Region.objects.filter(Q(parent=None) | Q(parent__parent=None)):
        places[region.code] = Place(region, counts[region.code])
        if region.parent_id:
            places[region.parent_id].below.append(places[region.code])
    return [place for place in places.values() if place.region.parent_id is None]


def parts_of(region: Region) -> list[Place]:
    """The regions directly below this one."""
    counts = counts_by_region()
    return [Place(part, counts[part.code]) for part in region.children.all()]


def regions_to_choose(chosen: str) -> list[Region]:
    """For the list's filter: the provinces that have reports and, below the chosen one, its parts that have any."""
    held = [code for code, n in counts_by_region().items() if n]
    region = Region.objects.select_related("parent__parent").filter(code=chosen).first()
    path = [step.code for step in region.path] if region else []
    return list(Region.objects.filter(Q(code__in=held) & (Q(parent=None) | Q(parent__in=path)) | Q(code__in=path)))


def history_of(region: Region) -> QuerySet[RegionChange]:
    """What the region was called and belonged to before, newest first."""
    return RegionChange.objects.filter(Q(new_code=region.code) | Q(old_code=region.code)).order_by("-year")


# ---- by court


@dataclass(frozen=True, slots=True)
class CountedCourt:
    court: Court
    reports: int


@dataclass(frozen=True, slots=True)
class CourtGroup:
    """Courts of one region, the higher ones first; `region` is None for the Supreme People's Court."""

    region: Region | None
    courts: list[CountedCourt]


def with_counts(courts: Iterable[Court]) -> list[CountedCourt]:
    """The courts with their published reports."""
    courts = list(courts)
    counts = counted(Report.objects.published().filter(court__in=courts), "court")
    return [CountedCourt(court, counts[court.pk]) for court in courts]


def courts_in(region: Region) -> list[CourtGroup]:
    """All courts of a region and of everything below it, by the prefecture they stand in."""
    courts = (
        Court.objects.public()
        .filter(region__in=Region.objects.within(region.code))
        .select_related("region__parent__parent")
        .order_by("region", "id")
    )
    groups: dict[str, CourtGroup] = {}
    for row in with_counts(courts):
        path = row.court.region.path if row.court.region else []
        home = path[1] if len(path) > 1 and region.parent_id is None else path[-1]
        groups.setdefault(home.code, CourtGroup(home, [])).courts.append(row)
    ranks = list(CourtLevel.values)
    for group in groups.values():
        group.courts.sort(key=lambda row: ranks.index(row.court.level))
    return list(groups.values())


def courts_of(region: Region) -> list[CountedCourt]:
    """The courts that stand in this region itself."""
    return with_counts(region.courts.public())


MOST_COURTS_FOUND = 100


def courts_called(words: str) -> list[CountedCourt]:
    """Courts whose present, short or former name holds the words; at most a hundred."""
    found = Court.objects.public().filter(Q(name__icontains=words) | Q(names__name__icontains=words)).distinct()
    return with_counts(found.select_related("region__parent__parent")[:MOST_COURTS_FOUND])


def counts_of_courts_by_province() -> Counter[str]:
    """Province code -> how many courts stand in it."""
    counts: Counter[str] = Counter()
    rows = (
        Court.objects.public()
        .order_by()
        .values_list("region", "region__parent", "region__parent__parent")
        .annotate(n=Count("id"))
    )
    for here, above, top, n in rows:
        counts[top or above or here] += n
    return counts


def standing_court(court: Court) -> Court:
    """The court that this one was merged into, however many steps away; itself when it was not."""
    seen = set()
    while court.merged_into is not None and court.pk not in seen:
        seen.add(court.pk)
        court = court.merged_into
    return court


# ---- by year and theme


def counts_by_year(reports: QuerySet[Report] | None = None) -> dict[int | None, int]:
    """Year -> reports, oldest first, None (unknown) last. Years without any are not in it."""
    counts = counted(Report.objects.published() if reports is None else reports, "year")
    return dict(sorted(counts.items(), key=lambda row: (row[0] is None, row[0])))  # type: ignore[arg-type]


def parts_told(reports: QuerySet[Report]) -> list[tuple[str, int]]:
    """The parts that some of these reports tell, in the order of a report, each with how many do. For a few hundred reports."""
    rows = Section.objects.filter(text__is_current=True, text__report__in=reports.order_by(), part__in=TOLD)
    counts = dict(rows.order_by().values_list("part").annotate(n=Count("text", distinct=True)))
    return [(part, counts[part]) for part in TOLD if part in counts]


@dataclass(frozen=True, slots=True)
class CountedTheme:
    theme: Theme
    reports: int


def themes_of(reports: QuerySet[Report]) -> list[CountedTheme]:
    """Every theme with how many of these reports stand under it, in the order of the list of themes."""
    counts = Counter(
        dict(
            ReportTheme.objects.filter(report__in=reports.order_by())
            .order_by()
            .values_list("theme")
            .annotate(n=Count("id"))
        )
    )
    return [CountedTheme(theme, counts[theme.pk]) for theme in Theme.objects.all()]


def related_themes(theme: Theme, limit: int = 8) -> list[CountedTheme]:
    """Themes that most often stand beside this one."""
    beside = themes_of(Report.objects.published().filter(themes=theme))
    others = [row for row in beside if row.reports and row.theme != theme]
    return sorted(others, key=lambda row: -row.reports)[:limit]


# ---- one report


@dataclass(frozen=True, slots=True)
class Evidence:
    """A theme of a report, the places in its text that say so, and the lines they stand in as (anchor, words)."""

    theme: Theme
    strength: str
    places: list[tuple[int, int]]
    lines: list[tuple[str, str]]


def evidence(report: Report, version: ReportText, sections: Iterable[Section]) -> list[Evidence]:
    """The themes that a report is shown under, those with most evidence in this version of its text first."""
    places: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for claim in version.claims.standing().filter(field=Field.THEME):
        places[claim.value].update((start, end) for start, end in claim.places)
    lines = lines_of(version, sections)
    rows = []
    for row in report.reporttheme_set.select_related("theme"):
        found = sorted(places[row.theme.name])
        rows.append(Evidence(row.theme, row.get_strength_display(), found, lines.with_any(start for start, _ in found)))
    return sorted(rows, key=lambda row: -len(row.places))


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the lines of a text begin, and each as (anchor, what to call it): (p12, 第12段), (l3, 第3行)."""

    starts: list[int]
    names: list[tuple[str, str]]

    def at(self, position: int) -> tuple[str, str]:
        return self.names[bisect_right(self.starts, position) - 1]

    def with_any(self, positions: Iterable[int]) -> list[tuple[str, str]]:
        """Those with one of the positions in them, each once."""
        return list(dict.fromkeys(map(self.at, positions)))


def lines_of(version: ReportText, sections: Iterable[Section]) -> Lines:
    numbers = {row.start: row.number for row in sections if row.number}
    starts = [0, *(match.end() for match in re.finditer("\n", version.text))]
    names = []
    for index, start in enumerate(starts, 1):
        number = numbers.get(start)
        names.append((f"p{number}", f"第{number}段") if number else (f"l{index}", f"第{index}行"))
    return Lines(starts, names)


def standing_report(report: Report) -> Report | None:
    """The public report that stands in the place of this one, however many replacements away; itself while it is public."""
    seen = set()
    found: Report | None = report
    while found is not None and not found.is_published and found.pk not in seen:
        seen.add(found.pk)
        found = found.replaced_by
    return found if found is not None and found.is_published else None


def from_the_same_original(report: Report) -> QuerySet[Report]:
    """The other published reports of the same file, e.g. of one newspaper page."""
    others = Report.objects.published().filter(source=report.source_id).exclude(pk=report.pk)
    return others.select_related("court").order_by("article_number")

"""Read-side questions of the public pages. Everything here sees published reports only."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Prefetch, Q, QuerySet

from reports.models import (
    Claim,
    Court,
    Decision,
    Field,
    Region,
    RegionChange,
    RegionLevel,
    Report,
    ReportText,
    ReportTheme,
    Status,
    Theme,
)


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much the archive holds."""

    reports: int
    courts: int


def holdings() -> Holdings:
    counted = Report.objects.published().aggregate(reports=Count("id"), courts=Count("court", distinct=True))
    return Holdings(**counted)


def cards() -> QuerySet[Report]:
    """Published reports with all that a list shows of them: two queries however many there are."""
    return (
        Report.objects.published()
        .with_places()
        .prefetch_related(Prefetch("reporttheme_set", ReportTheme.objects.select_related("theme")))
    )


# ---- by region


def counts_by_region() -> Counter[str]:
    """Region code -> published reports of its courts and of those of everything below it. Regions without any are 0."""
    counts: Counter[str] = Counter()
    rows = (
        Report.objects.published()
        .filter(court__region__isnull=False)
        .values_list("court__region", "court__region__parent", "court__region__parent__parent")
        .order_by()
        .annotate(n=Count("id"))
    )
    for *codes, n in rows:
        for code in codes:
            if code is not None:
                counts[code] += n
    return counts


def successor_of_region(code: str) -> Region | None:
    """The present region that an abolished or renumbered one became, however many steps away."""
    seen: set[str] = set()
    while code not in seen:
        seen.add(code)
        step = RegionChange.objects.filter(old_code=code).exclude(new_code="").order_by("-year").first()
        if step is None:
            return None
        code = step.new_code
        present = Region.objects.filter(code=code).first()
        if present is not None:
            return present
    return None


@dataclass(frozen=True, slots=True)
class Place:
    """A region in a list, with its published reports and the regions below it."""

    region: Region
    reports: int
    below: tuple["Place", ...] = ()


def provinces() -> list[Place]:
    """All provinces in code order, with their reports."""
    counts = counts_by_region()
    return [Place(region, counts[region.code]) for region in Region.objects.filter(level=RegionLevel.PROVINCE)]


def places_below(code: str | None, *, deep: bool = False) -> list[Place]:
    """The regions directly below one (None: the provinces), with their reports; `deep` adds one level more."""
    counts = counts_by_region()
    wanted = Q(parent=code) | Q(parent__parent=code) if deep else Q(parent=code)
    if deep and code is None:
        wanted = Q(parent=None) | Q(parent__parent=None)
    children: dict[str | None, list[Region]] = defaultdict(list)
    for region in Region.objects.filter(wanted):
        children[region.parent_id].append(region)
    return [
        Place(
            region,
            counts[region.code],
            tuple(Place(child, counts[child.code]) for child in children[region.code]) if deep else (),
        )
        for region in children[code]
    ]

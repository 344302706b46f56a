"""Regions, courts and themes from the database as one plain value, handed in to the recognisers."""

from collections import defaultdict

from reports.models import Court, CourtName, Region, RegionLevel, Theme

from .shapes import KnownCourt, KnownRegion, KnownTheme, Vocabulary


def current_vocabulary() -> Vocabulary:
    """What the database knows now. Four queries; about 6,500 rows."""
    names = defaultdict(list)
    for court_id, name in CourtName.objects.values_list("court_id", "name"):
        names[court_id].append(name)
    return Vocabulary(
        regions=tuple(
            KnownRegion(
                region.code,
                region.name,
                RegionLevel(region.level).value,
                region.parent_id,
                (region.short_name, *region.aliases),
            )
            for region in Region.objects.all()
        ),
        courts=tuple(
            KnownCourt(court.name, court.level, court.kind, court.region_id, tuple(names[court.pk]))
            for court in Court.objects.standing()
        ),
        themes=tuple(KnownTheme(theme.name, theme.definition, theme.expressions) for theme in Theme.objects.all()),
    )

"""Regions, courts, themes and kinds of figures as one plain value, handed in to the recognisers."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, cast

from django.conf import settings

from reports.models import Court, CourtName, Region, RegionLevel, Theme

from .shapes import KnownCourt, KnownIndicator, KnownRegion, KnownTheme, Vocabulary


def current_vocabulary() -> Vocabulary:
    """What the database knows now. Four queries; about 6,500 rows. The kinds of figures stand in seeds/ alone."""
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
        indicators=tuple(known_indicators(Path(settings.SEEDS_DIR) / "indicators.csv")),
    )


def known_indicators(table: Path) -> Iterator[KnownIndicator]:
    """The kinds of figures, in the table's order."""
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            units, numerator, denominator = (
                tuple(filter(None, row[column].split(";"))) for column in ("units", "numerator", "denominator")
            )
            better = cast(Literal["higher", "lower", ""], row["better"])
            yield KnownIndicator(row["name"], row["expressions"], units, row["context"], better, numerator, denominator)

"""Regions, courts, themes and kinds of figures as one plain value, handed in to the recognisers."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal, cast

from reports.models import Court, CourtName, IndicatorKind, Region, RegionLevel, Theme

from .shapes import KnownCourt, KnownIndicator, KnownRegion, KnownTheme, Vocabulary

CODE = Path(__file__).resolve().parent
RULES = (*sorted((CODE / "recognise").glob("*.py")), CODE.parent / "parts.py", CODE.parent / "simplified.py")


def current_vocabulary() -> Vocabulary:
    """What the database knows now. Seven queries; about 6,600 rows."""
    known = known_now()
    rows = (known.regions, known.courts, known.themes, known.indicators)
    return replace(known, version=hashlib.sha256(f"{rules()}{rows!r}".encode()).hexdigest()[:16])


@cache
def rules() -> str:
    """A digest of the recognisers as this process runs them."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in RULES)).hexdigest()


def known_now() -> Vocabulary:
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
        indicators=tuple(known_indicators()),
    )


def known_indicators() -> Iterator[KnownIndicator]:
    """The kinds of figures in the order in which they were added: of two that fit alike the first is meant."""
    for kind in IndicatorKind.objects.prefetch_related("numerator", "denominator"):
        yield KnownIndicator(
            kind.name,
            kind.expressions,
            kind.unit_family,
            kind.context,
            cast(Literal["higher", "lower", ""], kind.better),
            tuple(other.name for other in kind.numerator.all()),
            tuple(other.name for other in kind.denominator.all()),
        )

"""What of a report is indexed. Haystack fixes this file's name."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from haystack import indexes

from reports.models import Report, ReportText
from reports.parts import line_parts

from .query import UNKNOWN

ReportModel = type[Report]


class TextField(indexes.CharField):
    """Chinese text: cut into words, found by exact strings too, not stored in the index."""

    field_type = "chinese"


class CodeField(indexes.CharField):
    """One id, code or fixed label: never cut into words."""

    field_type = "code"


class CodesField(indexes.MultiValueField):
    """Several of them."""

    field_type = "codes"


class LinePartsField(indexes.MultiValueField):
    """The part of the report that each line of the text belongs to, "" for none: known to the engine, found by nobody."""

    field_type = "line parts"


class ReportIndex(indexes.SearchIndex, indexes.Indexable):
    """Words of text, title, court and themes; of the facets only ids, codes and fixed labels, "unknown" for none."""

    text = TextField(document=True)
    title = TextField(model_attr="title")
    court_names = TextField()
    theme_names = TextField()
    region = CodesField()
    court = CodeField()
    year = CodeField()
    theme = CodesField()
    level = CodeField()
    type = CodeField(model_attr="type")
    part = CodesField()
    line_parts = LinePartsField()

    def get_model(self) -> ReportModel:
        return Report

    def index_queryset(self, using: str | None = None) -> QuerySet[Report]:
        current = ReportText.objects.filter(is_current=True).prefetch_related("sections")
        return (
            Report.objects.published()
            .with_places()
            .prefetch_related("themes", "court__names", Prefetch("texts", current, to_attr="current_texts"))
            .order_by("pk")
        )

    def prepare(self, report: Report) -> dict[str, Any]:
        prepared: dict[str, Any] = super().prepare(report)
        texts: list[ReportText] = report.current_texts  # type: ignore[attr-defined]  # from index_queryset
        parts = line_parts(texts[0].text, texts[0].sections.all()) if texts else [""]
        return prepared | {
            "text": texts[0].text if texts else "",
            "line_parts": parts,
            "part": sorted(set(filter(None, parts))),
        }

    def prepare_court_names(self, report: Report) -> str:
        """The court as printed, under all its names, and the regions it lies in: one name a line."""
        names = [report.court_as_printed]
        if report.court:
            names += [report.court.name, *(known.name for known in report.court.names.all())]
            names += [region.name for region in report.court.region.path] if report.court.region else []
        return "\n".join(name for name in names if name)

    def prepare_theme_names(self, report: Report) -> str:
        return "\n".join(theme.name for theme in report.themes.all())

    def prepare_region(self, report: Report) -> list[str]:
        """The court's region and everything above it, so that a province counts all below it."""
        region = report.court.region if report.court else None
        return [above.code for above in region.path] if region else [UNKNOWN]

    def prepare_court(self, report: Report) -> str:
        return str(report.court_id or UNKNOWN)

    def prepare_year(self, report: Report) -> str:
        return str(report.year_id or UNKNOWN)

    def prepare_theme(self, report: Report) -> list[str]:
        return [str(theme.pk) for theme in report.themes.all()] or [UNKNOWN]

    def prepare_level(self, report: Report) -> str:
        return report.court.level if report.court else UNKNOWN

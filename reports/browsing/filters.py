"""django-filter sets shared by pages, and later by the API and the exports."""

from dataclasses import dataclass

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy

from reports.models import CourtLevel, Region, Report, ReportType, Theme
from reports.models.reports import ReportQuerySet

UNKNOWN = "unknown"

BY_COURT = F("court__name").asc(nulls_last=True)
SORTS: dict[str, tuple[str, list[str | OrderBy]]] = {
    "added": ("最新收录", ["-published_at", "-id"]),
    "newest": ("年度由近到远", [F("year").desc(nulls_last=True), BY_COURT, "id"]),
    "oldest": ("年度由远到近", [F("year").asc(nulls_last=True), BY_COURT, "id"]),
    "court": ("按法院", [F("court").asc(nulls_last=True), F("year").desc(nulls_last=True), "id"]),
}


class RegionField(forms.CharField):
    """A region's code; one that a region once had stands for the region of today."""

    def clean(self, value: str) -> str:
        code = super().clean(value)
        if not code:
            return ""
        region = Region.objects.present([code]).get(code)
        if region is None:
            raise ValidationError("没有这个行政区划")
        return region.code


class RegionFilter(django_filters.CharFilter):
    field_class = RegionField


def theme_names() -> list[tuple[str, str]]:
    return [(name, name) for name in Theme.objects.values_list("name", flat=True)]


@dataclass(frozen=True, slots=True)
class Chosen:
    """One condition in words, and the address of the list without it."""

    label: str
    words: str
    without: str


class ReportFilter(django_filters.FilterSet):
    """A bad value is left out of the question; `notices` names it."""

    title = django_filters.CharFilter(lookup_expr="icontains", label="标题", max_length=100)
    region = RegionFilter(method="within_region", label="地区")
    year = django_filters.CharFilter(
        method="about_year", label="年度", validators=[RegexValidator(rf"\A({UNKNOWN}|(19|20)[0-9]{{2}})\Z")]
    )
    theme = django_filters.ChoiceFilter(
        field_name="themes__name", choices=theme_names, label="主题", empty_label="全部"
    )
    level = django_filters.ChoiceFilter(
        field_name="court__level", choices=CourtLevel.choices, label="层级", empty_label="全部"
    )
    type = django_filters.ChoiceFilter(choices=ReportType.choices, label="类型", empty_label="全部")
    sort = django_filters.ChoiceFilter(
        method="in_order", choices=[(name, label) for name, (label, _) in SORTS.items()], label="排序", empty_label=None
    )

    class Meta:
        model = Report
        fields: list[str] = []

    def within_region(self, reports: ReportQuerySet, _name: str, code: str) -> ReportQuerySet:
        return reports.in_region(code)

    def about_year(self, reports: QuerySet[Report], _name: str, year: str) -> QuerySet[Report]:
        return reports.filter(year=None if year == UNKNOWN else int(year))

    def in_order(self, reports: QuerySet[Report], _name: str, sort: str) -> QuerySet[Report]:
        return reports.order_by(*SORTS[sort][1])

    @property
    def notices(self) -> list[tuple[str, str]]:
        """(label, value) of what was asked and could not be understood."""
        return [(self.form.fields[name].label, self.data[name][:40]) for name in self.form.errors]

    @property
    def chosen(self) -> list[Chosen]:
        """What narrows the list."""
        understood = [name for name in self.form.fields if name not in self.form.errors and name != "sort"]
        values = {name: self.form.cleaned_data[name] for name in understood}
        return [
            Chosen(self.form.fields[name].label, in_words(name, value), self.address_without(name))
            for name, value in values.items()
            if value
        ]

    def address_without(self, name: str) -> str:
        rest = self.data.copy()
        for gone in (name, "page"):
            rest.pop(gone, None)
        return f"?{rest.urlencode()}"


def in_words(name: str, value: object) -> str:
    if name == "region":
        return Region.objects.get(code=value).name
    return "年度不明" if value == UNKNOWN else str(value)

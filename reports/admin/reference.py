"""Reference data and records in Django's own admin. What has a verb in publishing.py is changed by it, here too."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from reports import publishing
from reports.models import Court, CourtName, Event, IndicatorKind, Region, RegionChange, SourceFile, Theme

from .history import Remembered

admin.site.site_header = "法治年报库　工作区"
admin.site.site_title = "法治年报库"
admin.site.index_title = "工作区"
admin.site.empty_value_display = "—"


class ReadOnly(admin.ModelAdmin):
    """Records that are looked at, never edited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Region)
class RegionAdmin(Remembered):
    list_display = ["code", "name", "level", "parent"]
    list_filter = ["level"]
    list_select_related = ["parent"]
    search_fields = ["code", "name", "short_name"]
    raw_id_fields = ["parent"]

    def get_readonly_fields(self, request: HttpRequest, obj: Region | None = None) -> list[str]:
        # The code is part of a public address.
        return ["code"] if obj else []


@admin.register(RegionChange)
class RegionChangeAdmin(ReadOnly):
    list_display = ["year", "change", "old_name", "old_code", "new_name", "new_code"]
    list_filter = ["change"]
    search_fields = ["old_name", "new_name", "old_code", "new_code"]


class CourtNameInline(admin.StackedInline):
    model = CourtName
    extra = 1
    fields = [("name", "kind", "until")]


@admin.register(Court)
class CourtAdmin(Remembered):
    """Level, kind, place and other names. The name itself, and what it was merged into, have pages of their own."""

    list_display = ["name", "level", "kind", "region", "verified"]
    list_filter = ["level", "kind", "verified"]
    list_select_related = ["region"]
    search_fields = ["name", "names__name"]
    raw_id_fields = ["region", "superior"]
    fields = ["name", "renaming", "level", "kind", "region", "superior", "verified"]
    readonly_fields = ["name", "renaming"]
    inlines = [CourtNameInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description="更名与合并")
    def renaming(self, court: Court) -> SafeString:
        return format_html('<a href="{}">更名、合并、经办记录</a>', reverse("staff:court", args=[court.pk]))


class ThemeForm(forms.ModelForm):
    class Meta:
        model = Theme
        fields = ["name", "definition", "expressions", "core"]

    def clean_name(self) -> str:
        """A name that can stand in an address."""
        name: str = self.cleaned_data["name"]
        if "/" in name or not name.isprintable() or not name.strip("."):
            raise forms.ValidationError("名称会写进网址，不能含有“/”和控制字符，也不能只有句点。")
        return name

    def clean_expressions(self) -> str:
        try:
            return publishing.checked_expressions(self.cleaned_data["expressions"])
        except publishing.NotAllowed as problem:
            raise forms.ValidationError(str(problem)) from None


@admin.register(Theme)
class ThemeAdmin(Remembered):
    """The expressions of a theme that is there already have a page of their own."""

    form = ThemeForm
    list_display = ["name", "definition", "core"]
    search_fields = ["name", "definition"]

    def get_fields(self, request: HttpRequest, obj: Theme | None = None) -> tuple[str, ...]:
        return "name", "definition", "changing" if obj else "expressions", "core"

    def get_readonly_fields(self, request: HttpRequest, obj: Theme | None = None) -> list[str]:
        # The name is part of a public address, and what claims say.
        return ["name", "changing"] if obj else []

    @admin.display(description="表达式")
    def changing(self, theme: Theme) -> SafeString:
        return format_html('<a href="{}">看会改变哪些报告，再修改</a>', reverse("staff:theme", args=[theme.pk]))


class IndicatorKindForm(forms.ModelForm):
    class Meta:
        model = IndicatorKind
        fields = ["name", "definition", "expressions", "context", "units", "better", "numerator", "denominator"]

    def clean_expressions(self) -> str:
        return self.checked("expressions")

    def clean_context(self) -> str:
        return self.checked("context") if self.cleaned_data["context"].strip() else ""

    def checked(self, field: str) -> str:
        try:
            return publishing.checked_expressions(self.cleaned_data[field])
        except publishing.NotAllowed as problem:
            raise forms.ValidationError(str(problem)) from None

    def clean_units(self) -> str:
        """As typed by an input method too: 份；件；条。"""
        units = [unit.strip() for unit in re.split("[;；]", self.cleaned_data["units"])]
        return ";".join(dict.fromkeys(filter(None, units)))


@admin.register(IndicatorKind)
class IndicatorKindAdmin(Remembered):
    form = IndicatorKindForm
    list_display = ["name", "units", "better", "definition"]
    list_filter = ["better"]
    search_fields = ["name", "definition"]

    def get_readonly_fields(self, request: HttpRequest, obj: IndicatorKind | None = None) -> list[str]:
        # By its name the recognisers speak of it, and load_seeds knows that it is there.
        return ["name"] if obj else []


@admin.register(SourceFile)
class SourceFileAdmin(ReadOnly):
    list_display = ["name", "kind", "state", "size", "uploaded_by", "uploaded_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["uploaded_by"]
    search_fields = ["name", "sha256"]
    fields = ["name", "page", "sha256", "size", "kind", "encoding", "state", "reason", "uploaded_by", "uploaded_at"]
    readonly_fields = ["page"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SourceFile]:
        # The raw text of whole books, which no page here shows.
        return super().get_queryset(request).defer("pages")

    @admin.display(description="各页文字与报告")
    def page(self, source: SourceFile) -> SafeString:
        return format_html('<a href="{}">查看</a>', reverse("staff:source", args=[source.pk]))


@admin.register(Event)
class EventAdmin(ReadOnly):
    list_display = ["at", "verb", "actor", "report", "source", "court", "why"]
    list_filter = ["verb"]
    list_select_related = ["actor", "report__court", "source", "court"]
    search_fields = ["why", "report__title", "source__name", "court__name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return super().get_queryset(request).defer("source__pages")

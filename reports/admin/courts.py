"""Courts as staff need them: found by any part of any name or by pinyin, added, renamed, merged."""

from functools import cache

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from reports import publishing
from reports.models import Court, CourtKind, CourtLevel, CourtName, Region
from reports.words import syllables

from .access import account, staff

MOST_COURTS = 20


def search_courts(words: str) -> list[Court]:
    """Standing courts that have every word in one of their present, short or former names, or in their pinyin or initials.

    At most MOST_COURTS; those come first of which a name, or the pinyin, begins with the first word, the shortest before.
    """
    parts = words.lower().split()
    if not parts:
        return []
    names = {pk: [name] for pk, name in Court.objects.standing().values_list("pk", "name")}
    for pk, name in CourtName.objects.filter(court__merged_into=None).values_list("court_id", "name"):
        names[pk].append(name)
    found = [
        pk
        for pk, called in names.items()
        if any(all(part in name for part in parts) for name in called) or is_spelled(called[0], parts)
    ]

    def rank(pk: int) -> tuple[bool, int, int]:
        called = names[pk]
        spelt = spellings(called[0]) if parts[0].isascii() else ()
        return not any(name.startswith(parts[0]) for name in (*called, *spelt)), len(called[0]), pk

    best = sorted(found, key=rank)[:MOST_COURTS]
    courts = Court.objects.select_related("region__parent__parent").in_bulk(best)
    return [courts[pk] for pk in best]


def is_spelled(name: str, parts: list[str]) -> bool:
    return all(part.isascii() and any(part in spelled for spelled in spellings(name)) for part in parts)


@cache
def spellings(name: str) -> tuple[str, str]:
    """Full pinyin and initials. All courts together take a second, once in the life of a process."""
    sounds = syllables(name)
    return "".join(sounds), "".join(sound[0] for sound in sounds)


class CourtForm(forms.Form):
    """A court that the list lacks."""

    name = forms.CharField(label="法院全称", max_length=80, error_messages={"required": "请填法院全称，以“法院”结尾。"})
    level = forms.ChoiceField(label="层级", choices=CourtLevel.choices, initial=CourtLevel.BASIC)
    kind = forms.ChoiceField(label="类别", choices=CourtKind.choices, initial=CourtKind.ORDINARY)
    region = forms.CharField(
        label="地区", required=False, help_text="地区名称或六位代码；跨行政区划的可以不填。", max_length=60
    )

    def clean_region(self) -> Region | None:
        typed = self.cleaned_data["region"].strip()
        if not typed:
            return None
        regions = list(Region.objects.filter(code=typed) or Region.objects.filter(name=typed))
        if len(regions) == 1:
            return regions[0]
        if not regions:
            raise forms.ValidationError(f"没有叫“{typed}”的地区。请填全称，如“松原市”，或六位代码。")
        codes = "、".join(f"{'·'.join(step.name for step in region.path)} {region.code}" for region in regions[:8])
        raise forms.ValidationError(f"“{typed}”不止一个，请改填代码：{codes}。")


@staff("view_court")
@require_safe
def courts(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "")[:80]
    context = {"words": words, "courts": search_courts(words), "most": MOST_COURTS}
    return render(request, "admin/reports/courts.html", context)


@staff("view_court")
@require_safe
def found_courts(request: HttpRequest) -> JsonResponse:
    """What `courts` lists, for a script: [{id, name, note}], the note saying where the court is and what it is."""
    courts = search_courts(request.GET.get("q", "")[:80])
    return JsonResponse(
        [
            {
                "id": court.pk,
                "name": court.name,
                "note": " ".join([*((court.region.short_path,) if court.region else ()), court.level]),
            }
            for court in courts
        ],
        safe=False,
    )


@staff("view_court")
@require_safe
def court(request: HttpRequest, pk: int) -> HttpResponse:
    """One court with its names and history, to be renamed or merged into another found by ?q=."""
    return court_page(request, get_object_or_404(Court, pk=pk))


def court_page(request: HttpRequest, court: Court, errors: dict[str, str] | None = None) -> HttpResponse:
    words = request.GET.get("q", "")[:80]
    context = {
        "court": court,
        "names": court.names.all(),
        "count": court.reports.count(),
        "events": court.events.select_related("actor"),
        "words": words,
        "candidates": [found for found in search_courts(words) if found != court],
        "errors": errors or {},
        "entered": request.POST,
    }
    return render(request, "admin/reports/court.html", context, status=422 if errors else 200)


@staff("change_court")
@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    court = get_object_or_404(Court, pk=pk)
    try:
        publishing.rename_court(court, request.POST.get("name", ""), account(request), request.POST.get("why", ""))
    except publishing.NotAllowed as problem:
        return court_page(request, court, {"rename": str(problem)})
    messages.success(request, "已更名；原名保留为曾用名。")
    return redirect("staff:court", pk)


@staff("change_court")
@require_POST
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    court = get_object_or_404(Court, pk=pk)
    into = Court.objects.standing().filter(pk=publishing.whole_number(request.POST.get("into", ""))).first()
    try:
        if into is None:
            raise publishing.NotAllowed("没有选择并入哪个法院。请先查找，再选一个。")
        publishing.merge_court(court, into, account(request), request.POST.get("why", ""))
    except publishing.NotAllowed as problem:
        return court_page(request, court, {"merge": str(problem)})
    messages.success(request, f"已并入{into}；原来的页面会转到那里。")
    return redirect("staff:court", into.pk)

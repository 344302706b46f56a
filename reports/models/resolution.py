"""The one place where claims become what a report shows: person before table before machine, certain before doubtful."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from .facts import ReportTheme, Theme
from .places import Court
from .reports import Report, ReportType, Year
from .review import Basis, Claim, Field

FIRST_YEAR, LAST_YEAR = 1949, 2100
RESOLVED = ("title", "type", "court_id", "court_as_printed", "year_id", "year_inferred")


def resolve(report: Report) -> dict[str, list[str]]:
    """Make the report show what its standing claims say. Returns what changed, as {label: [before, after]}.

    Unknown stays unknown: where the heaviest claim says 未写明, no lighter one takes its place. Court, year, type and
    title about which nothing was ever claimed stay as they are.
    """
    before = shown(report)
    resolved = [getattr(report, name) for name in RESOLVED]
    claims = defaultdict(list)
    for claim in sorted(report.claims.standing(), key=lambda claim: claim.weight, reverse=True):
        claims[claim.field].append(claim)
    ever_claimed = set(report.claims.values_list("field", flat=True))

    if Field.TITLE in ever_claimed:
        report.title = value_of(claims[Field.TITLE])
    if Field.TYPE in ever_claimed:
        report.type = value_of(claims[Field.TYPE]) or ReportType.OTHER
    if Field.COURT in ever_claimed:
        report.court = court_of(value_of(claims[Field.COURT]))
        report.court_as_printed = next((claim.quote for claim in claims[Field.COURT] if claim.quote), "")[:80]
    if Field.YEAR in ever_claimed:
        report.year = year_of(value_of(claims[Field.YEAR]))
        report.year_inferred = report.year is not None and claims[Field.YEAR][0].basis == Basis.INFERRED
    if [getattr(report, name) for name in RESOLVED] != resolved:
        report.save(update_fields=RESOLVED)
    show_themes(report, claims[Field.THEME])

    after = shown(report)
    return {label: [before[label], after[label]] for label in before if before[label] != after[label]}


def shown(report: Report) -> dict[str, str]:
    """What a reader sees of the resolved fields, in words."""
    themes = ReportTheme.objects.filter(report=report).order_by("theme_id").values_list("theme__name", "strength")
    return {
        "标题": report.title,
        "法院": str(report.court or ""),
        "年度": f"{report.year or ''}{'（推断）' if report.year_inferred else ''}",
        "类型": report.type,
        "主题": "、".join(f"{name}（{ReportTheme.Strength(strength).label}）" for name, strength in themes),
    }


def value_of(claims: list[Claim]) -> str:
    """The heaviest claim's value; "" where none stands or nothing is known."""
    return claims[0].value if claims else ""


def court_of(value: str) -> Court | None:
    """The court with this id, or the one that it was merged into."""
    court = Court.objects.select_related("merged_into").filter(pk=int(value)).first() if value else None
    return court and (court.merged_into or court)


def year_of(value: str) -> Year | None:
    """The year, or the last year of a span: a report on 2017-2021 was written at its end and is looked for there."""
    year = int(value.split("-")[-1]) if value else 0
    return Year.objects.get_or_create(year=year)[0] if FIRST_YEAR <= year <= LAST_YEAR else None


def year_as_claimed(typed: str) -> str | None:
    """A year or a span in the form that claims hold, from what a person typed: ２０２３, 2023年, 2017-2021. None for neither."""
    # An input method may leave full-width digits, a spreadsheet the unit.
    typed = unicodedata.normalize("NFKC", typed).strip().removesuffix("度").removesuffix("年")
    years = re.fullmatch(r"([0-9]{4})(?:-([0-9]{4}))?", typed)
    if not years or not FIRST_YEAR <= int(years[1]) <= int(years[2] or years[1]) <= LAST_YEAR:
        return None
    return typed


def show_themes(report: Report, claims: Iterable[Claim]) -> None:
    """Topic and touched are shown, plan and mention are not. Rows that are right already stay as they are."""
    ids = dict(Theme.objects.values_list("name", "id"))
    strengths: dict[int, str] = {}
    for claim in claims:  # the heaviest first
        if claim.value in ids:
            strengths.setdefault(ids[claim.value], claim.detail)
    wanted = {theme: strength for theme, strength in strengths.items() if strength in ReportTheme.Strength.values}

    present = {row.theme_id: row for row in ReportTheme.objects.filter(report=report)}
    ReportTheme.objects.filter(report=report).exclude(theme__in=wanted).delete()
    for theme, strength in wanted.items():
        if theme not in present:
            ReportTheme.objects.create(report=report, theme_id=theme, strength=strength)
        elif present[theme].strength != strength:
            ReportTheme.objects.filter(pk=present[theme].pk).update(strength=strength)

"""The one place where claims become what a report shows: person before table before machine, certain before doubtful."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from .facts import ReportTheme, Theme
from .places import Court
from .reports import Report, ReportType, Year
from .review import Basis, Claim, Field

FIRST_YEAR, LAST_YEAR = 1949, 2100
RESOLVED = ("title", "type", "court_id", "court_as_printed", "year_id", "year_inferred")

Claims = Mapping[str, list[Claim]]  # field -> the standing claims about it, the heaviest first
Courts = Mapping[int, Court]


Changes = dict[str, list[str]]  # label -> what was shown before, and what is shown now


def resolve(report: Report) -> Changes:
    """Make the report show what its standing claims say. Returns what changed.

    Unknown stays unknown: where the heaviest claim says 未写明, no lighter one takes its place. Court, year, type and
    title about which nothing was ever claimed stay as they are.
    """
    return resolve_all([report])[0]


def resolve_all(reports: Sequence[Report]) -> list[Changes]:
    """The same for many reports, with as many queries as for one; what changed in each."""
    claimed: defaultdict[int, Claims] = defaultdict(lambda: defaultdict(list))
    for claim in Claim.objects.filter(report__in=reports).defer("places"):
        claimed[claim.report_id][claim.field].append(claim)
    # Every field that was ever claimed is there: what was claimed, and rejected, leaves it empty.
    standing = {
        report: {field: by_weight(claims) for field, claims in fields.items()} for report, fields in claimed.items()
    }
    courts = courts_of(reports, standing.values())
    themes = ThemesShown(reports)
    changed, before = [], [shown(report, courts, themes) for report in reports]
    for report in reports:
        claims = standing.get(report.pk, {})
        if show(report, claims, courts):
            changed.append(report)
        themes.show(report, claims.get(Field.THEME, []))
    years = {report.year_id for report in changed if report.year_id}
    Year.objects.bulk_create([Year(year=year) for year in sorted(years)], ignore_conflicts=True)
    Report.objects.bulk_update(changed, RESOLVED)
    themes.save()
    after = [shown(report, courts, themes) for report in reports]
    return [
        {label: [was[label], now[label]] for label in was if was[label] != now[label]}
        for was, now in zip(before, after, strict=True)
    ]


def by_weight(claims: Iterable[Claim]) -> list[Claim]:
    """Those that stand, the heaviest first."""
    return sorted((claim for claim in claims if claim.stands), key=lambda claim: claim.weight, reverse=True)


def show(report: Report, claims: Claims, courts: Courts) -> bool:
    """Give the report, unsaved, what its standing claims say; whether that is anything else than before."""
    before = [getattr(report, name) for name in RESOLVED]
    if Field.TITLE in claims:
        report.title = value_of(claims[Field.TITLE])
    if Field.TYPE in claims:
        report.type = value_of(claims[Field.TYPE]) or ReportType.OTHER
    if Field.COURT in claims:
        report.court = court_of(value_of(claims[Field.COURT]), courts)
        report.court_as_printed = next((claim.quote for claim in claims[Field.COURT] if claim.quote), "")[:80]
    if Field.YEAR in claims:
        report.year_id = year_of(value_of(claims[Field.YEAR]))
        report.year_inferred = report.year_id is not None and claims[Field.YEAR][0].basis == Basis.INFERRED
    return [getattr(report, name) for name in RESOLVED] != before


def shown(report: Report, courts: Courts, themes: "ThemesShown") -> dict[str, str]:
    """What a reader sees of the resolved fields, in words."""
    return {
        "标题": report.title,
        "法院": str(courts[report.court_id]) if report.court_id else "",
        "年度": f"{report.year_id or ''}{'（推断）' if report.year_inferred else ''}",
        "类型": report.type,
        "主题": themes.in_words(report),
    }


def value_of(claims: list[Claim]) -> str:
    """The heaviest claim's value; "" where none stands or nothing is known."""
    return claims[0].value if claims else ""


def courts_of(reports: Iterable[Report], standing: Iterable[Claims]) -> Courts:
    """By id the courts that are shown, those that the heaviest claims name, and those that they were merged into."""
    named = {value_of(claims[Field.COURT]) for claims in standing if Field.COURT in claims}
    ids = {report.court_id for report in reports if report.court_id} | {int(value) for value in named if value}
    rows = Court.objects.filter(pk__in=ids).select_related("merged_into")
    return {court.pk: court for row in rows for court in (row.merged_into, row) if court}


def court_of(value: str, courts: Courts) -> Court | None:
    """The court with this id, or the one that it was merged into."""
    court = courts.get(int(value)) if value else None
    return court and (court.merged_into or court)


def year_of(value: str) -> int | None:
    """The year, or the last year of a span: a report on 2017-2021 was written at its end and is looked for there."""
    year = int(value.split("-")[-1]) if value else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else None


def year_as_claimed(typed: str) -> str | None:
    """A year or a span in the form that claims hold, from what a person typed: ２０２３, 2023年, 2017-2021. None for neither."""
    # An input method may leave full-width digits, a spreadsheet the unit.
    typed = unicodedata.normalize("NFKC", typed).strip().removesuffix("度").removesuffix("年")
    years = re.fullmatch(r"([0-9]{4})(?:-([0-9]{4}))?", typed)
    if not years or not FIRST_YEAR <= int(years[1]) <= int(years[2] or years[1]) <= LAST_YEAR:
        return None
    return typed


class ThemesShown:
    """The themes that some reports are shown under: as they are in the database, as they are to be, and saved."""

    def __init__(self, reports: Iterable[Report]) -> None:
        self.names = dict(Theme.objects.values_list("pk", "name"))
        self.ids = {name: pk for pk, name in self.names.items()}
        self.rows = {(row.report_id, row.theme_id): row for row in ReportTheme.objects.filter(report__in=reports)}
        self.strengths: defaultdict[int, dict[int, str]] = defaultdict(dict)
        for (report, theme), row in self.rows.items():
            self.strengths[report][theme] = row.strength

    def show(self, report: Report, claims: Iterable[Claim]) -> None:
        """Topic and touched are shown, plan and mention are not; of several claims about a theme the first counts."""
        strengths: dict[int, str] = {}
        for claim in claims:
            if claim.value in self.ids:
                strengths.setdefault(self.ids[claim.value], claim.detail)
        self.strengths[report.pk] = {
            theme: strength for theme, strength in strengths.items() if strength in ReportTheme.Strength.values
        }

    def in_words(self, report: Report) -> str:
        strengths = sorted(self.strengths[report.pk].items())
        return "、".join(
            f"{self.names[theme]}（{ReportTheme.Strength(strength).label}）" for theme, strength in strengths
        )

    def save(self) -> None:
        """Rows that are right already stay as they are."""
        wanted = {
            (report, theme): strength
            for report, strengths in self.strengths.items()
            for theme, strength in strengths.items()
        }
        ReportTheme.objects.filter(pk__in=[row.pk for key, row in self.rows.items() if key not in wanted]).delete()
        ReportTheme.objects.bulk_create(
            (
                ReportTheme(report_id=report, theme_id=theme, strength=strength)
                for (report, theme), strength in wanted.items()
                if (report, theme) not in self.rows or self.rows[report, theme].strength != strength
            ),
            update_conflicts=True,
            unique_fields=["report", "theme"],
            update_fields=["strength"],
        )

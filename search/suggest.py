"""Suggestions while typing: courts, themes and phrases, from a table that each process keeps in memory."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from django.conf import settings
from django.db.models import Count, Max
from pypinyin import lazy_pinyin, load_single_dict

from reports.models import Court, CourtName, Event, Report, Theme
from reports.models.places import FIRST_ADDED_COURT_ID

from .query import fold

MOST = 10
LONGEST = 60  # what is longer than this is no beginning of anything we know

Kind = Literal["court", "theme", "phrase"]

# In names of places 长 is nearly always cháng (长岭, 长子, 长治); the library's first reading is zhǎng.
load_single_dict({ord("长"): "cháng,zhǎng"})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`value` goes into the search box, `note` says what or where it is (吉林 松原), `url` is its own page."""

    kind: Kind
    value: str
    note: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table: what is suggested, and the folded spellings under which it is found."""

    suggestion: Suggestion
    spellings: tuple[str, ...]
    reports: int


def suggestions(typed: str) -> list[Suggestion]:
    """At most MOST suggestions for what has been typed: spellings that begin with it first, then those that hold it.

    Among equals those with more public reports, then the shorter ones. Nothing typed, nothing suggested.
    """
    wanted = fold(typed)
    if not wanted or len(wanted) > LONGEST:
        return []
    ranked = [
        (rank, -entry.reports, len(entry.suggestion.value), place, entry.suggestion)
        for place, entry in enumerate(table(version()))
        if (rank := rank_of(wanted, entry.spellings)) is not None
    ]
    return [suggestion for *_, suggestion in sorted(ranked, key=lambda row: row[:4])[:MOST]]


def rank_of(wanted: str, spellings: tuple[str, ...]) -> int | None:
    """0 where a spelling begins with `wanted`, 1 where one holds it, None where none does."""
    holding = [spelling for spelling in spellings if wanted in spelling]
    if not holding:
        return None
    return 0 if any(spelling.startswith(wanted) for spelling in holding) else 1


def version() -> tuple[int | None, ...]:
    """Changes with every event, every report that becomes public or stops being so, every name added or removed.

    A renaming without an event (from a shell) waits for the next of these. Five small queries.
    """
    return (
        *Court.objects.aggregate(Max("id"), Count("id")).values(),
        *CourtName.objects.aggregate(Max("id"), Count("id")).values(),
        *Theme.objects.aggregate(Max("id"), Count("id")).values(),
        *Report.objects.published().aggregate(Max("id"), Count("id")).values(),
        *Event.objects.aggregate(Max("id")).values(),
    )


@lru_cache(maxsize=1)
def table(version: tuple[int | None, ...]) -> tuple[Entry, ...]:
    """Everything that may be suggested, as the archive was at `version`."""
    return (*courts(), *themes(), *phrases())


def courts() -> list[Entry]:
    """Courts of the reference data, and added ones once a public report names them: a draft's court stays unnamed."""
    published = reports_per("court_id")
    names = defaultdict(list)
    for court_id, name in CourtName.objects.values_list("court_id", "name"):
        names[court_id].append(fold(name))
    return [
        Entry(
            Suggestion("court", court.name, place_of(court), court.get_absolute_url()),
            (fold(court.name), *names[court.pk], *pinyin(court.name)),
            published[court.pk],
        )
        for court in Court.objects.standing().select_related("region__parent__parent")
        if court.pk < FIRST_ADDED_COURT_ID or published[court.pk]
    ]


def reports_per(field: str) -> Counter[int]:
    """How many public reports each court or theme has."""
    return Counter(Report.objects.published().values_list(field, flat=True))


def place_of(court: Court) -> str:
    return " ".join(region.short_name for region in court.region.path[:2]) if court.region else ""


def themes() -> list[Entry]:
    published = reports_per("themes")
    return [
        Entry(
            Suggestion("theme", theme.name, "主题", theme.get_absolute_url()),
            (fold(theme.name), *pinyin(theme.name)),
            published[theme.pk],
        )
        for theme in Theme.objects.all()
    ]


def phrases() -> list[Entry]:
    """The dictionary's own terms, without those that are themes already."""
    lines = (settings.SEEDS_DIR / "words.txt").read_text(encoding="utf-8").splitlines()
    terms = {line.split()[0] for line in lines if line.strip()} - set(Theme.objects.values_list("name", flat=True))
    return [Entry(Suggestion("phrase", term, "词语"), (fold(term), *pinyin(term)), 0) for term in sorted(terms)]


@lru_cache(maxsize=8192)
def pinyin(name: str) -> tuple[str, str]:
    """The name spelt in full and by initials: 长岭 -> changling, cl."""
    syllables = lazy_pinyin(name)
    return fold("".join(syllables)), fold("".join(syllable[0] for syllable in syllables))

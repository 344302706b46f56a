"""Suggestions while typing: courts, themes and phrases, from a table that each process keeps in memory."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Literal

from django.conf import settings
from django.db.models import Count, Max
from django.urls import reverse

from reports.models import Court, CourtName, Event, Region, Report, Theme
from reports.words import syllables

from .jieba_analyzer import spellings
from .query import fold

MOST = 10
LONGEST = 60  # what is longer than this is no beginning of anything we know

# The first keystrokes in a new process come together; one of them builds the table, the others wait for it.
building = Lock()

Kind = Literal["court", "theme", "phrase"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`value` goes into the search box, `note` says what or where it is (吉林 松原), `id` is a court's."""

    kind: Kind
    value: str
    note: str
    id: int | None = None

    @property
    def url(self) -> str | None:
        """Its own page; phrases have none."""
        if self.kind == "court":
            return reverse("court_detail", args=[self.id])
        return reverse("theme_detail", args=[self.value]) if self.kind == "theme" else None

    def as_json(self) -> dict[str, str | None]:
        return {"kind": self.kind, "value": self.value, "note": self.note, "url": self.url}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table: what is suggested, its names in folded Chinese, and how many public reports it has."""

    suggestion: Suggestion
    names: tuple[str, ...]
    reports: int

    def rank(self, wanted: tuple[str, ...]) -> int | None:
        """0 where a name or its pinyin begins with one of `wanted`, 1 where one holds it, None where none does."""
        # Pinyin is spelt out only once somebody types Latin letters: for all names together it takes half a second.
        names = (*self.names, *pinyin(self.suggestion.value)) if wanted[0].isascii() else self.names
        holding = [name for name in names if any(form in name for form in wanted)]
        if not holding:
            return None
        return 0 if any(name.startswith(wanted) for name in holding) else 1


def suggestions(typed: str) -> list[Suggestion]:
    """At most MOST suggestions for what has been typed: names that begin with it first, then those that hold it.

    Among equals those with more public reports, then the shorter ones. Nothing typed, nothing suggested.
    """
    if not fold(typed) or len(fold(typed)) > LONGEST:
        return []
    wanted, entries = spellings(typed), known()
    ranked = [
        (rank, -entry.reports, len(entry.suggestion.value), place)
        for place, entry in enumerate(entries)
        if (rank := entry.rank(wanted)) is not None
    ]
    return [entries[place].suggestion for *_, place in sorted(ranked)[:MOST]]


def respelt(word: str, index: str) -> str:
    """The known theme, phrase or court that was probably meant by an unknown word; "" when there is none.

    Themes and phrases that sound the same (诉原治理), then names of four characters and more with one other character.
    `index`: its version. Names younger than it are not thought of, for it holds nothing that they would find.
    """
    wanted, spelling = fold(word), spelling_of(index)
    if wanted in spelling.names:
        return ""
    alike = spelling.by_sound.get(pinyin(word)[0], [])
    if not alike and len(wanted) >= 4:
        sharing = (rank for half in halves_of(wanted) for rank in spelling.by_half.get(half, ()))
        alike = [rank for rank in sharing if differ_by_one(wanted, spelling.entries[rank].names[0])]
    return spelling.entries[min(alike)].suggestion.value if alike else ""


Half = tuple[int, int, str]  # of a name: its length, where the half begins, and what it is


@dataclass(frozen=True, slots=True)
class Spelling:
    """The table as a misspelt word is looked up in it: all names, and the ranks of entries, those with most reports first."""

    entries: Sequence[Entry]
    names: frozenset[str]
    by_sound: Mapping[str, list[int]]  # without courts
    by_half: Mapping[Half, list[int]]  # two names that differ by one character share a half


@lru_cache(maxsize=1)
def spelling_of(index: str) -> Spelling:
    """As the archive is when this state of the index is asked first."""
    entries = sorted(known(), key=lambda entry: -entry.reports)
    by_sound, by_half = defaultdict(list), defaultdict(list)
    for rank, entry in enumerate(entries):
        if entry.suggestion.kind != "court":
            by_sound[pinyin(entry.suggestion.value)[0]].append(rank)
        for half in halves_of(entry.names[0]):
            by_half[half].append(rank)
    return Spelling(entries, frozenset(name for entry in entries for name in entry.names), by_sound, by_half)


def halves_of(name: str) -> tuple[Half, Half]:
    middle = len(name) // 2
    return (len(name), 0, name[:middle]), (len(name), middle, name[middle:])


def differ_by_one(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def known() -> tuple[Entry, ...]:
    """Everything that may be suggested, as the archive is now."""
    present = version()
    with building:
        return table(present)


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
    """Every court that readers may hear of."""
    published, places = reports_per("court_id"), short_paths()
    names = defaultdict(list)
    for court_id, name in CourtName.objects.values_list("court_id", "name"):
        names[court_id].append(fold(name))
    return [
        Entry(
            Suggestion("court", court.name, places.get(court.region_id, ""), court.pk),
            (fold(court.name), *names[court.pk]),
            published[court.pk],
        )
        for court in Court.objects.public()
    ]


def reports_per(field: str) -> Counter[int]:
    """How many public reports each court or theme has."""
    return Counter(Report.objects.published().values_list(field, flat=True))


def short_paths() -> dict[str | None, str]:
    """Region.short_path of every region by its code, from one light query: 3,214 rows, of which most are asked for."""
    rows = {
        code: (parent, name) for code, parent, name in Region.objects.values_list("code", "parent_id", "short_name")
    }

    def path(code: str) -> list[str]:
        parent, name = rows[code]
        return [*(path(parent) if parent else []), name]

    return {code: " ".join(path(code)[:2]) for code in rows}


def themes() -> list[Entry]:
    published = reports_per("themes")
    return [
        Entry(Suggestion("theme", theme.name, "主题"), (fold(theme.name),), published[theme.pk])
        for theme in Theme.objects.all()
    ]


def phrases() -> list[Entry]:
    """The dictionary's own terms, without those that are themes already."""
    lines = (settings.SEEDS_DIR / "words.txt").read_text(encoding="utf-8").splitlines()
    terms = {line.split()[0] for line in lines if line.strip()} - set(Theme.objects.values_list("name", flat=True))
    return [Entry(Suggestion("phrase", term, "词语"), (fold(term),), 0) for term in sorted(terms)]


@lru_cache(maxsize=8192)
def pinyin(name: str) -> tuple[str, str]:
    """The name spelt in full and by initials: 长岭 -> changling, cl."""
    place = name.removesuffix("人民法院")
    sounds = syllables(place) + (["ren", "min", "fa", "yuan"] if place != name else [])
    return fold("".join(sounds)), fold("".join(sound[0] for sound in sounds))

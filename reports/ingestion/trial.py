"""What other expressions of a theme would change, before anybody saves them."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from reports.models import Claim, Decision, Field, Origin, Report, ReportText, ReportTheme, Status, Theme

from .recognise.expressions import touched_by
from .recognise.parts import with_parts
from .recognise.plain import plain, searchable
from .recognise.themes import themes_of
from .shapes import Article, Found, Vocabulary
from .stored import articles_of
from .vocabulary import current_vocabulary

GROUP = 200  # reports compared between two words about how far it is
AROUND = 14  # characters shown on either side of the words that decide


@dataclass(frozen=True, slots=True)
class Effect:
    """One theme of one report that would be shown otherwise: topic, touched, or "" for not at all; `words` say why."""

    report: int
    theme: str
    before: str
    after: str
    words: str


def effects(theme: Theme, expressions: str) -> Iterator[tuple[int, list[Effect]]]:
    """How many reports have been compared, and what was found in the last group of them; drafts and public ones, the newest first.

    `expressions` must compile. What a person has decided does not change, so it is not told.
    """
    present = current_vocabulary()
    future = tried(present, theme, expressions)
    patterns = touched_by(theme.expressions, expressions)
    reports = Report.objects.filter(is_current=True).exclude(status=Status.WITHDRAWN).order_by("-pk")
    numbers = list(reports.values_list("pk", flat=True))
    for start in range(0, len(numbers), GROUP):
        group = numbers[start : start + GROUP]
        texts = ReportText.objects.filter(report__in=group, is_current=True).values_list("report_id", "text")
        touched = [report for report, text in texts if holds_one(searchable(text), patterns)]
        yield start + len(group), effects_on(touched, present, future)


def holds_one(text: str, patterns: Sequence[re.Pattern[str]]) -> bool:
    return any(pattern.search(text) for pattern in patterns)


def tried(vocabulary: Vocabulary, theme: Theme, expressions: str) -> Vocabulary:
    return replace(
        vocabulary,
        themes=tuple(
            replace(known, expressions=expressions) if known.name == theme.name else known
            for known in vocabulary.themes
        ),
    )


def effects_on(numbers: Sequence[int], present: Vocabulary, future: Vocabulary) -> list[Effect]:
    """A theme's new words may be parts of another theme's old ones: every theme of the reports is compared.

    What a report shows is not always what would be read in it today. Told is what the new expressions are the cause of.
    """
    reports = list(Report.objects.filter(pk__in=numbers).order_by("-pk"))
    shown: dict[int, dict[str, str]] = defaultdict(dict)
    for row in ReportTheme.objects.filter(report__in=numbers).select_related("theme"):
        shown[row.report_id][row.theme.name] = row.strength
    by_people = ~Q(decision=Decision.OPEN) | ~Q(origin=Origin.MACHINE)
    claims = Claim.objects.filter(by_people, report__in=numbers, field=Field.THEME)
    decided = set(claims.values_list("report_id", "value"))
    found = []
    for report, article in zip(reports, articles_of(reports), strict=True):
        after = themes_in(article, future)
        if {name: strength(claim) for name, claim in after.items() if strength(claim)} == shown[report.pk]:
            continue
        before = themes_in(article, present)
        for name in dict.fromkeys((*before, *after)):
            was, will = before.get(name), after.get(name)
            if strength(was) != strength(will) and (report.pk, name) not in decided:
                telling = will if strength(will) else was
                words = in_context(article, telling) if telling else ""
                found.append(Effect(report.pk, name, strength(was), strength(will), words))
    return found


def themes_in(article: Article, vocabulary: Vocabulary) -> dict[str, Found]:
    article = with_parts(article)
    return {claim.value or "": claim for claim in themes_of(plain(article), article, vocabulary)}


def strength(claim: Found | None) -> str:
    """As a report would show it: what is only planned or mentioned it does not."""
    return claim.detail if claim and claim.detail in ReportTheme.Strength.values else ""


def in_context(article: Article, claim: Found) -> str:
    """The weightiest words of the claim, with some of their line on either side."""
    if claim.start is None or claim.end is None:
        return claim.quote or ""
    line = next(line for line in reversed(article.lines) if line.start <= claim.start)
    start, end = max(line.start, claim.start - AROUND), min(line.end, claim.end + AROUND)
    return f"{'…' if start > line.start else ''}{article.text[start:end]}{'…' if end < line.end else ''}"

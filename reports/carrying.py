"""What a new version of a text takes over from the one before: its claims and its figures, each along with its words."""

from reports.models import Decision, Indicator, Report, ReportText
from reports.revision import Moved

Place = tuple[int, int]


def carry(report: Report, old: ReportText, new: ReportText, moved: Moved) -> None:
    """Inside the transaction that makes `new` the current version."""
    carry_claims(report, old, new, moved)
    carry_figures(old, new, moved)


def carry_claims(report: Report, old: ReportText, new: ReportText, moved: Moved) -> None:
    """A claim whose words are gone stays without a place."""
    for claim in report.claims.filter(text=old):
        span = moved.span(claim.start, claim.end) if claim.start is not None and claim.end is not None else None
        claim.text = new
        claim.start, claim.end = span or (None, None)
        claim.places = [list(place) for place in (moved.span(*place) for place in claim.places) if place]
        claim.save(update_fields=["text", "start", "end", "places"])


def carry_figures(old: ReportText, new: ReportText, moved: Moved) -> None:
    """A figure whose words are gone stays with the old version if a person has decided about it; else it is forgotten.

    Checks are about whole sentences, and are made anew by the next reading.
    """
    old.checks.all().delete()
    carried, gone = [], []
    for figure in old.indicators.all():
        words = same_words(figure, old, new, moved)
        if words is None:
            gone.append(figure.pk)
            continue
        figure.start, figure.end = sentence_around(words, figure, old, new, moved)
        figure.at, figure.until = words
        figure.text = new
        carried.append(figure)
    old.indicators.filter(pk__in=gone, decision=Decision.OPEN).delete()
    Indicator.objects.bulk_update(carried, ["text", "start", "end", "at", "until"])


def same_words(figure: Indicator, old: ReportText, new: ReportText, moved: Moved) -> Place | None:
    """Where the figure's own words stand now, between the same characters: 3件 is not found again in 13件."""
    words = moved.span(figure.at, figure.until)
    if words is None or beside(old.text, figure.at, figure.until) != beside(new.text, *words):
        return None
    return words


def beside(text: str, start: int, end: int) -> tuple[str, str]:
    return text[max(0, start - 1) : start], text[end : end + 1]


def sentence_around(words: Place, figure: Indicator, old: ReportText, new: ReportText, moved: Moved) -> Place:
    """The sentence as it is now: from what goes before it to its last character, within one line."""
    at, until = words
    begins_line = figure.start == 0 or old.text[figure.start - 1] == "\n"
    line_start = new.text.rfind("\n", 0, at) + 1
    start = line_start if begins_line else max(line_start, moved.position(figure.start - 1) + 1)
    end = min(moved.position(figure.end - 1) + 1, new.line_end(at))
    return min(start, at), max(end, until)

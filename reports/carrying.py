"""What new versions of texts take over from those before: claims and figures, each along with its words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.models import Claim, Decision, Field, Indicator, Report, ReportText
from reports.revision import Moved

Place = tuple[int, int]
Matter = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step makes of one report: the text `before` it, the one `after` it, and where other texts' characters are in that.

    Without `before` the report is made or brought back, without `after` it is put aside.
    """

    report: Report
    before: ReportText | None
    after: ReportText | None
    moved: Mapping[int, Moved]  # by the id of the text that the characters stood in

    def moved_from(self, text: int) -> Moved:
        return self.moved.get(text, Moved(()))


def carry(outcomes: Sequence[Outcome]) -> None:
    """Inside the transaction that writes the new versions: what was said of the texts before goes over to those after."""
    decided = {outcome.report: decided_in(outcome.report) for outcome in outcomes}
    for own in outcomes:
        if own.before:
            for claim in own.before.claims.all():
                carry_claim(claim, own, outcomes, decided)
            carry_figures(own, own.before, outcomes)


def carry_claim(claim: Claim, own: Outcome, outcomes: Sequence[Outcome], decided: Mapping[Report, set[Matter]]) -> None:
    """A claim stays with its report, or follows its words to another, once a person has decided about it.

    There a decision about the same matter stands: then it stays where it was made, without a place. So does one whose
    words are nowhere any more, and with all of them what was said of a report that is put aside.
    """
    home, span = own, span_of(claim, own)
    if span is None and claim.decision != Decision.OPEN:
        others = ((one, span_of(claim, one)) for one in outcomes if matter(claim) not in decided[one.report])
        home, span = next(((one, place) for one, place in others if place), (own, None))
    if home.after is None:
        return
    moved = home.moved_from(claim.text_id)
    claim.places = [list(place) for place in (moved.span(*place) for place in claim.places) if place]
    claim.report, claim.text = home.report, home.after
    claim.start, claim.end = span or (None, None)
    claim.save(update_fields=["report", "text", "start", "end", "places"])


def span_of(claim: Claim, outcome: Outcome) -> Place | None:
    """Where the claim's words stand in the outcome's text, if they do."""
    if claim.start is None or claim.end is None:
        return None
    return outcome.moved_from(claim.text_id).span(claim.start, claim.end)


def matter(claim: Claim) -> Matter:
    """What a decision is about: a field, or one theme."""
    return claim.field, claim.value if claim.field == Field.THEME else ""


def decided_in(report: Report) -> set[Matter]:
    return {matter(claim) for claim in report.claims.exclude(decision=Decision.OPEN)}


def carry_figures(own: Outcome, old: ReportText, outcomes: Sequence[Outcome]) -> None:
    """A figure whose words are gone stays with the old version if a person has decided about it; else it is forgotten.

    One that was decided about follows its words to another report, too. Checks are about whole sentences, and are made
    anew by the next reading.
    """
    old.checks.all().delete()
    carried, gone = [], []
    for figure in old.indicators.all():
        homes = [own] if figure.decision == Decision.OPEN else [own, *outcomes]
        if any(carry_figure(figure, old, home) for home in homes):
            carried.append(figure)
        else:
            gone.append(figure.pk)
    if own.after:
        old.indicators.filter(pk__in=gone, decision=Decision.OPEN).delete()
    Indicator.objects.bulk_update(carried, ["report", "text", "start", "end", "at", "until"])


def carry_figure(figure: Indicator, old: ReportText, home: Outcome) -> bool:
    """Put the figure, unsaved, where its words stand in the outcome's text; False where they do not."""
    moved = home.moved_from(old.pk)
    words = same_words(figure, old, home.after, moved) if home.after else None
    if words is None or home.after is None:
        return False
    figure.start, figure.end = sentence_around(words, figure, old, home.after, moved)
    figure.at, figure.until = words
    figure.report, figure.text = home.report, home.after
    return True


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

"""What careful reading says of a report's figures, and how a reading compares with it.

A figure is right when value and unit agree and the sentences overlap. What was read as a target, a plan, an earlier level
or another body's counts neither way. Precision is measured only where every figure of a text has been written down.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reports.ingestion.shapes import Draft, Figure
from reports.models.facts import SURE_ENOUGH

NEUTRAL = ("target", "plan", "previous", "other")
SCALES = {"万": 10**4, "亿": 10**8}
VERDICTS = {True: "holds", False: "fails", "rounding": "rounding"}


@dataclass(frozen=True)
class Wanted:
    """One figure as a careful reader wrote it down: `label` in their words, `value` multiplied out."""

    label: str
    value: Decimal
    unit: str
    sentence: str

    @property
    def head(self) -> str:
        """The noun at the end of the label, by its last two characters."""
        return self.label[-2:]


@dataclass(frozen=True)
class Told:
    """All that was written down of one report: `relations` are (stated, verdict), `standards` are no results.

    `parts`: those of its chapters, and of closing paragraphs that belong to another; None where nobody wrote them down.
    """

    figures: tuple[Wanted, ...] = ()
    relations: tuple[tuple[Decimal, str], ...] = ()
    standards: frozenset[tuple[Decimal, str]] = frozenset()
    parts: tuple[str, ...] | None = None
    is_complete: bool = False


@dataclass
class Counts:
    """What was found of what was wanted, over many reports."""

    right: int = 0
    missed: int = 0
    extra: int = 0
    complete: int = 0  # right ones in texts of which everything was written down
    labels: int = 0
    relations: int = 0
    found: int = 0
    verdicts: int = 0
    standards: int = 0
    parts: int = 0
    parts_right: int = 0
    data: int = 0  # read so surely that they count without a person's word
    data_right: int = 0

    def row(self) -> dict[str, float | int]:
        return {
            "precision": share(self.complete, self.complete + self.extra),
            "recall": share(self.right, self.right + self.missed),
            "labels": share(self.labels, self.right),
            "relations found": share(self.found, self.relations),
            "verdicts right": share(self.verdicts, self.found),
            "standards taken for results": self.standards,
            "reports in the right parts": share(self.parts_right, self.parts),
            "precision of data": share(self.data_right, self.data),
        }


def share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 1.0


def told_in_sample(row: dict[str, Any]) -> Told:
    """From tests/expected/sample_figures.json, which holds every figure of the samples."""
    return Told(
        tuple(
            Wanted(label, Decimal(value), unit, squeezed(said["sentence"]))
            for said in row["sentences"]
            for label, value, unit, _ in said["figures"]
        ),
        tuple((Decimal(stated), verdict) for stated, verdict in row["relations"]),
        frozenset((Decimal(value), unit) for value, unit in row["standards"]),
        tuple(row["parts"]),
        is_complete=True,
    )


def told_in_gold(row: dict[str, Any], court: str | None = None) -> Told:
    """From a row of a gold file, of one court where it speaks of several.

    `standards`, `parts` and `complete` (every figure was written down) are told of some texts only.
    """
    figures = [figure for figure in row["figures"] if court is None or figure["court"] == court]
    return Told(
        tuple(wanted(figure) for figure in figures),
        tuple(
            (multiplied(relation["claimed"])[0], VERDICTS[relation["holds"]])
            for relation in row["relations"]
            if relation["holds"] is not None
        ),
        frozenset(multiplied("".join(standard)) for standard in row.get("standards", [])),
        tuple(row["parts"]) if "parts" in row else None,
        is_complete=row.get("complete", row["id"].startswith("seed")),
    )


def wanted(figure: dict[str, str]) -> Wanted:
    value, unit = multiplied(figure["value"] + figure["unit"])
    return Wanted(figure["indicator"], value, unit, squeezed(figure["sentence"]))


def multiplied(printed: str) -> tuple[Decimal, str]:
    """25.4万件 -> 254000, 件."""
    ((number, scale, unit),) = re.findall(r"([\d.]+)([万亿]?)(.*)", printed)
    return Decimal(number) * SCALES.get(scale, 1), unit


def squeezed(words: str) -> str:
    return re.sub(r"\s", "", words)


def compare_figures(draft: Draft, told: Told, counts: Counts) -> list[str]:
    """Count one report; returns what differs, in words."""
    open_ = list(draft.figures)
    faults = []
    for figure in told.figures:
        match = best(figure, open_, draft.article.text)
        if match is None:
            counts.missed += 1
            faults.append(f"figure lacking: {figure.label} {figure.value:f}{figure.unit}")
            continue
        open_.remove(match)
        counts.right += 1
        counts.complete += told.is_complete
        counts.data_right += told.is_complete and match.sure >= SURE_ENOUGH
        counts.labels += figure.head in match.label
        if figure.head not in match.label:
            faults.append(f"label: {match.label} for {figure.label}")
    results = [figure for figure in open_ if figure.scope not in NEUTRAL]
    taken = [figure for figure in results if (figure.value, figure.unit) in told.standards]
    counts.standards += len(taken)
    if told.is_complete:
        counts.extra += len(results)
        counts.data += sum(figure.sure >= SURE_ENOUGH for figure in draft.figures)
        faults += [f"figure too many: {figure.label} {figure.value:f}{figure.unit}" for figure in results]
    return [*faults, *compare_checks(draft, told, counts), *compare_parts(draft, told, counts)]


def best(wanted: Wanted, figures: list[Figure], text: str) -> Figure | None:
    """One with the same value, unit and sentence; of several the one whose label agrees."""
    same = [
        figure
        for figure in figures
        if (figure.value, figure.unit) == (wanted.value, wanted.unit)
        and overlap(squeezed(text[figure.start : figure.end]), wanted.sentence)
    ]
    return max(same, key=lambda figure: wanted.head in figure.label, default=None)


def overlap(one: str, other: str) -> bool:
    """Whether a clause of the one stands in the other: sentences are cut here and there in different places."""
    return any(clause in other for clause in re.split("[，,；;。]", one) if re.search(r"[\d百四第]", clause))


def compare_checks(draft: Draft, told: Told, counts: Counts) -> Iterator[str]:
    open_ = list(draft.checks)
    for stated, verdict in told.relations:
        counts.relations += 1
        same = [check for check in open_ if check.stated in (stated, stated * SCALES["万"])]
        if not same:
            yield f"relation lacking: {stated} {verdict}"
            continue
        open_.remove(same[0])
        counts.found += 1
        counts.verdicts += same[0].verdict == verdict
        if same[0].verdict != verdict:
            yield f"relation {stated} {same[0].verdict} for {verdict}"


def compare_parts(draft: Draft, told: Told, counts: Counts) -> Iterator[str]:
    if told.parts is None:
        return
    parts = tuple(section.part for section in draft.article.sections if section.level == 1 or section.kind == "para")
    counts.parts += 1
    counts.parts_right += parts == told.parts
    if parts != told.parts:
        yield f"parts {' '.join(map(str, parts))} for {' '.join(told.parts)}"

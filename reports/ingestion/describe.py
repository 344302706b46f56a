"""A Reading as plain data for `manage.py recognise`: what the pipeline reads, before anything is saved."""

from collections.abc import Iterable
from typing import Any

from .shapes import Check, Draft, FieldName, Figure, Found, Reading, Vocabulary


def described(file: str, reading: Reading, vocabulary: Vocabulary) -> dict[str, Any]:
    """JSON-ready. Offsets count code points in the article's `text`; what is unknown is null."""
    regions = {court.name: court.region for court in vocabulary.courts}
    return {
        "file": file,
        "articles": [described_draft(draft, regions, reading.notices) for draft in reading.drafts],
    }


def described_draft(draft: Draft, regions: dict[str, str | None], notices: tuple[str, ...]) -> dict[str, Any]:
    court = best(draft.found, "court")
    kind = best(draft.found, "type")
    return {
        "title": draft.article.title,
        "text": draft.article.text,
        "court": {
            "name": court.value if court else None,
            "sure": court.sure if court else 0.0,
            "quote": court.quote if court else None,
            "basis": court.basis if court else "inferred",
            "alternatives": [
                {"name": other.value, "sure": other.sure}
                for other in draft.found
                if other.field == "court" and other is not court and other.value is not None
            ],
        },
        "region": regions.get(court.value) if court and court.value else None,
        "year": described_year(best(draft.found, "year")),
        "type": {"value": kind.value if kind else None, "sure": kind.sure if kind else 0.0},
        "themes": [
            {
                "name": theme.value,
                "strength": theme.detail,
                "quotes": [{"start": start, "end": end} for start, end in theme.places],
            }
            for theme in draft.found
            if theme.field == "theme"
        ],
        "sections": [
            {
                "level": section.level,
                "kind": section.kind,
                "heading": section.heading,
                "start": section.start,
                "end": section.end,
                "part": section.part,
            }
            for section in draft.article.sections
        ],
        "figures": [described_figure(figure, draft.article.text) for figure in draft.figures],
        "checks": [described_check(check) for check in draft.checks],
        "notices": [*notices, *draft.article.notices],
    }


def described_year(year: Found | None) -> dict[str, Any]:
    """`value` for one year, `from` and `to` for a span such as 2017-2021."""
    first, _, last = (year.value or "").partition("-") if year else ("", "", "")
    return {
        "value": int(first) if first and not last else None,
        "from": int(first) if last else None,
        "to": int(last) if last else None,
        "sure": year.sure if year else 0.0,
        "quote": year.quote if year else None,
        "basis": year.basis if year else "inferred",
    }


def described_figure(figure: Figure, text: str) -> dict[str, Any]:
    """`value` and what else is a Decimal as a string: 83.20 keeps its 0. `qualifier`: of a change its word, exactness."""
    return {
        "indicator": figure.indicator,
        "label": figure.label,
        "value": f"{figure.value:f}",
        "unit": figure.unit,
        "qualifier": figure.change + figure.exactness,
        "sentence": text[figure.start : figure.end],
        "start": figure.start,
        "end": figure.end,
        "sure": figure.sure,
        "scope": figure.scope,
    }


def described_check(check: Check) -> dict[str, Any]:
    return {
        "kind": check.kind,
        "verdict": check.verdict,
        "stated": f"{check.stated:f}",
        "computed": f"{check.computed:f}" if check.computed is not None else None,
        "figures": list(check.figures),
        "start": check.start,
        "end": check.end,
    }


def best(found: Iterable[Found], field: FieldName) -> Found | None:
    """The surest claim about a field that is more than a suggestion."""
    claims = [claim for claim in found if claim.field == field and not claim.suggestion]
    return max(claims, key=lambda claim: claim.sure, default=None)

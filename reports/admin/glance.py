"""A report at a glance: what it shows at present, and how sure the claims behind it are."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from reports.models import Claim, Decision, Field, Report

# From here on the recognisers would bet on it; below, a person should look.
CERTAIN = 0.9


@dataclass(frozen=True, slots=True)
class Fact:
    """One field in words. `percent` is None where a person has decided, or where nothing is known to be sure of."""

    label: str
    words: str
    percent: int | None
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Glance:
    report: Report
    facts: tuple[Fact, ...]


def glances(reports: Iterable[Report]) -> list[Glance]:
    """In order. Two queries, however many reports, when they come `with_places`."""
    reports = list(reports)
    prefetch_related_objects(reports, "claims")
    return [glance(report) for report in reports]


def glance(report: Report) -> Glance:
    heaviest = heaviest_claims(report.claims.all())
    year = f"{report.year_id}年度{'（推断）' if report.year_inferred else ''}" if report.year_id else "年度不明"
    words = {
        Field.COURT: str(report.court or "法院不明"),
        Field.YEAR: year,
        Field.TYPE: report.type,
        Field.TITLE: report.title or "原文无题",
    }
    return Glance(report, tuple(fact(field, said, heaviest.get(field)) for field, said in words.items()))


def heaviest_claims(claims: Iterable[Claim]) -> dict[str, Claim]:
    """For each field the claim that decides what is shown."""
    heaviest: dict[str, Claim] = {}
    for claim in claims:
        if not claim.suggestion and claim.decision != Decision.REJECTED:
            rival = heaviest.get(claim.field)
            if rival is None or claim.weight > rival.weight:
                heaviest[claim.field] = claim
    return heaviest


def fact(field: Field, words: str, claim: Claim | None) -> Fact:
    if claim is None or not claim.value:
        return Fact(str(field.label), words, None, doubtful=True)
    if claim.decision == Decision.ACCEPTED:
        return Fact(str(field.label), words, None, doubtful=False)
    return Fact(str(field.label), words, round(claim.sure * 100), doubtful=claim.sure < CERTAIN)

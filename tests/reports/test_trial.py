"""What other expressions would change is what changes when they are saved and the reports are read again."""

import pytest

from reports import publishing
from reports.ingestion.pipeline import draft_of
from reports.ingestion.recognise.expressions import alternatives
from reports.ingestion.renew import save_again
from reports.ingestion.stored import article_of
from reports.ingestion.trial import effects
from reports.ingestion.vocabulary import current_vocabulary
from reports.models import Claim, Field, Report, ReportTheme, Theme
from reports.roles import ADMINISTRATOR
from tests.reports.staff import an_account

pytestmark = pytest.mark.django_db

Shown = dict[tuple[int, str], str]


def shown() -> Shown:
    return {(row.report_id, row.theme.name): row.strength for row in ReportTheme.objects.select_related("theme")}


def told(theme: Theme, expressions: str) -> dict[tuple[int, str], tuple[str, str]]:
    return {
        (one.report, one.theme): (one.before, one.after) for _, found in effects(theme, expressions) for one in found
    }


def read_again() -> None:
    for report in Report.objects.all():
        save_again(report, draft_of(article_of(report), current_vocabulary()))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("司法建议", lambda old: f"{old}|白皮书"),
        ("司法建议", lambda old: "绝不会出现的说法"),
        ("府院联动", lambda old: old.replace("府院联动|", "")),
        ("诉源治理", lambda old: f"{old}|行政争议实质性化解|府院联动机制"),
        ("智慧法院", lambda old: "|".join(reversed(alternatives(old)))),
    ],
)
def test_what_is_told_is_what_happens(name, change):
    theme = Theme.objects.get(name=name)
    before = shown()

    expected = told(theme, change(theme.expressions))

    Theme.objects.filter(pk=theme.pk).update(expressions=change(theme.expressions))
    read_again()
    after = shown()
    happened = {
        place: (before.get(place, ""), after.get(place, ""))
        for place in before.keys() | after.keys()
        if before.get(place) != after.get(place)
    }
    assert expected == happened


def test_taking_a_themes_expressions_away_takes_it_from_every_report():
    theme = Theme.objects.get(name="府院联动")
    reports = set(theme.reports.values_list("pk", flat=True))

    gone = told(theme, "绝不会出现的说法")

    assert {report for (report, name), (_, after) in gone.items() if name == "府院联动" and not after} == reports
    assert len(reports) > 1


def test_what_a_person_has_decided_is_not_told():
    theme = Theme.objects.get(name="府院联动")
    claim = Claim.objects.filter(field=Field.THEME, value="府院联动", detail="topic").first()
    publishing.decide(claim, an_account(ADMINISTRATOR), accept=True)

    reports = {report for report, name in told(theme, "绝不会出现的说法") if name == "府院联动"}

    assert reports == set(theme.reports.values_list("pk", flat=True)) - {claim.report_id}


def test_every_effect_shows_the_words_that_decide_it():
    theme = Theme.objects.get(name="智慧法院")

    found = [one for _, group in effects(theme, f"{theme.expressions}|调解") for one in group]

    assert [one.report for one in found] == [10, 9, 7, 6, 4]
    assert all("调解" in one.words for one in found)


def test_it_says_how_many_reports_it_has_compared():
    theme = Theme.objects.get(name="智慧法院")

    assert [compared for compared, _ in effects(theme, "白皮书")] == [10]

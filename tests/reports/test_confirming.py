"""confirming: a report is right as it stands, or one's last word was not; what was taken back asks again."""

import pytest
from django.contrib.auth.models import User

from reports import publishing
from reports.confirming import CONFIRMED, confirm, take_back
from reports.models import Court, Decision, Event, Field, Report
from reports.publishing import NotAllowed

from .staff import a_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Report:
    return a_draft()


@pytest.fixture
def editor() -> User:
    return User.objects.create_user("editor")


def decided(report: Report) -> dict[tuple[str, str], str]:
    return {
        (claim.field, claim.value): claim.decision
        for claim in report.claims.exclude(field=Field.THEME).exclude(suggestion=True)
    }


def court_id(name: str) -> str:
    return str(Court.objects.get(name=name).pk)


def test_what_is_confirmed_is_accepted_in_one_event_and_changes_nothing_shown(draft, editor):
    confirm(draft, editor)

    assert decided(draft) == {
        ("court", court_id("松原市中级人民法院")): Decision.ACCEPTED,
        ("year", "2023"): Decision.ACCEPTED,
        ("type", "工作总结"): Decision.ACCEPTED,
        ("title", "2023年工作总结"): Decision.ACCEPTED,
    }
    draft.refresh_from_db()
    assert draft.reviewed_at is not None
    event = Event.objects.filter(report=draft).first()
    assert (event.verb, event.actor, event.detail) == (CONFIRMED, editor, {})


def test_confirming_twice_is_remembered_once(draft, editor):
    confirm(draft, editor)
    confirm(draft, editor)

    assert draft.events.filter(verb=CONFIRMED).count() == 1


@pytest.mark.parametrize(("field", "unknown"), [(Field.COURT, "法院"), (Field.YEAR, "年度")])
def test_what_nobody_knows_cannot_be_confirmed(draft, editor, field, unknown):
    publishing.correct(draft, field, "", editor)

    with pytest.raises(NotAllowed, match=f"{unknown}不明"):
        confirm(draft, editor)


def test_a_correction_that_is_taken_back_leaves_everything_as_it_was(draft, editor):
    before = decided(draft)
    publishing.correct(draft, Field.COURT, court_id("乾安县人民法院"), editor)

    take_back(draft, editor)

    draft.refresh_from_db()
    assert str(draft.court) == "松原市中级人民法院"
    assert decided(draft) == before | {("court", court_id("乾安县人民法院")): Decision.REJECTED}
    assert draft.reviewed_at is None
    event = draft.events.first()
    assert (event.verb, event.detail) == ("撤销", {"法院": ["乾安县人民法院", "松原市中级人民法院"]})


def test_a_second_correction_that_is_taken_back_leads_back_to_the_first(draft, editor):
    publishing.correct(draft, Field.YEAR, "2022", editor)
    publishing.correct(draft, Field.YEAR, "2021", editor)

    take_back(draft, editor)

    draft.refresh_from_db()
    assert draft.year_id == 2022
    assert draft.reviewed_at is not None


def test_a_confirmation_that_is_taken_back_asks_again(draft, editor):
    before = decided(draft)
    confirm(draft, editor)

    take_back(draft, editor)

    draft.refresh_from_db()
    assert (decided(draft), draft.reviewed_at) == (before, None)


def test_only_ones_own_last_word_and_only_once_is_taken_back(draft, editor):
    other = User.objects.create_user("other")
    publishing.correct(draft, Field.YEAR, "2022", editor)

    with pytest.raises(NotAllowed, match="不是您的更正"):
        take_back(draft, other)
    take_back(draft, editor)
    with pytest.raises(NotAllowed, match="不是您的更正"):
        take_back(draft, editor)
    publishing.publish(draft, editor, confirmed=True)
    with pytest.raises(NotAllowed, match="不是您的更正"):
        take_back(draft, editor)

    draft.refresh_from_db()
    assert draft.year_id == 2023

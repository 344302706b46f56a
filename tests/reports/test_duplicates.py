"""duplicates: what a person decides about two reports that may be one, and that all of it can be taken back."""

import pytest
from django.contrib.auth.models import User

from reports import duplicates, publishing
from reports.models import Event, Report, Status, Suspicion, Verdict
from reports.publishing import NotAllowed
from tests.factories import make_report

from .staff import TEXT, a_draft, an_account, unlike_drafts

pytestmark = pytest.mark.django_db

EDITED = TEXT.replace("3份", "13份")


@pytest.fixture
def person() -> User:
    return an_account("审核发布")


@pytest.fixture
def standing() -> Report:
    """Public, and what the draft is suspected to be."""
    report = a_draft()
    publishing.publish(report, None, confirmed=True)
    return report


@pytest.fixture
def draft(standing) -> Report:
    return a_draft(text=EDITED)


@pytest.fixture
def suspicion(draft, standing) -> Suspicion:
    return Suspicion.objects.get(report=draft, other=standing)


def now(report: Report) -> tuple[str, bool]:
    report = Report.objects.get(pk=report.pk)
    return report.status, report.is_current


def verbs(report: Report) -> list[str]:
    """The newest first."""
    return list(report.events.values_list("verb", flat=True))


DRAFT, PUBLIC, GONE = ("draft", True), ("published", True), ("draft", False)


# ---- before anybody has decided


def test_a_suspected_report_is_not_published(draft, suspicion, person):
    with pytest.raises(NotAllowed, match="《2023年工作总结》与《2023年工作总结》文字几乎相同。请先在审核页上比对"):
        publishing.publish(draft, person, confirmed=True)

    assert now(draft) == DRAFT


def test_many_reports_are_not_published_while_one_of_them_is_suspected(draft, suspicion, person):
    other, *_ = unlike_drafts(1)

    with pytest.raises(NotAllowed, match="请先在审核页上比对"):
        publishing.publish_many([other, draft], person, confirmed=True)

    assert (now(other), now(draft)) == (DRAFT, DRAFT)


def test_what_was_never_noted_is_found_when_the_report_is_to_be_published(draft, suspicion, person):
    suspicion.delete()

    with pytest.raises(NotAllowed, match="请先在审核页上比对"):
        publishing.publish(draft, person, confirmed=True)

    assert draft.suspicions.open().count() == 1


# ---- 两篇都留


def test_both_stay_and_the_pair_is_not_asked_about_again(draft, standing, suspicion, person):
    duplicates.decide(suspicion, Verdict.BOTH, person)
    publishing.publish(draft, person, confirmed=True)

    assert (now(draft), now(standing)) == (PUBLIC, PUBLIC)
    suspicion.refresh_from_db()
    assert (suspicion.verdict, suspicion.decided_by) == ("both", person)
    assert verbs(draft) == ["公开", "查重：两篇都留"]
    assert verbs(standing) == ["查重：两篇都留", "公开"]
    assert Event.objects.filter(report=draft).last().detail == {"另一篇": f"2023年工作总结（编号 {standing.pk}）"}


def test_that_both_stay_can_be_taken_back(draft, suspicion, person):
    duplicates.decide(suspicion, Verdict.BOTH, person)

    duplicates.take_back(suspicion, person)

    assert [row.pk for row in draft.suspicions.open()] == [suspicion.pk]
    assert verbs(draft)[0] == "撤销查重：两篇都留"


# ---- 舍弃


def test_a_discarded_draft_is_listed_no_more_and_its_original_stays(draft, standing, suspicion, person):
    duplicates.decide(suspicion, Verdict.DISCARD, person)

    assert (now(draft), now(standing)) == (GONE, PUBLIC)
    assert draft not in Report.objects.waiting_for_review()
    assert draft.source.file.storage.exists(draft.source.file.name)
    with pytest.raises(NotAllowed, match="被替换的旧稿"):
        publishing.publish(draft, person, confirmed=True)


def test_a_discarded_draft_comes_back_with_its_suspicion(draft, suspicion, person):
    duplicates.decide(suspicion, Verdict.DISCARD, person)

    duplicates.take_back(suspicion, person)

    assert now(draft) == DRAFT
    assert [row.verdict for row in draft.suspicions.open()] == [""]


def test_a_discarded_draft_does_not_come_back_beside_a_newer_reading_of_its_article(draft, suspicion, person):
    duplicates.decide(suspicion, Verdict.DISCARD, person)
    make_report(source=draft.source, article_number=draft.article_number, status=Status.DRAFT)

    with pytest.raises(NotAllowed, match="已有现行的一稿"):
        duplicates.take_back(suspicion, person)

    assert now(draft) == GONE


@pytest.mark.parametrize("verdict", [Verdict.DISCARD, Verdict.NEW_VERSION])
@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.WITHDRAWN])
def test_what_has_a_public_address_is_not_dropped(draft, suspicion, person, verdict, status):
    Report.objects.filter(pk=draft.pk).update(
        status=status, published_at=draft.created_at, withdrawn_reason="有误" if status == Status.WITHDRAWN else ""
    )

    with pytest.raises(NotAllowed, match="这一篇公开过，它的地址要留着"):
        duplicates.decide(suspicion, verdict, person)

    suspicion.refresh_from_db()
    assert (now(draft), suspicion.verdict) == ((status, True), "")


# ---- 替换


def test_the_replaced_report_stays_public_until_the_new_one_is(draft, standing, suspicion, person):
    duplicates.decide(suspicion, Verdict.REPLACES, person)
    assert (now(draft), now(standing)) == (DRAFT, PUBLIC)

    publishing.publish(draft, person, confirmed=True)

    assert (now(draft), now(standing)) == (PUBLIC, ("withdrawn", True))
    standing.refresh_from_db()
    assert (standing.withdrawn_reason, standing.replaced_by) == ("已由《2023年工作总结》替换", draft)
    assert verbs(standing)[0] == "被替换"


def test_the_address_of_a_replaced_report_leads_to_the_new_one(draft, standing, suspicion, person, client):
    duplicates.decide(suspicion, Verdict.REPLACES, person)
    publishing.publish(draft, person, confirmed=True)

    answer = client.get(f"/reports/{standing.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/reports/{draft.pk}/")
    for part in ("v1/", "text/", "original/"):
        answer = client.get(f"/reports/{standing.pk}/{part}")
        assert answer.status_code == 410
        assert f'请看替换它的一篇：<a href="/reports/{draft.pk}/">' in answer.content.decode()


def test_the_address_of_a_replaced_report_names_no_report_that_is_not_public(
    draft, standing, suspicion, person, client
):
    duplicates.decide(suspicion, Verdict.REPLACES, person)
    publishing.publish(draft, person, confirmed=True)
    publishing.withdraw(draft, person, "有误")

    answer = client.get(f"/reports/{standing.pk}/")

    assert answer.status_code == 410
    assert f"/reports/{draft.pk}/" not in answer.content.decode()


def test_an_address_leads_to_the_newest_of_several_replacements(draft, standing, suspicion, person, client):
    duplicates.decide(suspicion, Verdict.REPLACES, person)
    publishing.publish(draft, person, confirmed=True)
    newest = a_draft(text=TEXT.replace("3份", "23份"))
    duplicates.decide(Suspicion.objects.get(report=newest, other=draft), Verdict.REPLACES, person)
    publishing.publish(newest, person, confirmed=True)

    answer = client.get(f"/reports/{standing.pk}/")

    assert (answer.status_code, answer["Location"]) == (302, f"/reports/{newest.pk}/")


def test_a_replaced_draft_is_listed_no_more(person):
    earlier, later = a_draft(), a_draft()
    duplicates.decide(later.suspicions.get(), Verdict.REPLACES, person)
    assert now(earlier) == DRAFT

    publishing.publish(later, person, confirmed=True)

    assert (now(later), now(earlier)) == (PUBLIC, GONE)


def test_a_replacement_is_taken_back_before_it_is_public(draft, standing, suspicion, person):
    duplicates.decide(suspicion, Verdict.REPLACES, person)

    duplicates.take_back(suspicion, person)

    assert (now(draft), now(standing)) == (DRAFT, PUBLIC)
    with pytest.raises(NotAllowed, match="请先在审核页上比对"):
        publishing.publish(draft, person, confirmed=True)


def test_a_replacement_is_taken_back_after_the_new_report_was_withdrawn(draft, standing, suspicion, person):
    duplicates.decide(suspicion, Verdict.REPLACES, person)
    publishing.publish(draft, person, confirmed=True)
    with pytest.raises(NotAllowed, match="请先撤回那一篇"):
        duplicates.take_back(suspicion, person)
    publishing.withdraw(draft, person, "有误")

    duplicates.take_back(suspicion, person)

    assert (now(draft), now(standing)) == (("withdrawn", True), PUBLIC)
    standing.refresh_from_db()
    assert (standing.withdrawn_reason, standing.replaced_by) == ("", None)


def test_what_was_withdrawn_for_a_reason_keeps_it(draft, standing, suspicion, person):
    duplicates.decide(suspicion, Verdict.REPLACES, person)
    publishing.withdraw(standing, person, "含个人信息")

    publishing.publish(draft, person, confirmed=True)

    standing.refresh_from_db()
    assert (standing.withdrawn_reason, standing.replaced_by) == ("含个人信息", None)


# ---- 作为新版本


def test_the_text_becomes_the_next_version_under_the_old_address(draft, standing, suspicion, person, client):
    first, second = standing.source, draft.source

    duplicates.decide(suspicion, Verdict.NEW_VERSION, person)

    assert (now(draft), now(standing)) == (GONE, PUBLIC)
    standing.refresh_from_db()
    assert (standing.text.number, standing.text.text) == (2, EDITED)
    assert standing.source == second
    assert [text.source for text in standing.texts.all()] == [first, None]
    assert client.get(f"/reports/{standing.pk}/text/").content.decode() == EDITED
    assert "向政府发出司法建议3份。" in client.get(f"/reports/{standing.pk}/v1/").content.decode()
    assert client.get(f"/reports/{standing.pk}/original/").getvalue() == second.file.read()


def test_what_a_person_had_decided_about_the_report_stays(draft, standing, suspicion, person):
    claim = standing.claims.get(field="court", suggestion=False)
    publishing.decide(claim, person, accept=True)

    duplicates.decide(suspicion, Verdict.NEW_VERSION, person)

    claim.refresh_from_db()
    assert (claim.decision, claim.text.number, claim.start, claim.end) == ("accepted", 2, 0, 9)


def test_a_new_version_is_taken_back_as_a_further_version(draft, standing, suspicion, person):
    first, second = standing.source, draft.source
    duplicates.decide(suspicion, Verdict.NEW_VERSION, person)

    duplicates.take_back(suspicion, person)

    assert (now(draft), now(standing)) == (DRAFT, PUBLIC)
    standing.refresh_from_db()
    draft.refresh_from_db()
    assert [text.text for text in standing.texts.all()] == [TEXT, EDITED, TEXT]
    assert [text.source or standing.source for text in standing.texts.all()] == [first, second, first]
    assert (standing.source, draft.source) == (first, second)
    assert [row.other for row in draft.suspicions.open()] == [standing]


def test_every_figure_of_the_earlier_text_comes_back_with_it(person):
    standing = Report.objects.get(court__name="五大连池市人民法院")
    before = figures_in(standing)
    draft = a_draft(text=standing.text.text.replace("调解成功率89.96%", "成功率又有提高"))
    duplicates.decide(draft.suspicions.get(other=standing), Verdict.NEW_VERSION, person)
    assert "89.96%" in before - figures_in(standing)

    duplicates.take_back(draft.suspicions.get(other=standing), person)

    assert figures_in(standing) == before


def figures_in(report: Report) -> set[str]:
    return {figure.amount for figure in report.indicators.standing()}


def test_a_new_version_is_not_taken_back_over_a_later_correction(draft, standing, suspicion, person):
    duplicates.decide(suspicion, Verdict.NEW_VERSION, person)
    publishing.correct_text(standing, EDITED + "又及。", person, "漏字", number=2)

    with pytest.raises(NotAllowed, match="之后又有改动"):
        duplicates.take_back(suspicion, person)

    assert standing.texts.count() == 3


def test_the_very_same_text_is_no_new_version(standing, person):
    same = a_draft()

    with pytest.raises(NotAllowed, match="一字不差"):
        duplicates.decide(same.suspicions.get(), Verdict.NEW_VERSION, person)

    assert now(same) == DRAFT


# ---- what readers may have of originals


def beside(report: Report) -> Report:
    """A public report of the same original."""
    return make_report(source=report.source, article_number=2, title="同版的另一篇")


def is_had(client, report: Report) -> bool:
    return client.get(f"/reports/{report.pk}/original/").status_code == 200


def test_the_original_of_an_earlier_text_is_had_only_while_the_report_is_public(
    draft, standing, suspicion, person, client
):
    other = beside(standing)
    duplicates.decide(suspicion, Verdict.NEW_VERSION, person)
    assert is_had(client, other)

    publishing.withdraw(standing, person, "含个人信息")

    assert not is_had(client, other)


def test_the_original_of_a_discarded_report_is_had_only_while_the_one_it_repeats_is_public(
    draft, standing, suspicion, person, client
):
    other = beside(draft)
    assert not is_had(client, other)
    duplicates.decide(suspicion, Verdict.DISCARD, person)
    assert is_had(client, other)

    publishing.withdraw(standing, person, "含个人信息")

    assert not is_had(client, other)


def test_the_original_of_a_replaced_draft_is_had_only_while_the_one_in_its_place_is_public(person, client):
    earlier, later = a_draft(), a_draft()
    other = beside(earlier)
    duplicates.decide(later.suspicions.get(), Verdict.REPLACES, person)
    publishing.publish(later, person, confirmed=True)
    assert is_had(client, other)

    publishing.withdraw(later, person, "含个人信息")

    assert not is_had(client, other)


# ---- once


def test_what_is_decided_is_not_decided_again_without_taking_it_back(suspicion, person):
    duplicates.decide(suspicion, Verdict.BOTH, person)

    with pytest.raises(NotAllowed, match="已经决定“两篇都留”"):
        duplicates.decide(suspicion, Verdict.DISCARD, person)


def test_what_is_suspected_no_more_is_not_decided(draft, suspicion, person):
    Suspicion.objects.filter(pk=suspicion.pk).delete()

    with pytest.raises(NotAllowed, match="已不再疑似重复"):
        duplicates.decide(suspicion, Verdict.DISCARD, person)

    assert now(draft) == DRAFT


def test_what_is_not_decided_cannot_be_taken_back(suspicion, person):
    with pytest.raises(NotAllowed, match="没有可撤销的"):
        duplicates.take_back(suspicion, person)


def test_nothing_is_decided_about_a_report_that_is_gone(draft, standing, suspicion, person):
    Report.objects.filter(pk=standing.pk).update(is_current=False)

    with pytest.raises(NotAllowed, match="已不是现行的一稿"):
        duplicates.decide(suspicion, Verdict.BOTH, person)

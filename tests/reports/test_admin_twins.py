"""The page of two reports that may be one: what differs, four ways to decide, and who may."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import User

from reports import duplicates, publishing
from reports.models import Report, Suspicion, Verdict
from reports.roles import EDITOR, PUBLISHER

from .staff import TEXT, a_draft, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def publisher(client) -> User:
    user = an_account(PUBLISHER, "publisher")
    client.force_login(user)
    return user


@pytest.fixture
def standing() -> Report:
    report = a_draft()
    publishing.publish(report, None, confirmed=True)
    return report


@pytest.fixture
def draft(standing) -> Report:
    return a_draft(text=TEXT.replace("3份", "13份"))


@pytest.fixture
def address(draft, standing) -> str:
    return f"/admin/review/{draft.pk}/twins/{standing.pk}/"


def text_of(page: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", page))


def verdict_of(draft: Report) -> str:
    return Suspicion.objects.get(report=draft).verdict


def test_the_page_shows_both_reports_and_marks_what_differs(client, publisher, address):
    page = client.get(address).content.decode()

    assert "文字几乎相同，文字有 90% 相同。" in page
    assert "相同的 3 句：松原市中级人民法院" in page
    differing = page[page.index('<div class="differing">') :]
    assert re.findall(r"<mark>(.*?)</mark>", differing) == ["1"]
    assert "本篇：向政府发出司法建议13份。另一篇：向政府发出司法建议3份。" in text_of(differing)


def test_the_page_offers_four_ways_each_with_what_it_does(client, publisher, address):
    page = client.get(address).content.decode()

    assert re.findall(
        r'<button class="btn-2" name="verdict" value="(\w+)" aria-describedby="way-\1">(.*?)</button>', page
    ) == [
        ("version", "作为新版本"),
        ("replaces", "替换"),
        ("both", "两篇都留"),
        ("discard", "舍弃"),
    ]


@pytest.mark.parametrize(
    ("verdict", "goes_to", "status", "is_current"),
    [
        ("version", "standing", "draft", False),
        ("replaces", "draft", "draft", True),
        ("both", "draft", "draft", True),
        ("discard", "draft", "draft", False),
    ],
)
def test_each_way_decides_and_leads_on(
    client, publisher, draft, standing, address, verdict, goes_to, status, is_current
):
    answer = client.post(address, {"verdict": verdict})

    assert answer["Location"] == f"/admin/review/{(standing if goes_to == 'standing' else draft).pk}/"
    draft.refresh_from_db()
    assert (verdict_of(draft), draft.status, draft.is_current) == (verdict, status, is_current)
    assert "已按“" in client.get(answer["Location"]).content.decode()


def test_a_decision_is_taken_back_on_the_same_page(client, publisher, draft, address):
    client.post(address, {"verdict": "discard"})
    page = client.get(address).content.decode()
    assert "已决定：舍弃（publisher，" in page
    assert 'value="discard"' not in page

    page = client.post(address, {"verdict": "take_back"}, follow=True).content.decode()

    assert "已撤销，请重新决定。" in page
    assert 'value="discard"' in page
    draft.refresh_from_db()
    assert draft.is_current


def test_what_cannot_be_done_says_why(client, publisher, draft, address):
    Report.objects.filter(pk=draft.pk).update(status="published", published_at=draft.created_at)

    page = client.post(address, {"verdict": "discard"}, follow=True).content.decode()

    assert "这一篇公开过，它的地址要留着。" in page
    assert verdict_of(draft) == ""


@pytest.mark.parametrize("verdict", ["", "nonsense", "同"])
def test_an_unknown_way_is_refused(client, publisher, draft, address, verdict):
    page = client.post(address, {"verdict": verdict}, follow=True).content.decode()

    assert "请从四种处理中选一种。" in page
    assert verdict_of(draft) == ""


def test_an_editor_does_not_decide_about_what_is_public(client, draft, address):
    client.force_login(an_account(EDITOR))

    page = client.get(address).content.decode()
    assert "其中一篇已经公开，由审核发布人员决定。" in page
    assert 'name="verdict"' not in page
    assert client.post(address, {"verdict": "version"}).status_code == 403
    assert verdict_of(draft) == ""


def test_an_editor_decides_about_drafts(client):
    client.force_login(an_account(EDITOR))
    earlier, later = a_draft(), a_draft()

    client.post(f"/admin/review/{later.pk}/twins/{earlier.pk}/", {"verdict": "discard"})

    assert verdict_of(later) == "discard"


def test_an_editor_makes_nothing_public_again_by_taking_a_replacement_back(client, publisher, draft, standing, address):
    client.post(address, {"verdict": "replaces"})
    publishing.publish(draft, publisher, confirmed=True)
    publishing.withdraw(draft, publisher, "有误")
    client.force_login(an_account(EDITOR))

    assert client.post(address, {"verdict": "take_back"}).status_code == 403

    standing.refresh_from_db()
    assert (standing.status, verdict_of(draft)) == ("withdrawn", "replaces")


@pytest.mark.parametrize("number", [1, 10**20])
def test_there_is_no_page_for_two_reports_that_nobody_suspects(client, publisher, draft, number):
    assert client.get(f"/admin/review/{draft.pk}/twins/{number}/").status_code == 404
    assert client.get(f"/admin/review/{number}/twins/{draft.pk}/").status_code == 404


def test_without_an_account_there_is_only_the_way_to_log_in(client, address):
    assert client.get(address)["Location"].startswith("/admin/login/")


# ---- on the review page and in the list


def test_the_list_says_which_drafts_are_suspected(client, publisher, draft):
    Report.objects.exclude(pk=draft.pk).filter(status="draft").delete()

    assert 'doubt">疑似重复</span>' in client.get("/admin/review/").content.decode()
    assert "疑似重复" not in client.get("/admin/review/?status=published").content.decode()


def test_the_review_page_tells_of_a_suspicion_and_leads_to_the_comparison(client, publisher, draft, standing, address):
    page = client.get(f"/admin/review/{draft.pk}/").content.decode()

    assert "疑似重复，决定以前不能公开：与《2023年工作总结》（已公开）文字几乎相同，文字有 90% 相同。" in page
    assert f'<a href="{address}">比对并决定' in page


def test_the_other_reports_page_tells_that_one_waits(client, publisher, standing, draft, address):
    page = client.get(f"/admin/review/{standing.pk}/").content.decode()

    assert "另一篇《2023年工作总结》与本篇文字几乎相同，等待决定。" in page
    assert f'<a href="{address}">比对' in page


def test_the_review_page_of_a_discarded_draft_leads_to_where_it_is_taken_back(client, publisher, draft, address):
    duplicates.decide(Suspicion.objects.get(report=draft), Verdict.DISCARD, publisher)

    page = client.get(f"/admin/review/{draft.pk}/").content.decode()

    assert "这一稿已不再列出，不会公开；原件保留。" in page
    assert f'<a href="{address}">查看或撤销' in page


def test_the_review_page_warns_that_publishing_will_withdraw_the_other(client, publisher, draft):
    duplicates.decide(Suspicion.objects.get(report=draft), Verdict.REPLACES, publisher)

    page = client.get(f"/admin/review/{draft.pk}/").content.decode()

    assert "已决定“替换”，公开本篇的同时撤回另一篇：与《2023年工作总结》" in page


def test_the_page_of_an_original_leads_to_what_was_discarded(client, publisher, draft):
    path = f"/admin/uploads/{draft.source_id}/"
    assert "不再列出的" not in client.get(path).content.decode()
    duplicates.decide(Suspicion.objects.get(report=draft), Verdict.DISCARD, publisher)

    page = client.get(path).content.decode()

    assert f'<a href="/admin/review/{draft.pk}/">2023年工作总结</a><span class="hint">编号 {draft.pk}</span>' in page


def test_a_suspicion_against_what_is_gone_is_told_no_more(client, publisher, draft, standing):
    Report.objects.filter(pk=standing.pk).update(is_current=False)

    assert "疑似重复" not in client.get(f"/admin/review/{draft.pk}/").content.decode()

"""The review page: each claim lights its words, a person decides, a publisher publishes."""

import re

import pytest
from django.contrib.auth.models import User

from reports import publishing
from reports.models import Court, Decision, Event, Report, Status
from reports.roles import ADMINISTRATOR, EDITOR, PUBLISHER
from tests.reports.staff import TEXT, a_draft, an_account, unlike_drafts

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Report:
    return a_draft()


@pytest.fixture
def publisher(client) -> User:
    user = an_account(PUBLISHER)
    client.force_login(user)
    return user


def marked(page: str) -> list[str]:
    """The words that the page marks, tags inside them taken out."""
    return [re.sub("<[^>]*>", "", words) for words in re.findall(r"<mark>(.*?)</mark>", page)]


def paths_of(report: Report) -> list[str]:
    """Every address that changes something about the report."""
    here = f"/admin/review/{report.pk}/"
    return [
        f"{here}claims/{report.claims.first().pk}/",
        f"{here}correct/",
        f"{here}court/",
        f"{here}publish/",
        f"{here}withdraw/",
        "/admin/review/publish/",
    ]


# ---- who may


@pytest.mark.parametrize("path", ["/admin/", "/admin/uploads/", "/admin/review/", "/admin/courts/"])
def test_a_stranger_is_led_to_the_log_in_page(client, path):
    response = client.get(path)

    assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={path}")


def test_a_stranger_changes_nothing(client, draft):
    for path in paths_of(draft):
        assert client.post(path, {"confirmed": "on"}).status_code == 302

    assert not Event.objects.filter(report=draft).exists()


def test_an_account_without_a_role_sees_nothing(client, draft):
    client.force_login(User.objects.create_user("new", is_staff=True))

    paths = ["/admin/uploads/", "/admin/review/", f"/admin/review/{draft.pk}/", "/admin/courts/"]
    assert [client.get(path).status_code for path in paths] == [403, 403, 403, 403]
    assert {client.post(path).status_code for path in paths_of(draft)} == {403}


def test_an_editor_reviews_but_can_neither_publish_nor_withdraw(client, draft):
    client.force_login(an_account(EDITOR))

    page = client.get(f"/admin/review/{draft.pk}/").content.decode()
    answers = {
        path: client.post(path, {"confirmed": "on", "why": "原因", "report": draft.pk}).status_code
        for path in (
            f"/admin/review/{draft.pk}/publish/",
            f"/admin/review/{draft.pk}/withdraw/",
            "/admin/review/publish/",
        )
    }

    assert "公开和撤回由审核发布人员办理。" in page
    assert "已确认可以公开" not in page
    assert set(answers.values()) == {403}
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


@pytest.fixture
def published(draft) -> Report:
    publishing.publish(draft, None, confirmed=True)
    return draft


def changes_of(report: Report) -> list[tuple[str, dict[str, str]]]:
    """Every request that changes what a report says, each of which would do so."""
    here = f"/admin/review/{report.pk}/"
    claim = report.claims.get(field="year")
    court = {"name": "紫雾岛人民法院", "level": "基层", "kind": "普通", "region": ""}
    return [
        (f"{here}claims/{claim.pk}/", {"decision": "reject"}),
        (f"{here}correct/", {"field": "title", "value": "改过的标题"}),
        (f"{here}court/", court),
        (f"{here}text/", {"text": "改过的文本", "why": "原因", "number": "1"}),
    ]


def test_an_editor_changes_nothing_that_readers_see(client, published):
    client.force_login(an_account(EDITOR))
    events, claims = published.events.count(), set(published.claims.values_list("value", "decision"))

    answers = [client.post(path, data) for path, data in changes_of(published)]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert all("这篇报告已经公开，只有审核发布人员可以改动。" in answer.content.decode() for answer in answers)
    published.refresh_from_db()
    assert (published.title, published.year_id, published.text.text) == ("2023年工作总结", 2023, TEXT)
    assert (published.events.count(), set(published.claims.values_list("value", "decision"))) == (events, claims)
    assert not Court.objects.filter(name="紫雾岛人民法院").exists()


def test_a_publisher_changes_what_readers_see(client, publisher, published):
    assert [client.post(path, data).status_code for path, data in changes_of(published)] == [302] * 4

    published.refresh_from_db()
    assert (published.title, published.court.name, published.text.text) == (
        "改过的标题",
        "紫雾岛人民法院",
        "改过的文本",
    )


@pytest.mark.parametrize(("role", "forms"), [(EDITOR, False), (PUBLISHER, True)])
def test_forms_that_change_a_public_report_are_shown_to_publishers_alone(client, published, role, forms):
    client.force_login(an_account(role))

    page = client.get(f"/admin/review/{published.pk}/?court=乾安").content.decode()

    here = f"/admin/review/{published.pk}/"
    assert [f"{here}{part}/" in page for part in ("claims", "correct", "court", "text")] == [forms] * 4
    assert ("已公开的报告也由他们改动" in page) is not forms


@pytest.mark.parametrize(("role", "status"), [(EDITOR, 403), (PUBLISHER, 403), (ADMINISTRATOR, 302)])
def test_only_an_administrator_renames_and_merges_courts(client, role, status):
    client.force_login(an_account(role))
    court = Court.objects.get(name="乾安县人民法院")

    renamed = client.post(f"/admin/courts/{court.pk}/rename/", {"name": "乾安市人民法院", "why": "撤县设市"})
    merged = client.post(f"/admin/courts/{court.pk}/merge/", {"into": 1078, "why": "试"})

    assert (renamed.status_code, merged.status_code) == (status, status)


def test_a_form_from_elsewhere_is_refused(draft):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(an_account(PUBLISHER))

    assert client.post(f"/admin/review/{draft.pk}/publish/", {"confirmed": "on"}).status_code == 403


# ---- the list


def test_the_list_shows_drafts_the_newest_first(client, publisher):
    first, second = a_draft(), a_draft()

    page = client.get("/admin/review/").content.decode()

    assert re.findall(r'<th scope="row"><a href="/admin/review/(\d+)/">', page) == [str(second.pk), str(first.pk)]


def test_the_list_can_be_narrowed(client, publisher):
    unknown = a_draft()
    Report.objects.filter(pk=unknown.pk).update(court=None)
    known = a_draft()

    def listed(query: str) -> list[str]:
        return re.findall(
            r'<th scope="row"><a href="/admin/review/(\d+)/">', client.get(f"/admin/review/?{query}").content.decode()
        )

    assert listed("unknown=1") == [str(unknown.pk)]
    assert listed("q=松原") == [str(known.pk)]
    assert len(listed("status=published")) == 10
    assert listed("status=withdrawn") == []
    assert listed("status=nonsense") == [str(known.pk), str(unknown.pk)]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_questions_however_long_it_is(client, publisher, count, django_assert_num_queries):
    for _ in range(count):
        a_draft()

    with django_assert_num_queries(7):
        client.get("/admin/review/")


def test_several_drafts_are_published_together(client, publisher):
    drafts = unlike_drafts(2)

    page = client.post(
        "/admin/review/publish/", {"report": [draft.pk for draft in drafts], "confirmed": "on"}, follow=True
    ).content.decode()

    assert "已公开 2 篇报告。" in page
    assert set(drafts) <= set(Report.objects.published())


def test_several_drafts_are_not_published_without_the_tick(client, publisher, draft):
    page = client.post("/admin/review/publish/", {"report": draft.pk}, follow=True).content.decode()

    assert "一篇也没有公开。请先勾选“已确认可以公开”，再公开。" in page
    assert draft not in Report.objects.published()


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 19, "٣", "-1", ""])
def test_what_is_no_report_s_number_publishes_nothing(client, publisher, draft, number):
    page = client.post("/admin/review/publish/", {"report": number, "confirmed": "on"}, follow=True).content.decode()

    assert "一篇也没有公开。没有选择报告。" in page
    assert draft not in Report.objects.published()


# ---- the page


def test_the_page_marks_the_words_that_court_year_type_and_title_rest_on(client, publisher, draft):
    page = client.get(f"/admin/review/{draft.pk}/").content.decode()

    assert "".join(marked(page)) == "松原市中级人民法院2023年工作总结"


def test_a_claim_lights_its_own_words_and_leads_to_them(client, publisher, draft):
    claim = draft.claims.get(field="theme", value="司法建议")
    page = client.get(f"/admin/review/{draft.pk}/").content.decode()
    assert f'href="?claim={claim.pk}#p2"' in page

    page = client.get(f"/admin/review/{draft.pk}/?claim={claim.pk}").content.decode()

    assert marked(page) == ["司法建议"]
    assert 'id="p2"' in page


def test_a_suggested_court_is_shown_to_the_reviewer(client, publisher, draft):
    page = client.get(f"/admin/review/{draft.pk}/").content.decode()

    assert "仅供参考，任何公开页面都不显示" in page
    assert "确认是乾安县人民法院" in page


def test_a_claim_is_accepted_or_rejected_with_one_press(client, publisher, draft):
    court, year = draft.claims.get(field="court", suggestion=False), draft.claims.get(field="year")

    response = client.post(f"/admin/review/{draft.pk}/claims/{court.pk}/", {"decision": "accept"})
    client.post(f"/admin/review/{draft.pk}/claims/{year.pk}/", {"decision": "reject"})

    assert response["Location"] == f"/admin/review/{draft.pk}/#court"
    court.refresh_from_db()
    draft.refresh_from_db()
    assert (court.decision, court.decided_by) == (Decision.ACCEPTED, publisher)
    assert draft.year is None


def test_a_claim_of_another_report_is_not_found(client, publisher, draft):
    claim = a_draft().claims.first()

    for report in (draft.pk, 10**20):
        address = f"/admin/review/{report}/claims/{claim.pk}/"
        assert client.post(address, {"decision": "accept"}).status_code == 404


def test_a_claim_that_a_newer_reading_has_taken_away_says_so(client, publisher, draft):
    gone = draft.claims.get(field="year")
    address = f"/admin/review/{draft.pk}/claims/{gone.pk}/"
    gone.delete()

    page = client.post(address, {"decision": "accept"}, follow=True)

    assert page.redirect_chain == [(f"/admin/review/{draft.pk}/", 302)]
    assert publishing.CLAIM_IS_GONE in page.content.decode()


@pytest.mark.parametrize("words", ["乾安", "乾安县人民", "qianan", "qaxrmfy"])
def test_a_court_is_found_by_any_part_of_its_name_and_by_pinyin(client, publisher, draft, words):
    court = Court.objects.get(name="乾安县人民法院")

    page = client.get(f"/admin/review/{draft.pk}/?court={words}").content.decode()

    assert f'name="value" value="{court.pk}">选用' in page


def test_a_court_is_found_by_its_former_name(client, publisher, draft):
    former = Court.objects.get(name="松原市宁江区人民法院").names.create(name="扶余区人民法院", kind="former")

    page = client.get(f"/admin/review/{draft.pk}/?court=扶余区").content.decode()

    assert f'value="{former.court_id}">选用' in page


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("title", "二〇二三年工作总结", ("title", "二〇二三年工作总结")),
        ("year", "2022", ("year_id", 2022)),
        ("type", "年度报告", ("type", "年度报告")),
        ("court", "957", ("court_id", 957)),
        ("court", "", ("court_id", None)),
    ],
)
def test_what_is_wrong_is_corrected(client, publisher, draft, field, value, shown):
    response = client.post(f"/admin/review/{draft.pk}/correct/", {"field": field, "value": value})

    assert response["Location"] == f"/admin/review/{draft.pk}/#{field}"
    draft.refresh_from_db()
    assert getattr(draft, shown[0]) == shown[1]


def test_what_cannot_be_is_said_beside_the_field_with_what_was_entered(client, publisher, draft):
    response = client.post(f"/admin/review/{draft.pk}/correct/", {"field": "year", "value": "去年<b>"})

    page = response.content.decode()
    assert response.status_code == 422
    assert (
        '<p class="err" id="year-error">年度“去年&lt;b&gt;”不能识别。请填四位年份，如 2023；跨年的填 2017-2021。</p>'
        in page
    )
    assert 'value="去年&lt;b&gt;" aria-invalid="true" aria-describedby="year-error"' in page
    draft.refresh_from_db()
    assert draft.year_id == 2023


def test_an_unknown_field_changes_nothing(client, publisher, draft):
    assert (
        client.post(f"/admin/review/{draft.pk}/correct/", {"field": "status", "value": "published"}).status_code == 422
    )


def test_themes_are_added_and_taken_away(client, publisher, draft):
    path = f"/admin/review/{draft.pk}/correct/"
    client.post(path, {"field": "theme", "value": "司法建议", "strength": "topic"})
    client.post(path, {"field": "theme", "value": "诉源治理"})

    assert {row.theme.name: row.strength for row in draft.reporttheme_set.all()} == {"司法建议": "topic"}


def test_a_missing_court_is_added_and_filled_in_on_the_same_page(client, publisher, draft):
    client.post(
        f"/admin/review/{draft.pk}/court/",
        {"name": "长春铁路运输法院", "level": "基层", "kind": "铁路运输", "region": "长春市"},
    )

    draft.refresh_from_db()
    assert (draft.court.name, draft.court.kind, draft.court.region_id) == ("长春铁路运输法院", "铁路运输", "220100")


@pytest.mark.parametrize(
    ("entered", "message"),
    [
        ({"name": "乾安县人民法院"}, "已经有“乾安县人民法院”，不必重复增加。"),
        ({"name": ""}, "请填法院全称，以“法院”结尾。"),
        ({"region": "鼓楼区"}, "“鼓楼区”不止一个，请改填代码："),
        ({"region": "没有的地方"}, "没有叫“没有的地方”的地区。"),
    ],
)
def test_a_court_that_cannot_be_added_says_why_beside_the_field(client, publisher, draft, entered, message):
    good = {"name": "某某铁路运输法院", "level": "基层", "kind": "铁路运输", "region": ""}

    response = client.post(f"/admin/review/{draft.pk}/court/", good | entered)

    assert response.status_code == 422
    assert message in response.content.decode()
    assert Court.objects.count() == 3245


def test_publishing_needs_the_tick_and_then_readers_see_the_report(client, publisher, draft):
    path = f"/admin/review/{draft.pk}/publish/"

    refused = client.post(path)
    assert refused.status_code == 422
    assert 'id="publish-error">请先勾选“已确认可以公开”，再公开。' in refused.content.decode()
    assert client.get(f"/reports/{draft.pk}/").status_code == 404

    assert client.post(path, {"confirmed": "on"}).status_code == 302
    assert client.get(f"/reports/{draft.pk}/").status_code == 200


def test_withdrawing_needs_a_reason(client, publisher, draft):
    client.post(f"/admin/review/{draft.pk}/publish/", {"confirmed": "on"})
    path = f"/admin/review/{draft.pk}/withdraw/"

    assert client.post(path, {"why": " "}).status_code == 422
    assert client.post(path, {"why": "含个人信息"}).status_code == 302

    assert client.get(f"/reports/{draft.pk}/").status_code == 410


def test_the_page_tells_who_did_what_and_the_public_page_does_not(client, publisher, draft):
    User.objects.filter(pk=publisher.pk).update(last_name="张三丰")
    client.post(f"/admin/review/{draft.pk}/correct/", {"field": "year", "value": "2022"})
    client.post(f"/admin/review/{draft.pk}/publish/", {"confirmed": "on"})

    page = client.get(f"/admin/review/{draft.pk}/").content.decode()
    history = re.findall(r"<time[^>]*>[^<]*</time><span>(.*?)</span><span>(.*?)</span>", page)
    assert history == [("张三丰", "公开"), ("张三丰", "更正年度　年度：2023（推断） → 2022")]

    client.logout()
    public = client.get(f"/reports/{draft.pk}/").content.decode()
    assert "张三丰" not in public
    assert "staff" not in public


def test_the_text_can_be_seen_as_it_was_read(client, publisher, draft):
    page = client.get(f"/admin/review/{draft.pk}/?view=read").content.decode()

    assert f'<pre class="raw" tabindex="0" aria-label="第1页文字">{TEXT}</pre>' in page


def test_a_corrected_text_is_read_again(client, publisher, draft):
    path = f"/admin/review/{draft.pk}/text/"
    assert TEXT in client.get(path).content.decode()
    better = TEXT.replace("诉源治理见成效", "府院联动见成效，召开府院联席会议4次")

    response = client.post(path, {"text": better.replace("\n", "\r\n"), "why": "录入有误", "number": "1"})

    assert response["Location"] == f"/admin/review/{draft.pk}/"
    assert (draft.text.number, draft.text.text) == (2, better)
    assert draft.claims.filter(field="theme", value="府院联动", text=draft.text).exists()


def test_a_text_without_a_reason_is_not_saved_and_not_lost(client, publisher, draft):
    response = client.post(f"/admin/review/{draft.pk}/text/", {"text": "改过的文本", "why": "", "number": "1"})

    assert response.status_code == 422
    assert "改过的文本</textarea>" in response.content.decode()
    assert 'id="why-error">更正文本需要写明原因。' in response.content.decode()
    assert draft.texts.count() == 1


@pytest.mark.parametrize("number", ["1", "", "第一版", "9" * 5000])
def test_a_correction_of_a_text_that_another_has_corrected_is_not_saved_and_not_lost(client, publisher, draft, number):
    path = f"/admin/review/{draft.pk}/text/"
    assert '<input type="hidden" name="number" value="1">' in client.get(path).content.decode()
    publishing.correct_text(draft, TEXT + "别人的更正。", publisher, "更正", number=1)

    response = client.post(path, {"text": "自己的更正", "why": "更正", "number": number})

    assert response.status_code == 422
    assert "别人刚刚改过这篇报告的文本。" in response.content.decode()
    assert "自己的更正</textarea>" in response.content.decode()
    assert draft.text.text == TEXT + "别人的更正。"

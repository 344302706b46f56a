"""publishing: every change of state checks first, happens whole and is remembered."""

import pytest
from django.contrib.auth.models import User

from reports import publishing
from reports.ingestion.shapes import Found
from reports.models import Court, CourtName, Decision, Event, Field, Origin, Region, Report, ReportText, Status, Theme
from reports.publishing import NotAllowed
from reports.revision import Row, Version, revise

from .staff import TEXT, a_draft, unlike_drafts

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Report:
    return a_draft()


@pytest.fixture
def editor() -> User:
    return User.objects.create_user("editor")


def claim(report: Report, field: str, value: str | None = None):
    """The report's only claim about the field (with the value)."""
    claims = report.claims.filter(field=field, suggestion=False)
    return claims.get() if value is None else claims.get(value=value)


def last_event(**where) -> tuple[str, str, str, dict]:
    event = Event.objects.filter(**where).first()
    return event.verb, str(event.actor or ""), event.why, event.detail


def themes(report: Report) -> dict[str, str]:
    return {row.theme.name: row.strength for row in report.reporttheme_set.all()}


# ---- out and back


def test_publishing_makes_a_draft_public_and_remembers_who_did_it(draft, editor):
    publishing.publish(draft, editor, confirmed=True)

    draft.refresh_from_db()
    assert draft in Report.objects.published()
    assert draft.published_at is not None
    assert draft.reviewed_at is not None
    assert last_event(report=draft) == ("公开", "editor", "", {})


def test_what_no_person_published_is_not_called_reviewed(draft):
    publishing.publish(draft, None, confirmed=True, verb="装入样本")

    draft.refresh_from_db()
    assert draft.reviewed_at is None
    assert last_event(report=draft) == ("装入样本", "", "", {})


def test_nothing_is_published_without_the_tick(draft, editor):
    with pytest.raises(NotAllowed, match="请先勾选“已确认可以公开”"):
        publishing.publish(draft, editor, confirmed=False)

    draft.refresh_from_db()
    assert draft.status == Status.DRAFT
    assert not draft.events.exists()


def test_a_published_report_is_not_published_again(draft, editor):
    publishing.publish(draft, editor, confirmed=True)

    with pytest.raises(NotAllowed, match="已经公开"):
        publishing.publish(draft, editor, confirmed=True)

    assert draft.events.count() == 1


def test_a_replaced_report_is_not_published(draft, editor):
    Report.objects.filter(pk=draft.pk).update(is_current=False)

    with pytest.raises(NotAllowed, match="被替换的旧稿"):
        publishing.publish(draft, editor, confirmed=True)


def test_many_are_published_together_or_not_at_all(editor):
    first, second, third = unlike_drafts(3)
    assert publishing.publish_many([first, second], editor, confirmed=True) == 2

    with pytest.raises(NotAllowed):
        publishing.publish_many([third, first], editor, confirmed=True)

    third.refresh_from_db()
    assert third.status == Status.DRAFT
    assert not third.events.exists()


def test_reports_published_from_a_list_are_not_called_reviewed(editor):
    publishing.publish_many(unlike_drafts(2), editor, confirmed=True)

    published = Report.objects.published().filter(title="2023年工作总结")
    assert [(report.reviewed_at, last_event(report=report)) for report in published] == [
        (None, ("公开", "editor", "", {}))
    ] * 2


def test_withdrawing_takes_a_report_back_with_its_reason(draft, editor):
    publishing.publish(draft, editor, confirmed=True)

    publishing.withdraw(draft, editor, " 含个人\n信息 ")

    draft.refresh_from_db()
    assert (draft.status, draft.withdrawn_reason) == (Status.WITHDRAWN, "含个人 信息")
    assert draft not in Report.objects.published()
    assert last_event(report=draft) == ("撤回", "editor", "含个人 信息", {})


@pytest.mark.parametrize(("why", "message"), [(" \n", "写明原因"), ("长" * 301, "301 字")])
def test_withdrawing_needs_a_reason_of_reasonable_length(draft, editor, why, message):
    publishing.publish(draft, editor, confirmed=True)

    with pytest.raises(NotAllowed, match=message):
        publishing.withdraw(draft, editor, why)

    draft.refresh_from_db()
    assert draft.status == Status.PUBLISHED


def test_only_what_is_public_can_be_withdrawn(draft, editor):
    with pytest.raises(NotAllowed, match="只有已公开"):
        publishing.withdraw(draft, editor, "原因")


def test_a_withdrawn_report_can_come_back(draft, editor):
    publishing.publish(draft, editor, confirmed=True)
    publishing.withdraw(draft, editor, "原因")

    publishing.publish(draft, editor, confirmed=True)

    draft.refresh_from_db()
    assert (draft.status, draft.withdrawn_reason) == (Status.PUBLISHED, "")


# ---- which versions of the text are public


def public_versions(report: Report) -> list[int]:
    return list(report.public_texts.values_list("number", flat=True))


def test_a_version_corrected_before_publication_never_becomes_public(draft, editor):
    publishing.correct_text(draft, TEXT + "更正。", editor, "删去姓名", number=1)
    assert public_versions(draft) == []

    publishing.publish(draft, editor, confirmed=True)

    assert public_versions(draft) == [2]


def test_a_version_corrected_while_public_stays_public(draft, editor):
    publishing.publish(draft, editor, confirmed=True)

    publishing.correct_text(draft, TEXT + "更正。", editor, "录入有误", number=1)

    assert public_versions(draft) == [1, 2]


def test_every_version_before_a_correction_made_after_a_withdrawal_is_gone(draft, editor):
    publishing.publish(draft, editor, confirmed=True)
    publishing.correct_text(draft, TEXT + "某人。", editor, "补录", number=1)
    publishing.withdraw(draft, editor, "含个人信息")
    publishing.correct_text(draft, TEXT + "某。", editor, "删去姓名", number=2)

    publishing.publish(draft, editor, confirmed=True)

    assert public_versions(draft) == [3]


def test_versions_come_back_with_a_report_that_was_withdrawn_and_not_corrected(draft, editor):
    publishing.publish(draft, editor, confirmed=True)
    publishing.correct_text(draft, TEXT + "更正。", editor, "录入有误", number=1)
    publishing.withdraw(draft, editor, "核实中")

    publishing.publish(draft, editor, confirmed=True)

    assert public_versions(draft) == [1, 2]


# ---- what is said about a report


def test_an_accepted_claim_says_who_accepted_it(draft, editor):
    publishing.decide(claim(draft, "court"), editor, accept=True)

    accepted = claim(draft, "court")
    assert (accepted.decision, accepted.decided_by) == (Decision.ACCEPTED, editor)
    assert accepted.decided_at is not None
    assert last_event(report=draft) == ("采用识别结果", "editor", "", {"法院": "松原市中级人民法院"})


@pytest.mark.parametrize(
    ("field", "unknown"), [("court", ("court", None)), ("year", ("year", None)), ("type", ("type", "其他"))]
)
def test_what_is_rejected_becomes_unknown(draft, editor, field, unknown):
    publishing.decide(claim(draft, field), editor, accept=False)

    draft.refresh_from_db()
    assert (field, getattr(draft, field)) == unknown
    assert claim(draft, field).decision == Decision.REJECTED


def test_a_rejected_year_is_no_longer_an_inferred_one(draft, editor):
    assert (draft.year_id, draft.year_inferred) == (2023, True)

    publishing.decide(claim(draft, "year"), editor, accept=False)

    draft.refresh_from_db()
    assert (draft.year_id, draft.year_inferred) == (None, False)


def test_a_rejected_theme_is_shown_no_more(draft, editor):
    assert themes(draft) == {"诉源治理": "touched"}

    publishing.decide(claim(draft, "theme", "诉源治理"), editor, accept=False)

    assert themes(draft) == {}
    assert "诉源治理" not in draft.claims.standing().values_list("value", flat=True)
    assert last_event(report=draft)[3] == {"主题": ["诉源治理（有所涉及）", ""]}


def test_a_suggestion_cannot_be_accepted_as_it_is(draft, editor):
    with pytest.raises(NotAllowed, match="参考意见"):
        publishing.decide(draft.claims.get(suggestion=True), editor, accept=True)


def test_a_claim_that_a_newer_reading_takes_away_meanwhile_is_not_decided(draft, editor):
    gone = claim(draft, "court")
    draft.claims.filter(pk=gone.pk).delete()

    with pytest.raises(NotAllowed, match="可能刚刚重新识别过"):
        publishing.decide(gone, editor, accept=True)

    assert not draft.claims.filter(decided_by=editor).exists()


def test_a_persons_court_outweighs_the_machines(draft, editor):
    court = Court.objects.get(name="乾安县人民法院")

    publishing.correct(draft, Field.COURT, str(court.pk), editor)

    draft.refresh_from_db()
    assert draft.court == court
    assert set(draft.claims.filter(field="court").values_list("value", "origin", "suggestion", "decision")) == {
        (str(Court.objects.get(name="松原市中级人民法院").pk), Origin.MACHINE, False, Decision.REJECTED),
        (str(court.pk), Origin.MACHINE, True, Decision.OPEN),
        (str(court.pk), Origin.PERSON, False, Decision.ACCEPTED),
    }
    assert last_event(report=draft) == (
        "更正法院",
        "editor",
        "",
        {"法院": ["松原市中级人民法院", "乾安县人民法院"]},
    )


def test_the_last_of_several_corrections_counts(draft, editor):
    for year in ("2020", "2017-2021", "2019"):
        publishing.correct(draft, Field.YEAR, year, editor)

    draft.refresh_from_db()
    assert (draft.year_id, draft.year_inferred) == (2019, False)
    assert draft.claims.standing().filter(field="year").count() == 1


def test_a_report_on_several_years_is_found_under_the_last(draft, editor):
    publishing.correct(draft, Field.YEAR, "2017-2021", editor)

    draft.refresh_from_db()
    assert draft.year_id == 2021
    assert draft.claims.get(origin=Origin.PERSON).value == "2017-2021"


def test_a_year_may_be_typed_in_full_width_digits(draft, editor):
    publishing.correct(draft, Field.YEAR, "２０１９", editor)

    draft.refresh_from_db()
    assert draft.year_id == 2019


def test_a_person_can_say_that_something_is_unknown(draft, editor):
    publishing.correct(draft, Field.COURT, "", editor)
    publishing.correct(draft, Field.YEAR, "", editor)
    publishing.correct(draft, Field.TITLE, "", editor)

    draft.refresh_from_db()
    assert (draft.court, draft.year, draft.title) == (None, None, "")
    assert str(draft) == "法院不明（原文无题）"


def test_the_words_that_name_no_court_stay_beside_the_court_that_a_person_knows(editor):
    report = a_draft(Found("court", None, 0.9, "XX人民法院", 0, 6))

    publishing.correct(report, Field.COURT, str(Court.objects.get(name="乾安县人民法院").pk), editor)

    report.refresh_from_db()
    assert (str(report.court), report.court_as_printed) == ("乾安县人民法院", "XX人民法院")


def test_saying_what_the_machine_said_accepts_its_claim(draft, editor):
    publishing.correct(draft, Field.TYPE, "工作总结", editor)

    assert set(draft.claims.filter(field="type").values_list("origin", "decision")) == {
        (Origin.MACHINE, Decision.ACCEPTED),
        (Origin.PERSON, Decision.ACCEPTED),
    }


def test_a_theme_can_be_added_strengthened_and_taken_away(draft, editor):
    publishing.correct(draft, Field.THEME, "司法建议", editor, strength="touched")
    assert themes(draft) == {"诉源治理": "touched", "司法建议": "touched"}

    publishing.correct(draft, Field.THEME, "诉源治理", editor, strength="topic")
    assert themes(draft) == {"诉源治理": "topic", "司法建议": "touched"}

    publishing.correct(draft, Field.THEME, "诉源治理", editor)
    publishing.correct(draft, Field.THEME, "司法建议", editor)
    assert themes(draft) == {}
    assert not draft.claims.standing().filter(field="theme").exists()


@pytest.mark.parametrize(
    ("field", "value", "strength", "message"),
    [
        (Field.COURT, "999999999", "", "没有这个法院"),
        (Field.COURT, "乾安", "", "没有这个法院"),
        (Field.YEAR, "二〇二三", "", "填四位年份"),
        (Field.YEAR, "1900", "", "填四位年份"),
        (Field.YEAR, "2021-2017", "", "填四位年份"),
        (Field.YEAR, "23", "", "填四位年份"),
        (Field.TYPE, "年报", "", "从列出的类型"),
        (Field.TITLE, "长" * 301, "", "301 字"),
        (Field.THEME, "没有的主题", "topic", "没有这个主题"),
        (Field.THEME, "诉源治理", "mention", "强度"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_with_what_to_enter(draft, editor, field, value, strength, message):
    with pytest.raises(NotAllowed, match=message):
        publishing.correct(draft, field, value, editor, strength=strength)

    assert not draft.claims.exclude(decision=Decision.OPEN).exists()


# ---- the text


def test_a_corrected_text_is_a_new_version_and_the_old_one_stays(draft, editor):
    new = publishing.correct_text(
        draft, TEXT.replace("见成效", "成效明显") + "\n\n  新的一段。 \r\n", editor, "录入有误", number=1
    )

    assert set(draft.texts.values_list("number", "is_current", "text")) == {
        (1, False, TEXT),
        (2, True, "松原市中级人民法院\n2023年工作总结\n诉源治理成效明显。\n向政府发出司法建议3份。\n新的一段。"),
    }
    assert list(new.sections.values_list("kind", "number", "start", "end")) == [
        ("court", None, 0, 9),
        ("title", None, 10, 19),
        ("para", 1, 20, 29),
        ("para", 2, 30, 42),
        ("para", 3, 43, 48),
    ]
    assert last_event(report=draft) == ("更正文本", "editor", "录入有误", {"版次": ["1", "2"]})


def test_claims_move_with_their_words_into_the_new_version(draft, editor):
    new = publishing.correct_text(draft, "首行\n" + TEXT.replace("诉源", "诉  源"), editor, "补首行", number=1)

    assert {(c.field, c.value): (c.text_id, c.start, c.end) for c in draft.claims.filter(start__isnull=False)} == {
        ("title", "2023年工作总结"): (new.pk, 13, 22),
        ("court", claim(draft, "court").value): (new.pk, 3, 12),
        ("year", "2023"): (new.pk, 13, 18),
        ("type", "工作总结"): (new.pk, 18, 22),
        ("theme", "司法建议"): (new.pk, 39, 43),
    }
    assert claim(draft, "theme", "诉源治理").places == []


@pytest.mark.parametrize(
    ("text", "why", "message"),
    [(TEXT, "原因", "没有改动"), (" \n ", "原因", "不能为空"), (TEXT + "。", "", "写明原因")],
)
def test_a_text_is_not_replaced_without_cause(draft, editor, text, why, message):
    with pytest.raises(NotAllowed, match=message):
        publishing.correct_text(draft, text, editor, why, number=1)

    assert ReportText.objects.filter(report=draft).count() == 1


def test_a_correction_of_a_version_that_is_not_the_current_one_is_refused(draft, editor):
    publishing.correct_text(draft, TEXT + "甲", editor, "甲的更正", number=1)

    with pytest.raises(NotAllowed, match="别人刚刚改过"):
        publishing.correct_text(draft, TEXT + "乙", editor, "乙的更正", number=1)

    assert (draft.text.number, draft.text.text) == (2, TEXT + "甲")


def test_a_correction_that_another_overtakes_while_it_is_compared_is_refused(draft, editor):
    old = draft.text
    version, moved = revise(Version(old.text, (Row("para", 0, len(TEXT)),), ((0, 1),)), TEXT + "乙")
    publishing.correct_text(draft, TEXT + "甲", editor, "甲的更正", number=1)

    with pytest.raises(NotAllowed, match="别人刚刚改过"):
        publishing.save_version(draft, old, version, moved, editor, "乙的更正")

    assert (draft.text.number, draft.text.text) == (2, TEXT + "甲")


# ---- reference data


def test_a_missing_court_can_be_added(editor):
    court = publishing.add_court(
        "新疆生产建设兵团第一师 中级人民法院", "中级", "兵团", Region.objects.get(pk="650000"), editor
    )

    assert court.name == "新疆生产建设兵团第一师中级人民法院"
    assert court.pk >= 1_000_000
    assert last_event(court=court) == ("增加法院", "editor", "", {"名称": ["", court.name]})


@pytest.mark.parametrize(
    ("name", "message"), [("乾安县人民法院", "已经有"), ("乾安法庭", "以“法院”结尾"), ("", "法院全称")]
)
def test_a_court_is_not_added_under_a_wrong_name(editor, name, message):
    with pytest.raises(NotAllowed, match=message):
        publishing.add_court(name, "基层", "普通", None, editor)

    assert Court.objects.count() == 3245


def test_a_renamed_court_is_still_known_by_its_old_name(editor):
    court = Court.objects.get(name="乾安县人民法院")

    publishing.rename_court(court, "乾安市人民法院", editor, "撤县设市")

    court.refresh_from_db()
    assert court.name == "乾安市人民法院"
    assert court.names.get(name="乾安县人民法院").kind == CourtName.Kind.FORMER
    assert last_event(court=court) == (
        "法院更名",
        "editor",
        "撤县设市",
        {"名称": ["乾安县人民法院", "乾安市人民法院"]},
    )


def test_merging_moves_reports_names_and_lower_courts(draft, editor):
    court, into = Court.objects.get(name="松原市中级人民法院"), Court.objects.get(name="长春市中级人民法院")
    below = set(court.inferiors.values_list("pk", flat=True)) | set(into.inferiors.values_list("pk", flat=True))
    elsewhere = Report.objects.exclude(court=court).count()

    publishing.merge_court(court, into, editor, "机构合并")

    court.refresh_from_db()
    draft.refresh_from_db()
    assert court.merged_into == into
    assert draft.court == into
    assert Report.objects.exclude(court=into).count() == elsewhere
    assert set(into.inferiors.values_list("pk", flat=True)) == below
    assert {"松原市中级人民法院", "松原中院"} <= set(into.names.values_list("name", flat=True))
    assert last_event(report=draft)[:3] == ("合并法院", "editor", "机构合并")


def test_a_claim_about_a_merged_court_means_the_court_that_it_became(draft, editor):
    court, into = Court.objects.get(name="松原市中级人民法院"), Court.objects.get(name="长春市中级人民法院")
    last = Court.objects.get(name="吉林市中级人民法院")
    publishing.merge_court(court, into, editor, "机构合并")
    publishing.merge_court(into, last, editor, "机构合并")

    publishing.decide(claim(draft, "court"), editor, accept=True)

    draft.refresh_from_db()
    assert draft.court == last
    court.refresh_from_db()
    assert court.merged_into == last


def test_a_court_is_merged_only_once_and_never_into_itself(editor):
    court, into = Court.objects.get(name="松原市中级人民法院"), Court.objects.get(name="长春市中级人民法院")
    with pytest.raises(NotAllowed, match="并入自己"):
        publishing.merge_court(court, court, editor, "原因")
    publishing.merge_court(court, into, editor, "原因")

    with pytest.raises(NotAllowed, match="已经并入"):
        publishing.merge_court(court, into, editor, "原因")


def test_a_themes_expressions_can_be_changed(editor):
    theme = Theme.objects.get(name="司法建议")

    publishing.change_expressions(theme, " 司法建议书? ", editor, made_from=theme.expressions)

    theme.refresh_from_db()
    assert theme.expressions == "司法建议书?"
    event = Event.objects.get(verb="修改主题表达式")
    assert event.detail["司法建议"][1] == "司法建议书?"


@pytest.mark.parametrize(
    ("expressions", "message"), [("司法(建议", "写法不对"), ("司法建议|", "连空白也匹配"), ("", "连空白也匹配")]
)
def test_an_expression_that_cannot_work_is_refused(editor, expressions, message):
    theme = Theme.objects.get(name="司法建议")

    with pytest.raises(NotAllowed, match=message):
        publishing.change_expressions(theme, expressions, editor, made_from=theme.expressions)

    assert Theme.objects.get(name="司法建议").expressions == theme.expressions

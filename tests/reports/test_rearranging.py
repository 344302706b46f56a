"""rearranging: what each step makes of texts, sections, pages and claims, and that undo gives all of it back."""

from functools import cache
from itertools import count

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports import deciding, duplicates, publishing, rearranging
from reports.ingestion.pipeline import reading_of
from reports.ingestion.save import keep, save
from reports.ingestion.shapes import Reading, Upload
from reports.ingestion.vocabulary import current_vocabulary
from reports.models import Claim, Court, Decision, Event, Report, ReportText, SectionKind, SourceFile, Step, Verdict
from reports.publishing import MEANWHILE, NotAllowed

from ..ingestion.gold import compared, expected, sample_bytes
from .staff import a_draft

pytestmark = pytest.mark.django_db

# What tells the second article of the page from the first: without it both are read as one.
CAPTION = "松原市中级人民法院积极开展以庭代训活动,切实提升行政执法能力水平。崔苍竹 摄"
serial = count(1)


@pytest.fixture
def editor() -> User:
    return User.objects.create_user("editor")


@cache
def reading() -> Reading:
    """The newspaper page with its second heading lost and the first two articles read as one."""
    return reading_of(Upload("宁江.txt", sample_bytes("004").replace(CAPTION.encode(), b"")), current_vocabulary())


@pytest.fixture
def page() -> list[Report]:
    """Its five articles, as drafts in their order; nothing else is there that they could be suspected to repeat."""
    Report.objects.all().delete()
    source, _ = keep(ContentFile(f"原件{next(serial)}".encode()), "宁江.txt")
    return save(source, reading())


def publish(report: Report, editor: User) -> None:
    """Beside the sample that it is a copy of."""
    for suspicion in report.suspicions.open():
        duplicates.decide(suspicion, Verdict.BOTH, editor)
    publishing.publish(report, editor, confirmed=True)


def articles(source: SourceFile) -> list[Report]:
    return list(source.reports.filter(is_current=True).order_by("article_number"))


def seen(*reports: Report) -> dict[int, int]:
    return {report.pk: report.text.number for report in reports}


def lines(report: Report) -> list[tuple[str, str]]:
    """Every line with its kind, as the gold texts write them."""
    text = report.text
    kinds: dict[int, str] = {}
    for row in text.sections.all():
        if row.kind != "heading" or row.start not in kinds:
            kinds[row.start] = row.kind
    for row in text.sections.exclude(kind="heading"):
        kinds[row.start] = row.kind
    found, start = [], 0
    for words in text.text.split("\n"):
        found.append(compared(kinds[start], words))
        start += len(words) + 1
    return found


def line_of(report: Report, words: str) -> int:
    (place,) = (place for place, line in enumerate(report.text.text.split("\n")) if line.startswith(words))
    return place


def state(source: SourceFile) -> list[tuple]:
    """All that a step may change, without the ids and version numbers that only count up."""
    found = []
    for report in articles(source):
        report.refresh_from_db()
        text = report.text
        found.append(
            (
                (report.article_number, report.title, report.court_id, report.year_id, report.type, report.notices),
                (text.text, text.pages),
                sorted(
                    text.sections.values_list("kind", "level", "heading", "number", "part", "start", "end"), key=repr
                ),
                sorted(
                    report.claims.values_list(
                        "field", "value", "detail", "quote", "start", "end", "places", "sure", "origin", "decision"
                    ),
                    key=repr,
                ),
                sorted(text.indicators.values_list("label", "value", "unit", "scope", "start", "end", "at", "until")),
                sorted(text.checks.values_list("kind", "verdict", "start", "end", "indicator__at")),
                {row.text for row in [*report.claims.all(), *report.indicators.all()]} <= {text},
            )
        )
    return found


def split_second(page: list[Report], editor: User) -> Report:
    first = page[0]
    start = line_of(first, "宁江区人民法院立足")
    part = range(start, len(first.text.text.split("\n")))
    return rearranging.part_off(first, part, editor, seen=seen(first))


# ---- the page with a lost heading, mended


def test_a_wrongly_joined_article_is_split_into_the_two_that_were_printed(page, editor):
    second = split_second(page, editor)

    gold = expected("004")
    without_caption = [line for line in gold[0] if line != compared("caption", CAPTION)]
    assert lines(page[0]) == without_caption
    assert lines(second) == gold[1]
    assert (second.article_number, second.status) == (6, "draft")


def test_an_article_is_doubted_until_it_is_mended_and_again_once_that_is_taken_back(page, editor):
    doubted = ["第12行以另一家法院（宁江区人民法院）开头，可能是另一篇，它的标题没有读到。请对照原件。"]
    assert [report.notices for report in page] == [doubted, [], [], [], []]

    second = split_second(page, editor)
    untitled = ["没有读到标题：可能漏印或没有读出，也可能这几段属于别篇。请对照原件。"]
    assert [report.notices for report in articles(second.source)] == [[], [], [], [], [], untitled]

    rearranging.undo(page[0], editor, seen=seen(page[0], second))
    assert [report.notices for report in articles(second.source)] == [doubted, [], [], [], []]


def test_a_new_article_is_read_as_if_it_had_always_been_one(page, editor):
    second = split_second(page, editor)

    second.refresh_from_db()
    assert second.title == "宁江区人民法院（原文无题）"
    assert str(second.court) == "松原市宁江区人民法院"
    assert second.claims.get(field="court", suggestion=False).quote == "宁江区人民法院"
    page[0].refresh_from_db()
    assert str(page[0].court) == "松原市中级人民法院"


def test_what_was_split_and_merged_again_is_the_text_that_it_was(page, editor):
    before = lines(page[0]), page[0].text.pages
    second = split_second(page, editor)

    rearranging.merge(page[0], second, editor, seen=seen(page[0], second))

    assert (lines(page[0]), page[0].text.pages) == before
    second.refresh_from_db()
    assert not second.is_current
    assert articles(page[0].source) == page


def test_splitting_and_merging_taken_back_leave_everything_as_it_was(page, editor):
    source = page[0].source
    before = state(source)
    second = split_second(page, editor)
    after_split = state(source)
    rearranging.merge(page[0], second, editor, seen=seen(page[0], second))

    rearranging.undo(page[0], editor, seen=seen(page[0]))
    assert state(source) == after_split
    rearranging.undo(page[0], editor, seen=seen(page[0], second))
    assert state(source) == before


# ---- one step each


def test_every_step_makes_a_version_and_an_event_and_leaves_the_version_before_alone(page, editor):
    report = page[1]
    old = report.text
    rearranging.drop(report, range(3, 4), editor, seen=seen(report), why="重复的图片说明")

    assert list(report.texts.values_list("number", "is_current")) == [(1, False), (2, True)]
    old.refresh_from_db()
    assert old.sections.count() > 0
    event = report.events.filter(verb="删去行").get()
    assert (str(event.actor), event.why, event.detail) == (
        "editor",
        "重复的图片说明",
        {"行": "第4行", "版次": ["1", "2"]},
    )


def test_a_caption_that_is_dropped_is_gone_and_the_rest_is_as_it_was(page, editor):
    report = page[1]
    before = lines(report)
    assert before[3][0] == "caption"

    rearranging.drop(report, range(3, 4), editor, seen=seen(report))

    assert lines(report) == before[:3] + before[4:]


def test_joined_lines_are_one_paragraph(page, editor):
    report = page[1]
    before = report.text.text.split("\n")

    rearranging.join(report, range(6, 8), editor, seen=seen(report))

    assert report.text.text.split("\n") == [*before[:6], before[6] + before[7], *before[8:]]


def test_a_line_is_broken_where_its_parts_meet(page, editor):
    report = page[1]
    before = report.text.text.split("\n")
    parts = [before[6][:20], before[6][20:]]

    rearranging.break_line(report, 6, parts, editor, seen=seen(report))

    assert report.text.text.split("\n") == [*before[:6], *parts, *before[7:]]


def test_a_line_is_what_a_person_says_it_is(page, editor):
    report = page[1]

    rearranging.rename(report, range(6, 7), SectionKind.HEADING, editor, seen=seen(report), level=2)

    row = report.text.sections.get(kind="heading", level=2)
    assert row.heading == report.text.text.split("\n")[6][:300]


def test_a_title_that_a_person_points_out_is_the_reports_title(page, editor):
    second = split_second(page, editor)
    rearranging.rename(second, range(1, 2), SectionKind.TITLE, editor, seen=seen(second))

    second.refresh_from_db()
    assert second.title == "抓好谋篇布局 凝聚多元共治合力"


def test_a_passage_moves_to_another_article_with_its_pages(editor):
    source, _ = keep(ContentFile("两页".encode()), "两页.txt")
    text = "甲县人民法院：\n标题甲\n2023年以来，甲县人民法院认真履行职责，推进法治政府建设，取得新的成效。\n"
    text += (
        "\f乙县人民法院：\n标题乙\n2023年以来，乙县人民法院认真履行职责，推进法治政府建设，取得新的成效。\n甲县的末段。"
    )
    first, second = save(source, reading_of(Upload("两页.txt", text.encode()), current_vocabulary()))
    assert (first.text.pages, second.text.pages) == ([[0, 1]], [[0, 2]])
    end = len(first.text.text) + 1

    rearranging.move(second, range(3, 4), first, 3, editor, seen=seen(first, second))

    assert first.text.text.endswith("成效。\n甲县的末段。")
    assert (first.text.pages, second.text.pages) == ([[0, 1], [end, 2]], [[0, 2]])
    assert [line for line, _ in lines(second)] == ["court", "title", "para"]


def test_a_passage_moves_within_its_article(page, editor):
    report = page[1]
    before = report.text.text.split("\n")

    rearranging.move(report, range(3, 4), report, len(before), editor, seen=seen(report))

    assert report.text.text.split("\n") == [*before[:3], *before[4:], before[3]]


# ---- claims


def test_a_decided_claim_goes_with_its_words_to_the_new_article_and_back(page, editor):
    first = page[0]
    position = first.text.text.index("宁江区人民法院立足")
    claim = Claim.objects.create(
        report=first,
        text=first.text,
        field="court",
        value=str(Court.objects.get(name="北京市高级人民法院").pk),  # which the machine does not read there
        quote="宁江区人民法院",
        start=position,
        end=position + 7,
        sure=0.5,
    )
    publishing.decide(claim, editor, accept=False)
    before = state(first.source)

    second = split_second(page, editor)

    claim.refresh_from_db()
    assert (claim.report, claim.text, claim.start, claim.end) == (second, second.text, 0, 7)
    assert claim.decision == Decision.REJECTED

    rearranging.undo(second, editor, seen=seen(first, second))

    claim.refresh_from_db()
    assert (claim.report, claim.text, claim.start) == (first, first.text, position)
    assert state(first.source) == before


def test_what_is_decided_after_a_step_stays_decided_when_it_is_taken_back(page, editor):
    first = page[0]
    start = line_of(first, "宁江区人民法院立足")
    second = split_second(page, editor)
    claim = second.claims.get(field="court", suggestion=False)
    publishing.decide(claim, editor, accept=False)

    rearranging.undo(first, editor, seen=seen(first, second))

    claim.refresh_from_db()
    text = first.text
    assert (claim.report, claim.text, claim.decision) == (first, text, Decision.REJECTED)
    assert text.text[claim.start : claim.end] == claim.quote
    assert claim.start == len("\n".join(text.text.split("\n")[:start])) + 1


def test_a_decision_of_the_other_article_is_not_overruled_by_one_that_is_merged_into_it(page, editor):
    first, second = page[1], page[2]
    mine, other = (one.claims.filter(field="court", suggestion=False)[0] for one in (first, second))
    publishing.decide(mine, editor, accept=True)
    publishing.decide(other, editor, accept=True)
    court = Report.objects.get(pk=first.pk).court

    rearranging.merge(first, second, editor, seen=seen(first, second))

    first.refresh_from_db()
    other.refresh_from_db()
    assert first.court == court
    assert other.report == second


def test_the_words_of_a_decided_claim_that_are_dropped_come_back_with_their_claim(page, editor):
    report = page[1]
    claim = report.claims.filter(field="court", suggestion=False)[0]
    publishing.decide(claim, editor, accept=True)
    claim.refresh_from_db()
    place = (claim.start, claim.end)
    line = report.text.text[: claim.start].count("\n")

    rearranging.drop(report, range(line, line + 1), editor, seen=seen(report))
    claim.refresh_from_db()
    assert (claim.report, claim.start, claim.decision) == (report, None, Decision.ACCEPTED)

    rearranging.undo(report, editor, seen=seen(report))
    claim.refresh_from_db()
    assert (claim.text, claim.start, claim.end) == (report.text, *place)


def test_a_decided_figure_goes_with_its_words_and_back(page, editor):
    first = page[0]
    start = first.text.text.index("宁江区人民法院立足")
    figure = first.text.indicators.filter(at__gt=start)[0]
    words = first.text.text[figure.at : figure.until]
    deciding.confirm(figure, editor)
    before = state(first.source)

    second = split_second(page, editor)

    figure.refresh_from_db()
    assert (figure.report, figure.text, figure.decision) == (second, second.text, Decision.ACCEPTED)
    assert second.text.text[figure.at : figure.until] == words
    rearranging.undo(first, editor, seen=seen(first, second))
    assert state(first.source) == before


def test_a_decided_figure_that_is_dropped_comes_back_with_its_words(page, editor):
    report = page[0]
    figure = report.text.indicators.all()[0]
    line = report.text.text[: figure.at].count("\n")
    deciding.confirm(figure, editor)
    before = state(report.source)

    rearranging.drop(report, range(line, line + 1), editor, seen=seen(report))
    rearranging.undo(report, editor, seen=seen(report))

    assert state(report.source) == before


# ---- what is refused


def test_a_step_on_a_version_that_is_not_the_current_one_changes_nothing(page, editor):
    report = page[1]
    before = seen(report)
    rearranging.drop(report, range(3, 4), editor, seen=before)
    after = state(report.source)

    with pytest.raises(NotAllowed, match=MEANWHILE):
        rearranging.drop(report, range(0, 1), editor, seen=before)

    assert state(report.source) == after
    assert Step.objects.count() == 1


@pytest.mark.parametrize("part", [range(0, 0), range(5, 3), range(-1, 2), range(0, 999)])
def test_lines_that_are_not_there_are_refused(page, editor, part):
    with pytest.raises(NotAllowed, match="请先选行"):
        rearranging.drop(page[1], part, editor, seen=seen(page[1]))


def test_what_would_leave_an_article_empty_is_refused(page, editor):
    report, other = page[1], page[2]
    whole = range(len(report.text.text.split("\n")))
    with pytest.raises(NotAllowed, match="不能删去全部"):
        rearranging.drop(report, whole, editor, seen=seen(report))
    with pytest.raises(NotAllowed, match="已经是整篇"):
        rearranging.part_off(report, whole, editor, seen=seen(report))
    with pytest.raises(NotAllowed, match="并入本篇"):
        rearranging.move(report, whole, other, 0, editor, seen=seen(report, other))


def test_moving_lines_to_where_they_are_or_past_the_end_is_refused(page, editor):
    report = page[1]
    with pytest.raises(NotAllowed, match="已经在那里"):
        rearranging.move(report, range(2, 4), report, 4, editor, seen=seen(report))
    with pytest.raises(NotAllowed, match="只有 13 行"):
        rearranging.move(report, range(2, 4), report, 99, editor, seen=seen(report))


@pytest.mark.parametrize(
    ("parts", "message"),
    [(["鞠晓薇"], "还没有断开"), (["鞠晓", "微"], "不能改字"), (["鞠", "晓"], "不能删字"), ([], "不能删字")],
)
def test_a_line_is_only_broken_never_changed(page, editor, parts, message):
    report = page[1]
    assert report.text.text.split("\n")[2] == "鞠晓薇"

    with pytest.raises(NotAllowed, match=message):
        rearranging.break_line(report, 2, parts, editor, seen=seen(report))


def test_articles_of_different_originals_are_not_merged(page, editor):
    stranger = a_draft()

    with pytest.raises(NotAllowed, match="同一原件"):
        rearranging.merge(page[0], stranger, editor, seen=seen(page[0], stranger))


def test_a_published_article_is_not_put_aside(page, editor):
    publish(page[1], editor)

    with pytest.raises(NotAllowed, match="第2篇已经公开。请先撤回它"):
        rearranging.merge(page[0], page[1], editor, seen=seen(page[0], page[1]), why="同一篇")

    assert page[1] in Report.objects.published()


def test_the_address_of_an_article_that_was_withdrawn_and_merged_still_tells_why(page, editor, client):
    publishing.publish(page[1], editor, confirmed=True)
    publishing.withdraw(page[1], editor, "与第一篇是同一篇")

    rearranging.merge(page[0], page[1], editor, seen=seen(page[0], page[1]))

    response = client.get(f"/reports/{page[1].pk}/")
    assert (response.status_code, "与第一篇是同一篇" in response.content.decode()) == (410, True)


def test_a_split_is_not_taken_back_once_the_new_article_is_public(page, editor):
    second = split_second(page, editor)
    publish(second, editor)

    with pytest.raises(NotAllowed, match="第6篇已经公开"):
        rearranging.undo(page[0], editor, seen=seen(page[0], second), why="分错了")


def test_a_published_text_is_changed_only_with_a_reason_and_by_a_new_public_version(page, editor):
    report = page[1]
    publish(report, editor)

    with pytest.raises(NotAllowed, match="需要写明原因"):
        rearranging.drop(report, range(3, 4), editor, seen=seen(report))
    rearranging.drop(report, range(3, 4), editor, seen=seen(report), why="重复")

    assert list(report.public_texts.values_list("number", flat=True)) == [1, 2]
    assert report in Report.objects.published()


def test_nothing_is_taken_back_where_nothing_was_done(page, editor):
    with pytest.raises(NotAllowed, match="没有可以撤销的步骤"):
        rearranging.undo(page[0], editor, seen=seen(page[0]))


def test_a_step_is_not_taken_back_before_a_later_one_of_another_article_that_it_changed(page, editor):
    first, second = page[1], page[2]
    rearranging.move(first, range(3, 4), second, 1, editor, seen=seen(first, second))
    rearranging.drop(second, range(0, 1), editor, seen=seen(second))

    with pytest.raises(NotAllowed, match="第3篇在这以后又改过（删去行）"):
        rearranging.undo(first, editor, seen=seen(first, second))

    rearranging.undo(second, editor, seen=seen(second))
    rearranging.undo(first, editor, seen=seen(first, second))


def test_a_corrected_text_is_a_step_that_can_be_taken_back(page, editor):
    report = page[1]
    before = state(report.source)
    publishing.correct_text(report, report.text.text.replace("鞠晓薇", "鞠晓微"), editor, "错字", number=1)

    rearranging.undo(report, editor, seen=seen(report))

    assert state(report.source) == before
    assert list(report.texts.values_list("number", flat=True)) == [1, 2, 3]


def test_whoever_takes_a_step_back_is_told_in_the_history_of_every_article(page, editor):
    other = User.objects.create_user("other")
    second = split_second(page, editor)
    rearranging.undo(page[0], other, seen=seen(page[0], second))

    for report in (page[0], second):
        event = report.events.filter(verb="撤销").get()
        assert (str(event.actor), event.detail["步骤"]) == ("other", "另作一篇")


# ---- any steps


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_any_steps_taken_back_leave_everything_as_it_was(page, editor, data):
    source = page[0].source
    with transaction.atomic():  # an example that is broken off leaves nothing behind for the next
        before = state(source)
        taken = 0
        for _ in range(data.draw(st.integers(1, 4))):
            try:
                take_any_step(source, editor, data)
                taken += 1
            except NotAllowed:
                pass  # e.g. it would leave an article empty

        for _ in range(taken):
            step = Step.objects.standing().filter(source=source).first()
            change = step.changes.filter(after__isnull=False)[0]
            rearranging.undo(change.report, editor, seen=seen(*articles(source)))

        assert not Step.objects.standing().filter(source=source).exists()
        assert state(source) == before
        transaction.set_rollback(True)


def take_any_step(source: SourceFile, editor: User, data: st.DataObject) -> None:
    every = articles(source)
    report, other = data.draw(st.sampled_from(every)), data.draw(st.sampled_from(every))
    words = report.text.text.split("\n")
    first = data.draw(st.integers(0, len(words) - 1))
    part = range(first, data.draw(st.integers(first + 1, len(words))))
    now = seen(*every)
    match data.draw(st.sampled_from(("drop", "join", "break", "rename", "part_off", "move", "merge", "correct"))):
        case "drop":
            rearranging.drop(report, part, editor, seen=now)
        case "join":
            rearranging.join(report, part, editor, seen=now)
        case "break":
            cut = data.draw(st.integers(0, len(words[first])))
            parts = [half.strip() for half in (words[first][:cut], words[first][cut:]) if half.strip()]
            rearranging.break_line(report, first, parts, editor, seen=now)
        case "rename":
            kind = data.draw(st.sampled_from(SectionKind))
            level = data.draw(st.integers(1, 3)) if kind == SectionKind.HEADING else None
            rearranging.rename(report, part, kind, editor, seen=now, level=level)
        case "part_off":
            rearranging.part_off(report, part, editor, seen=now)
        case "move":
            before = data.draw(st.integers(0, len(other.text.text.split("\n"))))
            rearranging.move(report, part, other, before, editor, seen=now)
        case "merge":
            rearranging.merge(report, other, editor, seen=now)
        case "correct":
            words[first] = "改过的一行。"
            publishing.correct_text(report, "\n".join(words), editor, "更正", number=now[report.pk])


def test_no_row_is_ever_deleted(page, editor):
    texts = set(ReportText.objects.values_list("pk", "text"))
    events = set(Event.objects.values_list("pk", flat=True))
    second = split_second(page, editor)
    rearranging.merge(page[0], second, editor, seen=seen(page[0], second))
    rearranging.undo(page[0], editor, seen=seen(page[0]))

    assert texts <= set(ReportText.objects.values_list("pk", "text"))
    assert events <= set(Event.objects.values_list("pk", flat=True))

"""Line by line: what the page shows, what its buttons do, whom it refuses, and that nothing typed is lost."""

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.urls import reverse

from reports import publishing, rearranging
from reports.ingestion.pipeline import reading_of
from reports.ingestion.save import keep, save
from reports.ingestion.shapes import Upload
from reports.ingestion.vocabulary import current_vocabulary
from reports.models import Report
from reports.publishing import MEANWHILE

from .staff import an_account

pytestmark = pytest.mark.django_db

FIRST = "甲县人民法院：\n同向发力\n2023年以来，甲县人民法院认真履行职责，推进法治政府建设，取得新的成效。\n庭审现场。张三 摄"
SECOND = "乙县人民法院：\n深化机制\n2023年以来，乙县人民法院认真履行职责，推进法治政府建设，取得新的成效。"


@pytest.fixture
def editor(client) -> User:
    user = an_account("编辑", "editor")
    client.force_login(user)
    return user


@pytest.fixture
def articles() -> tuple[Report, Report]:
    """Two drafts of one original, of four lines and three."""
    text = f"{FIRST}\n\n{SECOND}"
    source, _ = keep(ContentFile(text.encode()), "两篇.txt")
    first, second = save(source, reading_of(Upload("两篇.txt", text.encode()), current_vocabulary()))
    return first, second


def post(client, report: Report, action: str, part: tuple[int, int] | None = None, **data):
    every = report.source.reports.filter(is_current=True)
    entered = {"seen": [f"{one.pk}:{one.text.number}" for one in every], "action": action} | data
    if part:
        entered |= {"from": part[0], "to": part[1]}
    return client.post(reverse("staff:lines", args=[report.pk]), entered)


def rows(report: Report) -> list[str]:
    return report.text.text.split("\n")


def page(client, report: Report, asked: str = "") -> str:
    return client.get(reverse("staff:lines", args=[report.pk]) + asked).content.decode()


def test_the_page_shows_every_line_with_its_number_kind_and_page(client, editor, articles):
    content = page(client, articles[0], "?from=2&to=3")

    for number, (kind, words) in enumerate(
        zip(("法院名行", "标题", "段落", "图片说明"), rows(articles[0]), strict=True), 1
    ):
        assert f'<li id="r{number}" data-kind=' in content
        assert f'<span class="place">{number}</span><span class="sort">{kind}' in content
        assert f'<span class="said">{words}</span>' in content
    assert content.count('class="chosen"') == 2
    assert content.count("原件1页") == 1


@pytest.mark.parametrize(
    ("action", "part", "data", "left"),
    [
        ("drop", (4, 4), {}, ["甲县人民法院：", "同向发力", FIRST.split("\n")[2]]),
        ("join", (1, 2), {}, ["甲县人民法院：同向发力", *FIRST.split("\n")[2:]]),
        ("break", (2, 2), {"words": "同向\n发力"}, ["甲县人民法院：", "同向", "发力", *FIRST.split("\n")[2:]]),
        ("part_off", (3, 4), {}, ["甲县人民法院：", "同向发力"]),
        ("caption", (3, 3), {}, FIRST.split("\n")),
    ],
)
def test_a_button_does_what_it_says_to_the_chosen_lines(client, editor, articles, action, part, data, left):
    response = post(client, articles[0], action, part, **data)

    assert response.status_code == 302
    assert rows(articles[0]) == left


def test_lines_are_named_by_their_buttons(client, editor, articles):
    for action, kind, level in (("heading2", "heading", 2), ("byline", "byline", None), ("note", "note", None)):
        post(client, articles[0], action, (4, 4))
        row = articles[0].text.sections.filter(start=articles[0].text.text.index("庭审现场")).get()
        assert (row.kind, row.level) == (kind, level)


def test_one_number_alone_is_one_line(client, editor, articles):
    post(client, articles[0], "drop", (4, ""))

    assert len(rows(articles[0])) == 3


def test_a_line_to_be_broken_comes_back_in_a_field_first(client, editor, articles):
    response = post(client, articles[0], "break", (3, 3))

    assert response.status_code == 200
    assert f'rows="8" autofocus>\n{rows(articles[0])[2]}</textarea>' in response.content.decode()
    assert articles[0].texts.count() == 1


def test_a_new_article_is_named_with_its_address(client, editor, articles):
    response = client.get(post(client, articles[0], "part_off", (3, 4)).url)
    new = articles[0].source.reports.get(article_number=3)

    assert f'已另作一篇：<a href="{reverse("staff:review", args=[new.pk])}">第3篇　' in response.content.decode()


def test_lines_are_moved_to_another_article(client, editor, articles):
    first, second = articles
    response = post(client, first, "move", (4, 4), target=second.pk, before="2")

    assert response.url == reverse("staff:lines", args=[second.pk]) + "?from=2&to=2#r2"
    assert rows(second) == ["乙县人民法院：", "庭审现场。张三 摄", *SECOND.split("\n")[1:]]


def test_without_a_number_lines_are_moved_to_the_end(client, editor, articles):
    post(client, articles[0], "move", (2, 2), target=articles[0].pk, before="")

    assert rows(articles[0])[-1] == "同向发力"


def test_another_article_is_merged_into_this_one_and_leads_to_its_original(client, editor, articles):
    first, second = articles
    post(client, first, "merge", other=second.pk)

    assert rows(first) == [*FIRST.split("\n"), *SECOND.split("\n")]
    response = client.get(reverse("staff:lines", args=[second.pk]), follow=True)
    assert response.redirect_chain == [(reverse("staff:source", args=[first.source_id]), 302)]
    assert "第2篇已不单独成篇" in response.content.decode()


def test_the_last_step_is_named_with_who_took_it_and_taken_back_by_somebody_else(client, editor, articles):
    post(client, articles[0], "drop", (4, 4))
    client.force_login(an_account("编辑", "other"))
    assert '删去行　<span class="hint">editor' in page(client, articles[0])

    response = post(client, articles[0], "undo", (1, 1))

    assert rows(articles[0]) == FIRST.split("\n")
    assert "已撤销：删去行。" in client.get(response.url).content.decode()


def test_who_takes_back_the_making_of_an_article_is_led_to_the_one_it_came_from(client, editor, articles):
    post(client, articles[0], "part_off", (3, 4))
    new = articles[0].source.reports.get(article_number=3)

    response = post(client, new, "undo", (1, 1))

    assert response.url.startswith(reverse("staff:lines", args=[articles[0].pk]))


def test_what_was_entered_stays_where_a_step_is_refused(client, editor, articles):
    response = post(client, articles[0], "break", (3, 3), words="改了字")

    content = response.content.decode()
    assert response.status_code == 422
    assert "这里只能断行，不能改字" in content
    assert "autofocus>\n改了字</textarea>" in content
    assert 'name="from" inputmode="numeric" autocomplete="off" value="3"' in content


def test_a_step_on_lines_that_somebody_has_changed_is_refused_and_no_line_stays_chosen(client, editor, articles):
    stale = {"seen": [f"{one.pk}:1" for one in articles]}
    post(client, articles[0], "drop", (4, 4))

    response = post(client, articles[0], "drop", (3, 3), **stale)

    content = response.content.decode()
    assert response.status_code == 422
    assert MEANWHILE in content
    assert 'class="chosen"' not in content
    assert articles[0].text.number == 2


@pytest.mark.parametrize(
    ("action", "data", "message"),
    [
        ("drop", {}, "请先选行"),
        ("drop", {"from": "三", "to": "4"}, "请先选行"),
        ("break", {}, "请先选要断开的那一行"),
        ("move", {"from": "1", "target": "x"}, "没有这一篇"),
        ("move", {"from": "1", "target": "", "before": "1"}, "没有这一篇"),
        ("merge", {"other": "999999"}, "没有这一篇"),
        ("fly", {"from": "1"}, "没有这个操作"),
        ("", {}, "没有这个操作"),
        ("undo", {}, "没有可以撤销的步骤"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(client, editor, articles, action, data, message):
    response = post(client, articles[0], action, **data)

    assert response.status_code == 422
    assert message in response.content.decode()
    assert articles[0].texts.count() == 1


@pytest.mark.parametrize("before", ["0", "9", "-1", "二"])
def test_a_place_that_is_not_there_is_refused(client, editor, articles, before):
    response = post(client, articles[0], "move", (4, 4), target=articles[1].pk, before=before)

    assert response.status_code == 422
    assert "第2篇只有 3 行" in response.content.decode()


def test_an_editor_changes_no_published_article_neither_here_nor_from_beside(client, editor, articles):
    first, second = articles
    publishing.publish(second, an_account("审核发布", "publisher"), confirmed=True)

    assert client.get(reverse("staff:lines", args=[second.pk])).status_code == 403
    assert post(client, first, "move", (4, 4), target=second.pk, why="因").status_code == 403
    assert post(client, first, "merge", other=second.pk, why="因").status_code == 403
    assert second.texts.count() == 1


def test_an_editor_does_not_take_back_a_step_that_concerns_a_published_article(client, editor, articles):
    first, second = articles
    publisher = an_account("审核发布", "publisher")
    seen = {one.pk: one.text.number for one in articles}
    rearranging.move(first, range(3, 4), second, 3, publisher, seen=seen)
    publishing.publish(second, publisher, confirmed=True)

    assert post(client, first, "undo", why="因").status_code == 403


def test_who_may_publish_changes_a_published_article_with_a_reason(client, articles):
    publisher = an_account("审核发布", "publisher")
    client.force_login(publisher)
    publishing.publish(articles[0], publisher, confirmed=True)

    refused = post(client, articles[0], "drop", (4, 4))
    assert refused.status_code == 422
    assert "需要写明原因" in refused.content.decode()
    assert post(client, articles[0], "drop", (4, 4), why="重复").status_code == 302
    assert len(rows(articles[0])) == 3


def test_the_page_is_for_staff(client, articles):
    assert client.get(reverse("staff:lines", args=[articles[0].pk])).status_code == 302

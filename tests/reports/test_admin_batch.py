"""The table of a batch: what asks for a person stands first, is corrected in its row, and the sure ones are published together."""

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from reports import publishing
from reports.ingestion.shapes import Found
from reports.models import (
    Batch,
    BatchFile,
    Claim,
    Court,
    Field,
    Origin,
    Report,
    SourceFile,
    SourceState,
    Status,
    Suspicion,
    SuspicionKind,
)
from reports.roles import EDITOR, PUBLISHER

from .staff import FOUND, a_draft, an_account

pytestmark = pytest.mark.django_db

SONGYUAN = "松原市中级人民法院"


@pytest.fixture
def publisher(client) -> User:
    user = an_account(PUBLISHER, "publisher")
    client.force_login(user)
    return user


@pytest.fixture
def batch() -> Batch:
    return Batch.objects.create()


def put_in(batch: Batch, source: SourceFile, name: str, **values) -> BatchFile:
    return BatchFile.objects.create(batch=batch, position=batch.files.count() + 1, name=name, source=source, **values)


def a_sure_draft(batch: Batch, number: int, name: str = "") -> Report:
    """A report whose court and year are certain, and whose text is like no other's."""
    report = a_draft(
        *sure(2000 + number), text=f"松原市中级人民法院\n{2000 + number}年工作总结\n{chr(0x4E00 + number) * 99}"
    )
    put_in(batch, report.source, name or f"{number}.txt")
    return report


def sure(year: int) -> tuple[Found, ...]:
    return (
        Found("title", f"{year}年工作总结", 0.99),
        Found("court", SONGYUAN, 0.97, SONGYUAN, 0, 9),
        Found("year", str(year), 0.96, f"{year}年", 10, 15),
        Found("type", "工作总结", 0.95),
    )


def an_unread_file(batch: Batch, name: str, state: SourceState, **values) -> SourceFile:
    source = SourceFile.objects.create(sha256=name, name=name, size=1, state=state, **values)
    put_in(batch, source, name)
    return source


def page(client, batch: Batch) -> str:
    return client.get(f"/admin/batches/{batch.pk}/").content.decode()


def fill_in(client, batch: Batch, report: Report, act: str = "save", *, by_script: bool = False, **fields: str):
    """Send the row as the page would: with the last event of the report's history as what was seen."""
    filled = {"act": act, "seen": last_event(report)} | fields
    headers = {"Accept": "application/json"} if by_script else {}
    return client.post(f"/admin/batches/{batch.pk}/reports/{report.pk}/", filled, headers=headers)


def last_event(report: Report) -> str:
    event = report.events.first()
    return str(event.pk) if event else "0"


# ---- the table


def test_what_asks_for_a_person_stands_first_and_what_is_done_last(client, publisher, batch):
    public = a_sure_draft(batch, 1, "已公开.txt")
    publishing.publish(public, None, confirmed=True)
    a_sure_draft(batch, 2, "可以公开.txt")
    an_unread_file(batch, "等待.pdf", SourceState.WAITING)
    an_unread_file(batch, "在读.pdf", SourceState.READING, pages_done=3, pages_due=12)
    doubtful = a_draft(Found("court", SONGYUAN, 0.72), Found("year", "2023", 0.95))
    put_in(batch, doubtful.source, "要看.txt")
    an_unread_file(batch, "读不了.pdf", SourceState.FAILED, reason="文件有密码。")
    BatchFile.objects.create(batch=batch, position=9, name="没存下.txt", reason="磁盘已满。")

    shown = page(client, batch)

    names = ["要看.txt", "读不了.pdf", "没存下.txt", "等待.pdf", "在读.pdf", "可以公开.txt", "已公开.txt"]
    places = [shown.index(name) for name in names]
    assert places == sorted(places)
    for words in ("3 篇要看一眼", "2 个文件在识别", "1 篇可以公开", "1 篇已办完"):
        assert words in shown
    for words in ("文件有密码。", "磁盘已满。", "待识别", "正在识别，共 12 页，已完成 3 页"):
        assert words in shown


def test_the_same_bytes_twice_are_shown_once_and_named(client, publisher, batch):
    report = a_sure_draft(batch, 1, "甲.txt")
    put_in(batch, report.source, "甲（副本）.txt", known=True)

    shown = page(client, batch)

    assert shown.count(f'data-report="{report.pk}"') == 1
    assert "和这一批里的另一个文件一字节不差，只列一次。" in shown


@pytest.mark.parametrize("count", [1, 6])
def test_the_table_asks_the_same_questions_however_long_it_is(
    client, publisher, batch, count, django_assert_num_queries
):
    for number in range(count):
        a_sure_draft(batch, number)
    page(client, batch)

    with django_assert_num_queries(9):
        page(client, batch)


def obstacles(client, batch: Batch) -> str:
    """Why what is not published with the others is not."""
    shown = client.get(f"/admin/batches/{batch.pk}/publish/").content.decode()
    return shown.partition("要先看一眼，不在其内")[2]


def test_what_is_unknown_or_doubtful_is_named(client, publisher, batch):
    unknown, doubtful = (
        a_draft(*FOUND[:1]),
        a_draft(Found("court", SONGYUAN, 0.72), Found("year", "2023", 0.6, basis="inferred")),
    )
    for report in (unknown, doubtful):
        put_in(batch, report.source, "总结.txt")

    named = obstacles(client, batch)

    assert "法院不明；年度不明" in named
    assert "法院的把握只有 72%；年度的把握只有 推断 60%" in named


def test_what_the_reading_noticed_and_an_undecided_duplicate_ask_for_a_look(client, publisher, batch):
    noticed, twin = a_sure_draft(batch, 1), a_sure_draft(batch, 2)
    Report.objects.filter(pk=noticed.pk).update(notices=["第2页的阅读顺序请核对。"])
    Suspicion.objects.create(report=twin, other=noticed, kind=SuspicionKind.NEAR, likeness=0.86)

    named = obstacles(client, batch)

    assert "第2页的阅读顺序请核对。" in named
    assert "疑似重复：与《2001年工作总结》文字几乎相同（相同 86%）" in named


def test_a_table_that_says_another_court_than_the_text_asks_for_a_look_until_somebody_confirms(
    client, publisher, batch
):
    report = a_sure_draft(batch, 1)
    other = Court.objects.get(name="乾安县人民法院")
    Claim.objects.create(
        report=report, text=report.text, field=Field.COURT, value=str(other.pk), sure=1, origin=Origin.TABLE
    )
    Report.objects.filter(pk=report.pk).update(court=other)

    assert f"表格写的法院与原文不同，原文是“{SONGYUAN}”" in obstacles(client, batch)
    fill_in(client, batch, report, "confirm")
    assert obstacles(client, batch) == ""


# ---- one row


def test_a_row_is_corrected_in_place_by_any_words_that_mean_one_court(client, publisher, batch):
    report = a_draft()
    put_in(batch, report.source, "总结.txt")

    answer = fill_in(client, batch, report, court="qiananx", year="２０２２", type="年度报告", title="2023年工作总结")

    assert answer["Location"] == f"/admin/batches/{batch.pk}/#report-{report.pk}"
    report.refresh_from_db()
    assert (str(report.court), report.year_id, report.type) == ("乾安县人民法院", 2022, "年度报告")
    assert set(report.claims.filter(origin=Origin.PERSON).values_list("field", flat=True)) == {"court", "year", "type"}


def test_a_script_sends_one_field_and_gets_the_row_as_it_is_now(client, publisher, batch):
    report = a_draft()
    file = put_in(batch, report.source, "总结.txt")

    said = fill_in(client, batch, report, by_script=True, year="2022").json()

    assert said["told"] == "已更正年度。"
    assert list(said["files"]) == [str(file.pk)]
    assert 'value="2022"' in said["files"][str(file.pk)]
    assert "1 篇可以公开" in said["summary"]


@pytest.mark.parametrize(
    ("filled", "sentence"),
    [
        ({"court": "朝阳区"}, "“朝阳区”对得上几个法院：北京市朝阳区人民法院、"),
        ({"court": "月球法院"}, "名录里没有“月球法院”。换一段名称或拼音再试；确实没有的，在审核页上增加。"),
        ({"year": "去年"}, "年度“去年”不能识别。请填四位年份，如 2023；跨年的填 2017-2021。"),
        ({"type": "年报"}, "请从列出的类型中选一种。"),
    ],
)
def test_what_cannot_be_is_said_in_the_row_with_what_was_filled_in_and_nothing_is_saved(
    client, publisher, batch, filled, sentence
):
    report = a_draft()
    put_in(batch, report.source, "总结.txt")

    answer = fill_in(client, batch, report, title="改过的标题", **filled)

    assert answer.status_code == 422
    shown = answer.content.decode()
    assert sentence in shown
    assert 'value="改过的标题"' in shown
    report.refresh_from_db()
    assert (report.title, str(report.court)) == ("2023年工作总结", SONGYUAN)
    assert fill_in(client, batch, report, by_script=True, **filled).json()["problem"].startswith(sentence)


def test_a_row_that_somebody_else_has_changed_is_not_overwritten(client, publisher, batch):
    report = a_draft()
    file = put_in(batch, report.source, "总结.txt")
    seen = last_event(report)
    publishing.correct(report, Field.YEAR, "2021", an_account(EDITOR, "other"))

    answer = client.post(
        f"/admin/batches/{batch.pk}/reports/{report.pk}/",
        {"act": "save", "seen": seen, "year": "2020"},
        headers={"Accept": "application/json"},
    )

    assert answer.status_code == 422
    assert answer.json()["problem"].startswith("别人刚刚改过这一行")
    assert 'value="2021"' in answer.json()["files"][str(file.pk)]
    report.refresh_from_db()
    assert report.year_id == 2021


def test_a_doubtful_row_that_is_confirmed_is_sure_until_that_is_taken_back(client, publisher, batch):
    report = a_draft(Found("court", SONGYUAN, 0.72), Found("year", "2023", 0.95))
    put_in(batch, report.source, "总结.txt")

    confirmed = fill_in(client, batch, report, "confirm", by_script=True).json()
    back = fill_in(client, batch, report, "take_back", by_script=True).json()

    assert confirmed["told"] == "已核对无误。"
    assert "1 篇可以公开" in confirmed["summary"]
    assert back["told"] == "已撤销上一步。"
    assert "1 篇要看一眼" in back["summary"]


def test_a_report_that_is_not_in_the_batch_is_not_changed_from_its_page(client, publisher, batch):
    elsewhere = a_sure_draft(Batch.objects.create(), 1)

    assert fill_in(client, batch, elsewhere, year="1999").status_code == 404


def test_confirming_settles_doubts_about_facts_and_no_notice_about_the_text(client, publisher, batch):
    report = a_draft(Found("court", SONGYUAN, 0.72), Found("year", "2023", 0.95))
    put_in(batch, report.source, "总结.txt")
    Report.objects.filter(pk=report.pk).update(notices=["第2页的阅读顺序请核对。"])
    assert "核对无误" in page(client, batch)

    fill_in(client, batch, report, "confirm")

    shown = page(client, batch)
    assert 'value="confirm"' not in shown
    assert "1 篇要看一眼" in shown


def test_a_published_report_is_changed_by_those_alone_who_may_publish(client, batch):
    client.force_login(an_account(EDITOR))
    report = a_sure_draft(batch, 1)
    publishing.publish(report, None, confirmed=True)

    assert fill_in(client, batch, report, year="1999").status_code == 403


# ---- while it is read


def test_a_script_learns_what_has_changed_and_asks_for_those_rows(client, publisher, batch):
    source = an_unread_file(batch, "在读.pdf", SourceState.READING, pages_done=1, pages_due=2)
    file = batch.files.get()
    asked = client.get(f"/admin/batches/{batch.pk}/state/").json()
    SourceFile.objects.filter(pk=source.pk).update(state=SourceState.FAILED, reason="文件有密码。")
    then = client.get(f"/admin/batches/{batch.pk}/state/").json()

    assert asked == {"working": True, "files": {str(file.pk): "reading:1:2"}}
    assert then == {"working": False, "files": {str(file.pk): "failed:1:2"}}
    rows = client.get(f"/admin/batches/{batch.pk}/rows/?file={file.pk}&file=0&file=x").json()
    assert list(rows["files"]) == [str(file.pk)]
    assert "文件有密码。" in rows["files"][str(file.pk)]


# ---- a table that comes later


def test_a_table_handed_over_on_the_page_stands_in_line_and_describes_the_batch(client, publisher, batch):
    report = a_draft()
    put_in(batch, report.source, "总结.txt")
    table = SimpleUploadedFile("说明.csv", "文件名,年度\n总结,2019\n".encode())

    client.post(f"/admin/batches/{batch.pk}/table/", {"table": table})
    call_command("read_uploads")

    report.refresh_from_db()
    assert report.year_id == 2019
    shown = page(client, batch)
    assert "说明了这一批里的 1 个文件。" in shown
    assert 'value="2019"' in shown


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "没有选择表格。请选择一个 XLSX 或 CSV 文件。"),
        ({"table": SimpleUploadedFile("名单.csv", "法院,年度\n".encode())}, "这张表格里没有“文件名”一栏。"),
        ({"table": SimpleUploadedFile("报告.pdf", b"%PDF-1.7")}, "这张表格里没有“文件名”一栏。"),
        (
            {"table": SimpleUploadedFile("旧.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1W\0o\0r\0k\0b\0o\0o\0k\0")},
            "这是旧格式的 Excel",
        ),
    ],
)
def test_what_is_no_such_table_is_not_kept(client, publisher, batch, files, sentence):
    answer = client.post(f"/admin/batches/{batch.pk}/table/", files)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not batch.files.exists()


# ---- from one to the next


def test_the_review_page_leads_through_the_drafts_of_the_batch(client, publisher, batch):
    first, public, last = (a_sure_draft(batch, number) for number in (1, 2, 3))
    publishing.publish(public, None, confirmed=True)

    pages = [client.get(f"/admin/review/{report.pk}/").content.decode() for report in (first, last)]

    assert f'rel="next" accesskey="j" href="/admin/review/{last.pk}/"' in pages[0]
    assert 'rel="prev"' not in pages[0]
    assert f'rel="prev" accesskey="k" href="/admin/review/{first.pk}/"' in pages[1]
    assert 'rel="next"' not in pages[1]


# ---- the sure ones together


def test_the_sure_ones_are_published_with_one_tick_and_the_others_are_not(client, publisher, batch):
    sure = [a_sure_draft(batch, number) for number in (1, 2)]
    asking = a_draft(*FOUND[:1])
    put_in(batch, asking.source, "总结.txt")
    address = f"/admin/batches/{batch.pk}/publish/"
    listed = [report.pk for report in sure]

    without_tick = client.post(address, {"report": listed})
    assert without_tick.status_code == 422
    assert "请先勾选" in without_tick.content.decode()
    done = client.post(address, {"report": listed, "confirmed": "on"}, follow=True)

    assert "已公开 2 篇报告，读者现在可以看到。" in done.content.decode()
    assert set(Report.objects.published().filter(pk__in=[*listed, asking.pk])) == set(sure)
    assert not Report.objects.filter(pk__in=listed, reviewed_at__isnull=False).exists()


def test_nothing_is_published_where_the_list_has_changed_since_it_was_shown(client, publisher, batch):
    still, changed = a_sure_draft(batch, 1), a_sure_draft(batch, 2)
    Report.objects.filter(pk=changed.pk).update(notices=["缺第3页。"])

    answer = client.post(f"/admin/batches/{batch.pk}/publish/", {"report": [still.pk, changed.pk], "confirmed": "on"})

    assert answer.status_code == 422
    assert "名单在您看的时候有了变化，一篇也没有公开。" in answer.content.decode()
    assert not Report.objects.filter(pk__in=[still.pk, changed.pk], status=Status.PUBLISHED).exists()


def test_a_duplicate_that_only_publishing_finds_is_asked_about_from_then_on(client, publisher, batch):
    report = a_sure_draft(batch, 1)
    twin = a_draft(*sure(2001), text=report.text.text)
    put_in(batch, twin.source, "又一份.txt")
    Suspicion.objects.all().delete()
    address = f"/admin/batches/{batch.pk}/publish/"

    answer = client.post(address, {"report": [report.pk, twin.pk], "confirmed": "on"})

    assert (answer.status_code, set(Report.objects.published()) & {report, twin}) == (422, set())
    assert [row.other for row in twin.suspicions.open()] == [report]
    assert [row.report for row in answer.context["asking"]] == [twin]


def test_a_report_of_another_batch_is_not_published_along(client, publisher, batch):
    elsewhere = a_sure_draft(Batch.objects.create(), 1)
    a_sure_draft(batch, 2)

    client.post(f"/admin/batches/{batch.pk}/publish/", {"report": [elsewhere.pk], "confirmed": "on"})

    elsewhere.refresh_from_db()
    assert elsewhere.status == Status.DRAFT


def test_an_editor_corrects_but_does_not_publish(client, batch):
    client.force_login(an_account(EDITOR))
    a_sure_draft(batch, 1)

    assert "公开由审核发布人员办理。" in page(client, batch)
    assert client.get(f"/admin/batches/{batch.pk}/publish/").status_code == 403

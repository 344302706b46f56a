"""The upload page: every file gets its own outcome, and no file stops another."""

import hashlib
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from reports.ingestion.save import keep
from reports.models import Batch, Report, SourceFile, SourceState
from reports.roles import EDITOR
from tests.ingestion.test_read_archive import zip_of

pytestmark = pytest.mark.django_db

REPORT = (
    "乾安县人民法院\n2021年度法治政府建设工作报告\n"
    "2021年，乾安县人民法院认真贯彻落实上级决策部署。\n一、推进府院联动\n本院与县政府召开府院联席会议4次。\n"
).encode()


@pytest.fixture
def editor(client) -> User:
    user = User.objects.create_user("editor", is_staff=True)
    user.groups.add(Group.objects.get(name=EDITOR))
    client.force_login(user)
    return user


def upload(client, *files: tuple[str, bytes]) -> Batch:
    """Hand the files over together; they are kept and wait."""
    before = set(Batch.objects.values_list("pk", flat=True))
    response = client.post("/admin/uploads/", {"originals": [SimpleUploadedFile(name, data) for name, data in files]})
    batch = Batch.objects.exclude(pk__in=before).get()
    assert response.headers["Location"] == f"/admin/batches/{batch.pk}/"
    return batch


def read_all() -> None:
    call_command("read_uploads")


def states(batch: Batch) -> dict[str, str]:
    return dict(batch.files.values_list("name", "source__state"))


def test_uploaded_files_are_kept_as_one_batch_and_read_by_nobody_yet(client, editor):
    batch = upload(client, ("乙.txt", REPORT), ("甲.txt", "一".encode()))

    assert batch.uploaded_by == editor
    assert list(batch.files.values_list("position", "name", "source__state", "known")) == [
        (1, "乙.txt", "waiting", False),
        (2, "甲.txt", "waiting", False),
    ]
    assert not Report.objects.filter(source__handed_over__batch=batch).exists()
    assert SourceFile.objects.get(name="乙.txt").file.open("rb").read() == REPORT


def test_a_read_file_becomes_drafts_that_nobody_else_sees(client, editor):
    upload(client, ("乾安.txt", REPORT))

    read_all()

    source = SourceFile.objects.get(name="乾安.txt")
    assert (source.state, source.uploaded_by) == (SourceState.READ, editor)
    (report,) = source.reports.all()
    assert (str(report.court), report.year_id, report.status) == ("乾安县人民法院", 2021, "draft")
    assert client.get(f"/reports/{report.pk}/").status_code == 404


def test_a_bad_file_is_kept_with_a_sentence_and_stops_no_other(client, editor, settings):
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    files = {
        "空.txt": b"",
        "假.pdf": b"%PDF-1.7 broken",
        "图.txt": b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
        "大.txt": "法院工作".encode() * 100_000,
        "坏.zip": b"PK\x03\x04" + b"\0" * 40,
        "好.txt": REPORT,
    }
    batch = upload(client, *files.items())

    read_all()

    assert states(batch) == dict.fromkeys(files, SourceState.FAILED) | {"好.txt": SourceState.READ}
    page = client.get("/admin/uploads/?state=failed").content.decode()
    for row in batch.files.select_related("source"):
        assert row.source.file.open("rb").read() == files[row.name]
        assert row.name == "好.txt" or (row.source.reason and row.source.reason in page)
    assert SourceFile.objects.get(name="大.txt").reason.startswith("文件有 1.1 MB，超过每个文件 1 MB 的上限")


def test_the_same_bytes_again_are_marked_and_not_kept_twice(client, editor):
    upload(client, ("乾安.txt", REPORT))
    read_all()
    before = (SourceFile.objects.count(), Report.objects.count())

    batch = upload(client, ("另一个名字.txt", REPORT), ("又一个.txt", REPORT))
    read_all()

    assert (SourceFile.objects.count(), Report.objects.count()) == before
    source = SourceFile.objects.get(name="乾安.txt")
    assert list(batch.files.values_list("name", "source", "known")) == [
        ("另一个名字.txt", source.pk, True),
        ("又一个.txt", source.pk, True),
    ]


def test_the_same_bytes_again_are_read_where_they_could_not_be_before(client, editor):
    upload(client, ("乾安.txt", REPORT))
    SourceFile.objects.filter(name="乾安.txt").update(state=SourceState.FAILED, reason="识别用时过长。")

    batch = upload(client, ("乾安.txt", REPORT))
    read_all()

    assert states(batch) == {"乾安.txt": "read"}


def test_the_files_of_a_zip_follow_it_in_its_batch_and_are_read(client, editor):
    members = zip_of(
        ("报告/乾安.txt", REPORT), ("空.txt", b""), ("里.zip", zip_of(("深.zip", zip_of(("甲.txt", "一".encode())))))
    )
    batch = upload(client, ("年报.zip", members), ("尾.txt", "一".encode()))

    read_all()

    assert list(batch.files.values_list("position", "member", "name", "source__state", "known")) == [
        (1, 0, "年报.zip", "unpacked", False),
        (1, 1, "报告/乾安.txt", "read", False),
        (1, 2, "空.txt", "failed", False),
        (1, 3, "里.zip/深.zip", None, False),
        (2, 0, "尾.txt", "read", False),
    ]
    assert batch.files.get(member=3).reason.startswith("ZIP 里的 ZIP 里还有 ZIP，没有再打开。")
    assert SourceFile.objects.get(name="乾安.txt").reports.count() == 1


def test_a_zip_that_is_handed_over_again_lists_its_files_again(client, editor):
    members = zip_of(("乾安.txt", REPORT), ("空.txt", b""))
    upload(client, ("年报.zip", members))
    read_all()

    batch = upload(client, ("年报.zip", members))
    read_all()

    assert list(batch.files.values_list("member", "name", "source__state", "known")) == [
        (0, "年报.zip", "unpacked", True),
        (1, "乾安.txt", "read", True),
        (2, "空.txt", "failed", True),
    ]
    assert SourceFile.objects.get(name="乾安.txt").reports.count() == 1


def test_a_form_without_a_file_says_what_is_missing(client, editor):
    response = client.post("/admin/uploads/")

    assert response.status_code == 422
    assert 'id="originals-error">没有选择文件。请选择一个或多个文件再上传。' in response.content.decode()
    assert 'aria-describedby="originals-error chosen"' in response.content.decode()


@pytest.mark.parametrize("state", [SourceState.FAILED, SourceState.CANCELLED, SourceState.WAITING])
def test_a_file_that_was_not_read_can_be_put_in_line_again(client, editor, state):
    # As a command leaves it that reads without standing in line, and its states after that.
    source, _ = keep(ContentFile(REPORT), "乾安.txt")
    SourceFile.objects.filter(pk=source.pk).update(state=state, reason="识别用时过长。")
    assert "重新识别</button>" in client.get(f"/admin/uploads/{source.pk}/").content.decode()

    response = client.post(f"/admin/uploads/{source.pk}/read-again/", follow=True)
    read_all()

    assert response.redirect_chain == [(f"/admin/uploads/{source.pk}/", 302)]
    assert "等候识别，下一个就是。" in response.content.decode()
    source.refresh_from_db()
    assert (source.state, source.reason, source.reports.count()) == (SourceState.READ, "", 1)


def test_a_file_that_waits_can_be_cancelled_and_is_not_read(client, editor):
    batch = upload(client, ("乾安.txt", REPORT), ("尾.txt", "一".encode()))
    source = SourceFile.objects.get(name="乾安.txt")
    assert "取消识别</button>" in client.get(f"/admin/uploads/{source.pk}/").content.decode()

    response = client.post(f"/admin/uploads/{source.pk}/cancel/", {"batch": batch.pk})
    read_all()

    assert response.headers["Location"] == f"/admin/batches/{batch.pk}/"
    assert states(batch) == {"乾安.txt": "cancelled", "尾.txt": "read"}
    assert source.events.filter(verb="取消识别", actor=editor).count() == 1
    page = client.get(f"/admin/uploads/{source.pk}/").content.decode()
    assert "识别已取消，原件仍留存。" in page
    assert "重新识别</button>" in page


@pytest.mark.parametrize("address", ["cancel", "read-again"])
def test_what_has_been_read_is_neither_cancelled_nor_read_again(client, editor, address):
    batch = upload(client, ("乾安.txt", REPORT))
    read_all()
    source = SourceFile.objects.get(name="乾安.txt")

    response = client.post(f"/admin/uploads/{source.pk}/{address}/", follow=True)
    read_all()

    assert "“乾安.txt”已识别，没有" in response.content.decode()
    assert states(batch) == {"乾安.txt": "read"}
    assert source.reports.count() == 1


def test_the_page_of_an_original_says_how_many_are_read_before_it(client, editor):
    upload(client, ("先.txt", "一".encode()), ("后.txt", "二".encode()))
    first, second = SourceFile.objects.filter(name__in=("先.txt", "后.txt")).order_by("pk")

    assert "等候识别，下一个就是。" in client.get(f"/admin/uploads/{first.pk}/").content.decode()
    assert "等候识别，前面还有 1 个文件。" in client.get(f"/admin/uploads/{second.pk}/").content.decode()
    SourceFile.objects.filter(pk=first.pk).update(state=SourceState.READING, pages_done=3, pages_due=12)
    assert "正在识别，共 12 页，已完成 3 页。" in client.get(f"/admin/uploads/{first.pk}/").content.decode()


def test_the_original_is_handed_back_as_a_download_of_no_particular_type(client, editor):
    upload(client, ("乾安.html", b"<script>alert(1)</script>" + REPORT))
    source = SourceFile.objects.get(name="乾安.html")

    response = client.get(f"/admin/uploads/{source.pk}/original/")

    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>" + REPORT
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_cannot_be_kept_is_named_and_stops_no_other(client, editor, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    # A file stands where the folder of the first original would be.
    (tmp_path / hashlib.sha256(b"no room").hexdigest()[:2]).write_bytes(b"")

    batch = upload(client, ("没地方.txt", b"no room"), ("乾安.txt", REPORT))

    (refused, kept) = batch.files.all()
    assert (refused.source, refused.reason) == (None, "没有存下来，可能是磁盘已满或正忙。请稍后重新上传这个文件。")
    assert not SourceFile.objects.filter(name="没地方.txt").exists()
    assert kept.source.file.open("rb").read() == REPORT
    assert [path.name for path in (tmp_path / "unfinished").iterdir()] == []


def test_a_missing_original_is_told_when_it_is_asked_for_or_read(client, editor):
    upload(client, ("乾安.txt", REPORT))
    source = SourceFile.objects.get(name="乾安.txt")
    Path(source.file.path).unlink()

    asked = client.get(f"/admin/uploads/{source.pk}/original/", follow=True)
    read_all()

    assert asked.redirect_chain == [(f"/admin/uploads/{source.pk}/", 302)]
    assert "原件不在存放的地方" in asked.content.decode()
    source.refresh_from_db()
    assert source.state == SourceState.FAILED
    assert source.reason.startswith("原件不在存放的地方，可能被移走或删除。")


def test_the_page_of_an_original_shows_its_pages_as_read_and_who_uploaded_it(client, editor):
    upload(client, ("乾安.txt", REPORT))
    read_all()
    source = SourceFile.objects.get(name="乾安.txt")

    page = client.get(f"/admin/uploads/{source.pk}/").content.decode()

    assert "本院与县政府召开府院联席会议4次。" in page
    assert "<span>editor</span><span>上传原件" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_ask_the_same_questions_however_long_they_are(client, editor, count, django_assert_num_queries):
    for number in range(count):
        upload(client, (f"{number}.txt", str(number).encode()))
    client.get("/admin/uploads/")

    with django_assert_num_queries(8):
        client.get("/admin/uploads/")


def test_the_workspace_shows_files_and_not_the_tasks_behind_them(admin_client):
    page = admin_client.get("/admin/").content.decode()

    assert "django_tasks" not in page
    assert admin_client.get("/admin/django_tasks_database/dbtaskresult/").status_code == 404

"""The upload page: every file gets its own outcome, and no file stops another."""

import hashlib
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile

from reports.models import Report, SourceFile, SourceState
from reports.roles import EDITOR

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


def upload(client, *files: tuple[str, bytes]):
    return client.post(
        "/admin/uploads/", {"originals": [SimpleUploadedFile(name, data) for name, data in files]}, follow=True
    )


def test_an_uploaded_file_becomes_drafts_that_nobody_else_sees(client, editor):
    response = upload(client, ("乾安.txt", REPORT))

    assert response.redirect_chain == [("/admin/uploads/", 302)]
    source = SourceFile.objects.get(name="乾安.txt")
    assert (source.state, source.uploaded_by) == (SourceState.READ, editor)
    (report,) = source.reports.all()
    assert (str(report.court), report.year_id, report.status) == ("乾安县人民法院", 2021, "draft")
    page = response.content.decode()
    assert f'href="/admin/review/{report.pk}/"' in page
    assert client.get(f"/reports/{report.pk}/").status_code == 404


def test_a_bad_file_is_kept_with_a_sentence_and_stops_no_other(client, editor, settings):
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    files = {
        "空.txt": b"",
        "假.pdf": b"%PDF-1.7 broken",
        "图.txt": b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
        "大.txt": "法院工作".encode() * 100_000,
        "好.txt": REPORT,
    }

    page = upload(client, *files.items()).content.decode()

    kept = {source.name: source for source in SourceFile.objects.filter(name__in=files)}
    assert {name: kept[name].state for name in files} == {
        "空.txt": SourceState.FAILED,
        "假.pdf": SourceState.FAILED,
        "图.txt": SourceState.FAILED,
        "大.txt": SourceState.FAILED,
        "好.txt": SourceState.READ,
    }
    for name, source in kept.items():
        assert source.file.open("rb").read() == files[name]
        assert source.reason in page
    assert kept["大.txt"].reason.startswith("文件有 1.1 MB，超过每个文件 1 MB 的上限")


def test_the_same_bytes_again_are_pointed_out_before_anything_is_saved(client, editor):
    upload(client, ("乾安.txt", REPORT))
    source = SourceFile.objects.get(name="乾安.txt")
    before = (SourceFile.objects.count(), Report.objects.count())

    page = upload(client, ("另一个名字.txt", REPORT), ("又一个.txt", REPORT)).content.decode()

    assert (SourceFile.objects.count(), Report.objects.count()) == before
    assert page.count("库中已有完全相同的文件") == 2
    assert f'href="/admin/uploads/{source.pk}/">看已有的文件' in page


def test_a_form_without_a_file_says_what_is_missing(client, editor):
    response = client.post("/admin/uploads/")

    assert response.status_code == 422
    assert 'id="originals-error">没有选择文件。请选择一个或多个文件再上传。' in response.content.decode()
    assert 'aria-describedby="originals-error"' in response.content.decode()


def test_a_file_that_failed_can_be_read_again(client, editor):
    upload(client, ("乾安.txt", REPORT))
    source = SourceFile.objects.get(name="乾安.txt")
    source.reports.all().delete()
    SourceFile.objects.filter(pk=source.pk).update(state=SourceState.FAILED, reason="识别用时过长。")

    response = client.post(f"/admin/uploads/{source.pk}/read-again/", follow=True)

    source.refresh_from_db()
    assert (source.state, source.reason) == (SourceState.READ, "")
    assert source.reports.count() == 1
    assert "已识别出 1 篇报告。" in response.content.decode()


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

    page = upload(client, ("没地方.txt", b"no room"), ("乾安.txt", REPORT)).content.decode()

    assert "“没地方.txt”没有存下来，可能是磁盘已满或正忙。请稍后重新上传这个文件。" in page
    assert not SourceFile.objects.filter(name="没地方.txt").exists()
    assert SourceFile.objects.get(name="乾安.txt").state == SourceState.READ


def test_a_file_whose_reading_was_cut_off_waits_and_is_read_from_its_page(client, editor):
    upload(client, ("乾安.txt", REPORT))
    source = SourceFile.objects.get(name="乾安.txt")
    source.reports.all().delete()
    SourceFile.objects.filter(pk=source.pk).update(state=SourceState.WAITING)
    assert "已经存下，还没有识别。" in client.get("/admin/uploads/").content.decode()

    client.post(f"/admin/uploads/{source.pk}/read-again/")

    source.refresh_from_db()
    assert (source.state, source.reports.count()) == (SourceState.READ, 1)


def test_a_missing_original_is_told_when_it_is_asked_for_or_read_again(client, editor):
    upload(client, ("空.txt", b""))
    source = SourceFile.objects.get(name="空.txt")
    Path(source.file.path).unlink()

    asked = client.get(f"/admin/uploads/{source.pk}/original/", follow=True)
    client.post(f"/admin/uploads/{source.pk}/read-again/")

    assert asked.redirect_chain == [(f"/admin/uploads/{source.pk}/", 302)]
    assert "原件不在存放的地方" in asked.content.decode()
    source.refresh_from_db()
    assert source.state == SourceState.FAILED
    assert source.reason.startswith("原件不在存放的地方，可能被移走或删除。")


def test_the_page_of_an_original_shows_its_pages_as_read_and_who_uploaded_it(client, editor):
    upload(client, ("乾安.txt", REPORT))
    source = SourceFile.objects.get(name="乾安.txt")

    page = client.get(f"/admin/uploads/{source.pk}/").content.decode()

    assert "本院与县政府召开府院联席会议4次。" in page
    assert "<span>editor</span><span>上传原件" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_questions_however_long_it_is(client, editor, count, django_assert_num_queries):
    for number in range(count):
        SourceFile.objects.create(sha256=str(number), name=f"{number}.txt", size=1)
    client.get("/admin/uploads/")

    with django_assert_num_queries(7):
        client.get("/admin/uploads/")

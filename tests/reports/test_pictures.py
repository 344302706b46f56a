"""Pages of an original as readers and staff get them: drawn once, kept, and only where the original itself is public."""

import io
import os

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image

from reports.facsimile import pictures
from reports.facsimile.pictures import drop_the_oldest, kept_at
from reports.models import Report, SourceFile, Status
from tests.factories import make_report, make_source
from tests.ingestion.make_pdf import pdf_of_pictures, pdf_that_never_ends
from tests.ingestion.test_read_ofd import ofd_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _pictures(settings, tmp_path):
    settings.PICTURES_DIR = tmp_path / "pictures"


def a_scan(pages: int = 1, data: bytes | None = None) -> SourceFile:
    return make_source(data or pdf_of_pictures(pages) + os.urandom(8), name="扫描件.pdf", kind="pdf", pages=pages)


def get(report: Report, number: int, **headers):
    return Client().get(f"/reports/{report.pk}/pages/{number}/", headers=headers)


def size(response) -> tuple[int, int]:
    return Image.open(io.BytesIO(b"".join(response.streaming_content))).size


def kept(source: SourceFile) -> list[int]:
    return sorted(int(file.stem) for file in kept_at(source, 1).parent.glob("*.webp"))


def test_a_reader_gets_a_page_as_a_picture_that_nobody_on_the_way_may_keep():
    response = get(make_report(source=a_scan()), 1)

    assert size(response) == (1190, 1684)
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, max-age=3600"


def test_a_reader_gets_a_page_of_an_ofd_as_a_picture():
    source = make_source(ofd_of([(20, 40, "工作总结")], [(20, 40, "第二页")]), name="总结.ofd", kind="ofd", pages=2)

    assert size(get(make_report(source=source), 2)) == (1191, 1684)


def test_a_picture_that_the_browser_has_is_not_sent_again():
    report = make_report(source=a_scan())
    etag = get(report, 1)["ETag"]

    again = get(report, 1, if_none_match=etag)

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.WITHDRAWN])
def test_no_page_is_shown_while_a_report_of_the_original_is_not_public(status):
    source = a_scan()
    here = make_report(source=source)
    why = "重复" if status == Status.WITHDRAWN else ""
    other = make_report(source=source, article_number=2, status=status, withdrawn_reason=why)

    refused = {Status.DRAFT: 404, Status.WITHDRAWN: 410}
    assert [get(report, 1).status_code for report in (here, other)] == [404, refused[status]]
    assert kept(source) == []


def test_what_has_no_such_page_is_not_found_in_words():
    scan, text = make_report(source=a_scan()), make_report(source=make_source())

    assert [get(report, page).status_code for report, page in ((scan, 0), (scan, 2), (text, 1))] == [404, 404, 404]
    assert "没有这份原件第2页的图像" in get(scan, 2).content.decode()


def test_the_pages_that_follow_are_drawn_along_and_none_twice():
    source = a_scan(12)
    report = make_report(source=source)

    get(report, 2)
    assert kept(source) == list(range(2, 10))
    first = kept_at(source, 9).stat().st_mtime_ns
    get(report, 9)
    assert kept(source) == list(range(2, 10))
    get(report, 1)
    assert kept(source) == list(range(1, 10))
    get(report, 10)
    assert kept(source) == list(range(1, 13))
    assert kept_at(source, 9).stat().st_mtime_ns == first


def test_a_picture_that_is_gone_is_drawn_anew():
    source = a_scan()
    report = make_report(source=source)
    get(report, 1)
    kept_at(source, 1).unlink()

    assert size(get(report, 1)) == (1190, 1684)


def test_a_page_that_cannot_be_drawn_is_tried_once(monkeypatch):
    monkeypatch.setattr(pictures, "LIMITS", pictures.Limits(cpu=1, clock=3))
    source = a_scan(data=pdf_that_never_ends())
    report = make_report(source=source)

    assert get(report, 1).status_code == 404
    tried = kept_at(source, 1).stat()
    assert (tried.st_size, get(report, 1).status_code) == (0, 404)
    assert kept_at(source, 1).stat().st_mtime_ns == tried.st_mtime_ns


def test_a_scan_that_was_turned_to_be_read_is_shown_turned():
    source = a_scan()
    source.pages[0]["turned"] = 90
    source.save()

    assert size(get(make_report(source=source), 1)) == (1684, 1190)


def test_a_page_of_an_original_that_is_gone_is_not_found_and_logged(caplog):
    report = make_report(source=a_scan())
    report.source.file.storage.delete(report.source.file.name)

    assert get(report, 1).status_code == 404
    assert f"page 1 of source {report.source_id} cannot be had" in caplog.text


def test_too_many_at_once_are_asked_to_come_again_and_those_that_are_kept_are_shown():
    drawn, other = make_report(source=a_scan()), make_report(source=a_scan())
    get(drawn, 1)
    for _ in range(3):
        assert pictures.ASKING.acquire(blocking=False)
    try:
        refused, shown = get(other, 1), get(drawn, 1)
    finally:
        pictures.ASKING.release(3)

    assert (refused.status_code, refused["Retry-After"], refused.content.decode()) == (
        503,
        "5",
        "正在生成其他原件的页面图像，请过几秒再试。",
    )
    assert shown.status_code == 200
    assert get(other, 1).status_code == 200


def test_the_oldest_pictures_go_when_there_are_too_many(tmp_path):
    files = [tmp_path / "ab" / "abcd" / f"{number}.webp" for number in range(1, 7)]
    files[0].parent.mkdir(parents=True)
    for age, file in enumerate(files):
        file.write_bytes(bytes(100))
        os.utime(file, (1000 - age, 1000 - age))

    drop_the_oldest(tmp_path, 600)
    assert [file.exists() for file in files] == [True] * 6
    drop_the_oldest(tmp_path, 450)
    assert [file.exists() for file in files] == [True, True, True, True, False, False]


def test_staff_see_the_pages_of_what_is_not_public(admin_client: Client):
    source = a_scan()
    make_report(source=source, status=Status.DRAFT)

    assert size(admin_client.get(f"/admin/uploads/{source.pk}/pages/1/")) == (1190, 1684)
    assert admin_client.get(f"/admin/uploads/{source.pk}/pages/2/").status_code == 404
    assert Client().get(f"/admin/uploads/{source.pk}/pages/1/").status_code == 302


def test_pictures_lie_in_the_data_folder_by_checksum():
    source = a_scan()
    make_report(source=source)

    assert kept_at(source, 7).relative_to(settings.PICTURES_DIR).parts == (source.sha256[:2], source.sha256, "7.webp")

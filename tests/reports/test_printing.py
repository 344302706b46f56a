"""Documents without pages of their own: LibreOffice's print tells the pages, after the reading and never in its way."""

import io
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image

from reports.facsimile import printing
from reports.ingestion import intake
from reports.ingestion.read import office
from reports.ingestion.vocabulary import current_vocabulary
from reports.models import Report, ReportText, SourceFile, SourceState, Status
from reports.worker import Worker
from tests.factories import add_text, make_report, make_source

pytestmark = pytest.mark.django_db
needs_libreoffice = pytest.mark.skipif(office.program() is None, reason="LibreOffice is not installed")

FILES = Path(__file__).parents[1] / "files"


@pytest.fixture(autouse=True)
def _pictures(settings, tmp_path):
    settings.PICTURES_DIR = tmp_path / "pictures"


def read(name: str) -> Report:
    """The public report that the file holds, as it is once it was read."""
    source = make_source((FILES / name).read_bytes(), name=name)
    SourceFile.objects.filter(pk=source.pk).update(state=SourceState.WAITING, kind="", pages=[])
    source.refresh_from_db()
    (report,) = intake.take_in(source, intake.read_kept(source, current_vocabulary()))
    Report.objects.filter(pk=report.pk).update(status=Status.PUBLISHED, published_at=source.uploaded_at)
    return Report.objects.get(pk=report.pk)


def page_of(text: ReportText, words: str) -> int | None:
    return text.page_at(text.text.index(words))


@needs_libreoffice
def test_the_words_of_a_docx_know_their_pages_and_places_once_it_was_printed():
    report = read("rich.docx")
    before = report.text
    assert {page for _, page in before.pages} == {1}
    assert Client().get(f"/reports/{report.pk}/pages/1/").status_code == 404

    with Worker() as worker:
        worker.work_off()

    report = Report.objects.get(pk=report.pk)
    assert report.text.text == before.text
    assert [page for _, page in report.text.pages] == list(range(1, 14))
    ends = ["修订插入文字修订之后。", "文本框里的文字", "[1]脚注内容：数据来源于司法统计报表。"]
    assert [page_of(report.text, words) for words in ["一、基本情况", *ends]] == [1, 13, 13, 13]
    last = report.source.page(13)
    places = dict(zip(last["text"].split("\n"), last["boxes"], strict=True))
    tops = [places[words][1] for words in ends]
    assert tops == sorted(tops)
    assert places[ends[-1]][1] > 8000
    assert report.source.page_count == 13


@needs_libreoffice
def test_a_reader_gets_the_page_of_a_docx_and_of_a_web_page_as_a_picture():
    reports = [read("rich.docx"), read("web_page.html")]
    with Worker() as worker:
        worker.work_off()

    for report in reports:
        response = Client().get(f"/reports/{report.pk}/pages/2/")
        picture = Image.open(io.BytesIO(b"".join(response.streaming_content)))
        assert picture.size in ((1190, 1684), (1191, 1684))
        page = Client().get(f"/reports/{report.pk}/?page=2").content.decode()
        assert "原件第2页，文字见正文" in page
        assert page.count("<rect") > 3


@needs_libreoffice
def test_the_pages_of_a_draft_of_a_docx_stay_hidden():
    report = read("rich.docx")
    Report.objects.filter(pk=report.pk).update(status=Status.DRAFT, published_at=None)
    printing.print_out(report.source)

    assert Client().get(f"/reports/{report.pk}/pages/1/").status_code == 404


@needs_libreoffice
def test_a_text_that_was_corrected_before_the_print_knows_its_pages_too():
    report = read("rich.docx")
    corrected = add_text(report, report.text.text.replace("脚注之后", "注文之后") + "\n编者补充的一段话，原件里没有。")

    printing.print_out(report.source)

    corrected.refresh_from_db()
    assert page_of(corrected, "注文之后") == 13
    assert corrected.pages[-1] == [corrected.text.index("编者补充"), None]
    assert report.texts.get(number=1).pages[-1][1] == 13
    assert Client().get(f"/reports/{report.pk}/").status_code == 200
    assert Client().get(f"/reports/{report.pk}/?page=13").status_code == 200


@needs_libreoffice
def test_what_cannot_be_printed_stays_as_it_is_and_is_tried_once(caplog):
    report = make_report(source=make_source(b"PK\x03\x04 no document", name="坏.docx", kind="docx"))
    pages = report.source.pages

    with Worker() as worker:
        worker.work_off()

    source = SourceFile.objects.get(pk=report.source_id)
    assert (source.pages, report.text.pages) == (pages, [[0, 1]])
    assert source.printed_at is not None
    assert list(printing.due()) == []
    assert "could not be printed" in caplog.text
    assert Client().get(f"/reports/{report.pk}/pages/1/").status_code == 404


def test_without_libreoffice_nothing_is_due_and_a_docx_has_no_pictures(monkeypatch):
    monkeypatch.setattr(office, "_FOLDERS", "/nowhere")
    report = read("rich.docx")

    with Worker() as worker:
        worker.work_off()

    assert list(printing.due()) == []
    source = SourceFile.objects.get(pk=report.source_id)
    assert source.printed_at is None
    assert "对照原件" not in Client().get(f"/reports/{report.pk}/").content.decode()


def test_pdf_and_text_need_no_print():
    make_source(kind="pdf")
    make_source(kind="txt")

    assert list(printing.due()) == []


def test_an_original_that_is_gone_is_logged_and_not_tried_again(caplog):
    source = make_source(kind="docx")
    source.file.storage.delete(source.file.name)

    printing.print_out(source)

    assert f"source {source.pk} could not be printed" in caplog.text
    assert list(printing.due()) == []

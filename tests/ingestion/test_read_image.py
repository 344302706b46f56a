"""Pictures of text, where character recognition is installed: `pip install -r requirements-ocr.txt`."""

import io
import sys
from pathlib import Path
from zlib import crc32

import pytest

from reports.ingestion.read import read
from reports.ingestion.read.ocr import MOST_PAGES
from reports.ingestion.shapes import Heavy, Pages, Program, Unreadable, Upload

from .make_pdf import pdf_of

pytest.importorskip("rapidocr", reason="character recognition is not installed: pip install -r requirements-ocr.txt")
Image = pytest.importorskip("PIL.Image")

LINE = "解案件774件，调解成功736件，调解成功率89.96%，使用"
SCAN = Path(__file__).parents[1] / "files" / "scan.png"


def picture():
    return Image.open(SCAN).convert("L")


def saved(image, format: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def read_picture(data: bytes) -> Pages:
    return read(Upload("扫描件", data))


def reason(data: bytes) -> str:
    with pytest.raises(Unreadable) as problem:
        read_picture(data)
    return str(problem.value)


def test_a_scan_is_read_with_its_certainty_and_marked():
    pages = read_picture(SCAN.read_bytes())
    (page,) = pages.pages

    assert pages.kind == "image"
    assert LINE in page.text
    assert 0.9 < page.sure <= 1
    assert pages.notices == (f"识别自扫描件：第 1 页，平均把握 {int(page.sure * 100)}%，请对照原件核对。",)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_every_line_has_its_place_on_the_upright_page(quarters):
    (page,) = read_picture(saved(picture().rotate(90 * quarters, expand=True))).pages
    at = page.text.split("\n").index(LINE)

    assert len(page.boxes) == len(page.text.split("\n"))
    assert [round(place / 100) for place in page.boxes[at]] == [4, 79, 90, 98]


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_on_its_head_or_side_is_turned_and_told(quarters):
    upright = read_picture(SCAN.read_bytes()).pages[0].text
    pages = read_picture(saved(picture().rotate(90 * quarters, expand=True)))

    assert pages.pages[0].text == upright
    assert pages.pages[0].turned == 90 * quarters
    assert pages.notices[1:] == ("第 1 页原来放反或放倒了，已转正后识别。",)


def test_a_photograph_is_turned_as_the_camera_noted():
    exif = Image.Exif()
    exif[0x0112] = 3
    pages = read_picture(saved(picture().rotate(180), "JPEG", exif=exif, quality=90))

    assert "年度报告" in pages.pages[0].text
    assert len(pages.notices) == 1


def test_every_picture_of_a_tiff_is_a_page():
    small = picture().crop((0, 0, 930, 130))
    pages = read_picture(saved(small, "TIFF", save_all=True, append_images=[small]))

    assert [page.number for page in pages.pages] == [1, 2]
    assert pages.pages[0].text == pages.pages[1].text != ""


def test_half_a_picture_is_read_and_told():
    data = saved(picture(), "JPEG", quality=80)
    pages = read_picture(data[: len(data) * 2 // 3])

    assert pages.notices[0] == "图片不完整，后面的部分缺失，请对照原件核对，最好重新扫描。"
    assert "年度报告" in pages.pages[0].text


def test_a_scanned_page_between_others_is_recognised_and_the_others_are_not():
    reportlab = pytest.importorskip("reportlab.pdfgen.canvas")
    file = io.BytesIO()
    canvas = reportlab.Canvas(file, pagesize=(595, 842))
    canvas.drawImage(str(SCAN), 0, 600, 595, 170)
    canvas.save()
    import pypdfium2

    whole = pypdfium2.PdfDocument(pdf_of(["第一页的文字。"]))
    whole.import_pages(pypdfium2.PdfDocument(file.getvalue()))
    both = io.BytesIO()
    whole.save(both)
    pages = read_picture(both.getvalue())

    assert pages.pages[0].text == "第一页的文字。"
    assert pages.pages[0].sure is None
    assert LINE in pages.pages[1].text
    assert pages.notices[0].startswith("识别自扫描件：第 2 页，")


def test_an_empty_picture_says_so():
    assert reason(saved(Image.new("L", (400, 300), 255))) == (
        "图片里没有识别出文字。请确认图片清晰、是文字页面，重新扫描后再上传。"
    )


def test_a_picture_of_more_pixels_than_can_be_afforded_is_refused_unopened():
    bomb = bytearray(saved(Image.new("1", (8, 8))))
    bomb[16:24] = (50_000).to_bytes(4, "big") * 2
    bomb[29:33] = crc32(bomb[12:29]).to_bytes(4, "big")

    assert reason(bytes(bomb)) == (
        "图片有 50000×50000 像素，超过 100 百万像素，未予识别。请用较低的分辨率（200 dpi 即可）重新扫描后再上传。"
    )


@pytest.mark.parametrize("data", [b"GIF89a/*   */=1;<html><script>alert(1)</script>", b"\x89PNG\r\n\x1a\n" + bytes(50)])
def test_what_only_begins_like_a_picture_gets_a_sentence(data):
    assert reason(data) == "图片已损坏或格式不能识别，打不开。请重新扫描或拍照，存为 JPG、PNG 或 PDF 后再上传。"


def test_more_pages_than_can_be_recognised_are_refused():
    dot = Image.new("1", (2, 2))

    assert reason(saved(dot, "TIFF", save_all=True, append_images=[dot] * MOST_PAGES)).startswith(
        "图片有 201 页，超过 200 页"
    )


def test_before_a_picture_is_recognised_it_is_asked():
    def refuse(program: Program, pages: int) -> None:
        raise Heavy(program, pages)

    with pytest.raises(Heavy) as needed:
        read(Upload("扫描件.png", SCAN.read_bytes()), refuse)
    assert (needed.value.program, needed.value.pages) == ("ocr", 1)


def test_without_character_recognition_a_picture_waits_and_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidocr", None)

    assert reason(SCAN.read_bytes()).startswith("这是图片。识别扫描件和图片要先安装文字识别组件")

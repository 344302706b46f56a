"""PDFs with a text layer, and why the others cannot be read."""

import io
import sys
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from reports.ingestion.clean import clean
from reports.ingestion.read import read
from reports.ingestion.read.draw import draw
from reports.ingestion.shapes import Heavy, Pages, Program, Unreadable, Upload

from .make_pdf import (
    pdf_of,
    pdf_of_blank_pages,
    pdf_of_pictures,
    pdf_of_pieces,
    pdf_of_placed_pages,
    pdf_of_recognised_scans,
)

FILES = Path(__file__).parents[1] / "files"
NOT_INSTALLED = "识别扫描件和图片要先安装文字识别组件：请系统维护人员运行 .venv/bin/pip install -r requirements-ocr.txt，装好后点“重新识别”。"


def read_bytes(data: bytes) -> Pages:
    return read(Upload("报告.pdf", data))


def reason(data: bytes) -> str:
    with pytest.raises(Unreadable) as problem:
        read_bytes(data)
    return str(problem.value)


def test_the_text_layer_is_read_page_by_page():
    pages = read_bytes(pdf_of(["法院2023年工作总结", "一、基本情况"], ["第二页的文字。"]))

    assert pages.kind == "pdf"
    assert [(page.number, page.text) for page in pages.pages] == [
        (1, "法院2023年工作总结\n一、基本情况"),
        (2, "第二页的文字。"),
    ]


def test_a_line_that_begins_further_in_than_its_column_is_indented():
    lines = ["全院干警认真履行职责，", "推进法治政府建设。", "　　全院干警深入学习，", "认真开展普法，", "取得实效。"]

    assert read_bytes(pdf_of(lines)).pages[0].text == "\n".join(
        line.replace("　", "　　", 1).replace("　　　", "　　") for line in lines
    )


def percents(box: tuple[int, int, int, int] | None) -> tuple[int, ...] | None:
    return box and tuple(round(place / 100) for place in box)


def test_every_line_has_its_place_on_the_page():
    """Eight and four characters of 12 points, 60 points from the left of 595, their feet 62 and 102 from the top of 842."""
    (page,) = read_bytes(pdf_of(["法院工作总结报告", "", "一、情况"])).pages

    assert page.text == "法院工作总结报告\n一、情况"
    assert [percents(box) for box in page.boxes] == [(10, 6, 26, 8), (10, 11, 18, 12)]


LINES = ["AnnualReport2023", "Cases:774,settled:736", "Plans"]


def lying(angle: int, turned: int) -> bytes:
    """A page whose lines run at this angle (clockwise), and that the file says is to be shown turned by so much."""
    drawn, file = io.BytesIO(), io.BytesIO()
    canvas = Canvas(drawn, pagesize=(595, 842))
    canvas.translate(*{0: (0, 0), 90: (0, 842), 180: (595, 842), 270: (595, 0)}[angle])
    canvas.rotate(-angle)
    for number, line in enumerate(LINES):
        canvas.drawString(60, 400 - 20 * number, line)
    canvas.save()
    document = pypdfium2.PdfDocument(drawn.getvalue())
    document[0].set_rotation(turned)
    document.save(file)
    return file.getvalue()


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_words_that_lie_on_their_side_or_head_are_read_in_order_and_turned_upright(angle, turned):
    data = lying(angle, turned)
    (page,) = read_bytes(data).pages
    width, height = (595, 842) if angle in (0, 180) else (842, 595)

    assert [line.strip() for line in page.text.split("\n")] == LINES
    assert page.turned == -(angle + turned) % 360
    assert [percents(box)[0] for box in page.boxes] == [round(6000 / width)] * 3
    middles = [(top + bottom) / 20_000 * height for _, top, _, bottom in page.boxes]
    assert middles == pytest.approx([height - 403, height - 383, height - 363], abs=3)

    (picture,) = (Image.open(io.BytesIO(drawn)).convert("L") for _, drawn in draw(data, {1: page.turned}))
    assert picture.size == pytest.approx((2 * width, 2 * height), abs=1)
    for left, top, right, bottom in page.boxes:
        scale_x, scale_y = picture.width / 10_000, picture.height / 10_000
        words = picture.crop((int(left * scale_x), int(top * scale_y), int(right * scale_x), int(bottom * scale_y)))
        assert words.getextrema()[0] < 100


@pytest.mark.parametrize("is_drawn_first", [True, False])
def test_a_watermark_across_the_page_is_not_read(is_drawn_first):
    def watermark():
        for x, y in ((60, 120), (30, 370), (300, 380), (60, 391), (140, 700)):
            canvas.saveState()
            canvas.translate(x, y)
            canvas.rotate(45)
            canvas.drawString(0, 0, "Internal 20240105")
            canvas.restoreState()

    drawn = io.BytesIO()
    canvas = Canvas(drawn, pagesize=(595, 842))
    for lines in (LINES, ["Last"]):
        if is_drawn_first:
            watermark()
        for number, line in enumerate(lines):
            canvas.drawString(60, 400 - 20 * number, line)
        if not is_drawn_first:
            watermark()
        canvas.showPage()
    canvas.save()
    pages = read_bytes(drawn.getvalue())
    first, last = pages.pages

    assert first.text.split("\n") == LINES
    assert last.text.split("\n") == ["Last"]
    assert first.boxes == boxes_of_lines()
    assert pages.notices == ("第 1、2 页斜印的文字应是水印，没有收入，请对照原件核对。",)


def boxes_of_lines():
    """Where LINES stand on a page that has nothing else."""
    drawn = io.BytesIO()
    canvas = Canvas(drawn, pagesize=(595, 842))
    for number, line in enumerate(LINES):
        canvas.drawString(60, 400 - 20 * number, line)
    canvas.save()
    return read_bytes(drawn.getvalue()).pages[0].boxes


@pytest.mark.parametrize("shear", [0.2126, 0.268, 0.3333])
def test_italics_are_no_watermark(shear):
    """Chinese fonts have no italics: programs shear their characters."""
    drawn = io.BytesIO()
    canvas = Canvas(drawn, pagesize=(595, 842))
    for number, line in enumerate(LINES):
        canvas.saveState()
        canvas.transform(1, 0, shear if number == 1 else 0, 1, 60, 400 - 20 * number)
        canvas.drawString(0, 0, line)
        canvas.restoreState()
    canvas.save()

    pages = read_bytes(drawn.getvalue())
    assert pages.pages[0].text.split("\n") == LINES
    assert pages.notices == ()


def test_a_page_that_lies_askew_as_a_whole_is_read():
    drawn = io.BytesIO()
    canvas = Canvas(drawn, pagesize=(595, 842))
    canvas.rotate(20)
    canvas.drawString(200, 300, "AnnualReport2023")
    canvas.save()

    (page,) = read_bytes(drawn.getvalue()).pages
    assert page.text == "AnnualReport2023"


@pytest.mark.parametrize("by", [90, 180, 270])
def test_columns_of_a_page_that_the_file_shows_on_its_head_or_side_are_read_as_if_it_stood_upright(by):
    rows = [
        (left, 700 - 20 * row, f"{side}栏第{row:02}行的文字一直写到这一栏的边缘")
        for row in range(20)
        for left, side in ((60, "左"), (330, "右"))
    ]
    upright, file = read_bytes(pdf_of_pieces(*rows)), io.BytesIO()
    document = pypdfium2.PdfDocument(pdf_of_pieces(*rows))
    document[0].set_rotation(by)
    document.save(file)
    turned = read_bytes(file.getvalue())

    assert turned.pages[0].text == upright.pages[0].text
    assert turned.notices == (*upright.notices, "第 1 页原来放反或放倒了，已转正后识别。")


def test_columns_put_in_order_keep_the_places_of_their_lines():
    rows = [
        (left, 700 - 20 * row, f"{side}栏第{row}行的文字一直写到这一栏的边缘")
        for row in range(20)
        for left, side in ((60, "左"), (330, "右"))
    ]
    (page,) = read_bytes(pdf_of_pieces(*rows)).pages

    lefts = [box and percents(box)[0] for box in page.boxes]
    assert page.text.split("\n")[20].startswith("右栏第0行")
    assert lefts == [10] * 20 + [55] * 20


@pytest.fixture
def without_ocr(monkeypatch):
    """As on a machine where character recognition is not installed."""
    monkeypatch.setitem(sys.modules, "rapidocr", None)


@pytest.mark.usefixtures("without_ocr")
def test_a_scan_waits_for_what_reads_it_where_that_is_not_installed():
    assert reason(pdf_of_pictures(3)) == f"PDF 没有文字层（共 3 页，应是扫描件或图片）。{NOT_INSTALLED}"


@pytest.mark.usefixtures("without_ocr")
def test_a_page_that_is_only_a_picture_is_named_and_the_others_are_read():
    pages = read_bytes(mixed())

    assert [page.text for page in pages.pages] == ["第一页的文字。", ""]
    assert pages.notices == (f"第 2 页是扫描件，没有读出文字。{NOT_INSTALLED}",)


def mixed() -> bytes:
    """Text on the first page, on the second a picture that covers it."""
    data = pdf_of(["第一页的文字。"], ["第二页的文字。" * 4])
    picture = b"q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"
    second = data.rindex(b"BT /T")
    end = data.index(b"\nendstream", second)
    return data[:second] + picture.ljust(end - second) + data[end:]


LONG = "全院干警认真履行职责，" * 8


def test_text_that_another_program_recognised_under_a_scan_is_read_and_told():
    pages = read_bytes(pdf_of_recognised_scans([LONG], ["推进法治政府建设。" * 8]))

    assert [(page.text, page.sure) for page in pages.pages] == [(LONG, 0), ("推进法治政府建设。" * 8, 0)]
    assert pages.notices == (
        "第 1、2 页是扫描件，文字是扫描时由别的软件认出、藏在图片下面的，把握不明，请对照原件核对。",
    )


def test_text_that_is_drawn_on_a_picture_was_not_recognised():
    pages = read_bytes(pdf_of_recognised_scans([LONG]).replace(b"3 Tr", b"0 Tr"))

    assert [(page.text, page.sure) for page in pages.pages] == [(LONG, None)]
    assert pages.notices == ()


def test_before_pages_are_recognised_it_is_asked_for_as_many_as_need_it():
    pytest.importorskip(
        "rapidocr", reason="character recognition is not installed: pip install -r requirements-ocr.txt"
    )

    def refuse(program: Program, pages: int) -> None:
        raise Heavy(program, pages)

    with pytest.raises(Heavy) as needed:
        read(Upload("报告.pdf", mixed()), refuse)
    assert (needed.value.program, needed.value.pages) == ("ocr", 1)


@pytest.mark.usefixtures("without_ocr")
def test_text_without_a_table_of_characters_counts_as_a_scan():
    garbage = "".join(chr(0x3400 + 37 * number) for number in range(120))

    assert reason(pdf_of([garbage[:60], garbage[60:]])) == (
        f"PDF 没有文字层（共 1 页，应是扫描件或图片）。{NOT_INSTALLED}"
    )


def test_fonts_without_a_table_of_characters_are_read_by_their_own_tables():
    data = (FILES / "no_tounicode.pdf").read_bytes()

    assert "法院2022年法治政府工作总结" in read_bytes(data).pages[0].text


LEFT = [
    "法院紧紧围绕经济发展大局，",
    "紧密结合工作实际，积极践行",
    "司法为民公正司法主线，为促",
    "进社会经济发展创造了良好的",
    "法治环境，现将有关情况汇报",
    "如下，请各位领导审阅指正，",
    "并提出宝贵意见以利改进。",
]
RIGHT = [
    "加强组织领导压实主体责任，",
    "院党组高度重视法治建设，成",
    "立领导小组统筹推进各项工作",
    "，分工明确责任到人，定期研",
    "究工作进展，解决存在的问题",
    "，全年召开专题会议四次，形",
    "成会议纪要并抓好督促落实。",
]


@pytest.mark.parametrize("higher", [2, 10])
def test_columns_that_are_drawn_line_by_line_across_are_read_one_after_the_other_and_told(higher):
    pieces = [(60, 780, "甲县人民法院工作情况")]
    for number, pair in enumerate(zip(LEFT, RIGHT, strict=True)):
        pieces += [(60, 740 - 20 * number, pair[0]), (300, 740 + higher - 20 * number, pair[1])]
    pages = read_bytes(pdf_of_pieces(*pieces, (60, 580, "左下"), (300, 580 + higher, "右下")))

    assert pages.pages[0].text.split("\n") == ["甲县人民法院工作情况", *LEFT, "左下", *RIGHT, "右下"]
    assert pages.notices == ("第 1 页分栏排版，文件里各栏的文字交错，已按版面重新排列，请对照原件核对次序。",)


def test_columns_that_are_drawn_one_after_the_other_stay_as_they_are():
    pieces = [(60, 740 - 20 * n, line) for n, line in enumerate(LEFT)]
    pieces += [(300, 740 - 20 * n, line) for n, line in enumerate(RIGHT)]
    pages = read_bytes(pdf_of_pieces(*pieces))

    assert pages.pages[0].text.split("\n") == LEFT + RIGHT
    assert pages.notices == ()


def two_articles(rows: int, name: str, last: str) -> tuple[list[tuple[int, int, str]], dict[str, list[str]]]:
    """Two articles beside each other, each in two columns of so many lines, drawn across; the lines of each by reading.

    Every article ends with the character `last`.
    """
    lefts = {"甲": (20, 130), "乙": (300, 410)}
    lines = {
        article: [f"{article}{name}{column}{row:02}县民{last}" for column in "左右" for row in range(rows)]
        for article in lefts
    }
    pieces = [
        (left, 700 - 20 * row, lines[article][column * rows + row])
        for row in range(rows)
        for article, columns in lefts.items()
        for column, left in enumerate(columns)
    ]
    return pieces, lines


def test_articles_beside_each_other_that_go_on_overleaf_are_read_each_whole_and_told():
    heads = [(87, 760, "甲县法院简介"), (367, 760, "乙县法院简介")]
    first, top = two_articles(9, "首", "法")
    second, rest = two_articles(5, "续", "。")
    pages = read_bytes(pdf_of_placed_pages([*heads, *first], second))

    assert [(page.number, page.text.split("\n"), page.continues) for page in pages.flow] == [
        (1, ["甲县法院简介", *top["甲"]], False),
        (2, rest["甲"], True),
        (1, ["乙县法院简介", *top["乙"]], False),
        (2, rest["乙"], True),
    ]
    assert [page.number for page in pages.pages] == [1, 2]
    assert pages.notices[-1] == "第 1–2 页分栏排版，并排的几篇各自转到下一页，已按篇接排，请对照原件核对次序。"
    assert "".join(line.text for line in clean(pages).lines) == "".join(
        page.text.replace("\n", "") for page in pages.flow
    )


def test_two_pages_in_columns_on_one_sheet_are_no_articles_that_go_on_on_the_next_sheet():
    first, _ = two_articles(9, "首", "法")
    second, _ = two_articles(9, "次", "。")

    assert read_bytes(pdf_of_placed_pages(first, second)).flow == ()


def test_articles_beside_each_other_that_are_at_their_end_are_read_page_by_page():
    first, _ = two_articles(9, "首", "。")
    second, _ = two_articles(5, "次", "。")

    assert read_bytes(pdf_of_placed_pages(first, second)).flow == ()


def test_articles_beside_each_other_with_headlines_of_their_own_overleaf_are_read_page_by_page():
    first, _ = two_articles(9, "首", "法")
    second, _ = two_articles(5, "次", "。")
    heads = [(87, 760, "丙县法院简介"), (367, 760, "丁县法院简介")]

    assert read_bytes(pdf_of_placed_pages(first, [*heads, *second])).flow == ()


def test_a_table_is_read_row_by_row():
    rows = [(f"指标{n}", f"{n}00件", f"{n}50件") for n in range(1, 10)]
    pieces = [(60 + 160 * at, 740 - 20 * n, cell) for n, row in enumerate(rows) for at, cell in enumerate(row)]
    pages = read_bytes(pdf_of_pieces(*pieces))

    assert [line.split() for line in pages.pages[0].text.split("\n")] == [list(row) for row in rows]
    assert pages.notices == ()


def test_more_than_a_thousand_pages_are_refused():
    assert reason(pdf_of_blank_pages(1001)) == "PDF 有 1001 页，超过 1000 页，未予识别。请拆分后再上传。"


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", pdf_of(["文字"])[:300], b"%PDF-1.4\n%%EOF"])
def test_a_broken_pdf_gets_a_sentence(data):
    assert reason(data) == "PDF 已损坏或不完整，打不开。请重新生成或重新下载后再上传。"


def test_a_locked_pdf_gets_a_sentence():
    # The standard security handler with keys that no password opens.
    entries = b"/Encrypt<</Filter/Standard/V 1/R 2/O<%b>/U<%b>/P -4>>/ID[<00><00>]" % (b"00" * 32, b"11" * 32)
    data = pdf_of(["文字"]).replace(b"/Root 1 0 R", entries + b"/Root 1 0 R")

    assert reason(data) == "PDF 有打开密码，无法读取。请去掉密码后再上传。"


def test_rubbish_before_the_header_is_forgiven():
    pages = read_bytes(b"HTTP/1.1 200 OK\r\n\r\n" + pdf_of(["法院2023年工作总结"]))

    assert pages.pages[0].text == "法院2023年工作总结"


def test_a_page_that_is_drawn_from_its_foot_is_read_from_its_head_and_told():
    lines = [(60, 700 - 20 * number, f"第{number}行审判执行工作稳步推进并取得实效") for number in range(12)]

    pages = read_bytes(pdf_of_pieces(*reversed(lines)))

    assert pages.pages[0].text.split("\n") == [text for _, _, text in lines]
    assert pages.notices == ("第 1 页分栏排版，文件里各栏的文字交错，已按版面重新排列，请对照原件核对次序。",)


def with_a_file_attached(pdf: bytes) -> bytes:
    document, file = pypdfium2.PdfDocument(pdf), io.BytesIO()
    document.new_attachment("报告.docx").set_data(b"PK")
    document.save(file)
    return file.getvalue()


def test_files_that_are_attached_are_told_as_not_read():
    pages = read_bytes(
        with_a_file_attached(
            pdf_of(*[[f"第{line}项审判执行工作稳步推进并取得实效，群众满意度不断提高" for line in range(8)]])
        )
    )

    assert pages.notices == ("PDF 附带 1 个文件，没有收入。需要收入的，请用 PDF 阅读器取出后另行上传。",)


def test_a_cover_sheet_of_attached_files_says_what_to_upload():
    with pytest.raises(
        Unreadable, match=r"^PDF 只是一个封面，报告应在它附带的 1 个文件里。请用 PDF 阅读器取出附件，直接上传。$"
    ):
        read_bytes(with_a_file_attached(pdf_of(["请用阅读器打开此文件包"])))

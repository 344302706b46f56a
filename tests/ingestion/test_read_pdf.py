"""PDFs with a text layer, and why the others cannot be read."""

import pytest

from reports.ingestion.read import read
from reports.ingestion.shapes import Pages, Unreadable, Upload

from .make_pdf import pdf_of, pdf_of_blank_pages, pdf_of_pictures

OCR = "请先做文字识别（OCR），另存为带文字的 PDF 或 TXT 后再上传。"


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


def test_a_scan_is_told_from_a_text():
    assert reason(pdf_of_pictures(3)) == f"PDF 没有文字层（共 3 页，应是扫描件或图片），读不出文字。{OCR}"


def test_a_page_that_is_only_a_picture_is_named():
    data = pdf_of(["第一页的文字。"], ["第二页的文字。"])
    picture = b"q 9 0 0 9 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"
    second = data.rindex(b"BT /T")
    end = data.index(b"\nendstream", second)
    pages = read_bytes(data[:second] + picture.ljust(end - second) + data[end:])

    assert [page.text for page in pages.pages] == ["第一页的文字。", ""]
    assert pages.notices == ("第 2 页没有文字层或已损坏，没有读出文字，请对照原件核对。",)


def test_text_without_a_table_of_characters_is_refused_as_garbage():
    garbage = "".join(chr(0x3400 + 37 * number) for number in range(120))

    assert reason(pdf_of([garbage[:60], garbage[60:]])) == f"PDF 里的字体缺少文字对照表，取出的全是乱码。{OCR}"


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

"""OFD, the national format for documents."""

import io
import zipfile

import pytest

from reports.ingestion.read import read
from reports.ingestion.shapes import Unreadable, Upload

_NAMES = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def ofd_of(*pages: list[tuple[float, float, str]], **others: bytes) -> bytes:
    """Pages of 210 × 297 mm with text of 4 mm at these places (x, y of the base line)."""
    listed = "".join(f'<ofd:Page ID="{10 + n}" BaseLoc="Pages/{n}.xml"/>' for n in range(len(pages)))
    parts: dict[str, bytes] = {
        "OFD.xml": f'<ofd:OFD {_NAMES} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo/>'
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>".encode(),
        "Doc_0/Document.xml": f"<ofd:Document {_NAMES}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        f"</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>".encode(),
    }
    for number, page in enumerate(pages):
        texts = "".join(
            f'<ofd:TextObject ID="{n}" Boundary="{x} {y - 4} 200 5" Font="1" Size="4">'
            f'<ofd:TextCode X="0" Y="4">{text}</ofd:TextCode></ofd:TextObject>'
            for n, (x, y, text) in enumerate(page, start=100)
        )
        parts[f"Doc_0/Pages/{number}.xml"] = (
            f"<ofd:Page {_NAMES}><ofd:Content><ofd:Layer>{texts}</ofd:Layer></ofd:Content></ofd:Page>".encode()
        )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**parts, **others}.items():
            archive.writestr(name, data)
    return file.getvalue()


def reason(data: bytes) -> str:
    with pytest.raises(Unreadable) as problem:
        read(Upload("报告.ofd", data))
    return str(problem.value)


def test_text_is_read_page_by_page_in_the_order_of_its_places():
    pages = read(
        Upload(
            "报告.ofd", ofd_of([(20, 50, "第二行。"), (20, 40, "第一行，"), (20, 60, "末行。")], [(20, 40, "第二页。")])
        )
    )

    assert pages.kind == "ofd"
    assert [(page.number, page.text) for page in pages.pages] == [(1, "第一行，\n第二行。\n末行。"), (2, "第二页。")]


def test_characters_that_stand_by_themselves_make_lines():
    data = ofd_of([(20 + 4 * n, 40, character) for n, character in enumerate("法治政府建设")])

    assert read(Upload("报告.ofd", data)).pages[0].text == "法治政府建设"


def test_words_below_the_edge_of_the_sheet_are_words():
    assert (
        read(Upload("报告.ofd", ofd_of([(20, 290, "页内，"), (20, 310, "页外。")]))).pages[0].text == "页内，\n页外。"
    )


def test_bold_that_is_printed_twice_is_read_once():
    assert read(Upload("报告.ofd", ofd_of([(20, 40, "标题"), (20, 40, "标题")]))).pages[0].text == "标题"


def test_an_ofd_of_pictures_says_what_to_do():
    assert reason(ofd_of([])) == "OFD 文件里没有文字，应是扫描件或图片。请用 OFD 阅读器把它转成 PDF 后再上传。"


def test_half_an_ofd_gets_a_sentence():
    assert (
        reason(ofd_of([(20, 40, "正文。" * 100)])[:700])
        == "OFD 文件已损坏或不完整，打不开。请重新生成或重新下载后再上传。"
    )


def test_an_ofd_that_inflates_out_of_all_proportion_is_refused():
    assert "压缩比异常" in reason(ofd_of([(20, 40, "正文。")], **{"Doc_0/Res/a.bmp": bytes(40 << 20)}))


def test_entities_of_an_ofd_are_not_expanded():
    entity = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><ofd:OFD>&x;</ofd:OFD>'

    assert reason(ofd_of([(20, 40, "正文。")], **{"OFD.xml": entity})).startswith("OFD 文件")

"""Pages of an OFD as they are drawn: text, lines and pictures stand where the file says."""

import io

import pytest
from PIL import Image

from reports.ingestion.read import read
from reports.ingestion.read.draw import draw
from reports.ingestion.shapes import Unreadable, Upload

from .test_read_ofd import ofd_of

NAMES = 'xmlns:ofd="http://www.ofdspec.org/2016"'
RED = '<ofd:FillColor Value="255 0 0"/>'


def page_of(*objects: str) -> bytes:
    """An OFD of one page, 210 × 297 mm, on which these objects stand."""
    content = f"<ofd:Page {NAMES}><ofd:Content><ofd:Layer>{''.join(objects)}</ofd:Layer></ofd:Content></ofd:Page>"
    return ofd_of([(20, 20, "字")], **{"Doc_0/Pages/0.xml": content.encode()})


def drawn(data: bytes, number: int = 1) -> Image.Image:
    return Image.open(io.BytesIO(dict(draw(data, {number: 0}))[number])).convert("RGB")


def at(picture: Image.Image, x: float, y: float) -> tuple[int, ...]:
    """The colour in that place (mm), rounded to what WebP leaves of it."""
    place = (round(x / 210 * picture.width), round(y / 297 * picture.height))
    return tuple(255 * round(value / 255) for value in picture.getpixel(place))


def inked(picture: Image.Image) -> tuple[int, ...]:
    """Left, top, right and bottom of all that is not white, in mm."""
    left, top, right, bottom = picture.convert("L").point(lambda value: 255 * (value < 128)).getbbox()
    return tuple(
        round(place / size * length)
        for place, size, length in (
            (left, picture.width, 210),
            (top, picture.height, 297),
            (right, picture.width, 210),
            (bottom, picture.height, 297),
        )
    )


def test_a_page_is_as_large_as_it_says_and_its_text_stands_in_its_place():
    picture = drawn(ofd_of([(20, 100, "工" * 10)]))

    assert picture.size == (1191, 1684)
    left, top, right, bottom = inked(picture)
    assert (left, right) == (20, 60)
    assert 96 <= top < bottom <= 101


def test_characters_stand_as_far_from_each_other_as_the_file_says():
    text = (
        '<ofd:TextObject ID="5" Boundary="20 40 100 10" Font="1" Size="4">'
        '<ofd:TextCode X="0" Y="4" DeltaX="g 2 30">工工工</ofd:TextCode></ofd:TextObject>'
    )

    assert inked(drawn(page_of(text)))[::2] == (20, 84)


def test_boxes_of_lines_hold_what_is_drawn():
    data = ofd_of([(20, 100, "工" * 10), (20, 200, "工" * 10)])
    page = read(Upload("报告.ofd", data)).pages[0]

    left, top, right, bottom = inked(drawn(data))
    boxes = [(box[0] * 0.021, box[1] * 0.0297, box[2] * 0.021, box[3] * 0.0297) for box in page.boxes]
    assert boxes[0][:2] == pytest.approx((left, top), abs=2)
    assert boxes[1][2:] == pytest.approx((right, bottom), abs=2)


def test_lines_and_filled_shapes_are_drawn_in_their_colours():
    picture = drawn(
        page_of(
            f'<ofd:PathObject ID="5" Boundary="50 60 40 40" Stroke="false" Fill="true">{RED}'
            "<ofd:AbbreviatedData>M 0 0 L 40 0 L 40 40 L 0 40 C</ofd:AbbreviatedData></ofd:PathObject>",
            '<ofd:PathObject ID="6" Boundary="0 200 210 10" LineWidth="4"><ofd:StrokeColor Value="0 0 255"/>'
            "<ofd:AbbreviatedData>M 10 5 B 50 5 60 5 100 5 Q 120 5 150 5 L 200 5</ofd:AbbreviatedData></ofd:PathObject>",
        )
    )

    assert [at(picture, *place) for place in ((70, 80), (45, 80), (70, 105), (180, 205), (205, 205))] == [
        (255, 0, 0),
        (255, 255, 255),
        (255, 255, 255),
        (0, 0, 255),
        (255, 255, 255),
    ]


def test_a_picture_is_drawn_upright_where_it_stands():
    picture, file = Image.new("RGB", (40, 40), (0, 255, 0)), io.BytesIO()
    picture.paste((255, 0, 0), (0, 0, 40, 20))
    picture.save(file, "PNG")
    data = ofd_of(
        [(20, 20, "字")],
        **{
            "Doc_0/Document.xml": f"<ofd:Document {NAMES}><ofd:CommonData><ofd:DocumentRes>Res.xml</ofd:DocumentRes>"
            '</ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/0.xml"/></ofd:Pages></ofd:Document>'.encode(),
            "Doc_0/Res.xml": f'<ofd:Res {NAMES} BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="9" Type="Image">'
            "<ofd:MediaFile>seal.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>".encode(),
            "Doc_0/Res/seal.png": file.getvalue(),
            "Doc_0/Pages/0.xml": f'<ofd:Page {NAMES}><ofd:Content><ofd:Layer><ofd:ImageObject ID="3" ResourceID="9"'
            ' Boundary="100 100 60 30" CTM="60 0 0 30 0 0"/></ofd:Layer></ofd:Content></ofd:Page>'.encode(),
        },
    )

    drawing = drawn(data)
    assert [at(drawing, *place) for place in ((130, 106), (130, 124), (95, 110))] == [
        (255, 0, 0),
        (0, 255, 0),
        (255, 255, 255),
    ]


@pytest.mark.parametrize(
    "strange",
    [
        '<ofd:TextObject Boundary="x y" Size="1e999"><ofd:TextCode DeltaX="g 99999999999 1e308">字</ofd:TextCode></ofd:TextObject>',
        '<ofd:PathObject Boundary="0 0 1 1"><ofd:AbbreviatedData>M L 1 Q nan inf A 1</ofd:AbbreviatedData></ofd:PathObject>',
        '<ofd:ImageObject ResourceID="none" Boundary="0 0 1 1"/>',
        "<ofd:PageBlock>" * 400 + "</ofd:PageBlock>" * 400,
    ],
)
def test_what_makes_no_sense_is_left_out_and_the_rest_is_drawn(strange):
    good = (
        f'<ofd:PathObject Boundary="50 60 40 40" Stroke="false" Fill="true">{RED}'
        "<ofd:AbbreviatedData>M 0 0 L 40 0 L 40 40 L 0 40 C</ofd:AbbreviatedData></ofd:PathObject>"
    )

    assert at(drawn(page_of(strange, good)), 70, 80) == (255, 0, 0)


def test_what_is_no_document_is_told_in_words():
    with pytest.raises(Unreadable, match="OFD 文件已损坏"):
        drawn(ofd_of([(20, 20, "字")], **{"OFD.xml": b"<nothing/>"})[:-30])


def test_pages_beyond_number_are_not_drawn():
    with pytest.raises(Unreadable, match="超过 1000 页"):
        drawn(ofd_of(*[[(20, 20, "字")]] * 1001))

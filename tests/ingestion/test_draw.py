"""Pages of an original as pictures: fine enough to read, upright, and drawn where nothing can be hurt."""

import io

import pytest
from django.conf import settings
from PIL import Image

from reports.ingestion.child import picture_in, pictures_safely
from reports.ingestion.confined import Limits
from reports.ingestion.read.draw import draw
from reports.ingestion.shapes import Unreadable, Upload

from .make_pdf import pdf_of_pictures, pdf_that_never_ends

LIMITS = Limits(cpu=2, clock=5)
RED, WHITE = (255, 0, 0), (255, 255, 255)


def drawn(data: bytes, turns: dict[int, int]) -> dict[int, Image.Image]:
    return {number: Image.open(io.BytesIO(picture)) for number, picture in draw(data, turns)}


def photograph(width: int = 200, height: int = 100, **options) -> bytes:
    """White, with a red quarter at the top left."""
    picture, file = Image.new("RGB", (width, height), WHITE), io.BytesIO()
    picture.paste(RED, (0, 0, width // 2, height // 2))
    picture.save(file, options.pop("format", "PNG"), **options)
    return file.getvalue()


def red_corner(picture: Image.Image) -> str:
    """Which corner is red, by the points of the compass."""
    width, height = picture.size
    corners = {"NW": (2, 2), "NE": (width - 3, 2), "SW": (2, height - 3), "SE": (width - 3, height - 3)}
    (corner,) = (name for name, place in corners.items() if picture.convert("RGB").getpixel(place)[1] < 100)
    return corner


def test_an_a4_page_is_drawn_at_144_dots_per_inch_as_webp():
    pictures = drawn(pdf_of_pictures(3), {1: 0, 3: 0})

    assert {number: (picture.size, picture.format) for number, picture in pictures.items()} == {
        1: ((1190, 1684), "WEBP"),
        3: ((1190, 1684), "WEBP"),
    }
    grey = [pictures[1].convert("L").getpixel(place) for place in ((500, 800), (50, 50))]
    assert [round(value, -1) for value in grey] == [130, 260]


def test_a_page_that_the_file_does_not_have_is_left_out():
    assert list(drawn(pdf_of_pictures(1), {1: 0, 2: 0})) == [1]


def test_a_large_picture_is_drawn_with_four_megapixels():
    (picture,) = drawn(photograph(4000, 2000), {1: 0}).values()

    assert picture.size == (2828, 1414)


def test_a_page_longer_than_the_format_allows_is_drawn_coarser():
    (picture,) = drawn(photograph(20_000, 50), {1: 0}).values()

    assert picture.size == (16_383, 41)


@pytest.mark.parametrize(("turned", "corner"), [(0, "NW"), (90, "NE"), (180, "SE"), (270, "SW")])
def test_a_page_is_turned_clockwise_as_recognition_turned_it(turned, corner):
    (picture,) = drawn(photograph(), {1: turned}).values()

    assert red_corner(picture) == corner
    assert picture.size == ((200, 100) if turned % 180 == 0 else (100, 200))


def test_a_photograph_is_drawn_upright_as_the_camera_noted():
    exif = Image.Exif()
    exif[0x0112] = 3
    (picture,) = drawn(photograph(format="JPEG", exif=exif), {1: 0}).values()

    assert red_corner(picture) == "SE"


def test_what_has_no_pages_is_not_drawn():
    with pytest.raises(Unreadable):
        drawn("法院工作总结".encode(), {1: 0})


def test_a_page_that_never_ends_being_drawn_is_given_up():
    assert (
        pictures_safely(Upload("坏.pdf", pdf_that_never_ends()), {1: 0}, settings.READING_DIR, LIMITS, office=False)
        == {}
    )


def test_nothing_but_a_picture_comes_back_from_the_child(tmp_path):
    picture = next(iter(draw(photograph(), {1: 0})))[1]
    secret, page, text, link = (tmp_path / name for name in ("secret", "1", "2", "3"))
    secret.write_bytes(picture)
    page.write_bytes(picture)
    text.write_text("<script>alert(1)</script>")
    link.symlink_to(secret)

    assert [picture_in(tmp_path, number) for number in (1, 2, 3, 4)] == [picture, b"", b"", b""]

"""Pages of an original -> pictures of them, upright, for a reader to compare the text with.

Used in the child alone: what is drawn here was made by strangers.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

import pypdfium2
from PIL.Image import Image, Transpose

from ..shapes import Ask, Unreadable, allow
from . import image, ofd_paper, office, pdf
from .kinds import kind_of

# Twice as fine as a page is measured, 144 dots per inch: an A4 page is 1,191 pixels wide. A newspaper page would be too
# heavy for a phone; its print is still legible at four megapixels.
_SCALE = 2.0
_MOST_PIXELS = 4_000_000
# WebP knows no longer side: a page ten metres long is drawn coarser.
_LONGEST_SIDE = 16_383
# Of what was tried the smallest at which print stays clear, though not the fastest: 110 to 200 kB for an A4 page.
_QUALITY, _EFFORT = 50, 2

# For each page to be drawn (numbers count from 1) how far it is to be turned: degrees, clockwise.
Turns = Mapping[int, int]


def draw(data: bytes, turns: Turns, ask: Ask = allow) -> Iterator[tuple[int, bytes]]:
    """These pages as WebP: (number, picture). One that cannot be drawn is left out.

    Raises Unreadable, and Heavy where `ask` does.
    """
    kind = kind_of(data)
    if kind in office.KINDS:
        kind, data = "pdf", office.on_paper(data, kind, ask)
    elif kind == "ofd":
        kind, data = "pdf", ofd_paper.on_paper(data)
    if kind not in _DRAWERS:
        raise Unreadable("这种文件没有可以画出的页面。")
    for number, picture in _DRAWERS[kind](data, turns):
        picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
        file = io.BytesIO()
        picture.convert("RGB").save(file, "WEBP", quality=_QUALITY, method=_EFFORT)
        yield number, file.getvalue()


def _of_pdf(data: bytes, turns: Turns) -> Iterator[tuple[int, Image]]:
    document = pdf.opened(data)
    for number, turned in turns.items():
        with suppress(pypdfium2.PdfiumError):
            page = document[number - 1]
            width, height = page.get_size()
            scale = min(_SCALE, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
            yield number, page.render(scale=scale, rotation=turned, may_draw_forms=False).to_pil()


_TURNED = {90: Transpose.ROTATE_270, 180: Transpose.ROTATE_180, 270: Transpose.ROTATE_90}


def _of_image(data: bytes, turns: Turns) -> Iterator[tuple[int, Image]]:
    with image.opened(data) as (file, count):
        for number, turned in turns.items():
            if number <= count:
                picture = image.frame(file, number)
                # Before it is turned: a photograph may have a hundred megapixels.
                if (scale := (_MOST_PIXELS / (picture.width * picture.height)) ** 0.5) < 1:
                    picture.thumbnail((round(picture.width * scale), round(picture.height * scale)))
                yield number, picture.transpose(_TURNED[turned]) if turned else picture


_DRAWERS: dict[str, Callable[[bytes, Turns], Iterator[tuple[int, Image]]]] = {"pdf": _of_pdf, "image": _of_image}

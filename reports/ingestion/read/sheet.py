"""A PDF made of drawing instructions: the few things that pages of another fixed format need."""

import zlib
from collections.abc import Sequence

from PIL.Image import Image

_POINTS = 72 / 25.4  # in a millimetre
SERIF, SANS = "Serif", "Sans"
# Letters and digits: who draws a narrow character that is said to be wide sets it in the middle.
_NARROW = "[1 95 500 814 939 500]"
_FONTS = {SERIF: ("SimSun", 6), SANS: ("SimHei", 4)}


class Paper:
    """Pages in millimetres, counted from the left and from the top, as the instructions on them are."""

    def __init__(self) -> None:
        self._objects: list[bytes] = [b"", b""]
        self._pages: list[int] = []
        self._pictures: list[int] = []
        self._fonts = " ".join(f"/{name} {self._font(*font)} 0 R" for name, font in _FONTS.items())

    def page(self, left: float, top: float, width: float, height: float, drawn: Sequence[str]) -> None:
        """A page on which this is drawn."""
        turned = f"{_POINTS:.6f} 0 0 {-_POINTS:.6f} {-left * _POINTS:.4f} {(top + height) * _POINTS:.4f} cm"
        content = self._stream("", "\n".join([turned, *drawn]).encode("ascii"))
        pictures = " ".join(f"/P{number} {number} 0 R" for number in self._pictures)
        self._pages.append(
            self._add(
                f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width * _POINTS:.4f} {height * _POINTS:.4f}]"
                f"/Contents {content} 0 R/Resources<</Font<<{self._fonts}>>/XObject<<{pictures}>>>>>>".encode()
            )
        )

    def picture(self, picture: Image) -> str:
        """Take a picture in, once for all pages; the instruction that draws it in a square of 1 mm, its foot at 0."""
        mask = ""
        if "A" in picture.getbands():
            alpha = picture.getchannel("A")
            mask = f"/SMask {self._bitmap(alpha, 'DeviceGray', '')} 0 R"
        self._pictures.append(self._bitmap(picture.convert("RGB"), "DeviceRGB", mask))
        return f"/P{self._pictures[-1]} Do"

    def pdf(self) -> bytes:
        self._objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
        listed = " ".join(f"{number} 0 R" for number in self._pages)
        self._objects[1] = f"<</Type/Pages/Kids[{listed}]/Count {len(self._pages)}>>".encode()
        file, places = bytearray(b"%PDF-1.7\n"), []
        for number, one in enumerate(self._objects, start=1):
            places.append(len(file))
            file += b"%d 0 obj\n%b\nendobj\n" % (number, one)
        end = len(file)
        file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
        file += b"".join(b"%010d 00000 n \n" % place for place in places)
        file += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, end)
        return bytes(file)

    def _add(self, one: bytes) -> int:
        self._objects.append(one)
        return len(self._objects)

    def _stream(self, entries: str, data: bytes) -> int:
        packed = zlib.compress(data, 1)
        return self._add(
            f"<<{entries}/Filter/FlateDecode/Length {len(packed)}>>stream\n".encode() + packed + b"\nendstream"
        )

    def _bitmap(self, picture: Image, colours: str, mask: str) -> int:
        entries = (
            f"/Type/XObject/Subtype/Image/Width {picture.width}/Height {picture.height}"
            f"/ColorSpace/{colours}/BitsPerComponent 8{mask}"
        )
        return self._stream(entries, picture.tobytes())

    def _font(self, name: str, flags: int) -> int:
        """A font that is not brought along: whoever draws the page takes one of the system's that has Chinese."""
        described = self._add(
            f"<</Type/FontDescriptor/FontName/{name}/Flags {flags}/FontBBox[0 -200 1000 900]/ItalicAngle 0"
            "/Ascent 880/Descent -120/CapHeight 700/StemV 80>>".encode()
        )
        characters = self._add(
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/DW 1000/W{_NARROW}/FontDescriptor {described} 0 R"
            "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 5>>>>".encode()
        )
        return self._add(
            f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/UniGB-UTF16-H"
            f"/DescendantFonts[{characters} 0 R]>>".encode()
        )

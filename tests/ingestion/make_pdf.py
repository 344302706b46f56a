"""Small PDFs made at test time: text, pictures, and hostile ones."""

import zlib
from collections.abc import Iterable

# Every character is its own code and its own Unicode value; no font file is needed to read the text back.
_CMAP = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /Own def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap end end"""
_FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/Identity-H/ToUnicode 4 0 R/DescendantFonts[<</Type/Font"
    b"/Subtype/CIDFontType2/BaseFont/Song/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 1000"
    b"/FontDescriptor<</Type/FontDescriptor/FontName/Song/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 800"
    b"/Descent -200/CapHeight 700/StemV 80>>>>]>>"
)
_SIZE, _LEFT, _TOP = 12, 60, 780


def pdf_of(*pages: list[str]) -> bytes:
    """A PDF with one line of text for every string; a leading U+3000 moves the line in by one character."""
    return _document([_page(lines) for lines in pages])


Placed = tuple[int, int, str]


def pdf_of_pieces(*pieces: Placed) -> bytes:
    """One page with these pieces of text at these places (x, y from the bottom), drawn in this order."""
    return pdf_of_placed_pages(pieces)


def pdf_of_placed_pages(*pages: Iterable[Placed]) -> bytes:
    """Pages of pieces of text at such places."""
    return _document([b"\n".join(_shown(left, bottom, text) for left, bottom, text in pieces) for pieces in pages])


def pdf_of_pictures(count: int) -> bytes:
    """A scan: pages with a grey square on them and no text."""
    picture = b"q 400 0 0 600 50 100 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"
    return _document([picture] * count)


def pdf_of_recognised_scans(*pages: list[str]) -> bytes:
    """Pictures as large as their pages, and under them lines that another program recognised: there, but not drawn."""
    picture = b"q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q 3 Tr\n"
    return _document([picture + _page(lines) for lines in pages])


def pdf_of_blank_pages(count: int) -> bytes:
    return _document([b""] * count)


def pdf_that_inflates_to(size: int) -> bytes:
    """One page whose content stream is small in the file and huge in memory."""
    compressor = zlib.compressobj(9)
    chunk = b"q Q " * (1 << 18)
    content = b"".join(compressor.compress(chunk) for _ in range(size // len(chunk))) + compressor.flush()
    return _document([content], filters=b"/Filter/FlateDecode")


def pdf_that_never_ends() -> bytes:
    """Forms that draw ten forms each, thirty levels deep: more to do than there is time in the world."""
    levels = 30
    forms = []
    for level in range(levels):
        number = 5 + level
        draws = b" ".join([b"/F Do"] * 10) if level < levels - 1 else b"BT /T 12 Tf 10 10 Td <6CD5> Tj ET"
        resources = b"/XObject<</F %d 0 R>>" % (number + 1) if level < levels - 1 else b"/Font<</T 3 0 R>>"
        forms.append(_stream(draws, b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<<%b>>" % resources))
    return _document([b"/F Do"], extra=forms, resources=b"/XObject<</F 5 0 R>>")


def _page(lines: list[str]) -> bytes:
    shown = []
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip("\u3000"))
        shown.append(_shown(_LEFT + indent * _SIZE, _TOP - number * 20, line.lstrip("\u3000")))
    return b"\n".join(shown)


def _shown(left: int, bottom: int, text: str) -> bytes:
    return b"BT /T %d Tf %d %d Td <%b> Tj ET" % (_SIZE, left, bottom, text.encode("utf-16-be").hex().encode())


def _stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(content), content)


def _document(
    contents: list[bytes], *, extra: list[bytes] | None = None, filters: bytes = b"", resources: bytes = b""
) -> bytes:
    """Objects: 1 catalogue, 2 pages, 3 font, 4 its table, then `extra`, then a page and its content for each."""
    extra = extra or []
    first = 5 + len(extra)
    kids = b" ".join(b"%d 0 R" % (first + 2 * number) for number in range(len(contents)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(contents), kids),
        _FONT,
        _stream(_CMAP),
        *extra,
    ]
    for number, content in enumerate(contents):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</T 3 0 R>>%b>>/Contents %d 0 R>>"
            % (resources, first + 2 * number + 1)
        )
        objects.append(_stream(content, filters))
    body, offsets = b"%PDF-1.7\n", []
    for number, value in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, value)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        len(body),
    )

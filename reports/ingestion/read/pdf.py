"""PDF with a text layer -> Pages."""

import pypdfium2

from ..shapes import Page, Pages


def read_pdf(data: bytes) -> Pages:
    document = pypdfium2.PdfDocument(data)
    return Pages("pdf", tuple(Page(n, page.get_textpage().get_text_range()) for n, page in enumerate(document, 1)))

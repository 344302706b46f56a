"""Plain text in any encoding that Chinese offices use -> Pages."""

from ..shapes import Page, Pages


def read_txt(data: bytes) -> Pages:
    text = data.decode("utf-8-sig", errors="replace")
    return Pages("txt", tuple(Page(n, page) for n, page in enumerate(text.split("\f"), start=1)), "utf-8")

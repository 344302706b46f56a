"""Text -> Articles."""

from .shapes import Article, Line, Text


def split(text: Text) -> tuple[Article, ...]:
    body = "\n".join(line.text for line in text.lines)
    lines, pages, start = [], [], 0
    for number, line in enumerate(text.lines):
        lines.append(Line("para" if number else "title", start, start + len(line.text)))
        pages.extend((start + offset, page) for offset, page in line.pages if not pages or pages[-1][1] != page)
        start += len(line.text) + 1
    return (Article(1, text.lines[0].text, body, tuple(lines), (), tuple(pages)),)

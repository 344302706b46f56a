"""Pages -> Text."""

from .shapes import CleanLine, Pages, Text


def clean(pages: Pages) -> Text:
    return Text(
        tuple(
            CleanLine(line.strip(), ((0, page.number),))
            for page in pages.pages
            for line in page.text.splitlines()
            if line.strip()
        )
    )

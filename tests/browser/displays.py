"""How a page may be drawn: every display and width, with and without scripts."""

import pytest
from playwright.sync_api import Page

# A Latin square: with a third of the pages in each line, every page meets each display and each width once.
IN_EVERY_DISPLAY = pytest.mark.parametrize(
    ("third", "display", "width", "scripts"),
    [
        (0, "", 375, True),
        (1, "", 1024, False),
        (2, "", 1920, True),
        (1, "theme=dark", 375, False),
        (2, "theme=dark", 1024, False),
        (0, "theme=dark", 1920, False),
        (2, "size=large", 375, True),
        (0, "size=large", 1024, True),
        (1, "size=large", 1920, True),
    ],
)


def choose(display: str, page: Page, site) -> None:
    """As the reader's own buttons would; "" is the system's choice."""
    if display:
        name, value = display.split("=")
        page.context.add_cookies([{"name": name, "value": value, "url": site.url}])

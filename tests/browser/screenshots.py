"""make screenshots: every kind of page, as pictures in docs/screenshots, from the site that the browser tests use.

pytest runs it as a test of its own (it is none of the suite's: its name does not begin with test_), so that browser,
site and administrator are the very same.
"""

from pathlib import Path

import pytest

OUT = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 375, "height": 812}
PAGES = {
    "home": "/",
    "search": "/search/?q=府院联动",
    "search-nothing": "/search/?q=量子纠缠",
    "search-help": "/search/help/",
    "report": "/reports/1/",
    "report-figure": "/reports/1/?figure=18",
    "reports": "/reports/",
    "court": "/courts/1078/",
    "courts": "/courts/",
    "region": "/regions/220700/",
    "regions": "/regions/",
    "year": "/years/2023/",
    "years": "/years/",
    "theme": "/themes/府院联动/",
    "themes": "/themes/",
    "about": "/about/",
    "not-found": "/nowhere/",
}
STAFF_PAGES = {
    "staff-home": "/admin/",
    "staff-uploads": "/admin/uploads/",
    "staff-source": "/admin/uploads/1/",
    "staff-review-list": "/admin/review/",
    "staff-review": "/admin/review/1/",
    "staff-figures": "/admin/review/1/figures/?figure=18",
    "staff-lines": "/admin/review/6/lines/?from=2&to=3",
    "staff-courts": "/admin/courts/",
    "staff-accounts": "/admin/auth/user/",
}
DISPLAYS = {
    "light": {"viewport": DESK},
    "dark": {"viewport": DESK, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "device_scale_factor": 2},
}


@pytest.mark.parametrize("display", DISPLAYS)
def test_pictures_of_every_page(display, visit, log_in):
    page = visit(**DISPLAYS[display])
    for name, address in PAGES.items():
        take(page, name, address, display)
    log_in(page)
    for name, address in STAFF_PAGES.items():
        take(page, name, address, display)


@pytest.mark.parametrize("name", ["search", "report"])
def test_what_the_readme_shows(name, visit):
    page = visit(viewport=DESK)
    page.goto(PAGES[name])
    page.screenshot(path=OUT / f"readme-{name}.jpg", type="jpeg", quality=85)


def take(page, name: str, address: str, display: str) -> None:
    page.goto(address)
    page.screenshot(path=OUT / f"{name}-{display}.jpg", type="jpeg", quality=80, full_page=True, animations="disabled")

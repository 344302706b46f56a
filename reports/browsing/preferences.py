"""How a reader wants the page drawn: larger text, light or dark. Two cookies, no account."""

from django.http import HttpRequest


def display(request: HttpRequest) -> dict[str, str]:
    """For every template: `size` ("large" or "") and `theme` ("dark", "light" or "")."""
    size, theme = request.COOKIES.get("size", ""), request.COOKIES.get("theme", "")
    return {"size": size if size == "large" else "", "theme": theme if theme in ("dark", "light") else ""}

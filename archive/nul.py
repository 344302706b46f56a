"""NUL and halves of characters: nobody types them and no database keeps them. What is asked of the site has none.

Halves come where a request names an encoding of its own.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError

from reports.ingestion.answers import UNKEEPABLE

NUL, INSTEAD = "\0", " "


class NoNulMiddleware:
    """A space stands in its place by the time a session or a view looks at addresses, fields and cookies.

    The contents of uploaded files stay as they are.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.path_info = request.path_info.replace(NUL, INSTEAD)
        request.GET = without_nul(request.GET)  # type: ignore[assignment]  # as immutable as it was
        request.COOKIES = {name: value.replace(NUL, INSTEAD) for name, value in request.COOKIES.items()}
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        if request.method != "POST":
            return
        try:
            sent = without_nul(request.POST)
        except UnreadablePostError:
            return  # whoever needs it says so
        if sent is not request.POST:
            request.POST = sent  # type: ignore[assignment]  # as above


def without_nul(fields: QueryDict) -> QueryDict:
    """A space for each; the very same fields where none of them holds any."""
    if not any(UNKEEPABLE.search(text) for name, values in fields.lists() for text in (name, *values)):
        return fields
    pairs = [
        (UNKEEPABLE.sub(INSTEAD, name), UNKEEPABLE.sub(INSTEAD, value))
        for name in fields
        for value in fields.getlist(name)
    ]
    return QueryDict(urlencode(pairs), encoding="utf-8")

"""Pages that were asked for before: the same question to the same state of the archive has the same answer.

What readers ask is much the same, and an answer takes ten times as long to draw as to find. A page is kept in this process
until the index changes, and not shown while a change of the archive is still on its way to the index (outbox.py notes every
change of what a report shows): a withdrawn report is gone from kept pages as fast as from new ones. Names of courts and
themes without a single report are not the index's business: these may be as old as a page is kept at most.
"""

from collections.abc import Callable
from functools import wraps
from hashlib import blake2b

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from reports.browsing.preferences import display

from . import engine, outbox

View = Callable[[HttpRequest], HttpResponseBase]
LARGEST = 200_000  # bytes of one page kept
LONGEST = 300  # seconds


def remembered(view: View) -> View:
    """For pages that show the same to everybody, up to what the address and the reader's display say."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponseBase:
        # In this order: a change that reached the index after its state was taken would be no longer on its way.
        if outbox.is_behind():
            return view(request)
        try:
            state = engine.version()
        except engine.IndexAway:
            return view(request)
        asked = repr((state, view.__name__, request.get_full_path(), display(request)))
        key = blake2b(asked.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        kept: bytes | None = cache.get(key)
        if kept is not None:
            return HttpResponse(kept)
        response = view(request)
        if isinstance(response, HttpResponse) and is_a_page(response):
            cache.set(key, response.content, LONGEST)
        return response

    return answer


def is_a_page(response: HttpResponse) -> bool:
    return (
        response.status_code == 200
        and response["Content-Type"].startswith("text/html")
        and len(response.content) <= LARGEST
        and not response.cookies
    )

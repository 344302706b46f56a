"""How a reader wants the page drawn: larger text, light or dark. Two cookies, no account."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

CHOICES = {"size": ("large", "normal"), "theme": ("dark", "light")}
A_YEAR = 365 * 24 * 60 * 60


def display(request: HttpRequest) -> dict[str, str]:
    """For every template: `size` ("large" or "") and `theme` ("dark", "light" or "", which is the system's choice)."""
    size, theme = request.COOKIES.get("size", ""), request.COOKIES.get("theme", "")
    return {"size": size if size == "large" else "", "theme": theme if theme in CHOICES["theme"] else ""}


# The answer changes nothing but how this reader's own pages are drawn; a token in the head of every page would set a
# cookie for every passer-by.
@csrf_exempt
@require_POST
def choose_display(request: HttpRequest) -> HttpResponse:
    """Remembers the choice of the button pressed and leads back to the page it was pressed on."""
    back = request.POST.get("next", "")
    response = HttpResponseRedirect(back if is_path_here(back) else "/")
    for name, values in CHOICES.items():
        chosen = request.POST.get(name)
        if chosen in values:
            response.set_cookie(
                name, chosen, max_age=A_YEAR, samesite="Lax", httponly=True, secure=settings.BEHIND_HTTPS
            )
    return response


def is_path_here(address: str) -> bool:
    """A path on this site; never another host, nor what a browser would read as one."""
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)

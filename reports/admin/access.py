"""Who may open a staff page: every view names the permission that it needs."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest

View = TypeVar("View", bound=Callable[..., Any])


def staff(permission: str) -> Callable[[View], View]:
    """To the log-in page without an account, 403 with one that lacks `reports.<permission>`."""

    def guard(view: View) -> View:
        return staff_member_required(permission_required(f"reports.{permission}", raise_exception=True)(view))

    return guard


def account(request: HttpRequest) -> User:
    """Whose request it is; only for views behind `staff`."""
    if not isinstance(request.user, User):
        raise TypeError("a staff view was reached without an account")
    return request.user

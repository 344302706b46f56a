"""NUL is in no address, field or cookie by the time a view looks: PostgreSQL would refuse the question."""

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import QueryDict
from django.test import Client

from archive.nul import without_nul

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("管理员"))
    return client


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/admin/auth/user/?q=%00", 200),
        ("/admin/auth/user/?%00=1", 302),  # Django's way of saying that there is no such filter
        ("/admin/reports/region/%00/change/", 302),
        ("/admin/courts/find/?q=%00", 200),
        ("/themes/%00/", 404),
        ("/courts/?q=%00&region=%00", 200),
    ],
)
def test_no_address_with_nul_is_a_fault(administrator, address, status):
    assert administrator.get(address).status_code == status


def test_what_is_typed_is_kept_without_it(administrator):
    made = administrator.post("/admin/auth/user/add/", {"username": "甲\0乙", "usable_password": "false"})

    assert made.status_code == 200, "a user's name has no space in it either"
    assert "甲 乙" in made.content.decode()


def test_a_cookie_with_nul_is_nobodys_session(client):
    client.cookies.load({"sessionid": "abcdefgh\0"})

    assert client.get("/admin/").status_code == 302
    assert not Session.objects.exists()


def test_fields_without_it_stay_the_very_same():
    fields = QueryDict("a=1&a=2&b=%E7%94%B2")

    assert without_nul(fields) is fields


def test_every_value_of_every_field_is_looked_at():
    fields = without_nul(QueryDict("a=1&a=%00&%00=2"))

    assert list(fields.lists()) == [("a", ["1", " "]), (" ", ["2"])]


def test_halves_of_characters_are_taken_out_as_well(client):
    asked = client.get("/courts/?q=%5Cud800", CONTENT_TYPE="text/plain; charset=unicode_escape")

    assert asked.status_code == 200
    assert list(without_nul(QueryDict(rb"a=\ud800%00", encoding="unicode_escape")).lists()) == [("a", ["  "])]

"""The world every test starts in: reference data and the samples, as `load_seeds` makes them, in a folder of its own."""

import io

import pytest
from django.conf import settings
from django.core.management import call_command


def pytest_configure() -> None:
    # Pages are rendered without `collectstatic`; the browser tests serve the real, collected files.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Every test database holds the reference data and the ten published sample reports."""
    with django_db_blocker.unblock():
        call_command("load_seeds", stdout=io.StringIO())

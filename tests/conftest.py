"""The world every test starts in: reference data and the samples, as `load_seeds` makes them, in a folder of its own."""

import io

import haystack
import pytest
from django.conf import settings
from django.core.management import call_command
from hypothesis import HealthCheck
from hypothesis import settings as examples

from search import outbox

# Machines are noisy: what takes long is no fault.
examples.register_profile("archive", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("archive")


def pytest_configure() -> None:
    # Pages are rendered without `collectstatic`; the browser tests serve the real, collected files.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Every test database holds the reference data and the ten published sample reports."""
    with django_db_blocker.unblock():
        call_command("load_seeds", stdout=io.StringIO())


@pytest.fixture
def index(db, tmp_path, monkeypatch):
    """A real index in a folder of its own, holding the ten sample reports. Tests bring it up to date with outbox.drain()."""
    monkeypatch.setitem(settings.HAYSTACK_CONNECTIONS["default"], "PATH", str(tmp_path / "index"))
    haystack.connections.reload("default")
    outbox.rebuild()
    yield tmp_path / "index"
    monkeypatch.undo()
    haystack.connections.reload("default")

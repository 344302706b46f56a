"""The world of Haystack's own Whoosh tests: their models, and our engine in a folder that the runner names."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).parents[2]

SECRET_KEY = "a test needs one"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "haystack",
    "test_haystack.core",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "test_haystack.core.urls"
HAYSTACK_CONNECTIONS = {
    "default": {"ENGINE": "test_haystack.mocks.MockEngine"},
    "whoosh": {
        "ENGINE": "search.backends.whoosh.backend.Engine",
        "PATH": os.environ["INDEX_DIR"],
        "INCLUDE_SPELLING": True,
    },
}
SEEDS_DIR = BASE_DIR / "seeds"

"""Every choice an installer may make, read from the environment.

Order: who am I, what is installed, where is the data, how is it searched, what is served, what is switched on.
"""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str) -> str:
    return os.environ.get(name, "") or default


def envbool(name: str, default: bool) -> bool:
    value = env(name, str(default)).lower()
    if value not in ("true", "false", "1", "0"):
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}")
    return value in ("true", "1")


def envint(name: str, default: int) -> int:
    value = env(name, str(default))
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}")
    return int(value)


# ---- who am I
SITE_NAME = "法治年报库"
DEBUG = envbool("DEBUG", False)
# Where the data lies also decides which secret is used: one per data folder, made by `make serve`.
DATA_DIR = Path(env("DATA_DIR", str(BASE_DIR / "var"))).resolve()
# Drafts and passwords' hashes lie there: whatever any command or server writes is its owner's alone, even in a folder
# that was open to others before.
os.umask(0o077)


def secret_key() -> str:
    """The installation's own secret: SECRET_KEY, or DATA_DIR/secret_key, which `manage.py prepare` writes."""
    given = env("SECRET_KEY", "")
    kept = DATA_DIR / "secret_key"
    if not given and kept.is_file():
        given = kept.read_text().strip()
    # Commands that need no secret (migrate, collectstatic, tests) run with a random one, good for this process only.
    return given or os.urandom(32).hex()


SECRET_KEY = secret_key()
# Where `make serve` listens. Under which names the site may be asked for follows from it, unless ALLOWED_HOSTS says so.
HOST = env("HOST", "127.0.0.1")
PORT = envint("PORT", 8000)
LISTENS_EVERYWHERE = HOST in ("0.0.0.0", "::")  # noqa: S104
OWN_NAMES = f"{f'[{HOST}]' if ':' in HOST else HOST},127.0.0.1,localhost,[::1]"
ALLOWED_HOSTS = env("ALLOWED_HOSTS", "*" if LISTENS_EVERYWHERE else OWN_NAMES).split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in env("CSRF_TRUSTED_ORIGINS", "").split(",") if origin]

# ---- what is installed
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_filters",
    "django_tasks_db",
    "archive",
    "reports",
    "search",
    "haystack",  # below search, whose rebuild_index and update_index take the place of Haystack's
]
MIDDLEWARE = [
    "archive.csp.ContentSecurityPolicyMiddleware",  # first: WhiteNoise answers for static files, SVG among them
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "archive.nul.NoNulMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "archive.urls"
WSGI_APPLICATION = "archive.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "reports.browsing.preferences.display",
            ],
        },
    },
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# ---- where is the data
KEPT_OPEN = 60  # seconds; to open the database anew takes longer than to show a page that is kept


def sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": KEPT_OPEN,
        "OPTIONS": {
            # Measured: 4 writers x 300 saves without one "locked"; with the defaults six.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }


def database(url: str) -> dict[str, Any]:
    """Django's settings for DATABASE_URL: sqlite:///path, or postgresql://user:password@host:port/name."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = unquote(parts.path)
        return sqlite(Path(path.removeprefix("/")) if path.startswith("//") else BASE_DIR / path.lstrip("/"))
    if parts.scheme in ("postgres", "postgresql"):
        if find_spec("psycopg") is None:
            raise ImproperlyConfigured(
                "DATABASE_URL 指向 PostgreSQL，但没有装它的驱动。请运行 .venv/bin/pip install -r requirements-postgresql.txt"
            )
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": KEPT_OPEN,
        }
    raise ImproperlyConfigured(f"DATABASE_URL must begin with sqlite:// or postgresql://, not {parts.scheme!r}")


DATABASE_URL = env("DATABASE_URL", "")
# No address for the default: a folder's name may hold what an address reads as its end.
DATABASES = {"default": database(DATABASE_URL) if DATABASE_URL else sqlite(DATA_DIR / "archive.sqlite3")}
# Pictures of the originals' pages: drawn when they are asked for, and anew when they are gone.
PICTURES_DIR = DATA_DIR / "pictures"
SEEDS_DIR = BASE_DIR / "seeds"
MEDIA_ROOT = DATA_DIR / "originals"
# Where strangers' files are read; what lies there is of use to nobody but the process that laid it.
READING_DIR = DATA_DIR / "reading"
FILE_UPLOAD_PERMISSIONS = 0o640
MAX_UPLOAD_BYTES = envint("MAX_UPLOAD_MB", 50) * 1024 * 1024
# Where each process that reads uploads shows that it lives.
WORKERS_DIR = DATA_DIR / "workers"
# Uploads are read in the background, one queue for most and one for those that need much memory (reports/tasks.py).
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "heavy"]}}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 200
# Any query string gets an answer; what is not understood is named on the page. Django's 1,000 would answer 400.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100_000

# ---- how is it searched
INDEX_DIR = DATA_DIR / "index"
HAYSTACK_CONNECTIONS = {
    "default": {
        "ENGINE": "search.backends.whoosh.backend.Engine",
        "PATH": str(INDEX_DIR),
        "SILENTLY_FAIL": False,  # Haystack's default turns errors into empty pages
    },
}
RESULTS_PER_PAGE = 20

# ---- what is served
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = env("TIME_ZONE", "Asia/Shanghai")
USE_I18N = True
USE_TZ = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
LOGIN_URL = "admin:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# ---- what is switched on
# Whether readers, and not reviewers alone, see which figures of a report do not agree with each other.
SHOW_CHECKS = envbool("SHOW_CHECKS", False)
BEHIND_HTTPS = envbool("BEHIND_HTTPS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
SECURE_HSTS_SECONDS = 31536000 if BEHIND_HTTPS else 0
if BEHIND_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Django 6's setting name; archive/csp.py sends it until the project moves there.
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "INFO")},
    "loggers": {"django.server": {"handlers": ["console"], "propagate": False, "level": "WARNING"}},
}

"""The door a web server knocks on. It stays shut when database and index do not match."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")
application = get_wsgi_application()

from archive import startup  # noqa: E402  (needs the apps that the line above has loaded)

startup.refuse_what_does_not_match()
startup.warm_up()

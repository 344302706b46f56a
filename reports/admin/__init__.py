"""The staff's side: uploading, reviewing, reference data, accounts. Django finds what is registered here by itself."""

from django.contrib import admin
from django_tasks_db.models import DBTaskResult

from . import accounts, reference

# What stands in line is shown with its files.
admin.site.unregister(DBTaskResult)

__all__ = ["accounts", "reference"]

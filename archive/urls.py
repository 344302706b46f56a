"""Every public address of the site on one screen. All are permanent once shipped."""

from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("admin/", admin.site.urls),
]

"""Every public address of the site on one screen. All are permanent once shipped."""

from django.contrib import admin
from django.urls import include, path, re_path

import search.views
from archive.health import healthz
from reports.browsing import preferences, views

urlpatterns = [
    path("", views.home, name="home"),
    path("reports/", views.report_list, name="report_list"),
    path("reports/<int:pk>/", views.report_detail, name="report_detail"),
    path("reports/<int:pk>/v<int:number>/", views.report_version, name="report_version"),
    path("reports/<int:pk>/original/", views.report_original, name="report_original"),
    path("reports/<int:pk>/pages/<int:number>/", views.report_page, name="report_page"),
    path("reports/<int:pk>/text/", views.report_text, name="report_text"),
    path("courts/", views.court_list, name="court_list"),
    path("courts/<int:pk>/", views.court_detail, name="court_detail"),
    path("regions/", views.region_list, name="region_list"),
    re_path(r"^regions/(?P<code>[0-9]{6})/$", views.region_detail, name="region_detail"),
    path("years/", views.year_list, name="year_list"),
    re_path(r"^years/(?P<year>[0-9]{4}|unknown)/$", views.year_detail, name="year_detail"),
    path("themes/", views.theme_list, name="theme_list"),
    path("themes/<str:name>/", views.theme_detail, name="theme_detail"),
    path("search/", search.views.search, name="search"),
    path("search/help/", search.views.search_help, name="search_help"),
    path("suggest/", search.views.suggest, name="suggest"),
    path("about/", views.about, name="about"),
    path("display/", preferences.choose_display, name="display"),
    path("robots.txt", views.robots, name="robots"),
    path("admin/", include("reports.admin.urls")),
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
]

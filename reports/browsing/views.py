"""The public pages. Each view turns a request into a question and the answer into a page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


report_list = home
report_detail = home
report_version = home
report_original = home
report_text = home
court_list = home
court_detail = home
region_list = home
region_detail = home
year_list = home
year_detail = home
theme_list = home
theme_detail = home
about = home

"""Stored reports as articles: many at once say what each says alone, in a fixed number of queries."""

import pytest

from reports.ingestion.stored import article_of, articles_of
from reports.models import Report

pytestmark = pytest.mark.django_db


def test_many_at_once_are_what_each_is_alone():
    reports = list(Report.objects.order_by("-pk"))

    assert articles_of(reports) == [article_of(report) for report in reports]
    assert len(reports) == 10


def test_ten_take_no_more_queries_than_six_of_one_page(django_assert_max_num_queries):
    page = [report for report in Report.objects.all() if report.source.reports.count() == 6]
    everything = list(Report.objects.all())

    with django_assert_max_num_queries(7):
        assert len(articles_of(page)) == 6
    with django_assert_max_num_queries(7):
        assert len(articles_of(everything)) == 10


def test_reports_of_one_page_know_each_others_courts_and_years_and_single_ones_none():
    articles = {report: article_of(report) for report in Report.objects.select_related("court", "source")}

    for report, article in articles.items():
        others = [
            other.court.name for other in articles if other.source == report.source and other != report and other.court
        ]
        assert sorted(article.neighbours) == sorted(others)
        assert bool(article.page_years) == (report.source.reports.count() > 1)

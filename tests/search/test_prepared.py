"""Prepared questions: the same rows as the querysets they were made of, their SQL written once."""

import pytest

from reports.models import Region, Report, ReportTheme
from search.prepared import Prepared
from tests.factories import make_report


@pytest.fixture
def pks(db):
    return [make_report(title=f"第{number}篇", themes=("司法建议", "诉源治理")[:number]).pk for number in range(3)]


def titles(pks):
    return Report.objects.published().filter(pk__in=pks).order_by("pk").values_list("pk", "title")


def test_any_ids_get_the_rows_of_the_queryset(pks):
    prepared = Prepared(titles)

    for asked in (pks, pks[1:], pks[::-1], {pks[2]}, (*pks[:2], 10**9)):
        assert prepared.rows(asked) == list(titles(asked))


def test_two_lists_of_ids_each_go_to_their_own_place(pks):
    asked = []

    def rows(themes, reports):
        asked.append((len(themes), len(reports)))
        found = ReportTheme.objects.filter(report__in=reports, theme__in=themes, report__status="published")
        return found.order_by("report", "theme").values_list("report_id", "theme_id")

    both, prepared = (
        list(
            ReportTheme.objects.filter(report__in=pks).order_by("report", "theme").values_list("report_id", "theme_id")
        ),
        Prepared(rows),
    )
    first, second = dict.fromkeys(theme for _, theme in both)

    assert len(both) == 3
    assert prepared.rows([first], pks[1:]) == [pair for pair in both if pair[1] == first]
    assert prepared.rows([second], pks[1:]) == [pair for pair in both if pair[1] == second]
    assert prepared.rows([second, first], [pks[2]]) == [pair for pair in both if pair[0] == pks[2]]
    assert asked == [(1, 2), (2, 1)]


def test_keys_of_characters_and_questions_without_ids(db):
    places = Prepared(lambda codes: Region.objects.filter(pk__in=codes).order_by("pk").values_list("pk", "short_name"))
    levels = Prepared(lambda: Region.objects.filter(level="province").order_by("pk").values_list("pk")[:2])

    assert places.rows({"220000", "220700", "000000"}) == [("220000", "吉林"), ("220700", "松原")]
    assert levels.rows() == [("110000",), ("120000",)]


def test_few_statements_serve_all_numbers_of_ids(pks):
    written = []

    def ask(ids):
        written.append(len(ids))
        return titles(ids)

    prepared = Prepared(ask)

    for number in range(1, 40):
        asked = (pks * 13)[:number]
        assert prepared.rows(asked) == list(titles(asked))
    assert written == [1, 2, 4, 8, 16, 32, 64]


def test_without_ids_there_are_no_rows_and_no_question(pks, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Prepared(titles).rows([]) == []


def test_what_is_no_longer_public_is_found_no_more(pks):
    prepared = Prepared(titles)
    assert len(prepared.rows(pks)) == 3

    Report.objects.filter(pk=pks[0]).update(is_current=False)

    assert [pk for pk, _ in prepared.rows(pks)] == pks[1:]

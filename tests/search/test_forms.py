"""What each form of the search page carries along."""

import pytest

from search.forms import SearchForms
from search.query import SearchQuery

QUERY = SearchQuery(
    q="诉源 治理",
    within=("调解",),
    mode="exact",
    synonyms=False,
    regions=("220000",),
    courts=("956",),
    years=("2023",),
    year_from=2020,
    themes=("诉源治理",),
    levels=("基层",),
    types=("新闻报道",),
    sort="newest",
    page=3,
)
FORMS = SearchForms(QUERY)


def test_new_words_keep_the_filters_and_leave_the_earlier_words():
    assert FORMS.carried_by_box == [
        ("syn", "0"),
        ("region", "220000"),
        ("court", "956"),
        ("year", "2023"),
        ("year_from", "2020"),
        ("theme", "诉源治理"),
        ("level", "基层"),
        ("type", "新闻报道"),
        ("sort", "newest"),
    ]


def test_new_filters_keep_the_words_the_court_and_the_order():
    assert FORMS.carried_by_filters == [
        ("q", "诉源 治理"),
        ("within", "调解"),
        ("mode", "exact"),
        ("syn", "0"),
        ("court", "956"),
        ("sort", "newest"),
    ]


def test_words_within_the_results_and_a_new_order_keep_everything_else_but_the_page():
    everything = [pair for pair in FORMS.carried_by_within if pair[0] not in ("sort",)]

    assert ("page", "3") not in FORMS.carried_by_within
    assert FORMS.carried_by_within[-1] == ("sort", "newest")
    assert FORMS.carried_by_sort == everything


@pytest.mark.parametrize(
    ("first", "last", "fault"),
    [
        (None, None, ""),
        (2020, None, ""),
        (2020, 2020, ""),
        (2022, 2019, "截止年早于起始年2022。请改为2022或更晚。"),
    ],
)
def test_years_in_the_wrong_order_are_a_fault_that_says_what_to_enter(first, last, fault):
    assert SearchForms(SearchQuery(year_from=first, year_to=last)).year_fault == fault

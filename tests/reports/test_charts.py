import pytest

from reports.browsing import charts
from reports.browsing.queries import Place
from reports.models import Region


def places(*counts: int) -> list[Place]:
    return [Place(Region(code=f"{11 + number}0000"), reports) for number, reports in enumerate(counts)]


@pytest.mark.parametrize(
    ("counts", "washes", "key"),
    [
        ((0, 0), [0, 0], []),
        ((3, 0, 3), [3, 0, 3], ["3篇"]),
        ((6, 1, 0, 1), [4, 2, 0, 2], ["不足6篇", "6篇起"]),
        ((1, 2, 3, 4), [1, 2, 3, 4], ["不足2篇", "2起", "3起", "4篇起"]),
        (
            (64, 118, 286, 383, 437, 498, 688, 1043),
            [1, 1, 2, 2, 3, 3, 4, 4],
            ["不足200篇", "200起", "400起", "600篇起"],
        ),
    ],
)
def test_washes_and_their_key_fit_how_much_there_is(counts, washes, key):
    grid, entries = charts.tiles(places(*counts))

    assert [tile.wash for tile in grid] == washes
    assert [entry.words for entry in entries] == key
    assert [tile.area for tile in grid][:2] == ["t11", "t12"]


def test_columns_have_no_gap_and_the_last_is_still_open():
    chart = charts.year_chart({2010: 4, 2021: 1, 2023: 8, None: 2})

    assert [(column.year, column.reports, column.height) for column in chart.columns][-4:] == [
        (2020, 0, 0),
        (2021, 1, 11),
        (2022, 0, 0),
        (2023, 8, 88),
    ]
    assert len(chart.columns) == 10
    assert [column.year for column in chart.columns if column.still_open] == [2023]
    assert (chart.earlier, chart.unknown) == (4, 2)


def test_an_empty_archive_has_no_columns():
    assert charts.year_chart({None: 3}) == charts.YearChart([], 0, 3)


def test_bars_run_from_the_latest_year_to_the_unknown_one():
    assert charts.year_bars({2021: 1, 2023: 8, None: 2}) == [
        charts.Bar(2023, 8, 100),
        charts.Bar(2021, 1, 13),
        charts.Bar(None, 2, 25),
    ]

"""Facets: labels, order, counts, the tree of regions, and links that take a choice away."""

import random

import pytest

from reports.models import Court, CourtLevel, Region, Status
from search.engine import SearchPage
from search.facets import SHOWN, Bar, Branch, Value, chips, drawn, facets, groups, tree, understood, years_chart
from search.query import SearchQuery
from tests.factories import make_report

pytestmark = pytest.mark.django_db


def page(query: SearchQuery | None = None, **counts: dict[str, int]) -> SearchPage:
    return SearchPage(query or SearchQuery(), count=9, full=9, pages=1, facets=counts)


def labelled(values: tuple[Value, ...]) -> list[tuple[str, str, int]]:
    return [(value.value, value.label, value.count) for value in values]


def outline(branches: tuple[Branch, ...]) -> list:
    return [(branch.value.label, branch.open, outline(branch.below)) for branch in branches]


def test_years_run_from_new_to_old_with_the_unknown_last():
    values = facets(page(year={"2021": 1, "unknown": 2, "2023": 3}))["year"]

    assert labelled(values) == [("2023", "2023年", 3), ("2021", "2021年", 1), ("unknown", "年度不明", 2)]


def test_every_level_and_type_is_named_found_or_not():
    values = facets(page(level={"基层": 2}, type={"新闻报道": 2}))

    assert [(value.label, value.count) for value in values["level"]] == [
        ("最高", 0),
        ("高级", 0),
        ("中级", 0),
        ("基层", 2),
    ]
    assert [value.count for value in values["type"]] == [0, 0, 0, 2, 0, 0]


def test_themes_with_most_reports_come_first_and_none_is_left_out():
    values = facets(page(theme={"诉源治理": 2, "司法建议": 5}))["theme"]

    assert labelled(values)[:2] == [("司法建议", "司法建议", 5), ("诉源治理", "诉源治理", 2)]
    assert len(values) == 28


def test_courts_carry_their_names_and_ids():
    court = Court.objects.get(name="长岭县人民法院")

    assert labelled(facets(page(court={str(court.pk): 2, "unknown": 3}))["court"]) == [
        (str(court.pk), "长岭县人民法院", 2),
        ("unknown", "法院不明", 3),
    ]


def test_a_chosen_region_that_nothing_was_found_in_still_hangs_in_its_tree():
    values = facets(page(SearchQuery(regions=("220722",)), region={"370000": 1}))["region"]

    assert [(value.label, value.count, value.selected, value.parent) for value in values] == [
        ("吉林", 0, False, None),
        ("松原市", 0, False, "220000"),
        ("长岭县", 0, True, "220700"),
        ("山东", 1, False, None),
    ]
    assert outline(tree(values)) == [("吉林", True, [("松原市", True, [("长岭县", True, [])])]), ("山东", False, [])]


def test_regions_with_most_reports_come_first():
    values = facets(page(region={"110000": 1, "370000": 5, "220000": 3}))["region"]

    assert [branch.value.label for branch in tree(values)] == ["山东", "吉林", "北京"]


def test_of_a_large_tree_only_what_is_unfolded_is_named():
    """All the country, and counties of three provinces: 吉林 is chosen, in 内蒙古 a county; 北京 has no prefectures."""
    provinces = [f"{number}0000" for number in range(11, 83)]
    below = ["220100", "220102", "220700", "220722", "150100", "150102", "150121", "150200", "150202", "110101"]
    query = SearchQuery(regions=("220000", "150102", "110000"))

    shown = drawn(page(query, region=dict.fromkeys([*provinces, *below, "420100", "420102"], 1)))

    assert [code for code in shown.facets["region"] if code not in provinces] == [
        *("220100", "220700", "150100", "150200", "110101"),
        *("220102", "220722", "150102", "150121", "150202"),
    ]


def test_of_a_large_tree_the_only_prefecture_of_a_province_is_unfolded():
    districts = [f"3101{number:02}" for number in range(1, 90)]
    query = SearchQuery(regions=("310000",))

    shown = drawn(page(query, region=dict.fromkeys(["310000", "310100", *districts], 1)))

    assert [*shown.facets["region"]] == ["310000", "310100", *districts]


def test_of_any_large_tree_what_is_not_named_is_not_shown():
    """The tree of what is named, beside the tree of all that is in the provinces where something is chosen."""
    chance = random.Random(3)
    parents = dict(Region.objects.order_by("pk").values_list("code", "parent"))
    named = 0
    for _ in range(60):
        codes = chance.sample([*parents], chance.choice((100, 600, 2_000)))
        # What is found in a region is found in all that it is in.
        above = {parents[code] for code in codes} | {f"{code[:2]}0000" for code in codes}
        found = dict.fromkeys(sorted({*codes, *above} - {None}), 1)
        query = SearchQuery(regions=tuple(sorted(chance.sample(sorted(found), chance.randint(1, 3)))))
        chosen = {code[:2] for code in query.regions}
        everything = {code: 1 for code in found if code.endswith("0000") or code[:2] in chosen}

        shown = drawn(page(query, region=found))

        assert outline(tree(facets(shown)["region"])) == outline(tree(facets(page(query, region=everything))["region"]))
        named += len(everything) - len(shown.facets["region"])
    assert named > 1_000


def test_a_long_facet_folds_but_never_folds_a_choice_away():
    last = "法治建设责任"
    values = facets(page(SearchQuery(themes=(last,)), theme={"司法建议": 5}))
    theme = next(group for group in groups(values) if group.facet == "theme")

    assert len(theme.shown) == SHOWN + 1
    assert theme.shown[-1].label == last
    assert theme.total == 28


def test_the_chart_shows_years_from_old_to_new_and_links_to_each():
    query = SearchQuery(q="诉源", years=("2023",), page=3)
    years = facets(page(query, year={"2021": 1, "2023": 4, "unknown": 9}))["year"]

    assert years_chart(query, years) == [
        Bar("2021", 1, 25, SearchQuery(q="诉源", years=("2021",)).address()),
        Bar("2023", 4, 100, SearchQuery(q="诉源", years=("2023",)).address()),
    ]


def test_each_chip_takes_one_condition_away():
    query = SearchQuery(q="诉源", within=("调解",), regions=("220000",), years=("2022", "2023"), year_from=2020, page=2)

    found = [(chip.facet, chip.label, chip.address) for chip in chips(query, facets(page(query)))]

    assert found == [
        (
            "结果中",
            "调解",
            SearchQuery(q="诉源", regions=("220000",), years=("2022", "2023"), year_from=2020).address(),
        ),
        (
            "地区",
            "吉林",
            SearchQuery(q="诉源", within=("调解",), years=("2022", "2023"), year_from=2020).address(),
        ),
        (
            "年度",
            "2022年",
            SearchQuery(q="诉源", within=("调解",), regions=("220000",), years=("2023",), year_from=2020).address(),
        ),
        (
            "年度",
            "2023年",
            SearchQuery(q="诉源", within=("调解",), regions=("220000",), years=("2022",), year_from=2020).address(),
        ),
        (
            "年度",
            "2020年起",
            SearchQuery(q="诉源", within=("调解",), regions=("220000",), years=("2022", "2023")).address(),
        ),
    ]


def test_values_that_nobody_knows_are_left_out_and_named():
    query = SearchQuery(
        regions=("220000", "999999"),
        courts=("999999999999999", "unknown"),
        themes=("无此主题", "诉源治理"),
        levels=("村级",),
    )

    kept, notices = understood(query)

    assert kept == SearchQuery(regions=("220000",), courts=("unknown",), themes=("诉源治理",))
    assert notices == (
        "地区“999999”无法识别，已忽略。",
        "法院“999999999999999”无法识别，已忽略。",
        "主题“无此主题”无法识别，已忽略。",
        "层级“村级”无法识别，已忽略。",
    )


def test_a_code_that_a_region_once_had_leads_to_the_region_of_today():
    # 扶余县, by way of 扶余市 to 宁江区
    assert understood(SearchQuery(regions=("222321", "222303"))) == (SearchQuery(regions=("220702",)), ())


@pytest.mark.parametrize("status", [Status.DRAFT, Status.PUBLISHED])
def test_a_court_added_for_a_draft_can_neither_be_chosen_nor_named(status):
    court = Court.objects.create(name="紫雾岛人民法院", level=CourtLevel.BASIC)
    make_report(court=court, status=status)
    asked = SearchQuery(courts=(str(court.pk),))

    query, notices = understood(asked)

    known = status == Status.PUBLISHED
    assert (query == asked) is known
    assert notices == (() if known else (f"法院“{court.pk}”无法识别，已忽略。",))
    names = [value.label for value in facets(page(asked))["court"]]
    assert names == (["紫雾岛人民法院"] if known else [])


def test_a_merged_court_leads_to_the_court_it_is_part_of():
    old, new = Court.objects.get(name="长岭县人民法院"), Court.objects.get(name="乾安县人民法院")
    old.merged_into = new
    old.save()

    assert understood(SearchQuery(courts=(str(old.pk),)))[0].courts == (str(new.pk),)

"""Suggestions while typing."""

import pytest

from reports.models import Court, CourtLevel, Status
from search.suggest import MOST, Suggestion, respelt, suggestions, table
from tests.factories import make_report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_known():
    """A test that is rolled back gives its ids to the next: the same version of another archive."""
    table.cache_clear()


def values(typed: str) -> list[str]:
    return [suggestion.value for suggestion in suggestions(typed)]


@pytest.mark.parametrize(
    "typed", ["长岭", "長嶺", "岭县人民", "长 岭", "changling", "ChangLing", "clxrmfy", "ｃｌｘｒｍｆｙ"]
)
def test_a_court_is_suggested_by_part_of_its_name_by_pinyin_and_by_initials(typed):
    court = Court.objects.get(name="长岭县人民法院")

    assert Suggestion("court", court.name, "吉林 松原", court.pk) in suggestions(typed)


def test_a_court_is_suggested_by_its_former_name_under_its_present_one():
    court = Court.objects.get(name="长岭县人民法院")
    court.names.create(name="旧岭县人民法院", kind="former", until=1988)

    assert values("旧岭县") == ["长岭县人民法院"]


def test_a_court_with_public_reports_comes_before_the_others():
    make_report(court="开封市鼓楼区人民法院")

    assert values("鼓楼") == [
        "开封市鼓楼区人民法院",
        "南京市鼓楼区人民法院",
        "徐州市鼓楼区人民法院",
        "福州市鼓楼区人民法院",
    ]


def test_themes_and_phrases_are_suggested():
    kinds = {suggestion.value: suggestion.kind for suggestion in suggestions("诉源")}

    assert kinds["诉源治理"] == "theme"
    assert kinds["诉源"] == "phrase"


def test_a_theme_is_not_suggested_twice():
    assert values("诉源治理").count("诉源治理") == 1


@pytest.mark.parametrize("typed", ["", " ", "\0", "无此无此", "人" * 10_000])
def test_nothing_is_suggested_for(typed):
    assert suggestions(typed) == []


def test_there_are_never_more_than_ten():
    assert len(suggestions("人民法院")) == MOST


def test_a_court_added_for_a_draft_is_suggested_once_its_report_is_public():
    court = Court.objects.create(name="紫雾岛人民法院", level=CourtLevel.BASIC)
    make_report(court=court, status=Status.DRAFT)

    assert values("紫雾岛") == []

    make_report(court=court)
    court.names.create(name="紫雾法院")

    assert values("紫雾岛") == ["紫雾岛人民法院"]


def test_a_merged_court_is_not_suggested():
    old, new = Court.objects.get(name="长岭县人民法院"), Court.objects.get(name="乾安县人民法院")
    old.merged_into = new
    old.save()
    new.names.create(name="长岭合并名")

    assert "长岭县人民法院" not in values("长岭")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("诉原治理", "诉源治理"),
        ("夫院联动", "府院联动"),
        ("长岑县人民法院", "长岭县人民法院"),
        ("诉源治理", ""),
        ("长岭法院", ""),
        ("今天天气很好", ""),
    ],
)
def test_an_unknown_word_is_respelt_as_a_known_one(word, meant):
    assert respelt(word, index="of this test") == meant


def test_the_list_is_json(client):
    court = Court.objects.get(name="长岭县人民法院")

    answer = client.get("/suggest/", {"q": "changlingxian"})

    assert answer.json() == [
        {"kind": "court", "value": "长岭县人民法院", "note": "吉林 松原", "url": court.get_absolute_url()}
    ]

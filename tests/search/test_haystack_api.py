"""Haystack's SearchQuerySet over the real samples: what is written for Haystack works on our index too."""

from collections import Counter

import pytest
from django.core.management import CommandError
from haystack import connections
from haystack.inputs import AutoQuery, Exact, Raw
from haystack.query import SQ, SearchQuerySet

from reports.models import Court, Report
from search import outbox
from search.search_indexes import ReportIndex
from tests.factories import add_text, make_report

from .backend_contract import add, holding, public

pytestmark = pytest.mark.usefixtures("index")


def pks(found):
    return {int(result.pk) for result in found}


def published(**fields):
    return set(Report.objects.published().filter(**fields).values_list("pk", flat=True))


STRINGS = [
    "诉源治理",
    "府院联动",
    "1+1＞2",
    "枫桥式人民法庭",
    "出庭应诉率",
    "司法建议",
    "乾安",
    "院",
    "2023年，",
    "訴源治理",
    "没有这样的话",
]


@pytest.mark.parametrize("string", STRINGS)
def test_a_quoted_string_finds_exactly_the_reports_that_hold_it(string):
    expected = holding(string) or holding(string.replace("訴", "诉"))

    assert pks(SearchQuerySet().auto_query(f'"{string}"')) == expected
    assert pks(SearchQuerySet().filter(content=Exact(string))) == expected
    assert pks(SearchQuerySet().filter(content=Exact(string, clean=True))) == expected
    assert pks(SearchQuerySet().filter(content__exact=string)) == expected


@pytest.mark.parametrize("string", ['他说"好"', "甲\\乙", "'甲+乙'", "AND NOT", "甲 乙"])
def test_a_string_that_means_something_to_the_parser_is_a_string_inside_quotation_marks(string):
    (made,) = add(f"此处写的是{string}，别处没有。")

    assert pks(SearchQuerySet().filter(content=Exact(string))) == {made}


def test_a_string_that_a_report_has_lost_no_longer_finds_it():
    (made,) = add("貘与独角兽。")
    add_text(Report.objects.get(pk=made), "独角兽。")
    outbox.drain()

    assert pks(SearchQuerySet().filter(content=Exact("貘"))) == set()
    assert pks(SearchQuerySet().filter(content=Exact("独角兽"))) == {made}


def test_a_known_term_is_never_found_by_its_parts():
    scattered = add("司法公开一事，另说建议。")

    assert pks(SearchQuerySet().filter(content="司法建议")) == holding("司法建议")
    assert pks(SearchQuerySet().auto_query("司法建议")).isdisjoint(scattered)


def test_words_belong_together_and_one_can_be_excluded():
    assert pks(SearchQuerySet().auto_query("府院联动 诉源治理")) == holding("府院联动", "诉源治理")
    assert pks(SearchQuerySet().auto_query("府院联动 -诉源治理")) == holding("府院联动") - holding("诉源治理")
    assert pks(SearchQuerySet().filter(content="府院联动").exclude(content="诉源治理")) == holding(
        "府院联动"
    ) - holding("诉源治理")


def test_one_character_is_found():
    (made,) = add("该案涉及一只貘。")

    assert pks(SearchQuerySet().auto_query("貘")) == {made}


def test_filters_are_those_of_the_database():
    year = Report.objects.published().filter(year__isnull=False).values_list("year_id", flat=True)[0]

    assert pks(SearchQuerySet().filter(year=str(year))) == published(year=year)
    assert pks(SearchQuerySet().filter(SQ(year=str(year)) | SQ(year="unknown"))) == published(year=year) | published(
        year=None
    )
    assert pks(SearchQuerySet().filter(year__in=[str(year), "1900"])) == published(year=year)
    assert pks(SearchQuerySet().exclude(year=str(year))) == public() - published(year=year)


def test_a_range_of_years_leaves_out_what_is_unknown():
    for year in (2020, 2021, None):
        make_report(year=year)
    outbox.drain()

    assert pks(SearchQuerySet().filter(year__gte="2021")) == published(year__gte=2021)
    assert pks(SearchQuerySet().filter(year__gt="2021")) == published(year__gt=2021)
    assert pks(SearchQuerySet().filter(year__lt="2021")) == published(year__lt=2021)
    assert pks(SearchQuerySet().filter(year__range=["2020", "2021"])) == published(year__in=(2020, 2021))
    assert pks(SearchQuerySet().filter(year__startswith="202")) == published(year__isnull=False)


def test_filters_that_no_report_satisfies_together_find_nothing_and_count_nothing():
    found = SearchQuerySet().narrow('region:"370000"').narrow('region:"220000"').facet("year")

    assert found.count() == 0
    assert found.facet_counts()["fields"]["year"] == []
    assert pks(SearchQuerySet().narrow('region:"370000"')) | pks(SearchQuerySet().narrow('region:"220000"'))


def test_narrowing_does_not_change_scores():
    found = SearchQuerySet().auto_query("诉源治理")
    narrowed = found.narrow('region:"220000"')

    assert {hit.pk: hit.score for hit in narrowed}.items() <= {hit.pk: hit.score for hit in found}.items()
    assert narrowed.count() > 0


def test_facets_count_every_value_of_every_report_found():
    themes: Counter[str] = Counter()
    for report in Report.objects.published().prefetch_related("themes"):
        themes.update([str(theme.pk) for theme in report.themes.all()] or ["unknown"])
    years = Counter(str(year or "unknown") for year in Report.objects.published().values_list("year_id", flat=True))
    counted = SearchQuerySet().facet("theme").facet("year").facet_counts()["fields"]

    assert dict(counted["theme"]) == themes
    assert dict(counted["year"]) == years
    assert [number for _, number in counted["theme"]] == sorted(themes.values(), reverse=True)


def test_facets_count_only_what_was_found_on_all_pages():
    found = SearchQuerySet().auto_query('"府院联动"').facet("type")
    assert len(found[:1]) == 1

    assert sum(number for _, number in found.facet_counts()["fields"]["type"]) == len(holding("府院联动")) > 1


def test_facets_asked_for_first_leave_the_results_whole():
    found = SearchQuerySet().facet("year")
    found.facet_counts()

    assert pks(found) == public()


@pytest.mark.parametrize(
    ("by_year", "by_id"), [("-year", "django_id"), ("year", "-django_id"), ("-year", "-django_id")]
)
def test_each_sort_field_has_its_own_direction(by_year, by_id):
    for year in (2020, 2020, 2021):
        make_report(year=year)
    outbox.drain()
    expected = [
        [str(year or "unknown"), str(pk)] for pk, year in Report.objects.published().values_list("pk", "year_id")
    ]
    expected.sort(key=lambda row: row[1], reverse=by_id.startswith("-"))
    expected.sort(key=lambda row: row[0], reverse=by_year.startswith("-"))

    assert list(SearchQuerySet().order_by(by_year, by_id).values_list("year", "pk")) == expected


def test_a_slice_begins_where_it_was_asked_to():
    whole = [hit.pk for hit in SearchQuerySet().order_by("django_id")]

    assert [hit.pk for hit in SearchQuerySet().order_by("django_id")[3:8]] == whole[3:8]
    assert SearchQuerySet().order_by("django_id")[7].pk == whole[7]
    assert list(SearchQuerySet().order_by("django_id")[len(whole) + 5 : len(whole) + 9]) == []
    assert len(whole) == SearchQuerySet().count() == len(public())


def test_more_like_this_finds_others_that_share_its_words_and_never_itself():
    text = "麒麟县法院与凤凰局会商蓬莱案件，麒麟与凤凰同至。"
    one, twin, _ = add(text, text + "又及。", "本院依法审结案件。")
    similar = SearchQuerySet().more_like_this(Report.objects.get(pk=one))

    assert int(similar[0].pk) == twin
    assert one not in pks(similar)
    assert similar.count() == len(similar)
    assert pks(similar.filter(content=Exact("又及"))) == {twin}


def test_a_draft_is_like_nothing():
    draft = make_report(text="甲", status="draft")

    assert SearchQuerySet().more_like_this(draft).count() == 0


def test_highlighting_shows_what_was_asked_for_in_the_text():
    add("<甲>府院\n联动机制。")
    found = SearchQuerySet().auto_query('"府院联动" -貘').highlight()

    assert len(found) == len(holding("府院联动"))
    for hit in found:
        (first, *_) = hit.highlighted["text"]
        assert "<em>府院" in first
    assert "&lt;甲&gt;<em>府院\n联动</em>" in "".join(piece for hit in found for piece in hit.highlighted["text"])


def test_one_model_can_be_asked_for():
    assert SearchQuerySet().models(Report).count() == len(public())
    with pytest.warns(UserWarning, match="not registered"):
        assert SearchQuerySet().models(Court).count() == 0


def test_whooshs_own_syntax_is_open():
    assert pks(SearchQuerySet().filter(content=Raw('title:"人民法院" AND NOT year:unknown'))) == {
        report.pk for report in Report.objects.published().filter(year__isnull=False) if "人民法院" in report.title
    }


def test_an_autoquery_of_several_fields():
    found = SearchQuerySet().filter(SQ(content=AutoQuery('"貘"')) | SQ(title=AutoQuery('"人民法院"')))

    assert pks(found) == {report.pk for report in Report.objects.published() if "人民法院" in report.title}


def test_haystacks_update_and_remove_are_seen_at_once():
    made = make_report(text="独角兽企业")
    backend = connections["default"].get_backend()
    backend.update(ReportIndex(), ReportIndex().index_queryset().filter(pk=made.pk))
    assert pks(SearchQuerySet().auto_query('"独角兽"')) == {made.pk}

    ReportIndex().remove_object(made)
    assert pks(SearchQuerySet().auto_query('"独角兽"')) == set()


def test_only_what_is_not_the_archives_can_be_cleared():
    backend = connections["default"].get_backend()
    for models in (None, [Report], [Report, Court]):
        with pytest.raises(CommandError, match="rebuild_index"):
            backend.clear(models)

    backend.clear([Court])
    backend.optimize()

    assert SearchQuerySet().count() == len(public())

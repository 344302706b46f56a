"""What every engine must keep, whatever it is. Subclass it with the engine's own fixture `index`.

The first tests are the traps of Haystack, Whoosh and jieba as they come.
"""

import random
from collections import Counter

import pytest
from django.db import connection
from django.db.models import F
from haystack.query import SearchQuerySet

from reports.models import Court, Region, Report, ReportText, Status, Theme
from reports.parts import passages
from search import engine, outbox
from search.backends import IndexAway
from search.query import SearchQuery, fold
from tests.factories import add_text, make_report


def find(q="", **parts):
    return engine.find(SearchQuery(q=q, **parts))


def ids(q="", **parts):
    """All hits of every page, in order."""
    page = find(q, **parts)
    return [hit.report_id for number in range(1, page.pages + 1) for hit in find(q, **parts, page=number).hits]


def public():
    return set(Report.objects.published().values_list("pk", flat=True))


def holding(*strings):
    """The oracle: public reports whose folded text holds all the folded strings."""
    texts = ReportText.objects.filter(is_current=True, report__in=Report.objects.published())
    return {
        pk
        for pk, text in texts.values_list("report_id", "text")
        if all(fold(string) in fold(text) for string in strings)
    }


def quoted(string):
    return '"' + string.replace('"', '\\"') + '"'


def add(*texts, **fields):
    """A public report for each text, learned by the index; returns their ids."""
    made = [make_report(text=text, **fields).pk for text in texts]
    outbox.drain()
    return made


@pytest.mark.django_db
class BackendContract:
    @pytest.fixture(autouse=True)
    def _index(self, index):
        """Every test has an index with the ten samples."""

    # ---- traps
    @pytest.mark.parametrize(
        "term", ["诉源治理", "府院联动", "1+1＞2", "多元解纷", "枫桥式人民法庭", "出庭应诉率", "司法建议", "乾", "乾安"]
    )
    def test_a_quoted_term_finds_exactly_the_reports_that_hold_it(self, term):
        assert set(ids(quoted(term))) == holding(term)

    def test_no_words_and_facets_count_everything(self):
        page = find()

        assert page.count == page.full == len(public())
        assert sum(page.facets["year"].values()) == len(public())
        assert sum(page.facets["type"].values()) == len(public())

    def test_filters_that_no_report_satisfies_together_find_nothing(self):
        add("甲", court="济南市中级人民法院", year=2020)
        add("乙", court="长春市中级人民法院", year=2021)

        assert find(regions=("370000",), years=("2021",)).count == 0
        assert find("甲", regions=("220000",)).count == 0

    @pytest.mark.parametrize("term", ["司法建议", "枫桥式人民法庭", "多元解纷", "诉源治理", "府院联动"])
    def test_a_known_term_is_never_answered_by_its_pieces(self, term):
        made = add(*(f"{term[:2]}一事，另说{term[2:]}。" for _ in range(3)))

        assert set(ids(term, synonyms=False)).isdisjoint(made)

    def test_a_term_is_found_inside_a_longer_one(self):
        (made,) = add("不断健全推进府院联动机制。")

        assert made in ids("府院联动")

    def test_one_character_is_found(self):
        (made,) = add("该案涉及一只貘。")

        assert ids("貘") == [made]
        assert ids("“貘”") == [made]

    def test_a_theme_name_with_a_comma_stays_one_value(self):
        Theme.objects.create(name="甲,乙", definition="", expressions="甲")
        (made,) = add("丙", themes=("甲,乙",))

        assert ids(themes=("甲,乙",)) == [made]
        assert find().facets["theme"]["甲,乙"] == 1

    def test_no_facet_counts_a_nameless_value(self):
        add("甲")

        assert {None, "", "None"}.isdisjoint(value for values in find().facets.values() for value in values)

    # ---- who is found
    def test_a_draft_and_a_withdrawn_report_are_never_found(self):
        add("独角兽企业", status=Status.DRAFT)
        add("独角兽企业", status=Status.WITHDRAWN, withdrawn_reason="有误")
        (shown,) = add("独角兽企业")

        assert ids("独角兽") == [shown]
        assert set(ids()) == public()

    def test_two_values_of_a_facet_are_a_union(self):
        jilin, shandong = set(ids(regions=("220000",))), set(ids(regions=("370000",)))

        assert set(ids(regions=("220000", "370000"))) == jilin | shandong
        assert len(jilin) == 6
        assert len(shandong) == 1

    def test_a_province_holds_everything_below_it(self):
        county, prefecture, province = (find(regions=(code,)).count for code in ("220702", "220700", "220000"))

        assert (county, prefecture, province) == (1, 6, 6)

    def test_a_region_that_skips_a_level_lies_in_its_province(self):
        region = Region.objects.filter(level="county", parent__level="province").first()
        court = Court.objects.create(name="某县人民法院", level="基层", region=region)
        (made,) = add("甲", court=court)

        assert made in ids(regions=(region.parent_id,))

    def test_an_unknown_court_and_year_can_be_asked_for(self):
        (made,) = add("无年无院", court=None, year=None)

        assert made in ids(courts=("unknown",), years=("unknown",))
        assert set(ids(years=("unknown",))) == set(
            Report.objects.published().filter(year=None).values_list("pk", flat=True)
        )

    def test_a_range_of_years_leaves_out_unknown_years(self):
        add("甲", year=2019)
        add("甲", year=None)
        expected = Report.objects.published().filter(year__gte=2019, year__lte=2022)

        assert set(ids(year_from=2019, year_to=2022)) == set(expected.values_list("pk", flat=True))
        assert set(ids(year_to=2019)) == set(
            Report.objects.published().filter(year__lte=2019).values_list("pk", flat=True)
        )
        assert find(year_from=2020, years=("2019",)).count == 0

    # ---- counting
    def test_a_facets_own_choice_does_not_reduce_its_own_counts(self):
        free = find().facets
        chosen = find(years=("2023",), regions=("220000",)).facets

        assert chosen["year"] == {"2023": 0} | dict(find(regions=("220000",)).facets["year"])
        assert chosen["region"] == {"220000": 0} | dict(find(years=("2023",)).facets["region"])
        assert find(years=("2023",)).facets["year"] == free["year"]

    def test_facet_counts_equal_sql_in_200_combinations(self):
        make_some_reports(60)
        chance = random.Random(20261122)
        unempty = 0
        for number in range(200):
            words = chance.choice(["“法院”", "“案件”", "“机制”", "“调解”"]) if number % 2 else ""
            chosen = chosen_at_random(chance)

            page = find(words, **chosen)

            assert (words, chosen, page.count, page.facets) == (words, chosen, *by_sql(words.strip("“”"), chosen))
            unempty += page.count > 0
        assert unempty >= 100

    def test_choosing_a_value_lists_as_many_reports_as_stand_beside_it(self):
        make_some_reports(40)
        for words in ["", "法院如何推进府院联动", "府院联动 无人机 村民", "司法建议"]:
            for value, number in find(words).facets["region"].items():
                if value != "unknown":
                    assert find(words, regions=(value,)).count == number

    def test_a_page_past_the_end_is_empty_and_keeps_the_count(self):
        page = find(page=4)

        assert (page.hits, page.count, page.pages) == ((), 10, 1)

    def test_pages_part_the_hits_by_twenties(self):
        make_some_reports(35)

        assert [len(find(page=number).hits) for number in (1, 2, 3, 4)] == [20, 20, 5, 0]
        assert sorted(ids()) == sorted(public())

    # ---- order
    def test_every_order_is_stable_with_unknown_last_and_ties_by_id(self):
        make_some_reports(30)
        last = F("year").desc(nulls_last=True)
        reports = Report.objects.published()

        assert ids(sort="newest") == list(reports.order_by(last, "pk").values_list("pk", flat=True))
        assert ids(sort="oldest") == list(
            reports.order_by(F("year").asc(nulls_last=True), "pk").values_list("pk", flat=True)
        )
        assert ids(sort="court") == list(
            reports.order_by(F("court").asc(nulls_last=True), last, "pk").values_list("pk", flat=True)
        )
        assert ids() == ids(sort="newest")

    def test_a_word_in_the_title_outweighs_one_in_the_text(self):
        text, title = add("斑马线一处。"), add("别的事。", title="斑马线治理报告")

        assert ids("斑马线") == title + text

    def test_a_synonym_never_outweighs_the_word_typed(self):
        once = add("其他。" * 200 + "普法一次。")
        often = add("法治宣传，法治宣传，法治宣传，法制宣传。", title="法治宣传教育报告")

        found = ids("普法")

        assert found.index(once[0]) < found.index(often[0])
        assert find("普法").synonyms == {"普法": ("法治宣传", "普法宣传", "法制宣传", "法治宣传教育")}
        assert often[0] not in ids("普法", synonyms=False)

    # ---- words
    def test_reports_with_all_words_come_first_and_those_with_most_follow_marked(self):
        two, three, one = add("斑马与角马。", "斑马、角马和河马。", "河马。")

        page = find("斑马 角马 河马")

        assert [(hit.report_id, hit.lacks) for hit in page.hits] == [(three, ()), (two, ("河马",))]
        assert (page.count, page.full) == (2, 1)
        assert one not in ids("斑马 角马 河马")

    def test_of_two_words_either_is_worth_listing(self):
        both, first, second = add("斑马与角马。", "斑马。", "角马。")

        page = find("斑马 角马")

        assert [hit.report_id for hit in page.hits[:1]] == [both]
        assert {hit.report_id: hit.lacks for hit in page.hits[1:]} == {first: ("角马",), second: ("斑马",)}
        assert (page.count, page.full) == (3, 1)

    def test_partial_matches_do_not_follow_a_full_page(self):
        full = add(*["斑马与角马和河马。"] * 20)
        add("斑马与角马。")

        assert sorted(ids("斑马 角马 河马")) == full

    def test_where_nothing_holds_most_words_those_with_some_are_listed(self):
        made = add("斑马。", "角马。")

        assert sorted(ids("斑马 角马")) == made
        assert {hit.lacks for hit in find("斑马 角马").hits} == {("斑马",), ("角马",)}

    def test_a_sentence_is_found_by_its_pieces(self):
        made = add("保护斑马，人人有责。")

        page = find("如何保护斑马")

        assert [hit.report_id for hit in page.hits][:1] == made
        assert page.full == 0
        assert page.hits[0].lacks == ("如何保护斑马",)

    def test_exact_mode_requires_every_word_as_typed(self):
        both, _ = add("斑马与角马。", "斑马。")

        assert ids("斑马 角马", mode="exact") == [both]
        assert ids("如何保护斑马", mode="exact") == []

    def test_the_archive_s_words_are_found_by_place(self):
        assert len([pk for pk in ids("松原") if Report.objects.in_region("220700").filter(pk=pk).exists()]) == 6

    def test_traditional_characters_match_as_typed_and_simplified(self):
        simplified, traditional = add("化解邻里纠纷的斑马。", "化解鄰里糾紛的斑馬。")

        assert sorted(ids("斑馬")) == [simplified, traditional]
        assert sorted(ids("“鄰里糾紛的斑馬”")) == [simplified, traditional]
        assert ids("斑马") == [simplified]

    def test_pieces_are_looked_for_in_title_and_court_names_too(self):
        assert holding("松原市法院") == set()
        assert set(ids("松原市法院", regions=("220700",))) == set(ids(regions=("220700",)))
        (made,) = add("别的事。", title="角马与斑马线")

        page = find("斑马线角马")
        assert [hit.report_id for hit in page.hits] == [made]
        assert page.hits[0].score > 0

    # ---- grammar
    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("斑马 -角马", {1}),
            ("斑马 NOT “角马”", {1}),
            ("“斑马” OR “河马”", {1, 2, 3}),
            ("“角马” (斑马 | 河马)", {2, 3}),
            ("-这里 “斑马”", {2, 3}),
            ("“马” -（角马 OR 河马）", {1}),
            ("“马” -（斑马 角马）", {1}),
            ("标题:斑马", {3}),
            ("法院:额尔古纳", {4}),
            ("法院:呼伦贝尔 “犀牛”", {4}),
            ("主题:诉源治理 “犀牛”", {4}),
            ("“斑马” NEAR “角马”", {2, 3}),
            ("斑马 ~1 角马", {2}),
            ("角马 ~0 斑马", set()),
            ("河马 ~14 角马", {3}),
            ("河马 ~13 角马", set()),
            ("角马 同段 河马", set()),
            ("斑马 同段 角马", {2}),
        ],
    )
    def test_the_grammar_means_what_it_says(self, typed, found):
        Report.objects.exclude(title="").update(status=Status.DRAFT, published_at=None)
        made = add("这里只有斑马。", "斑马与角马。")
        made += add("角马在前，其间隔着一些字。\n然后是河马。", title="标题里有斑马的报告")
        made += add("犀牛。", court="额尔古纳市人民法院", themes=("诉源治理",))

        assert {made.index(pk) + 1 for pk in ids(typed)} == found

    def test_without_a_group_means_without_what_was_typed_alone(self):
        synonym, pieces, typed = add("斑马的法治宣传。", "收案的斑马。", "斑马普法。")

        assert sorted(ids("“斑马” -（普法 OR 斑马收案）")) == [synonym, pieces]
        assert sorted(ids("“斑马”")) == [synonym, pieces, typed]

    def test_within_holds_the_earlier_question_too(self):
        both, _, _ = add("斑马与角马。", "斑马。", "角马。")

        assert ids("角马", within=("斑马",)) == [both]

    def test_synonyms_of_earlier_words_are_told_too(self):
        assert find("斑马", within=("普法 -白皮书",)).synonyms == find("普法").synonyms
        assert find("斑马", within=("普法",), synonyms=False).synonyms == {}

    def test_within_what_was_listed_those_with_all_words_come_first(self):
        all_three, two, _ = add("斑马与角马，河马。", "斑马，河马。", "斑马与角马。")

        page = find("河马", within=("斑马 角马",))

        assert [(hit.report_id, hit.lacks) for hit in page.hits] == [(all_three, ()), (two, ("角马",))]
        assert (page.count, page.full) == (2, 1)
        assert ids("河马", within=("斑马 角马",), mode="exact") == [all_three]

    # ---- exact strings
    def test_every_quoted_substring_is_found_where_it_stands_and_nowhere_else(self):
        make_some_reports(40)
        texts = list(ReportText.objects.filter(is_current=True).values_list("text", flat=True))
        chance = random.Random(1)
        for number in range(500):
            text = chance.choice(texts)
            length = number % 20 + 1
            start = chance.randrange(max(len(text) - length, 1))
            string = text[start : start + length]
            if fold(string):
                assert (string, set(ids(quoted(string)))) == (string, holding(string))

    @pytest.mark.parametrize(
        "string", ["1+1＞2", "（一）", "，", "①", "“", '"', "\\", "％", "a\u3000B", "\U00020bb7野"]
    )
    def test_punctuation_digits_and_rare_characters_are_found(self, string):
        (made,) = add(f"甲乙{string}丙丁")

        assert made in ids(quoted(string))
        assert set(ids(quoted(string))) == holding(string)

    def test_a_string_is_found_across_line_ends(self):
        (made,) = add("前一段以斑\n马结尾。")

        assert ids("“以斑马结尾”") == [made]

    # ---- Haystack in front
    def test_haystacks_own_queryset_filters_narrows_counts_and_sorts(self):
        (made,) = add("斑马线前，文明礼让。", year=2019, court="济南市中级人民法院")

        everything = SearchQuerySet().models(Report)
        assert everything.count() == len(public())
        assert [result.pk for result in everything.filter(content="斑马线")] == [str(made)]
        assert everything.narrow("region:370000").narrow("year:2021").count() == 0
        assert everything.narrow("region:370000").narrow("year:2019").count() == 1
        assert dict(everything.facet("year").facet_counts()["fields"]["year"]) == find().facets["year"]
        assert dict(everything.facet("region").facet_counts()["fields"]["region"]) == find().facets["region"]
        assert next(result.year for result in everything.order_by("year")) == "2019"
        assert SearchQuerySet().raw_search("马").query.get_count() == SearchQuerySet().filter(content="马").count()

    # ---- the index as a whole
    def test_count_is_what_is_public(self):
        assert engine.count() == Report.objects.published().count()
        assert engine.state()[0] == "ok"
        assert engine.faults() == []


# ---- a small varied archive, and what SQL says of it
SENTENCES = (
    "全年审结行政案件{n}件。",
    "与政府建立府院联动机制{n}项。",
    "发出司法建议{n}份，采纳率97．79％。",
    "法院“诉前调解”纠纷{n}件；",
    "《白皮书》①送达{n}次，1+1＞2。",
    "法官进村入户{n}余次，\n走访企业（{n}家）。",
)
CHAPTERS = (
    "",
    "",
    "\n一、存在的不足\n与政府建立的机制只有{n}项。\n二、下一步打算\n发出司法建议{n}份。",
    "\n一、下一步打算\n法院“诉前调解”纠纷{n}件。\n二、其他工作\n走访企业。",
)
COURTS = (
    "济南市中级人民法院",
    "长春市中级人民法院",
    "额尔古纳市人民法院",
    "吉林省高级人民法院",
    "东营市东营区人民法院",
)


def make_some_reports(number):
    """Reports of several courts, years, types and themes, and the index brought up to date."""
    chance = random.Random(number)
    for _ in range(number):
        make_report(
            text="".join(
                chance.choice(SENTENCES).format(n=chance.randint(1, 999)) for _ in range(chance.randint(3, 12))
            )
            + chance.choice(CHAPTERS).format(n=chance.randint(1, 999)),
            court=chance.choice([*COURTS, None]),
            year=chance.choice([2019, 2020, 2021, 2022, 2023, None]),
            type=chance.choice(["年度报告", "工作总结", "新闻报道"]),
            themes=tuple(chance.sample(["府院联动", "诉源治理", "司法建议"], chance.randint(0, 2))),
        )
    outbox.drain()


def chosen_at_random(chance):
    choices = {
        "regions": ["370000", "370100", "220000", "220700", "150000", "150784"],
        "courts": [str(pk) for pk in Court.objects.filter(name__in=COURTS).values_list("pk", flat=True)] + ["unknown"],
        "years": ["2019", "2020", "2021", "2022", "2023", "unknown"],
        "themes": ["府院联动", "诉源治理", "司法建议"],
        "levels": ["高级", "中级", "基层"],
        "types": ["年度报告", "工作总结", "新闻报道"],
        "parts": ["举措和成效", "存在的不足和原因", "下一年安排"],
    }
    chosen = {
        facet: tuple(sorted(chance.sample(values, chance.randint(1, 3))))
        for facet, values in choices.items()
        if chance.random() < 0.3
    }
    if chance.random() < 0.2:
        chosen["year_from"] = chance.choice([2019, 2021])
    return chosen


def passages_by_report():
    """Report -> (part, words) of each of its passages, as they stand in its text."""
    texts = ReportText.objects.filter(is_current=True).prefetch_related("sections")
    return {
        text.report_id: [(one.part, text.text[one.start : one.end]) for one in passages(text.text, text.sections.all())]
        for text in texts
    }


def by_sql(words, chosen):
    """Count and facet counts, by brute force over rows of plain SQL."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id, COALESCE(CAST(r.court_id AS TEXT), 'unknown'), COALESCE(CAST(r.year_id AS TEXT), 'unknown'),"
            " COALESCE(c.level, 'unknown'), r.type, g.code, p.code, q.code, t.text"
            " FROM reports_report r JOIN reports_reporttext t ON t.report_id = r.id AND t.is_current"
            " LEFT JOIN reports_court c ON c.id = r.court_id LEFT JOIN reports_region g ON g.code = c.region_id"
            " LEFT JOIN reports_region p ON p.code = g.parent_id LEFT JOIN reports_region q ON q.code = p.parent_id"
            " WHERE r.status = 'published' AND r.is_current"
        )
        rows = cursor.fetchall()
        cursor.execute(
            "SELECT x.report_id, t.name FROM reports_reporttheme x JOIN reports_theme t ON t.id = x.theme_id"
        )
        themes = {}
        for report, theme in cursor.fetchall():
            themes.setdefault(report, set()).add(theme)
    told = passages_by_report()
    values = [
        {
            "region": {code for code in row[5:8] if code} or {"unknown"},
            "court": {row[1]},
            "year": {row[2]},
            "theme": themes.get(row[0], {"unknown"}),
            "level": {row[3]},
            "type": {row[4]},
            "part": {part for part, passage in told[row[0]] if words in passage.replace("\n", "")},
        }
        for row in rows
        if words in row[8].replace("\n", "")
        and (chosen.get("year_from") is None or (row[2] != "unknown" and int(row[2]) >= chosen["year_from"]))
    ]
    wanted = {facet: set(chosen.get(f"{facet}s", ())) for facet in values[0]} if values else {}

    def kept(row, but=None):
        return all(facet == but or not asked or row[facet] & asked for facet, asked in wanted.items())

    facets = {}
    for facet, asked in wanted.items():
        counted = Counter(value for row in values if kept(row, but=facet) for value in row[facet])
        facets[facet] = dict.fromkeys(asked, 0) | counted
    return sum(kept(row) for row in values), facets


__all__ = [
    "BackendContract",
    "IndexAway",
    "add",
    "add_text",
    "find",
    "holding",
    "ids",
    "make_some_reports",
    "passages_by_report",
    "public",
    "quoted",
]

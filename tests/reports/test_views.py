import re

import pytest
from django.test import Client
from pytest_django.asserts import assertRedirects

from reports import publishing
from reports.models import Basis, Claim, Court, Field, Region, RegionChange, Report, ReportTheme, Status, Year
from tests.factories import add_text, make_report, make_source

pytestmark = pytest.mark.django_db

SPECIMEN = "德惠市人民法院"  # no sample is about it


def get(address: str, **kwargs):
    return Client().get(address, **kwargs)


def page(address: str) -> str:
    """The words of a page that answers 200, tags taken out."""
    response = get(address)
    assert response.status_code == 200
    return words(response.content.decode())


def words(html: str) -> str:
    return " ".join(re.sub(r"<wbr>|<(?!wbr)[^>]*>", lambda tag: "" if tag[0] == "<wbr>" else " ", html).split())


def titles(address: str) -> list[str]:
    """The titles of the reports listed, in order."""
    html = get(address).content.decode()
    return [words(title) for title in re.findall(r'<li class="hit"><h\d>(.*?)</h\d>', html)]


@pytest.fixture
def specimen(db) -> Court:
    return Court.objects.get(name=SPECIMEN)


# ---- what is public


def secret_reports(court: Court) -> list[Report]:
    """A draft, a withdrawn report and one that has been replaced, each with a word of its own."""
    replaced = make_report(title="秘字丙报告", text="秘字丙正文。", court=court, year=1998, themes=("执行",))
    Report.objects.filter(pk=replaced.pk).update(is_current=False)
    return [
        make_report(
            title="秘字甲报告", text="秘字甲正文。", court=court, year=1998, themes=("执行",), status=Status.DRAFT
        ),
        make_report(
            title="秘字乙报告",
            text="秘字乙正文。",
            court=court,
            year=1998,
            themes=("执行",),
            status=Status.WITHDRAWN,
            withdrawn_reason="原文有误",
        ),
        replaced,
    ]


def test_only_published_reports_are_on_any_page(specimen):
    secret_reports(specimen)

    for address in (
        "/",
        "/reports/",
        f"/courts/{specimen.pk}/",
        "/courts/?q=德惠",
        "/courts/?region=220000",
        f"/regions/{specimen.region_id}/",
        "/themes/执行/",
        "/years/",
    ):
        assert "秘字" not in get(address).content.decode()
    assert titles("/reports/?title=秘字") == []
    assert get("/years/1998/").status_code == 404


def test_a_draft_or_replaced_report_has_no_address_yet(specimen):
    draft, _, replaced = secret_reports(specimen)

    for report in (draft, replaced):
        for part in ("", "v1/", "text/", "original/"):
            response = get(f"/reports/{report.pk}/{part}")
            assert response.status_code == 404
            assert "秘字" not in response.content.decode()


def test_every_address_of_a_withdrawn_report_is_gone_and_says_why(specimen):
    _, withdrawn, _ = secret_reports(specimen)

    for part in ("", "v1/", "text/", "original/"):
        response = get(f"/reports/{withdrawn.pk}/{part}")
        assert response.status_code == 410
        assert "撤回原因：原文有误" in response.content.decode()
        assert "秘字" not in response.content.decode()


def test_a_suggested_court_is_on_no_page(specimen):
    report = make_report(title="一家法院的总结", year=1997)
    Claim.objects.create(
        report=report, text=report.text, field=Field.COURT, value=str(specimen.pk), sure=0.4, suggestion=True
    )

    assert SPECIMEN not in page(f"/reports/{report.pk}/")
    assert titles(f"/courts/{specimen.pk}/") == []


def test_a_court_added_for_a_draft_is_on_no_page_before_its_report_is(specimen):
    added = Court.objects.create(name="紫雾岛人民法院", level="中级", region_id=specimen.region_id)
    Court.objects.create(name="紫雾港人民法院", level="基层", superior=specimen)
    Court.objects.create(name="紫雾宫人民法院", level="最高")
    Court.objects.filter(pk=specimen.pk).update(superior=added)
    draft = make_report(title="题目", court=added, status=Status.DRAFT)

    for address in (
        f"/courts/{specimen.pk}/",
        "/courts/",
        "/courts/?region=220000",
        f"/regions/{specimen.region_id}/",
    ):
        assert "紫雾" not in page(address)
    assert "没有找到" in page("/courts/?q=紫雾岛")
    assert get(f"/courts/{added.pk}/").status_code == 404

    publishing.publish(draft, None, confirmed=True)

    assert titles(f"/courts/{added.pk}/") == ["题目"]
    for address in (f"/courts/{specimen.pk}/", "/courts/?region=220000", f"/regions/{specimen.region_id}/"):
        assert "紫雾岛人民法院" in page(address)


# ---- the reading page


def test_every_line_has_a_permanent_anchor():
    report = make_report(title="题目", text="一、成效\n第一段。\n（一）做法\n第二段。")

    html = get(f"/reports/{report.pk}/").content.decode()

    assert re.findall(r' id="([pl]\d+)"', html) == ["l1", "l2", "p1", "l4", "p2"]


def test_the_outline_leads_to_the_headings():
    report = make_report(title="题目", text="一、成效\n第一段。\n（一）做法\n第二段。\n二、不足\n第三段。")

    html = get(f"/reports/{report.pk}/").content.decode()

    outline = re.search(r'<nav class="toc".*?</nav>', html, re.S)[0]
    assert re.findall(r'href="(#\w+)"', outline) == ["#l2", "#l4", "#l6"]
    assert '<ol><li><a href="#l4">' in outline


def test_a_theme_lights_its_evidence_without_scripts():
    report = make_report(title="题目", text="本院推进府院联动。\n另一段。", themes=("府院联动", "执行"))
    start = report.text.text.index("府院联动")
    Claim.objects.create(
        report=report,
        text=report.text,
        field=Field.THEME,
        value="府院联动",
        detail="topic",
        places=[[start, start + 4]],
        sure=0.9,
    )

    plain = get(f"/reports/{report.pk}/").content.decode()
    lit = get(f"/reports/{report.pk}/?theme=府院联动").content.decode()

    assert f'href="?theme={"%E5%BA%9C%E9%99%A2%E8%81%94%E5%8A%A8"}#p1"' in plain
    assert "<mark>" not in plain
    assert re.findall("<mark>(.*?)</mark>", lit) == ["府院联动"]
    assert '<a href="#p1">第1段</a>' in lit


def test_unknown_things_are_said_to_be_unknown():
    report = make_report(title="一家法院的总结")
    Report.objects.filter(pk=report.pk).update(court_as_printed="XX人民法院")

    facts = page(f"/reports/{report.pk}/")

    assert "法院 未写明 原文作“XX人民法院”" in facts
    assert "年度 不明" in facts


def test_an_inferred_year_is_marked_wherever_it_is_shown(specimen):
    report = make_report(title="推断年度的报告", court=specimen, year=1996)
    Report.objects.filter(pk=report.pk).update(year_inferred=True)

    for address in (f"/reports/{report.pk}/", "/", "/reports/", "/years/1996/"):
        assert "1996年度（推断）" in page(address)


def test_it_says_who_checked_and_when_but_not_by_name(specimen, django_user_model):
    report = make_report(court=specimen, year=1996)
    person = django_user_model.objects.create_user("clerk-name", first_name="小明")
    Claim.objects.create(
        report=report, text=report.text, field=Field.YEAR, value="1996", sure=1, basis=Basis.STATED, decided_by=person
    )
    assert "核对 机器识别" in page(f"/reports/{report.pk}/")

    Report.objects.filter(pk=report.pk).update(reviewed_at="2026-03-01T09:00+08:00")

    html = page(f"/reports/{report.pk}/")
    assert "核对 人工核对 2026-03-01" in html
    assert "clerk-name" not in html
    assert "小明" not in html


def test_an_older_version_stays_and_says_that_it_is_not_the_newest():
    report = make_report(title="题目", text="旧的一段。")
    add_text(report, "题目\n新的一段。")

    assert "旧的一段。" in page(f"/reports/{report.pk}/v1/")
    assert "这是 第1版 文本" in page(f"/reports/{report.pk}/v1/")
    assert "新的一段。" in page(f"/reports/{report.pk}/v2/")
    assert "这是 第" not in page(f"/reports/{report.pk}/v2/")
    assert "新的一段。" in page(f"/reports/{report.pk}/")
    assert get(f"/reports/{report.pk}/v3/").status_code == 404


def test_a_version_that_was_never_public_is_neither_named_nor_served():
    report = make_report(title="题目", text="写有姓名的一段。", status=Status.DRAFT)
    add_text(report, "题目\n删去姓名的一段。")
    publishing.publish(report, None, confirmed=True)

    response = get(f"/reports/{report.pk}/v1/")

    assert response.status_code == 404
    assert "这篇报告没有第1版文本，或者这一版不公开。" in response.content.decode()
    assert "写有姓名" not in response.content.decode()
    assert f"/reports/{report.pk}/v1/" not in get(f"/reports/{report.pk}/").content.decode()
    assert "删去姓名的一段。" in page(f"/reports/{report.pk}/v2/")


def test_the_other_reports_of_the_same_original_are_named(specimen):
    source = make_source()
    here = make_report(title="甲篇", source=source, article_number=1)
    make_report(title="乙篇", source=source, article_number=2)
    make_report(title="丙篇", source=source, article_number=3, status=Status.DRAFT)

    html = get(f"/reports/{here.pk}/").content.decode()

    assert re.findall(r"<li><a[^>]*>(.)篇</a>", html) == ["乙"]


def test_markup_in_a_report_is_shown_and_not_obeyed():
    report = make_report(title="<b>题目</b>", text="一、<i>标题</i>\n<script>alert(1)</script>“正文”&amp;")

    html = get(f"/reports/{report.pk}/").content.decode()

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<b>题目" not in html
    assert "<i>标题" not in html


# ---- text and original


def test_the_text_is_given_as_it_is_stored():
    report = make_report(title="题目", text="第一段。\n“1+1＞2”")

    response = get(f"/reports/{report.pk}/text/")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == "题目\n第一段。\n“1+1＞2”"


def test_the_original_is_always_a_download_of_a_fixed_type():
    source = make_source(b"<script>alert(1)</script>", name="报告 “甲”.html")
    report = make_report(source=source)

    response = get(f"/reports/{report.pk}/original/")

    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Length"] == "25"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E6%8A%A5%E5%91%8A%20%E2%80%9C%E7%94%B2%E2%80%9D.html"
    )


@pytest.mark.parametrize("status", [Status.DRAFT, Status.WITHDRAWN])
def test_an_original_is_not_served_while_another_report_in_it_is_not_public(status):
    source = make_source()
    here = make_report(title="甲篇", source=source, article_number=1)
    reason = "重复" if status == Status.WITHDRAWN else ""
    other = make_report(title="乙篇", source=source, article_number=2, status=status, withdrawn_reason=reason)

    refused = get(f"/reports/{here.pk}/original/")
    assert refused.status_code == 404
    assert "原件还载有未公开的报告，暂不提供下载" in refused.content.decode()
    assert "原件还载有未公开的报告，暂不提供下载" in page(f"/reports/{here.pk}/")
    assert f"/reports/{here.pk}/original/" not in get(f"/reports/{here.pk}/").content.decode()

    publishing.publish(other, None, confirmed=True)
    assert get(f"/reports/{here.pk}/original/").status_code == 200
    assert "下载原件" in page(f"/reports/{here.pk}/")


def test_a_replaced_draft_does_not_keep_its_original_from_readers():
    source = make_source()
    replaced = make_report(title="旧稿", source=source, status=Status.DRAFT)
    Report.objects.filter(pk=replaced.pk).update(is_current=False)
    here = make_report(title="新稿", source=source)

    assert get(f"/reports/{here.pk}/original/").status_code == 200


@pytest.mark.parametrize("name", ['a"; filename=x.exe', "a\r\nSet-Cookie: x=1", "../../etc/passwd", "‮fdp.exe"])
def test_no_file_name_breaks_out_of_its_header(name):
    source = make_source(b"bytes of " + name.encode(), name="plain.txt")
    type(source).objects.filter(pk=source.pk).update(name=name)
    report = make_report(source=source)

    response = get(f"/reports/{report.pk}/original/")

    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert "Set-Cookie" not in response.headers
    response.close()


def test_a_missing_original_is_said_in_words_and_logged(caplog):
    report = make_report()
    report.source.file.storage.delete(report.source.file.name)

    response = get(f"/reports/{report.pk}/original/")

    assert response.status_code == 404
    assert "这份原件在存储中找不到了" in response.content.decode()
    assert f"original of source {report.source_id} is missing" in caplog.text


# ---- lists


def test_the_list_is_filtered_by_all_that_was_asked(specimen):
    make_report(title="甲", court=specimen, year=1999, themes=("执行",))
    make_report(title="乙", court=specimen, year=1999, type="工作总结", themes=("执行",))
    make_report(title="丙", court=specimen, year=1998, themes=("执行",))
    make_report(title="丁", year=1999)

    assert titles("/reports/?year=1999") == ["丁", "乙", "甲"]
    assert titles("/reports/?year=1999&theme=执行&type=年度报告") == ["甲"]
    assert titles("/reports/?region=220000&theme=执行&year=1998") == ["丙"]
    assert titles("/reports/?year=1999&level=基层&sort=court") == ["甲", "乙"]
    assert titles("/reports/?title=丁") == ["丁"]


def test_a_bad_value_is_named_and_not_used(specimen):
    make_report(title="甲", court=specimen, year=1999)

    html = page("/reports/?year=二〇二x&region=999999&theme=没有&level=县级&type=诗&sort=best&page=x&title=甲")

    for named in (
        "年度“二〇二x”",
        "地区“999999”",
        "主题“没有”",
        "层级“县级”",
        "类型“诗”",
        "排序“best”",
        "页码“x”",
    ):
        assert f"{named}不能识别， 未用作条件 。" in html
    assert titles("/reports/?year=二〇二x&region=999999&title=甲") == ["甲"]


@pytest.mark.parametrize(
    "query",
    ["title=%00", "region=%00", "theme=%00", "year=%FF", "page=0", "page=-1", "page=99999999999999999999", "page=٣"],
)
def test_no_query_string_breaks_the_list(query):
    assert get(f"/reports/?{query}").status_code == 200


def test_a_list_has_twenty_a_page_and_is_empty_past_the_end(specimen):
    for number in range(21):
        make_report(title=f"第{number}篇", court=specimen, year=1999)

    assert titles("/reports/?year=1999") == [f"第{number}篇" for number in range(20, 0, -1)]
    assert titles("/reports/?year=1999&page=2") == ["第0篇"]
    assert titles("/reports/?year=1999&page=3") == []
    assert "一共 2 页，第 3 页在末页之后" in page("/reports/?year=1999&page=3")


@pytest.mark.parametrize("address", ["/", "/reports/?year=1999", "/years/1999/", "/themes/执行/", "/regions/220183/"])
def test_a_list_asks_as_many_questions_for_three_reports_as_for_one(
    address, specimen, django_assert_num_queries, django_assert_max_num_queries
):
    make_report(title="一", court=specimen, year=1999, themes=("执行",))
    with django_assert_max_num_queries(20) as one:
        get(address)

    make_report(title="二", court=specimen, year=1999, themes=("执行", "府院联动"))
    make_report(title="三", court=Court.objects.get(name="长春市中级人民法院"), year=1999, themes=("司法建议",))

    with django_assert_num_queries(len(one.captured_queries)):
        get(address)


# ---- ways in


def test_the_home_page_counts_what_is_published(specimen):
    before = page("/")
    count = int(re.search(r"等 ([\d,]+) 篇", before)[1])

    make_report(court=specimen, year=1999)
    make_report(court=specimen, year=1999, status=Status.DRAFT)

    assert f"等 {count + 1} 篇" in page("/")


def test_every_province_has_one_tile():
    html = get("/").content.decode()

    areas = re.findall(r'<li class="t(\d\d)">', html)
    assert areas == [code[:2] for code in Region.objects.filter(parent=None).values_list("code", flat=True)]
    assert len(areas) == 34


def test_a_court_page_shows_its_reports_by_year(specimen):
    make_report(title="早", court=specimen, year=1998)
    make_report(title="晚", court=specimen, year=1999)
    make_report(title="无年", court=specimen)

    assert titles(f"/courts/{specimen.pk}/") == ["晚", "早", "无年"]
    assert "上级法院 长春市中级人民法院" in page(f"/courts/{specimen.pk}/")


def test_a_court_is_found_by_its_former_name():
    former = Court.objects.filter(names__kind="former").first()
    name = former.names.filter(kind="former").first().name

    assert former.name in page(f"/courts/?q={name}")


def test_a_merged_court_leads_to_the_one_it_became(specimen):
    middle = Court.objects.create(name="并转法院", level="基层", merged_into=specimen)
    first = Court.objects.create(name="已并法院", level="基层", merged_into=middle)

    assertRedirects(get(f"/courts/{first.pk}/"), f"/courts/{specimen.pk}/", fetch_redirect_response=False)


def test_a_region_page_has_the_reports_of_everything_below_it(specimen):
    make_report(title="区划样本", court=specimen, year=1999)

    for region in Region.objects.get(code=specimen.region_id).path:
        assert "区划样本" in titles(f"/regions/{region.code}/")
    assert "区划样本" not in titles("/regions/370000/")


def test_an_old_region_code_leads_to_the_present_region():
    RegionChange.objects.create(year=1990, change="更名", old_code="999001", new_code="999002")
    RegionChange.objects.create(year=2000, change="撤县设区", old_code="999002", new_code="220183")

    assertRedirects(get("/regions/999001/"), "/regions/220183/", status_code=301, fetch_redirect_response=False)


def test_old_codes_that_only_lead_to_each_other_are_not_found():
    RegionChange.objects.create(year=1990, change="更名", old_code="999001", new_code="999002")
    RegionChange.objects.create(year=2000, change="更名", old_code="999002", new_code="999001")

    assert get("/regions/999001/").status_code == 404


def test_a_year_page_leads_to_the_years_beside_it(specimen):
    for year in (1951, 1953, 1954):
        make_report(title=f"{year}年报告", court=specimen, year=year)

    assert titles("/years/1953/") == ["1953年报告"]
    assert "1951年度 1954年度" in page("/years/1953/")


def test_reports_of_no_known_year_have_a_page(specimen):
    make_report(title="无年份的报告", court=specimen)

    assert "无年份的报告" in titles("/years/unknown/")


def test_a_theme_page_has_definition_reports_and_neighbours(specimen):
    ReportTheme.objects.all().delete()
    make_report(title="执行与救助", court=specimen, themes=("执行", "司法救助"))
    make_report(title="只有救助", court=specimen, themes=("司法救助",))

    assert titles("/themes/执行/") == ["执行与救助"]
    assert "执行到位、失信限高、专项执行、执行难、执行和解" in page("/themes/执行/")
    assert "常一起出现 司法救助 1 篇" in page("/themes/执行/")


@pytest.mark.parametrize(
    "address",
    [
        "/reports/987654321/",
        "/reports/99999999999999999999999/",
        "/reports/1/v99999999999999999999999/",
        "/reports/0/original/",
        "/courts/987654321/",
        "/courts/99999999999999999999999/",
        "/regions/999999/",
        "/regions/abc/",
        "/years/1950/",
        "/years/0000/",
        "/years/20233/",
        "/themes/没有这个主题/",
        "/themes/%00/",
        "/nowhere/",
    ],
)
def test_a_wrong_address_is_not_found_in_words(address):
    response = get(address)

    assert response.status_code == 404
    assert "<h1>没有这一页</h1>" in response.content.decode()


# ---- every page


def public_addresses() -> list[str]:
    report = Report.objects.published().first()
    return [
        "/",
        "/reports/",
        report.get_absolute_url(),
        f"{report.get_absolute_url()}v1/",
        "/courts/",
        "/courts/?region=220000",
        "/courts/?q=宁江",
        f"/courts/{Court.objects.first().pk}/",
        "/regions/",
        "/regions/220700/",
        "/years/",
        Year.objects.filter(reports__in=Report.objects.published()).first().get_absolute_url(),
        "/themes/",
        "/themes/府院联动/",
        "/about/",
    ]


def test_no_page_holds_a_style_or_script_that_the_policy_forbids():
    for address in public_addresses():
        html = get(address).content.decode()
        assert not re.search(r"<style|\sstyle=|<script(?! src=)|\son\w+=|javascript:", html), address


def test_no_page_asks_another_host_for_anything():
    for address in public_addresses():
        html = get(address).content.decode()
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', html), address


def test_an_id_stands_only_once_on_a_page():
    for address in public_addresses():
        ids = re.findall(r' id="([^"]+)"', get(address).content.decode())
        assert sorted(ids) == sorted(set(ids)), address


def test_pages_are_read_only():
    for address in public_addresses():
        assert Client().post(address).status_code == 405


# ---- how pages are drawn


@pytest.mark.parametrize(
    ("choice", "drawn"), [({"size": "large"}, 'data-size="large"'), ({"theme": "dark"}, 'data-theme="dark"')]
)
def test_a_chosen_display_is_kept_without_an_account(choice, drawn):
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/display/", {**choice, "next": "/years/?a=1"})

    assertRedirects(answer, "/years/?a=1", fetch_redirect_response=False)
    assert drawn in client.get("/about/").content.decode()


def test_a_made_up_display_is_not_kept():
    client = Client()

    answer = client.post("/display/", {"size": '"><script>', "theme": "neon", "next": "/"})

    assert answer.cookies == {}
    client.cookies.load({"size": '"><script>', "theme": "neon"})
    assert '<html lang="zh-Hans">' in client.get("/about/").content.decode()


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)", "\t//evil", ""]
)
def test_the_display_buttons_never_lead_to_another_site(elsewhere):
    answer = Client().post("/display/", {"size": "large", "next": elsewhere})

    assertRedirects(answer, "/", fetch_redirect_response=False)

"""Reference data, records and accounts in Django's admin: what may be changed there, and by whom."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import Group, User

from reports.ingestion.shapes import KnownIndicator
from reports.ingestion.vocabulary import current_vocabulary
from reports.models import Court, Event, IndicatorKind, Region, Theme
from reports.roles import ADMINISTRATOR, EDITOR, PUBLISHER, ROLES
from tests.reports.staff import a_draft, an_account

pytestmark = pytest.mark.django_db

PASSWORD = "一个足够长的密码-2026"


@pytest.fixture
def administrator(client) -> User:
    user = an_account(ADMINISTRATOR, "administrator")
    client.force_login(user)
    return user


def test_the_roles_are_groups_with_exactly_what_is_written_down():
    for role, allowed in ROLES.items():
        group = Group.objects.get(name=role)
        assert {f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.all()} == allowed


def test_the_work_space_shows_the_staffs_own_pages_before_the_records(client, administrator):
    a_draft()

    page = client.get("/admin/").content.decode()

    places = [page.index(words) for words in ("上传原件", "待审核", "按名称、曾用名", "资料与记录", "行政区划")]
    assert places == sorted(places)
    assert "1 篇报告等待核对和公开。" in page


@pytest.mark.parametrize("role", [EDITOR, PUBLISHER])
def test_only_an_administrator_sees_accounts(client, role):
    client.force_login(an_account(role))

    assert client.get("/admin/auth/user/").status_code == 403


def test_an_administrator_creates_an_account_that_can_log_in_and_work(client, administrator):
    editor = Group.objects.get(name=EDITOR)

    client.post(
        "/admin/auth/user/add/",
        {
            "username": "zhang",
            "last_name": "张三",
            "groups": [editor.pk],
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )

    client.logout()
    assert client.login(username="zhang", password=PASSWORD)
    assert client.get("/admin/review/").status_code == 200
    assert client.get("/admin/auth/user/").status_code == 403


def test_a_disabled_account_is_out_at_once_and_stays_in_the_history(client, administrator):
    user = an_account(EDITOR, "zhang")
    user.set_password(PASSWORD)
    user.save()

    client.post(f"/admin/auth/user/{user.pk}/change/", {"username": "zhang", "last_name": "", "groups": []})

    client.logout()
    assert not client.login(username="zhang", password=PASSWORD)
    user.refresh_from_db()
    assert (user.is_active, user.is_staff) == (False, True)


def test_an_administrator_resets_a_password(client, administrator):
    user = an_account(EDITOR, "zhang")

    client.post(
        f"/admin/auth/user/{user.pk}/password/",
        {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"},
    )

    client.logout()
    assert client.login(username="zhang", password=PASSWORD)


def test_an_administrator_can_neither_take_over_the_systems_account_nor_become_one(client, administrator):
    root = User.objects.create_superuser("root", password=PASSWORD)

    new = {"password1": "另一个足够长的密码-2026", "password2": "另一个足够长的密码-2026", "usable_password": "true"}
    assert client.post(f"/admin/auth/user/{root.pk}/password/", new).status_code == 403
    client.post(
        f"/admin/auth/user/{administrator.pk}/change/",
        {"username": "administrator", "is_active": "on", "is_superuser": "on", "user_permissions": ["1"]},
    )

    root.refresh_from_db()
    administrator.refresh_from_db()
    assert root.check_password(PASSWORD)
    assert not administrator.is_superuser
    assert not administrator.user_permissions.exists()


def test_nobody_deletes_an_account(client, administrator):
    user = an_account(EDITOR, "zhang")

    assert client.post(f"/admin/auth/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403


def theme_form(theme: Theme, **changed: str) -> dict[str, str]:
    return {"definition": theme.definition, "expressions": theme.expressions, "core": "on"} | changed


def test_a_themes_expressions_are_not_changed_past_their_own_page(client, administrator):
    theme = Theme.objects.get(name="司法建议")
    address = f"/admin/reports/theme/{theme.pk}/change/"

    client.post(address, theme_form(theme, expressions="司法建议书"))

    assert Theme.objects.get(pk=theme.pk).expressions == theme.expressions
    assert f'href="/admin/themes/{theme.pk}/"' in client.get(address).content.decode()


def test_a_courts_name_is_not_changed_past_the_history(client, administrator):
    court = Court.objects.get(name="乾安县人民法院")
    form = {"name": "别的法院", "level": "基层", "kind": "普通", "region": "", "superior": "", "verified": "on"}
    names = {"names-TOTAL_FORMS": "0", "names-INITIAL_FORMS": "0"}

    response = client.post(f"/admin/reports/court/{court.pk}/change/", form | names)

    court.refresh_from_db()
    assert response.status_code == 302
    assert (court.name, court.region) == ("乾安县人民法院", None)


@pytest.mark.parametrize("name", ["府院/联动", "府院\u2028联动", ".."])
def test_a_theme_whose_name_cannot_stand_in_an_address_is_refused(client, administrator, name):
    form = {"name": name, "definition": "定义", "expressions": "府院联动", "core": "on"}

    page = client.post("/admin/reports/theme/add/", form).content.decode()

    assert "名称会写进网址，不能含有“/”和控制字符，也不能只有句点。" in page
    assert Theme.objects.count() == 28


def region_form(region: Region, **changed: str) -> dict[str, str]:
    now = {"name": region.name, "level": region.level, "parent": region.parent_id or ""}
    return now | {"short_name": region.short_name, "aliases": "[]"} | changed


@pytest.mark.parametrize(
    ("code", "changed", "told"),
    [
        ("220000", {"level": "prefecture", "parent": "220700"}, "地级区划不能放在地级的“松原市”之下。"),
        ("220700", {"parent": "220723"}, "地级区划不能放在县级的“乾安县”之下。"),
        ("220700", {"parent": ""}, "地级区划要有上级。"),
        ("220700", {"level": "county"}, "它的下级里有同级或更高的区划，请先改动那些下级。"),
    ],
)
def test_a_region_stands_only_under_one_of_a_higher_level(client, administrator, code, changed, told):
    region = Region.objects.get(pk=code)

    page = client.post(f"/admin/reports/region/{code}/change/", region_form(region, **changed)).content.decode()

    assert told in page
    unchanged = Region.objects.get(pk=code)
    assert (unchanged.level, unchanged.parent_id) == (region.level, region.parent_id)


def test_a_circle_of_regions_has_an_end():
    Region.objects.filter(pk="220700").update(parent="220723")

    assert [region.code for region in Region.objects.get(pk="220723").path] == ["220723", "220700", "220723"]


def the_event(verb: str) -> tuple[User, dict]:
    event = Event.objects.get(verb=verb)
    return event.actor, event.detail


def test_a_changed_region_is_remembered_with_who_and_what(client, administrator):
    region = Region.objects.get(pk="220723")

    client.post("/admin/reports/region/220723/change/", region_form(region, name="乾安市", parent="220100"))

    assert the_event("修改行政区划") == (
        administrator,
        {"名称": ["乾安县", "乾安市"], "上级": ["松原市", "长春市"]},
    )


def test_a_changed_court_is_remembered_with_its_level_place_and_other_names(client, administrator):
    court = Court.objects.get(name="乾安县人民法院")
    court.names.all().delete()
    form = {"level": "中级", "kind": "普通", "region": "220700", "superior": court.superior_id, "verified": "on"}
    names = {"names-TOTAL_FORMS": "1", "names-INITIAL_FORMS": "0", "names-0-name": "乾安法院", "names-0-kind": "short"}

    client.post(f"/admin/reports/court/{court.pk}/change/", form | names)

    actor, detail = the_event("修改法院")
    assert actor == administrator
    assert detail == {
        "名称": "乾安县人民法院",
        "层级": ["基层", "中级"],
        "地区": ["乾安县", "松原市"],
        "增加法院别名": ["乾安法院"],
    }
    assert court.events.get().verb == "修改法院"


def test_a_changed_definition_is_remembered(client, administrator):
    theme = Theme.objects.get(name="司法建议")

    client.post(f"/admin/reports/theme/{theme.pk}/change/", theme_form(theme, definition="新"))

    assert the_event("修改主题") == (administrator, {"名称": "司法建议", "定义": [theme.definition, "新"]})


def kind_form(kind: IndicatorKind, **changed: object) -> dict[str, object]:
    return {
        "definition": kind.definition,
        "expressions": kind.expressions,
        "context": kind.context,
        "units": kind.units,
        "better": kind.better,
        "numerator": [one.pk for one in kind.numerator.all()],
        "denominator": [one.pk for one in kind.denominator.all()],
    } | changed


def test_a_changed_kind_of_figure_is_what_the_recognisers_are_told(client, administrator):
    kind = IndicatorKind.objects.get(name="诉前调解成功率")
    number = IndicatorKind.objects.get(name="司法确认")
    before = known(kind.name)

    client.post(
        f"/admin/reports/indicatorkind/{kind.pk}/change/",
        kind_form(kind, units="%；‰；%", numerator=[number.pk], name="改不了的名称"),
    )

    assert known(kind.name) == replace(before, units=("%", "‰"), numerator=("司法确认",))
    _, detail = the_event("修改指标")
    assert detail["单位"] == ["%", "%;‰"]
    assert detail["分子"] == ["诉前调解成功", "司法确认"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"expressions": "调解(成功"}, "表达式写法不对"),
        ({"expressions": "调解|"}, "这个表达式连空白也匹配"),
        ({"context": "诉前["}, "表达式写法不对"),
        ({"units": " "}, "这个字段是必填项。"),
    ],
)
def test_a_kind_of_figure_that_cannot_be_looked_for_is_refused(client, administrator, changed, words):
    kind = IndicatorKind.objects.get(name="诉前调解成功率")
    before = known(kind.name)

    page = client.post(f"/admin/reports/indicatorkind/{kind.pk}/change/", kind_form(kind, **changed))

    assert words in page.content.decode()
    assert known(kind.name) == before


def known(name: str) -> KnownIndicator:
    return next(kind for kind in current_vocabulary().indicators if kind.name == name)


def test_a_changed_account_is_remembered_and_no_password_with_it(client, administrator):
    user = an_account(EDITOR, "zhang")
    publisher = Group.objects.get(name=PUBLISHER)
    new = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}

    client.post(f"/admin/auth/user/{user.pk}/change/", {"username": "zhang", "groups": [publisher.pk]})
    client.post(f"/admin/auth/user/{user.pk}/password/", new)
    client.post("/admin/auth/user/add/", {"username": "li", "last_name": "李四", **new})

    assert the_event("修改用户") == (
        administrator,
        {"名称": "zhang", "启用": ["是", "否"], "角色": ["编辑", "审核发布"]},
    )
    assert the_event("重设密码") == (administrator, {"名称": "zhang"})
    assert the_event("增加用户") == (administrator, {"名称": "li", "用户名": ["", "li"], "姓名": ["", "李四"]})


@pytest.mark.parametrize("model", ["sourcefile", "event", "regionchange"])
def test_records_are_read_only(client, model):
    client.force_login(User.objects.create_superuser("root"))
    a_draft()

    assert client.get(f"/admin/reports/{model}/").status_code == 200
    assert client.get(f"/admin/reports/{model}/add/").status_code == 403
    assert client.post(f"/admin/reports/{model}/1/delete/", {"post": "yes"}).status_code == 403


def test_a_renamed_court_is_found_under_both_names(client, administrator):
    court = Court.objects.get(name="乾安县人民法院")

    client.post(f"/admin/courts/{court.pk}/rename/", {"name": "乾安市人民法院", "why": "撤县设市"})

    for words in ("乾安市", "乾安县"):
        assert (
            f'href="/admin/courts/{court.pk}/">乾安市人民法院'
            in client.get(f"/admin/courts/?q={words}").content.decode()
        )


def test_a_merge_is_chosen_from_what_was_searched(client, administrator):
    court, into = Court.objects.get(name="乾安县人民法院"), Court.objects.get(name="长岭县人民法院")
    page = client.get(f"/admin/courts/{court.pk}/?q=长岭").content.decode()
    assert f'name="into" value="{into.pk}"' in page

    refused = client.post(f"/admin/courts/{court.pk}/merge/", {"why": "合并"})
    assert refused.status_code == 422
    assert 'id="merge-error">没有选择并入哪个法院。' in refused.content.decode()

    done = client.post(f"/admin/courts/{court.pk}/merge/", {"into": into.pk, "why": "合并"})
    assert done["Location"] == f"/admin/courts/{into.pk}/"
    court.refresh_from_db()
    assert court.merged_into == into
    assert client.get(f"/courts/{court.pk}/")["Location"] == f"/courts/{into.pk}/"


def test_the_log_in_page_says_what_was_wrong(client):
    page = client.post("/admin/login/", {"username": "nobody", "password": "wrong"}).content.decode()

    assert '<p class="err" id="error">用户名或密码不对' in page
    assert page.count('aria-invalid="true" aria-describedby="error"') == 2


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("乾安", "乾安县人民法院"),
        ("qiananx", "乾安县人民法院"),
        ("qaxrm", "乾安县人民法院"),
        ("广安县人民法院", "广安市广安区人民法院"),
        ("松原 中级", "松原市中级人民法院"),
    ],
)
def test_a_script_finds_a_court_by_any_part_of_a_name_pinyin_or_former_name(client, administrator, typed, first):
    found = client.get("/admin/courts/find/", {"q": typed}).json()

    assert found[0]["name"] == first
    assert found[0]["id"] == Court.objects.get(name=first).pk


def test_what_a_script_finds_says_where_the_court_is(client, administrator):
    assert client.get("/admin/courts/find/?q=songyuanshizhongji").json() == [
        {"id": Court.objects.get(name="松原市中级人民法院").pk, "name": "松原市中级人民法院", "note": "吉林 松原 中级"}
    ]
    assert client.get("/admin/courts/find/").json() == []

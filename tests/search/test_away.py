"""While the index is away everything but the search works, and the search says so in words."""

import shutil

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from reports.models import Batch, Report, SourceFile, SourceState, Status, Suspicion, SuspicionKind, Theme
from reports.worker import Worker
from search import engine, outbox
from search.query import SearchQuery
from search.views import AWAY
from tests.factories import make_report

pytestmark = pytest.mark.django_db
NEWCOMER = "乾安县人民法院\n2021年度法治政府建设工作报告\n2021年，乾安县人民法院设立紫雾岛巡回法庭。\n"


def removed(index):
    shutil.rmtree(index)


def emptied(index):
    shutil.rmtree(index)
    index.mkdir()


@pytest.fixture(params=[removed, emptied], ids=lambda way: way.__name__)
def gone(request, index):
    """The index is lost after it has answered."""
    assert engine.find(SearchQuery()).count == 10
    request.param(index)


@pytest.fixture
def report() -> Report:
    return make_report(title="甲", court="长岭县人民法院", year=2019, themes=("诉源治理",), text="紫雾岛。")


@pytest.fixture
def administrator(client) -> User:
    user = User.objects.create_superuser("chief")
    client.force_login(user)
    return user


def names(patterns, prefix: str = "") -> set[str]:
    """The name of every address, Django's own records left out."""
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver) and pattern.namespace != "admin":
            found |= names(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else "")
        elif isinstance(pattern, URLPattern):
            found.add(f"{prefix}{pattern.name}")
    return found


def test_every_page_that_is_read_opens(client, gone, report, administrator):
    draft = make_report(title="乙", status=Status.DRAFT)
    Suspicion.objects.create(report=draft, other=report, kind=SuspicionKind.NEAR, likeness=0.9)
    source, court, theme = draft.source_id, report.court_id, Theme.objects.values_list("pk").first()[0]
    batch = Batch.objects.create(uploaded_by=administrator)
    arguments = {
        **{name: [report.pk] for name in ("report_detail", "report_original", "report_text")},
        "report_version": [report.pk, 1],
        "court_detail": [court],
        "region_detail": ["220722"],
        "year_detail": ["2019"],
        "theme_detail": ["诉源治理"],
        **{f"staff:{name}": [source] for name in ("source", "original", "read_again", "cancel_reading")},
        "report_page": [report.pk, 1],
        **{
            f"staff:{name}": [draft.pk]
            for name in ("review", "correct", "add_court", "edit_text", "lines", "figures", "publish", "withdraw")
        },
        **{f"staff:{name}": [draft.pk, 1] for name in ("decide", "decide_figure", "correct_figure")},
        **{
            f"staff:{name}": [batch.pk]
            for name in ("batch", "batch_state", "batch_rows", "batch_table", "batch_publish")
        },
        "staff:batch_change": [batch.pk, draft.pk],
        **{f"staff:{name}": [theme] for name in ("theme", "try_expressions", "change_expressions")},
        "staff:page": [source, 1],
        "staff:twins": [draft.pk, report.pk],
        **{f"staff:{name}": [court] for name in ("court", "rename_court", "merge_court")},
    }
    only_sent_to = {
        *("display", "staff:read_again", "staff:publish_several", "staff:decide", "staff:correct", "staff:add_court"),
        *("staff:publish", "staff:withdraw", "staff:rename_court", "staff:merge_court"),
        *("staff:decide_figure", "staff:correct_figure", "staff:try_expressions", "staff:change_expressions"),
        *("staff:batch_change", "staff:batch_table", "staff:cancel_reading"),
    }

    answers = {
        name: client.get(reverse(name, args=arguments.get(name, []))).status_code
        for name in names(get_resolver().url_patterns)
    }

    said = {name for name, status in answers.items() if status == 503}
    assert said == {"search", "healthz"}
    assert {name for name, status in answers.items() if status == 405} == only_sent_to
    others = {name: status for name, status in answers.items() if status not in (200, 405, 503)}
    assert others == {"report_page": 404, "staff:page": 404}  # a text file has no pages to be looked at


def test_every_list_of_records_opens(client, gone, report, administrator):
    answers = {
        model._meta.label: client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
        for model in admin.site._registry
    }

    assert len(answers) >= 5
    assert {label: answer.status_code for label, answer in answers.items() if answer.status_code != 200} == {}


@pytest.mark.parametrize("kind", ["", "xlsx", "csv"])
def test_the_search_says_so_in_words_whatever_was_asked_for(client, gone, kind):
    for query in ("", "q=府院联动", "q=“无此语”+司法&region=220700&year_from=2022&year_to=2019&page=9"):
        response = client.get(f"/search/?{query}&format={kind}")

        html = response.content.decode()
        assert response.status_code == 503
        assert AWAY in html
        assert '<h2 class="count" id="count" aria-live="polite">检索暂时不可用</h2>' in html
        assert "没有同时符合" not in html


def test_the_search_page_keeps_the_question(client, gone):
    html = client.get("/search/?q=府院联动&region=220700").content.decode()

    assert 'value="府院联动"' in html
    assert 'aria-label="移除 地区：松原市"' in html


def test_the_json_says_so_and_is_no_success(client, gone):
    response = client.get("/search/?q=府院联动&format=json")

    assert response.status_code == 503
    assert response.json()["notices"] == [AWAY]


def test_suggestions_are_made(client, gone):
    assert [one["value"] for one in client.get("/suggest/?q=长岭县").json()] == ["长岭县人民法院"]


def test_what_is_uploaded_reviewed_published_and_withdrawn_meanwhile_is_found_afterwards(
    client, gone, report, administrator
):
    client.post("/admin/uploads/", {"originals": [SimpleUploadedFile("乾安.txt", NEWCOMER.encode())]})
    with Worker() as worker:
        worker.work_off()
    source = SourceFile.objects.get(name="乾安.txt")
    (draft,) = source.reports.all()
    here = f"/admin/review/{draft.pk}/"

    assert source.state == SourceState.READ
    assert client.post(f"{here}correct/", {"field": "year", "value": "2020"}).status_code == 302
    assert client.post(f"{here}publish/", {"confirmed": "on"}).status_code == 302
    assert client.post(f"/admin/review/{report.pk}/withdraw/", {"why": "重复"}).status_code == 302
    draft.refresh_from_db()
    report.refresh_from_db()
    assert (draft.status, draft.year_id, report.status) == (Status.PUBLISHED, 2020, Status.WITHDRAWN)
    assert client.get(draft.get_absolute_url()).status_code == 200

    outbox.rebuild()
    outbox.drain()
    found = engine.find(SearchQuery(q="“紫雾岛”"))
    assert [hit.report_id for hit in found.hits] == [draft.pk]
    assert found.facets["year"] == {"2020": 1}

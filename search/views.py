"""The search page, its JSON, the suggestions and the page that explains how to ask."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.browsing.exports import KINDS, download

from . import export
from .engine import IndexAway, SearchPage, find
from .facets import FacetValues, chips, drawn, facets, groups, understood, years_chart
from .forms import SearchForms
from .other_questions import OtherQuestion, did_you_mean, looser_questions, related
from .query import Exact, Leaf, SearchQuery, wanted
from .remembered import remembered
from .results import Result, results
from .suggest import suggestions

logger = logging.getLogger(__name__)

AWAY = "检索暂时不可用：索引正在准备或需要修复，请稍后再试。按地区、年度、主题和法院浏览不受影响。"
GRAMMAR = [
    (SearchQuery(q), meaning)
    for q, meaning in (
        ("府院联动 司法建议", "各词都有的报告；不满一页时，接着列出含大部分词的"),
        ("“行政机关负责人出庭应诉”", '引号里的文字要原样出现，标点也算；引号里要写引号时用 \\"'),
        ("府院联动 -白皮书", "有前一个词，没有后一个词；也可以写 NOT 白皮书"),
        ("诉源治理 OR 多元解纷", "两个词有一个就行；也可以写 |。它管得比空格宽"),
        ("（诉前调解 OR 司法确认） 营商环境", "括号里的先算"),
        ("标题:府院联动", "只在标题里找"),
        ("法院:松原", "只在法院名称里找，曾用名、简称和所在地区也算"),
        ("主题:诉源治理", "只找归在这个主题下的报告"),
        ("司法建议 NEAR 采纳", "两个词相隔不超过 20 个字，先后不论"),
        ("行政案件 ~10 审结", "两个词相隔不超过 10 个字"),
        ("司法建议 同段 白皮书", "两个词在同一段里"),
    )
]
PAGES_BESIDE = 3  # links to the pages before and after the present one


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that page and JSON say; looser questions where nothing was found, a better spelling where nothing holds all words."""

    page: SearchPage
    results: tuple[Result, ...]
    facets: FacetValues
    notices: tuple[str, ...]
    looser: Sequence[OtherQuestion] = ()
    meant: str = ""
    away: bool = False


@require_safe
@remembered
def search(request: HttpRequest) -> HttpResponseBase:
    """The search page; with format=json the same answer as JSON, with xlsx or csv the whole list as a file.

    Any query string is answered; 503 and a sentence while the index is away.
    """
    typed, unreadable = SearchQuery.from_params(request.GET)
    query, unknown = understood(typed)
    notices = (*unreadable, *unknown)
    form = request.GET.get("format")
    try:
        if form in KINDS:
            return download(export.result_list(query, notices, request.build_absolute_uri), form)
        answered = answer(query, notices, whole=form == "json")
    except IndexAway as away:
        logger.error("search is away: %s", away)
        answered = no_answer(query, notices)
    status = 503 if answered.away else 200
    if form == "json":
        return JsonResponse(as_json(answered), status=status, json_dumps_params={"ensure_ascii": False})
    return render(request, "search/search.html", as_context(answered), status=status)


def answer(query: SearchQuery, notices: tuple[str, ...], *, whole: bool = False) -> Answer:
    """`whole`: with every value of every facet, and not only those that are drawn.

    Raises IndexAway, whenever the index goes away meanwhile.
    """
    page = find(query)
    looser = looser_questions(query) if page.count == 0 else []
    heard = tuple(dict.fromkeys((*notices, *page.notices)))
    values = facets(page if whole else drawn(page))
    return Answer(page, results(page), values, heard, looser, did_you_mean(page))


def no_answer(query: SearchQuery, notices: tuple[str, ...]) -> Answer:
    page = SearchPage(query, count=0, full=0, pages=0)
    return Answer(page, (), facets(page), (*notices, AWAY), away=True)


def as_json(answer: Answer) -> dict[str, Any]:
    return {
        "count": answer.page.count,
        "page": answer.page.query.page,
        "pages": answer.page.pages,
        "results": [result.as_json() for result in answer.results],
        "facets": {
            facet: [value.as_json(facet) for value in listed if value.count or value.selected]
            for facet, listed in answer.facets.items()
        },
        "notices": [*answer.notices, *filter(None, [SearchForms(answer.page.query).year_fault])],
        "did_you_mean": answer.meant or None,
    }


def as_context(answer: Answer) -> dict[str, Any]:
    """The answer, and the same question asked anew by every form and link of the page."""
    page, query = answer.page, replace(answer.page.query, page=1)
    forms, chosen = SearchForms(query), chips(query, answer.facets)
    asked = list(wanted(query.parsed().tree))
    return {
        "section": "search",
        "answer": answer,
        "page": page,
        "query": page.query,
        "words": len(asked),
        "full": [result for result in answer.results if not result.hit.lacks],
        "partial": [result for result in answer.results if result.hit.lacks],
        "extra": page.count - page.full,
        "forms": forms,
        "chips": chosen,
        "groups": groups(answer.facets),
        # Filters that count nothing are left out, unless one of them is what has to be mended.
        "narrowing": forms.year_fault or any(value.count for listed in answer.facets.values() for value in listed),
        "years": years_chart(query, answer.facets["year"]),
        "to_take": f"{query.address()}&" if query.address() else "",
        "most_taken": export.MOST,
        "conditions": "、".join([*map(as_said, asked), *(chip.label for chip in chosen)]),
        "related": related(page),
        "meant": replace(query, q=answer.meant).address(),
        "only_words": SearchQuery(q=query.q, mode=query.mode, synonyms=query.synonyms, sort=query.sort).address(),
        "all_words": replace(query, mode="exact").address(),
        "other_synonyms": replace(query, synonyms=not query.synonyms).address(),
        "pager": pager(page),
    }


def as_said(leaf: Leaf) -> str:
    """A word as typed; a quotation in quotes, and what that means."""
    return f"“{leaf.text}”（原样）" if isinstance(leaf, Exact) else leaf.text


def pager(page: SearchPage) -> list[tuple[int, str]]:
    """Numbers and addresses of the first, the last and the pages near this one; a 0 stands for a gap."""
    here = page.query.page
    numbers = sorted({1, page.pages, *range(max(1, here - PAGES_BESIDE), min(page.pages, here + PAGES_BESIDE) + 1)})
    links: list[tuple[int, str]] = []
    for number in numbers:
        if links and number > links[-1][0] + 1:
            links.append((0, ""))
        links.append((number, page.query.on_page(number).address()))
    return links


@require_safe
def search_help(request: HttpRequest) -> HttpResponse:
    return render(request, "search/help.html", {"section": "search", "grammar": GRAMMAR})


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """A JSON list, best first: kind (court, theme, phrase), value for the search box, note, and its own page or null."""
    found = [suggestion.as_json() for suggestion in suggestions(request.GET.get("q", ""))]
    return JsonResponse(found, safe=False, json_dumps_params={"ensure_ascii": False})

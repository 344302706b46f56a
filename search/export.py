"""The result list to take away: every hit in its order, as a table of what is known of each report."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from django.urls import reverse
from django.utils.timezone import localdate

from reports.browsing.cite import ARCHIVE
from reports.browsing.exports import Cell, Column, Table
from reports.models import RegionLevel, Report, ReportText

from .engine import Hit, find_first
from .extracts import Text, extracts, rows_of
from .facets import chips, facets
from .query import SearchQuery
from .results import themes_of

MOST = 5000  # rows
AT_ONCE = 500  # rows whose reports are read together
COLUMNS = (
    Column("序号", 6),
    Column("标题", 60),
    Column("法院", 34),
    Column("层级", 6),
    Column("省", 18),
    Column("市", 18),
    Column("县", 18),
    Column("区划代码", 10),
    Column("年度", 10),
    Column("年度说明", 10),
    Column("类型", 10),
    Column("主题", 40),
    Column("核对", 10),
    Column("文字来源", 24),
    Column("公开日期", 12),
    Column("缺少的词", 16),
    Column("地址", 40, links=True),
)
# Where parts were chosen: what the report says in them.
PASSAGES = Column("段落", 100)
LONGEST_CELL = 30_000  # characters; Excel takes 32,767
CUT = "\n……（未完，全文见地址）"
MODES = {"fuzzy": "模糊", "exact": "精确"}
SORTS = {"relevance": "相关度", "newest": "年度新到旧", "oldest": "年度旧到新", "court": "法院"}


def result_list(query: SearchQuery, notices: Sequence[str], absolute: Callable[[str], str]) -> Table:
    """The first MOST reports that answer the question, whatever page was asked for; more are said to be missing.

    `absolute` makes a whole address of a path. Raises IndexAway.
    """
    page = find_first(query, MOST)
    cut = [f"共 {page.count} 篇报告，表格只收前 {MOST} 篇。请缩小范围后分几次取。"] if page.count > MOST else []
    notes = tuple(dict.fromkeys((*cut, *notices, *page.notices)))
    today = localdate()
    about: list[tuple[str, Cell]] = [
        ("来源", ARCHIVE),
        ("取回日期", today),
        ("检索词", query.q or "（无，全部报告）"),
        *((chip.facet, chip.label) for chip in chips(query, facets(page))),
        ("匹配方式", MODES[query.mode]),
        ("同义词", "并查" if query.synonyms else "不用"),
        ("排序", SORTS[query.sort]),
        ("报告篇数", page.count),
        ("检索地址", absolute(f"{reverse('search')}?{query.on_page(1).address()}")),
        *(("说明", note) for note in notes),
    ]
    name = " ".join(filter(None, [ARCHIVE, query.q[:30], *query.parts, f"{today:%Y%m%d}"]))
    columns = (*COLUMNS, PASSAGES) if query.parts else COLUMNS
    return Table(name, columns, rows(page.hits, query.parts, absolute), notes, about)


def rows(hits: Sequence[Hit], parts: Sequence[str], absolute: Callable[[str], str]) -> Iterator[list[Cell]]:
    """A row for each hit that is still public. Two queries for every AT_ONCE of them, with parts four."""
    public = Report.objects.published().select_related("court__region__parent__parent")
    number = 0
    for start in range(0, len(hits), AT_ONCE):
        some = hits[start : start + AT_ONCE]
        reports = public.in_bulk([hit.report_id for hit in some])
        themes = themes_of(reports)
        said = passages_of(reports, parts) if parts else {}
        for hit in some:
            if report := reports.get(hit.report_id):
                number += 1
                last = [said.get(report.pk)] if parts else []
                yield [*row(number, hit, report, themes[report.pk], absolute), *last]


def passages_of(reports: Iterable[int], parts: Sequence[str]) -> dict[int, str]:
    """Report -> its passages of these parts, one after the other."""
    current = ReportText.objects.filter(report__in=list(reports), is_current=True)
    texts = [Text(*row) for row in current.values_list(*Text._fields)]
    rows = rows_of(text.pk for text in texts)
    said = {text.report_id: "\n\n".join(one.words for one in extracts(text, rows[text.pk], parts)) for text in texts}
    return {
        report: words if len(words) <= LONGEST_CELL else words[:LONGEST_CELL] + CUT for report, words in said.items()
    }


def row(number: int, hit: Hit, report: Report, themes: list[str], absolute: Callable[[str], str]) -> list[Cell]:
    """One report in the order of COLUMNS; what is unknown is called so or, where there is nothing to call, left empty."""
    court = report.court
    region = court.region if court else None
    places = {place.level: place.name for place in region.path} if region else {}
    return [
        number,
        str(report),
        court.name if court else "法院不明",
        court.level if court else None,
        *(places.get(level) for level in RegionLevel.values),
        region.code if region else None,
        report.year_id or "年度不明",
        "推断" if report.year_inferred else None,
        report.type,
        "、".join(themes) or None,
        "人工核对" if report.reviewed_at else "机器识别",
        report.scan_mark or None,
        localdate(report.published_at) if report.published_at else None,
        "、".join(hit.lacks) or None,
        absolute(report.get_absolute_url()),
    ]

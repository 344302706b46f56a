"""What a report is: Year 年度, Report 报告, ReportText 文本 and Section 章节."""

from collections.abc import Sequence

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse

from reports.parts import PARTS, parts_of

from .places import Court, Region
from .sources import SourceFile, scan_mark


class ReportType(models.TextChoices):
    ANNUAL_REPORT = "年度报告", "年度报告"
    WORK_SUMMARY = "工作总结", "工作总结"
    WORK_REPORT = "工作报告", "工作报告"
    NEWS = "新闻报道", "新闻报道"
    WHITE_PAPER = "白皮书", "白皮书"
    OTHER = "其他", "其他"


class Status(models.TextChoices):
    DRAFT = "draft", "待审核"
    PUBLISHED = "published", "已公开"
    WITHDRAWN = "withdrawn", "已撤回"


class Year(models.Model):
    """年度: the year that a report is about, not the year in which it was printed."""

    year = models.PositiveSmallIntegerField("年度", primary_key=True)

    class Meta:
        verbose_name = verbose_name_plural = "年度"
        ordering = ["-year"]
        constraints = [models.CheckConstraint(condition=Q(year__gte=1949, year__lte=2100), name="year_in_range")]

    def __str__(self) -> str:
        return str(self.year)

    def get_absolute_url(self) -> str:
        return reverse("year_detail", args=[self.year])


def name_of(title: str, court: object) -> str:
    """What a report is called; either may be unknown."""
    return title or f"{court or '法院不明'}（原文无题）"


class ReportQuerySet(models.QuerySet["Report"]):
    def published(self) -> "ReportQuerySet":
        """The only public window: what any page, API, export or index may show."""
        return self.filter(status=Status.PUBLISHED, is_current=True)

    def waiting_for_review(self) -> "ReportQuerySet":
        return self.filter(status=Status.DRAFT, is_current=True)

    def locked(self) -> "ReportQuerySet":
        """The rows as they are now, and nobody else's until this transaction ends.

        In the order of their ids, so that no two wait for each other: whoever changes several locks all of them at once,
        and an original before its reports. Without their keys: rows that point to them may be written meanwhile.
        """
        return self.select_for_update(no_key=True).order_by("pk")

    def hold(self) -> dict[int, "Report"]:
        """Lock all that are found, by their ids, also where others may be found once the locks are there.

        Whoever had them before may have changed what the query asks for. Then all are let go and locked anew, in their
        order: to lock those that came, one by one, would be to wait for somebody who waits.
        """
        while True:
            before = transaction.savepoint()
            held = {report.pk: report for report in self.locked()}
            if held.keys() >= set(self.values_list("pk", flat=True)):
                transaction.savepoint_commit(before)
                return held
            transaction.savepoint_rollback(before)

    def with_places(self) -> "ReportQuerySet":
        """With the court, its region and everything above, in the same query; the original without its pages' words."""
        return self.select_related("court__region__parent__parent", "year", "source").defer("source__pages")

    def in_region(self, code: str) -> "ReportQuerySet":
        """Reports of the region's courts and of those of everything below it."""
        return self.filter(court__in=Court.objects.filter(region__in=Region.objects.within(code)))


class Report(models.Model):
    """报告: one court's report for one year, made from (part of) one source file.

    Court, year, type and title are what the claims resolve to at present; null or "" is unknown.
    """

    source = models.ForeignKey(SourceFile, models.PROTECT, related_name="reports", verbose_name="原件")
    article_number = models.PositiveSmallIntegerField("第几篇", default=1)
    is_current = models.BooleanField("现行", default=True)
    title = models.CharField("标题", max_length=300, blank=True)
    court = models.ForeignKey(Court, models.PROTECT, null=True, blank=True, related_name="reports", verbose_name="法院")
    court_as_printed = models.CharField("原文所写法院", max_length=80, blank=True)
    year = models.ForeignKey(Year, models.PROTECT, null=True, blank=True, related_name="reports", verbose_name="年度")
    year_inferred = models.BooleanField("年度系推断", default=False)
    type = models.CharField("类型", max_length=4, choices=ReportType, default=ReportType.OTHER)
    themes = models.ManyToManyField(
        "reports.Theme", through="reports.ReportTheme", related_name="reports", verbose_name="主题"
    )
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    withdrawn_reason = models.CharField("撤回原因", max_length=300, blank=True)
    scan_sure = models.FloatField(
        "识别扫描件的把握", null=True, blank=True, help_text="文字识别自扫描件的，平均把握；空为不是。"
    )
    replaced_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaced", verbose_name="替换它的报告"
    )
    notices = models.JSONField("提示", default=list, blank=True, help_text="切分时注意到、需要人看一眼的地方。")
    created_at = models.DateTimeField("入库时间", auto_now_add=True)
    published_at = models.DateTimeField("公开时间", null=True, blank=True)
    reviewed_at = models.DateTimeField("人工核对时间", null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "报告"
        permissions = [("review_report", "审核报告"), ("publish_report", "公开和撤回报告")]
        ordering = ["-published_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "article_number"], condition=Q(is_current=True), name="report_one_current_per_article"
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.WITHDRAWN) | ~Q(withdrawn_reason=""), name="report_withdrawn_has_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED) | Q(published_at__isnull=False),
                name="report_published_has_a_date",
            ),
            models.CheckConstraint(condition=Q(article_number__gte=1), name="report_article_number_from_one"),
            models.CheckConstraint(
                condition=~Q(year_inferred=True) | Q(year__isnull=False), name="report_inferred_year_is_a_year"
            ),
            models.CheckConstraint(
                condition=Q(scan_sure=None) | Q(scan_sure__gte=0, scan_sure__lte=1), name="report_scan_sure_from_0_to_1"
            ),
        ]
        # By date first: were it by status, SQLite would go through all public reports to find twenty by their ids.
        indexes = [models.Index(fields=["-published_at", "status", "is_current"], name="report_public_newest")]

    def __str__(self) -> str:
        return name_of(self.title, self.court)

    def get_absolute_url(self) -> str:
        return reverse("report_detail", args=[self.pk])

    @property
    def original_is_public(self) -> bool:
        """Whether readers may have the original: nothing is in it that is not public itself.

        What was read from it counts though the report has another original now, and what was put aside for another
        report as much as that one.
        """
        hidden = [Status.DRAFT, Status.WITHDRAWN]
        current = Report.objects.filter(is_current=True, status__in=hidden)
        put_aside = Q(suspicions__verdict="discard", suspicions__other__status__in=hidden)
        put_aside |= Q(replaced_by__status__in=hidden)
        return not (
            current.filter(source=self.source_id).exists()
            or current.filter(texts__source=self.source_id).exists()
            or self.source.reports.filter(put_aside, is_current=False).exists()
        )

    @property
    def scan_mark(self) -> str:
        """What stands wherever text of this report is shown: 识别自扫描件 and how surely; "" where nothing was recognised."""
        return scan_mark(self.scan_sure)

    @property
    def text(self) -> "ReportText":
        """The current version of the text."""
        return self.texts.get(is_current=True)

    @property
    def public_texts(self) -> "models.QuerySet[ReportText]":
        """The versions that readers of a published report may open, oldest first."""
        return self.texts.filter(was_public=True)

    @property
    def is_published(self) -> bool:
        return self.status == Status.PUBLISHED and self.is_current


class ReportText(models.Model):
    """文本: one immutable version of a report's text. A correction is a new version, never an edit."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="texts", verbose_name="报告")
    number = models.PositiveSmallIntegerField("版次", default=1)
    source = models.ForeignKey(
        SourceFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="earlier_texts",
        verbose_name="原件",
        help_text="这一版读自的原件；空为报告现在的原件。",
    )
    is_current = models.BooleanField("现行", default=True)
    text = models.TextField(
        "文本", help_text="一行一段；章节、识别结果、摘录与引用都是它里面的 (start, end)，以码点计。"
    )
    was_public = models.BooleanField(
        "曾公开", default=False, help_text="随报告公开过，且没有在撤回后被更正：读者仍可打开这一版。"
    )
    pages = models.JSONField(
        "原件页码", default=list, help_text="[[start, page]]：从 start 起的文字在原件第 page 页，空为不知在哪一页。"
    )
    created_at = models.DateTimeField("形成时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "文本"
        ordering = ["report_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="text_number_once"),
            models.UniqueConstraint(
                fields=["report"], condition=Q(is_current=True), name="text_one_current_per_report"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="text_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} 第{self.number}版"

    def get_absolute_url(self) -> str:
        return reverse("report_version", args=[self.report_id, self.number])

    @property
    def read_from(self) -> SourceFile:
        """The original that `pages` counts in."""
        return self.source or self.report.source

    @property
    def scan_mark(self) -> str:
        """As the report's own, of this version."""
        return scan_mark(self.read_from.scan_sure({page for _, page in self.pages}))

    def spans_on(self, number: int) -> list[tuple[int, int]]:
        """The stretches of the text that stand on this page of the original."""
        ends = [*(start for start, _ in self.pages[1:]), len(self.text)]
        return [(start, end) for (start, page), end in zip(self.pages, ends, strict=True) if page == number]

    @property
    def first_page(self) -> int | None:
        """The page of the original on which the text begins, as far as that is known."""
        return next((page for _, page in self.pages if page is not None), None)

    def page_at(self, position: int) -> int | None:
        """The page of the original on which the character at `position` stands; None where that is unknown."""
        found = None
        for start, page in self.pages:
            if start > position:
                break
            found = page
        return found

    def line_end(self, position: int) -> int:
        """Where the line that holds the character at `position` ends."""
        end = self.text.find("\n", position)
        return len(self.text) if end < 0 else end


class SectionKind(models.TextChoices):
    COURT = "court", "法院名行"
    TITLE = "title", "标题"
    SUBTITLE = "subtitle", "副标题"
    BYLINE = "byline", "署名"
    HEADING = "heading", "小标题"
    PARAGRAPH = "para", "段落"
    CAPTION = "caption", "图片说明"
    NOTE = "note", "附注"


class Section(models.Model):
    """章节/段落: a place in the text. Every line of the text is one row; a run-in heading is one more.

    For a heading, (start, end) is its whole section: from the heading to where the next of the same or a
    higher level starts, and `heading` holds its words. For every other kind it is the line itself.
    `part` (reports/parts.py) is empty for what stands above the report: court, title, subtitle.
    """

    text = models.ForeignKey(ReportText, models.CASCADE, related_name="sections", verbose_name="文本")
    kind = models.CharField("种类", max_length=8, choices=SectionKind)
    level = models.PositiveSmallIntegerField("层级", null=True, blank=True)
    heading = models.CharField("小标题", max_length=300, blank=True)
    number = models.PositiveIntegerField(
        "段号", null=True, blank=True, help_text="段落在本文中的序号，即 #p12 里的 12。"
    )
    start = models.PositiveIntegerField("起")
    end = models.PositiveIntegerField("止")
    part = models.CharField("部分", max_length=8, blank=True, default="", choices=[(part, part) for part in PARTS])

    class Meta:
        verbose_name = verbose_name_plural = "章节"
        ordering = ["text_id", "start", "level", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="section_end_after_start"),
            models.CheckConstraint(
                condition=Q(kind="heading", level__isnull=False, level__gte=1, level__lte=3) & ~Q(heading="")
                | ~Q(kind="heading") & Q(level=None),
                name="section_headings_have_level_and_words",
            ),
            models.UniqueConstraint(
                fields=["text", "number"], condition=Q(number__isnull=False), name="section_number_once"
            ),
        ]

    def __str__(self) -> str:
        return self.heading or f"{self.get_kind_display()} {self.start}–{self.end}"


def assign_parts(text: str, rows: Sequence[Section]) -> list[Section]:
    """Tells all rows of one text the part that each belongs to; returns, unsaved, those that did not know it."""
    changed = []
    for row, part in zip(rows, parts_of(text, rows), strict=True):
        if row.part != (part or ""):
            row.part = part or ""
            changed.append(row)
    return changed

"""Claim 识别结果: what was read, where, how sure, accepted or rejected by whom. Event: who did what, when, why."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .places import Court
from .reports import Report, ReportText
from .sources import SourceFile


class Field(models.TextChoices):
    """What a claim is about. `court` and `year` carry alternatives as claims of their own, less sure."""

    TITLE = "title", "标题"
    COURT = "court", "法院"
    YEAR = "year", "年度"
    TYPE = "type", "类型"
    THEME = "theme", "主题"


class Basis(models.TextChoices):
    STATED = "stated", "原文写明"
    INFERRED = "inferred", "推断"


class Decision(models.TextChoices):
    OPEN = "open", "机器识别"
    ACCEPTED = "accepted", "已采用"
    REJECTED = "rejected", "已否定"


class Origin(models.TextChoices):
    """Who says so. A later one outweighs every earlier one."""

    MACHINE = "machine", "机器识别"
    TABLE = "table", "随件说明"
    PERSON = "person", "人工填写"


class ClaimQuerySet(models.QuerySet["Claim"]):
    def standing(self) -> "ClaimQuerySet":
        """What may be shown: neither rejected nor a mere suggestion to reviewers."""
        return self.filter(suggestion=False).exclude(decision=Decision.REJECTED)


class Claim(models.Model):
    """识别结果: one reading of one field. A decision marks it and keeps it for ever; a person's own value is a claim too.

    `value` is text: a court's id, a year, a type, a theme's name, a title; "" says 未写明 ("not stated").
    For a theme `detail` is its strength (topic, touched, plan, mention) and `places` all its evidence, [[start, end], …];
    quote, start and end are then the first place.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="claims", verbose_name="报告")
    text = models.ForeignKey(ReportText, models.CASCADE, related_name="claims", verbose_name="文本")
    field = models.CharField("项目", max_length=10, choices=Field)
    value = models.CharField("值", max_length=300, blank=True)
    detail = models.CharField("细目", max_length=20, blank=True)
    quote = models.TextField("原文", blank=True)
    start = models.PositiveIntegerField("起", null=True, blank=True)
    end = models.PositiveIntegerField("止", null=True, blank=True)
    places = models.JSONField("各处依据", default=list, blank=True)
    sure = models.FloatField("把握")
    basis = models.CharField("依据", max_length=10, choices=Basis, default=Basis.STATED)
    suggestion = models.BooleanField("仅供审核参考", default=False, help_text="任何公开页面都不显示。")
    origin = models.CharField("来源", max_length=10, choices=Origin, default=Origin.MACHINE)
    decision = models.CharField("结论", max_length=10, choices=Decision, default=Decision.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="核对人"
    )
    decided_at = models.DateTimeField("核对时间", null=True, blank=True)
    created_at = models.DateTimeField("识别时间", auto_now_add=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "识别结果"
        ordering = ["report_id", "field", "-sure", "start", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(start=None, end=None) | Q(start__isnull=False, end__isnull=False, end__gt=F("start")),
                name="claim_end_after_start",
            ),
            models.CheckConstraint(condition=Q(sure__gte=0, sure__lte=1), name="claim_sure_from_0_to_1"),
            models.CheckConstraint(
                condition=~Q(suggestion=True) | ~Q(decision=Decision.ACCEPTED),
                name="claim_suggestion_is_never_accepted_itself",
            ),
            models.CheckConstraint(
                condition=Q(decision=Decision.OPEN, decided_at=None)
                | ~Q(decision=Decision.OPEN) & Q(decided_at__isnull=False),
                name="claim_decided_has_a_date",
            ),
        ]
        indexes = [models.Index(fields=["report", "field"], name="claim_report_field")]

    def __str__(self) -> str:
        return f"{self.get_field_display()}：{self.value or '未写明'}"

    @property
    def stands(self) -> bool:
        """As `standing()` says."""
        return not self.suggestion and self.decision != Decision.REJECTED

    @property
    def weight(self) -> tuple[int, bool, int, float, int]:
        """Of several standing claims about one field, the heaviest is shown."""
        newest = self.pk if self.origin == Origin.PERSON else 0
        accepted = self.decision == Decision.ACCEPTED
        return Origin.values.index(self.origin), accepted, newest, self.sure, -(self.start or 0)


class Event(models.Model):
    """Who did what, when, why. Written by the verbs, never changed."""

    verb = models.CharField("做了什么", max_length=30)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="经办人"
    )
    at = models.DateTimeField("时间", auto_now_add=True)
    why = models.CharField("原因", max_length=300, blank=True)
    detail = models.JSONField("细节", default=dict, blank=True)
    report = models.ForeignKey(
        Report, models.SET_NULL, null=True, blank=True, related_name="events", verbose_name="报告"
    )
    source = models.ForeignKey(
        SourceFile, models.SET_NULL, null=True, blank=True, related_name="events", verbose_name="原件"
    )
    court = models.ForeignKey(Court, models.SET_NULL, null=True, blank=True, related_name="events", verbose_name="法院")

    class Meta:
        verbose_name = verbose_name_plural = "经办记录"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"

    @property
    def by_whom(self) -> str:
        """For staff only: no public page names one."""
        return self.actor.last_name or self.actor.get_username() if self.actor else "系统"

    @property
    def details(self) -> list[tuple[str, str]]:
        """`detail` in words: a pair of strings is what was and what is."""
        return [(label, in_words(value)) for label, value in self.detail.items()]


def in_words(value: Any) -> str:
    match value:
        case [str(before), str(after)]:
            return f"{before or '空'} → {after or '空'}"
        case [*several]:
            return "、".join(map(str, several))
    return str(value)

"""Step 步骤: one change of texts that can be taken back. Change 改动: what it did to one of the reports it concerned."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from .reports import Report, ReportText
from .sources import SourceFile


class StepQuerySet(models.QuerySet["Step"]):
    def standing(self) -> "StepQuerySet":
        """Neither taken back nor itself the taking back of another."""
        return self.filter(undoes=None, undone_by=None)


class Step(models.Model):
    """步骤: one change of the texts of one report, or of several of the same original. Taking one back is a step too."""

    source = models.ForeignKey(SourceFile, models.CASCADE, related_name="steps", verbose_name="原件")
    verb = models.CharField("做了什么", max_length=30)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="经办人"
    )
    at = models.DateTimeField("时间", auto_now_add=True)
    undoes = models.OneToOneField(
        "self", models.CASCADE, null=True, blank=True, related_name="undone_by", verbose_name="撤销的步骤"
    )

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "步骤"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.verb

    @property
    def by_whom(self) -> str:
        """For staff only: no public page names one."""
        return self.actor.last_name or self.actor.get_username() if self.actor else "系统"


class Change(models.Model):
    """改动: one report's text before a step and after it.

    Without `before` the step made the report (or brought it back), without `after` it put it aside. `runs` are
    [text, old start, new start, length]: which characters of which text before the step stand where in `after`.
    `claims` are [claim, start, end, places], as they lay in `before`: those that a person or a table had said or decided;
    `figures`, likewise, [indicator, start, end, at, until].
    """

    step = models.ForeignKey(Step, models.CASCADE, related_name="changes", verbose_name="步骤")
    report = models.ForeignKey(Report, models.CASCADE, related_name="changes", verbose_name="报告")
    before = models.ForeignKey(ReportText, models.CASCADE, null=True, related_name="+", verbose_name="之前的文本")
    after = models.ForeignKey(ReportText, models.CASCADE, null=True, related_name="+", verbose_name="之后的文本")
    runs: Any = models.JSONField("文字的去处", default=list)
    claims: Any = models.JSONField("之前的识别结果", default=list)
    figures: Any = models.JSONField("之前的指标数据", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "改动"
        ordering = ["step_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["step", "report"], name="change_report_once"),
            models.CheckConstraint(
                condition=Q(before__isnull=False) | Q(after__isnull=False), name="change_has_before_or_after"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step}：{self.report}"

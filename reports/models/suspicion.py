"""Suspicion 疑似重复: two reports that may be one, and what a person decided. Fingerprint: by what such pairs are found."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .reports import Report, ReportText, Status


class Fingerprint(models.Model):
    """One of the numbers that a current text shares with texts like it; see reports/likeness.py."""

    text = models.ForeignKey(ReportText, models.CASCADE, related_name="fingerprints", verbose_name="文本")
    value = models.BigIntegerField("指纹", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "文本指纹"

    def __str__(self) -> str:
        return f"{self.text_id} {self.value:x}"


class SuspicionKind(models.TextChoices):
    """Why two reports may be one; the first that holds."""

    SAME_TEXT = "same_text", "文字相同"
    NEAR = "near", "文字几乎相同"
    SAME_YEAR = "same_year", "法院、年度、类型相同"


class Verdict(models.TextChoices):
    """What a person makes of it."""

    NEW_VERSION = "version", "作为新版本"
    REPLACES = "replaces", "替换"
    BOTH = "both", "两篇都留"
    DISCARD = "discard", "舍弃"


class SuspicionQuerySet(models.QuerySet["Suspicion"]):
    def open(self) -> "SuspicionQuerySet":
        """Undecided, and both reports still count: neither replaced nor discarded, the other not withdrawn."""
        standing = self.filter(verdict="", report__is_current=True, other__is_current=True)
        return standing.exclude(other__status=Status.WITHDRAWN)


class Suspicion(models.Model):
    """疑似重复: `report`, which is to wait, may be the same as `other`, which was there before it or is public.

    While it is open, `report` cannot be published. A pair of reports has one row at most, whichever of them waits.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="suspicions", verbose_name="报告")
    other = models.ForeignKey(Report, models.CASCADE, related_name="suspected_by", verbose_name="另一篇")
    kind = models.CharField("缘由", max_length=10, choices=SuspicionKind)
    likeness = models.FloatField("相同部分", help_text="两篇文字相同的比例，0 到 1。")
    verdict = models.CharField("结论", max_length=10, choices=Verdict, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="核对人"
    )
    decided_at = models.DateTimeField("核对时间", null=True, blank=True)
    found_at = models.DateTimeField("发现时间", auto_now_add=True)

    objects = SuspicionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "疑似重复"
        ordering = ["report_id", "-likeness", "other_id"]
        constraints = [
            models.UniqueConstraint(fields=["report", "other"], name="suspicion_once"),
            models.CheckConstraint(condition=~Q(report=F("other")), name="suspicion_of_another"),
            models.CheckConstraint(
                condition=Q(likeness__gte=0, likeness__lte=1), name="suspicion_likeness_from_0_to_1"
            ),
            models.CheckConstraint(
                condition=Q(verdict="", decided_at=None) | ~Q(verdict="") & Q(decided_at__isnull=False),
                name="suspicion_decided_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} 与 {self.other_id} {self.get_kind_display()}"

    @property
    def percent(self) -> int:
        """Likeness in whole per cent; 100 only for the same text."""
        return 100 if self.kind == SuspicionKind.SAME_TEXT else min(99, round(self.likeness * 100))

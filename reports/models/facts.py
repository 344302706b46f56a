"""What is known about a report: its themes."""

from django.db import models
from django.urls import reverse


class Theme(models.Model):
    """主题: 府院联动, 诉源治理 …, with the expressions that signal it."""

    name = models.CharField("名称", max_length=40, unique=True)
    definition = models.TextField("定义")
    expressions = models.TextField("表达式", help_text="提示这一主题的说法，正则表达式，以 | 分隔。")
    core = models.BooleanField("核心主题", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "主题"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("theme_detail", args=[self.name])


class ReportTheme(models.Model):
    """A theme that a report is shown under: what the claims resolve to. Plans and mentions stay claims."""

    class Strength(models.TextChoices):
        TOPIC = "topic", "专门论述"
        TOUCHED = "touched", "有所涉及"

    report = models.ForeignKey("reports.Report", models.CASCADE, verbose_name="报告")
    theme = models.ForeignKey(Theme, models.CASCADE, verbose_name="主题")
    strength = models.CharField("强度", max_length=8, choices=Strength, default=Strength.TOUCHED)

    class Meta:
        verbose_name = verbose_name_plural = "报告主题"
        ordering = ["report_id", "strength", "theme_id"]
        constraints = [models.UniqueConstraint(fields=["report", "theme"], name="report_theme_once")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.theme}"

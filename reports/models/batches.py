"""Batch 批次: what one person handed over at one time, file by file, and what became of each."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from .sources import SourceFile


class Batch(models.Model):
    """批次: one upload of one or many files."""

    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "批次"
        ordering = ["-uploaded_at", "-id"]

    def __str__(self) -> str:
        return f"批次 {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("staff:batch", args=[self.pk])


class BatchFile(models.Model):
    """批次中的文件: one file as it was handed over, or one that a ZIP among them held.

    `source` is missing where the file could not be kept; `reason` then says why. The files of a ZIP follow it: they
    share its `position` and count `member` from 1, which is 0 for whatever was handed over itself.
    """

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="files", verbose_name="批次")
    position = models.PositiveIntegerField("次序")
    member = models.PositiveIntegerField("在压缩包中的次序", default=0)
    name = models.CharField("文件名", max_length=255)
    source = models.ForeignKey(
        SourceFile, models.PROTECT, null=True, blank=True, related_name="handed_over", verbose_name="原件"
    )
    known = models.BooleanField("库中已有", default=False, help_text="上传时库中已有完全相同的文件。")
    reason = models.TextField("原因", blank=True, help_text="没有存下来的原因，和应当怎样处理。")
    said = models.JSONField(
        "随附的说明", default=dict, blank=True, help_text="上传人的表格怎么说：{court: 法院编号, year, type, title}。"
    )
    notices = models.JSONField("提示", default=list, blank=True, help_text="随件表格对上了哪些文件，哪些地方没有采用。")

    class Meta:
        verbose_name = verbose_name_plural = "批次中的文件"
        ordering = ["batch", "position", "member"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "position", "member"], name="batchfile_one_at_each_place"),
            models.CheckConstraint(
                condition=models.Q(source__isnull=False) | ~models.Q(reason=""), name="batchfile_kept_or_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name

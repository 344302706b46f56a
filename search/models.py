"""IndexTask: what the index still has to learn."""

from django.db import models
from django.db.models.functions import Now


class IndexTask(models.Model):
    """A report that has changed since the index last looked. Rows are written by the database itself (search/outbox.py).

    No foreign key: a deleted report is a change too.
    """

    report_id = models.BigIntegerField("报告编号")
    created_at = models.DateTimeField("形成时间", db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = "待更新索引"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"报告 {self.report_id}"

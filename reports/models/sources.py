"""SourceFile 原件: the uploaded bytes, never changed, and how their text was obtained, or why not."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q


class SourceState(models.TextChoices):
    WAITING = "waiting", "待识别"
    READING = "reading", "正在识别"
    READ = "read", "已识别"
    UNPACKED = "unpacked", "已拆开"  # a ZIP: its files are originals of their own
    TABLE = "table", "随件表格"  # says what the files are that it came with
    FAILED = "failed", "未能识别"
    CANCELLED = "cancelled", "已取消"


# The folder under originals/ in which bytes lie until all of them are there.
UNFINISHED = "unfinished"


def place_of(sha256: str) -> str:
    """Where the bytes rest under originals/: by checksum, so that no uploaded name ever becomes a path."""
    return f"{sha256[:2]}/{sha256}"


def stored_at(source: "SourceFile", _name: str) -> str:
    return place_of(source.sha256)


FROM_SCAN = "识别自扫描件"


def scan_mark(sure: float | None) -> str:
    """识别自扫描件，把握 97%: rounded down, for 100 % would promise that nothing is wrong. "" where `sure` is None."""
    if sure is None:
        return ""
    return f"{FROM_SCAN}，把握 {int(100 * sure)}%" if sure else f"{FROM_SCAN}，把握不明"


class SourceFileQuerySet(models.QuerySet["SourceFile"]):
    def locked(self) -> "SourceFileQuerySet":
        """As Report.objects.locked(): all at once, in order, and before the reports that were read from them."""
        return self.select_for_update(no_key=True).order_by("pk")


# Of these kinds the text is read from what the file says; on which pages it stands only a print tells.
TO_BE_PRINTED = Q(kind__in=("docx", "html"), state=SourceState.READ, printed_at=None)


class SourceFile(models.Model):
    """原件: one uploaded file."""

    sha256 = models.CharField("校验和", max_length=64, unique=True)
    name = models.CharField("文件名", max_length=255)
    size = models.PositiveBigIntegerField("字节数")
    file = models.FileField("文件", upload_to=stored_at, max_length=100)
    kind = models.CharField("格式", max_length=10, blank=True)
    state = models.CharField("状态", max_length=10, choices=SourceState, default=SourceState.WAITING)
    reason = models.TextField("原因", blank=True, help_text="未能识别的原因，和应当怎样处理。")
    pages_done = models.PositiveIntegerField(
        "已识别页数", null=True, blank=True, help_text="正在识别时，已经识别了几页。"
    )
    pages_due = models.PositiveIntegerField("应识别页数", null=True, blank=True)
    encoding = models.CharField("编码", max_length=20, blank=True)
    pages = models.JSONField(
        "各页文字", default=list, blank=True, help_text="[{number, text, sure, turned, boxes}]，清理之前的样子。"
    )
    notices = models.JSONField("提示", default=list, blank=True, help_text="读取时注意到、需要人看一眼的地方。")
    printed_at = models.DateTimeField(
        "排印时间",
        null=True,
        blank=True,
        help_text="DOCX 和网页没有固定的页，由 LibreOffice 排印出来才知道；空为还没有。",
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = SourceFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "原件"
        ordering = ["-uploaded_at", "-id"]
        # Asked for again and again, and nearly always empty.
        indexes = [models.Index(fields=["id"], condition=TO_BE_PRINTED, name="source_to_be_printed")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=SourceState.FAILED) | ~Q(reason=""), name="source_failed_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def page_count(self) -> int:
        return len(self.pages)

    def page(self, number: int) -> dict[str, Any] | None:
        """One page as it was read. Beside `number` and `text`, where they say something:

        `sure` (0…1, 0 where nobody knows) of a page whose text was recognised from a picture; `turned`, how far (degrees,
        clockwise) it was turned to stand upright; `boxes`, for each line of the text (parted at \\n) its place on the
        page in ten-thousandths, [left, top, right, bottom], or null.
        """
        return next((page for page in self.pages if page["number"] == number), None)

    @property
    def scans(self) -> frozenset[int]:
        """The pages whose text was recognised from a picture."""
        return frozenset(page["number"] for page in self.pages if page.get("sure") is not None)

    def scan_sure(self, numbers: Collection[int]) -> float | None:
        """How certain character recognition was, on average, of those of these pages that are scans; None if none is, 0 if
        of one of them nobody knows."""
        sures = [page["sure"] for page in self.pages if page["number"] in numbers and page.get("sure") is not None]
        if not sures:
            return None
        return round(sum(sures) / len(sures), 3) if all(sures) else 0.0

"""What is known about a report: its themes, its figures, and whether they agree with each other."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from .reports import Report, ReportText
from .review import Decision, Origin


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
        indexes = [models.Index(fields=["report", "strength", "theme"], name="report_theme_as_shown")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.theme}"


class IndicatorKind(models.Model):
    """指标: what a figure measures, and by which wordings it is known."""

    class Better(models.TextChoices):
        HIGHER = "higher", "越高越好"
        LOWER = "lower", "越低越好"

    name = models.CharField("名称", max_length=40, unique=True)
    definition = models.TextField("口径", blank=True)
    expressions = models.TextField("表达式", help_text="数据所数事物的说法，正则表达式，以 | 分隔。")
    context = models.TextField("前文", blank=True, help_text="同一句里、数据之前必须有的说法，正则表达式；一般留空。")
    units = models.CharField("单位", max_length=100, help_text="可以互换的单位，用分号隔开，常用的在前：份;件;条。")
    better = models.CharField("优劣", max_length=6, choices=Better, blank=True, help_text="留空：无所谓高低。")
    numerator = models.ManyToManyField("self", symmetrical=False, related_name="+", blank=True, verbose_name="分子")
    denominator = models.ManyToManyField("self", symmetrical=False, related_name="+", blank=True, verbose_name="分母")

    class Meta:
        verbose_name = verbose_name_plural = "指标"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def unit_family(self) -> tuple[str, ...]:
        """The units that count the same of it, the usual one first."""
        return tuple(filter(None, self.units.split(";")))


class Scope(models.TextChoices):
    """Whose result a figure is, or that it is none."""

    RESULT = "result", "本年"
    PERIOD = "period", "一段时期"
    TARGET = "target", "目标"
    PLAN = "plan", "计划"
    PREVIOUS = "previous", "往年"
    OTHER = "other", "其他单位"


# From here on an undecided figure counts as data. DECISIONS.md says what was measured.
SURE_ENOUGH = 0.9


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def standing(self) -> "IndicatorQuerySet":
        """All that nobody has rejected, in the current texts."""
        return self.filter(text__is_current=True).exclude(decision=Decision.REJECTED)

    def data(self) -> "IndicatorQuerySet":
        """What counts: confirmed by a person, or read so surely that one would bet on it. The rest are candidates.

        Of all reports, drafts too: public pages ask for those of `Report.objects.published()`.
        """
        return self.standing().filter(Q(decision=Decision.ACCEPTED) | Q(sure__gte=SURE_ENOUGH))


class Indicator(models.Model):
    """指标数据: one figure of one report, with the sentence that says it.

    `value` has 万 and 亿 multiplied out; `exponent` is the place of its last printed digit as a power of ten (83.20: -2,
    25.4万: 3). (start, end) is the sentence, (at, until) the figure's own words in it. Of a change `change` is its word
    and `reference` what it is measured against; both are empty for a level. A correction is a row of its own, by a
    person, and rejects the one that it corrects. A figure whose words a later text no longer has stays with the last
    text that has them.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="indicators", verbose_name="报告")
    text = models.ForeignKey(ReportText, models.CASCADE, related_name="indicators", verbose_name="文本")
    kind = models.ForeignKey(
        IndicatorKind, models.SET_NULL, null=True, blank=True, related_name="indicators", verbose_name="指标"
    )
    label = models.CharField("所指", max_length=120, blank=True)
    value = models.DecimalField("数值", max_digits=36, decimal_places=6)
    exponent = models.SmallIntegerField("末位", default=0, help_text="原文末位数字是 10 的几次方：83.20 是 -2。")
    unit = models.CharField("单位", max_length=10, blank=True)
    exactness = models.CharField("约数", max_length=20, blank=True, help_text="余、近、约、以上……；空为确数。")
    change = models.CharField("增减", max_length=10, blank=True)
    reference = models.CharField("参照", max_length=40, blank=True)
    scope = models.CharField("范围", max_length=8, choices=Scope, default=Scope.RESULT)
    start = models.PositiveIntegerField("句起")
    end = models.PositiveIntegerField("句止")
    at = models.PositiveIntegerField("起")
    until = models.PositiveIntegerField("止")
    sure = models.FloatField("把握")
    origin = models.CharField("来源", max_length=10, choices=Origin, default=Origin.MACHINE)
    decision = models.CharField("结论", max_length=10, choices=Decision, default=Decision.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="核对人"
    )
    decided_at = models.DateTimeField("核对时间", null=True, blank=True)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "指标数据"
        ordering = ["text_id", "at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(start__lte=F("at"), at__lt=F("until"), until__lte=F("end")),
                name="indicator_stands_in_its_sentence",
            ),
            models.CheckConstraint(condition=Q(sure__gte=0, sure__lte=1), name="indicator_sure_from_0_to_1"),
            models.CheckConstraint(
                condition=Q(decision=Decision.OPEN, decided_at=None)
                | ~Q(decision=Decision.OPEN) & Q(decided_at__isnull=False),
                name="indicator_decided_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.amount}"

    @property
    def is_data(self) -> bool:
        """As `data()` says, of a figure in the current text."""
        return self.decision == Decision.ACCEPTED or (self.decision == Decision.OPEN and self.sure >= SURE_ENOUGH)

    @property
    def sentence(self) -> tuple[int, int]:
        return self.start, self.end

    @property
    def words(self) -> tuple[int, int]:
        return self.at, self.until

    @property
    def amount(self) -> str:
        """Value and unit, with as many digits as are printed: 83.20%, 2,807件, 25.4万件, 近200余件."""
        return "".join(self.number_and_unit)

    @property
    def digits(self) -> str:
        """The number alone, as a person would type it: 83.20, 2,807, 25.4万."""
        return in_digits(self.value, self.exponent)

    @property
    def number_and_unit(self) -> tuple[str, str]:
        words = self.exactness.split("…")
        before = "".join(word for word in words if word not in (*MORE, *AFTER))
        more, after = ("".join(word for word in words if word in behind) for behind in (MORE, AFTER))
        return f"{before}{self.digits}{more}", f"{self.unit}{after}"

    def printed_in(self, text: str) -> tuple[str, str]:
        """Number and unit as they are printed in the text: (2000余万, 元); what a person has put in their place as they say."""
        words = text[self.at : self.until]
        if self.origin == Origin.PERSON or not words.endswith(self.unit) or (words.isascii() and not self.unit):
            return self.number_and_unit
        return words.removesuffix(self.unit), self.unit


# Words of exactness behind a number, and behind its unit.
MORE, AFTER = ("余", "多", "来"), ("以上", "左右", "以下", "以内", "上下")


def in_digits(value: Decimal, exponent: int) -> str:
    """The number to the digit that 10 to the `exponent` stands at; 万 and 亿 where its last digit is no one."""
    for power, word in ((8, "亿"), (4, "万")):
        if exponent > 0 and value >= 10**power and exponent >= power - 4:
            return f"{round(value.scaleb(-power), max(0, power - exponent)):,f}{word}"
    return f"{round(value, max(0, -exponent)):,f}"


class CheckQuerySet(models.QuerySet["Check"]):
    def standing(self) -> "CheckQuerySet":
        """Those in the current texts all of whose figures stand, with these figures. Two queries."""
        # Asked check by check: the list of all fallen checks of the archive is long.
        rejected = Q(indicator__decision=Decision.REJECTED) | Q(others__decision=Decision.REJECTED)
        fallen = Check.objects.filter(rejected, pk=OuterRef("pk"))
        standing = self.filter(~Exists(fallen), text__is_current=True)
        return standing.select_related("indicator").prefetch_related("others")


class Check(models.Model):
    """核对: figures of a report that should agree, and whether they do. A verdict asks a person to look, no more."""

    class Kind(models.TextChoices):
        RATIO = "ratio", "比率"
        SUM = "sum", "合计"
        CHANGE = "change", "增减"
        REPEAT = "repeat", "前后"
        IMPOSSIBLE = "impossible", "可能"

    class Verdict(models.TextChoices):
        HOLDS = "holds", "相符"
        ROUNDING = "rounding", "尾数不同"
        FAILS = "fails", "请核对"
        UNKNOWN = "unknown", "不能核算"

    report = models.ForeignKey(Report, models.CASCADE, related_name="checks", verbose_name="报告")
    text = models.ForeignKey(ReportText, models.CASCADE, related_name="checks", verbose_name="文本")
    kind = models.CharField("种类", max_length=10, choices=Kind)
    verdict = models.CharField("结论", max_length=8, choices=Verdict)
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="checks", verbose_name="所述数据")
    others = models.ManyToManyField(Indicator, related_name="checks_of_others", verbose_name="与之核对的数据")
    stated = models.DecimalField("原文", max_digits=36, decimal_places=6)
    computed = models.DecimalField("算得", max_digits=36, decimal_places=6, null=True, blank=True)
    arithmetic = models.TextField("算式")
    start = models.PositiveIntegerField("起")
    end = models.PositiveIntegerField("止")

    objects = CheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "数据核对"
        ordering = ["text_id", "start", "id"]
        constraints = [models.CheckConstraint(condition=Q(end__gt=F("start")), name="check_end_after_start")]

    def __str__(self) -> str:
        return (
            self.arithmetic
            if self.verdict == self.Verdict.HOLDS
            else f"{self.arithmetic}，原文 {self.indicator.amount}"
        )

    @property
    def figures(self) -> list[Indicator]:
        """All that it is about, what is stated first."""
        return [self.indicator, *self.others.all()]


class Recognition(models.Model):
    """With what a report was last read: a digest of the recognisers and of all that they knew; "" where that failed.

    A report without one is due to be read again, in the background. A table of its own, for reading 35,000 reports again
    must not make the index learn them all.
    """

    report = models.OneToOneField(
        "reports.Report", models.CASCADE, primary_key=True, related_name="recognition", verbose_name="报告"
    )
    version = models.CharField("识别依据", max_length=16, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "最近一次识别"

    def __str__(self) -> str:
        return f"{self.report_id} {self.version}"

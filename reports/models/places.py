"""Where a report comes from: Region 行政区划 (a tree), its history, and Court 法院."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

# Courts in seeds/courts.csv carry fixed ids below this; courts that a person adds start here, so that
# a later, longer seed list never meets them.
FIRST_ADDED_COURT_ID = 1_000_000


class RegionLevel(models.TextChoices):
    PROVINCE = "province", "省级"
    PREFECTURE = "prefecture", "地级"
    COUNTY = "county", "县级"


class RegionQuerySet(models.QuerySet["Region"]):
    def within(self, code: str) -> "RegionQuerySet":
        """The region and everything below it. Levels that do not exist are skipped, so the tree decides, not the digits."""
        return self.filter(Q(code=code) | Q(parent_id=code) | Q(parent__parent_id=code))

    def present(self, codes: Iterable[str]) -> dict[str, "Region"]:
        """Code asked -> the region that has it, or that an abolished or renumbered one became, however many steps away.

        Codes that lead to no region are left out. One query, and two for each step, however many codes.
        """
        present: dict[str, Region] = {}
        trails = {code: [code] for code in codes}
        while trails:
            regions = self.in_bulk({trail[-1] for trail in trails.values()})
            present |= {code: regions[trail[-1]] for code, trail in trails.items() if trail[-1] in regions}
            lost = {code: trail for code, trail in trails.items() if code not in present}
            if not lost:
                break
            steps = RegionChange.objects.filter(old_code__in={trail[-1] for trail in lost.values()}, new_code__gt="")
            # Of several steps from one code the latest counts; a step back to where one has been leads nowhere.
            became = dict(steps.order_by("year", "-pk").values_list("old_code", "new_code"))
            trails = {
                code: [*trail, became[trail[-1]]]
                for code, trail in lost.items()
                if became.get(trail[-1], code) not in trail
            }
        return present


class Region(models.Model):
    """行政区划: one province, prefecture or county of GB/T 2260."""

    code = models.CharField("代码", max_length=6, primary_key=True)
    name = models.CharField("名称", max_length=60)
    level = models.CharField("级别", max_length=10, choices=RegionLevel)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    short_name = models.CharField("简称", max_length=60)
    aliases = models.JSONField("别名", default=list, blank=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=models.F("code")), name="region_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(level=RegionLevel.PROVINCE, parent=None)
                | ~Q(level=RegionLevel.PROVINCE) & Q(parent__isnull=False),
                name="region_only_provinces_have_no_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("region_detail", args=[self.code])

    def clean(self) -> None:
        """A region stands under one of a higher level: so there is no circle, and no more steps than levels."""
        levels = RegionLevel.values
        if self.level not in levels:
            return
        higher, own = levels[: levels.index(self.level)], RegionLevel(self.level).label
        if self.parent is None and higher:
            raise ValidationError({"parent": f"{own}区划要有上级。"})
        if self.parent is not None and self.parent.level not in higher:
            raise ValidationError(
                {"parent": f"{own}区划不能放在{self.parent.get_level_display()}的“{self.parent}”之下。"}
            )
        if Region.objects.filter(parent_id=self.code, level__in=[*higher, self.level]).exists():
            raise ValidationError({"level": "它的下级里有同级或更高的区划，请先改动那些下级。"})

    @property
    def path(self) -> list["Region"]:
        """From the province down to this region, at most as many steps as there are levels."""
        above: list[Region] = []
        here: Region | None = self
        while here is not None and len(above) < len(RegionLevel):
            above.append(here)
            here = here.parent
        return above[::-1]

    @property
    def short_path(self) -> str:
        """吉林 松原: short names down to the prefecture."""
        return " ".join(region.short_name for region in self.path[:2])


class RegionChange(models.Model):
    """One renaming or re-formation: what an old code or name became."""

    year = models.PositiveSmallIntegerField("年")
    change = models.CharField("变更", max_length=20)
    old_code = models.CharField("原代码", max_length=6, blank=True, db_index=True)
    old_name = models.CharField("原名称", max_length=60, blank=True)
    old_path = models.CharField("原隶属", max_length=120, blank=True)
    new_code = models.CharField("新代码", max_length=6, blank=True)
    new_name = models.CharField("新名称", max_length=60, blank=True)
    new_path = models.CharField("新隶属", max_length=120, blank=True)
    document = models.CharField("文号", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "区划沿革"
        ordering = ["-year", "old_code"]

    def __str__(self) -> str:
        return f"{self.year}年 {self.old_name or '—'} {self.change} {self.new_name or '—'}"


class CourtLevel(models.TextChoices):
    SUPREME = "最高", "最高"
    HIGH = "高级", "高级"
    INTERMEDIATE = "中级", "中级"
    BASIC = "基层", "基层"


class CourtKind(models.TextChoices):
    ORDINARY = "普通", "普通"
    MILITARY = "军事", "军事"
    MARITIME = "海事", "海事"
    INTELLECTUAL_PROPERTY = "知识产权", "知识产权"
    FINANCIAL = "金融", "金融"
    INTERNET = "互联网", "互联网"
    RAILWAY = "铁路运输", "铁路运输"
    CORPS = "兵团", "兵团"
    FOREST = "林区", "林区"
    FARM = "农垦", "农垦"
    DEVELOPMENT_ZONE = "开发区", "开发区"
    OIL_FIELD = "油田", "油田"


class CourtQuerySet(models.QuerySet["Court"]):
    def standing(self) -> "CourtQuerySet":
        """Courts that have not been merged into another."""
        return self.filter(merged_into=None)

    def called(self, name: str) -> "CourtQuerySet":
        """The standing court of that very name; without one all that have it as a short or former name."""
        bearing = self.standing().filter(name=name)
        return bearing if bearing.exists() else self.standing().filter(names__name=name).distinct()

    def public(self) -> "CourtQuerySet":
        """Standing courts that readers may hear of: an added one only once it has a published report."""
        from .reports import Report  # needs this module itself

        published = Report.objects.published().filter(court=OuterRef("pk"))
        return self.standing().filter(Q(pk__lt=FIRST_ADDED_COURT_ID) | Exists(published))


class Court(models.Model):
    """法院: one court under its present name."""

    id = models.BigIntegerField("编号", primary_key=True)
    name = models.CharField("名称", max_length=80, unique=True)
    level = models.CharField("层级", max_length=2, choices=CourtLevel)
    kind = models.CharField("类别", max_length=4, choices=CourtKind, default=CourtKind.ORDINARY)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="courts", verbose_name="地区"
    )
    superior = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="inferiors", verbose_name="上级法院"
    )
    verified = models.BooleanField("名称已核实", default=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="已并入", editable=False
    )

    objects = CourtQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "法院"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(superior=models.F("id")), name="court_not_its_own_superior"),
            models.CheckConstraint(condition=~Q(merged_into=models.F("id")), name="court_not_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is None:
            highest = Court.objects.aggregate(highest=models.Max("id"))["highest"] or 0
            self.pk = max(highest + 1, FIRST_ADDED_COURT_ID)
            kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("court_detail", args=[self.pk])


class CourtName(models.Model):
    """Another name that a court is or was called by. One name may belong to many courts: it never decides alone."""

    class Kind(models.TextChoices):
        SHORT = "short", "简称"
        FORMER = "former", "曾用名"

    court = models.ForeignKey(Court, models.CASCADE, related_name="names", verbose_name="法院")
    name = models.CharField("名称", max_length=80, db_index=True)
    kind = models.CharField("种类", max_length=6, choices=Kind, default=Kind.SHORT)
    until = models.PositiveSmallIntegerField("用至年份", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "法院别名"
        ordering = ["court_id", "kind", "name"]
        constraints = [models.UniqueConstraint(fields=["court", "name"], name="court_name_once")]

    def __str__(self) -> str:
        return self.name

"""What a plan is made within: money, capacity and sites by year, and what each project brings into the plan."""

from django.db import models
from django.db.models import F, Q

from jiugai.accounts.models import Area, User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.planning.models.projects import Project
from jiugai.registry.choices import Provenance
from jiugai.registry.models.tracking import tracked


class FrameKind(models.TextChoices):
    """What a frame limits. Money is in fen, capacity in m², sites are counted."""

    DISTRICT_MONEY = "district_money", "区级资金"
    CITY_MONEY = "city_money", "市级补助额度"
    CAPACITY = "capacity", "同时在施面积上限"
    SITES = "sites", "街道同时在施上限"


class PlanFrame(models.Model):
    """One limit of an area, for a year or (capacity, sites) standing; append-only, the newest of its kind counts."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="辖区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    kind = models.CharField("条件", max_length=16, choices=FrameKind.choices)
    year = models.SmallIntegerField("年度", null=True, blank=True)
    value = models.BigIntegerField("数值")
    document = models.CharField("依据", max_length=120, blank=True)
    at = models.DateTimeField("登记时间")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField("登记人", max_length=80)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["PlanFrame"].as_manager()

    class Meta:
        verbose_name = "计划条件"
        verbose_name_plural = "计划条件"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["area", "kind", "year", "-id"], name="plan_frame_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(value__gte=0), name="plan_frame_not_negative"),
            models.CheckConstraint(
                condition=Q(kind__in=["district_money", "city_money"], year__isnull=False)
                | Q(kind__in=["capacity", "sites"], year__isnull=True),
                name="plan_frame_money_has_year",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.get_kind_display()}"


@tracked
class RenewalUnit(models.Model):
    """A block-renewal unit (街区更新单元) that bundles of renovation belong to (T08-5)."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="辖区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    name = models.CharField("街区更新单元", max_length=120)
    note = models.TextField("说明", blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["RenewalUnit"].as_manager()

    class Meta:
        verbose_name = "街区更新单元"
        verbose_name_plural = "街区更新单元"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["area", "name"], name="renewal_unit_once")]

    def __str__(self) -> str:
        return self.name


@tracked
class PlanBundle(models.Model):
    """Projects of a block carried out together (打捆实施, T08-4): all in the plan or none, begun in one year.

    Every member keeps its own project with its own figures; sums are made from them.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="辖区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    name = models.CharField("打捆名称", max_length=120)
    unit = models.ForeignKey(
        RenewalUnit, models.PROTECT, null=True, blank=True, related_name="bundles", verbose_name="街区更新单元"
    )
    reason = models.CharField("打捆理由", max_length=300, blank=True)
    made_on = models.DateField("设立日期")
    made_by_name = models.CharField("设立人", max_length=80)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["PlanBundle"].as_manager()

    class Meta:
        verbose_name = "打捆"
        verbose_name_plural = "打捆"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["area", "name"], name="plan_bundle_once")]

    def __str__(self) -> str:
        return self.name


@tracked
class ProjectInput(models.Model):
    """A project's own figures for planning. What is not known stays empty, and the project cannot be planned."""

    project = models.OneToOneField(Project, models.CASCADE, related_name="plan_input", verbose_name="项目")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    area_m2 = models.IntegerField("建筑面积（㎡）", null=True, blank=True)
    households = models.IntegerField("户数", null=True, blank=True)
    district_fen = models.BigIntegerField("区级资金（分）", null=True, blank=True)
    city_fen = models.BigIntegerField("市级补助（分）", null=True, blank=True)
    other_fen = models.BigIntegerField("其他资金（分）", default=0)
    months = models.SmallIntegerField("工期（月）", null=True, blank=True)
    earliest = models.DateField("最早开工月", null=True, blank=True)
    latest_finish = models.DateField("最晚完工月", null=True, blank=True)
    must = models.BooleanField("必须安排", default=False)
    bundle = models.ForeignKey(
        PlanBundle, models.PROTECT, null=True, blank=True, related_name="members", verbose_name="打捆"
    )
    source = models.CharField("数据来源", max_length=120, blank=True)
    by_name = models.CharField("登记人", max_length=80)
    at = models.DateTimeField("登记时间")
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["ProjectInput"].as_manager()

    class Meta:
        verbose_name = "项目计划资料"
        verbose_name_plural = "项目计划资料"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(area_m2__isnull=True) | Q(area_m2__gt=0))
                & (Q(households__isnull=True) | Q(households__gt=0))
                & (Q(district_fen__isnull=True) | Q(district_fen__gte=0))
                & (Q(city_fen__isnull=True) | Q(city_fen__gte=0))
                & Q(other_fen__gte=0)
                & (Q(months__isnull=True) | Q(months__range=(1, 60))),
                name="project_input_plausible",
            ),
            models.CheckConstraint(
                condition=Q(earliest__isnull=True) | Q(latest_finish__isnull=True)
                | Q(latest_finish__gte=F("earliest")),
                name="project_input_dates_in_order",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.project)

    @property
    def district_wan(self) -> float | None:
        """Money of the district in 万元."""
        return _wan(self.district_fen)

    @property
    def city_wan(self) -> float | None:
        """Money of the city in 万元."""
        return _wan(self.city_fen)

    @property
    def other_wan(self) -> float | None:
        """Other money in 万元."""
        return _wan(self.other_fen)

    @property
    def wan(self) -> float | None:
        """All money in 万元; None while a part is not known."""
        if self.district_fen is None or self.city_fen is None:
            return None
        return _wan(self.district_fen + self.city_fen + self.other_fen)

    @property
    def missing(self) -> list[str]:
        """What a plan needs and nobody has entered."""
        asked = {"建筑面积": self.area_m2, "户数": self.households, "区级资金": self.district_fen,
                 "市级补助": self.city_fen, "工期": self.months}  # fmt: skip
        return [label for label, value in asked.items() if value is None]


def _wan(fen: int | None) -> float | None:
    return None if fen is None else fen / 1_000_000

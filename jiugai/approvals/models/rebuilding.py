"""Rebuild mode (task 4): the record, dwellings before and after, added area and its uses, the wish survey."""

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from jiugai.accounts.scope import ScopedQuerySet
from jiugai.domain.rebuild import SITUATIONS, Channel, Mode, Use, Wish
from jiugai.planning.models import Project
from jiugai.registry.choices import Provenance
from jiugai.registry.models.tracking import tracked


@tracked
class Rebuild(models.Model):
    """How a project is to be rebuilt. The database refuses more households than there are now (T04-5)."""

    project = models.OneToOneField(Project, models.PROTECT, related_name="rebuild", verbose_name="改造项目")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    situation = models.CharField("情形", max_length=12, choices=[(s.code, s.label) for s in SITUATIONS], blank=True)
    basis = models.CharField("依据", max_length=300, blank=True)
    mode = models.CharField("模式", max_length=8, choices=[(m.value, m.label) for m in Mode], blank=True)
    households_before = models.IntegerField("现状户数", null=True, blank=True)
    households_after = models.IntegerField("改建后户数", null=True, blank=True)
    above_ground = models.CharField("地上空间利用", max_length=500, blank=True)
    below_ground = models.CharField("地下空间利用", max_length=500, blank=True)
    planning_ref = models.CharField("规划确认文号", max_length=120, blank=True)
    planning_on = models.DateField("规划确认日期", null=True, blank=True)
    safety_ref = models.CharField("安全确认文号", max_length=120, blank=True)
    safety_on = models.DateField("安全确认日期", null=True, blank=True)
    confirmed_m2 = models.IntegerField("确认可增加面积（㎡）", null=True, blank=True)
    version = models.IntegerField("版本", default=1, editable=False)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["Rebuild"].as_manager()

    class Meta:
        verbose_name = "改建登记"
        verbose_name_plural = "改建登记"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(households_after__isnull=True)
                | Q(households_before__isnull=False, households_after__lte=F("households_before")),
                name="rebuild_adds_no_household",
            ),
            models.CheckConstraint(
                condition=(Q(households_before__isnull=True) | Q(households_before__gte=0))
                & (Q(households_after__isnull=True) | Q(households_after__gte=0)),
                name="rebuild_households_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_m2__isnull=True)
                | Q(confirmed_m2__gte=0, planning_on__isnull=False, safety_on__isnull=False)
                & ~Q(planning_ref="")
                & ~Q(safety_ref=""),
                name="rebuild_area_confirmed_twice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}改建"


@tracked
class RebuildDwelling(models.Model):
    """A dwelling before and after, in cm² (T04-7). One that is pulled down has no area after."""

    rebuild = models.ForeignKey(Rebuild, models.PROTECT, related_name="dwellings", verbose_name="改建登记")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    building = models.CharField("楼栋", max_length=40)
    door = models.CharField("户", max_length=30)
    before_cm2 = models.BigIntegerField("改建前面积（平方厘米）", null=True, blank=True)
    after_cm2 = models.BigIntegerField("改建后面积（平方厘米）", null=True, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["RebuildDwelling"].as_manager()

    class Meta:
        verbose_name = "改建住房"
        verbose_name_plural = "改建住房"
        ordering = ["building", "door"]
        constraints = [
            models.UniqueConstraint(fields=["rebuild", "building", "door"], name="rebuild_dwelling_once"),
            models.CheckConstraint(
                condition=(Q(before_cm2__isnull=True) | Q(before_cm2__gte=0))
                & (Q(after_cm2__isnull=True) | Q(after_cm2__gte=0))
                & ~Q(building="")
                & ~Q(door=""),
                name="rebuild_dwelling_plausible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.building}{self.door}"

    @property
    def before_m2(self) -> float | None:
        """Area before in m², for display only."""
        return None if self.before_cm2 is None else self.before_cm2 / 10_000

    @property
    def after_m2(self) -> float | None:
        """Area after in m², for display only."""
        return None if self.after_cm2 is None else self.after_cm2 / 10_000


class AddedArea(models.Model):
    """Added floor area booked to one of the four public uses (T04-9), in whole m². Append-only; taken back by a minus.

    The database refuses an entry without both confirmations, and a sum above the area that was confirmed (T04-8).
    """

    rebuild = models.ForeignKey(Rebuild, models.PROTECT, related_name="added", verbose_name="改建登记")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    use = models.CharField("用途", max_length=20, choices=[(use.value, use.label) for use in Use])
    m2 = models.IntegerField("面积（㎡）")
    note = models.CharField("位置和内容", max_length=200)
    booked_on = models.DateField("登记日期")
    by_name = models.CharField("登记人", max_length=80)
    recorded_at = models.DateTimeField("登记时间", db_default=Now())
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["AddedArea"].as_manager()

    class Meta:
        verbose_name = "增加面积"
        verbose_name_plural = "增加面积"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(use__in=[use.value for use in Use]), name="added_area_use_allowed"),
            models.CheckConstraint(condition=~Q(m2=0) & ~Q(note=""), name="added_area_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.get_use_display()} {self.m2} ㎡"


@tracked
class WishAnswer(models.Model):
    """What a household says of the rebuild (T04-2). The newest answer of a door counts, older ones stay."""

    rebuild = models.ForeignKey(Rebuild, models.PROTECT, related_name="wishes", verbose_name="改建登记")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    door = models.CharField("楼门户", max_length=30)
    answer = models.CharField("答复", max_length=10, choices=[(wish.value, wish.label) for wish in Wish])
    channel = models.CharField("方式", max_length=8, choices=[(way.value, way.label) for way in Channel])
    said_on = models.DateField("日期")
    by_name = models.CharField("登记人", max_length=80)
    recorded_at = models.DateTimeField("登记时间", db_default=Now())
    ended_at = models.DateTimeField("失效时间", null=True, blank=True)
    end_reason = models.CharField("失效原因", max_length=200, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["WishAnswer"].as_manager()

    class Meta:
        verbose_name = "改建意愿"
        verbose_name_plural = "改建意愿"
        ordering = ["door", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rebuild", "door"], condition=Q(ended_at__isnull=True), name="wish_one_per_household"
            ),
            models.CheckConstraint(condition=~Q(door=""), name="wish_names_a_household"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="") | Q(ended_at__isnull=False) & ~Q(end_reason=""),
                name="wish_ends_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.door} {self.get_answer_display()}"

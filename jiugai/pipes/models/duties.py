"""How far the utilities serve and what they owe: boundary points, drains taken over, duties (T14-7, 8, 11)."""

from django.contrib.gis.db import models
from django.db.models import F, Q

from jiugai.accounts.scope import ScopedQuerySet
from jiugai.domain.pipes import TRADES
from jiugai.planning.models import Project
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Building, Community
from jiugai.registry.models.tracking import tracked


@tracked
class BoundaryPoint(models.Model):
    """The point up to which a utility owns and serves (产权分界点)."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="boundary_points", verbose_name="小区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="楼栋")
    trade = models.CharField("专业", max_length=10, choices=TRADES)
    company = models.CharField("专业公司", max_length=120)
    description = models.CharField("分界位置", max_length=200)
    point = models.PointField("位置", srid=4490)
    agreed_on = models.DateField("确认日期")
    reference = models.CharField("依据", max_length=120, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["BoundaryPoint"].as_manager()

    class Meta:
        verbose_name = "产权分界点"
        verbose_name_plural = "产权分界点"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["community", "trade", "description"], name="boundary_point_once"),
            models.CheckConstraint(condition=~Q(company="") & ~Q(description=""), name="boundary_point_named"),
        ]
        indexes = [
            models.Index(fields=["area_path", "id"], name="boundary_area", opclasses=["text_pattern_ops", "int8_ops"])
        ]

    def __str__(self) -> str:
        return f"{self.get_trade_display()}：{self.description}"


@tracked
class DrainTakeover(models.Model):
    """How far a drainage company has taken over: to the community's mains, into the building, into the flat (T14-8)."""

    class Reach(models.TextChoices):
        """How far its service goes."""

        COMMUNITY = "community", "管到小区"
        BUILDING = "building", "管理服务入楼"
        FLAT = "flat", "管理服务入户"

    community = models.OneToOneField(Community, models.PROTECT, related_name="drain_takeover", verbose_name="小区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    company = models.CharField("排水企业", max_length=120)
    reach = models.CharField("管到哪里", max_length=10, choices=Reach.choices)
    taken_on = models.DateField("接管日期")
    reference = models.CharField("接管协议", max_length=120)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["DrainTakeover"].as_manager()

    class Meta:
        verbose_name = "排水管理接管"
        verbose_name_plural = "排水管理接管"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(company="") & ~Q(reference=""), name="drain_takeover_named")]

    def __str__(self) -> str:
        return f"{self.community} {self.get_reach_display()}"


@tracked
class UtilityDuty(models.Model):
    """A duty of a utility company in a project, by when, and what shows that it was fulfilled (T14-11)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="utility_duties", verbose_name="改造项目")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    company = models.CharField("专业公司", max_length=120)
    trade = models.CharField("专业", max_length=10, choices=TRADES)
    duty = models.CharField("责任", max_length=200)
    since = models.DateField("明确日期")
    due_on = models.DateField("期限")
    done_on = models.DateField("履行日期", null=True, blank=True)
    proof = models.CharField("履行凭据", max_length=200, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["UtilityDuty"].as_manager()

    class Meta:
        verbose_name = "专业公司责任"
        verbose_name_plural = "专业公司责任"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "company", "duty"], name="utility_duty_once"),
            models.CheckConstraint(condition=~Q(duty="") & ~Q(company=""), name="utility_duty_named"),
            models.CheckConstraint(condition=Q(due_on__gte=F("since")), name="utility_duty_due_after_named"),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True, proof="") | Q(done_on__isnull=False) & ~Q(proof=""),
                name="utility_duty_done_has_proof",
            ),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | Q(done_on__gte=F("since")), name="utility_duty_done_after_named"
            ),
        ]
        indexes = [
            models.Index(fields=["area_path", "id"], name="duty_area", opclasses=["text_pattern_ops", "int8_ops"]),
            models.Index(fields=["due_on", "id"], name="duty_due"),
        ]

    def __str__(self) -> str:
        return f"{self.company}：{self.duty}"

"""The ground of renovation projects, and where works of others meet it (T16-4). Both are kept by the database."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Q

from jiugai.accounts.models import User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.domain.streetworks import Window
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Community
from jiugai.streetworks.models.works import StreetWork


class Footprint(models.Model):
    """The ground that a project takes in one community, with its window; without one the days are not known yet.

    `ground` follows boundary, outlines of buildings and point of the community, widened by settings of the day.
    """

    project_ref = models.CharField("项目编号", max_length=40)
    title = models.CharField("项目", max_length=160)
    community = models.ForeignKey(Community, models.PROTECT, related_name="footprints", verbose_name="小区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    buildings = ArrayField(models.BigIntegerField(), default=list, blank=True)
    ground = models.MultiPolygonField("占地", srid=4548, editable=False, null=True)
    buffer_m = models.SmallIntegerField("外扩（米）")
    radius_m = models.SmallIntegerField("半径（米）")
    slack_days = models.SmallIntegerField("时间间隔（天）")
    since = models.DateField("从哪天起算")
    starts = models.DateField("开工", null=True)
    ends = models.DateField("完工", null=True)
    live = models.BooleanField("有效", default=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["Footprint"].as_manager()

    class Meta:
        verbose_name = "项目占地"
        verbose_name_plural = "项目占地"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project_ref", "community"], name="footprint_once"),
            models.CheckConstraint(
                condition=Q(starts__isnull=True, ends__isnull=True) | Q(ends__gte=F("starts")),
                name="footprint_window_in_order",
            ),
            models.CheckConstraint(condition=Q(buffer_m__gte=0, radius_m__gt=0), name="footprint_buffer_plausible"),
        ]
        indexes = [models.Index(fields=["area_path"], name="footprint_area", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return self.title

    @property
    def window(self) -> Window | None:
        """Its days, where they are known."""
        return Window(self.starts, self.ends) if self.starts and self.ends else None


class Overlap(models.Model):
    """A work and a project on the same ground within the slack of time. Found, changed and ended by the database.

    `gap_days` lie between both windows, 0 when they share a day, nothing while the project's days are not known. An
    overlap that is gone stays with the day; one that people judge harmless stays with their reason.
    """

    work = models.ForeignKey(StreetWork, models.CASCADE, related_name="overlaps", verbose_name="工程")
    footprint = models.ForeignKey(Footprint, models.CASCADE, related_name="overlaps", verbose_name="项目占地")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    shared_m2 = models.IntegerField("重叠面积（㎡）")
    gap_days = models.IntegerField("间隔（天）", null=True)
    found_at = models.DateTimeField("发现时间")
    told_at = models.DateTimeField("已告知", null=True)
    gone_at = models.DateTimeField("消失时间", null=True)
    harmless_reason = models.CharField("不需协同的理由", max_length=300, blank=True)
    harmless_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    harmless_by_name = models.CharField("认定人", max_length=80, blank=True)
    harmless_on = models.DateField("认定日期", null=True)

    objects = ScopedQuerySet["Overlap"].as_manager()

    class Meta:
        verbose_name = "工程交叉"
        verbose_name_plural = "工程交叉"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["work", "footprint"], name="overlap_once"),
            models.CheckConstraint(
                condition=Q(harmless_on__isnull=True, harmless_reason="")
                | Q(harmless_on__isnull=False) & ~Q(harmless_reason=""),
                name="overlap_harmless_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["footprint", "work"], name="overlap_footprint"),
            models.Index(fields=["area_path", "id"], name="overlap_area", opclasses=["text_pattern_ops", "int8_ops"]),
            models.Index(fields=["shared_m2", "id"], name="overlap_shared"),
        ]

    def __str__(self) -> str:
        return f"{self.work}／{self.footprint}"

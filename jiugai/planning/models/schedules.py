"""When works are planned and when they took place, by project and by item (T03-13); observed seasons (T03-14)."""

from datetime import date, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from jiugai.accounts.models import User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.planning.models.projects import Project
from jiugai.registry.choices import Provenance
from jiugai.registry.models.tracking import tracked


@tracked
class ScheduleLine(models.Model):
    """Planned and actual days of a project (`item` empty) or of one of its items."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="schedule", verbose_name="项目")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    item = models.CharField("内容代码", max_length=20, blank=True)
    label = models.CharField("内容", max_length=40, blank=True)
    outdoor = models.BooleanField("室外", default=True)
    planned_start = models.DateField("计划开工", null=True, blank=True)
    planned_finish = models.DateField("计划完工", null=True, blank=True)
    actual_start = models.DateField("实际开工", null=True, blank=True)
    actual_finish = models.DateField("实际完工", null=True, blank=True)
    reason = models.CharField("变更理由", max_length=200, blank=True)
    by_name = models.CharField("登记人", max_length=80)
    at = models.DateTimeField("登记时间", db_default=Now())
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["ScheduleLine"].as_manager()

    class Meta:
        verbose_name = "工期"
        verbose_name_plural = "工期"
        ordering = ["item", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "item"], name="schedule_once"),
            models.CheckConstraint(
                condition=Q(planned_start__isnull=True, planned_finish__isnull=True)
                | Q(planned_start__isnull=False, planned_finish__gte=F("planned_start")),
                name="schedule_planned_in_order",
            ),
            models.CheckConstraint(
                condition=Q(actual_finish__isnull=True)
                | Q(actual_start__isnull=False, actual_finish__gte=F("actual_start")),
                name="schedule_actual_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.label}"


@tracked
class ObservedSeason(models.Model):
    """When the rainy season or winter works really began and ended; it stands in for the default of those days."""

    class Kind(models.TextChoices):
        """Which season."""

        RAIN = "rain", "雨季"
        WINTER = "winter", "冬期"

    kind = models.CharField("季节", max_length=8, choices=Kind.choices)
    days = DateRangeField("起止")
    source = models.CharField("依据", max_length=200)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    by_name = models.CharField("登记人", max_length=80)
    at = models.DateTimeField("登记时间", db_default=Now())
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    class Meta:
        verbose_name = "季节起止"
        verbose_name_plural = "季节起止"
        ordering = ["kind", "days"]
        constraints = [
            ExclusionConstraint(
                name=f"season_{kind}_once_a_day",
                expressions=[("days", RangeOperators.OVERLAPS)],
                condition=Q(kind=kind),
            )
            for kind in ("rain", "winter")
        ] + [
            models.CheckConstraint(
                condition=Q(days__isempty=False, days__lower_inf=False, days__upper_inf=False) & ~Q(source=""),
                name="season_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.days}"

    @property
    def first(self) -> date:
        """The first day."""
        first: date = self.days.lower
        return first

    @property
    def last(self) -> date:
        """The last day."""
        last: date = self.days.upper - timedelta(days=1)
        return last

"""The matter: everything that takes time, with a stage, a responsible body and a clock."""

from typing import Any, Self

from django.contrib.gis.db import models
from django.db.models import F, Q

from jiugai.accounts.models import Area, Organisation, User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.policy.models import Occurrence
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Community
from jiugai.registry.models.tracking import tracked_after_entry


class MatterQuerySet(ScopedQuerySet[Any]):
    """Matters in scope, of all kinds or of one."""

    def open(self) -> Self:
        """Keep those that are not closed."""
        return self.filter(closed_at__isnull=True)


class Priority(models.TextChoices):
    """How pressing a matter is beside its date."""

    NORMAL = "normal", "一般"
    URGENT = "urgent", "紧急"


class ClockUnit(models.TextChoices):
    """How the limit counts days. `given` is a date set by hand."""

    WORKING = "working", "工作日"
    CALENDAR = "calendar", "日历日"
    GIVEN = "given", "指定日期"


@tracked_after_entry
class Matter(models.Model):
    """What all kinds share. The stage moves only by `jiugai.matters.actions.move`, along the kind's process table.

    A trigger takes area and path from the community, or the path from the area where there is none, gives the number,
    and refuses a stage that the table does not lead to. `version` counts changes by people: who moves an old one is
    refused.
    """

    kind = models.CharField("类型", max_length=24, editable=False)
    number = models.CharField("编号", max_length=24, unique=True, editable=False)
    title = models.CharField("事项", max_length=160)
    detail = models.TextField("说明", blank=True)
    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="matters", verbose_name="小区"
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="辖区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    project_ref = models.CharField("项目", max_length=60, blank=True)
    point = models.PointField("位置", srid=4490, null=True, blank=True)
    stage = models.CharField("阶段", max_length=24, editable=False)
    stage_since = models.DateField("本阶段起", editable=False)
    owner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="matters", verbose_name="责任单位"
    )
    assignee = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="matters", verbose_name="承办人"
    )
    priority = models.CharField("紧急程度", max_length=8, choices=Priority.choices, default=Priority.NORMAL)
    clock_start = models.DateField("计时起", null=True, editable=False)
    clock_days = models.SmallIntegerField("限期天数", null=True, editable=False)
    clock_unit = models.CharField(max_length=8, choices=ClockUnit.choices, default=ClockUnit.GIVEN, editable=False)
    due_on = models.DateField("到期日", null=True, blank=True)
    due_provisional = models.BooleanField("到期日待定", default=False, editable=False)
    suspended_on = models.DateField("暂停计时", null=True, editable=False)
    escalated_to = models.ForeignKey(
        Organisation, models.PROTECT, null=True, editable=False, related_name="escalated", verbose_name="督办单位"
    )
    escalated_on = models.DateField("上报督办", null=True, editable=False)
    opened_at = models.DateTimeField("提出时间", editable=False)
    closed_at = models.DateTimeField("办结时间", null=True, editable=False)
    result = models.CharField("结果", max_length=200, blank=True, editable=False)
    cause = models.ForeignKey(Occurrence, models.PROTECT, null=True, editable=False, related_name="matters")
    created_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="matters_opened")
    created_by_name = models.CharField("提出人", max_length=80, editable=False)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL, editable=False)
    version = models.IntegerField("版本", default=1, editable=False)

    objects = MatterQuerySet.as_manager()

    class Meta:
        verbose_name = "事项"
        verbose_name_plural = "事项"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="matter_has_title"),
            models.CheckConstraint(
                condition=Q(suspended_on__isnull=True) | Q(closed_at__isnull=True),
                name="matter_closed_is_not_suspended",
            ),
            models.CheckConstraint(
                condition=Q(clock_unit="given") | Q(clock_start__isnull=False, clock_days__gte=0, due_on__isnull=False),
                name="matter_clock_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="matter_closed_after_opened",
            ),
        ]
        indexes = [
            # The inbox: open matters of a body or person by due date.
            models.Index(
                fields=["owner", "due_on", "id"], name="matter_owner_due", condition=Q(closed_at__isnull=True)
            ),
            models.Index(
                fields=["assignee", "due_on", "id"], name="matter_assignee_due", condition=Q(closed_at__isnull=True)
            ),
            models.Index(fields=["due_on", "id"], name="matter_due", condition=Q(closed_at__isnull=True)),
            models.Index(fields=["due_on", "id"], name="matter_all_due"),  # the list of all, closed ones too
            models.Index(fields=["kind", "stage", "id"], name="matter_kind_stage"),
            models.Index(fields=["kind", "due_on", "id"], name="matter_kind_due"),
            models.Index(fields=["community", "kind"], name="matter_community"),
            models.Index(fields=["area_path", "id"], name="matter_area", opclasses=["text_pattern_ops", "int8_ops"]),
            models.Index(fields=["created_by", "id"], name="matter_opened_by"),
            # What a week brought, and how much of what is counted is made up.
            models.Index(fields=["opened_at"], name="matter_opened_at"),
            models.Index(fields=["closed_at"], name="matter_closed_at", condition=Q(closed_at__isnull=False)),
            models.Index(
                fields=["area_path"], name="matter_demo", condition=Q(provenance="demo"), opclasses=["text_pattern_ops"]
            ),
            models.Index(
                fields=["escalated_to", "due_on", "id"],
                name="matter_escalated",
                condition=Q(escalated_to__isnull=False, closed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title

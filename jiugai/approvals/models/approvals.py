"""Approvals of a project as a case with steps (T19), and who watches a site without permit (T20-6)."""

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db.models import F, Func, Q, Value

from jiugai.accounts.models import Organisation
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.domain.approvals import STEPS, Route
from jiugai.matters.models import Matter, tracked_kind
from jiugai.planning.models import Project
from jiugai.registry.choices import Provenance
from jiugai.registry.models.tracking import tracked

ROUTES = [(route.value, route.label) for route in Route]
STEP_CHOICES = [(step.code, step.label) for step in STEPS]


@tracked
class ApprovalCase(models.Model):
    """All approvals of a project. `limit_days` and `unit` are the settings of the day it was started.

    A project has one case that is not withdrawn.
    """

    class Unit(models.TextChoices):
        """How the overall limit counts days."""

        WORKING = "working", "工作日"
        CALENDAR = "calendar", "天"

    project = models.ForeignKey(Project, models.PROTECT, related_name="approval_cases", verbose_name="改造项目")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    route = models.CharField("办理路径", max_length=12, choices=ROUTES)
    government = models.BooleanField("政府投资")
    new_building = models.BooleanField("涉及新建、改扩建")
    low_risk = models.BooleanField("社会投资简易低风险", default=False)
    limit_days = models.SmallIntegerField("总时限", null=True, blank=True)
    unit = models.CharField("计时单位", max_length=8, choices=Unit.choices)
    started_on = models.DateField("受理日期")
    started_by_name = models.CharField("申报人", max_length=80)
    finished_on = models.DateField("办完日期", null=True, blank=True)
    withdrawn_on = models.DateField("撤回日期", null=True, blank=True)
    withdrawn_reason = models.CharField("撤回原因", max_length=300, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["ApprovalCase"].as_manager()

    class Meta:
        verbose_name = "审批"
        verbose_name_plural = "审批"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"], condition=Q(withdrawn_on__isnull=True), name="approval_case_once"
            ),
            models.CheckConstraint(
                condition=Q(finished_on__isnull=True) | Q(finished_on__gte=F("started_on")),
                name="approvals_finish_after_start",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True, withdrawn_reason="")
                | Q(withdrawn_on__isnull=False) & ~Q(withdrawn_reason=""),
                name="approvals_withdrawn_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(limit_days__isnull=True) | Q(limit_days__gt=0), name="approvals_limit_positive"
            ),
        ]
        indexes = [
            models.Index(fields=["area_path", "id"], name="approval_area", opclasses=["text_pattern_ops", "int8_ops"]),
            models.Index(fields=["started_on", "id"], name="approval_started"),
            models.Index(fields=["route", "id"], name="approval_route"),
        ]

    def __str__(self) -> str:
        return f"{self.project}审批"


@tracked_kind
class ApprovalStep(Matter):
    """One step of a case, in the inbox of the body that decides it, with its own clock."""

    case = models.ForeignKey(ApprovalCase, models.PROTECT, related_name="steps", verbose_name="审批")
    step = models.CharField("环节", max_length=16, choices=STEP_CHOICES)
    reference = models.CharField("批复文号", max_length=120, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    supervisor = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="属地监管部门"
    )

    class Meta:
        verbose_name = "审批环节"
        verbose_name_plural = "审批环节"
        indexes = [models.Index(fields=["case", "step"], name="approval_step_of_case")]


@tracked
class LocalSupervision(models.Model):
    """Which body watches quality and safety of works without a permit (T20-6): one at a time, without a gap."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="supervisions", verbose_name="改造项目")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    supervisor = models.ForeignKey(
        Organisation, models.PROTECT, related_name="supervisions", verbose_name="属地监管部门"
    )
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)
    reference = models.CharField("文号", max_length=120, blank=True)
    by_name = models.CharField("登记人", max_length=80)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["LocalSupervision"].as_manager()

    class Meta:
        verbose_name = "属地监管"
        verbose_name_plural = "属地监管"
        ordering = ["project", "since"]
        constraints = [
            ExclusionConstraint(
                name="supervision_one_at_a_time",
                expressions=[
                    ("project", RangeOperators.EQUAL),
                    (Func("since", "until", Value("[)"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="supervision_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supervisor} {self.project}"

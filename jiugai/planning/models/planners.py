"""Responsible planners (责任规划师): who, where, since when; their training; the guide they work through."""

from typing import Self, TypeVar

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db.models import Q
from django.db.models.functions import Now

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area, Organisation, User
from jiugai.accounts.models.organisations import above
from jiugai.accounts.scope import ScopedQuerySet, within
from jiugai.domain.planner_guide import STEPS
from jiugai.planning.models.projects import Project
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Document
from jiugai.registry.models.tracking import tracked

M = TypeVar("M", bound=models.Model)


class RosterQuerySet(ScopedQuerySet[M]):
    """Rows of a roster: those of the actor's areas, and of the districts above them, whose planners work there."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what lies in the actor's areas or in an area that holds them."""
        if actor.sees_all or not actor.paths:
            return super().visible_to(actor)
        return self.filter(within(actor.paths) | Q(area_path__in=above(actor.paths)))


STEP_CHOICES = [(step.code, step.label) for step in STEPS]


@tracked
class Planner(models.Model):
    """A responsible planner on the roster of a district (T09-1). `user` lets the person work here."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    name = models.CharField("姓名", max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="单位")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="平台账号")
    speciality = models.CharField("专业", max_length=60, blank=True)
    note = models.CharField("备注", max_length=300, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = RosterQuerySet["Planner"].as_manager()

    class Meta:
        verbose_name = "责任规划师"
        verbose_name_plural = "责任规划师"
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="planner_has_name"),
            models.UniqueConstraint(fields=["area", "organisation", "name"], name="planner_once_in_a_district"),
        ]
        indexes = [
            models.Index(fields=["area_path"], name="planner_area", opclasses=["text_pattern_ops"]),
            models.Index(fields=["area_path", "id"], name="planner_area_order"),
            models.Index(fields=["name", "id"], name="planner_name"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked
class PlannerTerm(models.Model):
    """A planner's time in charge of a street, which has one responsible planner at a time: the database sees to it."""

    planner = models.ForeignKey(Planner, models.PROTECT, related_name="terms", verbose_name="责任规划师")
    street = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="街道（乡镇）")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    valid = DateRangeField("任期")
    appointed_by = models.CharField("聘任文号", max_length=80, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = RosterQuerySet["PlannerTerm"].as_manager()

    class Meta:
        verbose_name = "责任规划师任期"
        verbose_name_plural = "责任规划师任期"
        ordering = ["street", "valid"]
        constraints = [
            ExclusionConstraint(
                name="planner_one_per_street_at_a_time",
                expressions=[("street", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=Q(valid__isempty=False), name="planner_term_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.planner} {self.street}"


@tracked
class PlannerTraining(models.Model):
    """A training that a planner took part in (T09-1)."""

    class Result(models.TextChoices):
        """How it ended."""

        ATTENDED = "attended", "参加"
        PASSED = "passed", "合格"
        FAILED = "failed", "不合格"

    planner = models.ForeignKey(Planner, models.PROTECT, related_name="trainings", verbose_name="责任规划师")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    title = models.CharField("培训内容", max_length=160)
    held_on = models.DateField("日期")
    hours = models.SmallIntegerField("学时")
    held_by = models.CharField("主办", max_length=80, blank=True)
    result = models.CharField("结果", max_length=8, choices=Result.choices, default=Result.ATTENDED)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = RosterQuerySet["PlannerTraining"].as_manager()

    class Meta:
        verbose_name = "责任规划师培训"
        verbose_name_plural = "责任规划师培训"
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["planner", "title", "held_on"], name="training_once"),
            models.CheckConstraint(condition=Q(hours__range=(1, 400)), name="training_hours_plausible"),
        ]

    def __str__(self) -> str:
        return self.title


@tracked
class GuideMark(models.Model):
    """A step of the planner's guide done for a project (T09-2); a newer mark of a step stands above the older."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="guide_marks", verbose_name="项目")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    step = models.CharField("步骤", max_length=24, choices=STEP_CHOICES)
    done_on = models.DateField("日期")
    note = models.CharField("记录", max_length=500)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, verbose_name="附件")
    by_name = models.CharField("登记人", max_length=80)
    recorded_at = models.DateTimeField("登记时间", db_default=Now())
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["GuideMark"].as_manager()

    class Meta:
        verbose_name = "规划师工作记录"
        verbose_name_plural = "规划师工作记录"
        ordering = ["-done_on", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="guide_mark_says_what")]
        indexes = [models.Index(fields=["project", "step"], name="guide_mark_of_project")]

    def __str__(self) -> str:
        return f"{self.project} {self.get_step_display()}"

"""Batches that a district applies for, what the city confirmed of them, and adjustments afterwards (T03-6, T03-7)."""

from django.db import models
from django.db.models import Q

from jiugai.accounts.scope import ScopedQuerySet
from jiugai.matters.kinds import stage_label
from jiugai.matters.models import Matter, tracked_kind
from jiugai.planning.models.plans import PlanVersion
from jiugai.planning.models.projects import Project
from jiugai.registry.choices import Provenance
from jiugai.registry.models.tracking import tracked


@tracked_kind
class PlanBatch(Matter):
    """A district's application to take pool projects into a year's implementation plan (T03-6)."""

    year = models.SmallIntegerField("计划年度")
    sequence = models.SmallIntegerField("第几批", editable=False)
    version_from = models.ForeignKey(
        PlanVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="依据的计划版本"
    )

    class Meta:
        verbose_name = "计划批次"
        verbose_name_plural = "计划批次"

    @property
    def stage_words(self) -> str:
        """The stage in words."""
        return stage_label(self.kind, self.stage)


@tracked
class BatchItem(models.Model):
    """A project in a batch, with the months applied for, and what the city said of it."""

    class State(models.TextChoices):
        """Where it stands; a project is in one batch at most that is not decided."""

        APPLIED = "applied", "已申报"
        QUESTIONED = "questioned", "退回待答复"
        ANSWERED = "answered", "已答复"
        CONFIRMED = "confirmed", "已确认"
        REJECTED = "rejected", "不予列入"
        DROPPED = "dropped", "已撤下"

    batch = models.ForeignKey(PlanBatch, models.PROTECT, related_name="items", verbose_name="批次")
    project = models.ForeignKey(Project, models.PROTECT, related_name="batch_items", verbose_name="项目")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    start = models.DateField("开工月")
    months = models.SmallIntegerField("工期（月）")
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.APPLIED)
    question = models.CharField("市级提问", max_length=300, blank=True)
    asked_by_name = models.CharField("提问人", max_length=80, blank=True)
    answer = models.CharField("答复", max_length=300, blank=True)
    answered_by_name = models.CharField("答复人", max_length=80, blank=True)
    reason = models.CharField("理由", max_length=300, blank=True)
    decided_at = models.DateTimeField("决定时间", null=True)
    decided_by_name = models.CharField("决定人", max_length=80, blank=True)

    objects = ScopedQuerySet["BatchItem"].as_manager()

    class Meta:
        verbose_name = "申报项目"
        verbose_name_plural = "申报项目"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(state__in=["applied", "questioned", "answered"]),
                name="project_in_one_open_batch",
            ),
            models.UniqueConstraint(fields=["batch", "project"], name="batch_item_once"),
            models.CheckConstraint(condition=Q(months__range=(1, 60), start__day=1), name="batch_item_plausible"),
            models.CheckConstraint(
                condition=~Q(state__in=["questioned", "answered"]) | ~Q(question=""), name="batch_question_has_words"
            ),
            models.CheckConstraint(condition=~Q(state="answered") | ~Q(answer=""), name="batch_answer_has_words"),
            models.CheckConstraint(
                condition=~Q(state__in=["rejected", "dropped"]) | ~Q(reason=""), name="batch_refusal_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return str(self.project)


@tracked_kind
class PlanAdjustment(Matter):
    """A change of what was confirmed: only on record, with reason, author and time (T03-7)."""

    class What(models.TextChoices):
        """What changes."""

        MOVE = "move", "调整开工和工期"
        OUT = "out", "调出计划"

    project = models.ForeignKey(Project, models.PROTECT, related_name="adjustments", verbose_name="改造项目")
    what = models.CharField("调整内容", max_length=4, choices=What.choices, default=What.MOVE)
    start = models.DateField("改为开工月", null=True, blank=True)
    months = models.SmallIntegerField("改为工期（月）", null=True, blank=True)
    reason = models.CharField("调整理由", max_length=300)

    class Meta:
        verbose_name = "计划调整"
        verbose_name_plural = "计划调整"


class PlanEntryQuerySet(ScopedQuerySet["PlanEntry"]):
    """Entries lie where their project lies."""

    scope_field = "project__area_path"

    def newest(self) -> "PlanEntryQuerySet":
        """Keep the row of each project that counts."""
        return self.order_by("project_id", "-pk").distinct("project_id")


class PlanEntry(models.Model):
    """What stands in the implementation plan for a project. Append-only: the newest row of a project counts.

    The database takes a row only from a confirmed item of a batch or from an approved adjustment with the same months.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="plan_entries", verbose_name="项目")
    start = models.DateField("开工月")
    months = models.SmallIntegerField("工期（月）")
    removed = models.BooleanField("已调出", default=False)
    item = models.OneToOneField(BatchItem, models.PROTECT, null=True, related_name="entry", verbose_name="申报")
    adjustment = models.OneToOneField(
        PlanAdjustment, models.PROTECT, null=True, related_name="entry", verbose_name="调整"
    )
    at = models.DateTimeField("时间")
    by_name = models.CharField("经办", max_length=80)
    reason = models.CharField("理由", max_length=300, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = PlanEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "计划条目"
        verbose_name_plural = "计划条目"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(item__isnull=False, adjustment__isnull=True, removed=False)
                | Q(item__isnull=True, adjustment__isnull=False) & ~Q(reason=""),
                name="plan_entry_rests_on_one_thing",
            ),
            models.CheckConstraint(condition=Q(months__range=(1, 60), start__day=1), name="plan_entry_plausible"),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.start:%Y-%m}"


@tracked_kind
class CoreDispatch(Matter):
    """A fixed-interval dispatch of the core area's plan for centrally owned communities (定期协调调度, T32-8)."""

    held_on = models.DateField("调度日期", null=True, blank=True)
    attended = models.CharField("参加单位", max_length=300, blank=True)
    minutes = models.TextField("议定事项", blank=True)

    class Meta:
        verbose_name = "核心区央产调度"
        verbose_name_plural = "核心区央产调度"

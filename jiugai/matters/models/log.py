"""What happened to a matter, its stops, its documents, and the database's copy of the process tables."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from jiugai.accounts.models import User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.matters.models.calendar import HolidayNotice
from jiugai.matters.models.matter import Matter
from jiugai.registry.models import Document


class What(models.TextChoices):
    """What a line of the log says."""

    OPENED = "opened", "提出"
    MOVED = "moved", "办理"
    ASSIGNED = "assigned", "分派"
    HANDED_OVER = "handed_over", "移交"
    COMMENTED = "commented", "留言"
    ATTACHED = "attached", "附材料"
    EDITED = "edited", "更正"
    SUSPENDED = "suspended", "暂停计时"
    RESUMED = "resumed", "恢复计时"
    ESCALATED = "escalated", "上报督办"
    DUE_MOVED = "due_moved", "期限改动"


class ThroughMatter(ScopedQuerySet[Any]):
    """Rows that lie where their matter lies."""

    scope_field = "matter__area_path"


class MatterLog(models.Model):
    """One thing that happened, by whom, when and why. Never changed: the database refuses it.

    `before` and `after` hold what changed as JSON; `xact` is the transaction, set by a trigger, by which the database
    checks that no stage changes without a line here.
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="log")
    at = models.DateTimeField("时间")
    what = models.CharField(max_length=12, choices=What.choices)
    move = models.CharField(max_length=24, blank=True)
    from_stage = models.CharField(max_length=24, blank=True)
    to_stage = models.CharField(max_length=24, blank=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=80)
    organisation = models.CharField(max_length=80, blank=True)
    reason = models.TextField(blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    notice = models.ForeignKey(HolidayNotice, models.PROTECT, null=True, related_name="moved")
    xact = models.BigIntegerField(default=0, editable=False)

    objects = ThroughMatter.as_manager()

    class Meta:
        verbose_name = "事项经过"
        verbose_name_plural = "事项经过"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["matter", "id"]),
            models.Index(fields=["notice", "id"], name="matterlog_notice", condition=Q(notice__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.at:%F %H:%M}"


class MatterPause(models.Model):
    """A time in which the clock stood still: from `starts` to the day before `ends`; while it lasts it has no end."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="pauses")
    starts = models.DateField("暂停")
    ends = models.DateField("恢复", null=True)
    reason = models.CharField("原因", max_length=300)

    objects = ThroughMatter.as_manager()

    class Meta:
        verbose_name = "暂停计时"
        verbose_name_plural = "暂停计时"
        ordering = ["starts", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="pause_ends_later"),
            ExclusionConstraint(
                name="pauses_do_not_overlap",
                expressions=[
                    ("matter", RangeOperators.EQUAL),
                    (Func("starts", "ends", Value("[)"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
            models.UniqueConstraint(fields=["matter"], condition=Q(ends__isnull=True), name="one_open_pause"),
        ]

    def __str__(self) -> str:
        return f"{self.starts}—{self.ends or ''}"


class MatterDocument(models.Model):
    """A document of the community that stands in a matter's papers, as the kind of paper a stage or move asks for."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="papers")
    document = models.ForeignKey(Document, models.PROTECT, related_name="matters")
    kind = models.CharField("类别", max_length=40)
    stage = models.CharField(max_length=24)
    attached_by_name = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = ThroughMatter.as_manager()

    class Meta:
        verbose_name = "事项材料"
        verbose_name_plural = "事项材料"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["matter", "document", "kind"], name="paper_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.document_id}"


class AllowedStep(models.Model):
    """The database's copy of the process tables, written after every migration; a trigger checks stages against it."""

    kind = models.CharField(max_length=24)
    move = models.CharField(max_length=24)
    from_stage = models.CharField(max_length=24, blank=True)
    to_stage = models.CharField(max_length=24)
    ends = models.BooleanField()

    class Meta:
        verbose_name = "流程步骤"
        verbose_name_plural = "流程步骤"
        constraints = [
            models.UniqueConstraint(fields=["kind", "from_stage", "to_stage", "move"], name="allowed_step_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.from_stage} → {self.to_stage}"

"""The policy library (T01-8): documents with their versions, linked to what they govern."""

from typing import Self

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex
from django.db.models import F, Q

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.registry.models.tracking import tracked


class PolicyDocumentQuerySet(ScopedQuerySet["PolicyDocument"]):
    """Policy belongs to the whole city."""

    def visible_to(self, actor: Actor) -> Self:
        """Everybody who may read the policy library may read all of it."""
        return self


@tracked
class PolicyDocument(models.Model):
    """A policy document. What it says by date stands in its versions."""

    class Level(models.TextChoices):
        """Who made it."""

        LAW = "law", "法律法规"
        STATE = "state", "国家政策"
        CITY = "city", "市级政策"
        DEPARTMENT = "department", "部门文件"
        DISTRICT = "district", "区级文件"
        STANDARD = "standard", "技术标准"

    key = models.CharField(max_length=60, unique=True)
    title = models.CharField("名称", max_length=200)
    number = models.CharField("文号", max_length=80, blank=True)
    issuer = models.CharField("发文机关", max_length=120, blank=True)
    level = models.CharField("类别", max_length=12, choices=Level.choices)
    summary = models.CharField("与老旧小区改造的关系", max_length=500, blank=True)
    search_text = models.TextField(blank=True, editable=False)
    made_at = models.DateTimeField("收录时间")

    objects = PolicyDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "政策文件"
        verbose_name_plural = "政策文件"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="policy_has_title"),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="policy_number_once"),
        ]
        indexes = [GinIndex(fields=["search_text"], name="policy_search", opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.title


@tracked
class PolicyVersion(models.Model):
    """One version of a document: when issued, from when to when in force, where it was read, and its file if kept."""

    document = models.ForeignKey(PolicyDocument, models.CASCADE, related_name="versions")
    label = models.CharField("版次", max_length=60)
    issued_on = models.DateField("发布日期", null=True, blank=True)
    since = models.DateField("施行日期", null=True, blank=True)
    until = models.DateField("失效日期", null=True, blank=True)
    source = models.CharField("来源", max_length=200)
    note = models.CharField("说明", max_length=300, blank=True)
    file = models.CharField("文件", max_length=200, blank=True)
    file_name = models.CharField("文件名", max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    added_by_name = models.CharField("谁", max_length=80)
    added_at = models.DateTimeField("收录时间")

    class Meta:
        verbose_name = "政策文件版本"
        verbose_name_plural = "政策文件版本"
        ordering = [F("since").desc(nulls_last=True), "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["document", "label"], name="policy_version_once"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(since__lte=F("until")),
                name="policy_version_days_in_order",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="policy_version_has_source"),
        ]

    def __str__(self) -> str:
        return self.label


@tracked
class PolicyLink(models.Model):
    """What a document governs: an obligation, a rule, a gate, a stage, a process or a kind of project, by its code."""

    class Kind(models.TextChoices):
        """What is linked."""

        OBLIGATION = "obligation", "任务条款"
        RULE = "rule", "规则"
        FIGURE = "figure", "参数"
        GATE = "gate", "关口"
        STAGE = "stage", "流程环节"
        PROCESS = "process", "办理事项"
        PROJECT = "project", "改造类型"

    document = models.ForeignKey(PolicyDocument, models.CASCADE, related_name="links")
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    ref = models.CharField("对象", max_length=80)
    place = models.CharField("条款位置", max_length=120, blank=True)

    class Meta:
        verbose_name = "政策关联"
        verbose_name_plural = "政策关联"
        ordering = ["kind", "ref"]
        constraints = [models.UniqueConstraint(fields=["document", "kind", "ref"], name="policy_link_once")]
        indexes = [models.Index(fields=["kind", "ref"], name="policy_link_ref")]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"

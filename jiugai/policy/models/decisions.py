"""Verdicts that were given: with the facts and figures they rest on, so that each can be recomputed bit for bit."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import Q

from jiugai.accounts.models import User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.domain.finding import Outcome
from jiugai.domain.stages import GATES
from jiugai.policy.models.occurrences import Occurrence
from jiugai.registry.models import Community

GATE_CHOICES = [(gate.code, gate.label) for gate in GATES]
OUTCOME_CHOICES = [(outcome.value, outcome.label) for outcome in Outcome]


class FigureSnapshot(models.Model):
    """All dated figures as they were, addressed by their fingerprint. Append-only."""

    digest = models.CharField(max_length=64, unique=True)
    figures = models.JSONField()
    first_used_at = models.DateTimeField("首次使用")

    class Meta:
        verbose_name = "参数快照"
        verbose_name_plural = "参数快照"

    def __str__(self) -> str:
        return self.digest[:12]


class DecisionQuerySet(ScopedQuerySet["Decision"]):
    """Decisions lie where their community lies."""

    scope_field = "community__area_path"


class Decision(models.Model):
    """One verdict of a gate on a community, kept when it differs from the one before. Append-only.

    `facts` and `verdict` are in the form of `domain.replay`, `on` is the day whose rules and figures were used,
    `rulebook` the fingerprint of the code of all rules. `lets_through` is true when each blocking finding was covered
    by a waiver, `is_open` only when none blocks.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="decisions", verbose_name="小区")
    gate = models.CharField("关口", max_length=24, choices=GATE_CHOICES)
    number = models.IntegerField("第几次")
    on = models.DateField("按哪天的规则")
    is_open = models.BooleanField("打开")
    lets_through = models.BooleanField("放行")
    facts = models.JSONField("事实快照")
    facts_digest = models.CharField(max_length=64)
    verdict = models.JSONField("结论快照")
    figures = models.ForeignKey(FigureSnapshot, models.PROTECT, related_name="+")
    rulebook = models.CharField("规则集指纹", max_length=64)
    cause = models.ForeignKey(Occurrence, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    by_name = models.CharField("谁", max_length=80)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "关口判定"
        verbose_name_plural = "关口判定"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["community", "gate", "number"], name="decision_numbered_once"),
            models.CheckConstraint(
                condition=Q(is_open=False) | Q(lets_through=True), name="decision_open_lets_through"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_gate_display()} 第{self.number}次判定"

    @property
    def area_path(self) -> str:
        """Where the community lies."""
        return self.community.area_path


class StoredFindingQuerySet(ScopedQuerySet["StoredFinding"]):
    """Findings lie where their decision's community lies."""

    scope_field = "decision__community__area_path"


class StoredFinding(models.Model):
    """What one rule said in a decision, word for word. `waiver` names the waiver that covered it. Append-only."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="findings")
    place = models.SmallIntegerField("次序")
    rule = models.CharField("规则", max_length=60)
    version = models.IntegerField("规则版本")
    clauses = ArrayField(models.CharField(max_length=12), verbose_name="条款")
    outcome = models.CharField("结论", max_length=16, choices=OUTCOME_CHOICES)
    says = models.TextField("理由")
    remedy = models.TextField("下一步", blank=True)
    used = models.JSONField("所用数字", default=list)
    waiver = models.ForeignKey("policy.Waiver", models.PROTECT, null=True, blank=True, related_name="+")

    objects = StoredFindingQuerySet.as_manager()

    class Meta:
        verbose_name = "判定结论"
        verbose_name_plural = "判定结论"
        ordering = ["decision", "place"]
        constraints = [models.UniqueConstraint(fields=["decision", "place"], name="finding_in_its_place")]
        indexes = [models.Index(fields=["rule", "outcome"], name="finding_rule")]

    def __str__(self) -> str:
        return f"{self.rule} {self.outcome}"


class LatestVerdict(models.Model):
    """How a gate stands for a community now: a table made from facts, remade by a job, behind the district table.

    The arrays hold rule names by outcome. `failed` and `unknown` are without the waived ones.
    """

    community = models.ForeignKey(Community, models.CASCADE, related_name="latest_verdicts")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    gate = models.CharField("关口", max_length=24, choices=GATE_CHOICES)
    is_open = models.BooleanField("打开")
    lets_through = models.BooleanField("放行")
    failed = ArrayField(models.CharField(max_length=60), default=list)
    unknown = ArrayField(models.CharField(max_length=60), default=list)
    waived = ArrayField(models.CharField(max_length=60), default=list)
    passed = ArrayField(models.CharField(max_length=60), default=list)
    not_applicable = ArrayField(models.CharField(max_length=60), default=list)
    on = models.DateField("按哪天的规则")
    judged_at = models.DateTimeField("核对时间")
    decision = models.ForeignKey(Decision, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = ScopedQuerySet["LatestVerdict"].as_manager()

    class Meta:
        verbose_name = "关口现状"
        verbose_name_plural = "关口现状"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["community", "gate"], name="latest_verdict_once")]
        indexes = [
            models.Index(fields=["gate", "area_path"], name="verdict_area", opclasses=["text_ops", "text_pattern_ops"]),
            models.Index(fields=["area_path", "id"], name="verdict_area_order"),
            GinIndex(fields=["failed"], name="verdict_failed"),
            GinIndex(fields=["unknown"], name="verdict_unknown"),
            GinIndex(fields=["waived"], name="verdict_waived"),
        ]

    def __str__(self) -> str:
        return f"{self.gate} {self.community_id}"

"""Scenarios, runs of the solver, versions of a plan, what somebody is moving about, and the plan in force."""

from typing import Any

from django.db import models
from django.db.models import Q

from jiugai.accounts.models import Area, User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.registry.choices import Provenance

MOST_MONTHS = 72


class PlanScenario(models.Model):
    """A way to plan an area: from which month, for how many months, on what assumptions; its versions hang on it."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="辖区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    title = models.CharField("方案", max_length=80)
    first_month = models.DateField("第一个月")
    months = models.SmallIntegerField("月数", default=36)
    note = models.TextField("说明", blank=True)
    money_percent = models.SmallIntegerField("资金按条件的百分之", default=100)
    made_at = models.DateTimeField("建立时间")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_by_name = models.CharField("建立人", max_length=80)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["PlanScenario"].as_manager()

    class Meta:
        verbose_name = "计划方案"
        verbose_name_plural = "计划方案"
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["area_path", "-id"], name="plan_scenario_area", opclasses=["text_pattern_ops", "int8_ops"]
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(months__range=(1, MOST_MONTHS), money_percent__range=(1, 500), first_month__day=1)
                & ~Q(title=""),
                name="plan_scenario_plausible",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class PlanVersion(models.Model):
    """A plan as it was solved or saved by hand, with the very instance it answers. Append-only.

    `instance` is in the format renovation-plan-1, `starts` month numbers by project code, `told` what people need to
    read it (names, kinds, assumptions), `sums` and `clashes` what the plan comes to and breaks.
    """

    class Origin(models.TextChoices):
        """How it came about."""

        SOLVED = "solved", "求解"
        EDITED = "edited", "手动调整"

    scenario = models.ForeignKey(PlanScenario, models.PROTECT, related_name="versions", verbose_name="方案")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    number = models.IntegerField("版本")
    origin = models.CharField("由来", max_length=8, choices=Origin.choices)
    base = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name="在哪一版上")
    instance = models.JSONField()
    told = models.JSONField(default=dict)
    starts = models.JSONField()
    locks = models.JSONField(default=dict)
    sums = models.JSONField(default=dict)
    clashes = models.JSONField(default=list)
    objective = models.FloatField("得分")
    bound = models.FloatField("上界", null=True)
    gap = models.FloatField("差距", null=True)
    feasible = models.BooleanField("可行")
    reason = models.CharField("理由", max_length=300, blank=True)
    made_at = models.DateTimeField("生成时间")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_by_name = models.CharField("编制人", max_length=80)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["PlanVersion"].as_manager()

    class Meta:
        verbose_name = "计划版本"
        verbose_name_plural = "计划版本"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["scenario", "number"], name="plan_version_number"),
            models.CheckConstraint(condition=Q(origin="solved") | ~Q(reason=""), name="plan_edit_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.scenario} 第{self.number}版"

    @property
    def gap_words(self) -> str:
        """How far at most from the best, rounded up so that it never promises too much."""
        return "没有证明" if self.gap is None else f"最多 {-(-self.gap * 1000 // 1) / 10:.1f}%"


class SolveRun(models.Model):
    """One run of the solver over a scenario: asked for by a person, carried out by a worker, watched while it runs."""

    class State(models.TextChoices):
        """Where it stands."""

        QUEUED = "queued", "排队"
        RUNNING = "running", "正在求解"
        DONE = "done", "已完成"
        STOPPED = "stopped", "已停止"
        FAILED = "failed", "没有完成"

    scenario = models.ForeignKey(PlanScenario, models.PROTECT, related_name="runs", verbose_name="方案")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    base = models.ForeignKey(PlanVersion, models.PROTECT, null=True, related_name="+", verbose_name="起点")
    locks = models.JSONField(default=dict)
    seconds = models.SmallIntegerField("时限（秒）", default=60)
    threads = models.SmallIntegerField(default=2)
    seed = models.IntegerField(default=1)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.QUEUED)
    stop_asked = models.BooleanField("要求停止", default=False)
    progress = models.JSONField(default=list)
    message = models.CharField("说明", max_length=500, blank=True)
    clash = models.JSONField(default=list)
    result = models.ForeignKey(PlanVersion, models.PROTECT, null=True, related_name="+", verbose_name="结果")
    asked_at = models.DateTimeField("提出时间")
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_by_name = models.CharField("提出人", max_length=80)
    started_at = models.DateTimeField("开始", null=True)
    ended_at = models.DateTimeField("结束", null=True)
    job_id = models.BigIntegerField("作业", null=True)

    objects = ScopedQuerySet["SolveRun"].as_manager()

    class Meta:
        verbose_name = "求解"
        verbose_name_plural = "求解"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seconds__range=(1, 3600), threads__range=(1, 64)), name="solve_run_plausible"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scenario}求解 {self.pk}"

    @property
    def finished(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in (self.State.DONE, self.State.STOPPED, self.State.FAILED)


class PlanDraft(models.Model):
    """What one person moves about on the board, over one version, until it is saved as a version or dropped."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="drafts")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    moves = models.JSONField(default=dict)
    locks = models.JSONField(default=dict)
    undo = models.JSONField(default=list)

    objects = ScopedQuerySet["PlanDraft"].as_manager()

    class Meta:
        verbose_name = "计划草稿"
        verbose_name_plural = "计划草稿"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "version"], name="plan_draft_once")]

    def __str__(self) -> str:
        return f"{self.version} {self.user}"

    def starts(self) -> dict[str, Any]:
        """Return the version's starts with the moves laid over them; None takes a project out."""
        laid = {**self.version.starts, **self.moves}
        return {code: start for code, start in laid.items() if start is not None}


class CurrentPlan(models.Model):
    """The version that an area works by. Published by check of `edition`, so that nobody overwrites a colleague."""

    area = models.OneToOneField(Area, models.PROTECT, related_name="+", verbose_name="辖区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+", verbose_name="版本")
    edition = models.IntegerField("第几次发布", default=1)
    at = models.DateTimeField("发布时间")
    by_name = models.CharField("发布人", max_length=80)

    objects = ScopedQuerySet["CurrentPlan"].as_manager()

    class Meta:
        verbose_name = "现行方案"
        verbose_name_plural = "现行方案"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.area}：{self.version}"

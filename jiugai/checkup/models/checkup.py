"""Check-ups and what is rebuilt from the entries about them: parts, answers, defects.

The truth are the entries (`offline.Operation` with subject `checkup:<key>:<part>`); everything here but the check-up's
opening and finishing is made of them by `checkup.rebuilding` and may be thrown away and made again.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from jiugai.accounts.scope import ScopedQuerySet
from jiugai.checkup.models.standards import CheckupEdition
from jiugai.registry.choices import Need, Provenance
from jiugai.registry.models import Building, Community
from jiugai.registry.models.tracking import tracked


@tracked
class Checkup(models.Model):
    """The check-up of one community in one year's round, by the edition in force when it was opened."""

    class State(models.TextChoices):
        """How far it is. Entries after finishing are corrections; they change the result but not the state.

        A withdrawn one counts for nothing from then on, and its year may be checked anew.
        """

        OPEN = "open", "填报中"
        FINISHED = "finished", "已完成"
        WITHDRAWN = "withdrawn", "已撤回"

    community = models.ForeignKey(Community, models.PROTECT, related_name="checkups", verbose_name="小区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    year = models.SmallIntegerField("年度")
    edition = models.ForeignKey(CheckupEdition, models.PROTECT, related_name="+", verbose_name="指标版本")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField("开始时间")
    opened_by_name = models.CharField("开始人", max_length=80)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    finished_by_name = models.CharField("完成人", max_length=80, blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by_name = models.CharField("撤回人", max_length=80, blank=True, default="", db_default="")
    withdrawn_reason = models.CharField("撤回原因", max_length=300, blank=True, default="", db_default="")
    corrected_at = models.DateTimeField("更正时间", null=True, blank=True)
    score = models.DecimalField("得分", max_digits=4, decimal_places=1, null=True, blank=True)
    need = models.CharField("建议改造需求", max_length=8, choices=Need.choices, default=Need.UNKNOWN)
    need_says = models.CharField("建议理由", max_length=200, blank=True)
    needs = ArrayField(models.CharField(max_length=40), verbose_name="建议改造内容", default=list, blank=True)
    buildings_done = models.IntegerField("填完的楼栋", default=0)
    buildings_all = models.IntegerField("楼栋数", null=True, blank=True)
    defects = models.IntegerField("问题", default=0)
    severe = models.IntegerField("严重问题", default=0)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["Checkup"].as_manager()

    class Meta:
        verbose_name = "体检"
        verbose_name_plural = "体检"
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "year"], condition=~Q(state="withdrawn"), name="checkup_once_a_year"
            ),
            models.CheckConstraint(condition=Q(year__range=(2000, 2100)), name="checkup_year_plausible"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__range=(0, 100)), name="checkup_score_0_100"
            ),
            models.CheckConstraint(
                condition=~Q(state="finished") | Q(finished_at__isnull=False), name="checkup_finished_has_time"
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")
                | ~Q(state="withdrawn") & Q(withdrawn_at__isnull=True),
                name="checkup_withdrawn_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["area_path"], name="checkup_area", opclasses=["text_pattern_ops"]),
            models.Index(fields=["score", "id"], name="checkup_score"),
            models.Index(fields=["finished_at", "id"], name="checkup_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.community} {self.year} 年度体检"

    @property
    def subject(self) -> str:
        """The start of the subjects of its entries."""
        return f"checkup:{self.pk}:"


class PartQuerySet(ScopedQuerySet["CheckupPart"]):
    """Parts lie where their check-up lies."""

    scope_field = "checkup__area_path"


class CheckupPart(models.Model):
    """A building of a check-up, or with an empty key what the community shares. Made of entries."""

    checkup = models.ForeignKey(Checkup, models.CASCADE, related_name="parts", verbose_name="体检")
    key = models.CharField("键", max_length=80, blank=True)
    building = models.ForeignKey(Building, models.PROTECT, null=True, related_name="+", verbose_name="楼栋")
    label = models.CharField("名称", max_length=80)
    score = models.DecimalField("得分", max_digits=4, decimal_places=1, null=True)
    open_count = models.IntegerField("没填的指标")
    unsure_count = models.IntegerField("说不清的指标", default=0)
    disputed = models.IntegerField("说法不一的指标", default=0)
    photos = models.JSONField("照片", default=list)
    touched_at = models.DateTimeField("最后填写", null=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = "体检部位"
        verbose_name_plural = "体检部位"
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["checkup", "key"], name="checkup_part_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def is_shared(self) -> bool:
        """Tell whether this is the community's shared part."""
        return not self.key

    @property
    def done(self) -> bool:
        """Tell whether every indicator has an answer."""
        return self.open_count == 0


class BelowPart(ScopedQuerySet["CheckupAnswer"]):
    """Answers lie where their check-up lies."""

    scope_field = "part__checkup__area_path"


class CheckupAnswer(models.Model):
    """The answer that counts for one indicator of a part, and what colleagues said otherwise. Made of entries."""

    part = models.ForeignKey(CheckupPart, models.CASCADE, related_name="answers", verbose_name="体检部位")
    indicator = models.CharField("指标", max_length=40)
    value = models.JSONField("答案", null=True)
    note = models.CharField("说明", max_length=500, blank=True)
    author_name = models.CharField("填写人", max_length=80)
    at = models.DateTimeField("填写时间")
    others = models.JSONField("其他人的填写", default=list)

    objects = BelowPart.as_manager()

    class Meta:
        verbose_name = "体检答案"
        verbose_name_plural = "体检答案"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["part", "indicator"], name="checkup_answer_once")]

    def __str__(self) -> str:
        return f"{self.indicator}：{self.value}"


class DefectsBelowPart(ScopedQuerySet["CheckupDefect"]):
    """Defects lie where their check-up lies."""

    scope_field = "part__checkup__area_path"


class CheckupDefect(models.Model):
    """A defect found. `ref` is the entry that added it. Made of entries."""

    part = models.ForeignKey(CheckupPart, models.CASCADE, related_name="defects", verbose_name="体检部位")
    ref = models.CharField("编号", max_length=60)
    indicator = models.CharField("指标", max_length=40)
    code = models.CharField("问题代码", max_length=20)
    severity = models.CharField("程度", max_length=8)
    place = models.CharField("部位", max_length=120, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)
    author_name = models.CharField("填写人", max_length=80)
    at = models.DateTimeField("发现时间")

    objects = DefectsBelowPart.as_manager()

    class Meta:
        verbose_name = "体检问题"
        verbose_name_plural = "体检问题"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["part", "ref"], name="checkup_defect_once")]

    def __str__(self) -> str:
        return self.code

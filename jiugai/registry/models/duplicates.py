"""Pairs of communities that may be one."""

from django.contrib.gis.db import models
from django.db.models import F, Q

from jiugai.accounts.models import User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.registry.models.community import Community


class DuplicatePair(models.Model):
    """A proposal that two communities are the same, with the reasons; a person decides.

    `moved` remembers what a merge moved, so that the merge can be taken back.
    """

    class State(models.TextChoices):
        """What was decided."""

        PROPOSED = "proposed", "待核对"
        MERGED = "merged", "已合并"
        APART = "apart", "不是重复"

    first = models.ForeignKey(Community, models.CASCADE, related_name="+", verbose_name="小区甲")
    second = models.ForeignKey(Community, models.CASCADE, related_name="+", verbose_name="小区乙")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    score = models.DecimalField("相似度", max_digits=4, decimal_places=3)
    distance_m = models.IntegerField("相距（米）", null=True)
    reasons = models.JSONField("理由", default=list)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.PROPOSED)
    kept = models.ForeignKey(Community, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True)
    decided_by_name = models.CharField("核对人", max_length=80, blank=True)
    decided_at = models.DateTimeField("核对时间", null=True, blank=True)
    reason = models.CharField("说明", max_length=300, blank=True)
    moved = models.JSONField(default=dict)
    found_at = models.DateTimeField("发现时间", auto_now_add=True)

    objects = ScopedQuerySet["DuplicatePair"].as_manager()

    class Meta:
        verbose_name = "疑似重复"
        verbose_name_plural = "疑似重复"
        ordering = ["-score", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_in_order"),
            models.CheckConstraint(condition=~Q(state="merged") | Q(kept__isnull=False), name="pair_merged_has_kept"),
        ]
        indexes = [
            models.Index(fields=["area_path"], name="pair_area", opclasses=["text_pattern_ops"]),
            models.Index(fields=["state", "-score", "id"], name="pair_state"),
        ]

    def __str__(self) -> str:
        return f"{self.first} ／ {self.second}"

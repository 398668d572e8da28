"""What a check-up is measured by: editions of indicators, and targets of coverage."""

import json
from functools import lru_cache

from django.db import models
from django.db.models import Q

from jiugai.accounts.models import Area, User
from jiugai.domain.checkup.edition import Edition
from jiugai.domain.checkup.reading import read_edition


class CheckupEdition(models.Model):
    """An edition of the indicators, in the shape of `domain.checkup.edition`. Never changed: a new one is entered."""

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=120)
    since = models.DateField("施行日期")
    content = models.JSONField("内容")
    reason = models.CharField("依据", max_length=300, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="录入人")
    entered_by_name = models.CharField("录入人", max_length=80, blank=True)
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        verbose_name = "体检指标版本"
        verbose_name_plural = "体检指标版本"
        ordering = ["-since", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def edition(self) -> Edition:
        """Return the content, read; it was checked when it was entered."""
        return _read(json.dumps(self.content, sort_keys=True))


class CheckupTarget(models.Model):
    """By when which share of an area's communities shall have been checked (T03-1, T03-3)."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="辖区")
    title = models.CharField("目标", max_length=160)
    due = models.DateField("期限")
    share = models.SmallIntegerField("比例（%）")
    basis = models.CharField("依据", max_length=300)
    entered_by_name = models.CharField("录入人", max_length=80, blank=True)
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        verbose_name = "体检目标"
        verbose_name_plural = "体检目标"
        ordering = ["due", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["area", "due", "title"], name="checkup_target_once"),
            models.CheckConstraint(condition=Q(share__range=(1, 100)), name="checkup_target_is_share"),
        ]

    def __str__(self) -> str:
        return self.title


@lru_cache(maxsize=20)
def _read(content: str) -> Edition:
    """Read a content once; entries of a batch ask for the same edition hundreds of times."""
    return read_edition(json.loads(content))

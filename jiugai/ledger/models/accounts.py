"""Accounts, whose balances are kept, not summed on reading."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from jiugai.accounts.models import Area
from jiugai.accounts.scope import ScopedQuerySet


class Book(models.TextChoices):
    """What is counted. Money follows with the subsidies; its unit is the fen."""

    FLOOR_AREA = "floor_area", "建筑规模（平方厘米）"


class AccountQuerySet(ScopedQuerySet["Account"]):
    """Accounts in scope."""


class Account(models.Model):
    """An account of an area in a book. Triggers move `balance`; `floor` is the least it may hold, None for no limit."""

    book = models.CharField("账本", max_length=16, choices=Book.choices)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="辖区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    code = models.CharField("科目", max_length=24)
    floor = models.BigIntegerField("最低余额", null=True)
    balance = models.BigIntegerField("余额", default=0, editable=False)

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = "科目"
        verbose_name_plural = "科目"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["book", "area", "code"], name="account_once_per_area"),
            models.CheckConstraint(
                condition=Q(floor__isnull=True) | Q(balance__gte=F("floor")), name="account_not_overdrawn"
            ),
        ]
        indexes = [models.Index(fields=["area_path"], name="account_area", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return f"{self.area} {self.code}"

    @property
    def words(self) -> dict[str, Any]:
        """What the log keeps."""
        return {"辖区": str(self.area), "科目": self.code}

"""Entries and their legs: append-only, in balance, corrected by reversal."""

from django.db import models
from django.db.models import Q

from jiugai.accounts.models import Area, User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.ledger.models.accounts import Account, Book
from jiugai.matters.models import Matter
from jiugai.registry.choices import Provenance


class EntryQuerySet(ScopedQuerySet["Entry"]):
    """Entries in scope."""


class Entry(models.Model):
    """One event in a book. A deferred trigger refuses a commit in which its legs do not sum to nothing."""

    book = models.CharField("账本", max_length=16, choices=Book.choices)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="辖区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    what = models.CharField("事由", max_length=160)
    reference = models.CharField("文号", max_length=80, blank=True)
    on = models.DateField("记账日期")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="entries", verbose_name="事项")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by", verbose_name="冲正")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField("记账人", max_length=80)
    at = models.DateTimeField("记账时间")
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = "分录"
        verbose_name_plural = "分录"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(what=""), name="entry_says_what")]
        indexes = [
            models.Index(fields=["area_path", "id"], name="entry_area", opclasses=["text_pattern_ops", "int8_ops"]),
            models.Index(fields=["on", "id"], name="entry_day"),
        ]

    def __str__(self) -> str:
        return self.what


class Leg(models.Model):
    """One side of an entry; inserting it moves the balance of its account."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="legs")
    account = models.ForeignKey(Account, models.PROTECT, related_name="legs")
    amount = models.BigIntegerField("数额")

    class Meta:
        verbose_name = "分录方"
        verbose_name_plural = "分录方"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="leg_is_something"),
            models.UniqueConstraint(fields=["entry", "account"], name="leg_once_per_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.amount}"

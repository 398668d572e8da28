"""Draft sets of figures: what verdicts would be if some figures were others."""

from typing import Self

from django.contrib.gis.db import models
from django.db.models import Q

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.registry.models.tracking import tracked


class DraftSetQuerySet(ScopedQuerySet["DraftSet"]):
    """Drafts of figures belong to the whole city and hold nothing about a place."""

    def adopted(self) -> Self:
        """Return those in force, in the order in which they were adopted."""
        return self.filter(adopted_at__isnull=False).order_by("adopted_at", "pk")

    def visible_to(self, actor: Actor) -> Self:
        """Everybody who may read the policy library may read drafts."""
        return self


@tracked
class DraftSet(models.Model):
    """A named set of changed figures. Until it is adopted it changes no verdict and only lets people compare.

    Once adopted, by a document with a number, it is in force and never changes again; a later one may go on from it.
    """

    name = models.CharField("名称", max_length=80, unique=True)
    note = models.CharField("说明", max_length=300, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    made_by_name = models.CharField("谁", max_length=80)
    made_at = models.DateTimeField("建立时间")
    closed_at = models.DateTimeField("收起时间", null=True, blank=True)
    adopted_at = models.DateTimeField("采纳时间", null=True, blank=True)
    adopted_by_name = models.CharField("采纳人", max_length=80, blank=True)
    authority = models.CharField("采纳文号", max_length=80, blank=True)

    objects = DraftSetQuerySet.as_manager()

    class Meta:
        verbose_name = "草案参数集"
        verbose_name_plural = "草案参数集"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="draft_set_has_name"),
            models.CheckConstraint(
                condition=Q(adopted_at__isnull=True, authority="")
                | Q(adopted_at__isnull=False) & ~Q(authority="") & ~Q(adopted_by_name=""),
                name="draft_adopted_by_a_document",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked
class DraftFigure(models.Model):
    """One figure of a draft from a day on. `value` is the text as typed; None ends the figure on the day before."""

    draft = models.ForeignKey(DraftSet, models.CASCADE, related_name="figures")
    figure = models.CharField("参数", max_length=80)
    since = models.DateField("起")
    value = models.CharField("值", max_length=60, null=True, blank=True)

    class Meta:
        verbose_name = "草案参数"
        verbose_name_plural = "草案参数"
        ordering = ["figure", "since"]
        constraints = [models.UniqueConstraint(fields=["draft", "figure", "since"], name="draft_figure_once_a_day")]

    def __str__(self) -> str:
        return f"{self.figure} {self.since}"

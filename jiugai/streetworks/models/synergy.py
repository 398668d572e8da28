"""A request to another department to do both works at once (T16-4): a matter with a deadline for the answer."""

from django.contrib.gis.db import models
from django.db.models import F, Q

from jiugai.matters.models import Matter, tracked_kind
from jiugai.streetworks.models.overlaps import Overlap


@tracked_kind
class SynergyRequest(Matter):
    """What the project's side asks for one overlap, and what the other side answers.

    `agreed_from` and `agreed_until` are the days on which both are done; an accepted request is a pair of the planner.
    """

    overlap = models.ForeignKey(Overlap, models.PROTECT, related_name="requests", verbose_name="交叉")
    wanted_from = models.DateField("希望一起施工起", null=True, blank=True)
    wanted_until = models.DateField("希望一起施工止", null=True, blank=True)
    saving_yuan = models.BigIntegerField("预计节省（元）", null=True, blank=True)
    answer = models.TextField("答复意见", blank=True)
    agreed_from = models.DateField("商定施工起", null=True, blank=True)
    agreed_until = models.DateField("商定施工止", null=True, blank=True)
    refusal = models.TextField("不能合并的理由", blank=True)

    class Meta:
        verbose_name = "协同请求"
        verbose_name_plural = "协同请求"
        constraints = [
            models.CheckConstraint(
                condition=Q(wanted_from__isnull=True) | Q(wanted_until__gte=F("wanted_from")),
                name="synergy_wanted_in_order",
            ),
            models.CheckConstraint(
                condition=Q(agreed_from__isnull=True) | Q(agreed_until__gte=F("agreed_from")),
                name="synergy_agreed_in_order",
            ),
            models.CheckConstraint(
                condition=Q(saving_yuan__isnull=True) | Q(saving_yuan__gte=0), name="synergy_saving_not_negative"
            ),
        ]

"""What the five types of problems share."""

from django.db import models

from jiugai.governance.models.standard import GovernanceStandard
from jiugai.matters.models import Matter
from jiugai.registry.models import Building


class Found(Matter):
    """A problem found in a community: where, when, by which standard, and whether it stands in the way of works.

    `affects_works` stays empty until somebody judges it; the gate takes that as unknown (T02-5).
    """

    place = models.CharField("具体位置", max_length=120)
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="楼栋")
    found_on = models.DateField("发现日期")
    affects_works = models.BooleanField("影响改造工程", null=True, blank=True)
    standard = models.ForeignKey(
        GovernanceStandard, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="认定标准"
    )

    class Meta:
        abstract = True

"""Ground stakes and locks (地桩地锁), counted until none is left (T02-8)."""

from django.db import models
from django.db.models import F, Q

from jiugai.governance.models.found import Found
from jiugai.matters.models import tracked_kind


@tracked_kind
class StakeLock(Found):
    """A place with stakes or locks: how many were found, how many are left."""

    count_found = models.IntegerField("发现个数")
    count_left = models.IntegerField("剩余个数")
    removed_on = models.DateField("拆完日期", null=True, blank=True)

    class Meta:
        verbose_name = "地桩地锁"
        verbose_name_plural = "地桩地锁"
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_on__isnull=True) | Q(removed_on__gte=F("found_on")),
                name="stakes_removed_after_found",
                violation_error_message="拆完日期早于发现日期",
            ),
            models.CheckConstraint(
                condition=Q(count_found__range=(1, 10_000)),
                name="stakes_found_plausible",
                violation_error_message="发现个数要在 1 到 10,000 之间",
            ),
            models.CheckConstraint(
                condition=Q(count_left__gte=0) & Q(count_left__lte=F("count_found")),
                name="stakes_left_of_found",
                violation_error_message="剩余个数要在 0 和发现个数之间",
            ),
            models.CheckConstraint(
                condition=Q(removed_on__isnull=True) | Q(count_left=0),
                name="stakes_removed_when_none_left",
                violation_error_message="还有地桩地锁没有拆，剩余个数是 0 才能登记拆完",
            ),
        ]

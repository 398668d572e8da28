"""Wall openings (开墙打洞), treated to closure (T02-9)."""

from django.db import models
from django.db.models import F, Q

from jiugai.governance.models.found import Found
from jiugai.matters.models import tracked_kind


@tracked_kind
class WallOpening(Found):
    """A wall broken through, mostly for a shop; treated when the wall is restored."""

    used_as = models.CharField("现用途", max_length=60, blank=True)
    load_bearing = models.BooleanField("承重墙", null=True, blank=True)
    restored_on = models.DateField("恢复日期", null=True, blank=True)

    class Meta:
        verbose_name = "开墙打洞"
        verbose_name_plural = "开墙打洞"
        constraints = [
            models.CheckConstraint(
                condition=Q(restored_on__isnull=True) | Q(restored_on__gte=F("found_on")),
                name="opening_restored_after_found",
                violation_error_message="恢复日期早于发现日期",
            ),
        ]

"""Group rentals (群租房), kept at zero: a new finding reopens the count (T02-10)."""

from django.db import models
from django.db.models import F, Q

from jiugai.governance.models.found import Found
from jiugai.matters.models import tracked_kind


@tracked_kind
class GroupRental(Found):
    """A flat let to a group. `again` marks one found in a community whose count stood at zero."""

    flat = models.CharField("房号", max_length=40, blank=True)
    tenants = models.IntegerField("居住人数", null=True, blank=True)
    partitions = models.IntegerField("隔断间数", null=True, blank=True)
    again = models.BooleanField("清零后再次发现", default=False, editable=False)
    cleared_on = models.DateField("清退日期", null=True, blank=True)

    class Meta:
        verbose_name = "群租房"
        verbose_name_plural = "群租房"
        constraints = [
            models.CheckConstraint(
                condition=Q(cleared_on__isnull=True) | Q(cleared_on__gte=F("found_on")),
                name="rental_cleared_after_found",
                violation_error_message="清退日期早于发现日期",
            ),
            models.CheckConstraint(
                condition=Q(tenants__isnull=True) | Q(tenants__range=(1, 200)),
                name="rental_tenants_plausible",
                violation_error_message="居住人数要在 1 到 200 之间",
            ),
        ]

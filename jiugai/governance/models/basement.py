"""Misused basements (地下空间违规使用), treated to closure (T02-9)."""

from django.db import models
from django.db.models import F, Q

from jiugai.governance.models.found import Found
from jiugai.matters.models import tracked_kind


@tracked_kind
class BasementMisuse(Found):
    """A basement used against the rules: lived in, let, stored full. Treated when it is vacated."""

    class Use(models.TextChoices):
        """What it was used for."""

        LIVING = "living", "住人"
        STORAGE = "storage", "违规存放"
        BUSINESS = "business", "违规经营"
        OTHER = "other", "其他"

    use = models.CharField("违规用途", max_length=10, choices=Use.choices)
    civil_defence = models.BooleanField("人防工程", null=True, blank=True)
    people = models.IntegerField("居住人数", null=True, blank=True)
    vacated_on = models.DateField("清理日期", null=True, blank=True)

    class Meta:
        verbose_name = "地下空间违规使用"
        verbose_name_plural = "地下空间违规使用"
        constraints = [
            models.CheckConstraint(
                condition=Q(people__isnull=True) | Q(people__range=(0, 2_000)),
                name="basement_people_plausible",
                violation_error_message="居住人数要在 0 到 2,000 之间",
            ),
            models.CheckConstraint(
                condition=Q(vacated_on__isnull=True) | Q(vacated_on__gte=F("found_on")),
                name="basement_vacated_after_found",
                violation_error_message="清理日期早于发现日期",
            ),
        ]

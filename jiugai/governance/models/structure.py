"""Illegal structures (违法建设) and their lawful demolition (T02-4, T02-5)."""

from django.db import models
from django.db.models import F, Q

from jiugai.governance.models.found import Found
from jiugai.matters.models import tracked_kind


@tracked_kind
class IllegalStructure(Found):
    """One structure without permit. Demolition by force needs a decision that was served; every step has its day."""

    class Mode(models.TextChoices):
        """How it came down."""

        SELF = "self", "自行拆除"
        FORCED = "forced", "强制拆除"

    area_cm2 = models.BigIntegerField("违建面积（平方厘米）", null=True, blank=True)
    notice_number = models.CharField("限期拆除通知书文号", max_length=60, blank=True)
    notice_served_on = models.DateField("通知送达日期", null=True, blank=True)
    decision_number = models.CharField("强制拆除决定书文号", max_length=60, blank=True)
    decision_served_on = models.DateField("决定送达日期", null=True, blank=True)
    demolished_on = models.DateField("拆除日期", null=True, blank=True)
    demolition = models.CharField("拆除方式", max_length=8, choices=Mode.choices, blank=True)
    rechecked_on = models.DateField("复核日期", null=True, blank=True)

    class Meta:
        verbose_name = "违法建设"
        verbose_name_plural = "违法建设"
        constraints = [
            models.CheckConstraint(
                condition=Q(area_cm2__isnull=True) | Q(area_cm2__gt=0),
                name="structure_area_positive",
                violation_error_message="违建面积要大于 0",
            ),
            models.CheckConstraint(
                condition=Q(notice_served_on__isnull=True) | Q(notice_served_on__gte=F("found_on")),
                name="structure_notice_after_found",
                violation_error_message="通知送达日期早于发现日期",
            ),
            models.CheckConstraint(
                condition=Q(decision_served_on__isnull=True) | Q(decision_served_on__gte=F("notice_served_on")),
                name="structure_decision_after_notice",
                violation_error_message="强制拆除决定送达日期早于限期拆除通知送达日期，或通知还没有送达",
            ),
            models.CheckConstraint(
                condition=Q(demolished_on__isnull=True)
                | Q(notice_served_on__isnull=False, demolished_on__gte=F("notice_served_on")),
                name="structure_demolished_after_notice",
                violation_error_message="拆除日期早于限期拆除通知送达日期，或通知还没有送达",
            ),
            models.CheckConstraint(
                condition=~Q(demolition="forced")
                | Q(decision_served_on__isnull=False, demolished_on__gte=F("decision_served_on")),
                name="structure_forced_after_decision",
                violation_error_message="强制拆除要先送达强制拆除决定，拆除日期不能早于决定送达日期",
            ),
            models.CheckConstraint(
                condition=Q(rechecked_on__isnull=True)
                | Q(demolished_on__isnull=False, rechecked_on__gte=F("demolished_on")),
                name="structure_rechecked_after_demolition",
                violation_error_message="复核日期早于拆除日期，或还没有登记拆除",
            ),
        ]

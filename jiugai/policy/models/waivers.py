"""Recorded exceptions (例外): a rule that may be passed over for one community, by whose authority, and until when."""

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db.models import F, Func, Q, Value

from jiugai.accounts.models import Organisation, User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.registry.models import Community
from jiugai.registry.models.tracking import tracked

_DAYS = Func(F("since"), F("until"), Value("[]"), function="daterange")


@tracked
class Waiver(models.Model):
    """A waiver of one rule for one community, both days included. It is never deleted, only ended early."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="waivers", verbose_name="小区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    rule = models.CharField("规则", max_length=60)
    authority = models.CharField("批准依据", max_length=200)
    reason = models.CharField("理由", max_length=500)
    since = models.DateField("起")
    until = models.DateField("止")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="批准单位"
    )
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    granted_by_name = models.CharField("批准人", max_length=80)
    granted_at = models.DateTimeField("批准时间")
    ended_at = models.DateTimeField("终止时间", null=True, blank=True)
    ended_by_name = models.CharField("终止人", max_length=80, blank=True)
    ended_reason = models.CharField("终止原因", max_length=300, blank=True)
    version = models.IntegerField("版本", default=1)

    objects = ScopedQuerySet["Waiver"].as_manager()

    class Meta:
        verbose_name = "例外"
        verbose_name_plural = "例外"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(since__lte=F("until")), name="waiver_days_in_order"),
            models.CheckConstraint(condition=~Q(authority="") & ~Q(reason=""), name="waiver_has_authority_and_reason"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | ~Q(ended_reason=""), name="waiver_end_has_reason"
            ),
            ExclusionConstraint(
                name="waiver_one_at_a_time",
                expressions=[
                    ("community", RangeOperators.EQUAL),
                    ("rule", RangeOperators.EQUAL),
                    (_DAYS, RangeOperators.OVERLAPS),
                ],
                condition=Q(ended_at__isnull=True),
                violation_error_code="overlap",
            ),
        ]
        indexes = [models.Index(fields=["area_path"], name="waiver_area", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return f"{self.community} {self.rule} 例外"

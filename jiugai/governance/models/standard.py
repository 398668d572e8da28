"""Governance standards, one per type of problem and time (T02-2)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from jiugai.domain.five_types import Problem
from jiugai.registry.models.tracking import tracked

PROBLEMS = [(one.value, one.label) for one in Problem]


@tracked
class GovernanceStandard(models.Model):
    """What counts as a problem of one type and when it is treated, as issued; versions follow each other in time.

    Holds for the whole city. A case keeps the version under which it was found.
    """

    problem = models.CharField("问题类型", max_length=20, choices=PROBLEMS)
    title = models.CharField("标准名称", max_length=120)
    number = models.CharField("文号", max_length=60, blank=True)
    issuer = models.CharField("印发单位", max_length=80)
    counts_as = models.TextField("认定标准")
    treated_when = models.TextField("办结标准")
    starts = models.DateField("施行日期")
    until = models.DateField("停止施行", null=True, blank=True)
    provisional = models.BooleanField("平台暂定", default=False)

    class Meta:
        verbose_name = "治理标准"
        verbose_name_plural = "治理标准"
        ordering = ["problem", "-starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("starts")), name="standard_ends_later"
            ),
            ExclusionConstraint(
                name="one_standard_at_a_time",
                expressions=[
                    ("problem", RangeOperators.EQUAL),
                    (Func("starts", "until", Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_problem_display()}：{self.title}"

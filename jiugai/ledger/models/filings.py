"""Added floor area of a project, reserved from the pool and filed apart (T18-1…3)."""

from django.db import models
from django.db.models import F, Q

from jiugai.domain.floor_area import Work
from jiugai.matters.models import Matter, tracked_kind
from jiugai.planning.models import Project
from jiugai.web.areas import AreaField

WORKS = [(work.value, work.label) for work in Work]


@tracked_kind
class AreaFiling(Matter):
    """One facility or set of flats that adds floor area. Only the four kinds of works are there to choose (T18-2)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="area_filings", verbose_name="改造项目")
    work = models.CharField("改造类别", max_length=16, choices=WORKS)
    facility = models.CharField("增加面积的设施", max_length=80)
    planned_cm2 = AreaField("拟增加建筑面积")
    opinion_number = models.CharField("规划意见文号", max_length=60, blank=True)
    built_cm2 = AreaField("实测增加建筑面积", null=True, blank=True)
    survey_number = models.CharField("测绘报告编号", max_length=60, blank=True)
    filing_number = models.CharField("备案号", max_length=60, blank=True)
    filed_on = models.DateField("备案日期", null=True, blank=True)

    class Meta:
        verbose_name = "流量池备案"
        verbose_name_plural = "流量池备案"
        constraints = [
            models.CheckConstraint(
                condition=Q(work__in=[w.value for w in Work]), name="filing_of_the_four_kinds",
                violation_error_message="流量池只收四类改造增加的面积（T18-2）",
            ),
            models.CheckConstraint(
                condition=Q(planned_cm2__gt=0) & (Q(built_cm2__isnull=True) | Q(built_cm2__gt=0)),
                name="filing_area_positive", violation_error_message="面积要大于零",
            ),
            models.CheckConstraint(
                condition=Q(filed_on__isnull=True) | Q(built_cm2__isnull=False) & ~Q(filing_number=""),
                name="filing_has_number_and_area", violation_error_message="备案要有备案号和实测面积（T18-3）",
            ),
            models.UniqueConstraint(
                fields=["filing_number"], condition=~Q(filing_number=""), name="filing_number_once",
                violation_error_message="这个备案号已经用过",
            ),
        ]  # fmt: skip
        indexes = [models.Index(F("work"), name="filing_work")]

"""What takes time about pipelines: special funds, approvals outside the red line, handing over to the utilities."""

from django.contrib.gis.db import models
from django.db.models import F, Q

from jiugai.matters.models import Matter, tracked_kind
from jiugai.pipes.models.jobs import PipeJob


@tracked_kind
class PipeFund(Matter):
    """An application for a national special fund for pipelines (T14-1)."""

    programme = models.CharField("专项资金名称", max_length=120)
    year = models.SmallIntegerField("年度")
    asked_yuan = models.BigIntegerField("申请金额（元）")
    submitted_on = models.DateField("报送日期", null=True, blank=True)
    granted_yuan = models.BigIntegerField("下达金额（元）", null=True, blank=True)
    grant_ref = models.CharField("下达文号", max_length=80, blank=True)

    class Meta:
        verbose_name = "管线专项资金申请"
        verbose_name_plural = "管线专项资金申请"
        constraints = [
            models.CheckConstraint(condition=Q(asked_yuan__gt=0), name="pipe_fund_asks_something"),
            models.CheckConstraint(condition=Q(year__range=(2020, 2050)), name="pipe_fund_year_plausible"),
            models.CheckConstraint(
                condition=Q(granted_yuan__isnull=True) | Q(granted_yuan__gt=0, granted_yuan__lte=F("asked_yuan")),
                name="pipe_fund_grant_within_asked",
            ),
        ]


@tracked_kind
class OutsideApproval(Matter):
    """The approval of pipelines outside the red line, timed step by step (T14-4)."""

    job = models.ForeignKey(
        PipeJob, models.PROTECT, null=True, blank=True, related_name="approvals", verbose_name="管线"
    )
    route = models.CharField("位置和走向", max_length=200)
    planning_ref = models.CharField("规划意见文号", max_length=80, blank=True)
    road_ref = models.CharField("占掘路许可文号", max_length=80, blank=True)

    class Meta:
        verbose_name = "红线外管线审批"
        verbose_name_plural = "红线外管线审批"


@tracked_kind
class PipeHandover(Matter):
    """Handing a finished pipeline over to its utility, with date and documents (T14-6)."""

    job = models.ForeignKey(PipeJob, models.PROTECT, related_name="handovers", verbose_name="管线")
    receiver = models.CharField("接收单位", max_length=120)
    handed_on = models.DateField("移交日期", null=True, blank=True)
    defects = models.TextField("验收发现的问题", blank=True)

    class Meta:
        verbose_name = "管线移交"
        verbose_name_plural = "管线移交"

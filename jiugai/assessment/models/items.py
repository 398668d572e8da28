"""Two kinds of matters: problems solved together (T06-5), and policies to be studied or issued (T10-10)."""

from django.db import models

from jiugai.assessment.models.mechanism import Meeting
from jiugai.matters.models import Matter, tracked_kind
from jiugai.policy.models import PolicyDocument


@tracked_kind
class HardProblem(Matter):
    """A problem that one body cannot solve alone; decided in a meeting, then carried out and closed."""

    raised_by = models.CharField("提出单位", max_length=80)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="problems", verbose_name="议定会议"
    )
    decision = models.TextField("共同议定的办法", blank=True)
    outcome = models.TextField("落实结果", blank=True)

    class Meta:
        verbose_name = "难题"
        verbose_name_plural = "难题"


@tracked_kind
class PolicyStudy(Matter):
    """A policy that the task list says is to be studied or issued: who drafts it, how far, what came out."""

    obligation = models.CharField("对应任务", max_length=12, blank=True)
    draft_summary = models.TextField("研究进展", blank=True)
    issued_number = models.CharField("印发文号", max_length=60, blank=True)
    issued = models.ForeignKey(
        PolicyDocument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="印发文件"
    )

    class Meta:
        verbose_name = "政策研究"
        verbose_name_plural = "政策研究"

"""Why a background job did not finish: the queue itself keeps only that it failed."""

from django.db import models


class JobFailure(models.Model):
    """One failed attempt of a job: the incident number under which it was logged, and words if it was foreseen."""

    job = models.BigIntegerField("作业")
    incident = models.CharField("事件编号", max_length=36)
    message = models.CharField("说明", max_length=300, blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "作业失败记录"
        verbose_name_plural = "作业失败记录"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["job", "-id"], name="job_failure_job")]

    def __str__(self) -> str:
        return f"{self.job}：{self.incident}"

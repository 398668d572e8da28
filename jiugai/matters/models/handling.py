"""The assignment between bodies (交办事项): one body asks another for something by a date (T01-6)."""

from django.db import models

from jiugai.matters.models.matter import Matter
from jiugai.matters.models.tracking import tracked_kind


@tracked_kind
class Handling(Matter):
    """A piece of work handed to a named responsible body, for an obligation of the policy."""

    obligation = models.CharField("对应任务", max_length=12, blank=True)
    answer = models.TextField("办理情况", blank=True)

    class Meta:
        verbose_name = "交办事项"
        verbose_name_plural = "交办事项"

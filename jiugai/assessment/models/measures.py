"""How the 54 measures stand, as whoever leads them says; one line per statement, never changed."""

from django.db import models
from django.db.models import Q

from jiugai.accounts.models import Organisation, User


class MeasureReport(models.Model):
    """A statement on a measure on a day: state, what was done, when it is due. The last one counts.

    The task list is public inside the platform, so rows have no area.
    """

    class State(models.TextChoices):
        """Where a measure stands."""

        STARTED = "started", "推进中"
        STANDING = "standing", "长期坚持"
        DONE = "done", "已完成"
        STUCK = "stuck", "受阻"

    measure = models.CharField("措施", max_length=8)
    state = models.CharField("状态", max_length=8, choices=State.choices)
    note = models.TextField("进展")
    due_on = models.DateField("期限", null=True, blank=True)
    lead = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", verbose_name="牵头单位")
    on = models.DateField("截至日期")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField("填报人", max_length=80)
    at = models.DateTimeField("填报时间")
    provenance = models.CharField(max_length=4, default="real", choices=[("real", "真实"), ("demo", "演示")])

    class Meta:
        verbose_name = "措施进展"
        verbose_name_plural = "措施进展"
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="report_says_something")]
        indexes = [models.Index(fields=["measure", "-id"], name="report_last")]

    def __str__(self) -> str:
        return f"{self.measure} {self.get_state_display()}"

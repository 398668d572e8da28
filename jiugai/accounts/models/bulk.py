"""Something done to many rows of a list at once, in the background."""

from django.db import models

from jiugai.accounts.actor import Actor
from jiugai.accounts.models.people import User


class BulkRunQuerySet(models.QuerySet["BulkRun"]):
    """Runs: each is what one person asked for, with what was refused him."""

    def visible_to(self, actor: Actor) -> "BulkRunQuerySet":
        """Keep the actor's own."""
        return self.filter(user=actor.user_id) if actor.user_id else self.none()


class BulkRun(models.Model):
    """A bulk action on more rows than a person waits for.

    `rows` are the keys chosen, each with the version that the person saw where the action watches it. `rows_done` moves
    in the transaction that did them, so a killed worker does none twice. `refused` names the first rows left alone.
    """

    user = models.ForeignKey(User, models.CASCADE, verbose_name="提交人", related_name="bulk_runs")
    table = models.CharField("列表", max_length=40)
    title = models.CharField("内容", max_length=80)
    action = models.CharField("动作", max_length=40)
    label = models.CharField("办什么", max_length=80)
    unit = models.CharField("单位", max_length=8)
    answers = models.JSONField("填写的内容", default=dict)
    rows = models.JSONField("选中的行")
    area_path = models.CharField("辖区路径", max_length=60)
    rows_total = models.IntegerField("行数")
    rows_done = models.IntegerField("已处理", default=0)
    rows_refused = models.IntegerField("没有办的", default=0)
    refused = models.JSONField("没有办的行和原因", default=list)
    job = models.BigIntegerField("作业", null=True, blank=True)
    requested_at = models.DateTimeField("提交时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    objects = BulkRunQuerySet.as_manager()

    class Meta:
        verbose_name = "后台批量办理"
        verbose_name_plural = "后台批量办理"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["job"], name="bulk_run_job")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rows_done__gte=0) & models.Q(rows_done__lte=models.F("rows_total")),
                name="bulk_run_done_of_total",
            )
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.rows_total} {self.unit}"

    @property
    def rows_acted(self) -> int:
        """How many were done."""
        return self.rows_done - self.rows_refused

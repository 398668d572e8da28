"""Lists that are too long to be written while a person waits."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from jiugai.accounts.actor import Actor
from jiugai.accounts.models.people import User


class ListExportQuerySet(models.QuerySet["ListExport"]):
    """Exports: each holds what one person may see, so it is for that person only."""

    def visible_to(self, actor: Actor) -> "ListExportQuerySet":
        """Keep the actor's own."""
        return self.filter(user=actor.user_id) if actor.user_id else self.none()


class ListExport(models.Model):
    """A list that is written to a workbook in the background. `query` is its address, `table` the register's key.

    `columns` are the keys of those that the written file holds, which depend on the rights held at that moment.
    """

    user = models.ForeignKey(User, models.CASCADE, verbose_name="导出人", related_name="exports")
    table = models.CharField("列表", max_length=40)
    title = models.CharField("内容", max_length=80)
    query = models.TextField("网址里的条件", blank=True)
    conditions = models.TextField("筛选条件")
    area_path = models.CharField("辖区路径", max_length=60)
    rows_total = models.IntegerField("行数")
    rows_done = models.IntegerField("已写行数", default=0)
    file = models.CharField("文件", max_length=80, blank=True)
    columns = ArrayField(models.CharField(max_length=40), verbose_name="列", default=list, editable=False)
    file_name = models.CharField("文件名", max_length=160)
    size = models.BigIntegerField("大小（字节）", null=True, blank=True)
    job = models.BigIntegerField("作业", null=True, blank=True)
    request_id = models.CharField("请求编号", max_length=36, blank=True)
    requested_at = models.DateTimeField("提交时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    objects = ListExportQuerySet.as_manager()

    class Meta:
        verbose_name = "列表导出"
        verbose_name_plural = "列表导出"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["job"], name="list_export_job")]

    def __str__(self) -> str:
        return self.file_name

"""Imports: the file, its mapping, each row's fate, each problem's place."""

from django.contrib.gis.db import models
from django.db.models import Q

from jiugai.accounts.models import Organisation, User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.registry.models.sources import Source


class Target(models.TextChoices):
    """What the rows of a file become."""

    COMMUNITIES = "communities", "小区"
    BUILDINGS = "buildings", "楼栋"
    TRANSACTIONS = "transactions", "成交记录（归并成楼栋）"


class ImportProfile(models.Model):
    """A saved column mapping. `mapping` is `domain.intake.mapping.Profile` as JSON."""

    name = models.CharField("名称", max_length=80)
    target = models.CharField("导入为", max_length=16, choices=Target.choices)
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True)
    mapping = models.JSONField("对列")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    class Meta:
        verbose_name = "导入方案"
        verbose_name_plural = "导入方案"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="profile_name_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.name


class ImportBatch(models.Model):
    """One file on its way into the register. The counters are what the progress bar shows."""

    class State(models.TextChoices):
        """How far it is."""

        UPLOADED = "uploaded", "已上传"
        MAPPED = "mapped", "已对列"
        CHECKING = "checking", "正在查错"
        CHECKED = "checked", "已查错"
        WRITING = "writing", "正在写入"
        WRITTEN = "written", "已写入"
        UNDOING = "undoing", "正在撤回"
        UNDONE = "undone", "已撤回"
        FAILED = "failed", "没有完成"
        STOPPED = "stopped", "已停止"

    number = models.CharField("批次号", max_length=20, unique=True)
    target = models.CharField("导入为", max_length=16, choices=Target.choices, default=Target.COMMUNITIES)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.UPLOADED)
    file = models.CharField("文件", max_length=200)
    file_name = models.CharField("文件名", max_length=200)
    file_kind = models.CharField("文件类型", max_length=12, blank=True)
    file_size = models.BigIntegerField("大小")
    sha256 = models.CharField(max_length=64, db_index=True)
    mapping = models.JSONField("对列", default=dict)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, verbose_name="来源")
    observed_on = models.DateField("数据日期", null=True, blank=True)
    area_path = models.CharField("可写辖区", max_length=60)
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, verbose_name="上传人")
    uploaded_by_name = models.CharField("上传人姓名", max_length=80, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True)
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    written_at = models.DateTimeField("写入时间", null=True, blank=True)
    undone_at = models.DateTimeField("撤回时间", null=True, blank=True)
    rows_total = models.IntegerField("行数", default=0)
    rows_done = models.IntegerField("已处理", default=0)
    errors = models.IntegerField("错误", default=0)
    warnings = models.IntegerField("提醒", default=0)
    summary = models.JSONField("改动概要", default=dict)
    failure = models.TextField("失败说明", blank=True)
    job_id = models.BigIntegerField("作业", null=True, blank=True)
    stop_asked = models.BooleanField(default=False)

    objects = ScopedQuerySet["ImportBatch"].as_manager()

    class Meta:
        verbose_name = "导入批次"
        verbose_name_plural = "导入批次"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["area_path"], name="batch_area", opclasses=["text_pattern_ops"]),
            models.Index(fields=["state", "-id"], name="batch_state"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.file_name}"

    @property
    def state_words(self) -> str:
        """The state in words; put aside before anything was written is not the same as taken back."""
        given_up = self.state == self.State.UNDONE and "given_up" in self.summary
        return "已放弃" if given_up else self.State(self.state).label


class ImportRow(models.Model):
    """One row of the file: what was read, what it becomes, what came of it.

    `state` moves in the same transaction as the write it stands for, so a killed worker doubles nothing.
    """

    class Fate(models.TextChoices):
        """What writing the row would do."""

        NEW = "new", "新增"
        CHANGE = "change", "更改"
        SAME = "same", "无变化"
        SKIP = "skip", "跳过"

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    sheet = models.CharField("表", max_length=120, blank=True)
    number = models.IntegerField("行")
    key = models.CharField("主键", max_length=120, blank=True)
    raw = models.JSONField("原样")
    parsed = models.JSONField("读出", default=dict)
    fate = models.CharField("改动", max_length=8, choices=Fate.choices, blank=True)
    changes = models.JSONField("逐项改动", default=dict)
    community = models.ForeignKey("registry.Community", models.SET_NULL, null=True, blank=True)
    building = models.ForeignKey("registry.Building", models.SET_NULL, null=True, blank=True)
    written_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "导入行"
        verbose_name_plural = "导入行"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "sheet", "number"], name="import_row_once"),
        ]
        indexes = [
            models.Index(fields=["batch", "fate", "id"], name="row_fate"),
            models.Index(fields=["batch", "id"], name="row_unwritten", condition=Q(written_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} 第 {self.number} 行"


class ImportProblem(models.Model):
    """Something wrong in a cell: where, what was typed, why it is wrong, how to mend it."""

    class Severity(models.TextChoices):
        """Errors stop the writing, warnings do not."""

        ERROR = "error", "错误"
        WARNING = "warning", "提醒"

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="problems")
    row = models.ForeignKey(ImportRow, models.CASCADE, null=True, related_name="problems")
    severity = models.CharField("程度", max_length=8, choices=Severity.choices)
    code = models.CharField("代码", max_length=40)
    sheet = models.CharField("表", max_length=120, blank=True)
    number = models.IntegerField("行", null=True)
    column = models.CharField("列", max_length=120, blank=True)
    column_letter = models.CharField("列号", max_length=4, blank=True)
    typed = models.CharField("您填的", max_length=300, blank=True)
    message = models.CharField("错在哪", max_length=300)
    remedy = models.CharField("怎么改", max_length=300)
    suggestion = models.JSONField("建议值", null=True, blank=True)
    clause = models.CharField("依据", max_length=40, blank=True)

    class Meta:
        verbose_name = "导入问题"
        verbose_name_plural = "导入问题"
        ordering = ["sheet", "number", "pk"]
        indexes = [models.Index(fields=["batch", "severity", "sheet", "number"], name="problem_place")]

    def __str__(self) -> str:
        return f"{self.column_letter} 列 {self.number} 行：{self.message}"

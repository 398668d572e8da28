"""The smart-site feed: devices of a project, their readings, and the token under which they report (T21-1)."""

from django.db import models
from django.db.models import F, Q

from jiugai.registry.models.tracking import tracked
from jiugai.works.models.shared import Record, RecordQuerySet


@tracked
class SiteDevice(Record):
    """A device on a site. Readings outside of `low`…`high` are alarms."""

    class Kind(models.TextChoices):
        """What it measures."""

        PM10 = "pm10", "扬尘 PM10"
        NOISE = "noise", "噪声"
        TILT = "tilt", "倾斜"
        LOAD = "load", "吊篮载重"
        WATER = "water", "用水量"
        POWER = "power", "用电量"
        OTHER = "other", "其他"

    code = models.CharField("设备编号", max_length=40)
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("测什么", max_length=8, choices=Kind.choices)
    unit = models.CharField("单位", max_length=12)
    place = models.CharField("安装位置", max_length=120, blank=True)
    low = models.DecimalField("下限", max_digits=12, decimal_places=3, null=True, blank=True)
    high = models.DecimalField("上限", max_digits=12, decimal_places=3, null=True, blank=True)
    removed_on = models.DateField("拆除日期", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "工地设备"
        verbose_name_plural = "工地设备"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "code"], name="site_device_once"),
            models.CheckConstraint(
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(low__lt=F("high")),
                name="site_device_limits_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReadingQuerySet(RecordQuerySet):
    """Readings lie where the project of their device lies."""

    scope_field = "device__project__area_path"


class DeviceReading(models.Model):
    """One reading. The same device and moment is one reading, however often it is sent, in whatever order."""

    device = models.ForeignKey(SiteDevice, models.PROTECT, related_name="readings", verbose_name="设备")
    at = models.DateTimeField("时间")
    value = models.DecimalField("读数", max_digits=12, decimal_places=3)
    alarm = models.BooleanField("超限", default=False)
    received_at = models.DateTimeField("收到时间")

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = "设备读数"
        verbose_name_plural = "设备读数"
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["device", "at"], name="device_reading_once")]
        indexes = [models.Index(fields=["device", "-at"], name="device_alarms", condition=Q(alarm=True))]

    def __str__(self) -> str:
        return f"{self.device} {self.at} {self.value}"


class SiteFeedToken(Record):
    """The secret under which a project's devices report; only its digest is kept. A new one ends the old."""

    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField("开头", max_length=12)
    ended_at = models.DateTimeField("停用时间", null=True)
    used_at = models.DateTimeField("最近上报", null=True)

    class Meta:
        verbose_name = "上报令牌"
        verbose_name_plural = "上报令牌"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"], condition=Q(ended_at__isnull=True), name="feed_token_one_in_use"
            )
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"

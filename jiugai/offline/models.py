"""What arrived from phones, kept for ever: entries, entries that were refused, photos."""

from typing import Self

from django.db import models

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Community


class ByCommunity(ScopedQuerySet["Operation"]):
    """Entries in scope, which lie where their community lies."""

    scope_field = "community__area_path"


class Operation(models.Model):
    """One entry that was taken in. Never changed: what it made is rebuilt from all entries about its subject.

    `at` is when it was made by our clock; `wall_ms` is what the phone's clock said and `offset_ms` by how much we
    corrected it (see `domain.arrivals.timing`).
    """

    class Clock(models.TextChoices):
        """What became of the phone's time."""

        OK = "ok", "时间可信"
        SHIFTED = "shifted", "手机时间不准，已校正"
        CLAMPED = "clamped", "手机时间在将来，按收到时间算"

    ident = models.CharField("编号", max_length=60, unique=True)
    device = models.CharField("设备", max_length=40)
    counter = models.BigIntegerField("设备内序号")
    kind = models.CharField("类别", max_length=20)
    subject = models.CharField("对象", max_length=120)
    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name="小区")
    body = models.JSONField("内容")
    wall_ms = models.BigIntegerField("手机时间（毫秒）")
    logical = models.BigIntegerField("同一时刻内序号")
    offset_ms = models.BigIntegerField("校正（毫秒）", default=0)
    clock = models.CharField("时间", max_length=8, choices=Clock.choices, default=Clock.OK)
    at_ms = models.BigIntegerField("填写时间（毫秒）")
    received_at = models.DateTimeField("收到时间")
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="填写人")
    author_name = models.CharField("填写人", max_length=80)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ByCommunity.as_manager()

    class Meta:
        verbose_name = "手机填报"
        verbose_name_plural = "手机填报"
        ordering = ["pk"]
        indexes = [models.Index(fields=["kind", "subject", "id"], name="operation_subject")]

    def __str__(self) -> str:
        return self.ident


class RefusedQuerySet(models.QuerySet["RefusedOperation"]):
    """What phones said of a community, as they said it: there may be none of that number."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those about communities the actor may see; the whole city's also of unknown ones."""
        if actor.sees_all:
            return self
        return self.filter(community_ref__in=Community.objects.visible_to(actor).values("pk"))


class RefusedOperation(models.Model):
    """An entry that was refused, with the words its author got: once per entry and reason."""

    ident = models.CharField("编号", max_length=60)
    kind = models.CharField("类别", max_length=20)
    community_ref = models.BigIntegerField("小区（按手机所说）")
    body = models.JSONField("内容")
    says = models.CharField("原因", max_length=300)
    author_name = models.CharField("填写人", max_length=150)
    sent_by = models.CharField("上传人", max_length=80)
    received_at = models.DateTimeField("收到时间")

    objects = RefusedQuerySet.as_manager()

    class Meta:
        verbose_name = "没有收下的填报"
        verbose_name_plural = "没有收下的填报"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["ident", "says"], name="refused_operation_once")]

    def __str__(self) -> str:
        return f"{self.ident}：{self.says}"


class Photo(models.Model):
    """A photo taken on a phone, named by the SHA-256 of what the phone sent.

    Data that cameras write into pictures (place, device) is cut out before the picture is kept; a place is kept
    only in the entry that names the photo, if its author chose so.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name="小区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    sha256 = models.CharField(max_length=64)
    file = models.CharField("文件", max_length=200)
    content_type = models.CharField("类型", max_length=100)
    size = models.BigIntegerField("大小（字节）")
    stripped = models.BooleanField("已去掉拍摄信息", default=False)
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["Photo"].as_manager()

    class Meta:
        verbose_name = "现场照片"
        verbose_name_plural = "现场照片"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["community", "sha256"], name="photo_once_per_community"),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="photo_not_empty"),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]

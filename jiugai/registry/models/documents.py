"""Files on record: private by default, never overwritten, only superseded."""

from django.contrib.gis.db import models
from django.db.models import Q

from jiugai.accounts.models import Organisation, User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.registry.choices import Provenance
from jiugai.registry.models.community import Community


class Document(models.Model):
    """A document of a community. `private` keeps it within the organisation that filed it and those it shares with."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="documents", verbose_name="小区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    title = models.CharField("名称", max_length=160)
    kind = models.CharField("类别", max_length=40, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, verbose_name="归档单位")
    private = models.BooleanField("仅本单位", default=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)
    created_at = models.DateTimeField("归档时间", auto_now_add=True)
    withdrawn_at = models.DateTimeField("作废时间", null=True, blank=True)
    withdrawn_reason = models.CharField("作废原因", max_length=300, blank=True)

    objects = ScopedQuerySet["Document"].as_manager()

    class Meta:
        verbose_name = "材料"
        verbose_name_plural = "材料"
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="document_has_title")]

    def __str__(self) -> str:
        return self.title


class DocumentVersion(models.Model):
    """One version of a document's file, addressed by its SHA-256."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="versions")
    number = models.SmallIntegerField("版次")
    file = models.CharField("文件", max_length=200)
    file_name = models.CharField("文件名", max_length=200)
    content_type = models.CharField("类型", max_length=100)
    size = models.BigIntegerField("大小（字节）")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True)
    uploaded_by_name = models.CharField("上传人", max_length=80)
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        verbose_name = "材料版本"
        verbose_name_plural = "材料版本"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="document_version_once"),
            models.CheckConstraint(condition=Q(size__gt=0), name="document_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} 第{self.number}版"

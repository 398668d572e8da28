"""Every value a source gave for a field, kept side by side: conflicts stay visible, corrections can be undone."""

from django.contrib.gis.db import models
from django.db.models import Q

from jiugai.accounts.scope import ScopedQuerySet
from jiugai.registry.choices import Provenance
from jiugai.registry.models.building import Building
from jiugai.registry.models.community import Community
from jiugai.registry.models.sources import Source
from jiugai.registry.models.tracking import tracked_after_entry


class FieldValue(models.Model):
    """One source's word on one field. Withdrawn values stay, with the time they were withdrawn.

    `value` is the JSON form of the column's type: text, number, list, or [lon, lat] in CGCS2000 degrees.
    """

    field = models.CharField("项目", max_length=40)
    value = models.JSONField("值")
    source = models.ForeignKey(Source, models.PROTECT, verbose_name="来源")
    observed_on = models.DateField("数据日期", null=True, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)
    batch = models.ForeignKey("registry.ImportBatch", models.PROTECT, null=True, blank=True)
    entered_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True)
    entered_by_name = models.CharField("录入人", max_length=80, blank=True)
    reason = models.CharField("原因", max_length=300, blank=True)
    document = models.ForeignKey("registry.Document", models.PROTECT, null=True, blank=True)
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    class Meta:
        abstract = True


@tracked_after_entry
class CommunityValue(FieldValue):
    """A source's word on a field of a community."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="values")
    area_path = models.CharField(max_length=60, editable=False)

    objects = ScopedQuerySet["CommunityValue"].as_manager()

    class Meta:
        verbose_name = "小区数据来源"
        verbose_name_plural = "小区数据来源"
        ordering = ["field", "-entered_at", "-pk"]
        indexes = [
            models.Index(fields=["community", "field"], name="cvalue_field"),
            models.Index(fields=["batch"], name="cvalue_batch", condition=Q(batch__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "field", "source", "batch"],
                condition=Q(batch__isnull=False),
                name="cvalue_once_per_batch",
            )
        ]

    def __str__(self) -> str:
        return f"{self.field}＝{self.value}"


@tracked_after_entry
class BuildingValue(FieldValue):
    """A source's word on a field of a building."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="values")
    area_path = models.CharField(max_length=60, editable=False)

    objects = ScopedQuerySet["BuildingValue"].as_manager()

    class Meta:
        verbose_name = "楼栋数据来源"
        verbose_name_plural = "楼栋数据来源"
        ordering = ["field", "-entered_at", "-pk"]
        indexes = [
            models.Index(fields=["building", "field"], name="bvalue_field"),
            models.Index(fields=["batch"], name="bvalue_batch", condition=Q(batch__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["building", "field", "source", "batch"],
                condition=Q(batch__isnull=False),
                name="bvalue_once_per_batch",
            )
        ]

    def __str__(self) -> str:
        return f"{self.field}＝{self.value}"

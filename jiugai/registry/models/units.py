"""Property units (产权单位) and what they hold."""

from typing import Self

from django.contrib.gis.db import models
from django.db.models import Q

from jiugai.accounts.actor import CITY_PATH, Actor
from jiugai.accounts.scope import ScopedQuerySet, within
from jiugai.registry.choices import Provenance
from jiugai.registry.models.building import Building
from jiugai.registry.models.tracking import tracked


class OwnerUnitQuerySet(ScopedQuerySet["OwnerUnit"]):
    """Property units: those registered for the whole city hold housing anywhere, so everybody sees them."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of the actor's areas and the city-wide ones."""
        if actor.sees_all or not actor.paths:
            return super().visible_to(actor)
        return self.filter(within(actor.paths) | Q(area_path=CITY_PATH))


@tracked
class OwnerUnit(models.Model):
    """A body that owns housing: one of the four classes of task 32, or another."""

    code = models.CharField("编号", max_length=40, unique=True)
    name = models.CharField("名称", max_length=160)
    ownership = models.CharField("产权类别", max_length=24)
    area_path = models.CharField("登记辖区", max_length=60)
    liaison = models.BinaryField("联络人（密文）", null=True, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = OwnerUnitQuerySet.as_manager()

    class Meta:
        verbose_name = "产权单位"
        verbose_name_plural = "产权单位"
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="owner_unit_has_name"),
            models.UniqueConstraint(fields=["name"], name="owner_unit_name_once"),
        ]
        indexes = [models.Index(fields=["area_path"], name="unit_area", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return self.name


@tracked
class BuildingHolding(models.Model):
    """What a property unit holds in a building. Area in cm²; a building's holdings may be of several classes."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="holdings", verbose_name="楼栋")
    unit = models.ForeignKey(OwnerUnit, models.PROTECT, related_name="holdings", verbose_name="产权单位")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    area_cm2 = models.BigIntegerField("建筑面积（平方厘米）", null=True, blank=True)
    dwellings = models.IntegerField("户数", null=True, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["BuildingHolding"].as_manager()

    class Meta:
        verbose_name = "产权持有"
        verbose_name_plural = "产权持有"
        ordering = ["building", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["building", "unit"], name="holding_once"),
            models.CheckConstraint(
                condition=Q(area_cm2__isnull=True) | Q(area_cm2__gt=0), name="holding_area_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}：{self.building}"

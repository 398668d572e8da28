"""What stands in a community: buildings, entrances (单元), dwellings."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q

from jiugai.accounts.scope import ScopedQuerySet
from jiugai.registry.choices import BuildingRecord, BuildingType, Provenance, Structure
from jiugai.registry.models.community import Community
from jiugai.registry.models.tracking import tracked


@tracked
class Building(models.Model):
    """A building, or, where no survey exists, a group of sales records that speak of like buildings."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="buildings", verbose_name="小区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    code = models.CharField("编号", max_length=60, unique=True)
    label = models.CharField("楼号", max_length=60)
    record = models.CharField(
        "记录类型", max_length=12, choices=BuildingRecord.choices, default=BuildingRecord.SURVEYED
    )
    built_year = models.SmallIntegerField("建成年份", null=True, blank=True)
    fire_standard = models.CharField("建成时消防技术标准", max_length=80, blank=True)
    storeys = models.SmallIntegerField("地上层数", null=True, blank=True)
    building_type = models.CharField("楼型", max_length=10, choices=BuildingType.choices, default=BuildingType.UNKNOWN)
    structure = models.CharField("结构", max_length=16, choices=Structure.choices, default=Structure.UNKNOWN)
    has_lift = models.BooleanField("有电梯", null=True, blank=True)
    lift_share = models.DecimalField("有电梯占比", max_digits=4, decimal_places=3, null=True, blank=True)
    sales = models.IntegerField("成交笔数", null=True, blank=True)
    households = models.IntegerField("户数", null=True, blank=True)
    floor_area = models.DecimalField("建筑面积（㎡）", max_digits=10, decimal_places=2, null=True, blank=True)
    ownership = models.CharField("主要产权", max_length=24, default="unknown")
    ownership_classes = ArrayField(models.CharField(max_length=24), verbose_name="产权构成", default=list, blank=True)
    point = models.PointField("位置", srid=4490, null=True, blank=True)
    footprint = models.MultiPolygonField("轮廓", srid=4490, null=True, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    version = models.IntegerField("版本", default=1, editable=False)

    objects = ScopedQuerySet["Building"].as_manager()

    class Meta:
        verbose_name = "楼栋"
        verbose_name_plural = "楼栋"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(built_year__isnull=True) | Q(built_year__range=(1850, 2100)),
                name="building_built_year_plausible",
            ),
            models.CheckConstraint(
                condition=Q(storeys__isnull=True) | Q(storeys__range=(1, 150)),
                name="building_storeys_plausible",
            ),
            models.CheckConstraint(
                condition=Q(lift_share__isnull=True) | Q(lift_share__range=(0, 1)),
                name="building_lift_share_is_share",
            ),
        ]
        indexes = [
            models.Index(fields=["area_path"], name="building_area", opclasses=["text_pattern_ops"]),
            models.Index(fields=["built_year", "id"], name="building_year"),
            models.Index(fields=["storeys", "id"], name="building_storeys"),
            models.Index(fields=["community", "id"], name="building_in_community"),
            models.Index(fields=["structure", "community", "id"], name="building_structure"),
            models.Index(
                fields=["structure", "has_lift", "area_path"],
                name="building_facets",
                opclasses=["varchar_ops", "bool_ops", "text_pattern_ops"],
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.community}{self.label}"


@tracked
class Entrance(models.Model):
    """A stair entrance (单元) of a building: the unit of lift works."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="entrances", verbose_name="楼栋")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    number = models.SmallIntegerField("单元号")
    storeys = models.SmallIntegerField("层数", null=True, blank=True)
    has_lift = models.BooleanField("有电梯", null=True, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["Entrance"].as_manager()

    class Meta:
        verbose_name = "单元"
        verbose_name_plural = "单元"
        ordering = ["building", "number"]
        constraints = [
            models.UniqueConstraint(fields=["building", "number"], name="entrance_once_per_building"),
            models.CheckConstraint(condition=Q(number__gte=1), name="entrance_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.number}单元"


@tracked
class Dwelling(models.Model):
    """One flat, with its own ownership class: a building may hold several classes (T32-4). Area in cm²."""

    entrance = models.ForeignKey(Entrance, models.PROTECT, related_name="dwellings", verbose_name="单元")
    building = models.ForeignKey(Building, models.PROTECT, related_name="dwellings", verbose_name="楼栋")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    number = models.CharField("房号", max_length=20)
    floor = models.SmallIntegerField("所在层", null=True, blank=True)
    area_cm2 = models.BigIntegerField("建筑面积（平方厘米）", null=True, blank=True)
    ownership = models.CharField("产权", max_length=24, default="unknown")
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["Dwelling"].as_manager()

    class Meta:
        verbose_name = "住房"
        verbose_name_plural = "住房"
        ordering = ["entrance", "number"]
        constraints = [
            models.UniqueConstraint(fields=["entrance", "number"], name="dwelling_once_per_entrance"),
            models.CheckConstraint(
                condition=Q(area_cm2__isnull=True) | Q(area_cm2__gt=0), name="dwelling_area_positive"
            ),
        ]
        indexes = [models.Index(fields=["area_path"], name="dwelling_area", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return self.number

    @property
    def area_m2(self) -> float | None:
        """Floor area in m², for display only."""
        return None if self.area_cm2 is None else self.area_cm2 / 10_000

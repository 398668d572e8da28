"""The base map, from our own data: roads, subway lines and stations."""

from django.contrib.gis.db import models


class BaseLine(models.Model):
    """A road or subway line."""

    class Kind(models.TextChoices):
        """What is drawn."""

        ROAD = "road", "道路"
        SUBWAY = "subway", "地铁"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=120, blank=True)
    rank = models.SmallIntegerField("级别：1 最高")
    geom = models.LineStringField(srid=4490)

    class Meta:
        verbose_name = "底图线"
        verbose_name_plural = "底图线"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name or self.kind


class BaseStation(models.Model):
    """A subway station."""

    name = models.CharField(max_length=60)
    geom = models.PointField(srid=4490)

    class Meta:
        verbose_name = "地铁站"
        verbose_name_plural = "地铁站"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class LayerChange(models.Model):
    """A transaction that changed what a map layer shows; together the rows are the layer's version (`tiles.versions`).

    Written only by triggers, one row per layer, district and transaction: a counter in one row would make every
    writer wait for a running import. An empty district stands for the whole city.
    """

    layer = models.CharField("图层", max_length=12)
    district = models.CharField("区代码", max_length=12, blank=True)
    transaction = models.BigIntegerField("事务号")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "图层变动"
        verbose_name_plural = "图层变动"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["layer", "district", "transaction"], name="layer_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.layer} {self.district} {self.transaction}"

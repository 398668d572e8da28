"""The area tree: city > district > street > residents' committee, addressed by whole path segments."""

from django.contrib.gis.db import models
from django.db.models import Q


class Area(models.Model):
    """A territory. `path` lists the codes from the city down, e.g. `/110000/110105/110105012/`.

    The Economic-Technological Development Area is no district: it stands beside them under its own key `BDA`.
    """

    class Level(models.TextChoices):
        """How deep in the tree."""

        CITY = "city", "市"
        DISTRICT = "district", "区"
        STREET = "street", "街道（乡镇）"
        COMMUNITY = "community", "社区（村）"

    code = models.CharField("代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=80)
    level = models.CharField("层级", max_length=10, choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField("路径", max_length=60, unique=True)
    boundary = models.MultiPolygonField("边界", srid=4490, null=True, blank=True)
    source = models.CharField("来源", max_length=200, blank=True)

    class Meta:
        verbose_name = "辖区"
        verbose_name_plural = "辖区"
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(condition=Q(path__regex=r"^(/[0-9A-Z]+)+/$"), name="area_path_is_whole_segments"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, level="city") | Q(parent__isnull=False),
                name="area_only_city_has_no_parent",
            ),
        ]
        indexes = [models.Index(fields=["level", "code"])]

    def __str__(self) -> str:
        return self.name

    @property
    def area_path(self) -> str:
        """The area's own path, so that an area is itself a subject of `may`."""
        return self.path

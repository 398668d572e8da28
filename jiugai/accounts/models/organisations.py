"""Bodies that carry duties, with the names they had and have."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from jiugai.accounts.actor import Actor
from jiugai.accounts.models.areas import Area
from jiugai.accounts.scope import ScopedQuerySet, within


class OrganisationQuerySet(ScopedQuerySet["Organisation"]):
    """Bodies: those of the actor's areas, and those above them up to the city, whom everybody has to deal with."""

    def visible_to(self, actor: Actor) -> "OrganisationQuerySet":
        """Keep the bodies in the actor's areas and in the areas above."""
        if actor.sees_all or not actor.paths:
            return super().visible_to(actor)
        return self.filter(within(actor.paths) | Q(area_path__in=above(actor.paths)))


def called(text: str) -> Q:
    """Build the condition 'its code is this, or it has or had exactly this name'."""
    names = OrganisationName.objects.filter(name=text).values("organisation")
    return Q(name=text) | Q(full_name=text) | Q(code__iexact=text) | Q(pk__in=names)


def above(paths: tuple[str, ...]) -> list[str]:
    """Return the paths of the areas above: `/110000/110105/` lies in `/110000/`."""
    found = set()
    for path in paths:
        parts = path.strip("/").split("/")
        found |= {"/" + "/".join(parts[:n]) + "/" for n in range(1, len(parts))}
    return sorted(found)


class Organisation(models.Model):
    """A department, government, committee or company."""

    class Kind(models.TextChoices):
        """What sort of body."""

        CITY_DEPARTMENT = "city_department", "市级部门"
        CENTRAL = "central", "中央单位"
        DISTRICT_GOVERNMENT = "district_government", "区政府（管委会）"
        DISTRICT_DEPARTMENT = "district_department", "区级部门"
        STREET = "street", "街道（乡镇）"
        COMMITTEE = "residents_committee", "社区居委会（村委会）"
        COMPANY = "company", "企业"
        OWNERS = "owners", "业主组织"

    code = models.CharField("代码", max_length=40, unique=True)
    name = models.CharField("简称", max_length=80)
    full_name = models.CharField("全称", max_length=160, blank=True)
    kind = models.CharField("类型", max_length=24, choices=Kind.choices)
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="辖区", related_name="organisations")
    area_path = models.CharField("辖区路径", max_length=60, db_index=True, editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name="上级")
    note = models.TextField("说明", blank=True)
    provenance = models.CharField(max_length=4, choices=[("real", "真实"), ("demo", "演示")], default="real")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "组织"
        verbose_name_plural = "组织"
        ordering = ["kind", "code"]
        indexes = [models.Index(fields=["kind", "name"])]

    def __str__(self) -> str:
        return self.name


class OrganisationName(models.Model):
    """A name a body had for a time: an alias in a document, or the name before a reorganisation."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="names")
    name = models.CharField("名称", max_length=160)
    valid = DateRangeField("有效期")
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = "组织曾用名"
        verbose_name_plural = "组织曾用名"
        ordering = ["organisation", "valid"]
        constraints = [
            ExclusionConstraint(
                name="organisation_name_once_at_a_time",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("name", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return self.name

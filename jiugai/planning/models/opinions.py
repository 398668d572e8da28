"""The responsible planner's opinion, a matter with a clock of five working days (T09-3, T09-4)."""

from django.contrib.gis.db import models

from jiugai.matters.models import Matter, tracked_kind
from jiugai.planning.models.projects import Project


@tracked_kind
class PlannerOpinion(Matter):
    """An opinion asked of the planner in charge, on a project at one step of its life."""

    class At(models.TextChoices):
        """At which step."""

        GENERATION = "generation", "项目生成"
        SCHEME = "scheme", "方案审查"
        SPECIAL = "special", "适老化和无障碍专项设计"

    class Role(models.TextChoices):
        """Whose opinion it is; on a scheme both are asked (T19-10)."""

        STREET = "street", "街道责任规划师"
        DISTRICT = "district", "区总责任规划师"

    project = models.ForeignKey(Project, models.PROTECT, related_name="opinions", verbose_name="改造项目")
    at = models.CharField("环节", max_length=12, choices=At.choices, default=At.GENERATION)
    role = models.CharField("由谁", max_length=8, choices=Role.choices, default=Role.STREET)
    edition = models.SmallIntegerField("方案版次", default=0, editable=False)
    opinion = models.TextField("意见和理由", blank=True)
    lapse_told_on = models.DateField("逾期已告知", null=True, editable=False)
    reminded_on = models.DateField("已催办", null=True, editable=False)

    class Meta:
        verbose_name = "责任规划师意见"
        verbose_name_plural = "责任规划师意见"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role="street") | models.Q(at__in=["scheme", "special"]),
                name="opinion_of_district_on_schemes",
            ),
            models.CheckConstraint(
                condition=models.Q(edition=0) | models.Q(edition__gt=0, at__in=["scheme", "special"]),
                name="opinion_on_an_edition_of_a_scheme",
            ),
        ]

"""What happened to a community, with what caused it."""

from django.contrib.gis.db import models
from django.db.models import F, Q

from jiugai.accounts.models import User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.domain.lineups import MAX_DEPTH
from jiugai.domain.stages import Line
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Community


class OccurrenceQuerySet(ScopedQuerySet["Occurrence"]):
    """Occurrences lie where their community lies; they have no path of their own because they never change."""

    scope_field = "community__area_path"


class Occurrence(models.Model):
    """One event on the timeline of a community. Append-only.

    `code` is one of `domain.lineups.EVENTS`, `cause` the occurrence whose line-up (`handler`) led to this one.
    `detail` is for programs, `words` for people.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="occurrences", verbose_name="小区")
    code = models.CharField("事件", max_length=40)
    line = models.CharField("业务线", max_length=12, choices=[(x.value, x.label) for x in Line])
    title = models.CharField("标题", max_length=200)
    words = models.CharField("说明", max_length=500, blank=True)
    detail = models.JSONField("内容", default=dict, blank=True)
    url = models.CharField("地址", max_length=300, blank=True)
    cause = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="effects")
    root = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    depth = models.SmallIntegerField("层级", default=0)
    handler = models.CharField("联动", max_length=40, blank=True)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    by_name = models.CharField("谁", max_length=80)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        verbose_name = "大事记"
        verbose_name_plural = "大事记"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(depth__range=(0, MAX_DEPTH)), name="occurrence_chain_is_short"),
            models.CheckConstraint(
                condition=Q(depth=0, cause__isnull=True, root__isnull=True)
                | Q(depth__gt=0, cause__isnull=False, root__isnull=False),
                name="occurrence_has_cause_below_the_top",
            ),
            models.CheckConstraint(condition=~Q(cause=F("id")), name="occurrence_not_its_own_cause"),
            models.CheckConstraint(condition=~Q(title=""), name="occurrence_has_title"),
        ]
        indexes = [
            models.Index(fields=["community", "-at", "-id"], name="occurrence_timeline"),
            models.Index(fields=["root"], name="occurrence_chain"),
            models.Index(fields=["code", "-at"], name="occurrence_code"),
        ]

    def __str__(self) -> str:
        return self.title

"""That an inventory of a type was taken, also when nothing was found (T02-3)."""

from django.db import models
from django.db.models import F, Q

from jiugai.accounts.models import User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.governance.models.standard import PROBLEMS
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Community


class SurveyQuerySet(ScopedQuerySet["InventorySurvey"]):
    """Surveys lie where their community lies."""

    scope_field = "community__area_path"

    def standing(self) -> "SurveyQuerySet":
        """Leave out withdrawals and what they withdrew."""
        return self.filter(withdrawn=False, replaced_by__isnull=True)


class InventorySurvey(models.Model):
    """Somebody looked for problems of one type in a community on a day and counted what he saw. Never changed.

    A wrong one is withdrawn with a reason by a later row that names it (`replaces`).
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="surveys")
    problem = models.CharField("问题类型", max_length=20, choices=PROBLEMS)
    on = models.DateField("摸排日期")
    seen = models.IntegerField("发现处数")
    note = models.CharField("说明", max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField("摸排人", max_length=80)
    at = models.DateTimeField("登记时间")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    withdrawn = models.BooleanField("作废", default=False)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "五类问题摸排"
        verbose_name_plural = "五类问题摸排"
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(seen__range=(0, 10_000)), name="survey_count_plausible"),
            models.CheckConstraint(
                condition=Q(withdrawn=False) | Q(replaces__isnull=False), name="survey_withdrawal_names_one"
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")), name="survey_replaces_another"
            ),
        ]
        indexes = [models.Index(fields=["community", "problem", "-on"], name="survey_last")]

    def __str__(self) -> str:
        return f"{self.get_problem_display()} {self.on}"

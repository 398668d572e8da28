"""Which gate let which community of a project through, with which verdict."""

from django.db import models

from jiugai.accounts.scope import ScopedQuerySet
from jiugai.domain.stages import GATES
from jiugai.planning.models.projects import Project
from jiugai.policy.models import Decision
from jiugai.registry.models import Community


class GatePassageQuerySet(ScopedQuerySet["GatePassage"]):
    """Passages lie where their community lies."""

    scope_field = "community__area_path"


class GatePassage(models.Model):
    """A community of a project went through a gate. Append-only.

    The database takes only verdicts that let this community through this gate, and moves a project through a gate
    only when every community has its passage.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="passages", verbose_name="项目")
    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name="小区")
    gate = models.CharField("关口", max_length=24, choices=[(gate.code, gate.label) for gate in GATES])
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="passages", verbose_name="判定")
    at = models.DateTimeField("时间")
    by_name = models.CharField("经办", max_length=80)

    objects = GatePassageQuerySet.as_manager()

    class Meta:
        verbose_name = "过关记录"
        verbose_name_plural = "过关记录"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "community", "gate", "decision"], name="gate_passed_once")
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.get_gate_display()}"

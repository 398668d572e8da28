"""Papers as they were when a matter was signed off: a later replacement shows."""

from typing import Any

from django.db import models

from jiugai.accounts.scope import ScopedQuerySet
from jiugai.matters.models import Matter
from jiugai.registry.models import Document


class SignedPaperQuerySet(ScopedQuerySet[Any]):
    """Signed papers lie where their matter lies."""

    scope_field = "matter__area_path"


class SignedPaper(models.Model):
    """A document of a matter in the version in which it was signed off. Append-only."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="signed_papers")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    kind = models.CharField("类别", max_length=40)
    version = models.IntegerField("版次", null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField("签认时间")

    objects = SignedPaperQuerySet.as_manager()

    class Meta:
        verbose_name = "签认材料"
        verbose_name_plural = "签认材料"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["matter", "document"], name="paper_signed_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"

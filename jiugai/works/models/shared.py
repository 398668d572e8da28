"""What the matters and records of works share: the project they belong to."""

from typing import Any

from django.db import models

from jiugai.accounts.scope import ScopedQuerySet
from jiugai.matters.models import Matter
from jiugai.planning.models import Project
from jiugai.registry.choices import Provenance


class OfProject(Matter):
    """A matter of a project, in one of the communities that the project covers."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="%(class)ss", verbose_name="改造项目")

    class Meta:
        abstract = True


class RecordQuerySet(ScopedQuerySet[Any]):
    """Records lie where their project lies."""

    scope_field = "project__area_path"


class Record(models.Model):
    """A record of a project that is not a matter."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="%(class)ss", verbose_name="改造项目")
    by_name = models.CharField("登记人", max_length=80, editable=False)
    at = models.DateTimeField("登记时间", editable=False)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

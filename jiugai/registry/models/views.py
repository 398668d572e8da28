"""Saved views of lists and the map: a name for a query string."""

from django.contrib.gis.db import models
from django.db.models import Q

from jiugai.accounts.models import Organisation, User


class SavedView(models.Model):
    """A person's named filter of a list; `shared_with` shows it to the whole organisation."""

    user = models.ForeignKey(User, models.CASCADE)
    register = models.CharField("列表", max_length=40)
    name = models.CharField("名称", max_length=60)
    query = models.TextField("条件", blank=True)
    columns = models.JSONField("列", default=list)
    shared_with = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True)

    class Meta:
        verbose_name = "常用筛选"
        verbose_name_plural = "常用筛选"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "register", "name"], name="saved_view_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_name"),
        ]

    def __str__(self) -> str:
        return self.name

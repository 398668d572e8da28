"""Who to ask about a community. Telephone numbers are encrypted; showing one is logged."""

from django.contrib.gis.db import models

from jiugai.accounts.models import Organisation
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.registry.choices import Provenance
from jiugai.registry.models.community import Community


class CommunityContact(models.Model):
    """A person with a duty in a community: secretary, planner, project head, liaison."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="contacts", verbose_name="小区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    duty = models.CharField("职责", max_length=60)
    name = models.CharField("姓名", max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, verbose_name="单位")
    phone = models.BinaryField("电话（密文）", null=True, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)
    ended_on = models.DateField("卸任日期", null=True, blank=True)

    objects = ScopedQuerySet["CommunityContact"].as_manager()

    class Meta:
        verbose_name = "联系人"
        verbose_name_plural = "联系人"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.duty} {self.name}"

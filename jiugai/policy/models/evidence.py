"""Facts proved by documents made outside the product (凭证登记)."""

from django.contrib.gis.db import models
from django.db.models import F, Q

from jiugai.accounts.models import User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.domain.evidence import EVIDENCE
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Community, Document
from jiugai.registry.models.tracking import tracked

ABOUT_CHOICES = [(kind.code, kind.label) for kind in EVIDENCE.values()]


@tracked
class EvidenceRecord(models.Model):
    """One piece of evidence. A later one on the same matter counts; earlier ones stay on record."""

    class State(models.TextChoices):
        """What the document says."""

        MET = "met", "已具备"
        NOT_MET = "not_met", "不符合"
        EXEMPT = "exempt", "依规免办（不涉及）"

    community = models.ForeignKey(Community, models.PROTECT, related_name="evidence", verbose_name="小区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    about = models.CharField("凭证", max_length=24)
    state = models.CharField("结论", max_length=8, choices=State.choices)
    reference = models.CharField("文号", max_length=80)
    issued_by = models.CharField("出具单位", max_length=120)
    on = models.DateField("出具日期")
    until = models.DateField("有效至", null=True, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="材料")
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by_name = models.CharField("登记人", max_length=80)
    recorded_at = models.DateTimeField("登记时间")
    withdrawn_at = models.DateTimeField("作废时间", null=True, blank=True)
    withdrawn_by_name = models.CharField("作废人", max_length=80, blank=True)
    withdrawn_reason = models.CharField("作废原因", max_length=300, blank=True)
    lapse_told_at = models.DateTimeField("到期已提示", null=True, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["EvidenceRecord"].as_manager()

    class Meta:
        verbose_name = "凭证"
        verbose_name_plural = "凭证"
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reference="") & ~Q(issued_by=""), name="evidence_says_where_from"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("on")), name="evidence_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""), name="evidence_withdrawn_with_reason"
            ),
            models.UniqueConstraint(
                fields=["community", "about", "reference"],
                condition=Q(withdrawn_at__isnull=True),
                name="evidence_reference_once",
            ),
        ]
        indexes = [
            models.Index(fields=["area_path"], name="evidence_area", opclasses=["text_pattern_ops"]),
            models.Index(fields=["community", "about"], name="evidence_about"),
        ]

    def __str__(self) -> str:
        return f"{self.get_about_display()} {self.reference}"

    def get_about_display(self) -> str:
        """Words for what it proves."""
        return dict(ABOUT_CHOICES).get(self.about, self.about)

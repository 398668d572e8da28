"""Warranty: terms by item, claims to repair and re-inspection, insurance against latent defects (T20-8…10)."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from jiugai.domain.warranty import ITEMS
from jiugai.matters.models import tracked_kind
from jiugai.registry.models.tracking import tracked
from jiugai.works.models.shared import OfProject, Record

ITEM_CHOICES = [(item.code, item.label) for item in ITEMS]


@tracked
class WarrantyTerm(Record):
    """The term of an item, or of a repaired part of it (`restart_of`). `ends` is empty while it cannot be known."""

    item = models.CharField("保修项目", max_length=16, choices=ITEM_CHOICES)
    part = models.CharField("部位", max_length=120, blank=True)
    starts = models.DateField("起算日")
    ends = models.DateField("最后一天", null=True, blank=True)
    words = models.CharField("怎么算的", max_length=120)
    design_years = models.SmallIntegerField("设计合理使用年限", null=True, blank=True)
    restart_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="restarts", verbose_name="原保修"
    )
    reminded_on = models.DateField("到期已提醒", null=True, editable=False)

    class Meta:
        verbose_name = "质量保修期"
        verbose_name_plural = "质量保修期"
        ordering = ["ends", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gt=F("starts")), name="warranty_ends_later"
            ),
            models.UniqueConstraint(
                fields=["project", "item"], condition=Q(restart_of__isnull=True), name="warranty_once_per_item"
            ),
            models.CheckConstraint(
                condition=Q(restart_of__isnull=True) | ~Q(part=""), name="warranty_restart_names_part"
            ),
        ]
        indexes = [models.Index(fields=["ends"], name="warranty_ends", condition=Q(reminded_on__isnull=True))]

    def __str__(self) -> str:
        return f"{self.get_item_display()} {self.part}".strip()


@tracked_kind
class WarrantyClaim(OfProject):
    """A defect reported within the term: repaired by who built it, re-inspected, and the repaired part starts anew."""

    item = models.CharField("保修项目", max_length=16, choices=ITEM_CHOICES)
    place = models.CharField("具体部位", max_length=120)
    reported_on = models.DateField("报修日期")
    safety_risk = models.BooleanField("有安全隐患", default=False)
    term = models.ForeignKey(
        WarrantyTerm, models.PROTECT, null=True, blank=True, editable=False, related_name="claims",
        verbose_name="适用保修期",
    )  # fmt: skip
    repair = models.TextField("维修情况", blank=True)
    repaired_on = models.DateField("修好日期", null=True, blank=True)
    reinspected_on = models.DateField("复验日期", null=True, blank=True)

    class Meta:
        verbose_name = "保修报修"
        verbose_name_plural = "保修报修"
        constraints = [
            models.CheckConstraint(
                condition=Q(repaired_on__isnull=True) | Q(repaired_on__gte=F("reported_on")),
                name="claim_repaired_after_reported",
            ),
            models.CheckConstraint(
                condition=Q(reinspected_on__isnull=True)
                | Q(repaired_on__isnull=False, reinspected_on__gte=F("repaired_on")),
                name="claim_reinspected_after_repair",
            ),
        ]


@tracked
class DefectInsurance(Record):
    """A policy against latent defects that the implementing body took out (T20-10). Money in fen."""

    insurer = models.CharField("保险公司", max_length=120)
    policy_number = models.CharField("保单号", max_length=80, unique=True)
    insured = models.CharField("被保险人", max_length=120)
    covers = models.CharField("保险范围", max_length=200)
    premium_fen = models.BigIntegerField("保费（分）")
    limit_fen = models.BigIntegerField("保险金额（分）")
    starts = models.DateField("起保日")
    ends = models.DateField("到期日")

    class Meta:
        verbose_name = "质量潜在缺陷保险"
        verbose_name_plural = "质量潜在缺陷保险"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(starts__lt=F("ends")), name="insurance_days_in_order"),
            models.CheckConstraint(condition=Q(premium_fen__gt=0) & Q(limit_fen__gt=0), name="insurance_sums_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.insurer} {self.policy_number}"

    @property
    def limit_yuan(self) -> Decimal:
        """The sum insured in yuan."""
        return Decimal(self.limit_fen) / 100

    @property
    def premium_yuan(self) -> Decimal:
        """The premium in yuan."""
        return Decimal(self.premium_fen) / 100

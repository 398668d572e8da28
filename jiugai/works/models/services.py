"""Services that a district buys from firms for its sites (T20-7)."""

from django.db import models
from django.db.models import F, Q

from jiugai.accounts.models import Area, Organisation
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.registry.choices import Provenance
from jiugai.registry.models.tracking import tracked


@tracked
class BoughtService(models.Model):
    """A contract for technical service, visits or verification. Money in fen."""

    class Kind(models.TextChoices):
        """What the policy lets districts buy."""

        TECHNICAL = "technical", "技术服务"
        VISIT = "visit", "探访核验"
        SUPERVISION = "supervision", "社会化监管"
        OTHER = "other", "其他辅助性事项"

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="服务范围")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    kind = models.CharField("服务内容", max_length=12, choices=Kind.choices)
    buyer = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="委托单位")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="承接企业")
    qualification = models.CharField("具备的条件", max_length=160)
    contract = models.CharField("合同编号", max_length=60)
    amount_fen = models.BigIntegerField("合同金额（分）")
    starts = models.DateField("服务期起")
    ends = models.DateField("服务期止")
    visits_agreed = models.IntegerField("约定次数", null=True, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    by_name = models.CharField("登记人", max_length=80, editable=False)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL, editable=False)

    objects = ScopedQuerySet["BoughtService"].as_manager()

    class Meta:
        verbose_name = "购买服务"
        verbose_name_plural = "购买服务"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(starts__lte=F("ends")), name="service_days_in_order"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="service_costs_something"),
            models.CheckConstraint(condition=~Q(buyer=F("provider")), name="service_bought_from_another"),
            models.CheckConstraint(condition=~Q(qualification="") & ~Q(contract=""), name="service_is_named"),
            models.UniqueConstraint(fields=["contract"], name="service_contract_once"),
        ]
        indexes = [
            models.Index(fields=["area_path", "id"], name="service_area", opclasses=["text_pattern_ops", "int8_ops"])
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.get_kind_display()}"

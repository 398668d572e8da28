"""Money of all departments for one area in one book (T16-3, T14-2, T15-9). Entries stay; mistakes are reversed."""

from django.db import models
from django.db.models import F, Q

from jiugai.accounts.models import Area, User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.domain.streetworks import FUND_SOURCES, PRIVATE
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Community
from jiugai.streetworks.models.works import StreetWork


class FundEntry(models.Model):
    """An amount in fen of one source for one purpose, planned or paid. Only a reversal is negative.

    An owner's money for his own flat carries the purpose `private` and the source `owner_private`, one never without
    the other, so that it can be in no sum of public works.
    """

    class Purpose(models.TextChoices):
        """What it is for."""

        WORKS = "works", "其他部门工程"
        PIPELINES = "pipelines", "市政专业管线"
        LIFT_PIPES = "lift_pipes", "加装电梯管线"
        RISERS = "risers", "楼内上下水管线"
        RENOVATION = "renovation", "改造项目"
        PRIVATE = "private", "业主个性化装修"

    class Step(models.TextChoices):
        """How far the money is."""

        PLANNED = "planned", "已安排"
        PAID = "paid", "已支付"

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="辖区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    community = models.ForeignKey(Community, models.PROTECT, null=True, blank=True, related_name="+")
    work = models.ForeignKey(StreetWork, models.PROTECT, null=True, blank=True, related_name="funds")
    project_ref = models.CharField("项目编号", max_length=40, blank=True)
    matter_ref = models.CharField("事项编号", max_length=40, blank=True)
    department = models.CharField("部门", max_length=80)
    source = models.CharField("资金来源", max_length=20, choices=FUND_SOURCES)
    purpose = models.CharField("用途", max_length=12, choices=Purpose.choices)
    step = models.CharField("进度", max_length=8, choices=Step.choices, default=Step.PLANNED)
    amount_fen = models.BigIntegerField("金额（分）")
    on = models.DateField("日期")
    reference = models.CharField("依据", max_length=120)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField("登记人", max_length=80)
    at = models.DateTimeField("登记时间")
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["FundEntry"].as_manager()

    class Meta:
        verbose_name = "资金登记"
        verbose_name_plural = "资金登记"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, amount_fen__gt=0) | Q(reverses__isnull=False, amount_fen__lt=0),
                name="fund_only_reversals_are_negative",
            ),
            models.CheckConstraint(
                condition=Q(purpose="private", source=PRIVATE) | ~Q(purpose="private") & ~Q(source=PRIVATE),
                name="fund_private_money_apart",
            ),
            models.CheckConstraint(condition=Q(on__gte="2000-01-01"), name="fund_day_plausible"),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True) | ~Q(reverses=F("id")), name="fund_not_own_reversal"
            ),
        ]
        indexes = [
            models.Index(fields=["area_path", "id"], name="fund_area", opclasses=["text_pattern_ops", "int8_ops"]),
            models.Index(fields=["on", "id"], name="fund_on"),
            models.Index(fields=["community", "purpose"], name="fund_community"),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.get_source_display()}"

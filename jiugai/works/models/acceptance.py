"""Facade acceptance, the fire standard applied, completion, filing, handover (T02-7, T22-3…6)."""

from django.db import models
from django.db.models import Q

from jiugai.accounts.models import Organisation
from jiugai.matters.models import tracked_kind
from jiugai.registry.models import Building
from jiugai.works.models.shared import OfProject, Record


@tracked_kind
class FacadeAcceptance(OfProject):
    """The acceptance of a community's facades; the gate asks whether window guards are left (T02-7)."""

    scope = models.CharField("验收范围", max_length=160)
    accepted_on = models.DateField("验收日期", null=True, blank=True)

    class Meta:
        verbose_name = "外立面验收"
        verbose_name_plural = "外立面验收"


class FireRecord(Record):
    """Which fire standard a project's works follow; the newest row counts. Append-only (T22-3, T22-4)."""

    class Standard(models.TextChoices):
        """The default, and the floor."""

        CURRENT = "current", "现行国家工程建设消防技术标准"
        AS_BUILT = "as_built", "不低于建成时的消防技术标准"

    keeps_use = models.BooleanField("不改变使用功能")
    standard = models.CharField("采用的标准", max_length=8, choices=Standard.choices, default=Standard.CURRENT)
    difficulty = models.CharField("确有困难的理由", max_length=300, blank=True)
    reference = models.CharField("论证意见文号", max_length=80, blank=True)
    building = models.ForeignKey(
        Building, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="按哪栋楼核定建成时标准"
    )
    floor = models.CharField("建成时的标准", max_length=200, blank=True, editable=False)
    floor_doubt = models.CharField("建成时标准的疑点", max_length=120, blank=True, editable=False)

    class Meta:
        verbose_name = "消防标准登记"
        verbose_name_plural = "消防标准登记"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(standard="current") | (Q(keeps_use=True) & ~Q(difficulty="") & ~Q(reference="")),
                name="fire_floor_needs_difficulty",
            )
        ]

    def __str__(self) -> str:
        return self.get_standard_display()


class Completion(Record):
    """The completion acceptance of a project: day and the four bodies that signed. One per project, append-only."""

    completed_on = models.DateField("竣工验收日期")
    report = models.CharField("竣工验收报告编号", max_length=80)
    design = models.CharField("设计单位", max_length=120)
    contractor = models.CharField("施工单位", max_length=120)
    supervisor = models.CharField("监理单位", max_length=120)
    implementer = models.CharField("实施主体", max_length=120)

    class Meta:
        verbose_name = "竣工验收"
        verbose_name_plural = "竣工验收"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project"], name="completed_once"),
            models.CheckConstraint(
                condition=~Q(report="") & ~Q(design="") & ~Q(contractor="") & ~Q(supervisor="") & ~Q(implementer=""),
                name="completion_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return self.report


@tracked_kind
class AcceptanceFiling(OfProject):
    """Filing the completion with the authority within the legal days (T22-6)."""

    filed_on = models.DateField("报送日期", null=True, blank=True)
    receipt = models.CharField("备案回执编号", max_length=80, blank=True)
    fire_standard = models.CharField("备案采用的消防标准", max_length=200, blank=True)

    class Meta:
        verbose_name = "竣工验收备案"
        verbose_name_plural = "竣工验收备案"


@tracked_kind
class Handover(OfProject):
    """Handing the finished works over to management: who takes them, what goes along."""

    receiver = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="接管单位"
    )
    facilities = models.TextField("移交的设施", blank=True)
    files = models.TextField("移交的资料", blank=True)
    open_points = models.TextField("遗留问题", blank=True)
    handed_over_on = models.DateField("移交日期", null=True, blank=True)

    class Meta:
        verbose_name = "移交管理"
        verbose_name_plural = "移交管理"

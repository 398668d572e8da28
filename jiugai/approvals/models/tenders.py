"""Tender plans published ahead (T19-7) and tenders (T19-6, T19-8, T19-9)."""

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from jiugai.accounts.scope import ScopedQuerySet
from jiugai.domain.tenders import Form, Method
from jiugai.matters.models import Matter, tracked_kind
from jiugai.planning.models import Project
from jiugai.registry.choices import Provenance

FORMS = [(form.value, form.label) for form in Form]
METHODS = [(method.value, method.label) for method in Method]


class TenderPlan(models.Model):
    """A tender plan as it was published. Append-only: a changed plan is published anew and counts from then."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="tender_plans", verbose_name="改造项目")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    content = models.CharField("招标内容", max_length=300)
    form = models.CharField("发包方式", max_length=12, choices=FORMS, default=Form.EPC.value)
    expected_on = models.DateField("拟发布招标公告日期")
    published_on = models.DateField("发布日期")
    reference = models.CharField("发布编号", max_length=120)
    by_name = models.CharField("发布人", max_length=80)
    recorded_at = models.DateTimeField("登记时间", db_default=Now())
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["TenderPlan"].as_manager()

    class Meta:
        verbose_name = "招标计划"
        verbose_name_plural = "招标计划"
        ordering = ["-published_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "reference"], name="tender_plan_once"),
            models.CheckConstraint(condition=Q(expected_on__gt=F("published_on")), name="tender_plan_is_ahead"),
            models.CheckConstraint(condition=~Q(reference="") & ~Q(content=""), name="tender_plan_says_what"),
        ]

    def __str__(self) -> str:
        return self.content[:40]


@tracked_kind
class Tender(Matter):
    """A tender from its preparation to the contract; the database keeps its days in order."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="tenders", verbose_name="改造项目")
    form = models.CharField("发包方式", max_length=12, choices=FORMS, default=Form.EPC.value)
    form_reason = models.CharField("不采用工程总承包的理由", max_length=300, blank=True)
    method = models.CharField("招标方式", max_length=8, choices=METHODS, default=Method.OPEN.value)
    notice_on = models.DateField("公告日期", null=True, blank=True, editable=False)
    notice_ref = models.CharField("公告编号", max_length=120, blank=True)
    files_from = models.DateField("招标文件发售起", null=True, blank=True)
    files_until = models.DateField("招标文件发售止", null=True, blank=True)
    bids_on = models.DateField("开标日期", null=True, blank=True)
    candidates_from = models.DateField("中标候选人公示起", null=True, blank=True)
    candidates_until = models.DateField("中标候选人公示止", null=True, blank=True)
    winner = models.CharField("中标人", max_length=120, blank=True)
    awarded_on = models.DateField("中标通知书日期", null=True, blank=True)
    contract_on = models.DateField("合同签订日期", null=True, blank=True)
    contract_ref = models.CharField("合同编号", max_length=120, blank=True)

    class Meta:
        verbose_name = "招标"
        verbose_name_plural = "招标"
        constraints = [
            models.CheckConstraint(
                condition=(Q(files_from__isnull=True) | Q(notice_on__isnull=True) | Q(files_from__gte=F("notice_on")))
                & (Q(files_until__isnull=True) | Q(files_until__gte=F("files_from")))
                & (Q(bids_on__isnull=True) | Q(bids_on__gte=F("files_until")))
                & (Q(candidates_from__isnull=True) | Q(candidates_from__gte=F("bids_on")))
                & (Q(candidates_until__isnull=True) | Q(candidates_until__gte=F("candidates_from")))
                & (Q(awarded_on__isnull=True) | Q(awarded_on__gte=F("candidates_until")))
                & (Q(contract_on__isnull=True) | Q(contract_on__gte=F("awarded_on"))),
                name="tender_days_in_order",
            )
        ]

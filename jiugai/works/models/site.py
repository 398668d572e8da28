"""Checks on site in four fields, what they find, the risk grade of a site and the evaluation of a period (T20-1…3)."""

from django.db import models
from django.db.models import F, Q

from jiugai.accounts.models import Area, Organisation
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.domain.site_safety import Field, Grade
from jiugai.matters.models import tracked_kind
from jiugai.planning.models import Project
from jiugai.registry.choices import Provenance
from jiugai.works.models.services import BoughtService
from jiugai.works.models.shared import OfProject, Record

FIELDS = [(one.value, one.label) for one in Field]
GRADES = [(one.value, one.label) for one in Grade]


class Result(models.TextChoices):
    """What a check found in one field."""

    GOOD = "good", "没有问题"
    PROBLEM = "problem", "有问题"
    NOT_APPLICABLE = "na", "不涉及"


@tracked_kind
class SiteCheck(OfProject):
    """A check that is due by the rhythm of the site's risk, and what it found in the four fields."""

    safety = models.CharField("施工安全", max_length=8, choices=Result.choices, blank=True)
    fire = models.CharField("消防安全", max_length=8, choices=Result.choices, blank=True)
    green = models.CharField("绿色施工", max_length=8, choices=Result.choices, blank=True)
    health = models.CharField("疫情防控", max_length=8, choices=Result.choices, blank=True)
    checked_on = models.DateField("检查日期", null=True, blank=True)
    inspector = models.CharField("检查人", max_length=80, blank=True)
    service = models.ForeignKey(
        BoughtService, models.PROTECT, null=True, blank=True, related_name="checks", verbose_name="委托检查的服务"
    )

    class Meta:
        verbose_name = "现场检查"
        verbose_name_plural = "现场检查"
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_on__isnull=True)
                | (~Q(safety="") & ~Q(fire="") & ~Q(green="") & ~Q(health="") & ~Q(inspector="")),
                name="site_check_covers_four_fields",
            ),
        ]


class Severity(models.TextChoices):
    """How bad a finding is."""

    GENERAL = "general", "一般问题"
    MAJOR = "major", "重大问题"


class Origin(models.TextChoices):
    """Who found it."""

    CHECK = "check", "现场检查"
    RESIDENT = "resident", "居民监督"
    DEVICE = "device", "智慧工地"


@tracked_kind
class SiteFinding(OfProject):
    """Something wrong on site: rectified with evidence, then looked at again."""

    field = models.CharField("方面", max_length=8, choices=FIELDS)
    severity = models.CharField("程度", max_length=8, choices=Severity.choices, default=Severity.GENERAL)
    origin = models.CharField("来源", max_length=8, choices=Origin.choices, default=Origin.CHECK, editable=False)
    place = models.CharField("具体位置", max_length=120)
    found_on = models.DateField("发现日期")
    works_stopped = models.BooleanField("责令停工", default=False)
    check_of = models.ForeignKey(
        SiteCheck, models.PROTECT, null=True, blank=True, editable=False, related_name="findings", verbose_name="检查"
    )
    device = models.ForeignKey(
        "works.SiteDevice", models.PROTECT, null=True, blank=True, editable=False, related_name="findings",
        verbose_name="设备",
    )  # fmt: skip
    measures = models.TextField("整改措施", blank=True)
    rectified_on = models.DateField("整改完成日期", null=True, blank=True)
    rechecked_on = models.DateField("复查日期", null=True, blank=True)

    class Meta:
        verbose_name = "现场问题"
        verbose_name_plural = "现场问题"
        constraints = [
            models.CheckConstraint(
                condition=Q(rectified_on__isnull=True) | Q(rectified_on__gte=F("found_on")),
                name="site_finding_rectified_after_found",
            ),
            models.CheckConstraint(
                condition=Q(rechecked_on__isnull=True)
                | Q(rectified_on__isnull=False, rechecked_on__gte=F("rectified_on")),
                name="site_finding_rechecked_after_rectified",
            ),
        ]


class SiteRisk(Record):
    """The risk grade of a site on a day, with its sum; the newest counts. Append-only."""

    graded_on = models.DateField("分级日期")
    grade = models.CharField("风险等级", max_length=8, choices=GRADES)
    points = models.IntegerField("风险分")
    hazards = models.JSONField("危险作业", default=dict)
    lines = models.JSONField("计算过程", default=list)
    every_days = models.IntegerField("检查间隔（天）")

    class Meta:
        verbose_name = "工地风险等级"
        verbose_name_plural = "工地风险等级"
        ordering = ["-graded_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(points__gte=0) & Q(every_days__gt=0), name="site_risk_plausible")
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.get_grade_display()}"

    @property
    def tag(self) -> str:
        """Kind of the grade's tag."""
        return Grade(self.grade).tag


class SiteFirm(Record):
    """A firm at work on a project, from a day; one of a duty at a time. A change is a new row and ends the last."""

    class Duty(models.TextChoices):
        """What it does there."""

        CONTRACTOR = "contractor", "施工单位"
        SUPERVISOR = "supervisor", "监理单位"
        DESIGNER = "designer", "设计单位"

    duty = models.CharField("职责", max_length=10, choices=Duty.choices)
    firm = models.ForeignKey(Organisation, models.PROTECT, related_name="site_duties", verbose_name="单位")
    since = models.DateField("进场日期")
    until = models.DateField("离场日期", null=True, blank=True)

    class Meta:
        verbose_name = "参建单位"
        verbose_name_plural = "参建单位"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "duty"], condition=Q(until__isnull=True), name="site_firm_one_per_duty"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="site_firm_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return str(self.firm)


class SafetyEvaluation(models.Model):
    """The state of safety in a period, of a project or of a firm over its projects in an area. Append-only."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="辖区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="safety_evaluations", verbose_name="改造项目"
    )
    firm = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="企业")
    by_name = models.CharField("测评人", max_length=80, editable=False)
    at = models.DateTimeField("测评时间", editable=False)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL, editable=False)
    period_from = models.DateField("测评期起")
    period_to = models.DateField("测评期止")
    score = models.SmallIntegerField("得分")
    level = models.CharField("状况", max_length=8)
    counts = models.JSONField("依据", default=dict)
    lines = models.JSONField("扣分过程", default=list)

    objects = ScopedQuerySet["SafetyEvaluation"].as_manager()

    class Meta:
        verbose_name = "安全状况测评"
        verbose_name_plural = "安全状况测评"
        ordering = ["-period_to", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period_from__lte=F("period_to")) & Q(score__range=(0, 100)),
                name="safety_evaluation_plausible",
            ),
            models.CheckConstraint(
                condition=Q(project__isnull=True, firm__isnull=False) | Q(project__isnull=False, firm__isnull=True),
                name="safety_evaluation_of_one",
            ),
            models.UniqueConstraint(
                fields=["project", "firm", "area", "period_from", "period_to"],
                nulls_distinct=False,
                name="safety_evaluated_once_per_period",
            ),
        ]
        indexes = [
            models.Index(fields=["period_to", "id"], name="safety_evaluation_period"),
            models.Index(fields=["area_path"], name="safety_evaluation_area", opclasses=["text_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return f"{self.firm or self.project} {self.score}"

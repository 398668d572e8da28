"""Pipelines of a project: their contract, the jobs with their schedule, jobs made one (T14-3, 5, 9, 10, 13)."""

from django.contrib.gis.db import models
from django.db.models import F, Q

from jiugai.accounts.models import Organisation, User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.domain.pipes import TRADES
from jiugai.domain.streetworks import Window
from jiugai.planning.models import Project
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Building, Community
from jiugai.registry.models.tracking import tracked


@tracked
class PipePlan(models.Model):
    """What holds for all pipelines of a project: one row, so there is one contract model and one telecom company.

    `public_*` is the item 公共区域环境整治提升, to which the overhead lines are tied in design, works and acceptance.
    """

    class Model(models.TextChoices):
        """How the pipelines inside the red line are contracted (T14-3)."""

        GENERAL = "general", "红线内施工总承包"
        SEPARATE = "separate", "各专业公司分别实施"

    project = models.OneToOneField(Project, models.CASCADE, related_name="pipe_plan", verbose_name="改造项目")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    has_pipelines = models.BooleanField("有专业管线改造", null=True, blank=True)
    has_overhead = models.BooleanField("有架空线", null=True, blank=True)
    contract = models.CharField("红线内承包方式", max_length=10, choices=Model.choices, blank=True)
    contractor = models.CharField("总承包单位", max_length=120, blank=True)
    contract_ref = models.CharField("合同编号", max_length=80, blank=True)
    signed_on = models.DateField("签订日期", null=True, blank=True)
    telecom = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="统筹架空线的通信公司"
    )
    telecom_ref = models.CharField("明确的依据", max_length=120, blank=True)
    site_from = models.DateField("综合整治开工", null=True, blank=True)
    site_until = models.DateField("综合整治完工", null=True, blank=True)
    public_design_ref = models.CharField("公共区域设计图号", max_length=80, blank=True)
    public_from = models.DateField("公共区域施工起", null=True, blank=True)
    public_until = models.DateField("公共区域施工止", null=True, blank=True)
    public_acceptance_ref = models.CharField("公共区域验收编号", max_length=80, blank=True)
    version = models.IntegerField("版本", default=1, editable=False)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["PipePlan"].as_manager()

    class Meta:
        verbose_name = "项目管线统筹"
        verbose_name_plural = "项目管线统筹"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(site_from__isnull=True) | Q(site_until__isnull=True) | Q(site_until__gte=F("site_from")),
                name="pipe_plan_site_in_order",
            ),
            models.CheckConstraint(
                condition=Q(public_from__isnull=True)
                | Q(public_until__isnull=True)
                | Q(public_until__gte=F("public_from")),
                name="pipe_plan_public_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(contract="general") | ~Q(contractor=""), name="pipe_plan_general_has_contractor"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} 管线"


@tracked
class PipeJob(models.Model):
    """One pipeline job in one community of a project. `ground` comes from the line, in metres, where there is one."""

    plan = models.ForeignKey(PipePlan, models.CASCADE, related_name="jobs", verbose_name="项目管线")
    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name="小区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    code = models.CharField("编号", max_length=24, unique=True, editable=False)
    title = models.CharField("名称", max_length=120)
    trade = models.CharField("专业", max_length=10, choices=TRADES)
    inside = models.BooleanField("红线内", default=True)
    for_lift = models.BooleanField("因加装电梯改移", default=False)
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="楼栋")
    company = models.CharField("专业公司", max_length=120)
    geom = models.GeometryField("走向", srid=4490, null=True, blank=True)
    ground = models.MultiPolygonField("占地", srid=4548, null=True, editable=False)
    design_ref = models.CharField("设计图号", max_length=80, blank=True)
    starts = models.DateField("开工", null=True, blank=True)
    ends = models.DateField("完工", null=True, blank=True)
    acceptance_ref = models.CharField("验收编号", max_length=80, blank=True)
    accepted_on = models.DateField("验收合格", null=True, blank=True)
    cost_fen = models.BigIntegerField("费用（分）", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="absorbed", verbose_name="并入"
    )
    version = models.IntegerField("版本", default=1, editable=False)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["PipeJob"].as_manager()

    class Meta:
        verbose_name = "管线改造"
        verbose_name_plural = "管线改造"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(company=""), name="pipe_job_named"),
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="pipe_job_window_in_order",
            ),
            models.CheckConstraint(
                condition=Q(accepted_on__isnull=True)
                | ~Q(acceptance_ref="") & Q(starts__isnull=False) & Q(accepted_on__gte=F("starts")),
                name="pipe_job_accepted_after_start",
            ),
            models.CheckConstraint(
                condition=Q(cost_fen__isnull=True) | Q(cost_fen__gt=0), name="pipe_job_cost_positive"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="pipe_job_not_into_itself"
            ),
            models.UniqueConstraint(fields=["plan", "community", "trade", "title"], name="pipe_job_once"),
        ]
        indexes = [
            models.Index(fields=["area_path", "id"], name="pipe_job_area", opclasses=["text_pattern_ops", "int8_ops"]),
            models.Index(fields=["starts", "id"], name="pipe_job_starts"),
            models.Index(fields=["trade", "id"], name="pipe_job_trade"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def window(self) -> Window | None:
        """Its days, where both are known."""
        return Window(self.starts, self.ends) if self.starts and self.ends else None


class JobMerge(models.Model):
    """A decision about two jobs on the same ground: made one, or kept apart with the reason (T14-10)."""

    one = models.ForeignKey(PipeJob, models.CASCADE, related_name="+", verbose_name="一项")
    other = models.ForeignKey(PipeJob, models.CASCADE, related_name="+", verbose_name="另一项")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    merged = models.BooleanField("合并")
    reason = models.CharField("理由", max_length=300)
    saving_fen = models.BigIntegerField("节省（分）", null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField("决定人", max_length=80)
    on = models.DateField("决定日期")

    objects = ScopedQuerySet["JobMerge"].as_manager()

    class Meta:
        verbose_name = "管线合并"
        verbose_name_plural = "管线合并"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="job_merge_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="job_merge_in_order"),
            models.CheckConstraint(condition=~Q(reason=""), name="job_merge_has_reason"),
            models.CheckConstraint(
                condition=Q(saving_fen__isnull=True) | Q(saving_fen__gte=0), name="job_merge_saving_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one}／{self.other}"

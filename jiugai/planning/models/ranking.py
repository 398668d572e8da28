"""The ranking of the pool on four factors (T03-5): versions of weights, places of projects, answers of residents."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from jiugai.accounts.models import Area, User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.planning.models.projects import Project
from jiugai.registry.choices import Provenance


class RankingVersion(models.Model):
    """The weights of the four factors from a day on, in percent; never changed, a new version is made."""

    number = models.IntegerField("版本", unique=True)
    since = models.DateField("施行日期")
    checkup = models.SmallIntegerField("体检结果")
    finance = models.SmallIntegerField("本区财力")
    mass_work = models.SmallIntegerField("群众工作")
    demand = models.SmallIntegerField("居民诉求")
    note = models.CharField("依据", max_length=300)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    made_by_name = models.CharField("制定人", max_length=80)
    made_at = models.DateTimeField("制定时间", db_default=Now())

    class Meta:
        verbose_name = "排序权重版本"
        verbose_name_plural = "排序权重版本"
        ordering = ["-since", "-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(checkup__gte=0, finance__gte=0, mass_work__gte=0, demand__gte=0)
                & Q(checkup=100 - F("finance") - F("mass_work") - F("demand")),
                name="ranking_weights_make_100",
            ),
            models.CheckConstraint(condition=~Q(note=""), name="ranking_version_has_reason"),
        ]

    def __str__(self) -> str:
        return f"第{self.number}版权重"


class PoolRank(models.Model):
    """A pool project's place within its district by one version of the weights, with the inputs it was counted from.

    Scores are hundredths of a point. `low` counts an unknown factor as nothing, `high` as full. Made anew, not edited.
    """

    project = models.OneToOneField(Project, models.CASCADE, related_name="rank", verbose_name="项目")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    version = models.ForeignKey(RankingVersion, models.PROTECT, related_name="+", verbose_name="权重版本")
    place = models.IntegerField("名次")
    of = models.IntegerField("共")
    low = models.IntegerField("得分")
    high = models.IntegerField("最高可能")
    checkup = models.IntegerField("体检结果", null=True)
    finance = models.IntegerField("本区财力", null=True)
    mass_work = models.IntegerField("群众工作", null=True)
    demand = models.IntegerField("居民诉求", null=True)
    best_place = models.IntegerField("权重变动时最高名次")
    worst_place = models.IntegerField("权重变动时最低名次")
    trace = models.JSONField("算式")
    flips = models.JSONField("权重敏感", default=list)
    counted_at = models.DateTimeField("计算时间")
    counted_on = models.DateField("按哪天的资料")
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["PoolRank"].as_manager()

    class Meta:
        verbose_name = "储备项目排序"
        verbose_name_plural = "储备项目排序"
        ordering = ["place", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(low__range=(0, 10000), high__range=(0, 10000), low__lte=F("high")), name="rank_scores"
            ),
        ]
        indexes = [
            models.Index(fields=["place", "id"], name="rank_place"),
            models.Index(fields=["low", "id"], name="rank_low"),
            models.Index(fields=["checkup", "id"], name="rank_checkup"),
            models.Index(fields=["finance", "id"], name="rank_finance"),
            models.Index(fields=["mass_work", "id"], name="rank_mass_work"),
            models.Index(fields=["demand", "id"], name="rank_demand"),
            models.Index(fields=["area_path", "place", "id"], name="rank_area_place"),
        ]

    def __str__(self) -> str:
        return f"{self.project} 第{self.place}"


class DistrictSatisfaction(models.Model):
    """How many residents of a district were asked about renovation and how many were satisfied (T24-4). Append-only."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    on = models.DateField("日期")
    answered = models.IntegerField("答复（户）")
    satisfied = models.IntegerField("满意（户）")
    source = models.CharField("来源", max_length=200)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    by_name = models.CharField("登记人", max_length=80)
    at = models.DateTimeField("登记时间", db_default=Now())
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["DistrictSatisfaction"].as_manager()

    class Meta:
        verbose_name = "区满意度"
        verbose_name_plural = "区满意度"
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered__gt=0, satisfied__gte=0, satisfied__lte=F("answered")),
                name="satisfaction_within_answered",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="satisfaction_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.on}"

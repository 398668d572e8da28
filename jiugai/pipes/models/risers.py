"""Riser pipes in the stairwell (task 15): rounds of applications, households, temporary water, appointments."""

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db.models import F, Q

from jiugai.accounts.models import User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.domain.risers import Answer
from jiugai.matters.models import Matter, tracked_kind
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Building, Community, Dwelling
from jiugai.registry.models.tracking import tracked

NEEDS = (
    ("water_hours", "停水时段避开早晚高峰"),
    ("one_day", "当天拆当天通水"),
    ("elderly", "照看独居和行动不便的老人"),
    ("toilet", "公用临时厕所"),
    ("dust", "入户防尘和成品保护"),
    ("noise", "午间和夜间不施工"),
)
ANSWERS = [(answer.value, answer.label) for answer in Answer]


@tracked
class RiserRound(models.Model):
    """A round of renewal in a community: published in advance (T15-5), with the last day for applications (T15-7)."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="riser_rounds", verbose_name="小区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    title = models.CharField("名称", max_length=120)
    plan = models.TextField("改造计划")
    published_on = models.DateField("公示日期")
    published_at = models.CharField("公示地点", max_length=120)
    cutoff_on = models.DateField("申请截止")
    works_from = models.DateField("计划施工起", null=True, blank=True)
    works_until = models.DateField("计划施工止", null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField("登记人", max_length=80)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["RiserRound"].as_manager()

    class Meta:
        verbose_name = "上下水改造批次"
        verbose_name_plural = "上下水改造批次"
        ordering = ["-cutoff_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(published_at=""), name="riser_round_named"),
            models.CheckConstraint(
                condition=Q(cutoff_on__gt=F("published_on")), name="riser_round_cutoff_after_notice"
            ),
            models.CheckConstraint(
                condition=Q(works_from__isnull=True, works_until__isnull=True)
                | Q(works_from__gt=F("cutoff_on"), works_until__gte=F("works_from")),
                name="riser_round_works_after_cutoff",
            ),
            models.UniqueConstraint(fields=["community", "title"], name="riser_round_once"),
        ]

    def __str__(self) -> str:
        return self.title


@tracked_kind
class RiserApplication(Matter):
    """An application for a building or one riser of it (T15-1). An empty `line` means the whole building."""

    round = models.ForeignKey(RiserRound, models.PROTECT, related_name="applications", verbose_name="批次")
    building = models.ForeignKey(Building, models.PROTECT, related_name="+", verbose_name="楼栋")
    line = models.CharField("立管", max_length=60, blank=True)
    applied_by = models.CharField("申请人", max_length=80)
    applied_on = models.DateField("申请日期")
    scheme_ref = models.CharField("施工方案", max_length=120, blank=True)
    scheme_on = models.DateField("方案日期", null=True, blank=True)
    scheme_needs = ArrayField(models.CharField(max_length=16), verbose_name="生活需求", default=list, blank=True)
    cost_fen = models.BigIntegerField("费用（分）", null=True, blank=True)
    support_fen = models.BigIntegerField("政府支持（分）", null=True, editable=False)
    remainder_fen = models.BigIntegerField("居民承担（分）", null=True, editable=False)
    support_rule = models.CharField("支持标准", max_length=80, blank=True, editable=False)
    started_on = models.DateField("开工日期", null=True, blank=True)
    accepted_on = models.DateField("验收日期", null=True, blank=True)

    class Meta:
        verbose_name = "上下水改造申请"
        verbose_name_plural = "上下水改造申请"
        constraints = [
            models.CheckConstraint(condition=~Q(applied_by=""), name="riser_application_has_applicant"),
            models.CheckConstraint(
                condition=Q(support_fen__isnull=True)
                | Q(cost_fen=F("support_fen") + F("remainder_fen"), support_fen__gte=0, remainder_fen__gte=0),
                name="riser_support_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(accepted_on__isnull=True) | Q(accepted_on__gte=F("started_on")),
                name="riser_accepted_after_start",
            ),
        ]


@tracked
class RiserHousehold(models.Model):
    """A household on the riser: what it says (T15-2), its decoration (T15-6), and its code for making appointments."""

    application = models.ForeignKey(RiserApplication, models.CASCADE, related_name="households", verbose_name="申请")
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="+", verbose_name="住房")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    code = models.CharField("预约码", max_length=8)
    answer = models.CharField("答复", max_length=8, choices=ANSWERS, default=Answer.UNASKED.value)
    said_on = models.DateField("答复日期", null=True, blank=True)
    visits = models.SmallIntegerField("上门次数", default=0)
    next_visit = models.DateField("约定再来", null=True, blank=True)
    note = models.CharField("情况", max_length=200, blank=True)
    decorated_on = models.DateField("最近装修", null=True, blank=True)
    decoration_planned_on = models.DateField("打算装修", null=True, blank=True)
    warned_on = models.DateField("已提醒", null=True, blank=True)
    by_name = models.CharField("登记人", max_length=80, blank=True)
    version = models.IntegerField("版本", default=1, editable=False)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["RiserHousehold"].as_manager()

    class Meta:
        verbose_name = "立管住户"
        verbose_name_plural = "立管住户"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "dwelling"], name="riser_household_once"),
            models.CheckConstraint(
                condition=Q(answer="unasked", said_on__isnull=True) | ~Q(answer="unasked") & Q(said_on__isnull=False),
                name="riser_answer_has_day",
            ),
            models.CheckConstraint(condition=Q(visits__gte=0), name="riser_visits_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.dwelling.entrance}{self.dwelling.number}"


@tracked
class TemporaryWater(models.Model):
    """Temporary water and drains while a riser is renewed (T15-4)."""

    application = models.OneToOneField(
        RiserApplication, models.CASCADE, related_name="temporary_water", verbose_name="申请"
    )
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    supply = models.CharField("临时供水", max_length=200)
    drainage = models.CharField("临时排水", max_length=200)
    water_points = models.SmallIntegerField("取水点（处）")
    toilets = models.SmallIntegerField("临时厕所（处）", default=0)
    since = models.DateField("启用")
    until = models.DateField("停用")
    contact = models.CharField("现场联系人", max_length=80)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["TemporaryWater"].as_manager()

    class Meta:
        verbose_name = "临时供排水"
        verbose_name_plural = "临时供排水"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(supply="") & ~Q(drainage="") & Q(water_points__gte=1, toilets__gte=0),
                name="temporary_water_supplies_and_drains",
            ),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="temporary_water_days_in_order"),
        ]

    def __str__(self) -> str:
        return self.supply


@tracked
class RiserSlot(models.Model):
    """A stretch of a crew's time, open until a household takes it. No crew and no household is booked twice at once."""

    round = models.ForeignKey(RiserRound, models.PROTECT, related_name="slots", verbose_name="批次")
    application = models.ForeignKey(RiserApplication, models.CASCADE, related_name="slots", verbose_name="申请")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    crew = models.CharField("施工班组", max_length=40)
    during = DateTimeRangeField("时段")
    household = models.ForeignKey(
        RiserHousehold, models.PROTECT, null=True, blank=True, related_name="slots", verbose_name="住户"
    )
    booked_by = models.CharField("预约人", max_length=80, blank=True)
    booked_at = models.DateTimeField("预约时间", null=True)
    done_on = models.DateField("完成", null=True, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["RiserSlot"].as_manager()

    class Meta:
        verbose_name = "入户预约"
        verbose_name_plural = "入户预约"
        ordering = ["during", "pk"]
        constraints = [
            ExclusionConstraint(
                name="riser_crew_one_place_at_a_time",
                expressions=[
                    ("round", RangeOperators.EQUAL),
                    ("crew", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="riser_household_one_slot_at_a_time",
                expressions=[("household", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(household__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(household__isnull=False, done_on__isnull=True),
                name="riser_household_one_open_slot",
            ),
            models.CheckConstraint(
                condition=Q(household__isnull=True, booked_at__isnull=True)
                | Q(household__isnull=False, booked_at__isnull=False),
                name="riser_slot_booking_whole",
            ),
            models.CheckConstraint(condition=~Q(crew=""), name="riser_slot_has_crew"),
        ]

    def __str__(self) -> str:
        return f"{self.crew} {self.during.lower:%Y-%m-%d %H:%M}"


@tracked
class OwnerDecoration(models.Model):
    """What an owner has done in his own flat at his own cost along with the works; its money stands apart (T15-9)."""

    household = models.ForeignKey(RiserHousehold, models.PROTECT, related_name="decorations", verbose_name="住户")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    content = models.CharField("内容", max_length=200)
    amount_fen = models.BigIntegerField("金额（分）")
    agreed_on = models.DateField("约定日期")
    entry = models.OneToOneField("streetworks.FundEntry", models.PROTECT, related_name="+", verbose_name="资金登记")
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["OwnerDecoration"].as_manager()

    class Meta:
        verbose_name = "业主个性化装修"
        verbose_name_plural = "业主个性化装修"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0) & ~Q(content=""), name="owner_decoration_named")
        ]

    def __str__(self) -> str:
        return self.content

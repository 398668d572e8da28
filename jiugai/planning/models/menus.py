"""What is renovated: editions of the catalogue, menus of projects and their lines, site figures, demand, rates."""

import json
from decimal import Decimal
from functools import lru_cache

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Q
from django.db.models.functions import Now

from jiugai.accounts.models import User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.domain.menu.catalogue import Catalogue, Class, Measure, read_catalogue
from jiugai.matters.models import Matter
from jiugai.planning.models.projects import Project, ProjectCommunity
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Community
from jiugai.registry.models.tracking import tracked

CLASS_CHOICES = [(one.value, one.label) for one in Class]
UNIT_CHOICES = [(one.unit, one.unit) for one in Measure]


class MenuEdition(models.Model):
    """An edition of the catalogue of items (T05-1 … T05-4), as plain data. Never changed: a new one is entered."""

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=120)
    since = models.DateField("施行日期")
    content = models.JSONField("内容")
    reason = models.CharField("依据", max_length=300, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="录入人")
    entered_by_name = models.CharField("录入人", max_length=80, blank=True)
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        verbose_name = "菜单目录版本"
        verbose_name_plural = "菜单目录版本"
        ordering = ["-since", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def catalogue(self) -> Catalogue:
        """Return the content, read; it was checked when it was entered."""
        return _read(json.dumps(self.content, sort_keys=True))


@lru_cache(maxsize=20)
def _read(content: str) -> Catalogue:
    return read_catalogue(json.loads(content))


@tracked
class ProjectMenu(models.Model):
    """The menu of a project by one edition (T05-4), with the estimate that its chosen lines come to.

    `rebuild_mode` says whether rebuilding or the removal of danger leads the renovation (T04-3). `checked_on` is the
    day on which somebody answered for old buildings and old trees (T05-6).
    """

    class Mode(models.TextChoices):
        """What leads a rebuilding project."""

        REBUILD = "rebuild", "改建带改造"
        DANGER = "danger", "解危带改造"

    project = models.OneToOneField(Project, models.CASCADE, related_name="menu", verbose_name="项目")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    edition = models.ForeignKey(MenuEdition, models.PROTECT, related_name="menus", verbose_name="目录版本")
    rate_year = models.SmallIntegerField("单价年度")
    rebuild_mode = models.CharField("改建方式", max_length=8, choices=Mode.choices, blank=True)
    checkups = models.CharField("来源体检", max_length=200, blank=True)
    compiled_at = models.DateTimeField("生成时间")
    compiled_by_name = models.CharField("生成人", max_length=80)
    checked_on = models.DateField("核对老建筑老树", null=True, blank=True)
    checked_by_name = models.CharField("核对人", max_length=80, blank=True)
    total_fen = models.BigIntegerField("估算（分）", default=0, editable=False)
    district_fen = models.BigIntegerField("区级（分）", default=0, editable=False)
    city_fen = models.BigIntegerField("市级（分）", default=0, editable=False)
    other_fen = models.BigIntegerField("其他（分）", default=0, editable=False)
    months = models.SmallIntegerField("工期（月）", null=True, editable=False)
    outdoor = models.BooleanField("室外", default=False, editable=False)
    missing = models.IntegerField("没有算出的行", default=0, editable=False)
    rates_provisional = models.BooleanField("含暂定单价", default=False, editable=False)
    arithmetic = ArrayField(models.CharField(max_length=200), default=list, blank=True, editable=False)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)
    version = models.IntegerField("版本", default=1, editable=False)

    objects = ScopedQuerySet["ProjectMenu"].as_manager()

    class Meta:
        verbose_name = "改造菜单"
        verbose_name_plural = "改造菜单"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(rate_year__range=(2000, 2100)), name="menu_rate_year_plausible"),
            models.CheckConstraint(
                condition=Q(total_fen=F("district_fen") + F("city_fen") + F("other_fen"))
                & Q(district_fen__gte=0, city_fen__gte=0, other_fen__gte=0),
                name="menu_estimate_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(checked_on__isnull=True) | ~Q(checked_by_name=""), name="menu_checked_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} 改造菜单"


@tracked
class MenuLine(models.Model):
    """A line of a menu: an item of the edition in one community, or a work outside the menu (`item` empty).

    Each community of a bundle keeps its own lines, so that its figures stay its own (T08-4).
    """

    class Payer(models.TextChoices):
        """Who pays."""

        PUBLIC = "public", "市区两级财政"
        SOCIAL = "social", "社会资本"
        OWNERS = "owners", "居民和产权单位"
        UTILITY = "utility", "专业公司"

    class Touches(models.TextChoices):
        """Which bottom line an item touches (T05-6)."""

        BUILDING = "old_building", "拆除老建筑"
        TREE = "old_tree", "砍伐老树"
        BOTH = "both", "拆除老建筑、砍伐老树"

    menu = models.ForeignKey(ProjectMenu, models.CASCADE, related_name="lines", verbose_name="菜单")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    community = models.ForeignKey(Community, models.PROTECT, related_name="menu_lines", verbose_name="小区")
    item = models.CharField("目录代码", max_length=20, blank=True)
    label = models.CharField("内容", max_length=40)
    cls = models.CharField("类别", max_length=12, choices=CLASS_CHOICES)
    position = models.IntegerField("序号")
    leads = models.BooleanField("重点优先", default=False)
    hazard = models.BooleanField("安全隐患", default=False)
    found = ArrayField(models.CharField(max_length=40), verbose_name="体检问题", default=list, blank=True)
    chosen = models.BooleanField("选定", default=True)
    why_not = models.CharField("不做的理由", max_length=200, blank=True)
    quantity = models.DecimalField("数量", max_digits=12, decimal_places=2, null=True, blank=True)
    unit = models.CharField("单位", max_length=4, choices=UNIT_CHOICES)
    rate_fen = models.BigIntegerField("单价（分）", null=True, blank=True)
    rate_reference = models.CharField("单价依据", max_length=120, blank=True)
    rate_provisional = models.BooleanField("暂定单价", default=False)
    own_fen = models.BigIntegerField("单列金额（分）", null=True, blank=True)
    amount_fen = models.BigIntegerField("金额（分）", null=True, blank=True)
    months = models.SmallIntegerField("工期（月）")
    outdoor = models.BooleanField("室外", default=False)
    payer = models.CharField("出资", max_length=8, choices=Payer.choices, default=Payer.PUBLIC)
    touches = models.CharField("触及底线", max_length=12, choices=Touches.choices, blank=True)
    authority = models.CharField("批准文号", max_length=120, blank=True)
    authority_on = models.DateField("批准日期", null=True, blank=True)
    escalated = models.ForeignKey(
        Matter, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="报批事项"
    )
    note = models.CharField("说明", max_length=200, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["MenuLine"].as_manager()

    class Meta:
        verbose_name = "菜单内容"
        verbose_name_plural = "菜单内容"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["menu", "community", "item"], condition=~Q(item=""), name="menu_line_once"
            ),
            models.CheckConstraint(condition=~Q(label=""), name="menu_line_has_label"),
            models.CheckConstraint(
                condition=(Q(quantity__isnull=True) | Q(quantity__gt=0))
                & (Q(amount_fen__isnull=True) | Q(amount_fen__gte=0))
                & (Q(own_fen__isnull=True) | Q(own_fen__gte=0)),
                name="menu_line_figures_positive",
            ),
            models.CheckConstraint(condition=Q(months__range=(1, 36)), name="menu_line_months"),
            models.CheckConstraint(
                condition=Q(authority="", authority_on__isnull=True) | ~Q(authority="") & Q(authority_on__isnull=False),
                name="menu_line_authority_has_day",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["community", "item"], name="menu_line_of_community")]

    def __str__(self) -> str:
        return self.label

    @property
    def rate_yuan(self) -> Decimal | None:
        """The unit price in yuan."""
        return None if self.rate_fen is None else Decimal(self.rate_fen) / 100

    @property
    def amount_yuan(self) -> Decimal | None:
        """The amount in yuan."""
        return None if self.amount_fen is None else Decimal(self.amount_fen) / 100

    @property
    def outside(self) -> bool:
        """Tell whether it is a work outside the menu."""
        return not self.item


@tracked
class SiteFigures(models.Model):
    """A community's ground before and after the scheme (T05-7) and its bicycle sheds (T05-10); areas in integer cm²."""

    cover = models.OneToOneField(ProjectCommunity, models.CASCADE, related_name="site", verbose_name="项目小区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    site_before_cm2 = models.BigIntegerField("现状用地", null=True, blank=True)
    green_before_cm2 = models.BigIntegerField("现状绿地", null=True, blank=True)
    site_after_cm2 = models.BigIntegerField("改造后用地", null=True, blank=True)
    green_after_cm2 = models.BigIntegerField("改造后绿地", null=True, blank=True)
    sheds_fire_ok = models.IntegerField("符合消防要求的自行车棚", null=True, blank=True)
    sheds_ready = models.IntegerField("其中预留充电条件", null=True, blank=True)
    source = models.CharField("数据来源", max_length=120, blank=True)
    by_name = models.CharField("登记人", max_length=80)
    at = models.DateTimeField("登记时间", db_default=Now())
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["SiteFigures"].as_manager()

    class Meta:
        verbose_name = "用地和绿地"
        verbose_name_plural = "用地和绿地"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(site_before_cm2__isnull=True) | Q(site_before_cm2__gt=0))
                & (Q(site_after_cm2__isnull=True) | Q(site_after_cm2__gt=0))
                & (Q(green_before_cm2__isnull=True) | Q(green_before_cm2__gte=0))
                & (Q(green_after_cm2__isnull=True) | Q(green_after_cm2__gte=0))
                & (Q(sheds_fire_ok__isnull=True) | Q(sheds_fire_ok__gte=0))
                & (Q(sheds_ready__isnull=True) | Q(sheds_ready__gte=0)),
                name="site_figures_not_negative",
            ),
            models.CheckConstraint(
                condition=(
                    Q(green_before_cm2__isnull=True) | Q(site_before_cm2__isnull=True)
                    | Q(green_before_cm2__lte=F("site_before_cm2"))
                ) & (
                    Q(green_after_cm2__isnull=True) | Q(site_after_cm2__isnull=True)
                    | Q(green_after_cm2__lte=F("site_after_cm2"))
                ),
                name="site_green_within_site",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.cover} 用地和绿地"


@tracked
class ItemDemand(models.Model):
    """How many households of a community were asked about an item and how many want it (T05-9); the newest counts."""

    class Source(models.TextChoices):
        """Where it was learnt."""

        VISIT = "visit", "入户走访"
        SURVEY = "survey", "问卷"
        MEETING = "meeting", "居民会议"
        HOTLINE = "hotline", "12345热线"
        VOTE = "vote", "业主表决"

    community = models.ForeignKey(Community, models.PROTECT, related_name="item_demands", verbose_name="小区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    item = models.CharField("内容", max_length=20)
    asked = models.IntegerField("问了（户）")
    asking = models.IntegerField("要做（户）")
    source = models.CharField("来源", max_length=8, choices=Source.choices)
    reference = models.CharField("依据", max_length=120, blank=True)
    on = models.DateField("日期")
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by_name = models.CharField("登记人", max_length=80)
    recorded_at = models.DateTimeField("登记时间", db_default=Now())
    withdrawn_at = models.DateTimeField("作废时间", null=True, blank=True)
    withdrawn_reason = models.CharField("作废原因", max_length=300, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet["ItemDemand"].as_manager()

    class Meta:
        verbose_name = "居民需求"
        verbose_name_plural = "居民需求"
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(asked__gt=0, asking__gte=0, asking__lte=F("asked")), name="demand_within_asked"
            ),
        ]
        indexes = [models.Index(fields=["community", "item", "-on"], name="demand_of_community")]

    def __str__(self) -> str:
        return f"{self.community} {self.item}"


class RateQuerySet(models.QuerySet["UnitRate"]):
    """Unit rates; everybody in office may read them."""

    def live(self) -> "RateQuerySet":
        """Keep those in force."""
        return self.filter(ended_at__isnull=True)


@tracked
class UnitRate(models.Model):
    """What a unit of an item costs in a group of districts in a year, with its approval (subsidy rate tables).

    A corrected rate ends the old one, which stays on record. `provisional` until there is an approval.
    """

    item = models.CharField("目录代码", max_length=20)
    group = models.CharField("区域", max_length=12)
    year = models.SmallIntegerField("年度")
    fen = models.BigIntegerField("单价（分）")
    unit = models.CharField("单位", max_length=4, choices=UNIT_CHOICES)
    reference = models.CharField("批准文号", max_length=120)
    approved_on = models.DateField("批准日期", null=True, blank=True)
    provisional = models.BooleanField("暂定", default=False)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    entered_by_name = models.CharField("登记人", max_length=80)
    entered_at = models.DateTimeField("登记时间", db_default=Now())
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = RateQuerySet.as_manager()

    class Meta:
        verbose_name = "单价"
        verbose_name_plural = "单价"
        ordering = ["-year", "group", "item"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "group", "year"], condition=Q(ended_at__isnull=True), name="rate_once_in_force"
            ),
            models.CheckConstraint(condition=Q(fen__gt=0, year__range=(2000, 2100)), name="rate_plausible"),
            models.CheckConstraint(
                condition=Q(provisional=True) | Q(approved_on__isnull=False) & ~Q(reference=""),
                name="rate_has_approval",
            ),
        ]
        indexes = [
            models.Index(fields=["year", "id"], name="rate_year"),
            models.Index(fields=["item", "id"], name="rate_item"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.group} {self.year}"

    @property
    def yuan(self) -> Decimal:
        """The price in yuan."""
        return Decimal(self.fen) / 100

"""The community (小区): the unit that is governed, renovated and managed."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import F, Q

from jiugai.accounts.models import Area
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.registry.choices import HeightClass, MixedPilot, Need, PlanMark, PositionState, Provenance
from jiugai.registry.models.tracking import tracked


class CommunityQuerySet(ScopedQuerySet["Community"]):
    """Communities in scope."""

    def current(self) -> "CommunityQuerySet":
        """Leave out those merged into another or withdrawn."""
        return self.filter(merged_into__isnull=True, withdrawn_at__isnull=True)


@tracked
class Community(models.Model):
    """One community. Its fact columns are always what `domain.precedence` makes of its values.

    `area_path` is kept by a trigger from `area`, and `search_text` from names and address.
    """

    code = models.CharField("编号", max_length=24, unique=True)
    name = models.CharField("小区名称", max_length=120)
    name_norm = models.CharField(max_length=120, db_index=True, editable=False)
    pinyin = models.CharField(max_length=300, blank=True, editable=False)
    initials = models.CharField(max_length=60, blank=True, editable=False)
    search_text = models.TextField(blank=True, editable=False)
    address = models.CharField("地址", max_length=200, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="辖区")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    point = models.PointField("位置", srid=4490, null=True, blank=True)
    boundary = models.MultiPolygonField("范围", srid=4490, null=True, blank=True)
    position_state = models.CharField(
        "位置可信度", max_length=8, choices=PositionState.choices, default=PositionState.MISSING
    )
    position_flags = ArrayField(models.CharField(max_length=30), verbose_name="位置疑点", default=list, blank=True)

    built_year = models.SmallIntegerField("建成年份", null=True, blank=True)
    built_year_min = models.SmallIntegerField("最早建成", null=True, blank=True)
    built_year_max = models.SmallIntegerField("最晚建成", null=True, blank=True)
    ownership = models.CharField("主要产权", max_length=24, default="unknown")
    ownership_group = models.CharField("产权分类（落图）", max_length=16, default="unknown")
    ownership_classes = ArrayField(models.CharField(max_length=24), verbose_name="产权构成", default=list, blank=True)
    mixed_pilot = models.CharField(
        "多类产权混合试点", max_length=10, choices=MixedPilot.choices, default=MixedPilot.NONE
    )
    plan_mark = models.CharField("“十四五”标记", max_length=10, choices=PlanMark.choices, default=PlanMark.UNKNOWN)
    need = models.CharField("改造需求", max_length=8, choices=Need.choices, default=Need.UNKNOWN)
    height_class = models.CharField("高度", max_length=10, choices=HeightClass.choices, default=HeightClass.UNKNOWN)
    households = models.IntegerField("户数", null=True, blank=True)
    building_count = models.IntegerField("楼栋数", null=True, blank=True)
    floors_max = models.SmallIntegerField("最高层数", null=True, blank=True)
    share_no_lift = models.DecimalField("无电梯占比", max_digits=4, decimal_places=3, null=True, blank=True)
    share_masonry = models.DecimalField("砖混占比", max_digits=4, decimal_places=3, null=True, blank=True)
    sales = models.IntegerField("成交笔数", null=True, blank=True)
    floor_area = models.DecimalField("建筑面积（㎡）", max_digits=12, decimal_places=2, null=True, blank=True)
    plot_ratio = models.DecimalField("容积率", max_digits=5, decimal_places=2, null=True, blank=True)
    green_rate = models.DecimalField("绿化率（%）", max_digits=5, decimal_places=2, null=True, blank=True)
    property_fee = models.DecimalField("物业费（元/㎡·月）", max_digits=7, decimal_places=2, null=True, blank=True)
    property_firm = models.CharField("物业服务企业", max_length=120, blank=True)
    developer = models.CharField("建设单位", max_length=120, blank=True)
    stage = models.CharField("阶段", max_length=24, default="registered")
    # Of the newest check-up in force, kept by the trigger `checkup_colours_community`; no year: none was finished.
    checkup_year = models.SmallIntegerField("体检年度", null=True, blank=True, editable=False)
    checkup_score = models.DecimalField(
        "体检得分", max_digits=4, decimal_places=1, null=True, blank=True, editable=False
    )
    checkup_provenance = models.CharField(
        "体检数据", max_length=4, choices=Provenance.choices, blank=True, default="", db_default="", editable=False
    )

    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="absorbed")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    version = models.IntegerField("版本", default=1, editable=False)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = CommunityQuerySet.as_manager()

    class Meta:
        verbose_name = "小区"
        verbose_name_plural = "小区"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="community_has_name"),
            models.CheckConstraint(
                condition=Q(built_year__isnull=True) | Q(built_year__range=(1850, 2100)),
                name="community_built_year_plausible",
            ),
            models.CheckConstraint(
                condition=Q(built_year_min__isnull=True)
                | Q(built_year_max__isnull=True)
                | Q(built_year_min__lte=F("built_year_max")),
                name="community_built_years_in_order",
            ),
            models.CheckConstraint(
                condition=Q(households__isnull=True) | Q(households__range=(1, 100_000)),
                name="community_households_plausible",
            ),
            models.CheckConstraint(
                condition=Q(share_no_lift__isnull=True) | Q(share_no_lift__range=(0, 1)),
                name="community_share_no_lift_is_share",
            ),
            models.CheckConstraint(
                condition=Q(share_masonry__isnull=True) | Q(share_masonry__range=(0, 1)),
                name="community_share_masonry_is_share",
            ),
            models.CheckConstraint(
                condition=Q(green_rate__isnull=True) | Q(green_rate__range=(0, 100)),
                name="community_green_rate_is_percent",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="community_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=Q(point__isnull=True, position_state="missing")
                | Q(point__isnull=False) & ~Q(position_state="missing"),
                name="community_position_state_matches_point",
            ),
        ]
        indexes = [
            models.Index(fields=["area_path"], name="community_area", opclasses=["text_pattern_ops"]),
            GinIndex(fields=["search_text"], name="community_search", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["built_year", "id"], name="community_year"),
            models.Index(fields=["ownership_group", "id"], name="community_owner"),
            models.Index(fields=["need", "id"], name="community_need"),
            models.Index(fields=["name", "id"], name="community_name"),
            models.Index(fields=["households", "id"], name="community_households"),
            models.Index(fields=["pinyin", "id"], name="community_pinyin"),
            models.Index(fields=["area_path", "id"], name="community_area_order"),
            models.Index(fields=["floors_max", "id"], name="community_floors"),
            models.Index(fields=["updated_at", "id"], name="community_updated"),
            models.Index(fields=["checkup_score", "id"], name="community_checkup"),
            # A district or street, narrowed by what the map is coloured by: read from the index, not row by row.
            models.Index(
                fields=["area_path", "need", "ownership_group", "built_year"],
                name="community_facets",
                opclasses=["text_pattern_ops", "varchar_ops", "varchar_ops", "int2_ops"],
                condition=Q(merged_into__isnull=True, withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CommunityAlias(models.Model):
    """Another name under which a community is found."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="aliases")
    name = models.CharField("别名", max_length=120)
    name_norm = models.CharField(max_length=120, db_index=True)
    source = models.ForeignKey("registry.Source", models.PROTECT)
    batch = models.ForeignKey("registry.ImportBatch", models.PROTECT, null=True)

    class Meta:
        verbose_name = "小区别名"
        verbose_name_plural = "小区别名"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["community", "name", "source"], name="alias_once_per_source")]

    def __str__(self) -> str:
        return self.name

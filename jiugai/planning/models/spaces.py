"""Vacated plots and low-efficiency space (T05-11), and what social capital adds on them (T05-12)."""

from django.db import models
from django.db.models import Q

from jiugai.matters.models import Matter, tracked_kind


@tracked_kind
class VacantSpace(Matter):
    """A vacated plot or an ill-used space in or around a community, until it is put to use."""

    class Kind(models.TextChoices):
        """What it is."""

        VACATED = "vacated", "拆违腾退的空地"
        IDLE = "idle", "低效空间"

    class Where(models.TextChoices):
        """Where it lies."""

        INSIDE = "inside", "小区内"
        AROUND = "around", "小区周边"

    space = models.CharField("类型", max_length=8, choices=Kind.choices)
    where = models.CharField("位置", max_length=8, choices=Where.choices, default=Where.INSIDE)
    place = models.CharField("具体位置", max_length=120)
    area_m2 = models.DecimalField("面积（㎡）", max_digits=12, decimal_places=2)
    right_holder = models.CharField("权利人", max_length=120, blank=True)
    use = models.CharField("拟作用途", max_length=120, blank=True)
    used_on = models.DateField("投入使用日期", null=True, blank=True)

    class Meta:
        verbose_name = "空地和低效空间"
        verbose_name_plural = "空地和低效空间"
        constraints = [models.CheckConstraint(condition=Q(area_m2__gt=0), name="space_area_positive")]


@tracked_kind
class FacilityProject(Matter):
    """A public service that social capital adds: eldercare, childcare, sport, canteen, health, shop."""

    class Service(models.TextChoices):
        """Which service (T05-12)."""

        ELDERCARE = "eldercare", "养老"
        CHILDCARE = "childcare", "托育"
        SPORT = "sport", "体育"
        CANTEEN = "canteen", "社区食堂"
        HEALTH = "health", "卫生防疫"
        SHOP = "shop", "便利店"

    service = models.CharField("服务", max_length=12, choices=Service.choices)
    space = models.ForeignKey(
        VacantSpace, models.PROTECT, null=True, blank=True, related_name="facilities", verbose_name="利用的空间"
    )
    investor = models.CharField("社会资本", max_length=120, blank=True)
    invested_yuan = models.BigIntegerField("约定投资（元）", null=True, blank=True)
    agreement = models.CharField("协议编号", max_length=80, blank=True)
    signed_on = models.DateField("签约日期", null=True, blank=True)
    opened_on = models.DateField("投用日期", null=True, blank=True)
    built_m2 = models.DecimalField("建成面积（㎡）", max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = "公共服务设施补建"
        verbose_name_plural = "公共服务设施补建"
        constraints = [
            models.CheckConstraint(
                condition=(Q(invested_yuan__isnull=True) | Q(invested_yuan__gt=0))
                & (Q(built_m2__isnull=True) | Q(built_m2__gt=0)),
                name="facility_figures_positive",
            ),
        ]

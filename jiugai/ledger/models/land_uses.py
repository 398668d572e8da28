"""Houses that can serve residents, and uses of land and buildings accepted side by side (T18-5…7)."""

from django.db import models
from django.db.models import F, Q

from jiugai.matters.models import Matter, tracked_kind
from jiugai.web.areas import AreaField


@tracked_kind
class SpareHouse(Matter):
    """A shed, gatehouse, idle boiler room or coal yard that becomes a convenience facility.

    Its business licence rests on the planning department's opinion, not on a title deed (T18-7).
    """

    class House(models.TextChoices):
        """What it is now."""

        SHED = "shed", "车棚"
        GATEHOUSE = "gatehouse", "门房"
        BOILER = "boiler", "锅炉房"
        COAL = "coal", "煤棚（场）"
        OTHER = "other", "其他房屋设施"

    class Now(models.TextChoices):
        """How it is used now."""

        USED = "used", "现状使用"
        IDLE = "idle", "闲置"

    house = models.CharField("房屋类型", max_length=12, choices=House.choices)
    place = models.CharField("具体位置", max_length=120)
    area_cm2 = AreaField("建筑面积", null=True, blank=True)
    now = models.CharField("现状", max_length=8, choices=Now.choices)
    holder = models.CharField("产权或管理单位", max_length=120, blank=True)
    planned_use = models.CharField("拟改建的便民设施", max_length=80, blank=True)
    opinion_number = models.CharField("规划自然资源部门意见文号", max_length=60, blank=True)
    opinion_on = models.DateField("意见日期", null=True, blank=True)
    operator = models.CharField("经营者", max_length=120, blank=True)
    licence_number = models.CharField("证照编号", max_length=60, blank=True)
    licensed_on = models.DateField("发证日期", null=True, blank=True)

    class Meta:
        verbose_name = "可利用房屋"
        verbose_name_plural = "可利用房屋"
        constraints = [
            models.CheckConstraint(
                condition=Q(area_cm2__isnull=True) | Q(area_cm2__gt=0), name="spare_area_positive",
                violation_error_message="建筑面积要大于零",
            ),
            models.CheckConstraint(
                condition=Q(licensed_on__isnull=True)
                | ~Q(opinion_number="") & ~Q(licence_number="") & Q(opinion_on__isnull=False)
                & Q(licensed_on__gte=F("opinion_on")),
                name="spare_licence_after_opinion",
                violation_error_message="办证要先有规划自然资源部门的意见，发证不能早于意见（T18-7）",
            ),
        ]  # fmt: skip


@tracked_kind
class MixedUse(Matter):
    """A compatible use of land, or several functions in one building, that was accepted (T18-5)."""

    class Mix(models.TextChoices):
        """What is mixed."""

        LAND = "land", "土地性质兼容"
        BUILDING = "building", "建筑功能混合"

    mix = models.CharField("类别", max_length=12, choices=Mix.choices)
    place = models.CharField("地块或房屋", max_length=120)
    main_use = models.CharField("主导用途", max_length=60)
    other_use = models.CharField("兼容（混合）用途", max_length=120)
    other_cm2 = AreaField("兼容（混合）部分面积", null=True, blank=True)
    decision_number = models.CharField("认可文号", max_length=60, blank=True)
    decided_on = models.DateField("认可日期", null=True, blank=True)

    class Meta:
        verbose_name = "用途兼容"
        verbose_name_plural = "用途兼容"
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True) | ~Q(decision_number=""), name="mixed_decision_has_number",
                violation_error_message="认可要有文号（T18-5）",
            ),
            models.CheckConstraint(
                condition=~Q(main_use=F("other_use")), name="mixed_uses_differ",
                violation_error_message="兼容用途与主导用途相同",
            ),
        ]  # fmt: skip

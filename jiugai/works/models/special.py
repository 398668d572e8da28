"""The special acceptance of works for the elderly and the disabled, item by item (T11-4…6)."""

from django.db import models
from django.db.models import Q

from jiugai.approvals.models import SchemeEdition, SchemeItem
from jiugai.matters.models import tracked_kind
from jiugai.works.models.shared import OfProject


@tracked_kind
class SpecialAcceptance(OfProject):
    """The acceptance of one project; the database lets it pass only when the newest mark of every item is a pass."""

    scheme_ref = models.CharField("专项设计方案", max_length=120, help_text="方案编号和版次")
    scheme_on = models.DateField("方案日期")
    passed_on = models.DateField("合格日期", null=True, blank=True)
    edition = models.ForeignKey(
        SchemeEdition, models.PROTECT, null=True, blank=True, related_name="acceptances", verbose_name="方案版次"
    )
    no_try_out = models.CharField("没有邀请体验的原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "无障碍专项验收"
        verbose_name_plural = "无障碍专项验收"


class SpecialItem(models.Model):
    """An item of the special scheme or of the requirement list; what the scheme leaves out says why."""

    acceptance = models.ForeignKey(SpecialAcceptance, models.PROTECT, related_name="items")
    scheme_item = models.ForeignKey(
        SchemeItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="方案项目"
    )
    code = models.CharField("要求", max_length=20)
    place = models.CharField("部位", max_length=170)
    asks = models.CharField("要求内容", max_length=200)
    source = models.CharField("依据", max_length=80)
    left_out = models.CharField("方案不涉及的理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "专项验收项"
        verbose_name_plural = "专项验收项"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["acceptance", "code", "place"], name="special_item_once")]

    def __str__(self) -> str:
        return self.place


class SpecialMark(models.Model):
    """What was found at one item on one visit; the newest counts. Append-only."""

    class Result(models.TextChoices):
        """Two answers."""

        PASS = "pass", "合格"
        FAIL = "fail", "不合格"

    item = models.ForeignKey(SpecialItem, models.PROTECT, related_name="marks")
    result = models.CharField("结果", max_length=4, choices=Result.choices)
    measured = models.CharField("实测", max_length=80, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    marked_on = models.DateField("验收日期")
    by_name = models.CharField("验收人", max_length=80)
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "专项验收记录"
        verbose_name_plural = "专项验收记录"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(result="pass") | ~Q(note=""), name="special_failure_says_why")
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.get_result_display()}"


class TryOut(models.Model):
    """An elderly or disabled person who was invited to try the works out (无障碍环境建设法 第十七条). No names."""

    class Who(models.TextChoices):
        """Who came."""

        ELDERLY = "elderly", "老年人"
        WHEELCHAIR = "wheelchair", "肢体残疾人"
        SIGHT = "sight", "视力残疾人"
        HEARING = "hearing", "听力残疾人"

    acceptance = models.ForeignKey(SpecialAcceptance, models.PROTECT, related_name="try_outs")
    who = models.CharField("体验人", max_length=12, choices=Who.choices)
    people = models.SmallIntegerField("人数", default=1)
    held_on = models.DateField("体验日期")
    words = models.CharField("意见", max_length=300)
    by_name = models.CharField("登记人", max_length=80)
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "体验试用"
        verbose_name_plural = "体验试用"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(people__range=(1, 500)), name="try_out_people_plausible")]

    def __str__(self) -> str:
        return f"{self.get_who_display()} {self.people} 人"

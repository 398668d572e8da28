"""New materials, processes, techniques, tools and their use; standard drawings; open challenges (T20-4, T21)."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from jiugai.accounts.models import Organisation
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.domain.technical_topics import topics
from jiugai.matters.models import Matter, tracked_kind
from jiugai.policy.models import PolicyVersion
from jiugai.registry.choices import Provenance
from jiugai.registry.models.tracking import tracked
from jiugai.works.models.shared import Record

TOPICS = [(one.code, one.label) for one in topics()]


class CityWide(ScopedQuerySet["NewTechnique"]):
    """The catalogue is the same for the whole city."""

    def visible_to(self, actor: object) -> "CityWide":
        """Everybody who may see sites may read the catalogue."""
        return self


@tracked
class NewTechnique(models.Model):
    """An entry of the catalogue (T21-4)."""

    class Kind(models.TextChoices):
        """The four of the policy."""

        MATERIAL = "material", "新材料"
        PROCESS = "process", "新工艺"
        TECHNIQUE = "technique", "新技术"
        TOOL = "tool", "新机具"

    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    name = models.CharField("名称", max_length=120, unique=True)
    topic = models.CharField("解决的问题", max_length=12, choices=TOPICS, blank=True)
    maker = models.CharField("提供单位", max_length=120)
    summary = models.TextField("说明")
    proof = models.CharField("检验或推广证书", max_length=120, blank=True)
    challenge = models.ForeignKey(
        "works.OpenChallenge", models.PROTECT, null=True, blank=True, related_name="techniques", verbose_name="出自揭榜"
    )
    by_name = models.CharField("登记人", max_length=80, editable=False)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL, editable=False)

    objects = CityWide.as_manager()

    class Meta:
        verbose_name = "四新目录"
        verbose_name_plural = "四新目录"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


@tracked
class TechniqueUse(Record):
    """Where an entry was used, and what it did for efficiency: days with it beside days by the usual way (T21-5)."""

    technique = models.ForeignKey(NewTechnique, models.PROTECT, related_name="uses", verbose_name="四新")
    place = models.CharField("用在哪里", max_length=120)
    quantity = models.DecimalField("工程量", max_digits=12, decimal_places=2)
    unit = models.CharField("单位", max_length=12)
    usual_days = models.DecimalField("常规做法天数", max_digits=8, decimal_places=1)
    actual_days = models.DecimalField("实际天数", max_digits=8, decimal_places=1)
    used_on = models.DateField("完成日期")
    note = models.CharField("效果说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "四新应用"
        verbose_name_plural = "四新应用"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & Q(usual_days__gt=0) & Q(actual_days__gt=0), name="technique_use_positive"
            )
        ]

    def __str__(self) -> str:
        return f"{self.technique} {self.place}"


class DrawingUse(Record):
    """A project works to a version of a guide or standard drawing, for an item (T20-4); the newest per item counts."""

    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+", verbose_name="图集或指引版次")
    item = models.CharField("用于", max_length=80)
    sheet = models.CharField("图号", max_length=60, blank=True)
    since = models.DateField("采用日期")

    class Meta:
        verbose_name = "图集采用"
        verbose_name_plural = "图集采用"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "version", "item", "sheet"], name="drawing_used_once"),
            models.CheckConstraint(condition=~Q(item=""), name="drawing_use_names_item"),
        ]

    def __str__(self) -> str:
        return f"{self.version.document} {self.version}"


@tracked_kind
class OpenChallenge(Matter):
    """A technical problem put up for whoever can solve it (揭榜挂帅), from publishing to acceptance."""

    topic = models.CharField("技术问题", max_length=12, choices=TOPICS)
    goal = models.TextField("要达到的指标")
    published_on = models.DateField("张榜日期", null=True, blank=True)
    bids_until = models.DateField("揭榜截止", null=True, blank=True)
    progress = models.TextField("研究进展", blank=True)
    acceptance = models.TextField("验收意见", blank=True)

    class Meta:
        verbose_name = "揭榜挂帅"
        verbose_name_plural = "揭榜挂帅"
        constraints = [
            models.CheckConstraint(
                condition=Q(bids_until__isnull=True) | Q(published_on__isnull=False, bids_until__gt=F("published_on")),
                name="challenge_days_in_order",
            )
        ]


class ChallengeBid(models.Model):
    """A bid for a challenge; one at most is chosen, and only bids in time count."""

    challenge = models.ForeignKey(OpenChallenge, models.PROTECT, related_name="bids")
    bidder = models.CharField("揭榜单位", max_length=120)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    plan = models.TextField("技术路线")
    price_fen = models.BigIntegerField("报价（分）", null=True, blank=True)
    days = models.IntegerField("研究天数")
    bid_on = models.DateField("揭榜日期")
    score = models.SmallIntegerField("评分", null=True, blank=True)
    chosen = models.BooleanField("中榜", default=False)
    by_name = models.CharField("登记人", max_length=80)

    class Meta:
        verbose_name = "揭榜"
        verbose_name_plural = "揭榜"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["challenge", "bidder"], name="challenge_bid_once"),
            models.UniqueConstraint(fields=["challenge"], condition=Q(chosen=True), name="challenge_one_chosen"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__range=(0, 100)), name="challenge_score_plausible"
            ),
            models.CheckConstraint(
                condition=Q(chosen=False) | Q(score__isnull=False), name="challenge_chosen_is_scored"
            ),
            models.CheckConstraint(condition=Q(days__range=(1, 3650)), name="challenge_days_plausible"),
        ]

    def __str__(self) -> str:
        return self.bidder

    @property
    def price_yuan(self) -> Decimal | None:
        """The price in yuan."""
        return None if self.price_fen is None else Decimal(self.price_fen) / 100

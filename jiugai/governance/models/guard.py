"""Window guards flat by flat, with the way each came down (T02-6, T02-7)."""

from django.db import models
from django.db.models import F, Q

from jiugai.accounts.models import User
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Building, Community
from jiugai.registry.models.tracking import tracked


@tracked
class WindowGuard(models.Model):
    """The guards of one flat. `affects_works` is empty while nobody has judged it; removal has a day and a mode."""

    class Mode(models.TextChoices):
        """The three ways of the policy."""

        SELF = "self", "自拆"
        ASSISTED = "assisted", "帮拆"
        PERSUADED = "persuaded", "劝拆"

    community = models.ForeignKey(Community, models.PROTECT, related_name="guards")
    area_path = models.CharField("辖区路径", max_length=60, editable=False)
    building = models.ForeignKey(Building, models.PROTECT, null=True, related_name="guards", verbose_name="楼栋")
    building_label = models.CharField("楼号", max_length=40)
    flat = models.CharField("房号", max_length=40)
    windows = models.SmallIntegerField("护栏扇数", null=True, blank=True)
    affects_works = models.BooleanField("影响改造工程", null=True, blank=True)
    found_on = models.DateField("登记日期")
    removed_on = models.DateField("拆除日期", null=True, blank=True)
    mode = models.CharField("拆除方式", max_length=10, choices=Mode.choices, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField("登记人", max_length=80)
    # When each column was told, in ms: an entry that was made earlier but arrives later does not overwrite a newer one.
    told = models.JSONField("各项填报时刻", default=dict, editable=False)
    version = models.IntegerField("版本", default=1, editable=False)
    provenance = models.CharField(max_length=4, choices=Provenance.choices, default=Provenance.REAL)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "外窗护栏"
        verbose_name_plural = "外窗护栏"
        ordering = ["building_label", "flat", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["community", "building_label", "flat"], name="guard_once_per_flat"),
            models.CheckConstraint(condition=~Q(flat="") & ~Q(building_label=""), name="guard_names_a_flat"),
            models.CheckConstraint(
                condition=Q(windows__isnull=True) | Q(windows__range=(1, 60)), name="guard_windows_plausible"
            ),
            models.CheckConstraint(
                condition=Q(removed_on__isnull=True, mode="") | Q(removed_on__isnull=False) & ~Q(mode=""),
                name="guard_removal_has_mode",
            ),
            models.CheckConstraint(
                condition=Q(removed_on__isnull=True) | Q(removed_on__gte=F("found_on")),
                name="guard_removed_after_found",
            ),
        ]
        indexes = [
            models.Index(fields=["area_path", "id"], name="guard_area", opclasses=["text_pattern_ops", "int8_ops"]),
            models.Index(fields=["community", "id"], name="guard_left", condition=Q(removed_on__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.building_label}{self.flat}"

"""What the notice of a riser's works tells residents: flats, last day to apply, days without water, whom to ask."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Min
from django.utils import timezone

from jiugai.pipes.models import RiserApplication, RiserHousehold, RiserSlot, TemporaryWater
from jiugai.pipes.models.risers import NEEDS


@dataclass(frozen=True)
class Notice:
    """The sheet of one application. What is not fixed yet is None, and the sheet says that it will be told."""

    application: RiserApplication
    flats: list[tuple[str, list[str]]]
    water: TemporaryWater | None
    visits: tuple[date, date] | None
    needs: list[str]

    @property
    def doors(self) -> int:
        """How many households are told."""
        return sum(len(doors) for _, doors in self.flats)

    @property
    def days(self) -> int | None:
        """For how many days the water is cut, the first and the last among them."""
        return (self.water.until - self.water.since).days + 1 if self.water else None

    @property
    def lacking(self) -> list[str]:
        """What should be on record before the sheet is put up."""
        application = self.application
        lacks = [
            ("计划施工时间", application.round.works_from is None),
            ("停水时间、临时供水和联系人", self.water is None),
            ("施工方案", not application.scheme_needs),
        ]
        return [words for words, missing in lacks if missing]


def notice_of(application: RiserApplication) -> Notice:
    """Load the sheet, in three queries."""
    slots = RiserSlot.objects.filter(application=application).aggregate(
        first=Min("during__startswith"), last=Max("during__startswith")
    )
    visits = (timezone.localdate(slots["first"]), timezone.localdate(slots["last"])) if slots["first"] else None
    return Notice(
        application, _flats(application), TemporaryWater.objects.filter(application=application).first(), visits,
        [words for code, words in NEEDS if code in application.scheme_needs],
    )  # fmt: skip


def _flats(application: RiserApplication) -> list[tuple[str, list[str]]]:
    """Return the doors of each entrance from the ground up, as residents name them."""
    rows = RiserHousehold.objects.filter(application=application).select_related("dwelling__entrance")
    found: dict[str, list[str]] = {}
    for row in rows.order_by("dwelling__entrance__number", "dwelling__floor", "dwelling__number"):
        found.setdefault(f"{row.dwelling.entrance.number}单元", []).append(row.dwelling.number)
    return list(found.items())

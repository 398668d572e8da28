"""Made-up streets for the demonstration: the communities around one are assumed to lie where the demo log-ins work.

Each is a word of the source 演示 on the area, marked as such on screen. It only says more exactly what real sources say
(see `domain.precedence`), and a person's word goes before it.
"""

from typing import Any

import pghistory
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.measure import D
from django.db.models import QuerySet

from jiugai.accounts.models import Area
from jiugai.domain.intake.names import NAMELESS
from jiugai.registry.actions.refreshing import refresh
from jiugai.registry.choices import PositionState, Provenance
from jiugai.registry.models import Community, CommunityValue, Source
from jiugai.registry.streets import district_of, hints_of, unplaced

REASON = "演示划归：让演示账号有小区可看，不是真实辖区"
BY = "演示数据"
METRES_PER_DEGREE = 85_000


def place_around(plan: dict[str, Any], source: Source) -> int:
    """Assume streets for the communities nearest to one; again it adds nothing. Return how many stand so now."""
    centre = Community.objects.current().filter(
        name=plan["around"]["name"], area_path__contains=f"/{plan['around']['district']}/", point__isnull=False
    )  # fmt: skip
    home = centre.first()
    if home is None:
        return 0
    with pghistory.context(actor=BY, reason=REASON):
        for row in plan["areas"]:
            _place(home, row, source, within_m=plan["within_m"])
    return _words(source).count()


def _place(home: Community, row: dict[str, Any], source: Source, *, within_m: int) -> None:
    """Fill one area with the nearest communities that have no street yet."""
    missing = row["nearest"] - _words(source).filter(value=row["code"]).count()
    if missing <= 0 or not Area.objects.filter(code=row["code"]).exists():
        return
    near = list(_nearest(home, within_m=within_m))
    hints = hints_of(near)
    # Where real names speak for another street, nothing is made up against them.
    fitting = [one.pk for one in near if one.pk not in hints or row["code"].startswith(hints[one.pk].code)]
    chosen = fitting[:missing]
    CommunityValue.objects.bulk_create(
        CommunityValue(
            community_id=pk, field="area", value=row["code"], source=source, provenance=Provenance.DEMO,
            entered_by_name=BY, reason=REASON,
        )
        for pk in chosen
    )  # fmt: skip
    refresh(community_ids=chosen)


def _words(source: Source) -> QuerySet[CommunityValue]:
    return CommunityValue.objects.filter(field="area", source=source, withdrawn_at__isnull=True)


def _nearest(home: Community, *, within_m: int) -> QuerySet[Community]:
    """Communities of the same district around one, nearest first; nameless ones and doubtful points stay out."""
    near = (
        Community.objects.current()
        .exclude(name__startswith=NAMELESS)
        .filter(
            unplaced(),
            area_path__startswith=district_of(home.area_path),
            position_state=PositionState.GOOD,
            point__dwithin=(home.point, within_m / METRES_PER_DEGREE),
        )
    )
    measured = near.select_related("area").annotate(metres=Distance("point", home.point))
    return measured.filter(metres__lte=D(m=within_m)).order_by("metres", "pk")

"""Assign communities to a street or residents' committee of their own district (划归街道、社区)."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.domain.errors import Refusal
from jiugai.registry.actions.values import enter_value
from jiugai.registry.models import Community
from jiugai.registry.streets import district_of

PLACES = frozenset({Area.Level.STREET, Area.Level.COMMUNITY})


class NotAPlace(Refusal):
    """Communities are assigned to streets and committees, not to a district or the city."""

    code = "not_a_street"


class OtherDistrict(Refusal):
    """The street lies in another district than the community."""

    code = "other_district"


@transaction.atomic
def assign_area(
    *,
    communities: Sequence[Community],
    area: Area,
    reason: str,
    actor: Actor,
    on: date,
    versions: Mapping[int, int] | None = None,
) -> int:
    """Enter the area as a person's word on each community; all or none. Return how many moved.

    What hangs on a community moves along by trigger. Those that lie there already are left alone. `versions` are the
    versions the person saw, by key: Conflict (409) when somebody has assigned one of them since. Raises NotAPlace,
    OtherDistrict, NotAllowed, NoReason, GoneRecord.
    """
    if area.level not in PLACES:
        raise NotAPlace(f"{area.name}不是街道或社区", where="划归到", remedy="选一个街道（乡镇）或社区（村）")
    seen = versions or {}
    # In one order, so that two people at the same communities wait for each other instead of both failing.
    wanted = sorted((one for one in communities if one.area_id != area.pk), key=lambda one: one.pk)
    for one in wanted:
        _refuse_other_district(one, area)
        enter_value(
            subject=one,
            field="area",
            value=area.code,
            observed_on=on,
            actor=actor,
            reason=reason,
            on=on,
            expected_version=seen.get(one.pk, one.version),
        )
    return len(wanted)


def _refuse_other_district(community: Community, area: Area) -> None:
    if district_of(community.area_path) != district_of(area.path):
        raise OtherDistrict(
            f"{area.name}和{community.name}不在同一个区",
            where="划归到",
            remedy="选本区的街道或社区；区登记错了，先在档案里更正所属辖区",
        )

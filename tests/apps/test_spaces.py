"""Vacated plots and low-efficiency space on a map (T05-11), and what social capital adds there (T05-12)."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction

from jiugai.domain.errors import Refusal
from jiugai.matters.actions import move, open_matter
from jiugai.matters.kinds import kind_of
from jiugai.planning.models import FacilityProject, VacantSpace
from tests.apps.planning_rows import a_community, now

pytestmark = pytest.mark.django_db


def space(cast, home, **more):
    values = {"space": "vacated", "where": "inside", "place": "3号楼南侧", "area_m2": Decimal("620.50"),
              "point": Point(116.4601, 39.9402, srid=4490), **more}  # fmt: skip
    return open_matter(
        model=VacantSpace, values=values, community=home, actor=cast.actor("community_worker"), now=now()
    )


@pytest.mark.obligation("T05-11")
def test_spaces_are_mapped_by_their_own_place_and_followed_until_they_are_used(cast):
    home = a_community(cast)
    assert kind_of(VacantSpace).of.point  # the form asks for the place on the map
    made = space(cast, home)
    lead = cast.client("district_lead")
    dots = lead.get("/matters/kinds/vacant_space/points/").json()["features"]
    page = lead.get("/matters/kinds/vacant_space/").content.decode()
    assert "拆违腾退空地：3号楼南侧" in page
    assert "620.50" in page
    (dot,) = dots
    assert (dot["geometry"]["coordinates"], dot["properties"]["id"]) == ([116.4601, 39.9402], made.pk)
    assert cast.client("outsider").get("/matters/kinds/vacant_space/points/").json()["features"] == []
    assert "/matters/kinds/vacant_space/points/" in lead.get("/matters/kinds/vacant_space/map/").content.decode()
    actor = cast.actor("district_lead")
    with pytest.raises(Refusal):
        move(matter=made, move="assign", actor=actor, now=now())
    move(matter=made, move="assign", actor=actor, now=now(), values={"use": "社区食堂"})
    move(matter=made, move="use", actor=actor, now=now(), values={"used_on": date(2026, 11, 1)})
    made.refresh_from_db()
    assert (made.stage, made.closed_at is None, made.point.x) == ("used", False, 116.4601)
    with pytest.raises(IntegrityError), transaction.atomic():
        VacantSpace.objects.filter(pk=made.pk).update(area_m2=0)


@pytest.mark.obligation("T05-12")
def test_a_facility_is_followed_from_talks_to_opening_and_needs_its_agreement(cast):
    home = a_community(cast)
    where = space(cast, home)
    actor = cast.actor("district_lead")
    made = open_matter(
        model=FacilityProject, values={"service": "canteen", "space": where}, community=home, actor=actor, now=now()
    )
    assert made.title == "补建社区食堂设施"
    signed = {"investor": "示例餐饮公司", "agreement": "XY-2026-8", "signed_on": date(2026, 10, 8)}
    with pytest.raises(Refusal):
        move(matter=made, move="agree", actor=actor, now=now(), values=signed)
    move(matter=made, move="agree", actor=actor, now=now(), values={**signed, "invested_yuan": 1_200_000})
    move(matter=made, move="build", actor=actor, now=now())
    opened = {"opened_on": date(2026, 11, 20), "built_m2": Decimal("310.00")}
    move(matter=made, move="launch", actor=actor, now=now(), values=opened)
    made.refresh_from_db()
    assert (made.stage, made.space.pk, made.built_m2) == ("open", where.pk, Decimal("310.00"))
    assert "1,200,000" in cast.client("district_lead").get("/matters/kinds/facility_project/").content.decode()


@pytest.mark.obligation("T05-12")
def test_a_facility_does_not_use_the_space_of_another_community(cast):
    where = space(cast, a_community(cast))
    with pytest.raises(Refusal):
        open_matter(
            model=FacilityProject, values={"service": "shop", "space": where}, community=a_community(cast, "别处"),
            actor=cast.actor("district_lead"), now=now(),
        )  # fmt: skip

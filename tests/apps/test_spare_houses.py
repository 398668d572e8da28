"""Houses that can serve residents, licensed on the planning department's opinion; mixed uses accepted (T18-5…7)."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from jiugai.domain.errors import Refusal
from jiugai.ledger.models import MixedUse, SpareHouse
from jiugai.matters.actions import move, open_matter
from tests.apps.planning_rows import a_community, now
from tests.apps.works_rows import paper
from tests.cast import Cast

DAY = date(2026, 11, 20)
M2 = 10_000


@pytest.fixture
def home(cast: Cast) -> Any:
    return a_community(cast)


def house(cast: Cast, home: Any, **more: Any) -> Any:
    values = {"house": "shed", "place": "3号楼北侧", "now": "used", "area_cm2": 80 * M2, **more}
    return open_matter(model=SpareHouse, values=values, community=home, actor=cast.actor("street_clerk"), now=now())


def go(cast: Cast, matter: Any, code: str, **values: Any) -> Any:
    return move(matter=matter, move=code, actor=cast.actor("district_lead"), now=now(), values=values)


@pytest.mark.obligation("T18-6")
@pytest.mark.parametrize(
    ("kind", "words"), [("shed", "车棚"), ("gatehouse", "门房"), ("boiler", "锅炉房"), ("coal", "煤棚（场）")]
)
def test_houses_of_the_four_kinds_are_on_record_with_place_and_area(cast, home, client_as, kind, words):
    made = house(cast, home, house=kind)
    page = client_as("street_clerk").get(reverse("matter-spare_house-list")).content.decode()
    assert made.title == f"{words}：3号楼北侧"
    assert words in page
    assert "80" in page


@pytest.mark.obligation("T18-7")
def test_a_licence_follows_the_opinion_of_the_planning_department_and_no_title_deed_is_asked(cast, home):
    made = go(cast, house(cast, home, planned_use="便民菜站"), "ask")
    with pytest.raises(Refusal, match="规划自然资源部门意见"):
        go(cast, made, "agree", opinion_number="规自函〔2026〕5号", opinion_on=DAY)
    paper(made, "规划自然资源部门意见")
    made = go(cast, made, "agree", opinion_number="规自函〔2026〕5号", opinion_on=DAY)
    with pytest.raises(Refusal, match="不能早于意见"), transaction.atomic():
        go(cast, made, "license", operator="某便民公司", licence_number="证1", licensed_on=date(2026, 11, 19))
    made.refresh_from_db()
    made = go(cast, made, "license", operator="某便民公司", licence_number="证1", licensed_on=DAY)
    assert (made.stage, made.holder) == ("licensed", "")


@pytest.mark.obligation("T18-7")
def test_the_database_takes_no_licence_without_an_opinion(cast, home):
    made = house(cast, home)
    with pytest.raises(IntegrityError, match="spare_licence_after_opinion"), transaction.atomic():
        SpareHouse.objects.filter(pk=made.pk).update(licence_number="证1", licensed_on=DAY)


@pytest.mark.obligation("T18-5")
def test_a_mixed_use_is_accepted_with_number_day_and_paper(cast, home):
    values = {
        "mix": "building",
        "place": "5号楼一层",
        "main_use": "住宅",
        "other_use": "养老驿站",
        "other_cm2": 120 * M2,
    }
    made = open_matter(model=MixedUse, values=values, community=home, actor=cast.actor("street_clerk"), now=now())
    with pytest.raises(Refusal, match="认可文件"):
        go(cast, made, "accept", decision_number="规自复〔2026〕8号", decided_on=DAY)
    paper(made, "认可文件")
    for word, lacks in (("认可文号", {"decided_on": DAY}), ("认可日期", {"decision_number": "规自复〔2026〕8号"})):
        with pytest.raises(Refusal, match=word):
            go(cast, made, "accept", **lacks)
    page = cast.client("street_clerk").get(reverse("matter-mixed_use-list")).content.decode()
    assert made.get_mix_display() in page
    assert go(cast, made, "accept", decision_number="规自复〔2026〕8号", decided_on=DAY).stage == "accepted"
    with pytest.raises(IntegrityError, match="mixed_uses_differ"), transaction.atomic():
        MixedUse.objects.filter(pk=made.pk).update(other_use="住宅")

"""What `make run` prepares for governance and the task board: marked, made once, and telling."""

from datetime import UTC, datetime

import pytest

from jiugai.accounts.models import Organisation, User
from jiugai.assessment.demo import make_demo_assessment
from jiugai.assessment.models import HardProblem, Meeting
from jiugai.domain.intake.names import placeholder
from jiugai.governance.demo import make_demo_governance
from jiugai.governance.models import GroupRental, IllegalStructure, InventorySurvey, StakeLock
from jiugai.matters.models import Matter
from jiugai.registry.models import Community
from tests.cast import COMMITTEE, Cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)


@pytest.fixture
def street(cast: Cast) -> list[Community]:
    """The demonstration's street with seven communities."""
    for name in ("street_clerk", "district_lead"):
        cast.actor(name)
    User.objects.filter(username="street_clerk").update(username="street", provenance="demo")
    User.objects.filter(username="district_lead").update(provenance="demo")
    Organisation.objects.filter(code="T-district").update(code="H-110105")
    names = {f"D-{n}": f"示例{n}号院" for n in range(1, 8)}
    area = cast.areas[COMMITTEE]
    return [Community.objects.create(code=c, name=n, name_norm=n, area=area) for c, n in names.items()]


def test_problems_guards_and_surveys_are_made_once_and_marked(street):
    made = make_demo_governance(now=NOW)
    assert made == make_demo_governance(now=NOW)
    assert (made.cases, made.surveys, made.guards) == (9, 35, 46)
    assert list(GroupRental.objects.order_by("pk").values_list("stage", "again")) == [
        ("closed", False),
        ("found", True),
    ]
    assert set(IllegalStructure.objects.values_list("stage", flat=True)) == {"noticed", "closed", "found"}
    assert StakeLock.objects.filter(closed_at__isnull=True).get().count_left == 4


def test_invented_problems_lie_in_communities_that_have_a_name(street):
    name = placeholder("安居客", "C-1")
    nameless = Community.objects.create(code="C-1", name=name, name_norm=name, area=street[0].area)
    make_demo_governance(now=NOW)
    assert not Matter.objects.filter(community=nameless).exists()
    assert not InventorySurvey.objects.filter(community=nameless).exists()
    assert Matter.objects.filter(community=street[0]).exists()


def test_reports_meetings_and_problems_are_made_once_and_marked(street):
    made = make_demo_assessment(now=NOW)
    assert made == make_demo_assessment(now=NOW)
    assert (made.reports, made.matters, made.liaisons) == (11, 4, 1)
    assert HardProblem.objects.exclude(decision="").get().meeting in Meeting.objects.all()


def test_without_the_people_of_the_demonstration_nothing_is_made(cast: Cast):
    assert sum(make_demo_governance(now=NOW)) == 0
    assert sum(make_demo_assessment(now=NOW)) == 0

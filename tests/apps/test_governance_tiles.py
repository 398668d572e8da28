"""Problems as a layer of the one map: what is open, in scope, and gone once it is closed."""

import gzip

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from jiugai.governance.models import IllegalStructure, StakeLock
from jiugai.matters import actions
from jiugai.matters.models import Matter
from jiugai.registry.models import Community
from tests.apps.planning_rows import a_community
from tests.apps.test_governance import found
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)  # the version of a layer counts transactions
URL = "/tiles/problems/14/13492/6206.mvt"


@pytest.fixture
def home(cast: Cast) -> Community:
    return a_community(cast)


def _body(answer) -> str:
    content = answer.content
    return (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode("utf-8", "replace")


@pytest.mark.obligation("T02-3")
def test_open_problems_are_on_the_map_where_found_or_around_their_community(cast: Cast, home):
    found(cast, home, IllegalStructure, place="3号楼北侧")
    Matter.objects.filter(kind="illegal_structure").update(point=Point(116.461, 39.941, srid=4490))
    found(cast, home, StakeLock, place="东门", count_found=3, count_left=3)
    shown = _body(cast.client("district_lead").get(URL))
    assert all(word in shown for word in ("problems_near", "illegal_structure", "stake_lock"))
    assert cast.client("outsider").get(URL).status_code == 204


@pytest.mark.obligation("T02-3")
def test_a_closed_problem_leaves_the_map_and_the_browser_learns_of_it(cast: Cast, home):
    case = found(cast, home, IllegalStructure)
    client = cast.client("district_lead")
    tag = client.get(URL).headers["ETag"]
    assert client.get(URL, HTTP_IF_NONE_MATCH=tag).status_code == 304
    dismiss = {"move": "dismiss", "actor": cast.actor("street_clerk"), "now": timezone.now()}
    actions.move(matter=case, reason="不在公共区域", **dismiss)
    assert client.get(URL, HTTP_IF_NONE_MATCH=tag).status_code == 204


def test_the_map_offers_the_layer_to_those_who_see_matters(cast: Cast, home):
    assert 'data-layer="problems"' in cast.client("street_clerk").get("/map/").content.decode()
    assert 'data-layer="problems"' not in cast.client("resident").get("/map/").content.decode()
    assert cast.client("resident").get(URL).status_code == 403

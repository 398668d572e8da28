"""What phones send of governance arrives once, in words, and as cases, surveys and guards."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.utils import timezone

from jiugai.governance.models import GroupRental, InventorySurvey, StakeLock, WindowGuard
from jiugai.governance.sync import accept_guard
from jiugai.offline.types import Arrival
from jiugai.registry.models import Community
from tests.apps.test_offline import op, send, states
from tests.cast import COMMITTEE, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(cast: Cast) -> Community:
    return Community.objects.create(code="G-2", name="枣营南里", name_norm="枣营南里", area=cast.areas[COMMITTEE])


def problem(kind: str, **values: object) -> dict[str, object]:
    return {"problem": kind, "values": {"place": "3号楼北侧", "affects_works": "", **values}, "photos": []}


@pytest.mark.obligation("T02-3", "T02-8")
def test_a_problem_a_survey_and_a_guard_arrive_once_each(cast: Cast, home):
    stakes = problem("stake_lock", count_found="6", count_left="6") | {"point": [116.46, 39.95]}
    ops = [
        op(home, 1, type="problem", body=stakes),
        op(home, 2, type="survey", body={"problem": "stake_lock", "seen": 1}),
        op(home, 3, type="guard", body={"building": "3号楼", "flat": "101", "affects_works": True}),
    ]
    client = cast.client("community_worker")
    assert states(send(client, *ops)) == ["accepted"] * 3
    assert states(send(client, *ops)) == ["duplicate"] * 3
    case = StakeLock.objects.get()
    assert (case.count_left, case.affects_works, case.point.coords) == (6, None, (116.46, 39.95))
    assert case.found_on == timezone.localdate()
    assert InventorySurvey.objects.get().seen == 1
    assert WindowGuard.objects.get().affects_works is True


@pytest.mark.obligation("T02-6")
def test_two_workers_at_one_flat_are_merged_field_by_field(cast: Cast, home):
    client = cast.client("community_worker")
    flat = {"building": "3号楼", "flat": "101"}
    send(client, op(home, 1, type="guard", body={**flat, "affects_works": True, "windows": 4}))
    day = timezone.localdate().isoformat()
    send(client, op(home, 2, type="guard", body={**flat, "removed_on": day, "mode": "persuaded"}))
    guard = WindowGuard.objects.get()
    assert (guard.windows, guard.affects_works, guard.mode) == (4, True, "persuaded")


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        ("guard", {"building": "3号楼", "flat": "101", "removed_on": "2026-11-01", "mode": ""}, "拆除方式"),
        ("guard", {"building": "", "flat": "101"}, "楼号"),
        ("survey", {"problem": "stake_lock", "seen": -1}, "发现处数"),
        ("survey", {"problem": "trees", "seen": 1}, "问题类型"),
        ("problem", {"problem": "group_rental", "values": {"place": ""}}, "具体位置"),
        ("problem", {"problem": "stake_lock", "values": {"place": "路口", "count_found": "很多"}}, "个数"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_kept(cast: Cast, home, kind, body, words):
    (answer,) = send(cast.client("community_worker"), op(home, 1, type=kind, body=body))
    assert answer["state"] == "refused"
    assert words in str(answer)
    assert [m.objects.count() for m in (WindowGuard, InventorySurvey, GroupRental, StakeLock)] == [0] * 4


def test_a_phone_takes_open_problems_surveys_and_guards_along(cast: Cast, home):
    client = cast.client("community_worker")
    send(client, op(home, 1, type="problem", body=problem("group_rental", flat="3-101")))
    parts = client.post(f"/phone/packs/{home.pk}/").json()["parts"]
    assert [one["kind"] for one in parts["problem"]["open"]] == ["group_rental"]
    assert parts["guard"]["guards"] == []


@pytest.mark.obligation("T02-6")
@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_entries_of_one_flat_give_one_state_in_any_order_of_arrival(cast: Cast, home, order):
    day = timezone.localdate()
    home.refresh_from_db()
    entries = [
        {"affects_works": True, "windows": 2},
        {"windows": 4, "note": "两扇在厨房"},
        {"removed_on": (day - timedelta(days=3)).isoformat(), "mode": "self"},
        {"removed_on": None, "mode": ""},
    ]
    now, actor = timezone.now(), cast.actor("community_worker")
    for number in order:
        at = now - timedelta(hours=9 - number)
        body = {"building": "3号楼", "flat": "101", **entries[number]}
        accept_guard(Arrival(f"phone-{number}:1", body, home, actor, now, at))
    guard = WindowGuard.objects.get()
    shown = (guard.windows, guard.affects_works, guard.removed_on, guard.mode, guard.note)
    assert shown == (4, True, None, "", "两扇在厨房")
    assert guard.found_on <= day

"""The map by check-up: what an effective check-up colours, what a withdrawn one takes back, and who may see it."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from jiugai.accounts import permissions
from jiugai.accounts.actions.tokens import issue_token
from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.models import AuditEvent, Membership, User
from jiugai.accounts.permissions import GRANTS, Permission
from jiugai.accounts.roles import Role
from jiugai.accounts.scope import scoped
from jiugai.checkup import facts
from jiugai.checkup.actions.finishing import finish_checkup
from jiugai.checkup.actions.withdrawing import withdraw_checkup
from jiugai.checkup.models import Checkup
from jiugai.checkup.queries.coverage import board
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.facts import CheckupFacts
from jiugai.policy.models import Occurrence
from jiugai.registry.actions.refreshing import refresh
from jiugai.registry.api.schemas import CommunityOut
from jiugai.registry.models import Community, CommunityValue, Source
from tests.apps import file_rows
from tests.apps.map_rows import LAT, LON
from tests.apps.test_map import counts, export, page
from tests.apps.test_tiles import features, get
from tests.cast import CHAOYANG, SINCE, STREET, Cast
from tests.checkup_rows import Phone, key_of, make_checkup, make_home, states

As = Callable[[str], Client]
NONE = {"below60": 0, "from60": 0, "from75": 0, "from90": 0, "no_score": 0, "unknown": 0}


@pytest.fixture
def home(cast: Cast) -> Community:
    home = make_home(cast)
    source = Source.objects.create(key="test", name="某站", mark="off")
    CommunityValue.objects.create(community=home, field="point", value=[LON, LAT], source=source)
    refresh(community_ids=[home.pk])
    return home


@pytest.fixture
def phone(cast: Cast, home: Community) -> Phone:
    return Phone(cast.client("community_worker"), "community_worker", make_checkup(cast, home))


def finish(cast: Cast, phone: Phone, home: Community, *more: dict[str, object]) -> Checkup:
    keys = ["", key_of(home, "1号楼"), key_of(home, "2号楼")]
    assert states(phone.send(*[op for key in keys for op in phone.all_well(key)], *more)) == {"accepted"}
    return finish_checkup(checkup=phone.checkup, actor=cast.actor("community_worker"), now=timezone.now())


def withdraw(cast: Cast, checkup: Checkup, reason: str = "填到了别的小区") -> Checkup:
    return withdraw_checkup(checkup=checkup, reason=reason, actor=cast.actor("street_clerk"), now=timezone.now())


def classes(client: Client, **params: str) -> dict[str, int]:
    found: dict[str, int] = counts(client, by="checkup", **params)["classes"]
    return found


def colour(client: Client, folder: Path) -> str:
    (found,) = features(get(client), folder)
    return str(found["chk"])


@pytest.mark.obligation("T01-4", "T03-1")
@pytest.mark.django_db(transaction=True)  # a version of a layer is that of a transaction
def test_finished_check_up_colours_tile_and_legend_and_a_withdrawn_one_no_more(
    cast: Cast, home: Community, phone: Phone, client_as: As, tmp_path: Path
) -> None:
    client = client_as("district_lead")
    assert (classes(client), colour(client, tmp_path)) == (NONE | {"unknown": 1}, "unknown")
    before = get(client).headers["ETag"]
    finish(cast, phone, home)
    assert (classes(client), colour(client, tmp_path)) == (NONE | {"from90": 1}, "from90")
    assert get(client).headers["ETag"] != before
    withdraw(cast, phone.checkup)
    assert (classes(client), colour(client, tmp_path)) == (NONE | {"unknown": 1}, "unknown")


@pytest.mark.obligation("T01-4")
def test_far_zoom_counts_by_band(cast: Cast, home: Community, phone: Phone, client_as: As, tmp_path: Path) -> None:
    finish(cast, phone, home)
    (cell,) = features(get(client_as("district_lead"), at=(10, 843, 387), query="?by=checkup"), tmp_path)
    assert (cell["n"], cell["n3"], cell.get("n5")) == (1, 1, None)


def test_correction_moves_the_community_to_another_band(
    cast: Cast, home: Community, phone: Phone, client_as: As
) -> None:
    finish(cast, phone, home)
    every = [phone.op(key_of(home, n), "set", "gas", "bad") for n in ("1号楼", "2号楼")]
    assert states(phone.send(*every)) == {"accepted"}
    home.refresh_from_db()
    assert home.checkup_score == Checkup.objects.get().score < 100


@pytest.mark.parametrize(
    ("score", "band"),
    [("0", "below60"), ("59.9", "below60"), ("60", "from60"), ("74.9", "from60"), ("75", "from75"), ("90", "from90"),
     (None, "no_score")],
)  # fmt: skip
def test_every_score_lies_in_one_band_for_legend_and_list(
    cast: Cast, home: Community, phone: Phone, client_as: As, score: str | None, band: str
) -> None:
    done = finish(cast, phone, home)
    Checkup.objects.filter(pk=done.pk).update(score=None if score is None else Decimal(score))
    client = client_as("district_lead")
    assert classes(client) == NONE | {band: 1}
    for one in NONE:
        assert (home.name in page(client, f"/map/side/?checkup={one}")) == (one == band), one
        assert (home.name in page(client, f"/communities/?checkup={one}")) == (one == band), one


@pytest.mark.obligation("T01-4")
def test_newest_year_in_force_counts(cast: Cast, home: Community, phone: Phone) -> None:
    done = finish(cast, phone, home)
    old = Checkup.objects.create(
        community=home, year=done.year - 1, edition=done.edition, state="finished", opened_at=done.opened_at,
        finished_at=done.finished_at, opened_by_name="某", score=Decimal("55.0"),
    )  # fmt: skip
    home.refresh_from_db()
    assert (home.checkup_year, home.checkup_score) == (done.year, Decimal("100.0"))
    withdraw(cast, done)
    home.refresh_from_db()
    assert (home.checkup_year, home.checkup_score) == (old.year, Decimal("55.0"))


def test_running_check_up_colours_nothing(cast: Cast, home: Community, phone: Phone) -> None:
    phone.send(*phone.all_well(key_of(home, "1号楼")))
    home.refresh_from_db()
    assert (home.checkup_year, home.checkup_score) == (None, None)


def test_map_stays_in_scope(cast: Cast, home: Community, phone: Phone, client_as: As) -> None:
    finish(cast, phone, home)
    assert classes(client_as("outsider")) == NONE
    assert get(client_as("outsider")).status_code == 204


def test_residents_see_no_scores(cast: Cast, home: Community, phone: Phone, client_as: As, tmp_path: Path) -> None:
    finish(cast, phone, home)
    lead, resident = client_as("district_lead"), client_as("resident")
    assert "chk" in features(get(lead), tmp_path)[0]
    (found,) = features(get(resident), tmp_path)
    assert (found["name"], "chk" in found) == (home.name, False)
    assert "体检得分" not in page(resident, "/map/?by=checkup")
    assert set(counts(resident, by="checkup")["classes"]) == {"high", "mid", "low", "none", "unknown"}
    assert "年度，" not in page(resident, f"/map/card/{home.pk}/")
    assert resident.get("/map/side/?checkup=from90").status_code == 400
    assert resident.get("/communities/?checkup=from90").status_code == 400


def test_colour_is_in_the_address_and_in_saved_views(cast: Cast, home: Community, client_as: As) -> None:
    client = client_as("district_lead")
    shown = page(client, "/map/?by=checkup&checkup=unknown")
    assert 'data-by="checkup" aria-pressed="true"' in shown
    assert "去掉条件：体检得分：未体检" in shown
    saved = client.post("/map/saved/", {"name": "没体检的", "query": "?by=checkup&checkup=unknown"})
    assert "checkup=unknown&amp;by=checkup" in saved.content.decode()


def test_card_and_files_say_the_score_and_that_it_is_made_up(
    cast: Cast, home: Community, phone: Phone, client_as: As
) -> None:
    done = finish(cast, phone, home)
    client = client_as("district_lead")
    assert f"{done.year} 年度，100.0 分" in page(client, f"/map/card/{home.pk}/")
    Checkup.objects.filter(pk=done.pk).update(provenance="demo")
    assert "演示" in page(client, f"/map/card/{home.pk}/")
    assert (found := export(client, "geojson").json()["features"][0]["properties"])["体检得分"] == 100.0
    assert (found["体检年度"], found["体检数据"]) == (done.year, "演示")


@pytest.mark.obligation("T03-1", "T01-4")
def test_withdrawn_check_up_counts_for_nothing_and_its_year_can_be_done_anew(
    cast: Cast, home: Community, phone: Phone
) -> None:
    done = finish(cast, phone, home)
    today = timezone.localdate()
    assert facts.load([home.pk], today)[home.pk].score == "100.0"
    withdraw(cast, done)
    home.refresh_from_db()
    assert (home.need, home.stage) == ("unknown", "registered")
    assert facts.load([home.pk], today) == {home.pk: CheckupFacts()}
    (row,) = board(actor=cast.actor("city_lead"), year=today.year, within_path="/110000/", on=today).rows
    assert (row.done, row.running, row.ever) == (0, 0, 0)
    assert Occurrence.objects.filter(community=home, code="checkup_gone").count() == 1
    assert AuditEvent.objects.get(action="checkup.withdraw").reason == "填到了别的小区"
    again = make_checkup(cast, home)
    assert (again.pk != done.pk, again.state) == (True, "open")


@pytest.mark.obligation("T01-4")
def test_older_check_up_says_its_need_again(cast: Cast, home: Community, phone: Phone) -> None:
    done = finish(cast, phone, home)
    Checkup.objects.create(
        community=home, year=done.year - 1, edition=done.edition, state="finished", opened_at=done.opened_at,
        finished_at=done.finished_at, opened_by_name="某", score=Decimal("55.0"), need="high", need_says="旧",
    )  # fmt: skip
    withdraw(cast, done)
    home.refresh_from_db()
    assert (home.need, home.stage) == ("high", "checked")
    assert Occurrence.objects.filter(community=home, code="checkup_withdrawn").count() == 1


def test_nothing_can_be_done_to_a_withdrawn_check_up(cast: Cast, home: Community, phone: Phone) -> None:
    withdraw(cast, finish(cast, phone, home))
    (answer,) = phone.send(phone.op("", "set", "waste", "bad"))
    assert (answer["state"], "已经撤回" in answer["says"]) == ("refused", True)
    with pytest.raises(Conflict, match="已经撤回"):
        withdraw(cast, phone.checkup)
    with pytest.raises(Conflict, match="已经撤回"):
        finish_checkup(checkup=phone.checkup, actor=cast.actor("street_clerk"), now=timezone.now())
    client = cast.client("street_clerk")
    form = {"part": "", "indicator": "waste", "value": "bad"}
    assert client.post(f"/checkups/{phone.checkup.pk}/correct/", form).status_code == 409
    assert "这次体检已撤回" in page(client, f"/checkups/{phone.checkup.pk}/")
    assert "撤回体检" not in page(client, f"/checkups/{phone.checkup.pk}/")


def test_withdrawing_asks_for_a_reason_and_the_right(cast: Cast, home: Community, phone: Phone, client_as: As) -> None:
    with pytest.raises(Refusal, match="没有写撤回原因"):
        withdraw(cast, phone.checkup, " ")
    address = f"/checkups/{phone.checkup.pk}/withdraw/"
    assert client_as("planner").post(address, {"reason": "某"}).status_code == 403
    assert cast.client("street_clerk").post(address, {"reason": "开错了"}).status_code == 302
    assert Checkup.objects.get().state == "withdrawn"


@pytest.mark.parametrize("values", ["state = 'finished'", "state = 'open'", "withdrawn_reason = ''"])
def test_database_keeps_a_withdrawn_check_up_withdrawn(cast: Cast, home: Community, phone: Phone, values: str) -> None:
    withdraw(cast, finish(cast, phone, home))
    with scoped(SYSTEM), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE checkup_checkup SET {values}")  # noqa: S608 - our own text


SCORED = "/communities/?cols=name,checkup"


@pytest.fixture
def scored(cast: Cast, home: Community) -> None:
    """Three more communities: 61.5 of a real check-up, 92.0 of a made-up one, one done without a score."""
    for name, score, provenance in (("甲里", "61.5", "real"), ("乙里", "92.0", "demo"), ("丙里", None, "real")):
        row = file_rows.community(home.area, name)
        Community.objects.filter(pk=row.pk).update(
            checkup_year=2026, checkup_score=score, checkup_provenance=provenance
        )


def order(client: Client, sort: str) -> list[str]:
    return re.findall(r'class="j-lists-name"[^>]*>([^<]+)<', page(client, f"{SCORED}&sort={sort}"))


@pytest.mark.obligation("T01-4")
def test_list_is_sorted_by_score_and_says_it(home: Community, scored: None, client_as: As) -> None:
    client = client_as("district_lead")
    assert (order(client, "checkup")[:2], order(client, "-checkup")[:2]) == (["甲里", "乙里"], ["乙里", "甲里"])
    shown = page(client, SCORED)
    assert all(words in shown for words in ("体检得分（分）", "61.5", "2026年度", "没有得分", "未体检"))
    assert len(re.findall("j-demo", shown.partition("<tbody")[2])) == 1
    taken = client.get("/communities/export/?format=csv&cols=name,checkup&sort=-checkup")
    lines = b"".join(taken.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert [line.split(",")[:2] for line in lines[1:3]] == [["乙里", "92.0"], ["甲里", "61.5"]]


def test_residents_neither_see_nor_sort_by_scores(home: Community, scored: None, client_as: As) -> None:
    resident = client_as("resident")
    assert order(resident, "-checkup") == order(resident, "name") == order(resident, "checkup")
    assert not [words for words in ("体检得分", "61.5", "92.0") if words in page(resident, f"{SCORED}&sort=-checkup")]


def two_roles(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> User:
    """Return who may see check-ups in one street and holds a role without that right in the whole district."""
    street = file_rows.community(cast.areas[STREET], "丁里")
    Community.objects.filter(pk=street.pk).update(checkup_year=2026, checkup_score="77.5", checkup_provenance="demo")
    outside = file_rows.community(cast.areas[CHAOYANG], "戊里")
    Community.objects.filter(pk=outside.pk).update(checkup_year=2025, checkup_score="88.5", checkup_provenance="demo")
    role = Role.DISTRICT_DEPARTMENT
    user = cast.hire("two_roles", role, "district", CHAOYANG)
    Membership.objects.create(user=user, organisation=cast.bodies["street"], role=Role.STREET, area=cast.areas[STREET],
                              starts=SINCE)  # fmt: skip
    monkeypatch.setattr(permissions, "GRANTS", GRANTS | {role: GRANTS[role] - {Permission.CHECKUP_VIEW}})
    return user


@pytest.mark.obligation("T01-4")
def test_who_sees_scores_in_one_street_reads_none_elsewhere(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    client.force_login(two_roles(cast, monkeypatch))
    elsewhere = Community.objects.get(name="戊里")
    shown = page(client, SCORED)
    assert all(words in shown for words in ("丁里", "77.5", "2026年度", "戊里"))
    assert not [words for words in ("88.5", "2025年度") if words in shown]
    assert len(re.findall("j-demo", shown.partition("<tbody")[2])) == 1
    taken = client.get("/communities/export/?format=csv&cols=name,checkup&sort=name")
    lines = b"".join(taken.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert [line.split(",")[:2] for line in lines[1:3]] == [["丁里", "77.5"], ["戊里", ""]]
    assert "年度，" not in page(client, f"/map/card/{elsewhere.pk}/")


@pytest.mark.obligation("T01-10")
def test_api_asks_for_the_right_to_scores_row_by_row(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = two_roles(cast, monkeypatch).actor(on=timezone.localdate())
    request = {"request": SimpleNamespace(auth=actor)}
    found = {
        row.name: (one.checkup_year, one.checkup_score, one.checkup_provenance)
        for row in Community.objects.select_related("area").filter(name__in=("丁里", "戊里"))
        for one in [CommunityOut.model_validate(row, context=request)]
    }
    assert found == {"丁里": (2026, 77.5, "demo"), "戊里": (None, None, None)}


@pytest.mark.obligation("T01-10")
def test_api_gives_scores_to_those_who_may_see_them(
    cast: Cast, home: Community, scored: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = timezone.localdate() + timedelta(days=30)
    _, secret = issue_token(
        actor=cast.actor("city_lead"), organisation=cast.bodies["district"], name="测试", role=Role.DISTRICT_DEPARTMENT,
        area=cast.areas[CHAOYANG], expires=until,
    )  # fmt: skip

    def given() -> dict[str, tuple[Any, ...]]:
        answer = Client().get("/api/v1/communities", headers={"Authorization": f"Bearer {secret}"}).json()
        keys = ("checkup_year", "checkup_score", "checkup_provenance")
        return {one["name"]: tuple(one[key] for key in keys) for one in answer["items"]}

    assert given() == {
        home.name: (None, None, None), "甲里": (2026, 61.5, "real"), "乙里": (2026, 92.0, "demo"),
        "丙里": (2026, None, "real"),
    }  # fmt: skip
    less = GRANTS[Role.DISTRICT_DEPARTMENT] - {Permission.CHECKUP_VIEW}
    monkeypatch.setattr(permissions, "GRANTS", GRANTS | {Role.DISTRICT_DEPARTMENT: less})
    assert set(given().values()) == {(None, None, None)}

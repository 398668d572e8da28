"""The short way to a tile keeps nothing of anybody's rights, and gives exactly what the usual way gives."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from jiugai.accounts import quick
from jiugai.accounts.models import Membership
from jiugai.accounts.scope import set_scope
from jiugai.registry import legend
from jiugai.registry.models import Community
from jiugai.registry.tiles import answer
from jiugai.registry.tiles.quick import QuickTiles
from tests.apps.map_rows import XICHENG, Z14, building, community
from tests.cast import Cast

As = Callable[[str], Client]


def get(client: Client, layer: str = "communities", at: tuple[int, int, int] = Z14, **headers: str) -> Any:
    return client.get("/tiles/{}/{}/{}/{}.mvt".format(layer, *at), headers=headers)


def key_of(client: Client) -> str:
    return str(client.cookies["sessionid"].value)


def known(client: Client) -> bool:
    return quick.recognise(key_of(client), on=timezone.localdate()) is not None


@pytest.fixture
def warm(cast: Cast, client_as: As) -> Client:
    """A browser of the district that has had a tile already."""
    community(cast, "管庄东里")
    client = client_as("district_lead")
    assert get(client).status_code == 200
    assert known(client)
    return client


def test_the_actor_is_the_same_on_both_ways(cast: Cast, client_as: As) -> None:
    for name in ("district_lead", "street_clerk", "city_lead", "auditor"):
        client = client_as(name)
        get(client)
        found = quick.recognise(key_of(client), on=timezone.localdate())
        assert found is not None
        assert found.actor == cast.actor(name)


def test_answers_are_the_same_on_both_ways(warm: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    answer.kept.clear()
    short = get(warm)
    monkeypatch.setattr(quick, "recognise", lambda *_, **__: None)
    answer.kept.clear()
    usual = get(warm)
    assert (short.content, short.headers["ETag"]) == (usual.content, usual.headers["ETag"])
    assert short.headers["Cache-Control"] == usual.headers["Cache-Control"]


@pytest.mark.obligation("T01-3")
@pytest.mark.parametrize("taken", ["membership ends", "membership gone", "user closed", "password", "log-out"])
def test_rights_taken_away_are_gone_at_once(warm: Client, cast: Cast, taken: str) -> None:
    user = cast.user("district_lead")
    if taken == "membership ends":
        Membership.objects.filter(user=user).update(ends=timezone.localdate() - timedelta(days=1))
    elif taken == "membership gone":
        Membership.objects.filter(user=user).delete()
    elif taken == "user closed":
        user.is_active = False
        user.save()
    elif taken == "password":
        user.set_password("another horse 2027")
        user.save()
    else:
        warm.session.flush()
    refused = get(warm)
    assert refused.status_code in {302, 403}
    assert "管庄东里" not in refused.content.decode(errors="replace")


def test_narrower_area_counts_at_once(warm: Client, cast: Cast) -> None:
    Membership.objects.filter(user=cast.user("district_lead")).update(area=cast.areas[XICHENG])
    assert get(warm).status_code == 204


@pytest.mark.django_db(transaction=True)
def test_changed_data_show_at_once(warm: Client, cast: Cast) -> None:
    before = get(warm)
    assert get(warm, if_none_match=before.headers["ETag"]).status_code == 304
    Community.objects.update(name="改了名的里")
    after = get(warm, if_none_match=before.headers["ETag"])
    assert after.status_code == 200
    assert "改了名的里" in after.content.decode(errors="replace")


def test_tiles_kept_for_one_are_not_shown_to_another(warm: Client, client_as: As) -> None:
    outsider = client_as("outsider")
    assert get(outsider).status_code == 204
    assert known(outsider)
    assert get(outsider).status_code == 204
    assert get(warm).status_code == 200


def test_row_level_security_holds_on_the_short_way(
    warm: Client, client_as: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    outsider = client_as("outsider")
    get(outsider)
    answer.kept.clear()
    monkeypatch.setattr("jiugai.accounts.scope.ScopedQuerySet.visible_to", lambda rows, actor: rows)
    assert get(outsider).status_code == 204


@pytest.mark.django_db(transaction=True)
def test_the_scope_of_the_database_session_stays_closed(warm: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    set_scope("")
    answer.kept.clear()
    assert get(warm).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('jiugai.scope', true), '')")
        assert cursor.fetchone() == ("",)
    assert not Community.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_every_zoom_is_answered_on_the_short_way(warm: Client) -> None:
    """The server binds the values there: a statement it cannot read so would always fall back to the usual way."""
    building(Community.objects.get())
    short = QuickTiles(lambda request: pytest.fail(f"answered the usual way: {request.get_full_path()}"))
    for layer, zoom, by in product(("communities", "buildings", "base"), range(7, 18), legend.LEGENDS):
        at = (zoom, *(Z14[n] << zoom >> 14 for n in (1, 2)))
        request = RequestFactory().get("/tiles/{}/{}/{}/{}.mvt?by={}".format(layer, *at, by))
        request.COOKIES["sessionid"] = key_of(warm)
        assert short(request).status_code in {200, 204}, (layer, zoom, by)


def test_what_is_asked_each_time_stays_prepared(warm: Client) -> None:
    prepared = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%accounts_user u%'"
    get(warm)
    with connection.cursor() as cursor:
        cursor.execute(prepared)
        (before,) = cursor.fetchone()
        for _ in range(3):
            get(warm)
        cursor.execute(prepared)
        assert before == cursor.fetchone()[0] > 0


def test_log_ins_of_the_demonstration_stay_closed_outside_of_it(warm: Client, cast: Cast, settings: Settings) -> None:
    type(cast.user("district_lead")).objects.update(provenance="demo")
    assert known(warm)
    settings.DEMO = False
    assert not known(warm)


def test_sessions_that_do_not_verify_are_not_remembered(cast: Cast, client_as: As) -> None:
    client = client_as("district_lead")
    quick.remember(key_of(client), cast.user("outsider").pk)
    assert not known(client)


def test_unusual_questions_are_answered_the_usual_way(warm: Client) -> None:
    assert get(warm, "nothing").status_code == 404
    assert get(warm, at=(14, 99999, 1)).status_code == 404
    assert warm.get("/tiles/communities/14/1/1.mvt?need=nonsense").status_code == 400
    assert warm.post("/tiles/communities/14/1/1.mvt").status_code == 405


def test_the_memory_stays_within_its_size() -> None:
    kept = answer.Kept(most_bytes=10)
    made = [kept.get(number, lambda: b"1234") for number in range(5)]
    assert len(made) == 5
    assert kept.get(4, lambda: b"new") == b"1234"
    assert kept.get(0, lambda: b"new") == b"new"

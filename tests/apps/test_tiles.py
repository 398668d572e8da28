"""Vector tiles: what is on them, for whom, and what they cost the second time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pyogrio.raw import read

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.registry.models import Community, LayerChange
from jiugai.registry.tiles import versions
from jiugai.registry.tiles.address import NoSuchTile, TileAddress
from tests.apps.map_rows import LAT, LON, XICHENG, Z14, building, community
from tests.cast import Cast

As = Callable[[str], Client]


def get(
    client: Client, layer: str = "communities", at: tuple[int, int, int] = Z14, query: str = "", **headers: str
) -> Any:
    """Ask for a tile."""
    return client.get("/tiles/{}/{}/{}/{}.mvt{}".format(layer, *at, query), headers=headers)


def features(response: Any, folder: Path, layer: str = "communities") -> list[dict[str, Any]]:
    """Decode a tile with GDAL's reader, a second opinion on the format."""
    file = folder / "0.pbf"
    file.write_bytes(response.content)
    meta, _, _, columns = read(file, layer=layer)
    names = list(meta["fields"])
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def test_tile_holds_names_and_classes(cast: Cast, client_as: As, tmp_path: Path) -> None:
    community(cast, "管庄东里", need="high", ownership_group="commodity", built_year=1985)
    found = features(get(client_as("district_lead")), tmp_path)
    assert [(f["name"], f["need"], f["own"], f["yr"]) for f in found] == [("管庄东里", "high", "commodity", "1980s")]


@pytest.mark.obligation("T01-3")
def test_outsider_gets_an_empty_tile(cast: Cast, client_as: As) -> None:
    community(cast, "管庄东里")
    assert get(client_as("outsider")).status_code == 204
    assert get(client_as("district_lead")).status_code == 200


def test_row_level_security_alone_keeps_the_tile_empty(
    cast: Cast, client_as: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    community(cast, "管庄东里")
    monkeypatch.setattr("jiugai.accounts.scope.ScopedQuerySet.visible_to", lambda rows, actor: rows)
    assert get(client_as("outsider")).status_code == 204


def test_nobody_without_a_login_gets_tiles(client: Client, db: None) -> None:
    assert get(client).status_code == 302


def test_conditions_of_the_list_hold_for_tiles(cast: Cast, client_as: As, tmp_path: Path) -> None:
    community(cast, "甲", need="high")
    community(cast, "乙", need="low")
    client = client_as("city_lead")
    assert [f["name"] for f in features(get(client, query="?need=low"), tmp_path)] == ["乙"]
    assert get(client, query="?need=mid").status_code == 204
    assert get(client, query="?need=nonsense").status_code == 400


@pytest.mark.obligation("T01-4")
def test_far_zoom_counts_by_class_of_the_legend(cast: Cast, client_as: As, tmp_path: Path) -> None:
    for need in ("high", "high", "unknown"):
        community(cast, f"某{need}", need=need)
    found = features(get(client_as("city_lead"), at=(10, 843, 387), query="?by=need"), tmp_path)
    assert [(f["n"], f["n0"], f["n4"]) for f in found] == [(3, 2, 1)]


def test_middle_zoom_draws_one_point_where_dots_would_cover_each_other(
    cast: Cast, client_as: As, tmp_path: Path
) -> None:
    community(cast, "同点甲")
    community(cast, "同点乙")
    client = client_as("city_lead")
    assert len(features(get(client, at=(11, Z14[1] >> 3, Z14[2] >> 3)), tmp_path)) == 1
    assert len(features(get(client), tmp_path)) == 2


def test_merged_and_withdrawn_communities_leave_the_map(cast: Cast, client_as: As) -> None:
    kept = community(cast, "甲", lon=116.0)
    community(cast, "乙", merged_into=kept)
    assert get(client_as("city_lead")).status_code == 204


def test_buildings_show_their_footprint_in_scope(cast: Cast, client_as: As, tmp_path: Path) -> None:
    home = community(cast, "甲")
    building(home, "3号楼", storeys=6)
    found = features(get(client_as("district_lead"), "buildings"), tmp_path, "buildings")
    assert [(f["label"], f["storeys"], f["community_id"]) for f in found] == [("3号楼", 6, home.pk)]
    assert get(client_as("outsider"), "buildings").status_code == 204


def test_building_without_a_place_is_sketched_beside_its_community(cast: Cast, client_as: As, tmp_path: Path) -> None:
    home = community(cast, "甲")
    building(home, "6层 1985年", point=None, record="sales_group", storeys=6)
    near = (16, 53994, 24831)
    found = features(get(client_as("district_lead"), "buildings", at=near), tmp_path, "records")
    assert [(f["label"], f["community_id"]) for f in found] == [("6层 1985年", home.pk)]
    assert get(client_as("outsider"), "buildings", at=near).status_code == 204


def test_buildings_follow_the_conditions_on_communities(cast: Cast, client_as: As) -> None:
    building(community(cast, "甲", need="high"))
    assert get(client_as("city_lead"), "buildings", query="?need=high").status_code == 200
    assert get(client_as("city_lead"), "buildings", query="?need=low").status_code == 204


def test_second_request_is_answered_without_the_tile_query(cast: Cast, client_as: As) -> None:
    community(cast, "甲")
    client = client_as("city_lead")
    tag = get(client).headers["ETag"]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        again = get(client, **{"If-None-Match": f"W/{tag}"})
    assert (again.status_code, again.headers["ETag"]) == (304, tag)
    assert not [q for q in asked.captured_queries if "AsMVT" in q["sql"]]


def test_a_change_in_the_district_makes_a_new_version(cast: Cast, client_as: As) -> None:
    mine, other = community(cast, "甲"), community(cast, "乙", area=XICHENG)
    client = client_as("district_lead")
    tag = get(client).headers["ETag"]
    Community.objects.filter(pk=other.pk).update(need="low")
    assert get(client).headers["ETag"] == tag
    _as_if_in_another_transaction()
    Community.objects.filter(pk=mine.pk).update(need="low")
    assert get(client).headers["ETag"] != tag


def _as_if_in_another_transaction() -> None:
    """Tests run in one transaction; make room for a second row of the same one."""
    LayerChange.objects.update(transaction=-F("pk"))


def test_versions_differ_by_scope_conditions_and_legend(cast: Cast, client_as: As) -> None:
    community(cast, "甲")
    asked = [(who, query) for who in ("city_lead", "district_lead") for query in ("", "?need=high", "?by=year")]
    tags = {get(client_as(who), query=query).headers["ETag"] for who, query in asked}
    assert len(tags) == 6


def test_answers_may_not_be_shared_and_are_packed(cast: Cast, client_as: As) -> None:
    for n in range(30):
        community(cast, f"第{n}小区", lon=LON + n / 10_000)
    response = get(client_as("city_lead"), **{"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert {v.strip() for v in response.headers["Vary"].split(",")} >= {"Cookie", "Accept-Encoding"}


@pytest.mark.parametrize("at", [(21, 0, 0), (3, 8, 0), (3, 0, 8), (99999, 1, 1), (14, 10**12, 1)])
def test_absurd_tiles_are_not_found(client_as: As, at: tuple[int, int, int]) -> None:
    assert get(client_as("city_lead"), at=at).status_code == 404


def test_unknown_layer_is_not_found(client_as: As) -> None:
    assert get(client_as("city_lead"), "secrets").status_code == 404


def test_address_covers_its_ground() -> None:
    box = TileAddress(*Z14).box()
    assert box.west < LON < box.east
    assert box.south < LAT < box.north
    with pytest.raises(NoSuchTile):
        TileAddress(-1, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_writers_do_not_wait_and_the_late_one_still_shows(cast: Cast) -> None:
    """A transaction that began first and ends last changes the version when it ends."""
    first, second = community(cast, "甲"), community(cast, "乙")
    with transaction.atomic():
        Community.objects.filter(pk=first.pk).update(need="low")
        between = _elsewhere(lambda: _write_and_read(second.pk))
    assert _elsewhere(_read) != between


def _write_and_read(pk: int) -> str:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        Community.objects.filter(pk=pk).update(need="low")
    return _read()


def _read() -> str:
    return versions.version(layers=["community"], actor=SYSTEM)


def _elsewhere(work: Callable[[], str]) -> str:
    """Run in a thread, which means in a second database session."""

    def session() -> str:
        try:
            with scoped(SYSTEM):
                return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(session).result()

"""A real cluster, made and used the way `make run` does it."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest

from bootstrap import cluster_make, postgres
from bootstrap.cluster import Cluster
from bootstrap.places import Places
from bootstrap.problems import ClusterOtherVersion, ClusterWontStart, PlaceNotOurs


def link(cluster: Cluster, database: str = "jiugai") -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=str(cluster.socket), user="jiugai", dbname=database, autocommit=True)


def one(connection: psycopg.Connection[tuple[object, ...]], sql: str) -> object:
    row = connection.execute(sql).fetchone()  # type: ignore[call-overload]
    return row[0] if row else None


def test_the_address_it_prints_connects(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url) as connection:
        assert connection.info.dbname == "jiugai"


def test_the_owner_is_bound_by_row_level_security(cluster: Cluster) -> None:
    with link(cluster) as connection:
        rights = "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        assert one(connection, rights) is False


def test_a_test_database_has_the_extensions_without_a_superuser(cluster: Cluster) -> None:
    with link(cluster, "postgres") as connection:
        connection.execute("CREATE DATABASE test_probe")
    with link(cluster, "test_probe") as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        assert one(connection, "SELECT ST_AsText(ST_Point(116.4, 39.9, 4490))") == "POINT(116.4 39.9)"
        assert one(connection, "SELECT count(*) FROM pg_extension") == 5


def test_chinese_names_have_trigrams(cluster: Cluster) -> None:
    with link(cluster) as connection:
        assert one(connection, "SELECT '望京西园' LIKE '%京西%' AND cardinality(show_trgm('望京西园')) = 5") is True


@pytest.mark.parametrize(
    "condition", ["box && ST_MakeEnvelope(1, 1, 2, 2, 4490)", "upper(name) LIKE upper('%b7b%')", "name % 'b7b7b'"]
)
def test_row_level_security_still_lets_an_index_be_used(cluster: Cluster, condition: str) -> None:
    with link(cluster) as connection, connection.transaction(force_rollback=True):
        connection.execute("CREATE TABLE walled (area text, name text, box geometry(Point, 4490))")
        connection.execute("ALTER TABLE walled ENABLE ROW LEVEL SECURITY")
        connection.execute("ALTER TABLE walled FORCE ROW LEVEL SECURITY")
        connection.execute("CREATE POLICY wall ON walled USING (length(area) > 2)")
        connection.execute("CREATE INDEX ON walled USING gist (box)")
        connection.execute("CREATE INDEX ON walled USING gin (name gin_trgm_ops)")
        connection.execute("CREATE INDEX ON walled USING gin (upper(name) gin_trgm_ops)")
        connection.execute("SET LOCAL enable_seqscan = off")
        plan = connection.execute(f"EXPLAIN SELECT * FROM walled WHERE {condition}").fetchall()  # type: ignore[arg-type]  # noqa: S608
    assert any("Index Cond" in str(line) for line in plan), plan


def test_starting_twice_is_starting_once(cluster: Cluster) -> None:
    assert cluster.start() is False


def test_a_killed_server_starts_again(cluster: Cluster) -> None:
    pid = cluster.pid()
    assert pid
    cluster.stop()
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n")
    assert cluster.start() is True
    assert cluster.pid() not in (None, pid)


def test_a_broken_configuration_is_told_in_the_servers_words(cluster: Cluster) -> None:
    cluster.stop()
    conf = cluster.data / "postgresql.auto.conf"
    good = conf.read_text()
    conf.write_text("no_such_setting = 1\n")
    try:
        with pytest.raises(ClusterWontStart) as refused:
            cluster.start()
    finally:
        conf.write_text(good)
        cluster.start()
    assert "no_such_setting" in refused.value.text()


def test_a_cluster_of_another_version_is_left_alone(places: Places) -> None:
    places.pg.mkdir()
    (places.pg / "PG_VERSION").write_text("9\n")
    with pytest.raises(ClusterOtherVersion) as refused:
        cluster_make.programs_for(data=places.pg, installed={15: Path("/x"), 16: Path("/y")})
    assert "PostgreSQL 9" in refused.value.text()
    assert "15、16" in refused.value.text()
    assert [place.name for place in places.pg.iterdir()] == ["PG_VERSION"]


def test_a_cluster_of_somebody_else_is_refused(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    places.pg.mkdir()
    (places.pg / "PG_VERSION").write_text("15\n")
    monkeypatch.setattr(os, "geteuid", lambda: 65_000)
    with pytest.raises(PlaceNotOurs):
        cluster_make.find(places)


def test_only_versions_with_postgis_count(tmp_path: Path) -> None:
    for version, has_postgis in (("14", True), ("15", False), ("16", True)):
        (tmp_path / "lib" / version / "bin").mkdir(parents=True)
        (tmp_path / "lib" / version / "bin" / "initdb").touch()
        (tmp_path / "share" / version / "extension").mkdir(parents=True)
        if has_postgis:
            (tmp_path / "share" / version / "extension" / "postgis.control").touch()
    assert list(postgres.installed(lib=tmp_path / "lib", share=tmp_path / "share")) == [16]

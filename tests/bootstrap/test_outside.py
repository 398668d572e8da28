"""DATABASE_URL, with a private cluster in the part of somebody's server."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bootstrap import outside
from bootstrap.cluster import Cluster
from bootstrap.places import Places
from bootstrap.problems import OutsideServerUnfit


@pytest.fixture(autouse=True)
def this_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Places, "python", Path(sys.executable))


def test_a_prepared_server_is_accepted(cluster: Cluster, places: Places, capsys: pytest.CaptureFixture[str]) -> None:
    outside.check(places, url=cluster.url)
    assert capsys.readouterr().err == ""


def test_a_role_that_bypasses_row_level_security_is_refused(cluster: Cluster, places: Places) -> None:
    with pytest.raises(OutsideServerUnfit, match="cannot be used") as refused:
        outside.check(places, url=cluster.url.replace("jiugai@/", "postgres@/"))
    assert "绕过行级权限" in refused.value.text()


def test_a_server_without_the_extensions_is_told_which_are_missing(cluster: Cluster, places: Places) -> None:
    with pytest.raises(OutsideServerUnfit) as refused:
        outside.check(places, url=cluster.url.replace("@/jiugai?", "@/postgres?"))
    assert "missing extension: postgis" in refused.value.text()


def test_missing_marks_are_only_advice(cluster: Cluster, places: Places, capsys: pytest.CaptureFixture[str]) -> None:
    cluster.query("ALTER FUNCTION textlike(text, text) NOT LEAKPROOF", database="jiugai")
    try:
        outside.check(places, url=cluster.url)
    finally:
        cluster.query("ALTER FUNCTION textlike(text, text) LEAKPROOF", database="jiugai")
    assert "leakproof.sql" in capsys.readouterr().err


def test_a_server_that_does_not_answer_is_told_in_the_drivers_words(places: Places) -> None:
    with pytest.raises(OutsideServerUnfit) as refused:
        outside.check(places, url="postgresql://jiugai@127.0.0.1:1/jiugai")
    assert "连不上" in refused.value.text()


def test_a_password_is_not_shown(places: Places) -> None:
    with pytest.raises(OutsideServerUnfit) as refused:
        outside.check(places, url="postgresql://jiugai:geheim@127.0.0.1:1/jiugai")
    assert "geheim" not in refused.value.text()

"""The shipped list can be rebuilt from the raw files; an excerpt of our own always runs the same path."""

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

import pytest
import yaml

from jiugai.domain.intake.names import spelling
from jiugai.registry.derive import pack
from jiugai.registry.derive.__main__ import main
from jiugai.registry.derive.rebuilding import content_digest, rebuild

ROOT = Path(__file__).resolve().parents[2]
EXCERPT = ROOT / "tests" / "data_excerpt"
SHIPPED = ROOT / "jiugai" / "registry" / "shipped"
RAW = ROOT.parent / "shared" / "data"
needs_raw = pytest.mark.skipif(not RAW.is_dir(), reason="the raw files (../shared/data) are not on this machine")
Rows = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def excerpt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("excerpt")
    rebuild(EXCERPT, out)
    return out


@pytest.fixture(scope="module")
def communities(excerpt: Path) -> Rows:
    return {row["code"]: row for row in pack.read_csv(excerpt / "communities.csv.gz")}


def by_name(rows: Rows, name: str) -> dict[str, str]:
    (found,) = [row for row in rows.values() if row["name"] == name]
    return found


@pytest.mark.obligation("T01-1")
def test_sources_of_one_community_become_one_record(communities: Rows) -> None:
    joined = communities["L9001"]
    assert joined["sources"].split("|") == [
        "ganji-communities", "lianjia-communities", "lianjia-transactions", "official-named-projects",
    ]  # fmt: skip
    assert (joined["built_year"], joined["built_year_min"], joined["built_year_max"]) == ("1981", "1981", "1990")
    assert "built_year" in joined["conflicts"]


def test_the_same_name_in_another_district_stays_another_community(communities: Rows) -> None:
    assert sum(row["name"] == "枣林院6号院" for row in communities.values()) == 2


def test_wrong_points_are_flagged_not_dropped(communities: Rows) -> None:
    assert by_name(communities, "榆树胡同")["position_flags"] == "district_mismatch|shared_point"
    outside = by_name(communities, "河东花园")
    assert (outside["area"], outside["position_flags"]) == ("110000", "outside")
    assert by_name(communities, "开发区一里")["position_flags"] == ""


def test_who_is_in_the_list(communities: Rows) -> None:
    names = {row["name"] for row in communities.values()}
    assert {"银杏里", "杨树园（二区）", "未命名小区（链家9007）"} <= names
    assert not {"海棠公寓", "新城家园", "柳荫楼", "桃园北里"} & names


@pytest.mark.obligation("T01-3")
def test_ownership_run_together_and_from_the_official_list(communities: Rows) -> None:
    assert by_name(communities, "松林里")["ownership_group"] == "mixed"
    assert by_name(communities, "柏树楼")["ownership"] == "central_enterprise"
    assert communities["L9001"]["ownership"] == "central_enterprise|unit_built"


def test_sales_become_groups(excerpt: Path) -> None:
    groups = {row["code"]: row for row in pack.read_csv(excerpt / "buildings.csv.gz")}
    assert groups["L9001-6-1981-slab-n"]["sales"] == "5"
    assert "L9002-18-2003-tower-y" not in groups


def test_subway_lines_are_drawn_once_and_without_stops_that_have_no_place(excerpt: Path) -> None:
    lines = [f for f in pack.read_features(excerpt / "lines.geojson.gz") if f["properties"]["kind"] == "subway"]
    assert [f["geometry"]["coordinates"] for f in lines] == [[[116.43, 39.91], [116.35, 39.91]]]


def test_aliases_are_proposed(excerpt: Path) -> None:
    pairs = [(row["second"], row["reasons"].split("|")[0]) for row in pack.read_csv(excerpt / "alias_pairs.csv.gz")]
    assert pairs == [("L9003", "名称相同"), ("L9007", "一方没有名称")]


def test_every_word_of_a_source_is_kept_with_its_day(excerpt: Path) -> None:
    said = [row for row in pack.read_csv(excerpt / "claims.csv.gz") if row["code"] == "L9002"]
    years = {row["source"]: json.loads(row["value"]) for row in said if row["field"] == "built_year"}
    assert years == {"ganji-communities": 1989, "lianjia-communities": 2001, "lianjia-transactions": 2003}
    assert all(row["observed_on"] for row in said)


def test_a_street_is_suggested_where_the_trade_area_is_called_like_one(excerpt: Path, communities: Rows) -> None:
    hints = list(pack.read_csv(excerpt / "street_hints.csv.gz"))
    assert hints
    assert {(h["street"], h["name"], h["evidence"]) for h in hints} == {("110102902", "甲口街道", "商圈“甲口”")}
    assert all(communities[h["code"]]["area"] == "110102" for h in hints)


def test_rows_that_become_nothing_are_counted(excerpt: Path) -> None:
    counts = yaml.safe_load((excerpt / "manifest.yaml").read_text(encoding="utf-8"))["counts"]
    assert counts["rows_left_out"] == {
        "lianjia-communities": {"key a second time": 1},
        "ganji-communities": {"no name": 1},
    }


def test_a_rebuild_gives_the_same_bytes(excerpt: Path, tmp_path: Path) -> None:
    assert main([str(EXCERPT), str(tmp_path)]) == 0
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {p.name: p.read_bytes() for p in excerpt.iterdir()}


def test_the_command_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err


def test_the_manifest_fits_the_shipped_files() -> None:
    manifest = yaml.safe_load((SHIPPED / "manifest.yaml").read_text(encoding="utf-8"))
    assert manifest["label"]["zh"] == "公开抓取 2017—2021，非官方"
    for name, said in manifest["files"].items():
        assert content_digest(SHIPPED / name) == said["sha256_of_content"], name
        assert set(said["sources"]) <= set(manifest["sources"])
    assert all(s["licence"] and s["url"] and s["label"] for s in manifest["sources"].values())


def test_the_shipped_data_stay_small() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < 8 * 1024 * 1024


@needs_raw
def test_the_shipped_files_are_what_a_rebuild_gives(tmp_path: Path) -> None:
    for name in rebuild(RAW, tmp_path):
        assert content_digest(tmp_path / name) == content_digest(SHIPPED / name), name
    assert (tmp_path / "manifest.yaml").read_text(encoding="utf-8") == (SHIPPED / "manifest.yaml").read_text(
        encoding="utf-8"
    )


@needs_raw
def test_every_row_of_the_earlier_preview_is_in_the_list() -> None:
    preview = RAW / "joined-preview" / "beijing_communities_built_before_2000.csv"
    listed = Counter(row["code"] for row in pack.read_csv(SHIPPED / "communities.csv.gz"))
    with gzip.open(SHIPPED / "origins.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        ganji = Counter(spelling(r["stated_name"]) for r in csv.DictReader(lines) if r["source"] == "ganji-communities")
    with preview.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["Cid"]:
                assert listed[f"L{row['Cid']}"] == 1
            else:
                assert ganji[spelling(row["name"])] >= 1, row["name"]

"""The three real sources on the real path: a small excerpt always, the whole files where they are at hand."""

import gzip
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.db.models import Count
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.domain.intake.mapping import built_in
from jiugai.domain.intake.readers.delimited import DelimitedTable
from jiugai.registry.intake import checking, declaring, files, mending, starting, steps, writing
from jiugai.registry.intake.rows import IDENT
from jiugai.registry.loading import ground
from jiugai.registry.models import Building, Community, CommunityValue, DuplicatePair, ImportBatch

pytestmark = pytest.mark.django_db
RAW = Path(os.environ.get("JIUGAI_RAW_DATA") or "not-given")
GANJI = "ganji-communities", "beijing_wgs84.csv"
LIANJIA = "lianjia-communities", "xiaoqu.csv"
SALES = "lianjia-transactions", "beijing_house_prices_2012_2017.csv.gz"
# Made rows in the shape of the real ones: two sources know 某某里, the sales know it by number, one row is outside.
CASES = Path(__file__).resolve().parents[1] / "cases" / "imports"
EXCERPT = (GANJI[0], LIANJIA[0], SALES[0])


@pytest.fixture(autouse=True)
def _ground(db, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    ground.load_areas()


def imported(source: str, path: Path, *, left_empty: Sequence[tuple[str, str]] = ()) -> ImportBatch:
    """Import a file as the wizard does when it knows its columns; rows with errors are left out.

    `left_empty` are kinds of problems (code, column) whose cells a person leaves empty before.
    """
    batch = starting.start(pieces=files.pieces_of(path), name=path.name, actor=SYSTEM, at=timezone.localtime())
    profile = built_in(source)
    steps.declare(
        batch_id=batch.pk, profile=profile, source=declaring.source_named(declaring.name_for(profile), key=source),
        observed_on=profile.observed_on, actor=SYSTEM,
    )  # fmt: skip
    steps.ask_check(batch_id=batch.pk, actor=SYSTEM)
    checking.check(batch.pk, user_id=None, clock=timezone.localtime)
    if left_empty:
        assert mending.adopt_alike(batch_id=batch.pk, kinds=left_empty, actor=SYSTEM, at=timezone.localtime())
    mending.leave_out_wrong(batch_id=batch.pk, actor=SYSTEM, at=timezone.localtime())
    steps.ask_write(batch_id=batch.pk, actor=SYSTEM)
    return writing.write(batch.pk, user_id=None, clock=timezone.localtime)


def excerpt(source: str, folder: Path) -> Path:
    text = (CASES / f"{source}.csv").read_text(encoding="utf-8")
    if source == "lianjia-transactions":
        path = folder / "sales.csv.gz"
        path.write_bytes(gzip.compress(text.encode("gb18030")))
    else:
        path = folder / f"{source}.csv"
        path.write_bytes(text.encode("gb18030" if source == "ganji-communities" else "utf-8"))
    return path


@pytest.mark.obligation("T01-1", "T01-3")
def test_excerpt_of_the_three_sources_comes_together(tmp_path):
    batches = [imported(source, excerpt(source, tmp_path)) for source in EXCERPT]
    assert [b.state for b in batches] == ["written"] * 3
    assert batches[0].summary["written"] == {"new": 2, "change": 0, "same": 0, "skip": 1}
    home = Community.objects.get(name="某某里")
    assert set(home.values.values_list("source__key", flat=True)) == set(EXCERPT)
    assert (home.households, home.ownership_classes, home.ownership_group) == (
        600,
        ["unit_built", "commodity"],
        "mixed",
    )
    assert (home.built_year, home.sales, float(home.share_no_lift), home.floors_max) == (1985, 4, 0.75, 6)
    group = Building.objects.filter(community=home).order_by("-sales").first()
    assert (group.record, group.storeys, group.has_lift, group.sales) == ("sales_group", 6, False, 3)
    unnamed = Community.objects.get(name__startswith="未命名小区")
    assert unnamed.buildings.count() == 1
    assert not Community.objects.filter(name="远处新城").exists()


def test_excerpt_again_changes_nothing(tmp_path):
    for source in EXCERPT:
        imported(source, excerpt(source, tmp_path))
    before = (Community.objects.count(), Building.objects.count(), CommunityValue.objects.count())
    for source in EXCERPT:
        assert imported(source, excerpt(source, tmp_path)).summary["written"]["new"] == 0
    assert (Community.objects.count(), Building.objects.count(), CommunityValue.objects.count()) == before


@pytest.mark.skipif(not (RAW / GANJI[0] / GANJI[1]).exists(), reason="JIUGAI_RAW_DATA names no raw files")
@pytest.mark.obligation("T01-1")
def test_whole_sources_come_in_without_doubling(tmp_path):
    first = imported(GANJI[0], RAW / GANJI[0] / GANJI[1])
    assert first.rows_total >= 4300
    assert imported(GANJI[0], as_gb18030(RAW / GANJI[0] / GANJI[1], tmp_path)).summary["written"]["new"] == 0
    second = imported(LIANJIA[0], RAW / LIANJIA[0] / LIANJIA[1])
    assert second.summary["written"]["change"] > 1000
    third = imported(SALES[0], RAW / SALES[0] / SALES[1])
    assert third.summary["sales"] == 318_851
    numbers = CommunityValue.objects.filter(field=IDENT, value__startswith="lianjia:")
    assert not numbers.values("value", "source").annotate(n=Count("pk")).filter(n__gt=1).exists()
    assert DuplicatePair.objects.exists()


def as_gb18030(path: Path, folder: Path) -> Path:
    """Return the file as crawls of Chinese offices come: in GB18030."""
    assert DelimitedTable(path, encoding="utf-8-sig").columns
    made = folder / path.name
    made.write_bytes(path.read_text(encoding="utf-8-sig").encode("gb18030"))
    return made

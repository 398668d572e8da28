"""`jiugai import`: the same path without a browser."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from jiugai.registry.models import Community, ImportBatch
from tests.apps.import_rows import ROWS, csv_of, draw_ground
from tests.cast import Cast

# The progress is read over a connection of its own.
pytestmark = pytest.mark.django_db(transaction=True)
SAID = ("--source", "朝阳区摸底台账", "--observed-on", "2026-10-01")
WRONG = ("CY-4", "新村", "朝阳区", "1985-13-02", "约300", 116.53, 39.95)


@pytest.fixture
def file(cast: Cast, tmp_path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    draw_ground(cast)
    path = tmp_path / "台账.csv"
    path.write_bytes(csv_of())
    return path


def run(*words: object) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("import_file", *map(str, words), stdout=out, stderr=StringIO())
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_file_is_imported_and_counted(file):
    code, said = run(file, *SAID, "--yes")
    assert (code, Community.objects.count()) == (0, 3)
    assert "已写入：新增 3，更改 0，无变化 0" in said


def test_dry_run_writes_nothing(file):
    code, said = run(file, *SAID, "--dry-run")
    assert (code, Community.objects.count()) == (0, 0)
    assert "只检查，没有写入" in said


def test_errors_are_a_table_of_places_and_remedies_with_exit_code_3(file, tmp_path):
    file.write_bytes(csv_of([*ROWS, WRONG]))
    code, said = run(file, *SAID, "--yes", "--annotate", tmp_path / "out.xlsx")
    assert (code, Community.objects.count()) == (3, 0)
    assert "读不出年份" in said
    assert "填四位数" in said
    assert load_workbook(tmp_path / "out.xlsx").worksheets[0]["D5"].comment


def test_rows_with_errors_can_be_left_out(file):
    file.write_bytes(csv_of([*ROWS, WRONG]))
    code, _ = run(file, *SAID, "--yes", "--skip-bad")
    assert (code, Community.objects.count()) == (0, 3)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "来源和数据日期"),
        ((*SAID, "--profile", "没有的"), "没有叫"),
        (("--crs",), "crs"),
        (("--source", "朝阳区摸底台账", "--observed-on", "0001-01-01"), "1900"),
    ],
)
def test_refusals_are_told_in_words_and_leave_nothing(file, words, told):
    with pytest.raises(CommandError, match=told):
        run(file, *words)
    assert not ImportBatch.objects.exists()
    assert not [f for f in (file.parent / "files").rglob("*") if f.is_file()]


def test_a_file_broken_inside_is_refused_with_exit_code_2_and_leaves_nothing(file):
    file = file.with_name("范围.geojson")
    file.write_bytes(b'{"type": "FeatureCollection", "features": [')
    with pytest.raises(CommandError, match="可能已损坏") as refusal:
        run(file, *SAID, "--yes")
    assert refusal.value.returncode == 2
    assert not ImportBatch.objects.exists()

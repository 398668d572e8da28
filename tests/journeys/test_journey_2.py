"""Journey 2: the data officer imports a csv, mends it, writes, merges, takes back and imports again; a worker dies."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from jiugai.registry.models import (
    Community,
    CommunityAlias,
    CommunityValue,
    DuplicatePair,
    ImportBatch,
    ImportProblem,
    ImportRow,
)
from tests.apps.test_import_real import GANJI, RAW, as_gb18030
from tests.journeys import officer_files as files
from tests.looks import faults_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
LogIn = Callable[[str], Page]
Worker = Callable[[], "subprocess.Popen[bytes]"]
State = ImportBatch.State
SOURCE = "朝阳区2026年摸底台账"
JOB_MS = 180_000
"""A job, with the half minute until the jobs of a dead worker are taken up, on a busy machine."""
Register = list[tuple[Any, ...]]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server and the workers keep files in a directory of the test."""
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setenv("JIUGAI_VAR", str(tmp_path))


@pytest.mark.obligation("T01-1", "T01-7")
def test_officer_mends_imports_merges_takes_back_and_imports_again(
    log_in: LogIn, worker: Worker, live_server: LiveServer, tmp_path: Path
) -> None:
    before = register()
    page = log_in("data_officer")
    process = worker()

    first = upload(page, files.save_csv(tmp_path / "摸底台账.csv", files.made_rows()))
    declare(page, source=SOURCE)
    expect_checked(page, "4 处错误要改，改完才能写入")
    assert faults_of(page) == []
    refusal = page.locator("tr", has_text="您只能导入朝阳区的数据")
    expect(refusal).to_contain_text("这个小区在西城区")

    mended = mend(take_annotated(page, tmp_path), tmp_path / "摸底台账（改好）.xlsx")
    page.get_by_role("link", name="改好重新上传").click()
    second = send(page, mended)
    assert latest().source == ImportBatch.objects.get(pk=first).source
    page.get_by_role("button", name="查错").click()
    expect_checked(page, "1 处错误要改")
    leave_out(page)
    assert preview(page) == {"新增": files.GOOD + 4, "更改": 0, "无变化": 0, "跳过": 2}
    assert faults_of(page) == []
    assert register() == before

    confirm_writing(page)
    done = kill_half_way(second, process)
    nothing_half_done(second, done, before)
    page.reload()
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", str(done))
    worker()
    expect_written(page, files.GOOD + 4)
    after = register()
    nothing_doubled(second, before, after)
    assert Community.objects.get(name="示例甲院").built_year == 1985
    assert not Community.objects.filter(name=files.STRANGER).exists()
    assert metres_off() < 1

    merge_and_split(page, live_server)
    assert register() == after

    page.goto(f"{live_server.url}/imports/{second}/")
    take_back(page)
    assert register() == before
    again = import_again(page)
    assert (again, register()) == (latest().pk, after)
    assert latest().summary["written"] == ImportBatch.objects.get(pk=second).summary["written"]
    nothing_doubled(again, before, after)


@pytest.mark.skipif(not (RAW / GANJI[0] / GANJI[1]).exists(), reason="JIUGAI_RAW_DATA names no raw files")
@pytest.mark.obligation("T01-1")
def test_whole_crawl_over_the_shipped_list_survives_a_killed_worker(
    log_in: LogIn, worker: Worker, tmp_path: Path
) -> None:
    before = register()
    page = log_in("city_lead")
    process = worker()
    batch = upload(page, as_gb18030(RAW / GANJI[0] / GANJI[1], tmp_path))
    declare(page)
    expect(page.locator(".j-im-top")).to_be_visible(timeout=JOB_MS)
    assert ImportRow.objects.filter(batch=batch).count() == 4367
    if latest().errors:
        leave_out(page)
    counts = preview(page)
    confirm_writing(page)
    kill_half_way(batch, process)
    worker()
    expect_written(page, sum(counts.values()) - counts.get("跳过", 0))
    after = register()
    nothing_doubled(batch, before, after)
    assert len(after) - len(before) == counts["新增"]
    take_back(page)
    assert register() == before
    import_again(page)
    assert register() == after


def register() -> Register:
    """Return every community that counts, with its facts and other names."""
    aliases: dict[int, list[str]] = {}
    for pk, name in CommunityAlias.objects.order_by("name").values_list("community_id", "name"):
        aliases.setdefault(pk, []).append(name)
    rows = Community.objects.current().filter(merged_into=None).order_by("pk")
    facts = rows.values_list("pk", "code", "name", "area_path", "built_year", "households", "ownership_group", "point")
    return [(*row, tuple(aliases.get(row[0], ()))) for row in facts]


def latest() -> ImportBatch:
    return ImportBatch.objects.order_by("-pk")[0]


def upload(page: Page, file: Path) -> int:
    """Hand a file in from the list of imports; return the batch's number in the address."""
    if not (rail := page.get_by_role("navigation").get_by_role("link", name="导入", exact=True)).is_visible():
        page.locator("[data-rail-fold=base] > summary").click()  # the fold of the rail
    rail.click()
    page.get_by_role("link", name="导入文件").first.click()
    return send(page, file)


def send(page: Page, file: Path) -> int:
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="上传并对列名").click()
    page.wait_for_url(re.compile(r"/imports/\d+/columns/"))
    return int(page.url.split("/")[-3])


def declare(page: Page, source: str = "") -> None:
    """Find the columns mapped and the system recognised; say where the data come from; ask for the check."""
    expect(page.locator("main")).to_contain_text("已自动套用")
    expect(page.get_by_label("“小区名称”对到哪一项")).to_have_value("name")
    expect(page.locator("[name=crs]")).to_have_value("BD-09")
    if source:
        page.locator("[name=source]").select_option("new")
        page.locator("[name=source_name]").fill(source)
        page.locator("[name=observed_on]").fill("2026-10-01")
    page.get_by_role("button", name="查错").click()


def expect_checked(page: Page, words: str) -> None:
    """Wait on the page of progress until it turns into the page of errors by itself."""
    top = page.locator(".j-im-top")
    expect(top).to_be_visible(timeout=JOB_MS)
    found = ImportProblem.objects.filter(batch=latest(), severity="error")
    assert words in top.inner_text(), list(found.values_list("number", "column", "typed", "code"))
    expect(top).to_contain_text("现在一行都没有写入")


def take_annotated(page: Page, folder: Path) -> Path:
    with page.expect_download() as got:
        page.get_by_role("link", name="下载批注好的文件").click()
    assert got.value.suggested_filename == "摸底台账（批注）.xlsx"
    file = folder / "批注.xlsx"
    got.value.save_as(file)
    return file


def mend(annotated: Path, path: Path) -> Path:
    """Read the comments in one's own file, set three cells right, save under another name."""
    book = load_workbook(annotated)
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == [title.rstrip("：") for title in files.HEAD]
    rows = {str(row[0].value): row[0].row or 0 for row in sheet.iter_rows(min_row=2)}
    right = files.MENDED | {"示例丙院": lon_beside(sheet, rows["示例乙院"])}
    for name, (letter, typed) in files.FAULTS.items():
        cell = sheet[f"{letter}{rows[name]}"]
        problem = ImportProblem.objects.filter(batch=latest(), typed=typed, severity="error").get()
        assert (cell.value, problem.column_letter, problem.number) == (typed, letter, cell.row)
        assert problem.message in cell.comment.text
        assert problem.remedy in cell.comment.text
        cell.value = right[name]
    assert "西城区" in sheet[f"C{rows[files.STRANGER]}"].comment.text
    book.save(path)
    return path


def lon_beside(sheet: Any, row: int) -> str:
    """Return the longitude of a place some 200 m east of a row's."""
    return f"{float(sheet[f'{files.LON}{row}'].value) + files.STEP_DEGREES / 2:.10f}"


def leave_out(page: Page) -> None:
    page.locator("summary", has_text="跳过这些行").click()
    page.get_by_role("button", name="跳过", exact=True).click()
    expect(page.locator(".j-im-top")).to_contain_text("没有错误")


def preview(page: Page) -> dict[str, int]:
    """Open the preview and return what it promises."""
    page.get_by_role("link", name="看会改什么").click()
    words = page.locator(".j-im-top").inner_text().replace(",", "")
    return {what: int(count) for what, count in re.findall(r"(新增|更改|无变化|跳过) (\d+)", words)[:4]}


def confirm_writing(page: Page) -> None:
    page.locator("summary", has_text="写入").click()
    page.get_by_role("button", name="写入", exact=True).click()
    expect(page.locator(".j-job-head")).to_contain_text("正在写入")


def kill_half_way(batch: int, process: "subprocess.Popen[bytes]") -> int:
    """Kill the worker once it has written something, and return how many rows were written."""
    writing = ImportBatch.objects.filter(pk=batch, state=State.WRITING)
    until = time.monotonic() + JOB_MS / 1000
    while not writing.filter(rows_done__gt=0).exists():
        assert time.monotonic() < until, list(ImportBatch.objects.values("state", "rows_done", "failure"))
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    found = writing.get()
    assert 0 < found.rows_done < found.rows_total, "the worker was too fast to be killed half-way"
    return found.rows_done


def nothing_half_done(batch: int, done: int, before: Register) -> None:
    """What the dead worker left is whole rows, as many as the bar says."""
    time.sleep(0.2)  # the server may take a moment to notice that the worker's connection is gone
    written = ImportRow.objects.filter(batch=batch, written_at__isnull=False)
    assert written.count() == done
    assert len(register()) - len(before) == written.filter(fate="new").count() == done


def nothing_doubled(batch: int, before: Register, after: Register) -> None:
    """Every row written once, to a community of its own; no value, pair or new name twice."""
    rows = ImportRow.objects.filter(batch=batch).exclude(fate="skip")
    assert not rows.filter(written_at__isnull=True).exists()
    assert not rows.filter(community__isnull=True).exists()
    new = rows.filter(fate="new")
    assert len({pk for (pk,) in new.values_list("community")}) == new.count() == len(after) - len(before)
    assert {row[0] for row in before} <= {row[0] for row in after}
    values = CommunityValue.objects.filter(batch=batch, withdrawn_at__isnull=True)
    assert not values.values("community", "field").annotate(n=Count("pk")).filter(n__gt=1).exists()
    assert not DuplicatePair.objects.values("first", "second").annotate(n=Count("pk")).filter(n__gt=1).exists()


def expect_written(page: Page, rows: int) -> None:
    """Wait on the page of progress until it turns into the page of the outcome by itself."""
    expect(page.locator("main")).to_contain_text(f"已写入 {rows:,} 行", timeout=JOB_MS)


def merge_and_split(page: Page, live_server: LiveServer) -> None:
    """Look at the pair side by side, make one of it, find it by either name; then take that back."""
    page.get_by_role("link", name="去核对").click()
    page.get_by_label("在查重里找").fill(files.ALIAS)
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name=files.ALIAS).click()
    expect(page.locator("thead")).to_contain_text(f"{files.ORIGINAL}")
    expect(page.locator("tbody tr", has_text="来源").last).to_contain_text(SOURCE)
    assert faults_of(page) == []
    address = page.url
    kept = Community.objects.get(area_path__startswith="/110000/110105/", name=files.ORIGINAL)
    absorbed = Community.objects.get(name=files.ALIAS)
    page.get_by_label("原因").fill("现场核对门牌，两个名称是同一个院")
    page.get_by_role("button", name=f"是，保留“{files.ORIGINAL}”").click()
    expect(page.locator("main")).to_contain_text("已合并")
    absorbed.refresh_from_db()
    assert absorbed.merged_into_id == kept.pk
    page.goto(f"{live_server.url}/communities/?q={files.ALIAS}")
    expect(page.locator("tbody [data-row]")).to_have_count(1)
    expect(page.locator("tbody [data-row]")).to_contain_text(files.ORIGINAL)
    page.goto(address)
    page.get_by_label("原因").fill("再看是两个院")
    page.get_by_role("button", name="撤销合并").click()
    expect(page.locator("main")).to_contain_text("已撤销合并")


def take_back(page: Page) -> None:
    page.locator("summary", has_text="整批撤回").click()
    page.get_by_label("原因").fill("试一遍撤回")
    page.get_by_role("button", name="撤回", exact=True).click()
    expect(page.locator("main")).to_contain_text("已整批撤回", timeout=JOB_MS)


def import_again(page: Page) -> int:
    """Import the same file once more from the page of the batch that was taken back."""
    page.get_by_role("button", name="同一文件再导一次").click()
    page.get_by_role("button", name="查错").click()
    expect(page.locator(".j-im-top")).to_be_visible(timeout=JOB_MS)
    if latest().errors:
        leave_out(page)
    preview(page)
    confirm_writing(page)
    expect(page.locator("main")).to_contain_text(re.compile(r"已写入 [\d,]+ 行"), timeout=JOB_MS)
    return latest().pk


def metres_off() -> float:
    """Return how far the first row's place in the register is from where the file put it."""
    home = Community.objects.get(name="示例0000号院")
    lon, lat = next(files.inside("110105"))
    assert home.point
    return float(max(abs(home.point.x - lon), abs(home.point.y - lat)) * 111_320)

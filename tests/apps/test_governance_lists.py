"""Governance over an area: the table of what is open, the list of window guards, and their workbook."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from jiugai.domain.five_types import Problem
from jiugai.governance.actions import record_survey, save_guard
from jiugai.governance.models import StakeLock, WindowGuard
from jiugai.governance.queries.overview import overview
from jiugai.matters.actions import open_matter
from jiugai.policy.models import Occurrence
from jiugai.registry.models import Community
from tests.cast import CHAOYANG, COMMITTEE, STREET, Cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
DAY = date(2026, 11, 20)
HEADS = ["小区", "楼号", "房号", "护栏扇数", "影响改造工程", "拆除日期", "拆除方式", "备注"]


@pytest.fixture
def home(cast: Cast) -> Community:
    made = Community.objects.create(code="G-9", name="枣营北里", name_norm="枣营北里", area=cast.areas[COMMITTEE])
    made.refresh_from_db()
    return made


def sheet(*rows: list[object]) -> SimpleUploadedFile:
    book, out = Workbook(), BytesIO()
    for row in (HEADS, *rows):
        book.active.append(row)
    book.save(out)
    return SimpleUploadedFile("护栏.xlsx", out.getvalue())


@pytest.mark.obligation("T02-3", "T02-8")
def test_each_level_counts_what_is_open_below_it(cast: Cast, home, django_assert_num_queries):
    values = {"place": "南门", "found_on": DAY, "count_found": 5, "count_left": 3}
    open_matter(model=StakeLock, values=values, community=home, actor=cast.actor("street_clerk"), now=NOW)
    save_guard(community=home, building_label="1号楼", flat="101", values={}, actor=cast.actor("street_clerk"), now=NOW)
    for problem in Problem:
        record_survey(community=home, problem=problem, on=DAY, seen=0, actor=cast.actor("street_clerk"), now=NOW)
    names, lead = [], cast.actor("city_lead")
    for code, of in (("110000", "区"), (CHAOYANG, "街道（乡镇）"), (STREET, "小区")):
        with django_assert_num_queries(7):
            shown = overview(lead, area=cast.areas[code], on=DAY)
        row = next(row for row in shown.rows if row.whole)
        names.append(row.name)
        assert (shown.of, row.surveyed, row.open, row.stakes, row.guards) == (of, 1, {"stake_lock": 1}, 3, 1)
    assert names == [cast.areas[CHAOYANG].name, cast.areas[STREET].name, "枣营北里"]


def test_the_page_leads_down_and_keeps_outsiders_out(cast: Cast, home, client_as):
    assert "枣营北里" in client_as("street_clerk").get("/governance/").content.decode()
    assert client_as("city_lead").get(f"/governance/?area={CHAOYANG}").status_code == 200
    assert client_as("street_clerk").get(f"/governance/?area={CHAOYANG}").status_code == 404


@pytest.mark.obligation("T02-6")
def test_guards_come_from_a_workbook_and_go_into_one(cast: Cast, home, client_as):
    client = client_as("community_worker")
    template = client.get("/governance/guards/template/")
    assert [c.value for c in load_workbook(BytesIO(b"".join(template)))["外窗护栏"][1]] == HEADS
    rows = (
        ["枣营北里", "3号楼", "2-501", 4, "影响", date(2026, 11, 3), "帮拆", ""],
        ["G-9", "3号楼", "2-502", "", "", "", "", "出租"],
    )
    assert client.post("/governance/guards/import/", {"upload": sheet(*rows)}).status_code == 302
    kept = {g.flat: g for g in WindowGuard.objects.all()}
    assert (kept["2-501"].mode, kept["2-501"].windows, kept["2-502"].affects_works) == ("assisted", 4, None)
    assert [o.title for o in Occurrence.objects.filter(code="guards_counted")] == ["从 Excel 登记外窗护栏 2 户"]
    page = client.get("/governance/guards/?state=gone").content.decode()
    assert "2-501" in page
    assert "2-502" not in page


@pytest.mark.parametrize(
    ("row", "place", "words"),
    [
        (["枣营北里", "3号楼", "2-503", 4, "影响", date(2026, 11, 3), "", ""], "第 3 行", "没有写拆除方式"),
        (["没有的小区", "3号楼", "2-503", 4, "", "", "", ""], "第 3 行 小区", "没有找到小区"),
        (["枣营北里", "3号楼", "2-503", "很多", "", "", "", ""], "第 3 行 护栏扇数", "整数"),
    ],
)
def test_a_wrong_row_is_named_and_no_row_is_written(cast: Cast, home, client_as, row, place, words):
    good = ["枣营北里", "3号楼", "2-501", 4, "影响", "", "", ""]
    answer = client_as("community_worker").post("/governance/guards/import/", {"upload": sheet(good, row)})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert place in page
    assert words in page
    assert not WindowGuard.objects.exists()


def test_all_problems_are_dots_on_one_map_coloured_by_type(cast: Cast, home, client_as):
    values = {"place": "南门", "found_on": DAY, "count_found": 5, "count_left": 3}
    open_matter(model=StakeLock, values=values, community=home, actor=cast.actor("street_clerk"), now=NOW)
    Community.objects.filter(pk=home.pk).update(point="SRID=4490;POINT(116.46 39.95)", position_state="good")
    client = client_as("street_clerk")
    dots = client.get("/matters/points/?kind=stake_lock&kind=group_rental&time=open").json()["features"]
    assert [(d["properties"]["kind"], d["properties"]["tag"]) for d in dots] == [("stake_lock", "open")]
    assert "#9372C8" in client.get("/matters/map/?kind=stake_lock&time=open").content.decode()

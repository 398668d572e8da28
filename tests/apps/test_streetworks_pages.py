"""Pages of streetworks: files taken in or refused by cell, the book, repeat digging, the map, asking from a page."""

import gzip
import json
import re
from base64 import b64decode
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from openpyxl import Workbook, load_workbook
from pyogrio.raw import write

from jiugai.accounts.actor import SYSTEM
from jiugai.domain.streetworks import Window
from jiugai.matters.actions.moving import move
from jiugai.streetworks.actions.footprints import schedule_project
from jiugai.streetworks.actions.funding import BadFund, Money, ReversedAlready, record_fund, reverse_fund
from jiugai.streetworks.models import FundEntry, Overlap, StreetWork, SynergyRequest, WorkImport
from jiugai.streetworks.queries.digs import dig_rows
from jiugai.streetworks.queries.funds import book
from tests.apps.planning_rows import a_community
from tests.apps.streetworks_rows import DAY, SPRING, a_footprint, a_work, an_overlap
from tests.cast import CHAOYANG, Cast

pytestmark = pytest.mark.django_db
HEAD = ("工程编号", "工程名称", "类型", "主管部门", "开工", "完工", "图形", "投资", "资金来源")
ROW = (
    "RL-1",
    "热力管线大修",
    "热力",
    "热力集团",
    date(2027, 3, 1),
    date(2027, 6, 30),
    "116.458,39.94;116.462,39.94",
    120.5,
    "专业公司自筹",
)


@pytest.fixture
def ground(cast: Cast):
    """Give 朝阳区 an outline, by which works find their district."""
    area = cast.areas[CHAOYANG]
    area.boundary = MultiPolygon(Polygon.from_bbox((116.3, 39.8, 116.6, 40.1)), srid=4490)
    area.save()
    return area


def sheet(*rows):
    book_ = Workbook()
    for row in (HEAD, *rows):
        book_.active.append(row)
    out = BytesIO()
    book_.save(out)
    return SimpleUploadedFile("工程.xlsx", out.getvalue())


def send(client, upload, **more):
    data = {"upload": upload, "crs": "CGCS2000", "observed_on": timezone.localdate().isoformat(), **more}
    return client.post("/streetworks/import/", data)


@pytest.mark.obligation("T16-1")
def test_a_workbook_is_taken_in_finds_its_overlaps_and_enters_its_money(cast: Cast, ground):
    home = a_community(cast)
    a_footprint(home)
    answer = send(cast.client("district_lead"), sheet(ROW))
    work = StreetWork.objects.get()
    assert (answer.status_code, work.department, work.area) == (302, "热力集团", ground)
    assert Overlap.objects.filter(work=work, gone_at__isnull=True).count() == 1
    assert FundEntry.objects.get(work=work).amount_fen == 120_500_000
    assert home.occurrences.filter(code="overlap_found").count() == 1


@pytest.mark.obligation("T16-1")
def test_geojson_in_amaps_system_lies_where_it_should(cast: Cast, ground):
    feature = {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [[116.4661, 39.9413], [116.4701, 39.9413]]},
        "properties": {
            "工程编号": "DL-1", "工程名称": "道路大修", "类型": "道路", "开工": "2027-03-01", "完工": "2027-06-30",
        },
    }  # fmt: skip
    upload = SimpleUploadedFile(
        "道路.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    )
    answer = send(cast.client("district_lead"), upload, crs="GCJ-02", department="区城管委")
    assert answer.status_code == 302, answer.content.decode()[:3000]
    west = StreetWork.objects.get().geom.extent[0]
    assert 116.459 < west < 116.461


def test_wrong_cells_are_named_and_nothing_is_written(cast: Cast, ground):
    bad = ("RL-2", "又一段", "热力", "热力集团", date(2027, 6, 30), date(2027, 3, 1), "121,31;121.1,31", None, "")
    answer = send(cast.client("district_lead"), sheet(ROW, bad))
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "完工早于开工" in words
    assert "图形不在北京" in words
    assert "121,31;121.1,31" in words
    assert not StreetWork.objects.exists()


FIELDS = ("工程编号", "工程名称", "类型", "主管部门", "开工", "完工")
GOOD = ("RL-1", "热力管线大修", "热力", "热力集团", "2027-03-01", "2027-06-30")
BAD = ("RL-2", "又一段", "热力", "热力集团", "2027-06-30", "2027-03-01")
LINES = ("LINESTRING(116.458 39.94, 116.462 39.94)", "LINESTRING(116.468 39.95, 116.472 39.95)")


def csv_file(*rows):
    lines = [",".join((*FIELDS, "图形")), *(",".join((*row, f'"{LINES[n]}"')) for n, row in enumerate(rows))]
    return SimpleUploadedFile("工程.csv", "\r\n".join(lines).encode("gb18030"))


def layer_file(driver, *rows):
    """A GIS file of lines with the columns of the template; a Shapefile goes zipped."""
    shapes = np.array([shapely.from_wkt(one).wkb for one in LINES[: len(rows)]], dtype=object)
    data = [np.array(column, dtype=object) for column in zip(*rows, strict=True)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("works.gpkg" if driver == "GPKG" else "works.shp")
        write(path, geometry=shapes, field_data=data, fields=list(FIELDS), driver=driver, crs="EPSG:4490",
              geometry_type="LineString", encoding="UTF-8" if driver == "GPKG" else "CP936")  # fmt: skip
        if driver == "GPKG":
            return SimpleUploadedFile("工程.gpkg", path.read_bytes())
        out = BytesIO()
        with ZipFile(out, "w") as bundle:
            for part in Path(folder).iterdir():
                bundle.write(part, part.name)
        return SimpleUploadedFile("工程.zip", out.getvalue())


WORDS = re.compile(r'data-label="(?:为什么错|列)">([^<]*)<|j-err[^>]*>([^<]*)<')
FILES = {
    "csv": csv_file, "shapefile": lambda *rows: layer_file("ESRI Shapefile", *rows),
    "geopackage": lambda *rows: layer_file("GPKG", *rows),
}  # fmt: skip


@pytest.mark.obligation("T16-1")
@pytest.mark.parametrize("kind", FILES)
def test_every_kind_of_file_is_taken_in_and_lies_where_it_should(cast: Cast, ground, kind):
    answer = send(cast.client("district_lead"), FILES[kind](GOOD))
    assert answer.status_code == 302, WORDS.findall(answer.content.decode())
    work = StreetWork.objects.get()
    assert (work.code, work.kind, work.starts, work.ends) == ("RL-1", "pipeline", date(2027, 3, 1), date(2027, 6, 30))
    assert work.geom.extent == pytest.approx((116.458, 39.94, 116.462, 39.94))


@pytest.mark.obligation("T16-1")
@pytest.mark.parametrize("kind", FILES)
def test_wrong_rows_of_every_kind_of_file_come_back_with_comments_and_can_be_sent_again(cast: Cast, ground, kind):
    client = cast.client("district_lead")
    answer = send(client, FILES[kind](GOOD, BAD))
    assert answer.status_code == 422
    assert not StreetWork.objects.exists()
    body = b64decode(answer.content.decode().partition(";base64,")[2].partition('"')[0])
    page = load_workbook(BytesIO(body)).active
    heads = [cell.value for cell in page[1]]
    assert [row[0].value for row in page.iter_rows(min_row=2)] == ["RL-2"]
    cell = page.cell(row=2, column=heads.index("完工") + 1)
    assert "完工早于开工" in cell.comment.text
    cell.value = "2027-09-30"
    mended = BytesIO()
    page.parent.save(mended)
    assert send(client, SimpleUploadedFile("改好.xlsx", mended.getvalue())).status_code == 302
    assert StreetWork.objects.get().code == "RL-2"


def test_what_is_no_file_of_works_is_refused_in_words(cast: Cast):
    for name, content in (("工程.xlsx", b"nothing"), ("工程.exe", b"MZ"), ("空.csv", b"")):
        answer = send(cast.client("district_lead"), SimpleUploadedFile(name, content))
        assert answer.status_code == 422, name


def test_a_file_again_brings_works_up_to_date_and_another_number_for_the_same_work_is_refused(cast: Cast, ground):
    client = cast.client("district_lead")
    send(client, sheet(ROW))
    later = (*ROW[:5], date(2027, 8, 31), *ROW[6:])
    assert send(client, sheet(later)).status_code == 302
    assert StreetWork.objects.get().ends == date(2027, 8, 31)
    answer = send(client, sheet(("RL-9", *ROW[1:])))
    assert answer.status_code == 422
    assert "与已登记的" in answer.content.decode()


def test_nobody_registers_works_in_another_district(cast: Cast, ground):
    answer = send(cast.client("outsider"), sheet(ROW))
    assert answer.status_code == 422
    assert "不在您可以登记的辖区" in answer.content.decode()
    assert send(cast.client("planner"), sheet(ROW)).status_code == 403


def test_an_import_is_taken_back_with_its_money_unless_somebody_built_on_it(cast: Cast, ground):
    a_footprint(a_community(cast))
    client = cast.client("district_lead")
    send(client, sheet(ROW))
    batch = WorkImport.objects.get()
    client.post(f"/overlaps/{Overlap.objects.get().pk}/ask/", {"detail": "同沟"})
    assert client.post(f"/workimports/{batch.pk}/undo/").status_code == 409
    move(matter=SynergyRequest.objects.get(), move="stop", actor=SYSTEM, now=timezone.now(), reason="撤回")
    assert client.post(f"/workimports/{batch.pk}/undo/").status_code == 302
    assert StreetWork.objects.get().state == "cancelled"
    assert book(actor=SYSTEM).planned == 0
    assert not Overlap.objects.filter(gone_at__isnull=True).exists()


@pytest.mark.obligation("T16-4")
def test_the_other_side_is_asked_from_the_page_and_answers_from_its_inbox(cast: Cast):
    overlap = an_overlap(cast, a_community(cast), owner=cast.bodies["firm"])
    client = cast.client("district_lead")
    page = client.get(f"/overlaps/{overlap.pk}/").content.decode()
    assert "请对方一起施工" in page
    assert client.post(f"/overlaps/{overlap.pk}/ask/", {"detail": "同沟敷设"}).status_code == 302
    request = SynergyRequest.objects.get()
    assert (request.owner, request.stage) == (cast.bodies["firm"], "asked")
    assert client.post(f"/overlaps/{overlap.pk}/ask/", {}).status_code == 409
    other = cast.client("property_firm")
    days = {"agreed_from": date(2027, 4, 1).isoformat(), "agreed_until": date(2027, 6, 1).isoformat()}
    answer = other.post(f"/matters/{request.pk}/move/", {**days, "move": "accept", "version": request.version})
    request.refresh_from_db()
    assert (answer.status_code, request.stage) == (302, "accepted")


def test_one_work_is_registered_by_hand_and_wrong_shapes_are_refused(cast: Cast):
    client = cast.client("district_lead")
    data = {
        "code": "LH-1", "title": "绿化提升", "kind": "greening", "department": "园林局",
        "area": cast.areas[CHAOYANG].pk,
        "starts": "2027-03-01", "ends": "2027-05-01", "state": "planned", "crs": "CGCS2000", "digs": "on",
        "shape": "POLYGON((116.4 39.9,116.5 40.0,116.5 39.9,116.4 40.0,116.4 39.9))",
    }  # fmt: skip
    answer = client.post("/streetworks/new/", data)
    assert (answer.status_code, "自己相交" in answer.content.decode()) == (422, True)
    data["shape"] = "116.458,39.94;116.462,39.94"
    assert client.post("/streetworks/new/", data).status_code == 302
    twice = client.post("/streetworks/new/", {**data, "code": "LH-2"})
    assert (twice.status_code, "相同" in twice.content.decode()) == (422, True)
    work = StreetWork.objects.get()
    edited = {**data, "title": "绿化提升二期", "version": work.version}
    assert client.post(f"/streetworks/{work.pk}/edit/", edited).status_code == 302
    assert client.post(f"/streetworks/{work.pk}/edit/", edited).status_code == 422


@pytest.mark.django_db(transaction=True)  # the version of a layer counts transactions
@pytest.mark.obligation("T16-2")
def test_the_layer_holds_works_of_all_departments_in_scope_and_follows_changes(cast: Cast, client):
    a_work(cast)
    a_work(cast, "DL-1", kind="road", department="区城管委", starts=date(2026, 11, 1), state="running")
    inside, outside = cast.client("district_lead"), cast.client("outsider")
    url = "/tiles/works/14/13492/6206.mvt"
    tile = inside.get(url)
    assert tile.status_code == 200
    body = gzip.decompress(tile.content) if tile.content[:2] == b"\x1f\x8b" else tile.content
    assert all(word.encode() in body for word in ("热力集团", "区城管委", "pipeline", "road"))
    assert outside.get(url).status_code == 204
    tag = tile.headers["ETag"]
    assert inside.get(url, HTTP_IF_NONE_MATCH=tag).status_code == 304
    StreetWork.objects.filter(code="DL-1").update(title="改了名")
    assert inside.get(url, HTTP_IF_NONE_MATCH=tag).status_code == 200


@pytest.mark.obligation("T16-2")
def test_the_one_map_counts_every_kind_and_lists_take_a_constant_number_of_queries(cast, django_assert_max_num_queries):
    for n in range(12):
        a_work(cast, f"G-{n}")
    page = cast.client("district_lead").get("/streetworks/map/").content.decode()
    assert "12 项工程" in page
    client = cast.client("district_lead")
    client.get("/streetworks/")
    with django_assert_max_num_queries(14):
        assert client.get("/streetworks/").status_code == 200


def test_works_go_home_as_excel_and_geopackage(cast: Cast):
    a_work(cast)
    client = cast.client("district_lead")
    made = client.get("/streetworks/file.gpkg")
    assert b"".join(made.streaming_content).startswith(b"SQLite format 3")
    assert client.get("/streetworks/export/").status_code == 200
    assert client.get("/streetworks/template.xlsx").status_code == 200


def money(**change):
    values = {
        "department": "区水务局", "source": "district", "purpose": "works", "amount_fen": 5_000, "on": DAY,
        "reference": "批复〔2026〕1号", **change,
    }  # fmt: skip
    return Money(**values)


def enter(cast: Cast, who="district_lead", **change):
    return record_fund(
        money=money(**change), area=cast.areas[CHAOYANG], actor=cast.actor(who), now=timezone.now(), on=DAY
    )


@pytest.mark.obligation("T16-3")
@pytest.mark.obligation("T14-2")
def test_all_departments_money_stands_in_one_book_by_source(cast: Cast):
    enter(cast)
    enter(cast, department="热力集团", source="city_fixed_assets", purpose="pipelines", amount_fen=7_000)
    enter(cast, department="热力集团", source="city_fixed_assets", purpose="pipelines", amount_fen=3_000, step="paid")
    found = book(actor=cast.actor("district_lead"))
    assert (found.planned, found.paid) == (12_000, 3_000)
    assert dict(found.sources) == {"市政府固定资产投资": 7_000, "区级财政": 5_000}
    assert [line.department for line in found.lines] == ["热力集团", "区水务局"]
    assert book(actor=cast.actor("outsider")).planned == 0
    page = cast.client("district_lead").get("/streetworks/book/").content.decode()
    assert all(word in page for word in ("热力集团", "区水务局", "市政府固定资产投资"))


@pytest.mark.obligation("T16-3")
def test_entries_stay_and_are_reversed_once_with_a_reason(cast: Cast):
    entry = enter(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        FundEntry.objects.filter(pk=entry.pk).update(amount_fen=1)
    with pytest.raises(BadFund):
        reverse_fund(entry=entry, reason=" ", actor=SYSTEM, now=timezone.now(), on=DAY)
    back = reverse_fund(entry=entry, reason="记错部门", actor=SYSTEM, now=timezone.now(), on=DAY)
    assert book(actor=SYSTEM).planned == 0
    for one in (entry, back):
        with pytest.raises(ReversedAlready):
            reverse_fund(entry=one, reason="再来", actor=SYSTEM, now=timezone.now(), on=DAY)


@pytest.mark.parametrize(
    "change",
    [{"amount_fen": 0}, {"source": "nobody"}, {"step": "paid", "on": DAY + timedelta(1)}, {"reference": " "},
     {"source": "owner_private"}, {"purpose": "private"}, {"on": date(1990, 1, 1)}],
)  # fmt: skip
def test_money_that_cannot_be_is_refused(cast: Cast, change):
    with pytest.raises(BadFund):
        enter(cast, **change)


@pytest.mark.obligation("T15-9")
def test_an_owners_own_money_is_kept_apart_by_the_database_too(cast: Cast):
    enter(cast, source="owner_private", purpose="private", amount_fen=900)
    found = book(actor=SYSTEM)
    assert (found.planned, found.private) == (0, 900)
    with pytest.raises(IntegrityError), transaction.atomic():
        FundEntry.objects.create(
            area=cast.areas[CHAOYANG], department="甲", source="owner_private", purpose="risers", amount_fen=1, on=DAY,
            reference="乙", by_name="丙", at=timezone.now(),
        )  # fmt: skip


@pytest.mark.obligation("T16-5")
def test_repeat_digging_is_counted_by_place_and_year_before_and_after_agreements(cast: Cast):
    home = a_community(cast)
    a_footprint(home, window=Window(date(2027, 5, 1), date(2027, 9, 1)))
    a_work(cast)
    actor = cast.actor("district_lead")

    def counted():
        rows = dig_rows(actor=actor, on=DAY, first_year=2026, last_year=2028)
        return sum(r.repeat.digs for r in rows), sum(r.repeat.repeats_before for r in rows), sum(
            r.repeat.repeats_after for r in rows
        )  # fmt: skip

    assert counted() == (2, 1, 1)
    client = cast.client("district_lead")
    client.post(f"/overlaps/{Overlap.objects.get().pk}/ask/", {})
    days = {"agreed_from": date(2027, 5, 1), "agreed_until": date(2027, 8, 1)}
    move(matter=SynergyRequest.objects.get(), move="accept", actor=SYSTEM, now=timezone.now(), values=days)
    assert counted() == (2, 1, 0)
    page = client.get("/streetworks/digs/?year=2027").content.decode()
    assert "2 次开挖里有 1 次是重复的，协同后剩 0 次" in page
    schedule_project(project_ref="XM-1", window=Window(*SPRING))


def test_the_file_of_a_community_shows_its_overlaps_or_works_near_by(cast: Cast):
    home = a_community(cast)
    a_work(cast)
    client = cast.client("district_lead")
    assert "附近 200 米内有 1 项" in client.get(f"/communities/{home.pk}/").content.decode()
    a_footprint(home)
    page = client.get(f"/communities/{home.pk}/").content.decode()
    assert "未发请求" in page
    assert "1 处交叉没有答复" in page

"""What stands beside the bars of the board: works of others, the price of one bar, shortfalls and seasons in words."""

from datetime import date
from io import BytesIO

import pytest
from django.contrib.gis.geos import LineString, MultiPolygon, Polygon
from django.utils import timezone
from openpyxl import load_workbook

from jiugai.accounts.models import Area
from jiugai.domain.planning.quota import Share
from jiugai.planning.models import PlanVersion, Project
from jiugai.planning.queries.beside import short_in_words
from jiugai.policy import figures
from jiugai.registry.models import BaseLine
from tests.apps.plan_rows import a_scenario, a_stored, frames
from tests.apps.streetworks_rows import a_footprint, a_work, line
from tests.apps.test_plan_solving import solved
from tests.cast import CHAOYANG, Cast

pytestmark = pytest.mark.django_db


def a_version(cast: Cast, *names: str) -> PlanVersion:
    for name in names:
        a_stored(cast, name, months=5)
    frames(cast)
    return solved(cast, a_scenario(cast))


@pytest.mark.obligation("T16-4")
def test_board_shows_works_of_others_in_their_months_on_the_ground_of_a_project(cast):
    project = a_stored(cast, "甲里", months=5)
    a_footprint(project.community, ref=project.code)
    work = a_work(cast, "G-1", starts=date(2027, 3, 1), ends=date(2027, 6, 30))
    a_work(cast, "G-2", geom=line(116.6, 39.8), starts=date(2027, 3, 1), ends=date(2027, 6, 30))
    frames(cast)
    version = solved(cast, a_scenario(cast))
    client = cast.client("district_lead")
    page = client.get(f"/versions/{version.pk}/").content.decode()
    assert page.count('class="b-dig ') == 1
    assert f"{work.title}（2027-03 — 2027-06）" in page
    assert 'style="left:5.556%;width:11.111%"' in page
    why = client.get(f"/versions/{version.pk}/why/?code={project.code}").content.decode()
    assert f'href="/streetworks/{work.pk}/"' in why


def test_moved_bar_says_what_its_place_costs_against_the_version(cast):
    version = a_version(cast, "甲里", "乙里")
    first, second = sorted(version.starts)
    client, url = cast.client("district_lead"), f"/versions/{version.pk}/move/"
    client.post(url, {"code": second, "by": 3}, headers={"HX-Request": "true"})
    told = client.post(url, {"code": first, "by": 3}, headers={"HX-Request": "true"}).content.decode()
    words = told.partition('id="b-one"')[2].partition("</p>")[0]
    assert "这一移" in words
    assert "得分−" in words
    why = client.get(f"/versions/{version.pk}/why/?code={first}").content.decode()
    assert "比这一版原来的位置" in why
    client.post(f"/versions/{version.pk}/undo/", headers={"HX-Request": "true"})
    assert "比这一版原来的位置" not in client.get(f"/versions/{version.pk}/why/?code={first}").content.decode()


def test_head_sets_against_the_limits_only_money_that_has_limits(cast):
    a_stored(cast, "甲里", months=5, district=40_000, city=20_000, other_fen=10**10)
    frames(cast, district=50_000, city=50_000)
    version = solved(cast, a_scenario(cast))
    page = cast.client("district_lead").get(f"/versions/{version.pk}/").content.decode()
    assert "<b>0.60</b> 亿元<small>上限 3.00 亿元，另有其他资金 1.00 亿元</small>" in page


@pytest.mark.obligation("T03-9", "T03-10")
def test_year_short_of_the_share_is_said_in_words():
    least = figures.current().value("seismic_energy_min_share", timezone.localdate())
    quota = {
        "2027": Share(basic_m2=100_000, saving_m2=15_000, basic=4, saving=1).__dict__,
        "2028": Share(basic_m2=100_000, saving_m2=20_000, basic=4, saving=1).__dict__,
    }
    (words,) = short_in_words(quota, least)
    assert "2027年开工的基础类 4 个、10.00 万㎡" in words
    assert "占 15.0%，低于 20%，还差 0.50 万㎡" in words


@pytest.mark.obligation("T03-14")
def test_board_says_in_words_how_many_projects_run_in_rain_and_winter(cast):
    version = a_version(cast, "甲里", "乙里")
    page = cast.client("district_lead").get(f"/versions/{version.pk}/").content.decode()
    rain, winter = version.sums["season"]["rain"], version.sums["season"]["winter"]
    assert f"合计雨季 {rain:,} 天、冬期 {winter:,} 天" in page


def test_main_roads_are_drawn_on_the_map_of_the_board(cast):
    box = MultiPolygon(Polygon.from_bbox((116.4, 39.9, 116.6, 40.0)), srid=4490)
    Area.objects.filter(code=CHAOYANG).update(boundary=box)
    for name, rank, y in (("朝阳路", 1, 39.95), ("小胡同", 4, 39.95), ("外地路", 1, 38.0)):
        BaseLine.objects.create(kind="road", name=name, rank=rank, geom=LineString((116.4, y), (116.6, y), srid=4490))
    version = a_version(cast, "甲里")
    page = cast.client("district_lead").get(f"/versions/{version.pk}/").content.decode()
    assert "<title>朝阳路</title>" in page
    assert "小胡同" not in page
    assert "外地路" not in page


def test_scenario_and_comparison_go_home_as_workbooks(cast):
    first = a_version(cast, "甲里", "乙里")
    second = solved(cast, first.scenario, base=first, locks={min(first.starts): first.starts[min(first.starts)] + 2})
    client = cast.client("district_lead")
    book = load_workbook(BytesIO(client.get(f"/scenarios/{first.scenario_id}/sheet/").content))
    assert [row[0].value for row in book.active.iter_rows(min_row=2)] == ["第 2 版", "第 1 版"]
    answer = client.get(f"/plan/compare/sheet/?a={first.pk}&b={second.pk}")
    figures, differ = load_workbook(BytesIO(answer.content)).worksheets
    cells = {row[0].value: [cell.value for cell in row[1:]] for row in figures.iter_rows(min_row=2)}
    assert cells["排进项目（个）"] == [first.sums["projects"], second.sums["projects"]]
    assert any(key.endswith("抗震节能占比") for key in cells)
    moved = Project.objects.get(code=min(first.starts)).title
    assert moved in [row[0].value for row in differ.iter_rows(min_row=2)]
    assert cast.client("planner").get(f"/scenarios/{first.scenario_id}/sheet/").status_code == 403

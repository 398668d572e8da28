"""Works of others: files read with every wrong cell named, windows, repeats of digging, months of the planner."""

from datetime import date

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from jiugai.domain.geo.crs import CRS, from_cgcs2000
from jiugai.domain.geo.districts import District, DistrictIndex
from jiugai.domain.intake.problems import warning
from jiugai.domain.intake.rows import Column, RawRow
from jiugai.domain.intake.works import read_works
from jiugai.domain.streetworks import (
    WORK_KINDS,
    Dig,
    Window,
    kind_in_words,
    planner_months,
    repeats,
)

ON = date(2026, 11, 23)
CHAOYANG = DistrictIndex(
    [
        District("110105", shapely.box(116.3, 39.8, 116.6, 40.1)),
        District("110108", shapely.box(116.1, 39.8, 116.3, 40.1)),
    ]
)
GOOD = {
    "工程编号": "RL-1", "工程名称": "热力管线大修", "类型": "热力", "主管部门": "热力集团", "开工": "2027-03-01",
    "完工": "2027-06-30",
    "图形": "116.46,39.94;116.47,39.94",
}  # fmt: skip


class Sheet:
    """A table of a file."""

    def __init__(self, *rows: dict, shapes=None, problems=()):
        self.name, self.problems = "工程", problems
        titles = list(dict.fromkeys(key for row in rows for key in row))
        self.columns = tuple(Column(title, "A") for title in titles)
        self._rows = [
            RawRow("工程", number, row, shapes[number - 2] if shapes else None) for number, row in enumerate(rows, 2)
        ]

    def rows(self):
        return iter(self._rows)


def read(*rows, crs=CRS.CGCS2000, department="", **more):
    return read_works([Sheet(*rows, **more)], crs=crs, department=department, districts=CHAOYANG, on=ON)


def wrong(*rows, **more):
    return [(p.row, p.column, p.code) for p in read(*rows, **more)[1] if p.is_error]


@pytest.mark.obligation("T16-1")
def test_a_row_says_kind_days_money_and_lies_in_its_district():
    (row,), problems = read(
        {**GOOD, "投资（万元）": "120.5", "状态": "施工中", "最早可开工": "2027年2月1日", "最晚可开工": "2027.5.1"}
    )
    assert problems == []
    assert row.values["kind"] == "pipeline"
    assert (row.values["starts"], row.values["earliest_start"]) == (date(2027, 3, 1), date(2027, 2, 1))
    assert (row.values["budget_fen"], row.values["state"], row.district) == (120_500_000, "running", "110105")


@pytest.mark.obligation("T16-1")
@pytest.mark.parametrize("kind", WORK_KINDS, ids=lambda kind: kind.code)
def test_each_kind_is_known_by_its_names(kind):
    assert all(kind_in_words(word) is kind for word in (kind.code, kind.label, *kind.words))


# What departments call their works, and the columns of their own tables; written out, so that none is lost unseen.
NAMES = {
    "pipeline": "市政专业管线 管线 市政管线 给水 供水 排水 雨水 污水 热力 供热 燃气 电力 通信 架空线入地",
    "road": "道路 道路大修 道路改造 路面 慢行系统",
    "greening": "绿化 园林绿化 绿地 口袋公园",
    "sponge_city": "海绵城市 “海绵城市” 海绵 透水铺装",
    "cameras": "雪亮工程 “雪亮工程” 视频监控 公共安全视频 摄像头",
    "lift_pipeline": "加装电梯管线 电梯管线 加梯管线 加装电梯管线改移",
}
HEADINGS = {
    "工程编号": "编号 id 项目编号 code", "工程名称": "名称 项目名称 name", "类型": "工程类型 工程类别 类别",
    "主管部门": "部门 报送单位 报送部门", "联系单位": "建设单位 实施单位", "区": "所属区 区县 行政区",
    "道路或地段": "道路 路段 地段 位置", "开工": "开工日期 计划开工 开始 开始日期",
    "完工": "完工日期 计划完工 竣工 结束 结束日期", "要开挖": "开挖 破路", "开挖宽度": "宽度 宽", "状态": "进度",
    "投资": "投资额 总投资 概算", "说明": "备注", "图形": "wkt 坐标串 geometry",
}  # fmt: skip
WHOLE = {
    **GOOD, "联系单位": "热力分公司", "区": "朝阳区", "道路或地段": "农展馆南路", "要开挖": "是", "开挖宽度": "4",
    "状态": "施工中", "投资": "12", "说明": "分两段",
}  # fmt: skip


@pytest.mark.obligation("T16-1")
@pytest.mark.parametrize(("kind", "word"), [(kind, word) for kind, words in NAMES.items() for word in words.split()])
def test_departments_own_words_for_their_works_are_known(kind, word):
    found = kind_in_words(word)
    assert found
    assert found.code == kind


@pytest.mark.obligation("T16-1")
@pytest.mark.parametrize(("title", "other"), [(one, other) for one, many in HEADINGS.items() for other in many.split()])
def test_departments_own_headings_mean_our_columns(title, other):
    def row(heading: str):
        (found,), problems = read({heading if key == title else key: cell for key, cell in WHOLE.items()})
        assert problems == []
        return found.values, found.shape

    assert row(other) == row(title)


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"开工": "2027-06-31"}, "开工", "not_a_day"),
        ({"完工": "2027-02-01"}, "完工", "window_reversed"),
        ({"开工": "1999-01-01", "完工": "2000-05-01"}, "开工", "too_early"),
        ({"完工": "2040-06-30"}, "完工", "window_long"),
        ({"最早可开工": "2027-01-01"}, "最晚可开工", "slack_half"),
        ({"最早可开工": "2027-04-01", "最晚可开工": "2027-05-01"}, "最早可开工", "slack_wrong"),
        ({"类型": "挖矿"}, "类型", "unknown_kind"),
        ({"状态": "差不多"}, "状态", "unknown_word"),
        ({"状态": "已完工"}, "状态", "done_later"),
        ({"工程名称": ""}, "工程名称", "missing"),
        ({"图形": ""}, "图形", "no_shape"),
        ({"图形": "POINT(116.46 39.94)"}, "图形", "shape_kind"),
        ({"图形": "POLYGON((116.4 39.9,116.5 40.0,116.5 39.9,116.4 40.0,116.4 39.9))"}, "图形", "crosses_itself"),
        ({"图形": "39.94,116.46;39.94,116.47"}, "图形", "swapped"),
        ({"图形": "121.4,31.2;121.5,31.2"}, "图形", "outside"),
        ({"图形": "449000,4420000;450000,4420000"}, "图形", "metres"),
        ({"图形": "乱写"}, "图形", "shape_unreadable"),
        ({"区": "海淀区"}, "区", "district_mismatch"),
    ],
)  # fmt: skip
def test_each_wrong_cell_is_named(change, column, code):
    assert wrong({**GOOD, **change}) == [(2, column, code)]


def test_the_same_work_twice_is_an_error_of_the_later_row():
    assert wrong(GOOD, {**GOOD, "工程名称": "又一次"}) == [(3, "工程编号", "twice")]
    assert wrong(GOOD, {**GOOD, "工程编号": "RL-2"}) == [(3, "", "twice")]
    assert wrong(GOOD, {**GOOD, "工程编号": "RL-2", "开工": "2028-03-01", "完工": "2028-06-30"}) == []


def test_a_sheet_without_its_columns_says_which():
    (problem,) = [p for p in read({"工程编号": "1"})[1] if p.row == 0]
    assert all(word in problem.message for word in ("工程名称", "类型", "开工", "完工", "主管部门"))
    assert read({k: v for k, v in GOOD.items() if k != "主管部门"}, department="热力集团")[0]


@pytest.mark.parametrize("crs", [CRS.GCJ02, CRS.BD09])
def test_a_shifted_system_is_turned_back_and_the_wrong_choice_moves_the_line(crs):
    x, y = from_cgcs2000(crs, [116.46, 116.47], [39.94, 39.94])
    text = f"{x[0]},{y[0]};{x[1]},{y[1]}"
    (row,), _ = read({**GOOD, "图形": text}, crs=crs)
    assert row.shape.coords[0] == pytest.approx((116.46, 39.94), abs=1e-7)
    (moved,), _ = read({**GOOD, "图形": text})
    assert moved.shape.distance(row.shape) > 0.0005


def test_a_file_with_its_own_system_is_not_shifted_again():
    told = warning("crs_converted", "文件的坐标系是 EPSG:4548，已换算成经纬度", "")
    found = wrong(GOOD, crs=CRS.GCJ02, problems=(told,))
    assert (0, "", "crs_twice") in found


def test_a_shape_of_the_file_counts_before_the_column():
    line = shapely.to_wkb(shapely.LineString([(116.4, 39.9), (116.41, 39.9)]))
    (row,), _ = read(GOOD, shapes=[line])
    assert row.shape.coords[0] == (116.4, 39.9)


D = date


@pytest.mark.parametrize(
    ("a", "b", "gap"),
    [
        ((D(2027, 1, 1), D(2027, 1, 31)), (D(2027, 1, 31), D(2027, 2, 5)), 0),
        ((D(2027, 1, 1), D(2027, 1, 31)), (D(2027, 2, 1), D(2027, 2, 5)), 0),
        ((D(2027, 1, 1), D(2027, 1, 31)), (D(2027, 2, 2), D(2027, 2, 5)), 1),
    ],
)
def test_days_between_two_windows(a, b, gap):
    assert Window(*a).gap(Window(*b)) == Window(*b).gap(Window(*a)) == gap


def dig(ref, starts, *, joint=(), street="/110000/110105/"):
    return Dig(ref, street, Window(starts, starts), frozenset(joint))


@pytest.mark.obligation("T16-5")
def test_ground_opened_again_soon_counts_and_done_together_it_does_not():
    digs = [dig("W1", D(2026, 3, 1)), dig("W2", D(2027, 3, 1)), dig("W3", D(2027, 5, 1), joint={"W1"})]
    found = repeats(digs, [("W1", "W2"), ("W3", "W1")], within_days=730)
    assert [(r.year, r.digs, r.repeats_before, r.repeats_after, r.avoided) for r in found] == [
        (2026, 1, 0, 0, 0), (2027, 2, 2, 1, 1),
    ]  # fmt: skip


@pytest.mark.obligation("T16-5")
@pytest.mark.parametrize(("days", "counted"), [(365, 1), (364, 0)])
def test_a_repeat_needs_to_be_near_in_time(days, counted):
    digs = [dig("W1", D(2026, 3, 1)), dig("W2", D(2027, 3, 1))]
    assert sum(r.repeats_before for r in repeats(digs, [("W1", "W2")], within_days=days)) == counted


FIRST = D(2027, 1, 1)


@pytest.mark.parametrize(
    ("window", "slack", "wants"),
    [
        ((D(2027, 3, 5), D(2027, 6, 1)), None, (4, 2, 2)),
        ((D(2027, 3, 5), D(2027, 6, 1)), (D(2027, 1, 9), D(2027, 9, 1)), (4, 0, 8)),
        ((D(2026, 11, 1), D(2027, 2, 1)), (D(2026, 11, 1), D(2027, 9, 1)), (2, 0, 0)),
        ((D(2026, 1, 1), D(2026, 12, 31)), None, None),
        ((D(2030, 1, 1), D(2030, 2, 1)), None, None),
        ((D(2029, 11, 1), D(2030, 3, 1)), None, (5, 31, 31)),
    ],
)
def test_the_months_of_a_work_lie_in_the_horizon(window, slack, wants):
    assert planner_months(Window(*window), Window(*slack) if slack else None, FIRST, 36) == wants


@given(
    st.dates(D(2025, 1, 1), D(2032, 1, 1)),
    st.integers(0, 900),
    st.integers(0, 300),
    st.integers(0, 300),
    st.integers(1, 40),
)
def test_whatever_the_days_the_planner_can_place_the_work(starts, length, before, after, months):
    from datetime import timedelta

    window = Window(starts, starts + timedelta(length))
    slack = Window(starts - timedelta(before), starts + timedelta(after))
    placed = planner_months(window, slack, FIRST, months)
    if placed is not None:
        duration, early, late = placed
        assert duration >= 1
        assert 0 <= early <= late <= months - duration

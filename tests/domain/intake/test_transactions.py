"""Sales records become building groups and figures of communities."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jiugai.domain.intake.mapping import built_in
from jiugai.domain.intake.rows import RawRow
from jiugai.domain.intake.transactions import GroupKey, Sale, gather, read_sales

PROFILE = built_in("lianjia-transactions")
USUAL = {
    "Cid": "7", "Lng": "116.4", "Lat": "39.9", "floor": "高 6", "buildingType": "4", "constructionTime": "1985",
    "buildingStructure": "2", "elevator": "0.0", "district": "7",
}  # fmt: skip


def read(**cells: str) -> tuple[Sale | None, Any]:
    ((sale, problem),) = read_sales([RawRow("s", 2, USUAL | cells)], profile=PROFILE)
    return sale, problem


def sale(**cells: str) -> Sale:
    found, _ = read(**cells)
    assert found is not None
    return found


def test_a_sale_tells_of_its_building() -> None:
    assert sale() == Sale("7", 116.4, 39.9, 6, 1985, "slab", "mixed", False, "110105")


def test_what_a_record_does_not_say_is_unknown() -> None:
    found = sale(floor="未知 12", constructionTime="未知", buildingType="nan", buildingStructure="1", elevator="")
    assert found == Sale("7", 116.4, 39.9, 12, None, None, None, None, "110105")


def test_a_shifted_row_is_noticed_and_still_counted_as_a_sale() -> None:
    found, problem = read(
        floor="钢混结构", buildingType="0.5", constructionTime="1", buildingStructure="0", elevator=""
    )
    assert found is not None
    assert found.year is None
    assert problem.code == "shifted_row"
    assert not problem.is_error


def test_a_sale_without_a_community_is_an_error() -> None:
    found, problem = read(Cid="")
    assert found is None
    assert problem.is_error


def test_groups_are_like_buildings_with_their_sales() -> None:
    sales = [sale(), sale(), sale(elevator="1.0"), sale(constructionTime="2003"), sale(buildingType="nan")]
    groups = gather(sales, profile=PROFILE, groups_before=2000).groups
    assert [(g.key, g.sales) for g in groups] == [
        (GroupKey("7", 6, 1985, "slab", False), 2),
        (GroupKey("7", 6, 1985, "slab", True), 1),
    ]
    assert groups[0].code == "7-6-1985-slab-n"
    assert groups[0].label == "6层板楼（1985年，无电梯）"


def test_figures_of_a_community() -> None:
    sales = [
        sale(),
        sale(constructionTime="1990", floor="低 12", elevator="1.0"),
        sale(constructionTime="2003", elevator=""),
    ]
    values = dict(gather(sales, profile=PROFILE).communities["7"])
    point = values.pop("point")
    assert isinstance(point, list)
    assert values == {
        "district": "110105",
        "built_year": 1990,
        "built_year_min": 1985,
        "built_year_max": 2003,
        "floors_max": 12,
        "share_no_lift": 0.5,
        "share_masonry": 1.0,
        "sales": 3,
    }


some_sales = st.lists(
    st.builds(
        sale,
        Cid=st.sampled_from(["1", "2"]),
        floor=st.sampled_from(["高 6", "低 12", "未知"]),
        constructionTime=st.sampled_from(["1985", "1999", "2003", "未知"]),
        buildingType=st.sampled_from(["1", "4", "nan"]),
        elevator=st.sampled_from(["1.0", "0.0", ""]),
        buildingStructure=st.sampled_from(["2", "4", "6"]),
        district=st.sampled_from(["7", "8"]),
    ),
    max_size=30,
)


@given(some_sales, st.randoms())
def test_the_order_of_sales_does_not_matter(sales: list[Sale], random: Any) -> None:
    shuffled = random.sample(sales, len(sales))
    assert gather(sales, profile=PROFILE) == gather(shuffled, profile=PROFILE)


@given(some_sales)
def test_no_sale_is_counted_twice(sales: list[Sale]) -> None:
    gathered = gather(sales, profile=PROFILE)
    assert sum(int(str(v["sales"])) for v in gathered.communities.values()) == gathered.rows == len(sales)
    assert sum(g.sales for g in gathered.groups) == sum(s.year is not None and s.shape is not None for s in sales)

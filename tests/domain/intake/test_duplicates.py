"""Which pairs of communities are proposed as one."""

from itertools import permutations

import pytest

from jiugai.domain.intake.duplicates import Place, compare, find

HERE = (116.40, 39.90)


def place(key: int, name: str, *, metres_east: float = 0, year: int | None = 1985) -> Place:
    return Place(key, name, HERE[0] + metres_east / 85_400, HERE[1], year)


def test_same_name_nearby_is_proposed_with_its_reasons():
    pair = compare(place(1, "管庄东里"), place(2, "管庄东里", metres_east=120, year=1988))
    assert pair is not None
    assert pair.score > 0.8
    assert pair.reasons == ("名称相同", "相距 120 米", "建成年份差 3 年")


@pytest.mark.parametrize(
    ("one", "other"), [("慧忠里", "慧忠北里"), ("三里河一区", "三里河二区"), ("百万庄巳区", "百万庄未区")]
)
def test_a_number_or_direction_tells_neighbours_apart(one: str, other: str):
    assert compare(place(1, one), place(2, other, metres_east=40)) is None


def test_same_name_across_the_city_is_not_proposed():
    assert compare(place(1, "南里"), place(2, "南里", metres_east=900)) is None


def test_a_nameless_place_on_the_spot_is_proposed():
    pair = compare(place(1, "关东店北街"), place(2, "", metres_east=16))
    assert pair is not None
    assert pair.reasons[0] == "一方没有名称"


def test_the_same_pairs_are_found_in_any_order():
    places = [place(1, "甲院"), place(2, "甲院", metres_east=50), place(3, "甲院社区", metres_east=100)]
    found = {frozenset((p.first.key, p.second.key)) for p in find(places)}
    assert len(found) == 3
    for order in permutations(places):
        assert {frozenset((p.first.key, p.second.key)) for p in find(order)} == found


def test_new_places_are_compared_with_known_ones_only():
    known = [place(1, "甲院"), place(2, "甲院", metres_east=10)]
    found = find([place(3, "甲院", metres_east=20)], among=known)
    assert {(p.first.key, p.second.key) for p in found} == {(1, 3), (2, 3)}


def test_one_source_rarely_lists_a_place_twice():
    def sourced(key: int, name: str, source: str) -> Place:
        return Place(key, name, *HERE, 1985, frozenset({source}))

    assert compare(sourced(1, "关东店北街", "lianjia"), sourced(2, "呼家楼", "lianjia")) is None
    pair = compare(sourced(1, "关东店北街", "lianjia"), sourced(2, "呼家楼", "ganji"))
    assert pair is not None
    assert pair.reasons[0] == "名称不同，位置几乎重合"

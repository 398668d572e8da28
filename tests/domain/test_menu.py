"""The catalogue of items, the menu that check-up defects propose, its cost and months."""

from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugai.domain.district_groups import group_of, groups_on
from jiugai.domain.figures import shipped as figures
from jiugai.domain.geo.districts import NAMES
from jiugai.domain.menu.catalogue import (
    BadCatalogue,
    Class,
    Measure,
    count_faults,
    first_catalogue,
    read_catalogue,
    shipped,
)
from jiugai.domain.menu.costing import Rate, Work, months_of, price, split, total
from jiugai.domain.menu.proposing import Defect, Demand, Home, propose

TODAY = date(2026, 11, 23)
CATALOGUE = first_catalogue()


@pytest.mark.obligation("T05-1", "T05-2", "T05-3")
def test_the_catalogue_holds_the_policys_counts_and_says_that_its_names_are_provisional():
    assert [len(CATALOGUE.of(cls)) for cls in Class] == [13, 11, 12]
    assert count_faults(CATALOGUE, figures(), TODAY) == []
    assert CATALOGUE.provisional
    assert CATALOGUE.code == "beijing-2021"


@pytest.mark.obligation("T05-1", "T05-2", "T05-3")
@pytest.mark.parametrize("cls", Class)
def test_an_item_too_few_in_a_class_is_told_with_its_clause(cls):
    raw = deepcopy(shipped()[0])
    raw["items"].remove(next(row for row in raw["items"] if row["class"] == cls))
    (fault,) = count_faults(read_catalogue(raw), figures(), TODAY)
    assert cls.label in fault
    assert {"basic": "T05-1", "improvement": "T05-2", "upgrading": "T05-3"}[cls] in fault


def test_every_fault_of_a_catalogue_is_named():
    raw = {"code": "x", "name": "", "source": "s", "status": "maybe", "since": "今年", "items": [
        1,
        {"code": "A B", "label": "", "class": "odd", "measure": "km", "months": 0},
        {"code": "a", "label": "甲", "class": "basic", "measure": "one", "months": True, "answers": "S1", "lead": []},
        {"code": "a", "label": "甲", "class": "basic", "measure": "one", "months": 1, "answers": ["S1"],
         "hazard": ["S2"]},
        {"code": "b", "label": "乙", "class": "basic", "measure": "one", "months": 1},
        {"code": "b", "label": "乙", "class": "basic", "measure": "one", "months": 1},
    ]}  # fmt: skip
    with pytest.raises(BadCatalogue) as bad:
        read_catalogue(raw)
    told = "\n".join(bad.value.details)
    for words in ("第 1 项不是", "code 用英文", "label 要有", "class 填", "months 填", "answers 要是", "hazard 里",
                  "b 有两项", "没有 name", "status 只能", "since 不是日期"):  # fmt: skip
        assert words in told


@pytest.mark.parametrize("raw", [None, [], {"items": "x"}, {"items": []}, {"items": [{}] * 201}])
def test_what_is_no_catalogue_is_refused(raw):
    with pytest.raises(BadCatalogue):
        read_catalogue(raw)


def home(*codes: str, **more) -> Home:
    counts = {Measure.FLOOR_AREA: 6000, Measure.HOUSEHOLDS: 96, Measure.ENTRANCES: 6, Measure.BUILDINGS: 2}
    return Home(7, tuple(Defect(code, "middle") for code in codes), counts=counts, **more)


@pytest.mark.obligation("T05-5")
def test_energy_and_hazardous_pipes_stand_before_the_rest_of_the_basic_class():
    lines = propose(CATALOGUE, [home("S1", "G1", "L2", "N1", "C4")])
    assert [line.item.code for line in lines] == ["energy", "drainage", "gas", "structure", "overhead"]
    assert [line.leads for line in lines] == [True, True, True, False, False]
    assert lines[0].quantity == 6000


@pytest.mark.obligation("T05-5")
def test_a_pipe_without_hazard_does_not_lead():
    (line,) = propose(CATALOGUE, [home("W2", "W2")])
    assert (line.item.code, line.leads, line.found) == ("water", False, ("W2×2",))


@pytest.mark.obligation("T05-8", "T05-9")
def test_the_improvement_class_is_led_by_its_four_in_the_order_of_demand():
    demand = {"ageing": Demand(90, 90), "lift": Demand(30, 90), "riser": Demand(60, 90), "fire": Demand(10, 90)}
    lines = propose(CATALOGUE, [home("L1", "A1", "A2", "C2", demand=demand)])
    assert [line.item.code for line in lines] == ["riser", "lift", "fire", "ageing"]


def test_what_most_residents_want_is_proposed_without_a_defect_but_never_of_the_basic_class():
    demand = {"canteen": Demand(46, 90), "parcel": Demand(45, 90), "mobile": Demand(90, 90)}
    assert [line.item.code for line in propose(CATALOGUE, [home(demand=demand)])] == ["canteen"]


def test_needs_and_chosen_single_items_are_proposed_and_unknown_quantities_stay_unknown():
    bare = Home(7, needs=frozenset({"parking"}))
    lines = propose(CATALOGUE, [bare], wanted=frozenset({"riser"}))
    assert [(line.item.code, line.quantity, line.found) for line in lines] == [
        ("riser", None, ()), ("parking", 1, ("parking",)),
    ]  # fmt: skip


@given(st.permutations(["S1", "G1", "L2", "N1", "C4", "A1", "L1", "X1"]))
def test_the_order_does_not_depend_on_the_order_of_what_was_found(codes):
    assert propose(CATALOGUE, [home(*codes)]) == propose(CATALOGUE, [home(*sorted(codes))])


RATES = {("gas", "central", 2027): Rate("gas", "central", 2027, 520_050, "户", "京建函〔2026〕1号")}


def test_a_cost_is_a_rate_of_its_group_and_year_or_not_known():
    priced = price("gas", Decimal("96"), RATES, "central", 2027)
    assert (priced.fen, priced.rate.reference) == (49_924_800, "京建函〔2026〕1号")
    assert price("gas", None, RATES, "central", 2027).why == "数量待核实"
    for group, year in (("core", 2027), ("central", 2026)):
        missing = price("gas", Decimal(1), RATES, group, year)
        assert missing.fen is None
        assert "没有" in missing.why


def test_the_split_loses_no_fen_and_follows_the_dated_share():
    assert split(101, figures(), TODAY, "single") == (51, 50)
    assert split(100, figures(), date(2000, 1, 1), "single") is None


def test_months_are_the_longest_item_a_quarter_of_the_others_and_size():
    works = [Work(6, True), Work(3, True), Work(2, False)]
    months, words = months_of(works, 65_000, figures(), TODAY)
    assert months == 6 + 2 + 2
    assert "最长的一项 6 个月" in words
    assert months_of([], 0, figures(), TODAY)[0] is None


def test_an_estimate_counts_what_is_missing_and_rounds_thousands_up():
    lines = [(100_001, True, False), (None, True, False), (7_000, False, True)]
    found = total(lines, [Work(2, False)], 6000, params=figures(), on=TODAY, family="single")
    assert (found.total_fen, found.other_fen, found.missing, found.complete) == (107_001, 7_000, 1, False)
    assert (found.district_fen + found.city_fen, found.district_cost, found.city_cost) == (100_001, 1, 1)
    assert found.provisional


def test_every_district_belongs_to_one_group():
    for code in NAMES:
        assert group_of(f"/110000/{code}/", TODAY) in groups_on(TODAY)
    assert group_of("/110000/", TODAY) == group_of("/110000/110105/", date(2000, 1, 1)) == ""

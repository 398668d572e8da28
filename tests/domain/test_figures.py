"""Dated figures: one value a day or none, never two; drafts and fingerprints."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugai.domain.clauses import obligation
from jiugai.domain.figures import (
    BadFigure,
    ParameterSet,
    UnknownFigure,
    UnreadableValue,
    load,
    parse,
    restore,
    shipped,
    typed,
)

ROW = {"label": "甲", "clause": "T03-1", "unit": "个月", "status": "provisional", "source": "设定"}
D = date


def figure(*values, **row):
    return parse("x", {**ROW, **row, "values": list(values)})


def test_a_value_runs_from_its_day_to_the_day_before_the_next():
    chained = figure({"from": D(2024, 1, 1), "value": 2}, {"from": D(2022, 1, 1), "value": 1})
    assert [chained.on(day) and chained.on(day).value for day in (D(2021, 12, 31), D(2022, 1, 1), D(2023, 12, 31))] == [
        None, 1, 1,
    ]  # fmt: skip
    assert chained.on(D(2024, 1, 1)).value == 2
    assert chained.on(D(2024, 1, 1)).since == D(2024, 1, 1)


def test_the_last_value_may_end():
    ended = figure({"from": D(2022, 1, 1), "until": D(2022, 12, 31), "value": 1})
    assert ended.on(D(2022, 12, 31)).value == 1
    assert ended.on(D(2023, 1, 1)) is None


@pytest.mark.parametrize(
    "values",
    [
        [{"from": D(2022, 1, 1), "until": D(2023, 1, 1), "value": 1}, {"from": D(2023, 1, 1), "value": 2}],
        [{"from": D(2022, 1, 1), "until": D(2022, 12, 30), "value": 1}, {"from": D(2023, 1, 1), "value": 2}],
        [{"from": D(2022, 1, 1), "value": 1}, {"from": D(2022, 1, 1), "value": 2}],
        [{"from": D(2022, 1, 2), "until": D(2022, 1, 1), "value": 1}],
        [{"from": D(2022, 1, 1), "value": 1}, {"from": D(2023, 1, 1), "value": "二"}],
        [{"from": D(2022, 1, 1), "value": True}],
        [{"from": D(2022, 1, 1), "value": None}],
        [{"from": D(2022, 1, 1), "value": float("nan")}],
    ],
    ids=["overlap", "gap", "twice", "backwards", "mixed kinds", "yes", "nothing", "no number"],
)
def test_contradicting_values_are_refused_when_read(values):
    with pytest.raises(BadFigure):
        figure(*values)


@pytest.mark.parametrize("part", ROW)
def test_a_figure_without_a_part_is_refused(part):
    with pytest.raises(BadFigure):
        parse("x", {key: value for key, value in ROW.items() if key != part} | {"values": []})


def test_an_unknown_state_is_refused():
    with pytest.raises(BadFigure):
        figure(status="maybe")


def test_a_name_in_two_files_is_refused(tmp_path):
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(
            "source: s\nparameters:\n  x: {label: 甲, clause: T03-1, unit: 个, status: stated, values: []}\n"
        )
    with pytest.raises(BadFigure, match="two files"):
        load(tmp_path)


def test_a_name_that_no_figure_has_is_refused():
    with pytest.raises(UnknownFigure):
        shipped().value("no_such_figure", D(2026, 1, 1))


def test_every_shipped_figure_cites_a_clause_and_says_when_it_is_only_ours():
    for one in shipped():
        assert obligation(one.clause)
        assert one.label
        assert one.unit
        assert one.status == "provisional" or one.quote


def test_exact_numbers():
    share = shipped().value("seismic_energy_min_share", D(2026, 1, 1))
    assert share.value == Decimal("0.2")
    assert (share.number, share.text) == (Fraction(1, 5), "20%")
    assert shipped().value("pledge_min_share_heads", D(2026, 1, 1)).number == Fraction(2, 3)


def test_a_day_and_a_word_are_no_numbers():
    deadline = shipped().value("reserve_pool_deadline", D(2026, 1, 1))
    assert (deadline.day, deadline.text) == (D(2022, 12, 31), "2022年12月31日")
    for ask in ("number", "whole"):
        with pytest.raises(BadFigure):
            getattr(deadline, ask)
    with pytest.raises(BadFigure):
        _ = shipped().value("approval_max", D(2026, 1, 1)).day
    with pytest.raises(BadFigure):
        _ = shipped().value("seismic_energy_min_share", D(2026, 1, 1)).whole


def test_a_draft_changes_a_figure_from_its_day_and_nothing_else():
    before, day = shipped().digest(), D(2027, 1, 1)
    draft = shipped().with_draft({"approval_max": [(day, 90)]})
    assert draft.value("approval_max", D(2026, 12, 31)).value == 100
    assert draft.value("approval_max", day).value == 90
    assert draft.get("approval_max").status_label == "草案"
    assert draft.get("planner_opinion_max") == shipped().get("planner_opinion_max")
    assert draft.digest() != before == shipped().digest()
    assert len(draft) == len(shipped())


def test_a_draft_replaces_later_values_and_may_end_a_figure():
    days = (D(2023, 1, 1), D(2024, 1, 1), D(2025, 1, 1))
    draft = shipped().with_draft({"approval_max": [(days[1], 80), (days[0], 90), (days[2], None)]})
    assert [draft.value("approval_max", day).value for day in days[:2]] == [90, 80]
    assert draft.value("approval_max", D(2024, 12, 31)).value == 80
    assert draft.value("approval_max", days[2]) is None


def test_a_draft_may_leave_days_without_a_value_on_purpose():
    days = (D(2023, 1, 1), D(2024, 1, 1))
    draft = shipped().with_draft({"approval_max": [(days[1], 80), (days[0], None)]})
    found = [draft.value("approval_max", day) for day in (D(2022, 12, 31), days[0], D(2023, 12, 31), days[1])]
    assert [one and one.value for one in found] == [100, None, None, 80]


def test_a_draft_may_take_a_figure_away_altogether():
    draft = shipped().with_draft({"approval_max": [(D(2000, 1, 1), None)]})
    assert draft.get("approval_max").values == ()
    assert draft.value("approval_max", D(2026, 1, 1)) is None


@pytest.mark.parametrize("pairs", [[(D(2027, 1, 1), "九十")], [(D(2027, 1, 1), 90), (D(2027, 1, 1), 80)]])
def test_a_draft_of_another_kind_or_with_one_day_twice_is_refused(pairs):
    with pytest.raises(BadFigure):
        shipped().with_draft({"approval_max": pairs})


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("approval_max", " 90 ", 90),
        ("approval_max", "90.0", 90),
        ("seismic_energy_min_share", "25%", Decimal("0.25")),
        ("seismic_energy_min_share", "0.3", Decimal("0.3")),
        ("pledge_min_share_heads", "3/4", Fraction(3, 4)),
        ("reserve_pool_deadline", "2027-12-31", D(2027, 12, 31)),
        ("application_cutoff", "2027-12-31", D(2027, 12, 31)),
        ("government_support_standard", "5000", 5000),
        ("fire_standard_floor", "现行标准", "现行标准"),
    ],
)
def test_what_people_type_for_a_figure_is_read(name, text, value):
    assert typed(shipped().get(name), text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("approval_max", text) for text in ("九十", "", "1/0", "NaN", "无%")),
        *(("reserve_pool_deadline", text) for text in ("2027-13-01", "90")),
        ("fire_standard_floor", " "),
    ],
)
def test_what_cannot_be_read_is_refused_with_an_example(name, text):
    with pytest.raises(UnreadableValue) as refused:
        typed(shipped().get(name), text)
    assert refused.value.remedy


def test_a_kept_set_is_the_same_set():
    draft = shipped().with_draft({"approval_max": [(D(2027, 1, 1), Decimal("90.5"))]})
    for one in (shipped(), draft):
        assert restore(one.dump()).digest() == one.digest()
        assert list(restore(one.dump())) == sorted(one, key=lambda figure: figure.name)


@given(
    st.lists(st.dates(D(2000, 1, 1), D(2030, 1, 1)), unique=True, min_size=1, max_size=6),
    st.dates(D(2000, 1, 1), D(2030, 1, 1)),
)
def test_a_day_has_the_value_of_the_last_day_before_it(days, day):
    one = figure(*({"from": start, "value": number} for number, start in enumerate(days)))
    before = [start for start in days if start <= day]
    found = ParameterSet([one]).value("x", day)
    assert (found and days[found.value]) == (max(before) if before else None)

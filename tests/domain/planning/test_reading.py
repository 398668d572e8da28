"""Instances that break the format are refused with a code, a place and words."""

import json

import pytest

from jiugai.domain.planning import BadInstance, load, parse
from jiugai.domain.planning.reading import MOST_PROJECTS
from tests.domain.planning.small import document, drawn, project, work


def codes(doc) -> set[str]:
    problem, faults = parse(doc)
    assert problem is None
    assert all(f.message and f.where for f in faults)
    return {f.code for f in faults}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"format": "renovation-plan-2"}, "unknown_format"),
        ({"projects": None}, "missing_field"),
        ({"projects": {}}, "wrong_type"),
        ({"projects": [3]}, "wrong_type"),
        ({"first_month": "2026-13"}, "month_out_of_range"),
        ({"months": 0}, "too_small"),
        ({"months": 1000}, "too_large"),
        ({"season_fraction": [0] * 11}, "wrong_type"),
        ({"season_fraction": [2] * 12}, "wrong_type"),
        ({"city_budget": {"2026": -1}}, "negative"),
        ({"city_budget": {"soon": 1}}, "month_out_of_range"),
        ({"seismic_energy_min_percent": 120}, "too_large"),
        ({"streets": [{"code": "D1", "district": "E", "max_active": 1}]}, "unknown_district"),
        ({"pairs": [{"a": "P", "b": "Q", "saving": 1}]}, "unknown_id"),
        ({"projects": [project("P")] * (MOST_PROJECTS + 1)}, "too_many"),
        ({"projects": [project("P"), project("P")]}, "duplicate_id"),
        ({"works": [work("W", latest_start=99)]}, "month_out_of_range"),
        ({"works": [work("W", must=False)]}, "work_not_must"),
        ({"wait_rate": float("nan")}, "wrong_type"),
    ],
)
def test_a_broken_instance_is_named(changed, code):
    assert code in codes(document(**changed))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"district_cost": -1}, "negative"),
        ({"city_cost": 1.5}, "not_whole"),
        ({"value": 0}, "too_small"),
        ({"value": "much"}, "wrong_type"),
        ({"district": "X"}, "unknown_district"),
        ({"street": "X"}, "unknown_street"),
        ({"kind": "palace"}, "unknown_kind"),
        ({"seismic_energy": True}, "seismic_not_basic"),
        ({"earliest": 40}, "month_out_of_range"),
        ({"earliest": -1}, "month_out_of_range"),
        ({"latest_finish": 40}, "month_out_of_range"),
        ({"duration_months": 0}, "too_small"),
        ({"bundle": "B"}, "one_member_bundle"),
        ({"bundle": ["B"]}, "wrong_type"),
        ({"must": "yes"}, "wrong_type"),
        ({"floor_area_m2": True}, "wrong_type"),
    ],
)
def test_a_broken_project_is_named(changed, code):
    assert code in codes(document(projects=[project("P", **changed)]))


@pytest.mark.parametrize("name", sorted(set(project("P"))))
def test_a_missing_field_of_a_project_is_named(name):
    row = project("P")
    del row[name]
    assert "missing_field" in codes(document(projects=[row]))


def test_no_more_than_a_hundred_faults_are_listed():
    problem, faults = parse(document(projects=[{} for _ in range(1000)]))
    assert problem is None
    assert len(faults) == 100


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1, "a": 2}', '{"a": NaN}', '{"a": 1e999}', "[" * 100_000])
def test_a_file_that_cannot_be_read_is_refused_in_words(tmp_path, text):
    path = tmp_path / "instance.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInstance) as refused:
        load(path)
    assert refused.value.details
    assert refused.value.remedy


def test_decimals_count_as_written(tmp_path):
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(document(projects=[project("P", value=0.1)])), encoding="utf-8")
    assert str(load(path).projects[0].value) == "1/10"


def test_drawn_instances_are_well_formed():
    assert drawn(1).projects

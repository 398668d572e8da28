"""The task list is whole, and its numbers are the figures that rules use."""

from pathlib import Path

import pytest
import yaml

from jiugai.domain import clauses
from jiugai.domain.figures import shipped
from jiugai.domain.scalars import scalar

MISSION = Path(__file__).resolve().parents[3] / "shared" / "mission" / "tasks.yaml"


def test_the_list_is_whole():
    counts = (clauses.task_list().groups, clauses.tasks(), clauses.measures(), clauses.obligations(), clauses.figures())
    assert [len(part) for part in counts] == [8, 32, 54, 269, 64]


def test_ids_are_unique_and_lie_in_their_task():
    for part in (clauses.obligations(), clauses.measures()):
        assert len({one.id for one in part}) == len(part)
        assert all(one.id[1:].startswith(f"{one.task:02d}-") for one in part)


def test_an_obligation_stands_in_the_words_of_its_measure():
    for one in clauses.obligations():
        text = clauses.measure(one.measure).text if one.measure else clauses.task(one.task).title
        assert one.quote in text
        assert one.title
        assert one.kind_label


def test_each_measure_names_its_bodies():
    assert all(one.units and one.confidence in ("high", "medium", "low") for one in clauses.measures())


def test_a_tasks_bodies_are_those_of_its_measures_once_each():
    units = clauses.task(2).units
    assert units[0] == "市城市管理委"
    assert len(units) == len(set(units)) == 8


def test_the_lost_title_is_marked():
    assert [one.code for one in clauses.tasks() if not one.title_confirmed] == ["T10"]


@pytest.mark.parametrize("find", [clauses.obligation, clauses.measure, clauses.quote])
def test_what_the_list_lacks_is_refused(find):
    with pytest.raises(clauses.UnknownClause):
        find("T99-1")
    with pytest.raises(clauses.UnknownClause):
        clauses.task(33)


@pytest.mark.obligation("T01-8")
@pytest.mark.parametrize("stated", clauses.figures(), ids=lambda one: one.name)
def test_each_number_of_the_text_is_a_dated_figure_of_equal_value(stated):
    figure = shipped().get(stated.name)
    values = [one.value for one in figure.values]
    assert values == ([] if stated.value is None else [scalar(stated.value)])
    assert figure.quote == stated.quote
    assert clauses.obligation(figure.clause).task == stated.task
    assert figure.status == ("provisional" if stated.value is None else "stated")


@pytest.mark.skipif(not MISSION.exists(), reason="the transcription of the task list lies only in the workplace")
def test_the_list_says_what_the_transcription_says():
    source = yaml.safe_load(MISSION.read_text(encoding="utf-8"))
    tasks = [task for group in source["groups"] for task in group["tasks"]]
    assert [(o["id"], o["kind"], o["source"]) for t in tasks for o in t["obligations"]] == [
        (one.id, one.kind, one.quote) for one in clauses.obligations()
    ]
    assert [(m["id"], m["text"], tuple(m["responsible_units"])) for t in tasks for m in t["measures"]] == [
        (one.id, one.text, one.units) for one in clauses.measures()
    ]
    assert [f["name"] for t in tasks for f in t["figures"]] == [one.name for one in clauses.figures()]

"""The life of a community as the design lists it."""

import pytest

from jiugai.domain.stages import GATES, STAGES, Line, UnknownStage, gate_after, position


@pytest.mark.obligation("T01-10")
def test_life_joins_governance_renovation_and_management() -> None:
    assert {stage.line for stage in STAGES} == set(Line)
    assert [STAGES[0].code, STAGES[-1].code, len(STAGES)] == ["registered", "handed_over", 14]


def test_codes_are_unique_and_gates_exist() -> None:
    assert len({s.code for s in STAGES}) == len(STAGES)
    assert {s.gate for s in STAGES if s.gate} <= {g.code for g in GATES}


def test_next_gate_of_a_registered_community_is_the_pool() -> None:
    gate = gate_after("registered")
    assert gate is not None
    assert gate.code == "enter_pool"
    assert "T03-1" in gate.obligations


def test_no_gate_is_left_after_handover() -> None:
    assert gate_after("handed_over") is None


def test_unknown_stage_is_refused() -> None:
    with pytest.raises(UnknownStage):
        position("finished")

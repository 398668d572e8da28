"""Editions, score and suggested need of the check-up."""

import copy
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugai.domain.checkup.edition import BadEdition, Level, NoEdition, Severity, in_force
from jiugai.domain.checkup.reading import first_edition, read_edition, shipped
from jiugai.domain.checkup.scoring import Defect, Score, cut, score_part, score_whole, suggest

EDITION = first_edition()
BUILDING, SHARED = EDITION.of(Level.BUILDING), EDITION.of(Level.COMMUNITY)
ALL_WELL = {i.code: 0 if i.answer == "number" else "ok" for i in EDITION.indicators}


def building(*defects: tuple[str, str], **answers: Any) -> Score:
    found = [Defect(indicator, Severity(severity)) for indicator, severity in defects]
    return score_part(BUILDING, ALL_WELL | answers, found, EDITION)


def shared(*defects: tuple[str, str], **answers: Any) -> Score:
    found = [Defect(indicator, Severity(severity)) for indicator, severity in defects]
    return score_part(SHARED, ALL_WELL | answers, found, EDITION)


def need_of(*parts: Score) -> Any:
    rest = shared()
    return suggest([*parts, rest], score_whole([(str(n), p) for n, p in enumerate(parts)], rest, EDITION), EDITION)


def test_first_edition_has_both_levels_and_weights_of_a_hundred():
    assert sum(i.weight for i in BUILDING) == 100
    assert sum(i.weight for i in SHARED) == 100
    assert {i.label for i in BUILDING} >= {"燃气安全", "楼道安全", "围护安全", "适老化", "节能"}
    assert EDITION.status == "provisional"


def test_edition_in_force_is_the_newest_begun():
    later = read_edition(shipped()[0] | {"code": "bj-2027", "since": "2027-01-01"})
    assert in_force([EDITION, later], date(2026, 12, 31)).code == EDITION.code
    assert in_force([EDITION, later], date(2027, 1, 1)).code == "bj-2027"
    with pytest.raises(NoEdition, match="2023年11月28日"):
        in_force([EDITION], date(2023, 11, 28))


SPOILT = [
    ({"since": "soon"}, "since 应是日期"),
    ({"shares": {"building": 60, "community": 30}}, "shares 合计应是 100"),
    ({"need": {"high_below": 60}}, "mid_below"),
    ({"indicators": []}, "indicators 应有"),
    ({"code": ""}, "没有 code"),
]


@pytest.mark.parametrize(("change", "words"), SPOILT)
def test_faults_of_an_edition_are_named(change: dict[str, Any], words: str):
    with pytest.raises(BadEdition) as caught:
        read_edition(shipped()[0] | change)
    assert any(words in line for line in caught.value.details)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"weight": 0}, "weight"), ({"level": "city"}, "level"), ({"needs": ["none"]}, "needs"), ({"code": "gas"}, "重复"),
     ({"problems": [{"code": "S1"}]}, "problems"), ({"bands": {"bad": 1}}, "bands"), ({"above": "x"}, "above")],
)  # fmt: skip
def test_faults_of_an_indicator_say_which(change: dict[str, Any], words: str):
    raw = copy.deepcopy(shipped()[0])
    raw["indicators"][0] |= change
    with pytest.raises(BadEdition) as caught:
        read_edition(raw)
    assert any(words in line for line in caught.value.details)


@pytest.mark.obligation("T03-1")
def test_score_is_points_kept_over_points_asked():
    score = building(("gas", "severe"), ("energy", "light"), gas="bad", energy="bad")
    lines = {line.indicator: line for line in score.lines}
    assert (lines["gas"].weight, lines["gas"].kept) == (12, 0)
    assert (lines["energy"].weight, lines["energy"].kept) == (10, 7)
    assert (score.asked, score.kept, score.value) == (100, 85, 85)


def test_worst_defect_of_an_indicator_counts_once():
    assert building(("gas", "light"), ("gas", "severe"), ("gas", "middle")).kept == 88


def test_what_nobody_could_judge_is_left_out_and_said():
    score = building(structure="unsure", gas=None)
    assert [line.indicator for line in score.unsure] == ["structure"]
    assert [line.indicator for line in score.open] == ["gas"]
    assert (score.asked, score.value) == (73, 100)


def test_numbers_become_defects_by_the_bands():
    kinds = {0: None, 1: "light", 20: "middle", 99: "middle", 100: "severe"}
    found = {n: next(line.severity for line in shared(parking=n).lines if line.indicator == "parking") for n in kinds}
    assert found == kinds


@pytest.mark.parametrize("answer", [None, "", "many", True, -3, [], float("nan")])
def test_what_is_no_number_is_no_answer(answer: Any):
    assert [line.indicator for line in shared(parking=answer).open] == ["parking"]


def test_community_mixes_buildings_and_shared_part_by_the_shares():
    bad = building(("structure", "severe"))
    whole = score_whole([("1号楼", building()), ("2号楼", bad)], shared(("space", "middle")), EDITION)
    assert whole.mean == Fraction(185, 2)
    assert whole.value == Fraction(185, 2) * 60 / 100 + Fraction(94) * 40 / 100
    assert cut(whole.value) == Decimal("93.1")


def test_level_without_score_leaves_its_share():
    assert score_whole([], shared(), EDITION).value == 100
    assert score_whole([("1号楼", building())], None, EDITION).value == 100
    assert score_whole([], None, EDITION).value is None


def test_scores_are_cut_not_rounded():
    assert cut(Fraction(5999, 100)) == Decimal("59.9")


@pytest.mark.obligation("T01-4")
def test_suggested_need():
    assert (need_of(building()).state, need_of(building()).level) == ("none", "none")
    low = need_of(building(("digital", "light")))
    assert (low.state, low.level, low.needs) == ("needed", "low", ("digital",))
    severe = need_of(building(("gas", "severe")))
    assert (severe.level, severe.needs, severe.says) == ("high", ("gas",), "燃气安全有严重问题")
    many = [(i.code, "middle") for i in BUILDING]
    assert need_of(building(*many)).level == "mid"
    assert need_of(building(*many, *[(i.code, "severe") for i in BUILDING if not i.safety])).level == "high"


def test_need_stays_unknown_while_something_is_open_unless_severe():
    assert need_of(building(gas=None)).level == "unknown"
    assert need_of(building(gas="unsure")).says == "还有 1 项没有结论"
    assert need_of(building(("structure", "severe"), gas=None)).level == "high"


def test_needs_stand_in_the_order_of_lost_points():
    assert need_of(building(("water", "severe"), ("digital", "light"), ("energy", "middle"))).needs[:2] == (
        "energy",
        "water",
    )


@given(st.dictionaries(st.sampled_from([i.code for i in BUILDING]), st.sampled_from(["ok", "bad", "unsure", None, 3])))
def test_score_stays_between_nothing_and_a_hundred(answers: dict[str, Any]):
    score = score_part(BUILDING, answers, [], EDITION)
    assert score.value is None or 0 <= score.value <= 100
    assert len(score.lines) == len(BUILDING)

"""Rows find the community they speak of."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jiugai.domain.intake.matching import Candidate, match

METRE = 1 / 85_400


def at(key: str, name: str, *, metres: float = 0) -> Candidate:
    return Candidate(key, name, 116.4 + metres * METRE, 39.9)


def test_the_same_name_nearby_is_the_same_community() -> None:
    assert match([at("r", "新街口西里(二区)", metres=300)], [at("k", "新街口西里（二区）")]) == {"r": "k"}


def test_another_spelling_or_a_place_far_away_is_left_to_a_person() -> None:
    assert match([at("r", "石佛营西里小区")], [at("k", "石佛营西里")]) == {}
    assert match([at("r", "南里", metres=900)], [at("k", "南里")]) == {}


def test_the_nearest_goes_first_and_nobody_is_taken_twice() -> None:
    rows = [at("far", "南里", metres=500), at("near", "南里", metres=100)]
    assert match(rows, [at("k", "南里")]) == {"near": "k"}


def test_the_key_of_the_source_goes_before_name_and_place() -> None:
    found = match([at("r", "改了名", metres=5000)], [at("k", "南里"), at("m", "改了名")], by_source_key={"r": "k"})
    assert found == {"r": "k"}


def test_rows_without_name_or_point_match_by_key_only() -> None:
    assert match([Candidate("r", "南里"), at("s", "")], [at("k", "南里"), at("m", "")]) == {}


places = st.lists(st.tuples(st.sampled_from(["南里", "北里"]), st.integers(0, 1500)), max_size=8)


@given(places, places, st.randoms())
def test_the_order_of_rows_does_not_matter(rows: Any, known: Any, random: Any) -> None:
    mine = [at(f"r{i}", name, metres=m) for i, (name, m) in enumerate(rows)]
    theirs = [at(f"k{i}", name, metres=m) for i, (name, m) in enumerate(known)]
    found = match(mine, theirs)
    assert found == match(random.sample(mine, len(mine)), random.sample(theirs, len(theirs)))
    assert len(set(found.values())) == len(found)

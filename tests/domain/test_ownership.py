"""Property-right classes and their map groups."""

import pytest

from jiugai.domain.ownership import GROUP_OF, LABELS, Group, Ownership, four_classes, group_of, is_mixed_property, known


def test_every_class_has_words_and_a_group() -> None:
    assert set(LABELS) == set(GROUP_OF) == set(Ownership)
    assert all(group.label for group in Group)


@pytest.mark.obligation("T01-3")
@pytest.mark.parametrize(
    ("codes", "group"),
    [
        (["commodity"], Group.COMMODITY),
        (["central_state", "central_enterprise"], Group.CENTRAL),
        (["commodity", "unit_built"], Group.MIXED),
        (["affordable", "relocation"], Group.AFFORDABLE),
        (["commodity", "other"], Group.COMMODITY),
        (["unknown"], Group.UNKNOWN),
        ([], Group.UNKNOWN),
    ],
)
def test_classes_give_one_map_group(codes: list[str], group: Group) -> None:
    assert group_of(codes) is group


@pytest.mark.obligation("T32-4")
def test_two_of_the_four_classes_make_mixed_property() -> None:
    assert is_mixed_property(["central_state", "municipal"])
    assert four_classes(["district", "central_state", "municipal"]) == ("中央和国家机关本级", "本市")


@pytest.mark.obligation("T32-4")
def test_city_and_district_together_are_still_one_of_the_four() -> None:
    assert not is_mixed_property(["municipal", "district", "commodity"])


def test_unknown_codes_are_left_out() -> None:
    assert known(["nonsense", "unknown", "small"]) == (Ownership.SMALL,)

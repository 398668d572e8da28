"""The kinds of projects that the policy names, each under its clause."""

import pytest

from jiugai.domain.projects import KINDS, Family


@pytest.mark.parametrize(
    ("clause", "codes", "family"),
    [
        pytest.param("T03-8", {"rebuild", "vacate"}, Family.REBUILD, marks=pytest.mark.obligation("T03-8")),
        pytest.param("T03-11", {"riser", "utilities", "ageing"}, Family.SINGLE, marks=pytest.mark.obligation("T03-11")),
        pytest.param("T03-12", {"environment"}, Family.ENVIRONMENT, marks=pytest.mark.obligation("T03-12")),
    ],
)
def test_what_a_clause_names_is_a_kind_of_its_own_family(clause, codes, family):
    named = [kind for kind in KINDS if clause in kind.clauses]
    assert {kind.code for kind in named} == codes
    assert {kind.family for kind in named} == {family}


@pytest.mark.obligation("T03-11")
def test_single_items_and_they_alone_are_to_show_effect_in_their_year():
    assert {kind.code for kind in KINDS if kind.same_year} == {"riser", "utilities", "ageing"}

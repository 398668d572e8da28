"""Double entry: whatever happens in a pool, nothing is made and nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugai.domain import floor_area
from jiugai.domain.floor_area import Account, NotOfThePool, Work, admitted
from jiugai.domain.ledger import Leg, Unbalanced, balanced, reversal, transfer

AREAS = st.integers(1, 10**12)


def test_legs_that_do_not_sum_to_nothing_are_refused():
    with pytest.raises(Unbalanced, match="借贷不平"):
        balanced([Leg("a", 5), Leg("b", -4)])


def test_an_account_against_itself_is_no_entry():
    with pytest.raises(Unbalanced):
        balanced([Leg("a", 5), Leg("a", -5)])


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_or_less_cannot_be_carried(amount):
    with pytest.raises(Unbalanced, match="大于零"):
        transfer("a", "b", amount)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(-50, 50)), max_size=6))
def test_a_reversal_undoes_every_leg(raw):
    legs = [Leg(*one) for one in raw]
    legs.append(Leg("rest", -sum(leg.amount for leg in legs)))
    try:
        kept = balanced(legs)
    except Unbalanced:
        return
    assert {leg.account: leg.amount for leg in reversal(kept)} == {leg.account: -leg.amount for leg in kept}


@pytest.mark.obligation("T18-1", "T18-3")
@given(AREAS, AREAS, AREAS)
def test_what_was_granted_is_always_free_reserved_or_counted(scale, planned, built):
    balance = dict.fromkeys(Account, 0)
    steps = (
        floor_area.grant(scale), floor_area.reserve(planned), floor_area.count(planned, built),
        floor_area.uncount(planned, built), floor_area.release(planned),
    )  # fmt: skip
    for legs in steps:
        for leg in legs:
            balance[Account(leg.account)] += leg.amount
        assert sum(balance.values()) == 0
    assert balance == {Account.GRANTED: -scale, Account.AVAILABLE: scale, Account.RESERVED: 0, Account.COUNTED: 0}


@pytest.mark.obligation("T18-2")
def test_only_the_four_kinds_of_works_are_admitted():
    assert [admitted(work.value) for work in Work] == list(Work)
    assert len(Work) == 4
    with pytest.raises(NotOfThePool) as refused:
        admitted("parking")
    assert refused.value.clause == "T18-2"
    assert "危旧楼房成套化改造" in refused.value.remedy

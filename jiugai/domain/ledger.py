"""Double entry in integers: legs that sum to nothing, corrected by reversal, for any unit (design section 7).

Money is integer fen, floor area integer cm². An amount above zero comes into an account, one below leaves it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jiugai.domain.errors import Refusal


class Unbalanced(Refusal):
    """The legs do not sum to nothing, or there are too few of them."""

    code = "unbalanced"


class Overdrawn(Refusal):
    """An account would fall below what it may hold."""

    status = 409
    code = "overdrawn"


@dataclass(frozen=True)
class Leg:
    """One side of an entry: the account's code and a signed amount in the unit of the book."""

    account: str
    amount: int


def balanced(legs: Iterable[Leg]) -> tuple[Leg, ...]:
    """Return the legs without empty ones, one per account. Raises Unbalanced."""
    sums: dict[str, int] = {}
    for leg in legs:
        sums[leg.account] = sums.get(leg.account, 0) + leg.amount
    kept = tuple(Leg(account, amount) for account, amount in sums.items() if amount)
    if len(kept) < 2 or sum(leg.amount for leg in kept) != 0:
        raise Unbalanced("一笔账的借贷不平", remedy="每一笔的各方合计要为零，至少两个科目")
    return kept


def reversal(legs: Sequence[Leg]) -> tuple[Leg, ...]:
    """Return the legs that undo others."""
    return tuple(Leg(leg.account, -leg.amount) for leg in legs)


def transfer(source: str, target: str, amount: int) -> tuple[Leg, Leg]:
    """Return the two legs that carry an amount above zero from one account to another. Raises Unbalanced."""
    if amount <= 0:
        raise Unbalanced("数额要大于零", where="数额")
    return Leg(source, -amount), Leg(target, amount)

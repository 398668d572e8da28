"""Posting entries: accounts are made on first use, locked in one order, and looked at before the database does."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.domain import floor_area
from jiugai.domain.ledger import Leg, Overdrawn, balanced
from jiugai.ledger.models import Account, Book, Entry
from jiugai.ledger.models import Leg as LegRow
from jiugai.web.areas import square_metres

# The least each account of a book may hold; None for a source, which only counts what came from outside.
FLOORS: Mapping[str, Mapping[str, int | None]] = {
    Book.FLOOR_AREA: {
        code.value: None if code is floor_area.Account.GRANTED else 0 for code in floor_area.Account
    }
}  # fmt: skip


@transaction.atomic
def post(
    *, book: Book, area: Area, legs: Sequence[Leg], what: str, on: date, actor: Actor, now: datetime,
    matter: Any = None, reference: str = "", reverses: Entry | None = None, provenance: str = "real",
) -> Entry:  # fmt: skip
    """Write an entry into a book of an area. Raises Unbalanced, Overdrawn."""
    kept = balanced(legs)
    accounts = _locked(book, area, [leg.account for leg in kept])
    for leg in kept:
        _look(accounts[leg.account], leg)
    entry = Entry.objects.create(
        book=book, area=area, what=what[:160], reference=reference.strip()[:80], on=on, matter=matter,
        reverses=reverses, by_id=actor.user_id, by_name=actor.name, at=now, provenance=provenance,
    )  # fmt: skip
    entry.refresh_from_db(fields=["area_path"])
    LegRow.objects.bulk_create([LegRow(entry=entry, account=accounts[leg.account], amount=leg.amount) for leg in kept])
    return entry


def _locked(book: Book, area: Area, codes: Sequence[str]) -> dict[str, Account]:
    """Return the accounts, made where missing, locked in the order of their keys so that nobody waits in a circle."""
    floors = FLOORS[book]
    Account.objects.bulk_create(
        [Account(book=book, area=area, code=code, floor=floors[code]) for code in sorted(codes)], ignore_conflicts=True
    )
    rows = Account.objects.filter(book=book, area=area, code__in=codes).order_by("pk").select_for_update()
    return {row.code: row for row in rows}


def _look(account: Account, leg: Leg) -> None:
    if account.floor is None or account.balance + leg.amount >= account.floor:
        return
    label = floor_area.Account(account.code).label
    raise Overdrawn(
        f"{account.area.name}{label}只有 {square_metres(account.balance)}，不够 {square_metres(-leg.amount)}",
        where=label, clause="T18-3", remedy="减少面积，或请市规划自然资源委增加本区规模",
    )  # fmt: skip

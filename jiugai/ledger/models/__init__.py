"""Accounts, entries, legs; filings of added floor area, spare houses, mixed uses."""

from jiugai.ledger.models.accounts import Account, Book
from jiugai.ledger.models.entries import Entry, Leg
from jiugai.ledger.models.filings import AreaFiling
from jiugai.ledger.models.land_uses import MixedUse, SpareHouse

__all__ = ["Account", "AreaFiling", "Book", "Entry", "Leg", "MixedUse", "SpareHouse"]

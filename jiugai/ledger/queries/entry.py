"""One entry with its legs in words."""

from dataclasses import dataclass

from jiugai.domain.floor_area import Account as Code
from jiugai.ledger.models import Entry


@dataclass(frozen=True)
class LegShown:
    """A leg in words; cm² above zero come in."""

    account: str
    amount: int


@dataclass(frozen=True)
class EntryShown:
    """What the page shows beside the entry itself."""

    legs: list[LegShown]
    reversed_by: Entry | None

    @property
    def reversible(self) -> bool:
        """Whether nothing stands against it yet."""
        return self.reversed_by is None


def show_entry(entry: Entry) -> EntryShown:
    """Load the legs and the entry that reversed it, in two queries."""
    legs = entry.legs.select_related("account").order_by("amount")
    shown = [LegShown(Code(leg.account.code).label, leg.amount) for leg in legs]
    return EntryShown(shown, Entry.objects.filter(reverses=entry).first())

"""The journal as plain text: one paragraph per entry, as hledger and ledger read it (design section 7)."""

from collections.abc import Iterator
from decimal import Decimal

from jiugai.accounts.actor import Actor
from jiugai.domain.floor_area import Account as Code
from jiugai.ledger.models import Entry
from jiugai.web.areas import CM2

UNIT = "m2"


def as_journal(actor: Actor) -> str:
    """Write the entries that the actor sees, oldest first, in two queries."""
    rows = Entry.objects.visible_to(actor).select_related("area").defer("area__boundary").order_by("on", "pk")
    head = ["; 流量池账本，单位㎡；demo 为演示数据", f"commodity 1,000.00 {UNIT}", ""]
    return "\n".join([*head, *(line for row in rows.prefetch_related("legs__account") for line in _paragraph(row))])


def _paragraph(entry: Entry) -> Iterator[str]:
    code = f"({entry.reference}) " if entry.reference and not set(entry.reference) & set("()\n") else ""
    tag = "  ; provenance:demo" if entry.provenance == "demo" else ""
    yield f"{entry.on:%Y-%m-%d} * {code}{_clean(entry.what)}{tag}"
    for leg in entry.legs.all():
        name = Code(leg.account.code).label
        yield f"    {entry.area.name}:{name}  {Decimal(leg.amount) / CM2:.2f} {UNIT}"
    yield ""


def _clean(text: str) -> str:
    """Keep what would end the line or begin a comment out of the description."""
    return " ".join(text.replace(";", "；").split())

"""The entries of the flow pool as a list."""

from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from jiugai.accounts.permissions import Permission
from jiugai.domain.floor_area import Account as Code
from jiugai.ledger.filters import entry_filters
from jiugai.ledger.models import Entry, Leg
from jiugai.web.areas import CM2
from jiugai.web.parts import marks
from jiugai.web.tables.columns import Column
from jiugai.web.tables.table import Empty, Link, Table


def _demo(row: Any) -> Any:
    return marks.demo() if row.provenance == "demo" else ""


def _amount(code: Code) -> Column:
    """Return the column of an account: what the entry moved there, in ㎡."""

    def value(row: Any) -> Decimal | None:
        moved = getattr(row, f"on_{code.value}")
        return None if moved is None else Decimal(moved) / CM2

    return Column(key=code.value, label=code.label, value=value, unit="㎡", kind="decimal", blank="", width=14)


COLUMNS = (
    Column(key="what", label="事由", value=lambda row: row.what, tag=_demo, lead=True, width=30,
           second=lambda row: row.reference),
    Column(key="area", label="区", value=lambda row: row.area.name, sort="area_path", width=10),
    Column(key="on", label="记账日期", value=lambda row: row.on, kind="date", sort="on", width=12),
    _amount(Code.GRANTED), _amount(Code.AVAILABLE), _amount(Code.RESERVED), _amount(Code.COUNTED),
    Column(key="by", label="记账人", value=lambda row: row.by_name, width=16),
)  # fmt: skip


def entry_rows() -> QuerySet[Entry]:
    """Return entries with what each account of the pool got, in one query."""
    legs = Leg.objects.filter(entry=OuterRef("pk")).order_by()
    amounts = {
        f"on_{code.value}": Subquery(legs.filter(account__code=code.value).values("amount")[:1]) for code in Code
    }
    return Entry.objects.select_related("area").defer("area__boundary").annotate(**amounts)


ENTRIES = Table(
    key="entries",
    title="流量池台账",
    unit="笔",
    name="entry",
    rows=entry_rows,
    filters=entry_filters,
    columns=COLUMNS,
    order="-on",
    link=lambda row: f"/entries/{row.pk}/",
    search_hint="事由、文号",
    tools=(Link("各区平衡", "/flow-pool/", "arrows-exchange", Permission.LEDGER_VIEW),),
    empty=Empty(
        title="还没有记账",
        text="市里下达各区建筑管控规模后，项目才能预留；每一次下达、预留、备案、释放都在这里",
        links=(Link("各区平衡", "/flow-pool/", "arrows-exchange", Permission.LEDGER_VIEW),),
    ),
)

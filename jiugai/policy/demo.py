"""Made-up evidence for demonstration, on communities that are in the demonstration already."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from jiugai.accounts.actor import CITY_PATH, Actor, Grant
from jiugai.accounts.roles import Role
from jiugai.policy.actions.proving import EvidenceTwice, NewEvidence, record_evidence
from jiugai.policy.models import Occurrence
from jiugai.registry.models import Community

BY = Actor(name="演示数据", grants=(Grant(Role.DISTRICT_LEAD.value, CITY_PATH),))
HOMES = 2


@dataclass(frozen=True)
class _Made:
    about: str
    reference: str
    issuer: str
    days_ago: int
    lasts: int | None = None


ROWS = (
    _Made("scheme_opinion", "演示·方案审〔2026〕8号", "示例区方案联审办公室", 30),
    _Made("special_design", "演示·适老专项〔2026〕3号", "示例设计院", 25),
    _Made("committee", "演示·备案〔2024〕17号", "示例街道办事处", 400, 700),
)


def make_demo_evidence(*, now: datetime, on: date) -> int:
    """Record what is missing; may be run again. Returns how many were recorded."""
    shown = Occurrence.objects.filter(provenance="demo").order_by("community").values("community").distinct()
    homes = Community.objects.current().filter(pk__in=shown).order_by("pk")[:HOMES]
    return sum(_record(home, row, now, on) for home in homes for row in ROWS)


def _record(home: Community, row: _Made, now: datetime, on: date) -> int:
    since = on - timedelta(row.days_ago)
    until = since + timedelta(row.lasts) if row.lasts else None
    new = NewEvidence(row.about, "met", row.reference, row.issuer, since, until, "演示，不是真实文件")
    try:
        record_evidence(community=home, new=new, actor=BY, now=now, today=on, demo=True)
    except EvidenceTwice:
        return 0
    return 1

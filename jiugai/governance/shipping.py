"""Loading the governance standards that we ship; what the city entered is never touched (T02-2)."""

from pathlib import Path

import yaml
from django.db import transaction

from jiugai.accounts.actor import SYSTEM
from jiugai.domain.five_types import Problem
from jiugai.governance.actions import save_standard
from jiugai.governance.models import GovernanceStandard

DATA = Path(__file__).parent / "data" / "standards.yaml"


@transaction.atomic
def load_standards(*, path: Path = DATA) -> int:
    """Put our provisional standards in force for types that have none yet; returns how many were added."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    known = set(GovernanceStandard.objects.values_list("problem", flat=True))
    missing = [row for row in rows if row["problem"] not in known]
    for row in missing:
        values = {**row, "provisional": True}
        save_standard(problem=Problem(row["problem"]), starts=row["starts"], values=values, actor=SYSTEM)
    return len(missing)

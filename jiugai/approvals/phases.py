"""What shows that a planned project is in design, in approval or in tender: its own schemes, cases and tenders."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from jiugai.approvals.models import ApprovalCase, Scheme, Tender
from jiugai.domain.projects import Phase, Sign
from jiugai.planning.phases import show


def show_phases() -> None:
    """Tell the pool, once at the start, where to look."""
    show(Phase.TENDER, Sign.RUNS, lambda: _any(Tender, closed_at__isnull=True))
    show(Phase.TENDER, Sign.BEGUN, lambda: _any(Tender, ~Q(stage="stopped")))
    show(Phase.APPROVALS, Sign.RUNS, lambda: _any(ApprovalCase, finished_on__isnull=True, withdrawn_on__isnull=True))
    show(Phase.APPROVALS, Sign.BEGUN, lambda: _any(ApprovalCase, withdrawn_on__isnull=True))
    show(Phase.DESIGN, Sign.BEGUN, lambda: _any(Scheme))


def _any(model: Any, *args: Q, **conditions: Any) -> Q:
    return Q(Exists(model.objects.filter(*args, project=OuterRef("pk"), **conditions)))

"""Where a project stands, with what it prepares between plan and site: one answer for counts, lists and reports.

`domain.projects.PREPARING` decides; the parts that hold schemes, approvals and tenders say here what shows each sign.
"""

from collections.abc import Callable

from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.lookups import Exact

from jiugai.domain.projects import PREPARING, Phase, Sign, State

_shows: dict[tuple[Phase, Sign], Callable[[], Q]] = {}


def show(phase: Phase, sign: Sign, shown: Callable[[], Q]) -> None:
    """Say which projects show a sign; called once, when the part that knows is ready."""
    _shows[phase, sign] = shown


def standing() -> Case:
    """Return the expression that gives a project's state, or its phase while it is in the plan."""
    signs = [When(_shows[sign](), then=Value(sign[0].value)) for sign in PREPARING if sign in _shows]
    return Case(
        When(~Q(state=State.IN_PLAN.value), then=F("state")), *signs, default=Value(Phase.WAITING.value),
        output_field=CharField(),
    )  # fmt: skip


def stands(phase: Phase) -> Q:
    """Return the condition that a project is in a phase."""
    return Q(Exact(standing(), Value(phase.value)), state=State.IN_PLAN.value)


def words_of(code: str) -> str:
    """Return the words of what `standing` gives."""
    return Phase(code).label if code in list(Phase) else State(code).label

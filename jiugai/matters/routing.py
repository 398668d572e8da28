"""Who the task list names for an obligation, and which body of the place that is (T01-6)."""

from collections.abc import Mapping
from typing import Any

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Organisation
from jiugai.accounts.models.organisations import above, called
from jiugai.domain import clauses
from jiugai.domain.errors import Refusal


class NoSuchObligation(Refusal):
    """The task list has no such number."""

    status = 422
    code = "no_such_obligation"


def responsible_units(obligation: str) -> tuple[str, ...]:
    """Return the bodies that the task list names for an obligation: those of its measure, else of its whole task.

    Raises NoSuchObligation.
    """
    try:
        found = clauses.obligation(obligation.strip().upper())
    except clauses.UnknownClause:
        raise NoSuchObligation(
            f"任务清单里没有 {obligation[:20]}", where="对应任务", remedy="写成 T02-5 这样的编号，或留空"
        ) from None
    if found.measure:
        return clauses.measure(found.measure).units
    task = clauses.task(found.task)
    return task.units or task.units_inferred


def named_body(obligation: str, area_path: str) -> Organisation | None:
    """Return the first named body that the register knows in the line of areas of a place; None where there is none."""
    paths = [area_path, *above((area_path,))]
    for unit in responsible_units(obligation):
        rows = Organisation.objects.filter(called(unit), area_path__in=paths)
        found = rows.order_by("-area_path", "pk").first()
        if found is not None:
            return found
    return None


def first_owner(values: Mapping[str, Any], community: Any, actor: Actor) -> Organisation | None:
    """Return the body that a new assignment goes to where nobody is named: the task list's own."""
    obligation = values.get("obligation") or ""
    path = community.area_path if community is not None else actor.home
    return named_body(obligation, path) if obligation else None

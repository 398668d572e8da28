"""The governance section of the facts that rules look at, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q

from jiugai.domain.facts import GovernanceFacts, OpenProblem
from jiugai.domain.five_types import Problem
from jiugai.governance.models import Found, InventorySurvey, WindowGuard
from jiugai.matters.kinds import kinds


def governance_section(community_ids: Sequence[int], on: date) -> dict[int, object]:
    """Return the section of each community that has a survey, an open problem or a guard on record."""
    surveys, problems, guards = _surveys(community_ids, on), _problems(community_ids), _guards(community_ids)
    known = {*surveys, *problems, *guards}
    return {pk: _facts(surveys.get(pk, ()), problems.get(pk, ()), guards.get(pk)) for pk in known}


def _facts(
    surveys: Sequence[tuple[str, date]], problems: Sequence[OpenProblem], guards: tuple[int, int] | None
) -> GovernanceFacts:
    affecting, left = guards or (None, None)
    return GovernanceFacts(tuple(sorted(surveys)), tuple(problems), affecting, left)


def _surveys(keys: Sequence[int], on: date) -> dict[int, list[tuple[str, date]]]:
    """Return the last standing survey of each type."""
    rows = InventorySurvey.objects.standing().filter(community_id__in=keys, on__lte=on)
    found: dict[int, list[tuple[str, date]]] = defaultdict(list)
    for pk, problem, last in rows.values_list("community_id", "problem").annotate(last=Max("on")):
        found[pk].append((problem, last))
    return found


def _problems(keys: Sequence[int]) -> dict[int, list[OpenProblem]]:
    """Return the open problems in the order of the five types and of their finding; one query per type."""
    found: dict[int, list[OpenProblem]] = defaultdict(list)
    for model in problem_models():
        for case in model.objects.open().filter(community_id__in=keys).order_by("pk"):
            found[case.community_id].append(_open(case))
    return found


def _open(case: Any) -> OpenProblem:
    left = getattr(case, "count_left", None)
    return OpenProblem(case.number, case.kind, case.stage, case.place, case.affects_works, left)


def problem_models() -> list[Any]:
    """Return the models of the declared types, in the order of the policy."""
    order = list(Problem)
    ours = [kind for kind in kinds() if issubclass(kind.model, Found)]
    return [kind.model for kind in sorted(ours, key=lambda kind: order.index(Problem(kind.code)))]


def _guards(keys: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return how many flats' guards are in the way, or not judged, and how many of these are left."""
    rows = WindowGuard.objects.filter(community_id__in=keys).exclude(affects_works=False)
    counted = rows.values_list("community_id").annotate(all=Count("pk"), left=Count("pk", Q(removed_on__isnull=True)))
    without = WindowGuard.objects.filter(community_id__in=keys).values_list("community_id", flat=True).distinct()
    return dict.fromkeys(without, (0, 0)) | {pk: (every, left) for pk, every, left in counted}

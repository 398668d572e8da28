"""Made-up problems, surveys and window guards in the street of the demonstration's people.

Every row carries `provenance=demo`; no fact of a real community follows from them. Running it again adds nothing.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from django.db import transaction
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import User
from jiugai.domain.five_types import Problem
from jiugai.domain.intake.names import NAMELESS
from jiugai.governance.actions import record_survey, save_guard
from jiugai.governance.actions.guards import tell_guards
from jiugai.governance.facts import problem_models
from jiugai.governance.models import InventorySurvey, WindowGuard
from jiugai.matters import kinds
from jiugai.matters.actions import attach, move, open_matter
from jiugai.registry.choices import Provenance
from jiugai.registry.demo import demo_document
from jiugai.registry.models import Community

FILE = Path(__file__).parent / "data" / "demo_governance.yaml"
DEMO = Provenance.DEMO
PERSON = "street"
MODES = list(WindowGuard.Mode)


class Made(NamedTuple):
    """How much there is now."""

    cases: int
    surveys: int
    guards: int


@transaction.atomic
def make_demo_governance(*, now: datetime) -> Made:
    """Add what is missing. Without the demonstration's people, or where rows are already, nothing is added."""
    user = User.objects.filter(username=PERSON, provenance=DEMO).first()
    if user is not None and not InventorySurvey.objects.filter(provenance=DEMO).exists():
        actor = user.actor(on=timezone.localdate(now))
        homes = Community.objects.current().visible_to(actor).exclude(name__startswith=NAMELESS)
        _fill(list(homes.order_by("code")[:10]), yaml.safe_load(FILE.read_text(encoding="utf-8")), actor, now)
    cases = sum(model.objects.filter(provenance=DEMO).count() for model in problem_models())
    surveys = InventorySurvey.objects.filter(provenance=DEMO).count()
    return Made(cases, surveys, WindowGuard.objects.filter(provenance=DEMO).count())


def _fill(homes: Sequence[Community], plan: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    for row in plan["cases"]:
        if row["home"] < len(homes):
            _case(homes[row["home"]], row, actor, now)
    for row in plan["guards"]:
        if row["home"] < len(homes):
            _guards(homes[row["home"]], row, actor, now)
    for home, problem, ago in _surveys(homes, plan):
        seen = _seen(home, problem)
        record_survey(community=home, problem=problem, on=_day(now, ago), seen=seen, actor=actor, now=now,
                      provenance=DEMO)  # fmt: skip


def _surveys(homes: Sequence[Community], plan: Mapping[str, Any]) -> Iterator[tuple[Community, Problem, int]]:
    """Yield what was looked for: all types in some communities, two types in the rest."""
    whole, half = plan["surveyed"], plan["half"]
    for number, home in enumerate(homes[: half["homes"]]):
        done = number < whole["homes"]
        for problem in Problem if done else map(Problem, half["types"]):
            yield home, problem, whole["days_ago"] if done else half["days_ago"]


def _seen(home: Community, problem: Problem) -> int:
    return int(kinds.kind(problem).model.objects.filter(community=home).count())


def _case(home: Community, row: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Open a case and move it on, each step on its day."""
    values = {**row["values"], "found_on": _day(now, row["found"])}
    case = open_matter(model=kinds.kind(row["kind"]).model, values=values, community=home, actor=actor,
                       now=now - timedelta(days=row["found"]), provenance=DEMO)  # fmt: skip
    for step in row.get("moves", ()):
        at = now - timedelta(days=step["ago"])
        for kind in step.get("papers", ()):
            paper = demo_document(home, f"{case.number} {kind}")
            attach(matter=case, kind=kind, document=paper, actor=actor, now=at)
        given = {
            name: _value(name, value, now) for name, value in step.items() if name not in {"move", "ago", "papers"}
        }
        case = move(matter=case, move=step["move"], actor=actor, now=at, values=given)


def _value(name: str, value: Any, now: datetime) -> Any:
    return _day(now, value) if name.endswith("_on") else value


def _guards(home: Community, row: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Record the flats of some buildings, most of them still with guards; the same answers each time."""
    chance = random.Random(home.code)  # noqa: S311 - the same answers each time, no secret
    for label in row["buildings"]:
        for number in range(row["flats"]):
            flat = f"{number % 2 + 1}-{number // 2 + 1}01"
            values = _guard(chance, _day(now, 12 + number))
            save_guard(community=home, building_label=label, flat=flat, values=values, actor=actor, now=now,
                       quiet=True, provenance=DEMO)  # fmt: skip
    tell_guards(community=home, title="外窗护栏逐户登记（演示）", actor=actor, now=now)


def _guard(chance: random.Random, day: date) -> dict[str, Any]:
    draw = chance.randrange(10)
    values: dict[str, Any] = {"windows": 2 + draw % 4, "affects_works": None if draw == 9 else draw != 8}
    return values | ({"removed_on": day, "mode": MODES[draw % 3].value} if draw < 5 else {})


def _day(now: datetime, ago: int) -> date:
    return timezone.localdate(now) - timedelta(days=ago)

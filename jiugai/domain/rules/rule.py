"""What a rule is: a pure function with a name, a version, the clauses it answers for and the days it is in force."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from jiugai.domain.facts import Facts
from jiugai.domain.figures import ParameterSet, Value
from jiugai.domain.finding import Finding, Outcome, Used

PLAN_ISSUED = date(2022, 11, 9)
"""京政办发〔2022〕28号, the plan that the rules carry out."""

RECORDS_KEPT = date(2026, 1, 1)
"""From this day the product keeps schemes, opinions on editions, permits and tenders; before, documents prove them."""


class Said(NamedTuple):
    """What the body of a rule answers; the rule adds its name, version and clauses."""

    outcome: Outcome
    says: str
    remedy: str = ""
    used: tuple[Used, ...] = ()


class NoFigure(LookupError):
    """The rule needs a figure that has no value on that day; the answer is `unknown`."""


Body = Callable[[Facts, ParameterSet], Said]


@dataclass(frozen=True)
class Rule:
    """A rule in one version. `until` is its last day, None while it stands; a rule is retired, never removed."""

    name: str
    version: int
    clauses: tuple[str, ...]
    title: str
    since: date
    until: date | None
    body: Body

    def in_force(self, day: date) -> bool:
        """Tell whether the rule stands on a day."""
        return self.since <= day and (self.until is None or day <= self.until)

    def check(self, facts: Facts, params: ParameterSet) -> Finding:
        """Return what the rule finds; it never raises for facts or figures that are missing."""
        try:
            said = self.body(facts, params)
        except NoFigure as missing:
            said = _no_figure(str(missing), facts.on)
        return Finding(self.name, self.version, self.clauses, said.outcome, said.says, said.remedy, said.used)


def rule(
    *,
    name: str,
    version: int,
    clauses: tuple[str, ...],
    title: str,
    since: date = PLAN_ISSUED,
    until: date | None = None,
) -> Callable[[Body], Rule]:
    """Make a rule of the function below."""

    def make(body: Body) -> Rule:
        return Rule(name, version, clauses, title, since, until, body)

    return make


def figure(facts: Facts, params: ParameterSet, name: str) -> Value:
    """Return a figure's value on the day of the facts. Raises NoFigure when it has none."""
    found = params.value(name, facts.on)
    if found is None:
        raise NoFigure(params.get(name).label)
    return found


def passes(says: str, *numbers: Used) -> Said:
    """Let through."""
    return Said(Outcome.PASS, says, "", numbers)


def fails(says: str, remedy: str, *numbers: Used) -> Said:
    """Keep shut, with what to do."""
    return Said(Outcome.FAIL, says, remedy, numbers)


def unknown(says: str, remedy: str, *numbers: Used) -> Said:
    """Keep shut for want of a fact, with who has to supply it."""
    return Said(Outcome.UNKNOWN, says, remedy, numbers)


def exempt(says: str, *numbers: Used) -> Said:
    """Let through because the policy does not ask for it here."""
    return Said(Outcome.NOT_APPLICABLE, says, "", numbers)


def _no_figure(label: str, on: date) -> Said:
    return unknown(
        f"“{label}”在{on.year}年{on.month}月{on.day}日没有取值，不能判定", "市住建部门在“参数”页登记这一天的取值和依据"
    )

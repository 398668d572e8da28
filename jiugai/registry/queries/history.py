"""Row by row, what changed in a record: before, after, who, when, why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from jiugai.registry.actions.conflicts import column
from jiugai.registry.facts import BUILDING, COMMUNITY, Fact, Kind
from jiugai.registry.models import Building, Community
from jiugai.registry.showing import show, typed

SHOWN = 300


@dataclass(frozen=True)
class Change:
    """One fact that changed. Empty words mean that nothing was known. `retyped` is what brings the old value back."""

    when: datetime
    fact: Fact
    before: str
    after: str
    who: str
    why: str
    retyped: str | list[str]

    @property
    def query(self) -> str:
        """The end of an address that opens the form with the value before."""
        return urlencode({"typed": self.retyped}, doseq=True)


def changes(subject: Community | Building, *, field: str = "", areas: dict[int, str] | None = None) -> list[Change]:
    """Return the changes of a record's facts, newest first, in one query. `areas` gives names of area keys."""
    history: Any = subject.history  # type: ignore[union-attr]  # pghistory adds it to tracked models
    events = list(history.select_related("pgh_context").order_by("-pgh_id")[: SHOWN + 1])[::-1]
    table = COMMUNITY if isinstance(subject, Community) else BUILDING
    facts = [table[field]] if field in table else list(table.values())
    found = [change for before, after in pairwise(events) for change in _between(before, after, facts, areas or {})]
    return found[::-1]


def _between(before: Any, after: Any, facts: Iterable[Fact], areas: dict[int, str]) -> Iterable[Change]:
    context = after.pgh_context.metadata if after.pgh_context else {}
    for fact in facts:
        old, new = column(before, fact.field), column(after, fact.field)
        if old != new:
            yield Change(
                when=after.pgh_created_at,
                fact=fact,
                before=_words(fact, old, areas),
                after=_words(fact, new, areas),
                who=str(context.get("actor", "系统")),
                why=str(context.get("reason", "")),
                retyped=typed(fact, old),
            )


def _words(fact: Fact, value: Any, areas: dict[int, str]) -> str:
    return areas.get(value, "") if fact.kind is Kind.AREA else show(fact, value)

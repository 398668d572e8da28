"""What the duplicate pages show: the list of pairs, and one pair side by side."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from jiugai.accounts.actor import Actor
from jiugai.domain.ownership import Group
from jiugai.registry.models import Community, CommunityValue, DuplicatePair

SHOWN = (
    "name",
    "address",
    "area",
    "built_year",
    "ownership_group",
    "households",
    "floors_max",
    "share_no_lift",
    "property_firm",
    "position_state",
)


@dataclass(frozen=True)
class Line:
    """One fact of both communities."""

    label: str
    first: Any
    second: Any

    @property
    def differs(self) -> bool:
        """Tell whether both are known and not the same."""
        return self.first not in (None, "") and self.second not in (None, "") and self.first != self.second


@dataclass(frozen=True)
class Side:
    """One community of a pair, with what would move in a merge."""

    community: Community
    sources: tuple[str, ...]
    buildings: int
    documents: int


def pairs(*, actor: Actor, state: str, text: str = "") -> QuerySet[DuplicatePair]:
    """Return the pairs of one state in the actor's scope, likeliest first; `text` searches either name."""
    rows = DuplicatePair.objects.visible_to(actor).filter(state=state).select_related("first__area", "second__area")
    if text:
        needle = text.strip().lower()
        rows = rows.filter(first__search_text__contains=needle) | rows.filter(second__search_text__contains=needle)
    return rows.order_by("-score", "pk")


def counts(*, actor: Actor) -> dict[str, int]:
    """Return how many pairs are in each state."""
    rows = DuplicatePair.objects.visible_to(actor).values_list("state", flat=True)
    found = list(rows)
    return {state: found.count(state) for state in DuplicatePair.State.values}


def side(community: Community) -> Side:
    """Load one side: three queries."""
    sources = CommunityValue.objects.filter(community=community, withdrawn_at__isnull=True)
    return Side(
        community=community,
        sources=tuple(sources.values_list("source__name", flat=True).distinct().order_by("source__name")),
        buildings=community.buildings.count(),
        documents=community.documents.count(),
    )


def lines(first: Community, second: Community) -> list[Line]:
    """Return the facts of both side by side, in words."""
    return [Line(_label(name), _words(first, name), _words(second, name)) for name in SHOWN]


def _label(name: str) -> str:
    if name == "ownership_group":
        return "产权"
    field = Community._meta.get_field(name)  # noqa: SLF001 - Django's documented API
    return str(getattr(field, "verbose_name", name))


def _words(community: Community, name: str) -> Any:
    if name == "ownership_group":
        group = Group(community.ownership_group)
        return None if group is Group.UNKNOWN else group.label
    shown = getattr(community, f"get_{name}_display", None)
    value = shown() if shown else getattr(community, name)
    if value is not None and name in ("households", "share_no_lift"):
        return f"{value:,}" if name == "households" else f"{int(value * 100)}%"
    return str(value) if name == "area" else value

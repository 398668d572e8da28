"""Opening a matter of any kind."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import require
from jiugai.accounts.models import Area, Organisation
from jiugai.domain.errors import Refusal
from jiugai.matters.actions.holding import in_words, prepare
from jiugai.matters.actions.journal import write
from jiugai.matters.announcing import tell
from jiugai.matters.clocks import set_clock
from jiugai.matters.kinds import Kind, kind_of
from jiugai.matters.models.log import What
from jiugai.policy.models import Occurrence
from jiugai.registry.models import Community


class NoPlace(Refusal):
    """A matter needs a community, or an area where its kind has none."""

    code = "no_place"


@transaction.atomic
def open_matter(
    *,
    model: Any,
    values: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    community: Community | None = None,
    area: Area | None = None,
    cause: Occurrence | None = None,
    provenance: str = "real",
) -> Any:
    """Open a matter of a kind's model in the first stage of its process, start its clock, and say so on the timeline.

    `values` are columns of the kind and of `Matter`; the first responsible body comes from them, else from the kind,
    else it is the actor's. With a `cause` the policy opens it (a line-up), so no right is asked for.
    Raises NotAllowed, NoPlace, DoNotFit, and whatever a line-up of the event refuses.
    """
    kind = kind_of(model)
    place = _place(kind, community, area, values.get("owner"))
    if cause is None and not actor.is_system:
        require(actor, kind.of.opens, place)
    matter = _build(kind, dict(values), actor, now, community, place)
    matter.cause, matter.provenance = cause, _provenance(provenance, community)
    prepare(matter, kind, today=timezone.localdate(now))
    with in_words(matter, kind):
        matter.save(force_insert=True)
    matter.refresh_from_db(fields=["number", "area_path", "area"])
    write(matter=matter, what=What.OPENED, actor=actor, now=now, move="open", to_stage=matter.stage,
          after={"title": matter.title, "owner": matter.owner, "due_on": matter.due_on})  # fmt: skip
    if kind.of.done:
        kind.of.done(matter, "open", actor, now)
    tell(code=kind.process.opens, matter=matter, kind=kind, actor=actor, now=now)
    return matter


def _place(kind: Kind, community: Community | None, area: Area | None, owner: Organisation | None) -> Any:
    """Return where the matter lies: its community, else the responsible body's area within the one given, else that.

    What a district gives to a street lies in the street: else the street could neither see nor do it (T06-3).
    """
    if community is not None:
        return community
    if kind.of.needs_community or area is None:
        raise NoPlace(f"{kind.label}要写明在哪个小区" if kind.of.needs_community else "要写明属于哪个辖区")
    below = owner is not None and owner.area_path.startswith(area.path)
    return owner.area if owner is not None and below else area


def _provenance(given: str, community: Community | None) -> str:
    return "demo" if community is not None and community.provenance == "demo" else given


def _build(
    kind: Kind, values: dict[str, Any], actor: Actor, now: datetime, community: Community | None, place: Any
) -> Any:
    today: date = timezone.localdate(now)
    if not values.get("title") and kind.of.title:
        values["title"] = kind.of.title(values, community)[:160]
    if values.get("owner") is None:
        values["owner"] = _first_owner(kind, values, community, actor)
    matter = kind.model(
        **values,
        kind=kind.code,
        community=community,
        stage=kind.process.start.code,
        stage_since=today,
        opened_at=now,
        created_by_id=actor.user_id,
        created_by_name=actor.name,
    )
    matter.area = place if isinstance(place, Area) else place.area
    set_clock(matter, kind.clock_of(matter, kind.process.start, today), today=today)
    if kind.process.start.end:
        matter.closed_at = now
    return matter


def _first_owner(kind: Kind, values: Mapping[str, Any], community: Community | None, actor: Actor) -> Any:
    found = kind.of.owner(values, community, actor) if kind.of.owner else None
    if found is not None or actor.organisation_id is None:
        return found
    return Organisation.objects.get(pk=actor.organisation_id)

"""What the form of a new project offers."""

from datetime import date
from typing import Any

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Organisation
from jiugai.planning.models import ProjectCommunity
from jiugai.policy.providers import loaders
from jiugai.registry.choices import BuildingRecord
from jiugai.registry.models import Community

MOST_NEIGHBOURS = 60


def neighbours(community: Community, actor: Actor) -> Any:
    """Return the other communities of the street that may be renovated together; none while the street is not known."""
    codes = community.area_path.strip("/").split("/")
    if len(codes) < 3:
        return Community.objects.none()
    street = "/" + "/".join(codes[:3]) + "/"
    busy = ProjectCommunity.objects.filter(waiting=True).values("community")
    rows = Community.objects.current().visible_to(actor).filter(area_path__startswith=street)
    keys = list(rows.exclude(pk=community.pk).exclude(pk__in=busy).order_by("pinyin").values_list("pk", flat=True))
    return Community.objects.filter(pk__in=keys[:MOST_NEIGHBOURS]).order_by("pinyin", "pk")


def standing_buildings(community: Community) -> Any:
    """Return the surveyed buildings of a community."""
    return (
        community.buildings.filter(withdrawn_at__isnull=True)
        .exclude(record=BuildingRecord.SALES_GROUP)
        .order_by("label", "pk")
    )


def bodies_who_build(actor: Actor) -> Any:
    """Return the companies that may be the implementing body."""
    return Organisation.objects.visible_to(actor).filter(kind=Organisation.Kind.COMPANY).order_by("name")


def checkup_of(community: Community, *, on: date) -> dict[str, Any]:
    """Return the last finished check-up as the form takes it; empty when there is none."""
    load = loaders().get("checkup")
    found: Any = load([community.pk], on).get(community.pk) if load else None
    if found is None or found.finished_on is None:
        return {}
    return {"checkup_ref": found.ref, "checkup_on": found.finished_on, "needs": found.needs, "score": found.score}

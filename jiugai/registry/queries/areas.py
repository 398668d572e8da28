"""Areas that a person may choose in a form."""

from typing import Any

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.accounts.scope import within


def areas_for(actor: Actor) -> Any:
    """Return the areas below the city where the person works; down to streets for those who see the whole city."""
    areas = Area.objects.defer("boundary").exclude(level=Area.Level.CITY).order_by("path")
    if actor.sees_all:
        return areas.filter(level__in=[Area.Level.DISTRICT, Area.Level.STREET])
    return areas.filter(within(actor.paths, "path")) if actor.paths else areas.none()

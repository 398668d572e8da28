"""Where a property unit may be registered."""

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission, where_held
from jiugai.registry.models import Building, OwnerUnit


def places_for(actor: Actor, *, unit: OwnerUnit | None, building: Building | None) -> list[tuple[str, str]]:
    """Return paths and names of the areas an actor may register a unit in, its present one first.

    For a unit met at a building it is the one of the actor's areas in which the building lies.
    """
    paths = list(where_held(actor, Permission.REGISTER_EDIT).paths)
    if building is not None:
        paths = [path for path in paths if building.area_path.startswith(path)]
    if unit is not None:
        paths = [unit.area_path, *(path for path in paths if path != unit.area_path)]
    names = dict(Area.objects.filter(path__in=paths).values_list("path", "name"))
    return [(path, names.get(path, path)) for path in paths]

"""Which warranty term covers what."""

from datetime import date

from jiugai.planning.models import Project
from jiugai.works.models.warranty import WarrantyTerm


def term_for(project: Project, item: str, place: str, *, on: date) -> WarrantyTerm | None:
    """Return the term that covers a place: one restarted for that very part when it ends later, else the item's own."""
    rows = list(WarrantyTerm.objects.filter(project=project, item=item, starts__lte=on).order_by("pk"))
    own = [one for one in rows if not one.part or one.part == place]
    return max(own, key=lambda one: one.ends or date.max, default=None)

"""Objects of governance and assessment for the matrix."""

from datetime import date
from typing import Any

from django.utils import timezone

from jiugai.accounts.models import Area
from jiugai.assessment.models import LiaisonContact, Mechanism
from jiugai.governance.models import InventorySurvey
from jiugai.registry.models import Community


def task_objects(home: Community, area: Area) -> dict[str, Any]:
    """Make a survey, a mechanism and a liaison that lie in the area."""
    day = date(2026, 1, 5)
    return {
        "surveys": InventorySurvey.objects.create(
            community=home, problem="stake_lock", on=day, seen=0, by_name="某某", at=timezone.now()
        ),
        "mechanisms": Mechanism.objects.create(area=area, name="专班", leader="某某", rhythm="每月一次", starts=day),
        "liaisons": LiaisonContact.objects.create(
            unit="某部", level="district", area=area, unit_person="某某", local_person="某某", since=day
        ),
    }


TASK_KINDS = ("surveys", "mechanisms", "liaisons")

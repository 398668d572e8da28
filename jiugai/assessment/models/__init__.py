"""How the task list stands, how districts co-ordinate, which problems and policies are worked on."""

from jiugai.assessment.models.items import HardProblem, PolicyStudy
from jiugai.assessment.models.measures import MeasureReport
from jiugai.assessment.models.mechanism import LiaisonContact, Mechanism, MechanismMember, Meeting

__all__ = [
    "HardProblem",
    "LiaisonContact",
    "MeasureReport",
    "Mechanism",
    "MechanismMember",
    "Meeting",
    "PolicyStudy",
]

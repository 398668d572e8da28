"""What planning keeps: projects and their pool, mass work and pledges, responsible planners and their opinions."""

from jiugai.planning.models.mobilising import MassWork, Objection, Pledge
from jiugai.planning.models.opinions import PlannerOpinion
from jiugai.planning.models.passages import GatePassage
from jiugai.planning.models.planners import GuideMark, Planner, PlannerTerm, PlannerTraining
from jiugai.planning.models.projects import PoolEntry, Project, ProjectBuilding, ProjectCommunity

__all__ = [
    "GatePassage",
    "GuideMark",
    "MassWork",
    "Objection",
    "Planner",
    "PlannerOpinion",
    "PlannerTerm",
    "PlannerTraining",
    "Pledge",
    "PoolEntry",
    "Project",
    "ProjectBuilding",
    "ProjectCommunity",
]

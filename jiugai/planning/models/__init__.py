"""What planning keeps: projects and their pool, mass work and pledges, responsible planners."""

from jiugai.planning.models.mobilising import MassWork, Objection, Pledge
from jiugai.planning.models.planners import GuideMark, Planner, PlannerTerm, PlannerTraining
from jiugai.planning.models.projects import PoolEntry, Project, ProjectBuilding, ProjectCommunity

__all__ = [
    "GuideMark",
    "MassWork",
    "Objection",
    "Planner",
    "PlannerTerm",
    "PlannerTraining",
    "Pledge",
    "PoolEntry",
    "Project",
    "ProjectBuilding",
    "ProjectCommunity",
]

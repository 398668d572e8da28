"""What planning keeps: projects and their pool, mass work and pledges, responsible planners and their opinions."""

from jiugai.planning.models.batches import BatchItem, CoreDispatch, PlanAdjustment, PlanBatch, PlanEntry
from jiugai.planning.models.frames import PlanBundle, PlanFrame, ProjectInput, RenewalUnit
from jiugai.planning.models.menus import ItemDemand, MenuEdition, MenuLine, ProjectMenu, SiteFigures, UnitRate
from jiugai.planning.models.mobilising import MassWork, Objection, Pledge
from jiugai.planning.models.opinions import PlannerOpinion
from jiugai.planning.models.passages import GatePassage
from jiugai.planning.models.planners import GuideMark, Planner, PlannerTerm, PlannerTraining
from jiugai.planning.models.plans import CurrentPlan, PlanDraft, PlanScenario, PlanVersion, SolveRun
from jiugai.planning.models.projects import PoolEntry, Project, ProjectBuilding, ProjectCommunity
from jiugai.planning.models.ranking import DistrictSatisfaction, PoolRank, RankingVersion
from jiugai.planning.models.schedules import ObservedSeason, ScheduleLine
from jiugai.planning.models.spaces import FacilityProject, VacantSpace

__all__ = [
    "BatchItem",
    "CoreDispatch",
    "CurrentPlan",
    "DistrictSatisfaction",
    "FacilityProject",
    "GatePassage",
    "GuideMark",
    "ItemDemand",
    "MassWork",
    "MenuEdition",
    "MenuLine",
    "Objection",
    "ObservedSeason",
    "PlanAdjustment",
    "PlanBatch",
    "PlanBundle",
    "PlanDraft",
    "PlanEntry",
    "PlanFrame",
    "PlanScenario",
    "PlanVersion",
    "Planner",
    "PlannerOpinion",
    "PlannerTerm",
    "PlannerTraining",
    "Pledge",
    "PoolEntry",
    "PoolRank",
    "Project",
    "ProjectBuilding",
    "ProjectCommunity",
    "ProjectInput",
    "ProjectMenu",
    "RankingVersion",
    "RenewalUnit",
    "ScheduleLine",
    "SiteFigures",
    "SolveRun",
    "UnitRate",
    "VacantSpace",
]

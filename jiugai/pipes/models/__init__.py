"""Pipelines once (task 14) and risers (task 15)."""

from jiugai.pipes.models.duties import BoundaryPoint, DrainTakeover, UtilityDuty
from jiugai.pipes.models.jobs import JobMerge, PipeJob, PipePlan
from jiugai.pipes.models.matters import OutsideApproval, PipeFund, PipeHandover
from jiugai.pipes.models.risers import (
    OwnerDecoration,
    RiserApplication,
    RiserHousehold,
    RiserRound,
    RiserSlot,
    TemporaryWater,
)

__all__ = [
    "BoundaryPoint",
    "DrainTakeover",
    "JobMerge",
    "OutsideApproval",
    "OwnerDecoration",
    "PipeFund",
    "PipeHandover",
    "PipeJob",
    "PipePlan",
    "RiserApplication",
    "RiserHousehold",
    "RiserRound",
    "RiserSlot",
    "TemporaryWater",
    "UtilityDuty",
]

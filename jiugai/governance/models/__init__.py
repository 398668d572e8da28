"""The five types of problems, their standards and surveys, and window guards."""

from jiugai.governance.models.basement import BasementMisuse
from jiugai.governance.models.found import Found
from jiugai.governance.models.guard import WindowGuard
from jiugai.governance.models.opening import WallOpening
from jiugai.governance.models.rental import GroupRental
from jiugai.governance.models.stake import StakeLock
from jiugai.governance.models.standard import GovernanceStandard
from jiugai.governance.models.structure import IllegalStructure
from jiugai.governance.models.survey import InventorySurvey

__all__ = [
    "BasementMisuse",
    "Found",
    "GovernanceStandard",
    "GroupRental",
    "IllegalStructure",
    "InventorySurvey",
    "StakeLock",
    "WallOpening",
    "WindowGuard",
]

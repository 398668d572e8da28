"""Works of other departments, where they meet projects, what is agreed about it, and the money of all in one book."""

from jiugai.streetworks.models.funds import FundEntry
from jiugai.streetworks.models.overlaps import Footprint, Overlap
from jiugai.streetworks.models.synergy import SynergyRequest
from jiugai.streetworks.models.works import StreetWork, WorkImport

__all__ = ["Footprint", "FundEntry", "Overlap", "StreetWork", "SynergyRequest", "WorkImport"]

"""What policy at run time keeps."""

from jiugai.policy.models.decisions import Decision, FigureSnapshot, LatestVerdict, StoredFinding
from jiugai.policy.models.drafts import DraftFigure, DraftSet
from jiugai.policy.models.evidence import EvidenceRecord
from jiugai.policy.models.library import PolicyDocument, PolicyLink, PolicyVersion
from jiugai.policy.models.occurrences import Occurrence
from jiugai.policy.models.waivers import Waiver

__all__ = [
    "Decision",
    "DraftFigure",
    "DraftSet",
    "EvidenceRecord",
    "FigureSnapshot",
    "LatestVerdict",
    "Occurrence",
    "PolicyDocument",
    "PolicyLink",
    "PolicyVersion",
    "StoredFinding",
    "Waiver",
]

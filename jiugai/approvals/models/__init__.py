"""What approvals keep: schemes and their editions, reviews, cases with steps, tenders, rebuilding."""

from jiugai.approvals.models.approvals import ApprovalCase, ApprovalStep, LocalSupervision
from jiugai.approvals.models.rebuilding import AddedArea, Rebuild, RebuildDwelling, WishAnswer
from jiugai.approvals.models.reviews import DrawingFinding, DrawingReview
from jiugai.approvals.models.schemes import (
    AcceptancePart,
    ArchitectInCharge,
    Scheme,
    SchemeEdition,
    SchemeItem,
    SignOff,
)
from jiugai.approvals.models.tenders import Tender, TenderPlan

__all__ = [
    "AcceptancePart",
    "AddedArea",
    "ApprovalCase",
    "ApprovalStep",
    "ArchitectInCharge",
    "DrawingFinding",
    "DrawingReview",
    "LocalSupervision",
    "Rebuild",
    "RebuildDwelling",
    "Scheme",
    "SchemeEdition",
    "SchemeItem",
    "SignOff",
    "Tender",
    "TenderPlan",
    "WishAnswer",
]

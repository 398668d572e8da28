"""Site, acceptance, warranty: matters and records of a project after its works began."""

from jiugai.works.models.acceptance import AcceptanceFiling, Completion, FacadeAcceptance, FireRecord, Handover
from jiugai.works.models.effect import EffectFollowUp, EffectReview, PartyAnswer
from jiugai.works.models.papers import SignedPaper
from jiugai.works.models.resident import ReportReceipt, ResidentReport
from jiugai.works.models.services import BoughtService
from jiugai.works.models.shared import OfProject
from jiugai.works.models.site import SafetyEvaluation, SiteCheck, SiteFinding, SiteFirm, SiteRisk
from jiugai.works.models.smart import DeviceReading, SiteDevice, SiteFeedToken
from jiugai.works.models.special import SpecialAcceptance, SpecialItem, SpecialMark, TryOut
from jiugai.works.models.technique import ChallengeBid, DrawingUse, NewTechnique, OpenChallenge, TechniqueUse
from jiugai.works.models.warranty import DefectInsurance, WarrantyClaim, WarrantyTerm

__all__ = [
    "AcceptanceFiling",
    "BoughtService",
    "ChallengeBid",
    "Completion",
    "DefectInsurance",
    "DeviceReading",
    "DrawingUse",
    "EffectFollowUp",
    "EffectReview",
    "FacadeAcceptance",
    "FireRecord",
    "Handover",
    "NewTechnique",
    "OfProject",
    "OpenChallenge",
    "PartyAnswer",
    "ReportReceipt",
    "ResidentReport",
    "SafetyEvaluation",
    "SignedPaper",
    "SiteCheck",
    "SiteDevice",
    "SiteFeedToken",
    "SiteFinding",
    "SiteFirm",
    "SiteRisk",
    "SpecialAcceptance",
    "SpecialItem",
    "SpecialMark",
    "TechniqueUse",
    "TryOut",
    "WarrantyClaim",
    "WarrantyTerm",
]

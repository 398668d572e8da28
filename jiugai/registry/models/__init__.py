"""The register: nouns with geometry, what each source said of them, and how it came in."""

from jiugai.registry.models.building import Building, Dwelling, Entrance
from jiugai.registry.models.community import Community, CommunityAlias
from jiugai.registry.models.documents import Document, DocumentVersion
from jiugai.registry.models.duplicates import DuplicatePair
from jiugai.registry.models.imports import ImportBatch, ImportProblem, ImportProfile, ImportRow
from jiugai.registry.models.layers import BaseLine, BaseStation, LayerChange
from jiugai.registry.models.people import CommunityContact
from jiugai.registry.models.sources import Source
from jiugai.registry.models.units import BuildingHolding, OwnerUnit
from jiugai.registry.models.values import BuildingValue, CommunityValue
from jiugai.registry.models.views import SavedView

__all__ = [
    "BaseLine",
    "BaseStation",
    "Building",
    "BuildingHolding",
    "BuildingValue",
    "Community",
    "CommunityAlias",
    "CommunityContact",
    "CommunityValue",
    "Document",
    "DocumentVersion",
    "DuplicatePair",
    "Dwelling",
    "Entrance",
    "ImportBatch",
    "ImportProblem",
    "ImportProfile",
    "ImportRow",
    "LayerChange",
    "OwnerUnit",
    "SavedView",
    "Source",
]

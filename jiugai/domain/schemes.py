"""Schemes as documents with editions: which kinds there are, and at which step the planners are asked about each."""

from enum import StrEnum


class SchemeKind(StrEnum):
    """The project's scheme, and the special scheme for ageing and barrier-free works (T11-1).

    The values are the steps at which planners are asked (`PlannerOpinion.At`).
    """

    PROJECT = "scheme"
    SPECIAL = "special"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"scheme": "改造设计方案", "special": "适老化和无障碍专项设计方案"}[self.value]

    @property
    def drawings(self) -> str:
        """What its construction drawings are called in their review."""
        return {"scheme": "施工图", "special": "专项施工图"}[self.value]

    @property
    def review_clause(self) -> str:
        """The obligation that asks for the review of its drawings."""
        return {"scheme": "T19-5", "special": "T11-2"}[self.value]

    @property
    def clause(self) -> str:
        """The obligation that asks for it."""
        return {"scheme": "T09-4", "special": "T11-1"}[self.value]


class SignedFor(StrEnum):
    """What an architect in charge signs for (T09-6)."""

    SCHEME = "scheme"
    DRAWINGS = "drawings"
    CHANGE = "change"
    COMPLETION = "completion"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"scheme": "方案", "drawings": "施工图", "change": "设计变更", "completion": "竣工"}[self.value]


class AcceptanceKind(StrEnum):
    """Acceptances that a responsible planner takes part in (T09-5)."""

    SPECIAL = "special"
    FACADE = "facade"
    COMPLETION = "completion"
    EFFECT = "effect"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"special": "专项验收", "facade": "外立面验收", "completion": "竣工验收", "effect": "效果评价"}[
            self.value
        ]


class PartVerdict(StrEnum):
    """What the planner says at an acceptance."""

    CONFORMS = "conforms"
    DIFFERS = "differs"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"conforms": "与方案一致", "differs": "与方案不一致"}[self.value]

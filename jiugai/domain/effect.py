"""The effect review: five parties named by the policy give their opinion after completion (T22-1, T22-2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Party(StrEnum):
    """The five parties of the policy, in its order."""

    RESIDENTS_COMMITTEE = "residents"
    OWNERS_COMMITTEE = "owners"
    PROPERTY_FIRM = "property"
    OWNER_REPRESENTATIVES = "representatives"
    BUILDERS = "builders"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {
            "residents": "社区居委会",
            "owners": "业委会（物管会）",
            "property": "物业服务企业",
            "representatives": "业主代表",
            "builders": "参建单位",
        }[self.value]

    @property
    def may_be_missing(self) -> bool:
        """Whether a community may have no such party: no committee yet, no property firm yet."""
        return self in (Party.OWNERS_COMMITTEE, Party.PROPERTY_FIRM)


@dataclass(frozen=True)
class Answer:
    """What a party said; `absent` is the reason why there is no such party."""

    party: str
    satisfied: int | None = None
    absent: str = ""


def lacking(answers: Iterable[Answer]) -> tuple[Party, ...]:
    """Return the parties whose opinion is still missing; only some may be missing, with a reason."""
    said = {one.party: one for one in answers}
    return tuple(party for party in Party if not _counts(party, said.get(party)))


def average(answers: Iterable[Answer]) -> tuple[int, int] | None:
    """Return the sum of the marks and how many gave one; None when nobody did."""
    marks = [one.satisfied for one in answers if one.satisfied is not None]
    return (sum(marks), len(marks)) if marks else None


def _counts(party: Party, answer: Answer | None) -> bool:
    if answer is None:
        return False
    return answer.satisfied is not None or (bool(answer.absent.strip()) and party.may_be_missing)

"""What `solve` hands back: the plan, the proven bound, how it got there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """How far the solver came."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Progress:
    """One point of the trace: best plan and bound known after `seconds`."""

    seconds: float
    objective: float | None
    bound: float | None

    @property
    def gap(self) -> float | None:
        """(bound - objective) / bound, where both are known."""
        return gap_of(self.objective, self.bound)


def gap_of(objective: float | None, bound: float | None) -> float | None:
    """Return (bound - objective) / bound; zero where the bound is reached, nothing where it says nothing."""
    if objective is None or bound is None:
        return None
    if bound <= objective:
        return 0.0
    return (bound - objective) / bound if bound > 0 else None


@dataclass(frozen=True)
class Result:
    """A plan with the solver's claims.

    `starts` is empty and `objective` None where no plan was found. `bound` is a proven upper limit of every plan's
    objective. `clash` names constraints and locks that cannot hold together (only when infeasible), `reason` says in
    words why there is no plan. `trace` holds objective and bound over time.
    """

    status: Status
    starts: Mapping[str, int]
    objective: float | None
    bound: float | None
    seconds: float
    clash: tuple[str, ...] = ()
    reason: str = ""
    trace: tuple[Progress, ...] = field(default=())

    @property
    def gap(self) -> float | None:
        """(bound - objective) / bound."""
        return gap_of(self.objective, self.bound)

    def document(self) -> dict[str, Any]:
        """Return the plan file of the format."""
        out: dict[str, Any] = {
            "starts": dict(self.starts),
            "status": str(self.status),
            "seconds": round(self.seconds, 3),
        }
        out |= {
            k: v for k, v in (("objective", self.objective), ("bound", self.bound), ("gap", self.gap)) if v is not None
        }
        if self.status is Status.INFEASIBLE:
            out["clash"] = list(self.clash)
        if self.reason:
            out["reason"] = self.reason
        out["trace"] = [[round(p.seconds, 2), p.objective, p.bound] for p in self.trace]
        return out

"""Pipelines inside the red line: trades, costs and control figures, jobs on the same ground, one telecom company."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from jiugai.domain.streetworks import Window

TRADES = (
    ("water", "给水"),
    ("drain", "排水"),
    ("heat", "供热"),
    ("gas", "燃气"),
    ("power", "电力"),
    ("telecom", "通信"),
    ("overhead", "架空线入地"),
)
CONTROL_FIGURE = "lift_pipe_control_{}"


class Standing(StrEnum):
    """A cost against its control figure (T14-9)."""

    WITHIN = "within"
    OVER = "over"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"within": "控制数以内", "over": "超过控制数"}.get(self.value, "待核实")

    @property
    def tag(self) -> str:
        """Kind of the state's tag."""
        return {"within": "ok", "over": "bad"}.get(self.value, "unk")


@dataclass(frozen=True)
class CostCheck:
    """The outcome with the numbers it rests on; `excess_fen` is 0 unless the cost is over."""

    standing: Standing
    cost_fen: int | None
    control_fen: int | None
    excess_fen: int = 0


def against_control(cost_fen: int | None, control_yuan: int | None) -> CostCheck:
    """Compare the cost of a lift's pipes of one trade with the control figure of the day (T14-9).

    The figure itself is within. Without a cost or a figure nothing is known.
    """
    control = None if control_yuan is None else control_yuan * 100
    if cost_fen is None or control is None:
        return CostCheck(Standing.UNKNOWN, cost_fen, control)
    excess = max(0, cost_fen - control)
    return CostCheck(Standing.OVER if excess else Standing.WITHIN, cost_fen, control, excess)


@dataclass(frozen=True)
class Job:
    """A pipeline job as the search for merging sees it. `building` is None for one in the whole community."""

    ref: str
    trade: str
    for_lift: bool
    community: int
    building: int | None
    window: Window | None
    cost_fen: int | None = None


@dataclass(frozen=True)
class Merge:
    """Two jobs that open the same ground and could be one (T14-10), with why."""

    one: str
    other: str
    why: str
    gap_days: int | None


def mergeable(jobs: Sequence[Job], *, touching: frozenset[frozenset[str]], within_days: int) -> list[Merge]:
    """Return the pairs of jobs that can be merged: same ground, and not further apart in time than the setting.

    Ground is the same where the shapes touch (`touching`, pairs of refs), or, without shapes, at the same building. A
    lift's pipes and the pipes of the community count most and come first.
    """
    found = []
    for one, other in combinations(sorted(jobs, key=lambda job: job.ref), 2):
        same = frozenset({one.ref, other.ref}) in touching
        beside = one.community == other.community and one.building is not None and one.building == other.building
        gap = one.window.gap(other.window) if one.window and other.window else None
        if not (same or beside) or (gap is not None and gap > within_days):
            continue
        lift = one.for_lift != other.for_lift
        why = "加装电梯管线与小区管线" if lift else "两项管线"
        found.append((not lift, Merge(one.ref, other.ref, f"{why}在{'同一块地' if same else '同一栋楼'}", gap)))
    return [merge for _, merge in sorted(found, key=lambda pair: (pair[0], pair[1].one, pair[1].other))]


@dataclass(frozen=True)
class TelecomSaid:
    """Whether overhead lines of a project have their one company (T14-12): ok, missing, or not asked for."""

    tag: str
    words: str
    remedy: str = ""


def lead_telecom(*, has_overhead: bool | None, leads: Sequence[str]) -> TelecomSaid:
    """Judge the naming of one telecom company for the overhead lines of a project (T14-12); encouraged, no gate."""
    if has_overhead is None:
        return TelecomSaid("unk", "不知道有没有架空线", "街道和设计单位踏勘后登记")
    if not has_overhead:
        return TelecomSaid("na", "项目内没有架空线")
    if not leads:
        return TelecomSaid("bad", "架空线还没有明确由哪一家通信公司统筹", "区住建部门会同通信管理部门明确一家")
    if len(set(leads)) > 1:
        return TelecomSaid("bad", f"写了 {len(set(leads))} 家通信公司", "只由一家统筹，其余配合")
    return TelecomSaid("ok", f"由{leads[0]}统筹")

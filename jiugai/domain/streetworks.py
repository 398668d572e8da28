"""Works of other departments in the street: their kinds, states and windows, and how they meet renovation projects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True)
class WorkKind:
    """A kind of works that the departments share (T16-1); `words` are the ways files name it."""

    code: str
    label: str
    words: tuple[str, ...]
    quote: str


WORK_KINDS: tuple[WorkKind, ...] = (
    WorkKind("pipeline", "市政专业管线", ("管线", "市政管线", "给水", "供水", "排水", "雨水", "污水", "热力", "供热",
             "燃气", "电力", "通信", "架空线入地"), "市政专业管线"),
    WorkKind("road", "道路", ("道路大修", "道路改造", "路面", "慢行系统"), "道路"),
    WorkKind("greening", "绿化", ("园林绿化", "绿地", "口袋公园"), "绿化"),
    WorkKind("sponge_city", "海绵城市", ("“海绵城市”", "海绵", "透水铺装"), "“海绵城市”"),
    WorkKind("cameras", "雪亮工程", ("“雪亮工程”", "视频监控", "公共安全视频", "摄像头"), "“雪亮工程”"),
    WorkKind("lift_pipeline", "加装电梯管线", ("电梯管线", "加梯管线", "加装电梯管线改移"), "加装电梯管线改造"),
)  # fmt: skip
KIND_CHOICES = [(kind.code, kind.label) for kind in WORK_KINDS]


class WorkState(StrEnum):
    """Where a work stands, as its department says."""

    PLANNED = "planned"
    APPROVED = "approved"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """Words on screen."""
        words = {"planned": "已列计划", "approved": "已批准", "running": "施工中", "done": "已完工"}
        return words.get(self.value, "已取消")

    @property
    def tag(self) -> str:
        """Kind of the state's tag."""
        return {"planned": "sus", "approved": "run", "running": "run", "done": "ok"}.get(self.value, "na")


STATE_CHOICES = [(state.value, state.label) for state in WorkState]
FUND_SOURCES = (
    ("central", "中央资金"),
    ("city_fixed_assets", "市政府固定资产投资"),
    ("city", "市级财政"),
    ("district", "区级财政"),
    ("utility", "专业公司自筹"),
    ("social", "社会资本"),
    ("resident", "居民出资"),
    ("owner_private", "业主个性化装修出资"),
    ("other", "其他"),
)
PRIVATE = "owner_private"
"""Money of an owner for his own flat: kept in the same ledger but in no sum of public works (T15-9)."""


class UnknownKind(LookupError):
    """No kind of works has this code."""


def work_kind(code: str) -> WorkKind:
    """Return a kind by its code. Raises UnknownKind."""
    for kind in WORK_KINDS:
        if kind.code == code:
            return kind
    raise UnknownKind(code)


def kind_in_words(text: str) -> WorkKind | None:
    """Return the kind that a cell of a file means: its code, its label, or one of its other names."""
    bare = text.strip().strip('“”"')
    for kind in WORK_KINDS:
        if bare in {kind.code, kind.label, *kind.words}:
            return kind
    return next((kind for kind in WORK_KINDS if any(len(w) > 1 and w in bare for w in (kind.label, *kind.words))), None)


@dataclass(frozen=True, order=True)
class Window:
    """The days from `starts` to `ends`, both included."""

    starts: date
    ends: date

    def gap(self, other: "Window") -> int:
        """Return how many days lie between two windows; 0 when they share a day or follow on each other."""
        return max(0, (other.starts - self.ends).days - 1, (self.starts - other.ends).days - 1)

    def shared(self, other: "Window") -> "Window | None":
        """Return the days that both have."""
        first, last = max(self.starts, other.starts), min(self.ends, other.ends)
        return Window(first, last) if first <= last else None


@dataclass(frozen=True)
class PlannerWork:
    """A work as the planner takes it: months counted from the first of the horizon; fixed when both ends are equal."""

    id: str
    district: str
    street: str
    kind: str
    duration_months: int
    earliest: int
    latest_start: int
    must: bool = True


@dataclass(frozen=True)
class PlannerPair:
    """Two items that dig the same ground once when they share a month; `saving` in points of the plan's objective."""

    a: str
    b: str
    saving: float
    shared_m2: int


def month_number(day: date, first: date) -> int:
    """Return the month of a day, counted from the month of `first`; negative before it."""
    return (day.year - first.year) * 12 + day.month - first.month


def planner_months(window: Window, slack: Window | None, first: date, months: int) -> tuple[int, int, int] | None:
    """Return (duration, earliest, latest start) within the horizon; None for a work that lies outside of it.

    `slack` holds the earliest and the latest day on which the work may start; without it the work is fixed. One that
    runs already keeps what is left of it.
    """
    start, end = month_number(window.starts, first), month_number(window.ends, first)
    if end < 0 or start >= months:
        return None
    early, late = (month_number(slack.starts, first), month_number(slack.ends, first)) if slack else (start, start)
    if start < 0:
        return min(end + 1, months), 0, 0
    duration = min(end - start + 1, months)
    last = months - duration
    early = min(max(0, early), last)
    return duration, early, min(max(early, late), last)


@dataclass(frozen=True)
class Dig:
    """Ground opened once: what opened it, where, when. `joint` names the digs it is done together with."""

    ref: str
    street: str
    window: Window
    joint: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Repeat:
    """How often ground was opened in a street and year, and how often again: as declared, and as agreed (T16-5)."""

    street: str
    year: int
    digs: int
    repeats_before: int
    repeats_after: int

    @property
    def avoided(self) -> int:
        """Repeats that agreements take away."""
        return self.repeats_before - self.repeats_after


def repeats(digs: Sequence[Dig], touching: Sequence[tuple[str, str]], *, within_days: int) -> list[Repeat]:
    """Count by street and year of start the digs, and those that open ground again which another opened shortly before.

    `touching` are pairs of digs on the same ground. The later of a pair is a repeat when it starts within `within_days`
    after the earlier one started; it is none after an agreement to do both together.
    """
    by_ref = {dig.ref: dig for dig in digs}
    again: set[str] = set()
    still: set[str] = set()
    for one, other in touching:
        if one not in by_ref or other not in by_ref:
            continue
        first, later = sorted((by_ref[one], by_ref[other]), key=lambda d: (d.window.starts, d.ref))
        if (later.window.starts - first.window.starts).days > within_days:
            continue
        again.add(later.ref)
        if later.ref not in first.joint and first.ref not in later.joint:
            still.add(later.ref)
    keys = sorted({(dig.street, dig.window.starts.year) for dig in digs})
    return [_counted(street, year, digs, again, still) for street, year in keys]


def _counted(street: str, year: int, digs: Sequence[Dig], again: set[str], still: set[str]) -> Repeat:
    here = [dig.ref for dig in digs if dig.street == street and dig.window.starts.year == year]
    return Repeat(street, year, len(here), sum(ref in again for ref in here), sum(ref in still for ref in here))

"""How many of how many communities were checked, by district or street (T03-1), in a constant number of queries."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import CharField, Count, F, Func, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from jiugai.accounts.actor import CITY_PATH, Actor
from jiugai.accounts.models import Area
from jiugai.checkup.models import Checkup, CheckupTarget
from jiugai.domain.coverage import Coverage, Standing, Target, pool_targets
from jiugai.policy import figures
from jiugai.registry.models import Community

NOT_PLACED = "没有划到街道"


@dataclass(frozen=True)
class Row:
    """One area: `all` communities, how many were ever checked (`ever`), this round (`done`), are being checked."""

    code: str
    name: str
    all: int
    done: int
    running: int
    ever: int
    high: int

    @property
    def left(self) -> int:
        """How many this round has still to do."""
        return self.all - self.done


@dataclass(frozen=True)
class Goal:
    """A target with where it stands; `past` ones are shown as history."""

    title: str
    due: date
    share: int
    basis: str
    standing: Standing
    done: int
    all: int
    past: bool


@dataclass(frozen=True)
class Board:
    """The coverage page."""

    year: int
    unit: str
    rows: tuple[Row, ...]
    total: Row
    goals: tuple[Goal, ...]
    history: tuple[Target, ...]


def board(*, actor: Actor, year: int, within_path: str, on: date) -> Board:
    """Count a round by the areas right below `within_path`, as far as the actor sees."""
    depth = within_path.strip("/").count("/") + 3  # where the next level's code stands between slashes, from 1
    by_street = depth > 3
    counts = _communities(actor, within_path, depth)
    checks = _checkups(actor, within_path, depth, year)
    names = dict(Area.objects.filter(code__in=[*counts, *checks]).values_list("code", "name"))
    rows = tuple(
        Row(code, names.get(code, NOT_PLACED), counts.get(code, 0), *checks.get(code, (0, 0, 0, 0)))
        for code in sorted(counts, key=lambda c: (not c, c))
    )
    total = Row("", "合计", *(sum(getattr(r, f) for r in rows) for f in ("all", "done", "running", "ever", "high")))
    goals = _goals(actor, within_path, total, on)
    return Board(year, "街道（乡镇）" if by_street else "区", rows, total, goals, pool_targets(figures.current()))


def _segment(field: str, depth: int) -> Func:
    return Func(F(field), Value("/"), Value(depth), function="SPLIT_PART", output_field=CharField())


def _communities(actor: Actor, path: str, depth: int) -> dict[str, int]:
    rows = Community.objects.current().visible_to(actor).filter(area_path__startswith=path)
    grouped = rows.order_by().annotate(place=_segment("area_path", depth)).values("place").annotate(n=Count("pk"))
    return {row["place"]: row["n"] for row in grouped}


def _checkups(actor: Actor, path: str, depth: int, year: int) -> dict[str, tuple[int, int, int, int]]:
    """Count done and running ones of the round, communities ever checked, and high needs of the round."""
    finished, running, this = Q(state=Checkup.State.FINISHED), Q(state=Checkup.State.OPEN), Q(year=year)
    rows: QuerySet[Checkup] = Checkup.objects.visible_to(actor).filter(
        area_path__startswith=path, community__withdrawn_at=None, community__merged_into=None
    )
    grouped = rows.order_by().annotate(place=_segment("area_path", depth)).values("place")
    counted = grouped.annotate(
        done=Count("pk", filter=finished & this),
        running=Count("pk", filter=running & this),
        ever=Count("community", filter=finished, distinct=True),
        high=Count("pk", filter=finished & this & Q(need="high")),
    )
    return {r["place"]: (r["done"], r["running"], r["ever"], r["high"]) for r in counted}


def _goals(actor: Actor, path: str, total: Row, on: date) -> tuple[Goal, ...]:
    """Compare the targets set for this very area with the communities ever checked."""
    found = CheckupTarget.objects.filter(area__path=path).order_by("due")
    coverage = Coverage(total.ever, total.all)
    return tuple(
        Goal(
            t.title, t.due, t.share, t.basis,
            Target(Fraction(t.share, 100), t.due, t.basis).standing(coverage, on), total.ever, total.all, t.due < on,
        )
        for t in found
    )  # fmt: skip


def area_in_view(actor: Actor, code: str) -> Area | None:
    """Return the city or district whose parts are counted: the one asked for if the actor works there, else his own."""
    areas = Area.objects.defer("boundary").filter(level__in=[Area.Level.CITY, Area.Level.DISTRICT])
    if code:
        wanted = areas.filter(code=code).first()
        seen = wanted is not None and (actor.sees_all or any(_meets(wanted.path, p) for p in actor.paths))
        return wanted if seen else None
    home = "/".join(actor.home.split("/")[:3]) + "/" if not actor.sees_all else CITY_PATH
    return areas.filter(path=home).first() or areas.filter(path=CITY_PATH).first()


def _meets(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def years(actor: Actor, this: int) -> list[int]:
    """Return the rounds there are, newest first, always with this year's."""
    known = (
        Checkup.objects.visible_to(actor).order_by().values_list(Coalesce("year", Value(this)), flat=True).distinct()
    )
    return sorted({this, *known}, reverse=True)

"""Counting the ranking anew, making a version of its weights, and recording satisfaction (T03-5, T24-4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import Max

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.ranking import Factor, Placed, place, score
from jiugai.planning.models import DistrictSatisfaction, PoolRank, Project, RankingVersion
from jiugai.planning.queries.ranking_inputs import inputs_of, shares_of
from jiugai.policy import figures
from jiugai.web.turns import take_turn

FIRST = {"checkup": 30, "finance": 20, "mass_work": 25, "demand": 25}


class WrongWeights(Refusal):
    """The weights do not make a hundred, or nobody said why."""

    code = "wrong_weights"


class VersionTaken(Conflict):
    """Somebody else made a version meanwhile."""

    code = "version_taken"


class NoRanking(Refusal):
    """A figure of the arithmetic has no value on the day."""

    code = "no_ranking"


@dataclass(frozen=True)
class NewWeights:
    """Weights in whole percent, from a day on, with the reason."""

    checkup: int
    finance: int
    mass_work: int
    demand: int
    since: date
    note: str


def weights_on(on: date) -> RankingVersion:
    """Return the version in force; the first one is made from the product's own reading, marked so."""
    found = RankingVersion.objects.filter(since__lte=on).order_by("-since", "-number").first()
    if found is not None:
        return found
    made, _ = RankingVersion.objects.get_or_create(
        number=1, defaults={**FIRST, "since": min(on, date(2022, 11, 9)), "note": "平台设定，待主管部门明确",
                            "made_by_name": "随产品"},
    )  # fmt: skip
    return made


def weights_of(version: RankingVersion) -> dict[Factor, Fraction]:
    """Return a version's weights by factor."""
    return {factor: Fraction(getattr(version, factor.value)) for factor in Factor}


@transaction.atomic
def make_version(*, new: NewWeights, actor: Actor, now: datetime, on: date) -> RankingVersion:
    """Make a version of the weights and count the ranking by it. Raises NotAllowed, WrongWeights."""
    require(actor, Permission.RANKING_MANAGE)
    given = {factor.value: getattr(new, factor.value) for factor in Factor}
    if min(given.values()) < 0 or sum(given.values()) != 100:
        raise WrongWeights(
            f"四项权重合计 {sum(given.values())}", where="权重", clause="T03-5", remedy="合计要正好是 100"
        )
    if not new.note.strip():
        raise WrongWeights("没有写依据", where="依据", clause="T03-5", remedy="写明会议纪要或文件编号")
    weights_on(on)
    take_turn("planning.ranking")
    number = (RankingVersion.objects.aggregate(n=Max("number"))["n"] or 0) + 1
    made = RankingVersion.objects.create(
        number=number, since=new.since, note=new.note.strip()[:300], made_by_id=actor.user_id,
        made_by_name=actor.name, **given,
    )  # fmt: skip
    audit.record(action=Action.RANKING_SAVED, actor=actor, subject=made, after={**given, "施行": new.since})
    if made == weights_on(on):
        _count(actor, now, on=on)
    return made


@transaction.atomic
def count_ranking(*, actor: Actor, now: datetime, on: date) -> int:
    """Count every stored project's place anew; return how many. Raises NotAllowed, NoRanking."""
    if not actor.is_system:
        require(actor, Permission.RANKING_MANAGE)
    take_turn("planning.ranking")  # two counts at once would write twice
    counted = _count(actor, now, on=on)
    audit.record(action=Action.RANKING_SAVED, actor=actor, subject="储备项目排序", after={"项目": counted, "日期": on})
    return counted


def _count(actor: Actor, now: datetime, *, on: date) -> int:
    """Count the projects that the person sees, district by district whole; places of others stay."""
    params = figures.current()
    shares, swing = shares_of(params, on), params.value("rank_weight_swing", on)
    if shares is None or swing is None:
        raise NoRanking("排序参数当天没有取值", where="参数", clause="T03-5", remedy="市住建部门在“参数”页登记取值")
    version = weights_on(on)
    projects = list(Project.objects.visible_to(actor).stored().select_related("community").order_by("pk"))
    weights = weights_of(version)
    placed = place([score(one, weights, shares) for one in inputs_of(projects, on)], weights, swing.whole)
    return _write(projects, placed, version, actor, now, on)


def _write(
    projects: Sequence[Project], placed: Sequence[Placed], version: RankingVersion, actor: Actor, now: datetime,
    on: date,
) -> int:  # fmt: skip
    by_key = {project.pk: project for project in projects}
    PoolRank.objects.visible_to(actor).exclude(project__in=by_key).delete()
    rows = [_row(one, by_key[one.scored.project], version, now, on) for one in placed]
    names = [f.name for f in PoolRank._meta.concrete_fields if f.name not in ("id", "project")]  # noqa: SLF001
    PoolRank.objects.bulk_create(rows, update_conflicts=True, unique_fields=["project"], update_fields=names)
    return len(rows)


def _row(one: Placed, project: Project, version: RankingVersion, now: datetime, on: date) -> PoolRank:
    parts = one.scored.parts
    trace: list[Mapping[str, Any]] = [
        {"factor": f.value, "points": parts[f].points, "says": parts[f].says, "weight": getattr(version, f.value),
         "inputs": [list(pair) for pair in parts[f].inputs]}
        for f in Factor
    ]  # fmt: skip
    return PoolRank(
        project=project, area_path=project.area_path, version=version, place=one.place, of=one.of, low=one.scored.low,
        high=one.scored.high, best_place=one.best, worst_place=one.worst, trace=trace,
        flips=[[f.value, step, at] for f, step, at in one.flips], counted_at=now, counted_on=on,
        provenance=project.provenance, **{f.value: parts[f].points for f in Factor},
    )  # fmt: skip


@transaction.atomic
def record_satisfaction(
    *, area: Area, answered: int, satisfied: int, source: str, on_day: date, actor: Actor, on: date,
    provenance: str = "real",
) -> DistrictSatisfaction:  # fmt: skip
    """Keep how many residents of a district were satisfied (T24-4); corrected by a newer row. Raises WrongWeights."""
    require(actor, Permission.RANKING_MANAGE, area_in(area))
    if area.level != Area.Level.DISTRICT:
        raise WrongWeights("满意度按区登记", where="区", clause="T24-4", remedy="选一个区")
    if not 0 <= satisfied <= answered or not answered:
        raise WrongWeights("满意的户数比答复的多", where="满意", clause="T24-4", remedy=f"最多 {answered} 户")
    if on_day > on or not source.strip():
        raise WrongWeights("日期在今天以后，或没有写来源", where="来源", clause="T24-4", remedy="写明是哪一次调查")
    made = DistrictSatisfaction.objects.create(
        area=area, on=on_day, answered=answered, satisfied=satisfied, source=source.strip()[:200],
        by_id=actor.user_id, by_name=actor.name, provenance=provenance,
    )  # fmt: skip
    audit.record(
        action=Action.RANKING_SAVED, actor=actor, subject=made, after={"答复": answered, "满意": satisfied},
        area_path=area.path,
    )  # fmt: skip
    return made


@dataclass(frozen=True)
class _Place:
    area_path: str


def area_in(area: Area) -> _Place:
    """Return an area as something that lies in the area tree."""
    return _Place(area.path)

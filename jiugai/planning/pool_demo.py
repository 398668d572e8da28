"""What stands behind the demonstration's pool: check-ups, mass work, demand, planners' opinions; all marked.

What nobody can invent honestly (the pledges of some ten thousand households) is passed over by a marked exception.
"""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from jiugai.accounts.actor import CITY_PATH, Actor, Grant
from jiugai.accounts.roles import Role
from jiugai.checkup.demo import demo_checkup
from jiugai.checkup.models import Checkup
from jiugai.domain.projects import is_central
from jiugai.matters.actions.moving import move
from jiugai.planning.actions.including import record_inclusion
from jiugai.planning.actions.mobilising import Work, raise_objection, record_work
from jiugai.planning.demo import BY
from jiugai.planning.models import MassWork, PlannerOpinion, Project
from jiugai.planning.queries.project import planner_of
from jiugai.policy.actions.judging import look
from jiugai.policy.models import Waiver
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Community

DEMO = Provenance.DEMO
AUTHORITY = "演示例外（不是真实批示）"
WHY = "演示数据没有这一项材料，演示时按例外放行"
BUILDINGS = 2
# Asked for of every project, also in the demonstration.
ASKED = ("t03_6_applied_in_batch", "t03_5_money_enough", "t03_10_quota", "t06_2_housing_leads")
OPINION = "同意提出。资料齐全，居民意愿清楚；建议与周边管线改造一并安排（演示意见）"
OBJECTIONS = ("担心施工期间停车没有地方", "一层住户担心加装电梯挡光", "担心楼道堆物清理后没有地方放")


def check_up(home: Community, *, now: datetime) -> None:
    """Make a finished check-up where there is none."""
    if not Checkup.objects.filter(community=home).exists():
        demo_checkup(home, BY, now, most=BUILDINGS)


def mobilise(home: Community, *, now: datetime, on: date) -> None:
    """Visit the households and ask for consent; now and then an objection stays open."""
    if MassWork.objects.filter(community=home).exists():
        return
    chance, all_homes = random.Random(f"{home.code}-work"), home.households or 0  # noqa: S311 - no secret
    visited = all_homes * chance.randrange(55, 96) // 100
    asked = visited * chance.randrange(70, 101) // 100
    agreed = asked * chance.randrange(62, 97) // 100
    for kind, days, count, yes in (("visit", 60, visited, None), ("consent", 25, asked, agreed)):
        work = Work(kind, on - timedelta(days=days), count, yes, f"{home.name}居委会", "演示记录", provenance=DEMO)
        record_work(community=home, work=work, actor=BY, now=now, on=on)
    for words in chance.sample(OBJECTIONS, chance.choice((0, 0, 0, 1, 1, 2))):
        raise_objection(
            community=home, content=words, door="", raised_on=on - timedelta(days=20), actor=BY, now=now, on=on,
            provenance=DEMO,
        )  # fmt: skip


def have_opinion(project: Project, *, now: datetime, on: date) -> None:
    """Let the planner in charge agree to the project; where the one in charge has no log-in, nobody is asked."""
    term = planner_of(project, on=on)
    if term is not None and term.planner.user is None:
        return
    who = term.planner.user.actor(on=on) if term and term.planner.user else None
    for asked in PlannerOpinion.objects.filter(project=project, closed_at__isnull=True):  # asked by the proposal
        _agree(asked, who, now=now)


def _agree(asked: PlannerOpinion, who: Actor | None, *, now: datetime) -> None:
    stand_in = Actor(name="演示规划师", grants=(Grant(Role.PLANNER, CITY_PATH),), organisation_id=asked.owner_id)
    move(matter=asked, move="agree", actor=who or stand_in, now=now, values={"opinion": OPINION})


def include(project: Project, *, now: datetime) -> None:
    """Put a project of central property into both plans."""
    home = project.community
    if is_central(home.ownership_group, home.ownership_classes):
        for which in ("city", "central"):
            record_inclusion(project=project, which=which, included=True, reference="演示文号", actor=BY, now=now)


def pass_over(home: Community, gate: str, *, now: datetime, on: date) -> Sequence[str]:
    """Lay marked exceptions over rules that do not hold; return which. Batch, money and quota are always asked for."""
    short = (f.rule for f in look(gate=gate, community=home, on=on).passage.blocking)
    rules = [rule for rule in short if rule not in ASKED]
    Waiver.objects.bulk_create(
        Waiver(
            community=home, rule=rule, authority=AUTHORITY, reason=WHY, since=on, until=on + timedelta(days=730),
            granted_by_name=BY.name, granted_at=now,
        )
        for rule in rules
    )  # fmt: skip
    return rules

"""Filters of the pool and of the planners' roster."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from jiugai.domain.gates import GATE_RULES, gate_of
from jiugai.domain.projects import STORED, Family, Phase, State, kind_of
from jiugai.domain.rules import rule_named
from jiugai.planning.models import PlannerTerm, ProjectCommunity
from jiugai.planning.models.projects import KIND_CHOICES, STATE_CHOICES
from jiugai.planning.phases import stands, words_of
from jiugai.policy.models import LatestVerdict
from jiugai.registry.filters import IDS, PLACES, PROVENANCE
from jiugai.registry.models import Community
from jiugai.web.tables.filters import Choice, Dates, FilterSet, Option, Text, equals, flag


def project_word(word: str) -> Q:
    """Return 'title or code contains the word, or a community covered is called so'."""
    homes = Community.objects.filter(search_text__contains=word).values("pk")
    covers = ProjectCommunity.objects.filter(project=OuterRef("pk"), community__in=homes)
    return Q(title__icontains=word) | Q(code__icontains=word) | Q(Exists(covers))


def _families() -> tuple[Option, ...]:
    codes = {family: [code for code, _ in KIND_CHOICES if kind_of(code).family is family] for family in Family}
    return tuple(Option(family.value, family.label, Q(kind__in=codes[family])) for family in Family)


def _owners() -> tuple[Option, ...]:
    """Both lists of central property (T32-9), by what is recorded."""
    return (
        Option("both", "双纳入", Q(city_plan=True, central_plan=True)),
        Option("one", "只纳入一个", Q(city_plan=True, central_plan=False) | Q(city_plan=False, central_plan=True)),
        Option("unknown", "没有登记", Q(city_plan__isnull=True) | Q(central_plan__isnull=True)),
    )


def _blocking(actor: Any, params: Any) -> Sequence[Option]:
    """Rules of the gates before a project that keep one of its communities out now, as last judged."""
    return [_blocked_by(gate, rule) for gate in BEFORE for rule in GATE_RULES[gate]]


# The gates ahead of a project, by the states in which it stands before them.
BEFORE = {"enter_pool": ["proposed"], "enter_plan": ["in_pool"], "start_works": list(STORED)}


def _blocked_by(gate: str, rule: str) -> Option:
    states = BEFORE[gate]
    shut = LatestVerdict.objects.filter(Q(failed__contains=[rule]) | Q(unknown__contains=[rule]), gate=gate)
    covers = ProjectCommunity.objects.filter(project=OuterRef("pk"), community__in=shut.values("community"))
    return Option(rule, f"{rule_named(rule).title}（{gate_of(gate).label}）", Q(Exists(covers), state__in=states))


STORED_NOW = Option("stored", "在库（含已列入计划）", Q(state__in=STORED))


def _standings(actor: Any, params: Any) -> Sequence[Option]:
    """States, and behind the plan its phases; they are counted in the leader's view by the same conditions."""
    found = [STORED_NOW]
    for option in equals("state", STATE_CHOICES):
        found.append(option)
        if option.value == State.IN_PLAN:
            found += [Option(phase.value, words_of(phase.value), stands(phase)) for phase in Phase]
    return found


project_filters = FilterSet(
    (
        Text(name="q", label="搜索", word=project_word, placeholder="项目、小区、编号"),
        *PLACES,
        Choice(name="state", label="状态", options=_standings, main=True),
        Choice(name="kind", label="类型", options=equals("kind", KIND_CHOICES), main=True),
        Choice(name="blocked", label="卡在哪条", options=_blocking, main=True),
        Choice(name="family", label="类型大类", options=_families()),
        Choice(name="dual", label="双纳入", options=_owners()),
        Choice(name="checkup", label="来源体检", options=(
            Option("yes", "有", ~Q(checkup_ref="")), Option("no", "没有关联", Q(checkup_ref="")),
        )),
        Dates(name="proposed", label="提出日期", column="proposed_on", is_time=False),
        PROVENANCE,
        IDS,
    )
)  # fmt: skip


def _in_office(actor: Any, params: Any) -> Sequence[Option]:

    today = timezone.localdate()
    held = PlannerTerm.objects.filter(planner=OuterRef("pk"), valid__contains=today)
    return (Option("yes", "在任", Q(Exists(held))), Option("no", "不在任", ~Q(Exists(held))))


planner_filters = FilterSet(
    (
        Text(name="q", label="搜索", word=lambda word: Q(name__contains=word) | Q(organisation__name__contains=word)),
        PLACES[0],
        Choice(name="office", label="任期", options=_in_office, main=True),
        Choice(name="account", label="平台账号", options=flag("user__isnull", "没有账号", "有账号")[:2]),
        PROVENANCE,
        IDS,
    )
)

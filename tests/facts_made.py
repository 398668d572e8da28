"""Facts for tests: one community for which all holds, and any facts at all."""

from datetime import date

from hypothesis import strategies as st

from jiugai.domain.facts import (
    ApprovalFacts,
    CheckupFacts,
    DesignFacts,
    Evidence,
    Facts,
    GovernanceFacts,
    MenuFacts,
    MenuLine,
    OpenProblem,
    Opinion,
    PipesFacts,
    PlanFacts,
    PledgeFacts,
    ProjectFacts,
    RebuildFacts,
    RegisterFacts,
    SiteFacts,
    WorksFacts,
    YearMoney,
)
from jiugai.domain.five_types import Problem
from jiugai.domain.projects import KINDS

TODAY = date(2026, 11, 23)
PROOFS = (
    "scheme_opinion",
    "permit",
    "local_supervision",
    "temporary_water",
    "special_design",
    "drawing_review",
    "special_opinion",
    "project_drawings",
)

READY = Facts(
    community=7,
    on=TODAY,
    register=RegisterFacts(1985, 96, "6000", "municipal", ("municipal",), "high", "in_plan"),
    governance=GovernanceFacts(tuple((kind.value, date(2026, 9, 1)) for kind in Problem), (), 12, 0),
    checkup=CheckupFacts("TJ-1", date(2026, 6, 1), "2023", 3, 3, "72.5", ("energy",)),
    project=ProjectFacts(
        ref="P1",
        kind="energy",
        state="in_plan",
        lead="朝阳区住房城乡建设委",
        energy_saving=True,
        opinions=(
            Opinion("generation", "agreed", "王工", date(2026, 7, 1), "Y1", 3),
            Opinion("scheme", "agreed", "王工", date(2026, 9, 1), "Y2", 4, "street", 2),
            Opinion("scheme", "agreed", "总师", date(2026, 9, 1), "Y4", 4, "district", 2),
            Opinion("special", "agreed", "王工", date(2026, 9, 1), "Y3", 4, "street", 1),
            Opinion("special", "agreed", "总师", date(2026, 9, 1), "Y5", 4, "district", 1),
        ),
        pledge=PledgeFacts(80, 96, 50_000_000, 60_000_000),
        visits=90,
        objections_open=0,
        dual_inclusion=True,
        items=("riser",),
        lead_is_housing=True,
        cost_yuan=30_000_000,
        works_area_m2=6_000,
    ),
    menu=MenuFacts(
        ref="1",
        edition="beijing-2021",
        edition_in_force="beijing-2021",
        lines=(
            MenuLine("energy", "楼本体节能改造", "basic", True, True),
            MenuLine("riser", "楼内上下水管线改造", "improvement", True, True, asked=90, asking=80),
        ),
        checked_on=date(2026, 10, 1),
        site_before_cm2=90_000_000,
        green_before_cm2=30_000_000,
        site_after_cm2=90_000_000,
        green_after_cm2=30_000_000,
        sheds_fire_ok=1,
        sheds_ready=1,
    ),
    plan=PlanFacts(
        "PB-1",
        "at_city",
        "applied",
        2027,
        60_000,
        60_000,
        4,
        4,
        money=(YearMoney("district_money", 2027, 500, asked_fen=500, used_fen=500, limit_fen=900),),
    ),
    design=DesignFacts(
        scheme=2,
        scheme_on=date(2026, 8, 27),
        special=1,
        special_on=date(2026, 8, 27),
        special_items=9,
        review="passed",
        review_on=date(2026, 9, 10),
        review_ref="SC-1",
        review_edition=1,
        architect="吴工",
        drawings="passed",
        drawings_on=date(2026, 9, 12),
        drawings_ref="SC-2",
        drawings_edition=2,
        signed=("scheme", "drawings"),
    ),
    approvals=ApprovalFacts(
        permit="met",
        permit_ref="施1号",
        permit_on=date(2026, 10, 9),
        plan_ref="招计-1",
        plan_published_on=date(2026, 9, 1),
        form="epc",
    ),
    rebuild=RebuildFacts(),
    evidence=tuple(Evidence(about, "met", f"{about}-1", "区住建委", date(2026, 10, 1)) for about in PROOFS),
    pipes=PipesFacts(has_pipelines=False, has_overhead=False),
    works=WorksFacts(True, date(2026, 11, 1), (), 1),
    site=SiteFacts(
        ref="P1",
        special="passed",
        special_ref="ZX1",
        special_on=date(2026, 11, 20),
        special_items=10,
        fire="current",
        fire_keeps_use=True,
        energy_saving=True,
        architect_signed=True,
    ),
)

_days = st.dates(date(2022, 11, 1), date(2028, 1, 1))
_some_day = st.one_of(st.none(), _days)
_count = st.integers(0, 4)
_maybe = st.one_of(st.none(), st.booleans())
_text = st.text("甲乙丙12-", max_size=4)
_kinds = st.sampled_from([one.value for one in Problem])
_groups = ["central", "municipal", "mixed", "unknown"]


def facts_of_all_kinds() -> st.SearchStrategy[Facts]:
    """Any facts that can be written down, sensible or not."""
    return st.builds(
        Facts,
        community=st.integers(1, 9),
        on=_days,
        register=st.one_of(st.none(), _register()),
        governance=st.one_of(st.none(), _governance()),
        checkup=st.one_of(st.none(), _checkup()),
        project=st.one_of(st.none(), _project()),
        menu=st.one_of(st.none(), _menu()),
        plan=st.one_of(st.none(), _plan()),
        design=st.one_of(st.none(), _design()),
        approvals=st.one_of(st.none(), _approvals()),
        rebuild=st.one_of(st.none(), _rebuild()),
        evidence=st.lists(_evidence(), max_size=9).map(tuple),
        site=st.one_of(st.none(), _site()),
    )


def _site() -> st.SearchStrategy[SiteFacts]:
    return st.builds(
        SiteFacts,
        ref=st.sampled_from(["", "P1"]),
        special=st.sampled_from(["", "open", "failed", "passed"]),
        special_on=_some_day,
        special_items=_count,
        special_failed=st.lists(_text, max_size=2).map(tuple),
        special_open=_count,
        fire=st.sampled_from(["", "current", "as_built"]),
        fire_keeps_use=_maybe,
        fire_difficulty=_text,
        fire_reference=_text,
        fire_floor=_text,
        fire_floor_doubt=_text,
        energy_saving=_maybe,
        architect_signed=_maybe,
    )


def _register() -> st.SearchStrategy[RegisterFacts]:
    classes = st.lists(st.sampled_from(["central_state", "central_enterprise", "municipal"]), max_size=2).map(tuple)
    return st.builds(
        RegisterFacts,
        built_year=st.one_of(st.none(), st.integers(1950, 2005)),
        households=st.one_of(st.none(), _count),
        floor_area_m2=st.one_of(st.none(), st.just("6000.5")),
        ownership_group=st.sampled_from(_groups),
        ownership_classes=classes,
    )


def _governance() -> st.SearchStrategy[GovernanceFacts]:
    problem = st.builds(OpenProblem, _text, _kinds, _text, _text, _maybe, st.one_of(st.none(), _count))
    return st.builds(
        GovernanceFacts,
        surveyed=st.lists(st.tuples(_kinds, _days), max_size=8).map(tuple),
        open=st.lists(problem, max_size=4).map(tuple),
        guards_affecting=st.one_of(st.none(), _count),
        guards_left=st.one_of(st.none(), _count),
    )


def _checkup() -> st.SearchStrategy[CheckupFacts]:
    return st.builds(
        CheckupFacts,
        ref=_text,
        finished_on=_some_day,
        edition=_text,
        buildings_done=_count,
        buildings_all=st.one_of(st.none(), _count),
        score=st.one_of(st.none(), st.just("61.5")),
        needs=st.lists(_text, max_size=2).map(tuple),
    )


def _project() -> st.SearchStrategy[ProjectFacts]:
    opinion = st.builds(
        Opinion,
        at=st.sampled_from(["generation", "scheme", "special"]),
        state=st.sampled_from(["agreed", "objected", "asked", "lapsed"]),
        by=_text,
        on=_some_day,
        ref=_text,
        working_days=st.one_of(st.none(), st.integers(0, 9)),
        role=st.sampled_from(["street", "district"]),
        edition=st.integers(0, 2),
    )
    pledge = st.builds(PledgeFacts, _count, st.one_of(st.none(), _count), _count, st.one_of(st.none(), _count))
    return st.builds(
        ProjectFacts,
        ref=st.sampled_from(["", "P1"]),
        kind=st.sampled_from(["", *(kind.code for kind in KINDS)]),
        energy_saving=_maybe,
        opinions=st.lists(opinion, max_size=4).map(tuple),
        pledge=st.one_of(st.none(), pledge),
        objections_open=st.one_of(st.none(), _count),
        dual_inclusion=_maybe,
        items=st.one_of(st.none(), st.lists(st.sampled_from(["riser", "utilities"]), max_size=2).map(tuple)),
        lead_is_housing=_maybe,
        cost_yuan=st.one_of(st.none(), st.integers(0, 600_000)),
        works_area_m2=st.one_of(st.none(), st.integers(0, 600)),
    )


def _menu() -> st.SearchStrategy[MenuFacts]:
    maybe_count, maybe_area = st.one_of(st.none(), _count), st.one_of(st.none(), st.integers(-1, 9))
    line = st.builds(
        MenuLine,
        item=_text,
        label=_text,
        cls=st.sampled_from(["basic", "improvement", "upgrading"]),
        leads=st.booleans(),
        chosen=st.booleans(),
        reason=_text,
        touches=st.sampled_from(["", "old_building", "old_tree", "both"]),
        authority=_text,
        authority_on=_some_day,
        asked=maybe_count,
        asking=maybe_count,
    )
    return st.builds(
        MenuFacts,
        ref=st.sampled_from(["", "1"]),
        lines=st.lists(line, max_size=4).map(tuple),
        checked_on=_some_day,
        site_before_cm2=maybe_area,
        green_before_cm2=maybe_area,
        site_after_cm2=maybe_area,
        green_after_cm2=maybe_area,
        sheds_fire_ok=maybe_count,
        sheds_ready=maybe_count,
    )


def _plan() -> st.SearchStrategy[PlanFacts]:
    return st.builds(
        PlanFacts,
        batch=st.sampled_from(["", "PB-1"]),
        batch_stage=st.sampled_from(["", "draft", "at_city", "returned", "decided"]),
        item_state=st.sampled_from(["", "applied", "questioned", "answered", "confirmed"]),
        year=st.one_of(st.none(), st.integers(2026, 2029)),
        basic_m2=_count,
        saving_m2=_count,
        basic=_count,
        saving=_count,
        unmeasured=_count,
        money=st.lists(_money(), max_size=3).map(tuple),
    )


def _money() -> st.SearchStrategy[YearMoney]:
    return st.builds(
        YearMoney,
        kind=st.sampled_from(["district_money", "city_money"]),
        year=st.integers(2026, 2029),
        own_fen=st.one_of(st.none(), _count),
        used_fen=_count,
        limit_fen=st.one_of(st.none(), _count),
        lacking=st.lists(_text, max_size=2).map(tuple),
    )


def _evidence() -> st.SearchStrategy[Evidence]:
    return st.builds(
        Evidence,
        about=st.sampled_from(PROOFS),
        state=st.sampled_from(["met", "not_met", "exempt"]),
        reference=_text,
        issued_by=_text,
        on=_days,
        until=_some_day,
    )


def _design() -> st.SearchStrategy[DesignFacts]:
    return st.builds(
        DesignFacts,
        scheme=st.integers(0, 2),
        scheme_swapped=st.booleans(),
        special=st.integers(0, 2),
        special_items=_count,
        special_swapped=st.booleans(),
        review=st.sampled_from(["", "asked", "passed", "failed"]),
        review_on=_some_day,
        review_ref=_text,
        review_edition=st.integers(0, 2),
        architect=_text,
        drawings=st.sampled_from(["", "asked", "passed", "failed"]),
        drawings_on=_some_day,
        drawings_ref=_text,
        drawings_edition=st.integers(0, 2),
        signed=st.lists(st.sampled_from(["scheme", "drawings", "completion"]), max_size=2).map(tuple),
    )


def _approvals() -> st.SearchStrategy[ApprovalFacts]:
    return st.builds(
        ApprovalFacts,
        permit=st.sampled_from(["", "asked", "met", "exempt", "refused"]),
        permit_ref=_text,
        permit_on=_some_day,
        permit_until=_some_day,
        supervisor=_text,
        supervised_on=_some_day,
        plan_ref=_text,
        plan_published_on=_some_day,
        form=st.sampled_from(["", "epc", "construction"]),
        form_reason=_text,
    )


def _rebuild() -> st.SearchStrategy[RebuildFacts]:
    maybe = st.one_of(st.none(), _count)
    return st.builds(
        RebuildFacts,
        situation=st.sampled_from(["", "contiguous", "interwoven", "wished", "other"]),
        basis=_text,
        households_before=maybe,
        households_after=maybe,
        wish_agreed=_count,
        area_before_cm2=maybe,
        area_after_cm2=maybe,
        planning_ref=_text,
        planning_on=_some_day,
        safety_ref=_text,
        safety_on=_some_day,
    )

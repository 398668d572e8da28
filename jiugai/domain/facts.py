"""What the rules look at: frozen sections, one per part of the product, of one community on one day.

A section that is None was not loaded or is not known; a field that is None is not known. Rules turn that into
`unknown`. Each section is filled by the part that owns the facts (see `policy.providers`), in a constant number of
queries for any number of communities. Sections hold plain JSON-able values only, so that a verdict can be replayed.
"""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class RegisterFacts:
    """From the register. `ownership_group` and `need` are the codes of the map; "unknown" is a value there."""

    built_year: int | None = None
    households: int | None = None
    floor_area_m2: str | None = None
    ownership_group: str = "unknown"
    ownership_classes: tuple[str, ...] = ()
    need: str = "unknown"
    plan_mark: str = "unknown"


@dataclass(frozen=True)
class OpenProblem:
    """An open problem of the five types. `affects_works` is None while nobody has judged it."""

    ref: str
    kind: str
    stage: str
    place: str
    affects_works: bool | None
    count_left: int | None = None


@dataclass(frozen=True)
class GovernanceFacts:
    """From governance. `surveyed` are the problem types whose inventory was taken, with the day."""

    surveyed: tuple[tuple[str, date], ...] = ()
    open: tuple[OpenProblem, ...] = ()
    guards_affecting: int | None = None
    guards_left: int | None = None


@dataclass(frozen=True)
class CheckupFacts:
    """From the check-up: the last finished one, and how many buildings it covers."""

    ref: str = ""
    finished_on: date | None = None
    edition: str = ""
    buildings_done: int = 0
    buildings_all: int | None = None
    score: str | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Opinion:
    """A planner's opinion: `at` is generation, scheme or special; `state` is agreed, objected, asked or lapsed.

    `on` is the day it was given, `working_days` how many the planner has taken so far, suspended days not counted.
    `role` is street or district (the chief planner); `edition` the edition of the scheme it is on, 0 without any.
    """

    at: str
    state: str
    by: str
    on: date | None
    ref: str = ""
    working_days: int | None = None
    role: str = "street"
    edition: int = 0


@dataclass(frozen=True)
class PledgeFacts:
    """Owners' pledges to rebuild or continue the maintenance fund; areas in integer cm²."""

    households_pledged: int = 0
    households_all: int | None = None
    area_pledged_cm2: int = 0
    area_all_cm2: int | None = None


@dataclass(frozen=True)
class ProjectFacts:
    """From planning: the project in question; `ref` is empty while there is none.

    `items` are the codes of single items done along with it, `lead_is_housing` tells whether the lead body is the
    district's housing department; `cost_yuan` and `works_area_m2` decide whether a construction permit is needed.
    """

    ref: str = ""
    kind: str = ""
    state: str = ""
    lead: str = ""
    energy_saving: bool | None = None
    opinions: tuple[Opinion, ...] = ()
    pledge: PledgeFacts | None = None
    visits: int = 0
    objections_open: int | None = None
    dual_inclusion: bool | None = None
    items: tuple[str, ...] | None = None
    lead_is_housing: bool | None = None
    cost_yuan: int | None = None
    works_area_m2: int | None = None


@dataclass(frozen=True)
class MenuLine:
    """A line of a project's menu in one community, in the order of the menu.

    `leads` tells that the policy puts it first in its class. A line left out has `chosen` False and perhaps a reason.
    `touches` is "", old_building, old_tree or both; `authority` the document that allows it, of day `authority_on`.
    `asked` and `asking` are the households asked about it and those who want it; None while nobody asked.
    """

    item: str
    label: str
    cls: str
    leads: bool
    chosen: bool
    reason: str = ""
    touches: str = ""
    authority: str = ""
    authority_on: date | None = None
    asked: int | None = None
    asking: int | None = None


@dataclass(frozen=True)
class MenuFacts:
    """From planning: what is renovated in a community, by which edition, and the bottom lines.

    `checked_on` is the day on which somebody answered for old buildings and old trees. Areas are integer cm². Of the
    bicycle sheds `sheds_fire_ok` meet the fire rules and `sheds_ready` of those reserve conditions for charging.
    """

    ref: str = ""
    edition: str = ""
    edition_in_force: str = ""
    lines: tuple[MenuLine, ...] = ()
    checked_on: date | None = None
    site_before_cm2: int | None = None
    green_before_cm2: int | None = None
    site_after_cm2: int | None = None
    green_after_cm2: int | None = None
    sheds_fire_ok: int | None = None
    sheds_ready: int | None = None


@dataclass(frozen=True)
class YearMoney:
    """One kind of money (district_money, city_money) in one year of a project's works, in fen.

    `own_fen` is what the project takes of it, None while nobody has entered that. `used_fen` is what the district's
    plan, the other batches at the city and the project's own batch come to; `lacking` names projects among them whose
    money nobody has entered. `limit_fen` is None while there is no limit on record.
    """

    kind: str
    year: int
    own_fen: int | None
    planned_fen: int = 0
    waiting_fen: int = 0
    asked_fen: int = 0
    used_fen: int = 0
    limit_fen: int | None = None
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanFacts:
    """From the plan: the batch in which the project stands, and what counts in its district's year of start.

    `batch` is empty while the district has not applied; areas are of basic-class projects, planned and applied for.
    `waiting` of them lie in other batches at the city that are not decided. `money` has a row for each kind of money
    in each year of the project's works.
    """

    batch: str = ""
    batch_stage: str = ""
    item_state: str = ""
    year: int | None = None
    basic_m2: int = 0
    saving_m2: int = 0
    basic: int = 0
    saving: int = 0
    unmeasured: int = 0
    waiting: int = 0
    waiting_m2: int = 0
    money: tuple[YearMoney, ...] = ()


@dataclass(frozen=True)
class DesignFacts:
    """From approvals: the schemes as they were last submitted (`scheme`, `special` are editions, 0 for none).

    `scheme_swapped` and `special_swapped` tell that the file was replaced or withdrawn after it was submitted. `review`
    is the state of the newest drawing review of the special scheme (asked, passed, failed), `review_edition` the
    edition it is on; `drawings` the same of the project's own scheme. `signed` is what the architect in charge has
    signed for on the edition of the project's scheme that stands.
    """

    scheme: int = 0
    scheme_on: date | None = None
    scheme_swapped: bool = False
    special: int = 0
    special_on: date | None = None
    special_items: int = 0
    special_swapped: bool = False
    review: str = ""
    review_on: date | None = None
    review_ref: str = ""
    review_edition: int = 0
    architect: str = ""
    drawings: str = ""
    drawings_on: date | None = None
    drawings_ref: str = ""
    drawings_edition: int = 0
    signed: tuple[str, ...] = ()


@dataclass(frozen=True)
class ApprovalFacts:
    """From approvals: permit (asked, met, exempt, refused), local supervision, tender plan and the tender prepared.

    `form` is the form of contract (epc or another); `form_reason` says why another was chosen.
    """

    permit: str = ""
    permit_ref: str = ""
    permit_on: date | None = None
    permit_until: date | None = None
    supervisor: str = ""
    supervised_on: date | None = None
    plan_ref: str = ""
    plan_published_on: date | None = None
    form: str = ""
    form_reason: str = ""


@dataclass(frozen=True)
class RebuildFacts:
    """From approvals: how a rebuild is meant; areas in integer cm², None where not recorded.

    `situation` is which of the three situations applies, `basis` what proves it; `planning_ref` and `safety_ref` name
    the two confirmations. `wish_agreed` of `wish_answered` households agreed to be rebuilt.
    """

    situation: str = ""
    basis: str = ""
    households_before: int | None = None
    households_after: int | None = None
    wish_agreed: int = 0
    wish_answered: int = 0
    area_before_cm2: int | None = None
    area_after_cm2: int | None = None
    planning_ref: str = ""
    planning_on: date | None = None
    safety_ref: str = ""
    safety_on: date | None = None


@dataclass(frozen=True)
class Evidence:
    """A fact proved by a document made outside the product. `state` is met, not_met or exempt."""

    about: str
    state: str
    reference: str
    issued_by: str
    on: date
    until: date | None = None


@dataclass(frozen=True)
class OpenOverlap:
    """Works of another department on a project's ground that nobody has answered for.

    `state` is unasked, asked or lapsed; `due_on` the day by which the answer was asked.
    """

    ref: str
    work: str
    department: str
    state: str
    due_on: date | None = None
    gap_days: int | None = None


@dataclass(frozen=True)
class WorksFacts:
    """From the register of other departments' works: what meets the ground of this community's projects.

    `placed` tells whether the project lies on the map, `reported_on` how fresh what the departments reported here is.
    """

    placed: bool = False
    reported_on: date | None = None
    open: tuple[OpenOverlap, ...] = ()
    answered: int = 0


@dataclass(frozen=True)
class PipeFact:
    """A pipeline job inside the red line, not merged into another one."""

    ref: str
    title: str
    trade: str
    starts: date | None = None
    ends: date | None = None
    accepted_on: date | None = None
    design_ref: str = ""
    acceptance_ref: str = ""


@dataclass(frozen=True)
class RiserFact:
    """An application for risers that is agreed or further; `water_from` and `water_until` its temporary water."""

    ref: str
    place: str
    stage: str
    water_from: date | None = None
    water_until: date | None = None
    works_from: date | None = None


@dataclass(frozen=True)
class PipesFacts:
    """From the pipelines of the project in question: jobs, the comprehensive works they run with, the public area.

    `has_pipelines` and `has_overhead` are None while nobody has looked. `risers` are None where no round was held.
    """

    has_pipelines: bool | None = None
    has_overhead: bool | None = None
    site_from: date | None = None
    site_until: date | None = None
    public_design_ref: str = ""
    public_from: date | None = None
    public_until: date | None = None
    public_acceptance_ref: str = ""
    jobs: tuple[PipeFact, ...] = ()
    risers: tuple[RiserFact, ...] | None = None


@dataclass(frozen=True)
class SiteFacts:
    """From site and acceptance, of the project on site (`ref`; the earliest, when there are several).

    `special` is the state of the special accessibility acceptance: empty without one, else open, failed or passed.
    `fire` is the fire standard applied: current or as_built; `fire_floor` names the one in force when built.
    `energy_saving` tells whether its works save energy, `architect_signed` whether the architect in charge has signed
    for the completion of the scheme that stands.
    """

    ref: str = ""
    special: str = ""
    special_ref: str = ""
    special_on: date | None = None
    special_items: int = 0
    special_failed: tuple[str, ...] = ()
    special_open: int = 0
    fire: str = ""
    fire_keeps_use: bool | None = None
    fire_difficulty: str = ""
    fire_reference: str = ""
    fire_floor: str = ""
    fire_floor_doubt: str = ""
    energy_saving: bool | None = None
    architect_signed: bool | None = None


@dataclass(frozen=True)
class Facts:
    """Everything a rule may look at."""

    community: int
    on: date
    register: RegisterFacts | None = None
    governance: GovernanceFacts | None = None
    checkup: CheckupFacts | None = None
    project: ProjectFacts | None = None
    menu: MenuFacts | None = None
    plan: PlanFacts | None = None
    design: DesignFacts | None = None
    approvals: ApprovalFacts | None = None
    rebuild: RebuildFacts | None = None
    evidence: tuple[Evidence, ...] = field(default=())
    works: WorksFacts | None = None
    pipes: PipesFacts | None = None
    site: SiteFacts | None = None

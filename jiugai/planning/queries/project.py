"""What the page of a project shows, loaded with the person's eyes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Answer, Permission, may
from jiugai.domain.gates import gate_of
from jiugai.domain.planner_guide import STEPS, Phase, Step
from jiugai.domain.pledge import Tally
from jiugai.domain.process import Move
from jiugai.domain.projects import BUILT, LIFE, PROCESS, Inclusion, State, is_central, kind_of
from jiugai.domain.stages import Gate
from jiugai.matters.showing import second_words, standing, time_words
from jiugai.planning.models import GuideMark, PlannerOpinion, PlannerTerm, PoolEntry, Project
from jiugai.planning.opinion import PROCESS as PROCESS_OF_OPINION
from jiugai.planning.queries.checkups import source_of
from jiugai.planning.queries.pledges import tallies
from jiugai.policy.actions.judging import look
from jiugai.policy.doors import door_of as offer_of
from jiugai.policy.models import Occurrence
from jiugai.policy.showing import GateView, view_of
from jiugai.registry.models import Building, Community
from jiugai.web.parts.dates import cn_date

GATE_OF_STATE = {State.PROPOSED: "enter_pool", State.IN_POOL: "enter_plan", State.IN_PLAN: "start_works",
                 State.ON_SITE: "complete"}  # fmt: skip

LATER = ("enter_plan", "complete")


@dataclass(frozen=True)
class Door:
    """A gate before a project: what each community's findings say, and whether the person may pass."""

    gate: Gate
    move: Move
    answer: Answer
    views: list[GateView]

    @property
    def is_open(self) -> bool:
        """Whether it lets every community through."""
        return all(view.lets_through for view in self.views)

    @property
    def elsewhere(self) -> str:
        """Where a later part has this gate passed; empty for the gates that are passed on the project's own page."""
        offered = offer_of(self.gate.code) if self.gate.code in LATER else None
        return offered.url(self.views[0].community) if offered and self.views else ""

    @property
    def blocking(self) -> int:
        """How many findings keep it shut."""
        return sum(len(view.blocked) for view in self.views)


@dataclass(frozen=True)
class Shown:
    """The page."""

    project: Project
    homes: list[Community]
    buildings: list[Building]
    stages: list[dict[str, str]]
    door: Door | None
    entries: list[PoolEntry]
    source: tuple[str, str] | None
    items: list[str]
    central: bool | None
    inclusion: Inclusion
    pledges: dict[int, Tally]
    planner: PlannerTerm | None
    guide: list[dict[str, Any]]
    opinions: list[dict[str, Any]]
    events: list[dict[str, Any]]
    rights: dict[str, Answer]

    @property
    def may_ask(self) -> list[tuple[str, str]]:
        """Steps at which the planner can be asked now: those without an open question, while the project lives."""
        if self.project.stands in (State.EXITED, State.WITHDRAWN, *BUILT):
            return []
        waiting = {one["row"].at for one in self.opinions if one["row"].closed_at is None or one["row"].edition}
        return [(code, words) for code, words in PlannerOpinion.At.choices if code not in waiting]

    @property
    def done_steps(self) -> int:
        """Steps of the guide with a record."""
        return sum(bool(row["mark"]) for phase in self.guide for row in phase["steps"])


def show(project: Project, *, actor: Actor, on: date) -> Shown:
    """Load the page; the number of queries grows only with the communities covered, for their gates."""
    homes = covered_by(project, actor)
    central = {is_central(h.ownership_group, h.ownership_classes) for h in homes}
    return Shown(
        project=project,
        homes=homes,
        buildings=list(Building.objects.filter(project_links__project=project).order_by("label")),
        stages=_stages(project, on),
        door=door_of(project, homes, actor=actor, on=on),
        entries=list(project.entries.all()),
        source=source_of(project, actor),
        items=[kind_of(code).label for code in project.items],
        central=True if True in central else None if None in central else False,
        inclusion=Inclusion(project.city_plan, project.central_plan),
        pledges=tallies([home.pk for home in homes]),
        planner=planner_of(project, on=on),
        guide=_guide(project),
        opinions=_opinions(project),
        events=_events(project, homes),
        rights={
            "propose": may(actor, Permission.POOL_PROPOSE, project),
            "decide": may(actor, Permission.POOL_DECIDE, project),
            "opinion": may(actor, Permission.OPINION_GIVE, project),
        },
    )


def covered_by(project: Project, actor: Actor) -> list[Community]:
    """Return the covered communities that the person sees, the leading one first."""
    rows = Community.objects.visible_to(actor).filter(project_links__project=project).select_related("area")
    return sorted(rows, key=lambda c: (c.pk != project.community_id, c.pk))


def door_of(project: Project, homes: Sequence[Community], *, actor: Actor, on: date) -> Door | None:
    """Judge the next gate of a project for each community; None where no gate lies ahead here."""
    code = GATE_OF_STATE.get(project.stands)
    if code is None:
        return None
    move = next(move for move in PROCESS.moves if move.gate == code)
    views = [view_of(look(gate=code, community=home, on=on), actor=actor) for home in homes]
    return Door(gate_of(code), move, may(actor, Permission(move.permission), project), views)


def _stages(project: Project, on: date) -> list[dict[str, str]]:
    ended = project.stands in (State.EXITED, State.WITHDRAWN)
    entry = project.entries.order_by("pk").last()
    reached = State.IN_POOL if entry and ended else State.PROPOSED if ended else project.stands
    days = {State.PROPOSED: project.proposed_on, State.IN_POOL: entry and entry.entered_on,
            State.ON_SITE: project.works_started_on}  # fmt: skip
    at = LIFE.index(reached)
    words = {State.PROPOSED: "提出", State.IN_POOL: "入储备库", State.IN_PLAN: "列入计划"}
    rows = []
    for n, state in enumerate(LIFE):
        day = days.get(state)
        note = cn_date(day, today=on) if day and n <= at else ""
        passed = "done" if n < at else "now" if n == at and not ended else "done" if n == at else "later"
        rows.append({"label": words.get(state, state.label), "state": passed, "note": note})
    return rows


def planner_of(project: Project, *, on: date, role: str = "street") -> PlannerTerm | None:
    """Return the term of the planner in charge of the project's street, or of its district, on a day."""
    codes = project.area_path.strip("/").split("/")
    at = 2 if role == PlannerOpinion.Role.STREET else 1
    if len(codes) <= at:
        return None
    terms = PlannerTerm.objects.filter(street__code=codes[at], valid__contains=on)
    return terms.select_related("planner__organisation", "planner__user", "street").first()


def _opinions(project: Project) -> list[dict[str, Any]]:
    rows = PlannerOpinion.objects.filter(project=project).select_related("owner", "assignee").order_by("-pk")
    return [
        {"row": row, "tag": PROCESS_OF_OPINION.stage(row.stage).tag, "words": PROCESS_OF_OPINION.stage(row.stage).label,
         "time": time_words(standing(row)), "second": second_words(row)}
        for row in rows
    ]  # fmt: skip


def _guide(project: Project) -> list[dict[str, Any]]:
    newest: dict[str, GuideMark] = {}
    for mark in GuideMark.objects.filter(project=project).order_by("done_on", "pk"):
        newest[mark.step] = mark
    return [
        {"phase": phase, "steps": [_step(step, newest) for step in STEPS if step.phase is phase]} for phase in Phase
    ]


def _step(step: Step, newest: dict[str, GuideMark]) -> dict[str, Any]:
    return {"step": step, "mark": newest.get(step.code)}


def _events(project: Project, homes: Sequence[Community]) -> list[dict[str, Any]]:
    """Return what happened to the project, newest first, from the communities' timelines."""
    rows = Occurrence.objects.filter(community__in=homes, at__date__gte=project.proposed_on).exclude(code="gate_passed")
    return [
        {"when": row.at, "title": row.title, "detail": row.words, "url": row.url,
         "demo": row.provenance == "demo", "kind": "bad" if row.code in {"gate_closed", "gate_refused"} else ""}
        for row in rows.order_by("-at", "-pk")[:12]
    ]  # fmt: skip

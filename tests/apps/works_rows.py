"""Rows for the tests of works: a project on site in 枣营南里, with its firms."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.models import Membership, Organisation, User
from jiugai.accounts.roles import Role
from jiugai.domain import accessibility, gates
from jiugai.domain.gates import GATE_RULES
from jiugai.domain.rules import rule_named
from jiugai.matters.actions import attach, move, open_matter
from jiugai.matters.models import Matter
from jiugai.planning.actions.moving import start_works
from jiugai.planning.models import Project
from jiugai.policy.actions.judging import look
from jiugai.policy.models import Waiver
from jiugai.registry.models import Community, Document
from jiugai.works.actions.completing import complete, record_fire
from jiugai.works.actions.firms import name_firm
from jiugai.works.actions.special import Mark, mark_item, open_special, record_try_out
from jiugai.works.actions.special_items import Place
from jiugai.works.models import NewTechnique, OpenChallenge, SafetyEvaluation, SpecialAcceptance
from tests.apps.planning_rows import now, stored, waive
from tests.cast import CHAOYANG, SINCE, Cast

BEGUN = 40  # days ago


def today() -> date:
    return timezone.localdate()


def ago(days: int) -> date:
    return today() - timedelta(days=days)


def begin_earlier(project: Project, *, days: int = BEGUN) -> Project:
    """Let the works have begun some time ago, as if the start had been approved then."""
    Project.objects.filter(pk=project.pk).update(works_started_on=ago(days))
    project.refresh_from_db()
    return project


def on_site(cast: Cast, home: Community, **more: Any) -> Project:
    """A project whose works have begun, let through the gates under exceptions."""
    project = stored(cast, home, **more)
    waive(home, "start_works")
    start_works(project=project, actor=cast.actor("district_lead"), now=now(), on=today())
    project.refresh_from_db()
    return begin_earlier(project)


def a_firm(cast: Cast, name: str, role: Role, username: str) -> tuple[Organisation, User]:
    """A company with one person in 朝阳区."""
    body = Organisation.objects.create(
        code=f"W-{username}", name=name, kind=Organisation.Kind.COMPANY, area=cast.areas[CHAOYANG]
    )
    body.refresh_from_db()
    user = User.objects.create_user(username, "correct horse 2026", display_name=f"{role.label}·{username}")
    Membership.objects.create(user=user, organisation=body, role=role, area=cast.areas[CHAOYANG], starts=SINCE)
    cast.people[username] = user
    cast.bodies[username] = body
    return body, user


def crew(cast: Cast, project: Project) -> None:
    """Name implementing body, contractor and supervisor; `cast.actor("builder")` and so on act for them."""
    builder, _ = a_firm(cast, "示例建工集团", Role.CONTRACTOR, "builder")
    watcher, _ = a_firm(cast, "示例监理公司", Role.SUPERVISOR, "watcher")
    owner, _ = a_firm(cast, "示例城市更新公司", Role.IMPLEMENTER, "renewer")
    Project.objects.filter(pk=project.pk).update(implementer=owner)
    project.refresh_from_db()
    lead = cast.actor("district_lead")
    for duty, body in (("contractor", builder), ("supervisor", watcher)):
        name_firm(project=project, duty=duty, firm=body, since=ago(BEGUN), actor=lead, now=now())


def paper(matter: Matter, kind: str) -> None:
    """Put a document of a kind into a matter's papers."""
    document = Document.objects.create(community=matter.community, kind="photo", title=kind)
    attach(matter=matter, kind=kind, actor=SYSTEM, now=now(), document=document)


def special(cast: Cast, project: Project, home: Community, *, who: str = "district_lead") -> SpecialAcceptance:
    """An acceptance of every requirement in force."""
    places = [Place(one.code, one.place) for one in accessibility.in_force(ago(60))]
    return open_special(
        project=project, community=home, scheme_ref="专项-1", scheme_on=ago(60), places=places, left_out={},
        actor=cast.actor(who), now=now(),
    )  # fmt: skip


def mark(cast: Cast, item: Any, result: str = "pass", note: str = "", *, who: str = "district_lead") -> None:
    mark_item(item=item, mark=Mark(result, today(), "", note), actor=cast.actor(who), now=now())


def passed(cast: Cast, project: Project, home: Community, *, who: str = "district_lead") -> SpecialAcceptance:
    """An acceptance that has passed."""
    acceptance = special(cast, project, home, who=who)
    for item in acceptance.items.all():
        mark(cast, item, who=who)
    record_try_out(
        acceptance=acceptance,
        who="elderly",
        people=2,
        held_on=today(),
        words="坡道好走",
        actor=cast.actor(who),
        now=now(),
    )
    done: SpecialAcceptance = move(
        matter=acceptance, move="pass", actor=cast.actor(who), now=now(), values={"passed_on": today()}
    )
    return done


def moment(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


WORKS_KINDS = ("works", "evaluations", "techniques", "challenges")


def works_objects(home: Community, body: Organisation) -> dict[str, Any]:
    """One row of each kind that has addresses of its own, for the matrix of rights."""
    project = Project.objects.filter(covers__community=home).order_by("pk").first()
    challenge = open_matter(
        model=OpenChallenge, values={"title": "屋面防水", "topic": "roof", "goal": "十年不漏"}, area=home.area,
        actor=SYSTEM, now=now(),
    )  # fmt: skip
    evaluation = SafetyEvaluation.objects.create(
        area=home.area, firm=body, period_from=ago(30), period_to=today(), score=90, level="良好", by_name="某",
        counts={}, lines=[], at=now(),
    )  # fmt: skip
    technique = NewTechnique.objects.create(
        kind="material", name=f"防水卷材{home.pk}", maker="某厂", summary="自粘", by_name="某"
    )
    return {"works": project, "evaluations": evaluation, "techniques": technique, "challenges": challenge}


OURS = ("t11_6_special_passed", "t22_3_current_fire_standard", "t22_4_floor_with_difficulty")


def leave_pipes_aside(home: Community, monkeypatch: Any) -> None:
    """Judge completion by the rules of works: others' are waived, those still to come not asked for."""
    for rule in GATE_RULES["complete"]:
        if rule not in OURS:
            Waiver.objects.create(
                community=home, rule=rule, authority="测试批示〔2026〕2号", reason="测试", since=ago(30),
                until=ago(-30), granted_by_name="测试", granted_at=now(),
            )  # fmt: skip
    ruled = {clause for name in GATE_RULES["complete"] for clause in rule_named(name).clauses}
    asked = tuple(
        replace(gate, obligations=tuple(one for one in gate.obligations if one in ruled))
        if gate.code == "complete"
        else gate
        for gate in gates.GATES
    )
    monkeypatch.setattr(gates, "GATES", asked)
    gates._standing.cache_clear()


SIGNED = {
    "report": "竣验-1", "design": "示例设计院", "contractor": "示例建工集团", "supervisor": "示例监理公司",
    "implementer": "示例城市更新公司",
}  # fmt: skip


def current_fire(cast: Cast, project: Project, *, who: str = "district_lead") -> None:
    record_fire(
        project=project, keeps_use=True, standard="current", difficulty="", reference="", building=None,
        actor=cast.actor(who), now=now(),
    )  # fmt: skip


def completed(cast: Cast, home: Community, monkeypatch: Any) -> Project:
    """A project that was completed through its gate."""
    project = on_site(cast, home)
    crew(cast, project)
    leave_pipes_aside(home, monkeypatch)
    passed(cast, project, home)
    current_fire(cast, project)
    complete(
        project=project, completed_on=today(), signed=SIGNED, actor=cast.actor("district_lead"), now=now(), on=today()
    )
    project.refresh_from_db()
    return project


def finish(cast: Cast, project: Project, **more: Any) -> Any:
    """Complete a project as its implementing body, today and signed by all unless told otherwise."""
    values = {"completed_on": today(), "signed": SIGNED, "actor": cast.actor("renewer"), "now": now(), "on": today()}
    return complete(project=project, **{**values, **more})


def says(home: Community) -> dict[str, str]:
    """Return what each rule says of completion."""
    judged = look(gate="complete", community=home, on=today())
    return {finding.rule: finding.outcome.value for finding in judged.passage.verdict.findings}

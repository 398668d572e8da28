"""Special acceptance, facade, fire standard, completion, filing, effect review, handover (T11-4…6, T02-7, T22)."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, connections, transaction

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.approvals.actions.architects import Architect, name_architect
from jiugai.approvals.actions.submitting import Draft, Item, submit_scheme
from jiugai.approvals.models import SignOff
from jiugai.domain import accessibility
from jiugai.domain.effect import Answer, Party, average, lacking
from jiugai.domain.errors import Conflict, NotAllowed, Refusal
from jiugai.domain.schemes import SchemeKind
from jiugai.governance.models import WindowGuard
from jiugai.matters.actions import move, open_matter
from jiugai.planning.actions.moving import enter_pool, start_works
from jiugai.planning.models import Project
from jiugai.policy.actions.judging import GateShut, look
from jiugai.policy.facts import load_facts
from jiugai.registry.models import Building, Document, DocumentVersion
from jiugai.works.actions.completing import BadFire, NotSigned, OtherFirst, complete, record_fire
from jiugai.works.actions.reviewing import BadAnswer, Said, record_answer
from jiugai.works.actions.signing import replaced
from jiugai.works.actions.special import BadItem, Mark, mark_item, open_special
from jiugai.works.actions.special_items import Place
from jiugai.works.kinds._shared import BadDay
from jiugai.works.models import (
    AcceptanceFiling,
    Completion,
    EffectFollowUp,
    EffectReview,
    FacadeAcceptance,
    FireRecord,
    Handover,
    SpecialAcceptance,
    SpecialMark,
)
from jiugai.works.queries.facts import load_site_facts
from tests.apps import works_rows
from tests.apps.planning_rows import a_community, a_project, now
from tests.apps.works_rows import (
    SIGNED,
    ago,
    completed,
    crew,
    current_fire,
    leave_pipes_aside,
    mark,
    on_site,
    paper,
    passed,
    special,
    today,
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(cast: Cast):
    return a_community(cast)


@pytest.fixture
def project(cast: Cast, home):
    made = on_site(cast, home)
    crew(cast, made)
    return made


def finish(cast: Cast, project, **more):
    values = {"completed_on": today(), "signed": SIGNED, "actor": cast.actor("renewer"), "now": now(), "on": today()}
    return complete(project=project, **{**values, **more})


def says(home) -> dict[str, str]:
    judged = look(gate="complete", community=home, on=today())
    return {finding.rule: finding.outcome.value for finding in judged.passage.verdict.findings}


@pytest.mark.obligation("T11-4")
def test_the_list_of_requirements_has_days_and_every_one_is_answered():
    assert [one.code for one in accessibility.in_force(date(2022, 3, 31))] == []
    assert len(accessibility.in_force(date(2022, 4, 1))) == 9
    assert "synchrony" in {one.code for one in accessibility.in_force(date(2023, 9, 1))}
    everything = [one.code for one in accessibility.in_force(today())]
    assert [one.code for one in accessibility.not_covered(everything[1:], [], today())] == everything[:1]
    assert accessibility.not_covered(everything[1:], everything[:1], today()) == ()


@pytest.mark.obligation("T11-4")
def test_a_scheme_that_passes_over_a_requirement_without_a_reason_is_refused(cast: Cast, project, home):
    with pytest.raises(BadItem, match=r"自动门.*没有写不涉及的理由"):
        open_with(cast, project, home, without="door", reason=" ")
    made = open_with(cast, project, home, without="door", reason="没有自动门")
    assert made.items.get(code="door").left_out == "没有自动门"
    with pytest.raises(BadItem, match="不用验收"):
        mark(cast, made.items.get(code="door"))


def open_with(cast: Cast, project, home, *, without: str, reason: str) -> SpecialAcceptance:
    places = [Place(one.code, one.place) for one in accessibility.in_force(ago(60)) if one.code != without]
    return open_special(
        project=project, community=home, scheme_ref="专项-1", scheme_on=ago(60), places=places,
        left_out={without: reason}, actor=cast.actor("renewer"), now=now(),
    )  # fmt: skip


@pytest.mark.obligation("T11-5", "T11-6")
def test_two_items_fail_are_mended_and_pass_and_only_then_the_gate_is_satisfied(cast: Cast, project, home):
    assert says(home)["t11_6_special_passed"] == "unknown"
    acceptance = special(cast, project, home, who="renewer")
    items = list(acceptance.items.all())
    for item in items:
        bad = item.code in ("ramp", "sill")
        mark(cast, item, "fail" if bad else "pass", "坡度 1:9" if bad else "", who="renewer")
    assert says(home)["t11_6_special_passed"] == "fail"
    with pytest.raises(Refusal, match="轮椅坡道"):
        go(cast, acceptance, "pass", passed_on=today())
    acceptance = go(cast, acceptance, "mend")
    acceptance = go(cast, acceptance, "recheck")
    for item in items:
        if item.code in ("ramp", "sill"):
            mark(cast, item, who="renewer")
    with pytest.raises(Refusal, match="体验试用"):
        go(cast, acceptance, "pass", passed_on=today())
    SpecialAcceptance.objects.filter(pk=acceptance.pk).update(no_try_out="本小区没有登记的残疾人")
    assert says(home)["t11_6_special_passed"] == "unknown"
    go(cast, acceptance, "pass", passed_on=today())
    assert says(home)["t11_6_special_passed"] == "pass"
    home.refresh_from_db()
    assert home.stage == "special_accepted"
    assert SpecialMark.objects.filter(item__code="ramp").count() == 2


def go(cast: Cast, acceptance, step: str, **values):
    return move(matter=acceptance, move=step, actor=cast.actor("renewer"), now=now(), values=values)


def the_scheme(cast: Cast, project, **more):
    """An edition of the special scheme with two items."""
    draft = Draft(
        SchemeKind.SPECIAL,
        (Item("单元门口坡道", "1号楼", Decimal(6), "处", "ramp_slope", Decimal("0.08")), Item("扶手", "楼道")),
        reference="S-01", **more,
    )  # fmt: skip
    return submit_scheme(project=project, draft=draft, actor=cast.actor("renewer"), now=now(), on=today())


@pytest.mark.obligation("T11-5")
def test_every_item_of_the_special_scheme_in_force_is_accepted_by_itself(cast: Cast, project, home):
    edition = the_scheme(cast, project)
    acceptance = passed_to_the_last(cast, project, home)
    first, last = acceptance.items.filter(scheme_item__isnull=False)
    assert (acceptance.scheme_ref, acceptance.edition, first.place) == (
        "专项方案第 1 版",
        edition,
        "单元门口坡道，1号楼",
    )
    assert first.asks.startswith("6 处，")
    with pytest.raises(Refusal, match="扶手，楼道"):
        go(cast, acceptance, "pass", passed_on=today())
    with pytest.raises(IntegrityError, match="not every item"), transaction.atomic():
        SpecialAcceptance.objects.filter(pk=acceptance.pk).update(passed_on=today())
    mark(cast, last, who="renewer")
    the_scheme(cast, project, change="加一处坡道")
    with pytest.raises(Refusal, match="已有新的一版"):
        go(cast, acceptance, "pass", passed_on=today())
    with pytest.raises(IntegrityError, match="scheme that stands"), transaction.atomic():
        SpecialAcceptance.objects.filter(pk=acceptance.pk).update(passed_on=today())


@pytest.mark.obligation("T11-4", "T11-5")
def test_one_opened_by_the_general_form_has_the_items_of_the_pinned_edition_too(cast: Cast, project, home, client_as):
    the_scheme(cast, project)
    typed = {"project": project.pk, "community": home.code, "scheme_ref": "x", "scheme_on": ago(60).isoformat()}
    client = client_as("renewer")
    assert client.post("/matters/kinds/special_acceptance/new/", typed).status_code == 302
    by_form = SpecialAcceptance.objects.get()
    found = list(by_form.items.values_list("code", "place", "asks", "source", "scheme_item", "left_out"))
    assert (by_form.scheme_ref, len(found)) == ("专项方案第 1 版", 2 + len(accessibility.in_force(today())))
    assert client.post("/matters/kinds/special_acceptance/new/", typed).status_code == 422
    go_as(cast, by_form, "stop", reason="重来")
    by_list = special(cast, project, home, who="renewer")
    assert list(by_list.items.values_list("code", "place", "asks", "source", "scheme_item", "left_out")) == found


def go_as(cast: Cast, acceptance, step: str, reason: str) -> None:
    move(matter=acceptance, move=step, actor=cast.actor("renewer"), now=now(), reason=reason)


def passed_to_the_last(cast: Cast, project, home) -> SpecialAcceptance:
    """An acceptance of which only the last item of the scheme was not looked at."""
    acceptance = special(cast, project, home, who="renewer")
    for item in acceptance.items.exclude(code="scheme-2"):
        mark(cast, item, who="renewer")
    SpecialAcceptance.objects.filter(pk=acceptance.pk).update(no_try_out="没有登记的残疾人")
    acceptance.refresh_from_db()
    return acceptance


@pytest.mark.obligation("T09-6")
def test_completion_asks_the_signature_of_the_architect_in_charge(cast: Cast, project, home):
    assert says(home)["t09_6_architect_completion"] == "fail"
    draft = Draft(SchemeKind.PROJECT, (Item("外墙外保温"),), reference="A-01")
    edition = submit_scheme(project=project, draft=draft, actor=cast.actor("renewer"), now=now(), on=today())
    person = Architect("吴某", cast.bodies["renewer"], today(), cast.user("renewer"))
    name_architect(project=project, architect=person, actor=cast.actor("district_lead"), on=today())
    SignOff.objects.create(
        architect=project.architects.get(), edition=edition, subject="completion", statement="按图建成",
        signed_on=today(), by_name="吴某",
    )  # fmt: skip
    assert says(home)["t09_6_architect_completion"] == "pass"


@pytest.mark.obligation("T11-5")
def test_the_database_passes_an_acceptance_only_item_by_item(cast: Cast, project, home):
    acceptance = special(cast, project, home)
    for item in acceptance.items.all()[1:]:
        mark(cast, item)
    with pytest.raises(IntegrityError, match="not every item"), transaction.atomic():
        SpecialAcceptance.objects.filter(pk=acceptance.pk).update(passed_on=today())


@pytest.mark.obligation("T11-5")
def test_nothing_is_marked_after_the_acceptance_passed_and_marks_are_kept(cast: Cast, project, home):
    acceptance = passed(cast, project, home)
    item = acceptance.items.first()
    with pytest.raises(Conflict, match="已经作出结论"):
        mark(cast, item, "fail", "裂了")
    with pytest.raises(IntegrityError, match="has passed"), transaction.atomic():
        SpecialMark.objects.create(item=item, result="fail", note="x", marked_on=today(), by_name="某", at=now())
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        SpecialMark.objects.filter(item=item).delete()


def test_marks_say_why_they_fail_and_lie_between_start_and_today(cast: Cast, project, home):
    item = special(cast, project, home).items.first()
    with pytest.raises(BadItem, match="写明哪里不合格"):
        mark(cast, item, "fail")
    for day in (ago(90), today() + timedelta(days=1)):
        with pytest.raises(BadDay):
            mark_item(item=item, mark=Mark("pass", day), actor=cast.actor("renewer"), now=now())
    with pytest.raises(NotAllowed):
        mark(cast, item, who="builder")


@pytest.mark.obligation("T02-7")
def test_a_facade_is_not_accepted_over_four_guards(cast: Cast, project, home):
    for flat in range(4):
        WindowGuard.objects.create(
            community=home, building_label="3号楼", flat=f"10{flat}", found_on=ago(9), affects_works=True, by_name="王"
        )
    acceptance = open_matter(
        model=FacadeAcceptance, values={"project": project, "scope": "3号楼外墙"}, community=home,
        actor=cast.actor("renewer"), now=now(),
    )  # fmt: skip
    paper(acceptance, "外立面验收记录")
    with pytest.raises(GateShut) as shut:
        move(matter=acceptance, move="accept", actor=cast.actor("renewer"), now=now(), values={"accepted_on": today()})
    assert "还有 4 户外窗护栏没有拆除" in shut.value.details[0]
    WindowGuard.objects.update(removed_on=today(), mode="self")
    done = move(
        matter=acceptance, move="accept", actor=cast.actor("renewer"), now=now(), values={"accepted_on": today()}
    )
    assert done.stage == "accepted"


@pytest.mark.obligation("T22-3", "T22-4", "T22-5")
def test_the_standard_of_the_time_of_building_needs_a_difficulty_and_a_building_on_record(cast: Cast, project, home):
    house = Building.objects.create(community=home, code="F-1", label="1号楼", built_year=1985, storeys=6)

    def record(**more):
        values = {"keeps_use": True, "standard": "as_built", "difficulty": "拆承重墙", "reference": "论证3号",
                  "building": house}  # fmt: skip
        return record_fire(project=project, actor=cast.actor("renewer"), now=now(), **{**values, **more})

    assert says(home)["t22_3_current_fire_standard"] == "unknown"
    for wrong in ({"keeps_use": False}, {"difficulty": " "}, {"reference": ""}, {"building": None}):
        with pytest.raises(BadFire):
            record(**wrong)
    made = record()
    assert "TJ 16-74" in made.floor
    assert {says(home)[r] for r in ("t22_3_current_fire_standard", "t22_4_floor_with_difficulty")} == {
        "not_applicable", "pass",
    }  # fmt: skip
    current_fire(cast, project)
    assert says(home)["t22_3_current_fire_standard"] == "pass"
    with pytest.raises(IntegrityError, match="fire_floor_needs_difficulty"), transaction.atomic():
        FireRecord.objects.create(project=project, keeps_use=True, standard="as_built", by_name="某", at=now())


@pytest.mark.obligation("T22-5")
def test_a_building_whose_year_is_not_known_leaves_the_floor_unknown(cast: Cast, project, home):
    house = Building.objects.create(community=home, code="F-2", label="2号楼")
    record_fire(
        project=project, keeps_use=True, standard="as_built", difficulty="难", reference="论证4号", building=house,
        actor=cast.actor("renewer"), now=now(),
    )  # fmt: skip
    assert says(home)["t22_4_floor_with_difficulty"] == "unknown"


@pytest.mark.obligation("T11-6")
def test_completion_is_refused_until_the_gate_opens(cast: Cast, project, home, monkeypatch):
    leave_pipes_aside(home, monkeypatch)
    with pytest.raises(GateShut, match="竣工验收"):
        finish(cast, project)
    passed(cast, project, home)
    with pytest.raises(GateShut) as shut:
        finish(cast, project)
    assert {line.split()[0] for line in shut.value.details} == {"T22-3", "T22-4"}
    current_fire(cast, project)
    made = finish(cast, project)
    project.refresh_from_db()
    home.refresh_from_db()
    assert (project.state, home.stage, made.report) == ("completed", "completed", "竣验-1")


@pytest.mark.obligation("T11-6")
def test_the_database_completes_nothing_past_the_gate(cast: Cast, project):
    with pytest.raises(IntegrityError, match="gate complete is shut"), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(state="completed")
    with pytest.raises(IntegrityError, match="not completed"), transaction.atomic():
        Completion.objects.create(project=project, completed_on=today(), by_name="某", at=now(), **SIGNED)


def test_completion_needs_all_signatures_a_possible_day_and_its_turn(cast: Cast, project, home, monkeypatch):
    leave_pipes_aside(home, monkeypatch)
    with pytest.raises(NotSigned, match="监理单位"):
        finish(cast, project, signed={**SIGNED, "supervisor": " "})
    for day in (ago(90), today() + timedelta(days=1)):
        with pytest.raises(BadDay):
            finish(cast, project, completed_on=day)
    later = a_project(cast, home, kind="environment")
    for step in (enter_pool, start_works):  # under the exceptions of the first one
        step(project=later, actor=cast.actor("district_lead"), now=now(), on=today())
    later.refresh_from_db()
    with pytest.raises(OtherFirst):
        finish(cast, later)


@pytest.mark.obligation("T22-6")
def test_completion_opens_the_filing_with_its_limit_and_the_review_of_the_street(cast: Cast, home, monkeypatch):
    project = completed(cast, home, monkeypatch)
    filing, review = AcceptanceFiling.objects.get(project=project), EffectReview.objects.get(project=project)
    assert (filing.clock_days, filing.clock_unit, filing.clock_start) == (15, "calendar", today())
    assert (filing.owner, review.owner) == (cast.bodies["renewer"], cast.bodies["street"])
    said = {"filed_on": today(), "fire_standard": "现行标准"}
    with pytest.raises(Refusal, match="竣工验收报告"):
        move(matter=filing, move="file", actor=cast.actor("renewer"), now=now(), values=said)
    paper(filing, "竣工验收报告")
    with pytest.raises(Refusal, match="消防标准"):
        move(matter=filing, move="file", actor=cast.actor("renewer"), now=now(), values={"filed_on": today()})
    filing = move(matter=filing, move="file", actor=cast.actor("renewer"), now=now(), values=said)
    filing.refresh_from_db()
    assert filing.owner == cast.bodies["district"]
    filing = move(matter=filing, move="return", actor=cast.actor("district_lead"), now=now(), reason="缺消防章")
    filing.refresh_from_db()
    assert filing.owner == cast.bodies["renewer"]
    filing = move(matter=filing, move="file", actor=cast.actor("renewer"), now=now(), values=said)
    with pytest.raises(Refusal, match="备案回执编号"):
        move(matter=filing, move="keep", actor=cast.actor("district_lead"), now=now())
    kept = move(matter=filing, move="keep", actor=cast.actor("district_lead"), now=now(), values={"receipt": "备-1"})
    assert kept.closed_at is not None


@pytest.mark.obligation("T22-6")
def test_nothing_is_filed_while_the_special_acceptance_has_not_passed(cast: Cast, project, home, monkeypatch):
    monkeypatch.setattr(works_rows, "OURS", works_rows.OURS[1:])  # completed under an exception from T11-6
    leave_pipes_aside(home, monkeypatch)
    special(cast, project, home)
    current_fire(cast, project)
    finish(cast, project)
    filing = AcceptanceFiling.objects.get(project=project)
    paper(filing, "竣工验收报告")
    with pytest.raises(Refusal, match="无障碍专项验收合格"):
        move(matter=filing, move="file", actor=cast.actor("renewer"), now=now(),
             values={"filed_on": today(), "fire_standard": "现行标准"})  # fmt: skip


@pytest.mark.obligation("T22-1")
def test_five_parties_answer_or_cannot_exist_and_no_party_is_passed_over():
    said = [Answer(party.value, 4) for party in Party]
    assert len(Party) == 5
    assert lacking(said) == ()
    assert lacking(said[1:]) == (Party.RESIDENTS_COMMITTEE,)
    assert lacking([*said[:1], Answer("owners", None, "没有成立"), *said[2:]]) == ()
    assert lacking([*said[:3], Answer("representatives", None, "没来"), said[4]]) == (Party.OWNER_REPRESENTATIVES,)
    assert average(said) == (20, 5)
    assert average([]) is None


def answer(cast: Cast, review, party: str, *, who: str = "street_clerk", **more):
    given = {"said_by": "张主任", "satisfied": 4, "answered_on": today(), **more}
    return record_answer(review=review, said=Said(party=party, **given), actor=cast.actor(who), now=now())


@pytest.mark.obligation("T22-1", "T22-2")
def test_the_street_reviews_with_five_parties_and_their_opinions_are_followed_up(cast: Cast, home, monkeypatch):
    project = completed(cast, home, monkeypatch)
    review = EffectReview.objects.get(project=project)
    street, done = cast.actor("street_clerk"), {"held_on": today(), "summary": "效果好"}
    for party in ("residents", "property", "representatives", "builders"):
        answer(cast, review, party)
    with pytest.raises(Refusal, match=r"业委会（物管会）的意见"):
        move(matter=review, move="finish", actor=street, now=now(), values=done)
    with pytest.raises(NotAllowed):
        answer(cast, review, "owners", who="renewer")
    answer(cast, review, "owners", opinion="单元门关不严", follow_up=True)
    move(matter=review, move="finish", actor=street, now=now(), values=done)
    project.refresh_from_db()
    home.refresh_from_db()
    assert (project.state, home.stage) == ("reviewed", "effect_reviewed")
    follow = EffectFollowUp.objects.get()
    assert (follow.owner, follow.answer_of.party) == (cast.bodies["renewer"], "owners")
    assert (follow.detail, follow.answer_of.opinion) == ("单元门关不严", "单元门关不严")
    with pytest.raises(Refusal, match="办理情况"):
        move(matter=follow, move="answer", actor=cast.actor("renewer"), now=now())
    follow = move(
        matter=follow, move="answer", actor=cast.actor("renewer"), now=now(), values={"outcome": "已换闭门器"}
    )
    follow.refresh_from_db()
    assert follow.owner == cast.bodies["street"]
    with pytest.raises(NotAllowed):
        move(matter=follow, move="confirm", actor=cast.actor("renewer"), now=now())
    assert move(matter=follow, move="confirm", actor=street, now=now()).stage == "closed"


@pytest.mark.obligation("T22-2")
@pytest.mark.parametrize(
    ("party", "more", "words"),
    [
        ("builders", {"satisfied": None, "absent": "没来"}, "不能没有"),
        ("owners", {"satisfied": None}, "没有填"),
        ("owners", {"satisfied": 6}, "1 到 5"),
        ("owners", {"said_by": " "}, "谁说的"),
        ("owners", {"follow_up": True}, "没有内容"),
        ("mayor", {}, "哪一方"),
    ],
)
def test_answers_that_do_not_hold_together_are_refused(cast: Cast, home, monkeypatch, party, more, words):
    review = EffectReview.objects.get(project=completed(cast, home, monkeypatch))
    with pytest.raises(BadAnswer, match=words):
        answer(cast, review, party, **more)
    with pytest.raises(BadDay):
        answer(cast, review, "owners", answered_on=ago(1))


@pytest.mark.obligation("T22-1")
def test_a_review_does_not_begin_before_completion(cast: Cast, project, home):
    with pytest.raises(Refusal, match="竣工后才能办"):
        open_matter(model=EffectReview, values={"project": project}, community=home, actor=cast.actor("street_clerk"),
                    now=now())  # fmt: skip


def test_nothing_is_handed_over_before_the_review(cast: Cast, home, monkeypatch):
    project = completed(cast, home, monkeypatch)
    given = {"receiver": cast.bodies["firm"], "facilities": "门禁", "files": "竣工图", "handed_over_on": today()}
    handover = open_matter(
        model=Handover, values={"project": project}, community=home, actor=cast.actor("renewer"), now=now()
    )
    paper(handover, "移交清单")
    with pytest.raises(Refusal, match="还没有评价"):
        move(matter=handover, move="hand_over", actor=cast.actor("renewer"), now=now(), values=given)
    review = EffectReview.objects.get(project=project)
    for party in Party:
        answer(cast, review, party.value)
    move(matter=review, move="finish", actor=cast.actor("street_clerk"), now=now(),
         values={"held_on": today(), "summary": "好"})  # fmt: skip
    move(matter=handover, move="hand_over", actor=cast.actor("renewer"), now=now(), values=given)
    project.refresh_from_db()
    home.refresh_from_db()
    assert (project.state, home.stage) == ("handed_over", "handed_over")


def test_a_paper_replaced_after_sign_off_shows(cast: Cast, project, home):
    acceptance = open_matter(
        model=FacadeAcceptance, values={"project": project, "scope": "3号楼外墙"}, community=home,
        actor=cast.actor("renewer"), now=now(),
    )  # fmt: skip
    WindowGuard.objects.create(
        community=home, building_label="3号楼", flat="101", found_on=ago(9), affects_works=False, by_name="王"
    )
    paper(acceptance, "外立面验收记录")
    document = Document.objects.get(title="外立面验收记录")
    version(document, 1)
    move(matter=acceptance, move="accept", actor=cast.actor("renewer"), now=now(), values={"accepted_on": today()})
    assert replaced([acceptance.pk]) == []
    version(document, 2)
    assert [(one.paper.version, one.version) for one in replaced([acceptance.pk])] == [(1, 2)]
    Document.objects.filter(pk=document.pk).update(withdrawn_at=now(), withdrawn_reason="拿错了")
    assert replaced([acceptance.pk])[0].withdrawn


def version(document: Document, number: int) -> None:
    DocumentVersion.objects.create(
        document=document, number=number, file=f"documents/{number}", file_name="a.pdf", content_type="application/pdf",
        size=1, sha256=f"{number}" * 64, uploaded_by_name="某",
    )  # fmt: skip


def test_facts_take_the_same_number_of_queries_for_any_number_of_communities(
    cast: Cast, project, home, django_assert_num_queries
):
    special(cast, project, home)
    with django_assert_num_queries(6):
        load_site_facts([home.pk, *range(10_000, 12_000)], today())
    assert load_facts([home.pk], on=today())[home.pk].site.special == "open"


@pytest.mark.django_db(transaction=True)
def test_of_a_failure_and_a_pass_at_once_only_one_counts(cast: Cast):
    home = a_community(cast)
    project = on_site(cast, home)
    crew(cast, project)
    acceptance = special(cast, project, home)
    items = list(acceptance.items.all())
    for item in items:
        mark(cast, item)
    SpecialAcceptance.objects.filter(pk=acceptance.pk).update(no_try_out="没有")
    lead, start, said = cast.actor("district_lead"), threading.Barrier(2), list[str]()

    def run(act) -> None:
        try:
            with scoped(SYSTEM):
                start.wait()
                act()
                said.append("done")
        except (Refusal, IntegrityError) as refused:
            said.append(type(refused).__name__)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=(act,))
        for act in (
            lambda: mark_item(item=items[0], mark=Mark("fail", today(), "", "裂了"), actor=lead, now=now()),
            lambda: move(matter=acceptance, move="pass", actor=lead, now=now(), values={"passed_on": today()}),
        )
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said)[-1] == "done"
    assert said.count("done") == 1
    acceptance.refresh_from_db()
    failed = SpecialMark.objects.filter(item=items[0]).order_by("-pk").first().result == "fail"
    assert failed is not (acceptance.stage == "passed")
    assert connection.connection is not None


@pytest.mark.django_db(transaction=True)
def test_two_who_complete_at_once_complete_once(cast: Cast, monkeypatch):
    home = a_community(cast)
    project = on_site(cast, home)
    crew(cast, project)
    leave_pipes_aside(home, monkeypatch)
    passed(cast, project, home)
    current_fire(cast, project)
    lead, start, said = cast.actor("district_lead"), threading.Barrier(2), list[str]()

    def run() -> None:
        try:
            with scoped(SYSTEM):
                start.wait()
                complete(project=project, completed_on=today(), signed=SIGNED, actor=lead, now=now(), on=today())
                said.append("done")
        except Refusal as refused:
            said.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["done", "project_moved_on"]
    assert (Completion.objects.count(), AcceptanceFiling.objects.count(), EffectReview.objects.count()) == (1, 1, 1)

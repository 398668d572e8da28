"""Verdicts are kept with what they rest on, gates open only for what the rules or a waiver let through."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.domain.errors import Conflict, NotAllowed
from jiugai.domain.waivers import BadWaiver
from jiugai.policy.actions.judging import GateShut, judge, pass_gate, remember_refusal
from jiugai.policy.actions.proving import BadEvidence, EvidenceTwice, NewEvidence, record_evidence, withdraw_evidence
from jiugai.policy.actions.waiving import NewWaiver, NotWaivable, WaiverOverlaps, end_waiver, grant_waiver
from jiugai.policy.facts import load_facts
from jiugai.policy.models import Decision, EvidenceRecord, LatestVerdict, Occurrence, StoredFinding, Waiver
from jiugai.policy.occurrences import announce
from tests.apps.policy.conftest import OTHERS, TODAY, community

NOW = timezone.now()
RULE = "t09_3_opinion_at_generation"


def verdict(home, gate="enter_pool"):
    return judge(gate=gate, community=home, actor=SYSTEM, now=NOW, on=TODAY)


def waive(home, actor, rule=RULE, days=30, **more):
    terms = {"authority": "区政府专题会纪要", "reason": "规划师空缺", "since": TODAY, "until": TODAY + timedelta(days)}
    return grant_waiver(community=home, new=NewWaiver(rule, **{**terms, **more}), actor=actor, now=NOW)


def test_verdict_is_kept_once_while_nothing_changes(home, world):
    world.ready(home)
    first, second = verdict(home), verdict(home)
    assert first == second
    assert (first.number, first.is_open, first.lets_through) == (1, True, True)
    assert StoredFinding.objects.filter(decision=first).count() == 4
    world.change(home, "project", opinions=())
    third = verdict(home)
    assert (third.number, third.is_open) == (2, False)
    latest = LatestVerdict.objects.get(community=home)
    assert [*latest.failed, *latest.unknown] == [RULE]


@pytest.mark.obligation("T03-1", "T09-3", "T30-1")
def test_shut_gate_refuses_by_clause_and_the_attempt_is_remembered(home, world, cast):
    lead = cast.actor("district_lead")
    with pytest.raises(GateShut) as refused:
        pass_gate(gate="enter_pool", community=home, actor=lead, now=NOW, on=TODAY)
    assert {"T03-1", "T09-3", "T30-1", "T06-2"} <= set(refused.value.clause.split("、"))
    assert any("下一步：" in line for line in refused.value.details)
    assert not Decision.objects.exists()
    remember_refusal(shut=refused.value, actor=lead, now=NOW)
    assert Decision.objects.get().is_open is False
    assert "拦下" in Occurrence.objects.get(code="gate_refused").title


def test_open_gate_lets_through_who_may_pass_it(home, world, cast):
    world.ready(home)
    with pytest.raises(NotAllowed):
        pass_gate(gate="enter_pool", community=home, actor=cast.actor("street_clerk"), now=NOW, on=TODAY)
    assert pass_gate(
        gate="enter_pool", community=home, actor=cast.actor("district_lead"), now=NOW, on=TODAY
    ).lets_through


@pytest.mark.obligation("T01-9")
def test_changed_fact_closes_the_gate_again_and_says_why(home, world):
    world.ready(home)
    verdict(home)
    world.change(home, "project", opinions=())
    cause = announce(code="opinion_lapsed", community=home, title="意见逾期", actor=SYSTEM, now=NOW)
    closed = Occurrence.objects.get(code="gate_closed")
    assert closed.cause == cause
    assert "责任规划师" in closed.words
    world.ready(home)
    announce(code="opinion_given", community=home, title="意见", actor=SYSTEM, now=NOW)
    assert Occurrence.objects.filter(code="gate_opened").count() == 2


def test_waiver_lets_through_as_an_exception_and_never_as_a_pass(home, world, cast):
    world.ready(home)
    world.change(home, "project", opinions=())
    assert not verdict(home).lets_through
    waive(home, cast.actor("district_lead"))
    decision = Decision.objects.latest("number")
    assert (decision.lets_through, decision.is_open) == (True, False)
    finding = decision.findings.get(rule=RULE)
    assert finding.outcome in {"fail", "unknown"}
    assert finding.waiver.authority == "区政府专题会纪要"
    assert LatestVerdict.objects.get(community=home, gate="enter_pool").waived == [RULE]
    end_waiver(waiver_id=finding.waiver_id, actor=cast.actor("district_lead"), reason="规划师到任", now=NOW)
    assert not Decision.objects.latest("number").lets_through
    assert Occurrence.objects.get(code="gate_closed").cause.code == "waiver_ended"


def test_waiver_over_its_last_day_does_not_help(home, world, cast):
    world.ready(home)
    world.change(home, "project", opinions=())
    waive(home, cast.actor("district_lead"), days=0)
    later = judge(gate="enter_pool", community=home, actor=SYSTEM, now=NOW, on=TODAY + timedelta(1))
    assert not later.lets_through


@pytest.mark.parametrize("wrong", [{"authority": " "}, {"reason": ""}, {"until": TODAY - timedelta(1)}])
def test_waiver_needs_authority_reason_and_days_in_order(home, cast, wrong):
    with pytest.raises(BadWaiver):
        waive(home, cast.actor("district_lead"), **wrong)


def test_who_may_not_waive_and_what_cannot_be_waived(home, cast):
    with pytest.raises(NotAllowed):
        waive(home, cast.actor("street_clerk"))
    with pytest.raises(NotAllowed):
        waive(home, cast.actor("outsider"))
    with pytest.raises(NotWaivable):
        waive(home, cast.actor("district_lead"), rule="t99")


def test_second_waiver_for_the_same_days_is_refused_with_words(home, world, cast):
    first = waive(home, cast.actor("district_lead"))
    with pytest.raises(WaiverOverlaps):
        waive(home, cast.actor("city_lead"))
    end_waiver(waiver_id=first.pk, actor=cast.actor("district_lead"), reason="改期限", now=NOW)
    with pytest.raises(Conflict):
        end_waiver(waiver_id=first.pk, actor=cast.actor("city_lead"), reason="改期限", now=NOW)
    assert waive(home, cast.actor("city_lead"))


def test_two_people_at_once_get_one_waiver(transactional_db, cast, world):
    home = community(cast, "示例二里")
    actors, barrier, answers = [cast.actor("district_lead"), cast.actor("city_lead")], Barrier(2), []

    def grant(actor):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('jiugai.scope', '*', false)")
        barrier.wait()
        try:
            answers.append(waive(home, actor).pk)
        except WaiverOverlaps as refused:
            answers.append(refused.message)
        finally:
            connection.close()

    threads = [Thread(target=grant, args=[actor]) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(answer).__name__ for answer in answers) == ["int", "str"]
    assert Waiver.objects.count() == 1


def test_database_keeps_decisions_and_waivers_as_they_were(home, world, cast):
    world.ready(home)
    made, waiver = verdict(home), waive(home, cast.actor("district_lead"), rule="t30_1_pledge")
    attempts = (
        lambda: Decision.objects.filter(pk=made.pk).update(is_open=False),
        lambda: StoredFinding.objects.filter(decision=made).update(outcome="pass"),
        lambda: made.findings.all().delete(),
        lambda: Waiver.objects.filter(pk=waiver.pk).update(until=TODAY + timedelta(400)),
        waiver.delete,
        lambda: Decision.objects.create(
            community=home, gate="enter_pool", number=9, on=TODAY, is_open=True, lets_through=True, facts={},
            verdict={}, figures=made.figures, at=NOW, by_name="x",
        ),
    )  # fmt: skip
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


PERMIT = NewEvidence("permit", "met", "京施许〔2026〕1号", "朝阳区住房城乡建设委", TODAY)


def record(home, cast, new=PERMIT, who="street_clerk"):
    return record_evidence(community=home, new=new, actor=cast.actor(who), now=NOW, today=TODAY)


@pytest.mark.obligation("T19-5")
def test_evidence_is_a_fact_until_withdrawn(home, cast, world):
    made = record(home, cast)
    facts = load_facts([home.pk], on=TODAY)[home.pk]
    assert [(e.about, e.state, e.reference) for e in facts.evidence] == [("permit", "met", "京施许〔2026〕1号")]
    withdraw_evidence(evidence_id=made.pk, actor=cast.actor("street_clerk"), reason="登错小区", now=NOW)
    assert load_facts([home.pk], on=TODAY)[home.pk].evidence == ()
    assert EvidenceRecord.objects.get().withdrawn_reason == "登错小区"


def test_evidence_that_cannot_be_is_refused_in_words(home, cast, world):
    wrong = (
        NewEvidence("permit", "met", " ", "区住建委", TODAY),
        NewEvidence("permit", "met", "1号", "区住建委", TODAY + timedelta(1)),
        NewEvidence("permit", "met", "1号", "区住建委", TODAY, TODAY - timedelta(1)),
        NewEvidence("scheme_opinion", "exempt", "1号", "区住建委", TODAY),
        NewEvidence("permit", "maybe", "1号", "区住建委", TODAY),
    )
    for new in wrong:
        with pytest.raises(BadEvidence):
            record(home, cast, new)
    record(home, cast)
    with pytest.raises(EvidenceTwice):
        record(home, cast)
    with pytest.raises(NotAllowed):
        record(home, cast, who="planner")


def test_facts_of_many_communities_take_as_many_queries_as_of_one(cast, world, django_assert_num_queries):
    keys = [community(cast, f"示例{n}").pk for n in range(12)]
    with django_assert_num_queries(2):  # register, evidence
        load_facts(keys[:1], on=TODAY)
    with django_assert_num_queries(2):
        assert len(load_facts(keys, on=TODAY)) == 12
    assert world.asked == OTHERS * 2

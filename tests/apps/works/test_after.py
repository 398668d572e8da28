"""Warranty, insurance, services, drawings, new techniques, challenges, problems raised (T20-4, T20-7…10, T21)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from jiugai.domain.errors import Conflict, NotAllowed, Refusal
from jiugai.domain.figures import shipped
from jiugai.domain.technical_topics import counted, topics_in
from jiugai.domain.warranty import TermTooShort, seasons_after, term, years_after
from jiugai.matters.actions import move, open_matter
from jiugai.matters.actions.moving import NotHere
from jiugai.matters.models import Handling
from jiugai.planning.actions.mobilising import raise_objection
from jiugai.policy.models import PolicyDocument, PolicyVersion
from jiugai.works.actions import cataloguing as c
from jiugai.works.actions.checking import Seen, record_check
from jiugai.works.actions.reporting import Words, report
from jiugai.works.actions.reviewing import Said, record_answer
from jiugai.works.actions.warranting import BadTerm, remind_of_ends, set_term
from jiugai.works.models import (
    ChallengeBid,
    DefectInsurance,
    EffectReview,
    OpenChallenge,
    SiteCheck,
    WarrantyClaim,
    WarrantyTerm,
)
from jiugai.works.queries.topics import raised
from jiugai.works.queries.warranty import term_for
from jiugai.works.tables import SERVICES
from jiugai.works.tasks import remind_of_warranties
from tests.apps.planning_rows import now
from tests.apps.works_rows import ago, crew, on_site, paper, today
from tests.cast import CHAOYANG, Cast

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 30)


@pytest.mark.obligation("T20-8")
@pytest.mark.parametrize(
    ("item", "ends"),
    [
        ("waterproof", date(2031, 11, 30)),
        ("wiring", date(2028, 11, 30)),
        ("decoration", date(2028, 11, 30)),
        ("heating", date(2029, 3, 15)),
        ("structure", None),
    ],
)
def test_the_least_terms_by_law_end_on_the_corresponding_day(item, ends):
    assert term(item, DAY, shipped()).ends == ends


@pytest.mark.obligation("T20-8")
def test_terms_through_leap_days_seasons_and_contracts():
    assert years_after(date(2028, 2, 29), 2) == date(2030, 2, 28)
    assert years_after(date(2028, 2, 29), 4) == date(2032, 2, 29)
    assert seasons_after(date(2026, 11, 15), 2, shipped()) == date(2028, 3, 15)
    assert seasons_after(date(2026, 11, 16), 2, shipped()) == date(2029, 3, 15)
    assert term("wiring", DAY, shipped(), agreed=5).ends == date(2031, 11, 30)
    assert term("structure", DAY, shipped(), design_years=30).ends == date(2056, 11, 30)
    with pytest.raises(TermTooShort):
        term("waterproof", DAY, shipped(), agreed=4)
    assert term("waterproof", date(2020, 1, 1), shipped()).ends is None


@pytest.mark.obligation("T20-8")
def test_a_term_runs_from_delivery_once_per_item_and_not_before_completion(cast: Cast, home, built):
    owner = cast.actor("renewer")
    made = set_term(project=built, item="wiring", starts=today(), actor=owner, now=now())
    assert made.ends == years_after(today(), 2)
    with pytest.raises(Conflict):
        set_term(project=built, item="wiring", starts=today(), actor=owner, now=now())
    with pytest.raises(BadTerm, match="早于竣工验收"):
        set_term(project=built, item="heating", starts=ago(1), actor=owner, now=now())
    with pytest.raises(BadTerm, match="低于最低"):
        set_term(project=built, item="waterproof", starts=today(), agreed=1, actor=owner, now=now())
    with pytest.raises(NotAllowed):
        set_term(project=built, item="heating", starts=today(), actor=cast.actor("builder"), now=now())


def test_no_term_before_completion(cast: Cast, home):
    project = on_site(cast, home)
    with pytest.raises(BadTerm, match="还没有竣工"):
        set_term(project=project, item="wiring", starts=today(), actor=cast.actor("district_lead"), now=now())


@pytest.mark.obligation("T20-8")
def test_the_implementing_body_is_reminded_once_before_a_term_ends(cast: Cast, built):
    made = set_term(project=built, item="wiring", starts=today(), actor=cast.actor("renewer"), now=now())
    assert remind_of_ends(now=now(), on=made.ends - timedelta(days=61)) == 0
    assert remind_of_ends(now=now(), on=made.ends - timedelta(days=60)) == 1
    assert remind_of_ends(now=now(), on=made.ends - timedelta(days=1)) == 0
    reminder = Handling.objects.get(title__startswith="质保到期前回访")
    assert (reminder.owner, reminder.due_on) == (cast.bodies["renewer"], made.ends)


@pytest.mark.obligation("T20-8")
def test_reminders_come_by_themselves_every_day(built):
    WarrantyTerm.objects.create(
        project=built, item="heating", starts=ago(700), ends=today() + timedelta(days=5), words="两个采暖期",
        by_name="某", at=now(),
    )  # fmt: skip
    remind_of_warranties(0)
    assert WarrantyTerm.objects.get().reminded_on == today()


def claim(cast: Cast, project, home, *, place: str = "2号楼屋面", who: str = "property_firm", **more):
    values = {"project": project, "item": "waterproof", "place": place, "reported_on": today(), **more}
    return open_matter(model=WarrantyClaim, values=values, community=home, actor=cast.actor(who), now=now())


@pytest.mark.obligation("T20-9")
def test_a_claim_is_repaired_by_who_built_reinspected_by_the_street_and_the_part_starts_anew(cast: Cast, home, built):
    own = set_term(project=built, item="waterproof", starts=today(), actor=cast.actor("renewer"), now=now())
    made = claim(cast, built, home, safety_risk=True)
    assert (made.owner, made.priority, made.clock_days) == (cast.bodies["renewer"], "urgent", 7)
    fixed = {"repair": "重做防水", "repaired_on": today()}
    with pytest.raises(Refusal, match="维修照片"):
        move(matter=made, move="repair", actor=cast.actor("renewer"), now=now(), values=fixed)
    paper(made, "维修照片")
    move(matter=made, move="repair", actor=cast.actor("renewer"), now=now(), values=fixed)
    made.refresh_from_db()
    assert made.owner == cast.bodies["street"]
    done = {"reinspected_on": today()}
    with pytest.raises(NotAllowed):
        move(matter=made, move="close", actor=cast.actor("renewer"), now=now(), values=done)
    move(matter=made, move="close", actor=cast.actor("street_clerk"), now=now(), values=done)
    again = WarrantyTerm.objects.get(restart_of=own)
    assert (again.part, again.starts, again.ends) == ("2号楼屋面", today(), years_after(today(), 5))


@pytest.mark.obligation("T20-9")
def test_a_repair_that_does_not_hold_goes_back_to_who_built_and_no_term_starts(cast: Cast, home, built):
    set_term(project=built, item="waterproof", starts=today(), actor=cast.actor("renewer"), now=now())
    made = claim(cast, built, home)
    paper(made, "维修照片")
    fixed = {"repair": "补胶", "repaired_on": today()}
    made = move(matter=made, move="repair", actor=cast.actor("renewer"), now=now(), values=fixed)
    move(matter=made, move="again", actor=cast.actor("street_clerk"), now=now(), reason="还在漏")
    made.refresh_from_db()
    assert (made.stage, made.owner) == ("reported", cast.bodies["renewer"])
    move(matter=made, move="refuse", actor=cast.actor("district_lead"), now=now(), reason="人为损坏")
    assert not WarrantyTerm.objects.filter(restart_of__isnull=False).exists()


@pytest.mark.obligation("T20-9")
def test_the_restarted_term_covers_its_part_after_the_own_term_ended(cast: Cast, home, built):
    old = WarrantyTerm.objects.create(
        project=built, item="waterproof", starts=ago(2000), ends=ago(100), words="5 years", by_name="某", at=now()
    )
    WarrantyTerm.objects.create(
        project=built, item="waterproof", part="2号楼屋面", starts=ago(300), ends=today() + timedelta(days=900),
        words="重新起算", restart_of=old, by_name="某", at=now(),
    )  # fmt: skip
    assert term_for(built, "waterproof", "2号楼屋面", on=today()).part == "2号楼屋面"
    assert claim(cast, built, home).term.part == "2号楼屋面"
    with pytest.raises(Refusal, match="保修期到"):
        claim(cast, built, home, place="3号楼屋面")
    with pytest.raises(Refusal, match="还没有登记保修期"):
        claim(cast, built, home, item="wiring")


def test_the_days_of_a_claim_follow_each_other(cast: Cast, home, built):
    set_term(project=built, item="waterproof", starts=today(), actor=cast.actor("renewer"), now=now())
    made = claim(cast, built, home)
    paper(made, "维修照片")
    with pytest.raises(Refusal, match="修好日期早于报修日期"):
        move(matter=made, move="repair", actor=cast.actor("renewer"), now=now(),
             values={"repair": "x", "repaired_on": ago(1)})  # fmt: skip


INSURANCE = {
    "insurer": "示例财险", "policy_number": "P-1", "insured": "示例公司", "covers": "防水",
    "premium_fen": 1, "limit_fen": 2, "starts": DAY, "ends": date(2036, 11, 30),
}  # fmt: skip


@pytest.mark.obligation("T20-10")
def test_a_policy_against_latent_defects_is_recorded_once_with_its_days_in_order(cast: Cast, built):
    owner = cast.actor("renewer")
    c.save_insurance(project=built, values=INSURANCE, actor=owner, now=now())
    with pytest.raises(Conflict):
        c.save_insurance(project=built, values=INSURANCE, actor=owner, now=now())
    with pytest.raises(c.BadEntry):
        c.save_insurance(
            project=built, values={**INSURANCE, "policy_number": "P-2", "ends": DAY}, actor=owner, now=now()
        )
    kept = DefectInsurance.objects.get()
    assert (kept.limit_yuan, kept.premium_yuan) == (Decimal("0.02"), Decimal("0.01"))


def service(cast: Cast, **more):
    return {
        "kind": "visit", "area": cast.areas[CHAOYANG], "buyer": cast.bodies["district"],
        "provider": cast.bodies["firm"], "qualification": "乙级监理", "contract": "购-1", "amount_fen": 9_000_00, "starts": ago(10), "ends": today(),  # noqa: E501 - one row
        **more,
    }  # fmt: skip


@pytest.mark.obligation("T20-7")
def test_a_bought_service_names_what_the_firm_brings_and_is_counted_by_its_checks(cast: Cast, home):
    lead = cast.actor("district_lead")
    made = c.save_service(values=service(cast), actor=lead)
    assert made.area_path == cast.areas[CHAOYANG].path
    project = on_site(cast, home)
    SiteCheck.objects.filter(project=project).update(service=made)
    assert SERVICES.rows().get().done == 0
    seen = Seen(dict.fromkeys(("safety", "fire", "green", "health"), "good"), today(), "核验员")
    record_check(project=project, community=home, seen=seen, actor=lead, now=now())
    assert SERVICES.rows().get().done == 1
    for wrong in ({"provider": cast.bodies["district"]}, {"ends": ago(20)}, {"contract": "购-2", "qualification": ""}):
        with pytest.raises(c.BadEntry):
            c.save_service(values=service(cast, **wrong), actor=lead)
    with pytest.raises(Conflict, match="合同编号"):
        c.save_service(values=service(cast), actor=lead)
    with pytest.raises(NotAllowed):
        c.save_service(values=service(cast, contract="购-3"), actor=cast.actor("outsider"))


@pytest.mark.obligation("T20-4")
def test_a_project_works_to_a_version_that_was_in_force(cast: Cast, home):
    project = on_site(cast, home)
    atlas = PolicyDocument.objects.create(key="atlas", title="标准化图集", level="standard", made_at=now())
    old, new = (
        PolicyVersion.objects.create(
            document=atlas, label=label, since=since, until=until, source="市住建委", added_by_name="某", added_at=now()
        )
        for label, since, until in (("2022版", date(2022, 1, 1), ago(30)), ("2026版", ago(29), None))
    )
    lead = cast.actor("district_lead")
    with pytest.raises(c.BadEntry, match="不是有效版次"):
        c.use_drawing(project=project, version=old, item="外墙", sheet="W-1", since=today(), actor=lead, now=now())
    with pytest.raises(c.BadEntry, match="不是有效版次"):
        c.use_drawing(project=project, version=new, item="外墙", sheet="W-1", since=ago(35), actor=lead, now=now())
    made = c.use_drawing(project=project, version=new, item="外墙", sheet="W-1", since=today(), actor=lead, now=now())
    assert str(made) == "标准化图集 2026版"
    with pytest.raises(Conflict):
        c.use_drawing(project=project, version=new, item="外墙", sheet="W-1", since=today(), actor=lead, now=now())


@pytest.mark.obligation("T21-4", "T21-5")
def test_the_catalogue_says_where_something_new_was_used_and_what_it_saved(cast: Cast, home, client_as):
    project = on_site(cast, home)
    crew(cast, project)
    values = {"kind": "material", "name": "免明火卷材", "topic": "roof", "maker": "某厂", "summary": "自粘"}
    made = c.save_technique(values=values, actor=cast.actor("district_lead"))
    with pytest.raises(Conflict):
        c.save_technique(values=values, actor=cast.actor("district_lead"))
    page = client_as("district_lead").get(f"/techniques/{made.pk}/").content.decode()
    assert "还没有应用" in page
    use = {"technique": made, "place": "1号楼屋面", "quantity": Decimal(860), "unit": "㎡", "usual_days": Decimal(14),
           "actual_days": Decimal("9.5"), "used_on": ago(2), "note": ""}  # fmt: skip
    c.use_technique(project=project, values=use, actor=cast.actor("renewer"), now=now())
    page = client_as("district_lead").get(f"/techniques/{made.pk}/").content.decode()
    assert "节省 4.5 天" in page
    assert "32.1%" in page
    with pytest.raises(c.BadEntry):
        c.use_technique(project=project, values={**use, "used_on": ago(400)}, actor=cast.actor("renewer"), now=now())


def challenge(cast: Cast) -> OpenChallenge:
    lead = cast.actor("district_lead")
    made = open_matter(
        model=OpenChallenge, values={"title": "屋面不停用防水", "topic": "roof", "goal": "十年不漏"},
        area=cast.areas[CHAOYANG], actor=lead, now=now(),
    )  # fmt: skip
    with pytest.raises(Refusal, match="揭榜截止"):
        move(matter=made, move="publish", actor=lead, now=now(), values={"published_on": ago(30)})
    return move(matter=made, move="publish", actor=lead, now=now(),
                values={"published_on": ago(30), "bids_until": ago(1)})  # fmt: skip


def bid(cast: Cast, made: OpenChallenge, name: str, on: date) -> ChallengeBid:
    return c.place_bid(
        challenge=made,
        values={"bidder": name, "plan": "内衬", "days": 90, "bid_on": on},
        actor=cast.actor("district_lead"),
    )


@pytest.mark.obligation("T21-3")
def test_a_challenge_goes_from_publishing_over_scored_bids_to_acceptance(cast: Cast):
    lead, made = cast.actor("district_lead"), challenge(cast)
    first, second = bid(cast, made, "甲研究院", ago(9)), bid(cast, made, "乙公司", ago(8))
    with pytest.raises(c.BadEntry, match="截止"):
        bid(cast, made, "丙公司", today())
    with pytest.raises(Refusal, match="选定的揭榜单位"):
        move(matter=made, move="select", actor=lead, now=now())
    c.score_bid(bid=first, score=92, actor=lead)
    with pytest.raises(c.BadEntry, match="还没有评分"):
        c.choose_bid(bid=first, actor=lead)
    c.score_bid(bid=second, score=88, actor=lead)
    with pytest.raises(c.BadEntry, match="不是评分最高"):
        c.choose_bid(bid=second, actor=lead)
    c.choose_bid(bid=first, actor=lead)
    made = move(matter=made, move="select", actor=lead, now=now())
    with pytest.raises(Conflict):
        c.score_bid(bid=second, score=99, actor=lead)
    with pytest.raises(NotHere):
        move(matter=made, move="accept", actor=lead, now=now(), values={"acceptance": "没有成果"})
    for step, values in (("follow", {"progress": "小试"}), ("deliver", {"progress": "中试"})):
        made = move(matter=made, move=step, actor=lead, now=now(), values=values)
    with pytest.raises(Refusal, match="验收意见"):
        move(matter=made, move="accept", actor=lead, now=now())
    done = move(matter=made, move="accept", actor=lead, now=now(), values={"acceptance": "达到指标"})
    assert (done.stage, done.closed_at is not None) == ("accepted", True)


@pytest.mark.obligation("T21-3")
def test_nobody_is_selected_before_the_bids_close_and_the_database_chooses_one_scored_bid(cast: Cast):
    lead, made = cast.actor("district_lead"), challenge(cast)
    rows = [bid(cast, made, name, ago(5)) for name in ("甲", "乙")]
    OpenChallenge.objects.filter(pk=made.pk).update(bids_until=today())
    for row in rows:
        c.score_bid(bid=row, score=90, actor=lead)
    c.choose_bid(bid=rows[0], actor=lead)
    with pytest.raises(Refusal, match="才截止"):
        move(matter=made, move="select", actor=lead, now=now())
    with pytest.raises(IntegrityError, match="challenge_one_chosen"), transaction.atomic():
        ChallengeBid.objects.filter(challenge=made).update(chosen=True)


@pytest.mark.obligation("T21-2")
def test_requests_are_counted_by_the_technical_problems_they_name():
    said = [
        (1, "顶层漏水，屋面防水坏了"),
        (2, "屋面又漏"),
        (2, "外墙保温掉了，下水管也堵"),
        (3, "保温杯丢了"),
        (3, "太吵"),
    ]
    counts, every, without = counted(said)
    assert [(one.topic.code, one.requests, one.communities) for one in counts] == [
        ("roof", 2, 2), ("facade", 1, 1), ("riser", 1, 1),
    ]  # fmt: skip
    assert (every, without) == (5, 2)
    assert [one.code for one in topics_in("外墙保温掉了，下水管也堵")] == ["facade", "riser"]
    assert [one.topic.named for one in counts] == [True, True, True]


@pytest.mark.obligation("T21-2")
def test_the_count_takes_objections_reports_claims_and_opinions_in_scope_only(cast: Cast, home, built, client_as):
    worker = cast.actor("community_worker")
    raise_objection(community=home, content="屋面防水什么时候做", door="", raised_on=today(), actor=worker, now=now(),
                    on=today())  # fmt: skip
    set_term(project=built, item="waterproof", starts=today(), actor=cast.actor("renewer"), now=now())
    claim(cast, built, home)
    report(community=home, project=built, words=Words("外墙掉皮已经一个月了"), address="1.2.3.4", now=now())
    said = Said("owners", today(), said_by="张主任", satisfied=3, opinion="下水管返味")
    record_answer(review=EffectReview.objects.get(), said=said, actor=cast.actor("street_clerk"), now=now())
    shown = raised(cast.actor("district_lead"))
    assert [(one.topic.code, one.requests) for one in shown.counts] == [("roof", 2), ("facade", 1), ("riser", 1)]
    assert [number for _, number in shown.sources] == [1, 1, 1, 1]
    assert raised(cast.actor("outsider")).counts == []
    challenge(cast)
    page = client_as("district_lead").get("/topics/").content.decode()
    assert "屋面防水" in page
    assert "屋面不停用防水" in page

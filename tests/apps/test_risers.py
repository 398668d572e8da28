"""Risers: published in advance, applied for in time, agreed door by door, built with water at hand, booked once."""

from datetime import datetime, timedelta
from io import BytesIO
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from python_calamine import CalamineWorkbook

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.domain.errors import NotAllowed
from jiugai.domain.gates import evaluate
from jiugai.matters.actions import open_matter
from jiugai.matters.actions.moving import move
from jiugai.pipes.actions import booking, risers
from jiugai.pipes.actions.decorating import add_decoration
from jiugai.pipes.kinds.riser import NoRound
from jiugai.pipes.models import RiserApplication, RiserHousehold, RiserRound, RiserSlot
from jiugai.pipes.queries.risers import board_of
from jiugai.policy.facts import load_facts
from jiugai.policy.figures import current
from jiugai.registry.models import Dwelling
from jiugai.streetworks.queries.funds import book
from jiugai.web.request_id import numbered
from tests.apps.pipes_rows import a_round, an_application
from tests.apps.planning_rows import a_community, a_project, flats
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def now():
    return timezone.now()


def today():
    return timezone.localdate()


@pytest.fixture
def home(cast: Cast):
    return a_community(cast)


def say(application, answer="agreed", **more):
    for one in RiserHousehold.objects.filter(application=application):
        risers.record_voice(household=one, answer=answer, actor=SYSTEM, on=today(), **more)


def step(application, code, **values):
    return move(matter=application, move=code, actor=SYSTEM, now=now(), values=values)


def agreed(home, **more) -> RiserApplication:
    application = an_application(home, **more)
    step(application, "consult")
    say(application)
    step(application, "agree")
    application.refresh_from_db()
    return application


def scheme(application):
    risers.save_scheme(
        application=application, reference="施工方案1", made_on=today(), needs=["water_hours"], actor=SYSTEM, on=today()
    )


def water(application, **change):
    values = {
        "supply": "各单元门口临时取水点", "drainage": "临时排水管接入市政井", "water_points": 2, "toilets": 1,
        "since": today(), "until": today() + timedelta(30), "contact": "李工", **change,
    }  # fmt: skip
    return risers.arrange_water(application=application, water=risers.Water(**values), actor=SYSTEM, now=now())


def close(round_):
    """Let the cut-off lie behind us, so that works may begin."""
    RiserRound.objects.filter(pk=round_.pk).update(
        published_on=today() - timedelta(60), cutoff_on=today() - timedelta(1), works_from=today(),
        works_until=today() + timedelta(30),
    )  # fmt: skip


@pytest.mark.obligation("T15-5")
def test_a_plan_is_published_in_advance_and_stands_on_the_timeline(cast, home):
    a_round(home)
    assert "请暂缓装修" in home.occurrences.get(code="riser_published").words
    with pytest.raises(NoRound):
        open_matter(model=RiserApplication, values={}, community=home, actor=SYSTEM, now=now())
    page = cast.client("resident").get("/risers/mine/").content.decode()
    assert "第一批" in page


@pytest.mark.obligation("T15-7")
@pytest.mark.parametrize(("days", "fine"), [(30, True), (29, False)])
def test_from_notice_to_cut_off_there_is_time_to_consult(home, days, fine):
    dates = {"published_on": today() - timedelta(5), "cutoff_on": today() - timedelta(5) + timedelta(days)}
    if fine:
        assert a_round(home, **dates).pk
    else:
        with pytest.raises(risers.BadRiser, match="不足 30 天"):
            a_round(home, **dates)


@pytest.mark.parametrize(
    "bad",
    [
        {"published_on": 1},
        {"works_from": 20},
        {"works_from": 5, "works_until": 40},
        {"works_from": 40, "works_until": 20},
    ],
    ids=["published later", "half a window", "works before the cut-off", "window reversed"],
)
def test_rounds_that_cannot_be_are_refused(home, bad):
    with pytest.raises(risers.BadRiser):
        a_round(home, **{name: today() + timedelta(days) for name, days in bad.items()})


@pytest.mark.obligation("T15-7")
def test_after_the_last_day_nothing_is_taken_from_the_page_or_past_it(cast, home):
    doors = flats(home)
    round_ = a_round(home)
    close(round_)
    round_.refresh_from_db()
    with pytest.raises(risers.TooLate):
        an_application(home, doors=doors, round=round_)
    with pytest.raises(IntegrityError), transaction.atomic():
        open_matter(
            model=RiserApplication, community=home, actor=SYSTEM, now=now(),
            values={"round": round_, "building": doors[0].building, "applied_by": "某", "applied_on": today()},
        )  # fmt: skip


@pytest.mark.obligation("T15-1")
def test_an_application_is_for_a_building_or_a_riser_and_once(cast, home):
    doors = flats(home)
    opposite = [
        Dwelling.objects.create(entrance=one.entrance, building=one.building, number=f"{one.floor}02", floor=one.floor)
        for one in doors
    ]
    round_ = a_round(home)
    first = an_application(home, doors=doors, round=round_, line="1单元01号")
    assert first.households.count() == 4
    assert [one.dwelling_id for one in first.households.order_by("pk")] == [flat.pk for flat in doors]
    second = an_application(home, doors=doors, round=round_, line="1单元02号")
    assert {one.dwelling_id for one in second.households.all()} == {flat.pk for flat in opposite}
    for line in ("厨房立管", "2单元01号"):
        with pytest.raises(risers.BadRiser, match=line):
            an_application(home, doors=doors, round=round_, line=line)
    for line in ("1单元01号", ""):
        with pytest.raises(risers.AppliedAlready):
            an_application(home, doors=doors, round=round_, line=line)
    with pytest.raises(risers.BadRiser):
        an_application(home, doors=flats(a_community(cast, "枣营北里")), round=round_)


@pytest.mark.obligation("T15-2")
def test_the_door_board_goes_out_as_a_workbook(cast, home, client_as):
    made = an_application(home)
    answer = client_as("district_lead").get(f"/risers/{made.pk}/sheet/")
    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0).to_python()
    assert rows[0][:4] == ["单元", "楼层", "门牌", "答复"]
    assert [row[2] for row in rows[1:]] == ["401", "301", "201", "101"]
    assert client_as("outsider").get(f"/risers/{made.pk}/sheet/").status_code == 404


@pytest.mark.obligation("T15-1")
def test_a_resident_applies_and_an_outsider_does_not(cast, home):
    doors, round_ = flats(home), a_round(home)
    data = {"round": round_.pk, "building": doors[0].building_id, "line": "", "applied_by": "101 王某"}
    assert cast.client("resident").post(f"/communities/{home.pk}/risers/apply/", data).status_code == 302
    assert RiserApplication.objects.count() == 1
    assert cast.client("outsider").post(f"/communities/{home.pk}/risers/apply/", data).status_code == 404
    assert cast.client("planner").post(f"/communities/{home.pk}/risers/apply/", data).status_code == 403


@pytest.mark.obligation("T15-2")
def test_consensus_is_reached_household_by_household_and_not_by_a_button(home):
    application = an_application(home)
    step(application, "consult")
    with pytest.raises(risers.NotReady, match="还差 4 户"):
        step(application, "agree")
    say(application)
    one = RiserHousehold.objects.filter(application=application).first()
    risers.record_voice(household=one, answer="opposed", actor=SYSTEM, on=today())
    with pytest.raises(risers.NotReady, match="还差 1 户"):
        step(application, "agree")
    risers.record_voice(household=one, answer="agreed", actor=SYSTEM, on=today())
    assert step(application, "agree").stage == "agreed"
    with pytest.raises(risers.BadRiser):
        risers.record_voice(household=one, answer="opposed", actor=SYSTEM, on=today())


@pytest.mark.obligation("T15-2")
def test_the_board_shows_each_door_by_entrance_and_floor_and_whom_to_visit(cast, home, django_assert_num_queries):
    application = an_application(home)
    step(application, "consult")
    first, second = RiserHousehold.objects.filter(application=application)[:2]
    risers.record_voice(household=first, answer="absent", actor=SYSTEM, on=today(), note="晚上在家")
    risers.record_voice(household=second, answer="agreed", actor=SYSTEM, on=today())
    with numbered(), django_assert_num_queries(2):  # the doors, and which figures were adopted
        board = board_of(application, on=today())
    assert (board.floors, board.counts.agreed, board.counts.unasked) == ([4, 3, 2, 1], 1, 2)
    assert [one.said.door for one in board.next] == ["301", "401", "101"]
    page = cast.client("street_clerk").get(f"/risers/{application.pk}/").content.decode()
    assert all(word in page for word in ("还差 <b>3 户</b>同意", "先上这几户的门", "晚上在家", "1单元</b> 同意 1/4"))


def test_two_people_at_one_door_do_not_overwrite_each_other(home):
    application = an_application(home)
    one = RiserHousehold.objects.filter(application=application).first()
    risers.record_voice(household=one, answer="agreed", actor=SYSTEM, on=today(), version=one.version)
    with pytest.raises(risers.SomebodyFaster):
        risers.record_voice(household=one, answer="opposed", actor=SYSTEM, on=today(), version=one.version)


@pytest.mark.obligation("T15-3")
def test_a_scheme_says_how_daily_life_is_looked_after(home):
    application = agreed(home)
    with pytest.raises(risers.NotReady, match="怎么照顾居民生活"):
        step(application, "fix", scheme_ref="方案", scheme_on=today())
    for bad in ({"needs": []}, {"needs": ["nothing"]}, {"reference": " "}, {"made_on": today() + timedelta(1)}):
        with pytest.raises(risers.BadRiser):
            risers.save_scheme(
                application=application, actor=SYSTEM, on=today(),
                **{"reference": "方案", "made_on": today(), "needs": ["elderly"], **bad},
            )  # fmt: skip
    scheme(application)
    assert step(application, "fix").stage == "scheme"


@pytest.mark.obligation("T15-4")
def test_no_riser_is_begun_without_temporary_water_and_drains(home):
    application = agreed(home)
    scheme(application)
    step(application, "fix")
    close(application.round)
    with pytest.raises(risers.NotReady, match="临时供水"):
        step(application, "start", started_on=today())
    for bad in ({"water_points": 0}, {"drainage": " "}, {"until": today() - timedelta(1)}):
        with pytest.raises(risers.BadRiser):
            water(application, **bad)
    water(application, since=today() + timedelta(1))
    with pytest.raises(risers.NotReady):
        step(application, "start", started_on=today())
    water(application)
    assert step(application, "start", started_on=today()).stage == "on_site"


@pytest.mark.obligation("T15-4")
def test_the_gate_reads_temporary_water_from_these_records(cast, home):
    a_project(cast, home, kind="riser")
    application = agreed(home)

    def says():
        facts = load_facts([home.pk], on=today())[home.pk]
        findings = evaluate("start_works", facts, current()).findings
        return next(f for f in findings if f.rule == "t15_4_temporary_water")

    assert (says().outcome, says().version) == ("fail", 2)
    water(application)
    assert says().outcome == "pass"


@pytest.mark.obligation("T15-6")
def test_who_means_to_decorate_is_warned_before_the_start(cast, home):
    application = agreed(home)
    scheme(application)
    step(application, "fix")
    close(application.round)
    water(application)
    one = RiserHousehold.objects.filter(application=application).first()
    note = {
        "household": one,
        "actor": SYSTEM,
        "on": today(),
        "decorated_on": None,
        "planned_on": today() + timedelta(9),
    }
    risers.note_decoration(warned_on=None, **note)
    with pytest.raises(risers.NotReady, match="没有提醒"):
        step(application, "start", started_on=today())
    risers.note_decoration(warned_on=today(), **note)
    assert step(application, "start", started_on=today()).stage == "on_site"


@pytest.mark.obligation("T15-8")
def test_support_and_remainder_are_computed_by_the_standard_of_the_day(home):
    application = an_application(home)
    saved = risers.set_cost(application=application, cost_fen=2_000_000, actor=SYSTEM, on=today())
    assert (saved.support_fen, saved.remainder_fen) == (4 * 300_000, 800_000)
    assert "每户 3000 元，4 户" in saved.support_rule
    with pytest.raises(risers.BadRiser):
        risers.set_cost(application=application, cost_fen=0, actor=SYSTEM, on=today())
    with pytest.raises(IntegrityError), transaction.atomic():
        RiserApplication.objects.filter(pk=application.pk).update(remainder_fen=1)


@pytest.mark.obligation("T15-9")
def test_an_owners_decoration_stands_apart_from_cost_and_support(home):
    application = an_application(home)
    risers.set_cost(application=application, cost_fen=2_000_000, actor=SYSTEM, on=today())
    one = RiserHousehold.objects.filter(application=application).first()
    made = add_decoration(
        household=one,
        content="卫生间重贴砖",
        amount_fen=500_000,
        agreed_on=today(),
        actor=SYSTEM,
        now=now(),
        on=today(),
    )
    application.refresh_from_db()
    assert (application.cost_fen, application.support_fen) == (2_000_000, 1_200_000)
    found = book(actor=SYSTEM)
    assert (found.planned, found.private, made.entry.source) == (0, 500_000, "owner_private")
    with pytest.raises(risers.BadRiser):
        add_decoration(household=one, content=" ", amount_fen=1, agreed_on=today(), actor=SYSTEM, now=now(), on=today())


def offer(application, *, crew="一班", hours=72, count=3):
    first = now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours)
    return booking.offer_slots(
        application=application, offer=booking.Offer(crew, first, 120, count), actor=SYSTEM, now=now()
    )


def book_it(slot, household, who=SYSTEM, code="", **more):
    return booking.book_slot(slot=slot, household=household, code=code, actor=who, now=now(), **more)


def test_a_crew_is_in_one_place_at_a_time(home):
    application = agreed(home)
    offer(application)
    with pytest.raises(booking.SlotTaken):
        offer(application, hours=73, count=1)
    offer(application, crew="二班")


def test_a_household_has_one_appointment_and_moves_it(home):
    application = agreed(home)
    first, second, third = offer(application)
    one, other = RiserHousehold.objects.filter(application=application)[:2]
    book_it(first, one)
    with pytest.raises(booking.SlotTaken):
        book_it(second, one)
    with pytest.raises(booking.SlotTaken):
        book_it(first, other)
    book_it(second, one, moving=True)
    first.refresh_from_db()
    assert first.household is None
    booking.give_up(slot=second, code="", actor=SYSTEM, now=now())
    with pytest.raises(booking.BadSlot):
        booking.mark_done(slot=third, actor=SYSTEM, on=today())


def test_a_resident_needs_the_code_of_the_door_and_a_stranger_gets_nothing(cast, home):
    application = agreed(home)
    slot, *_ = offer(application)
    one = RiserHousehold.objects.filter(application=application).first()
    with pytest.raises(booking.WrongCode):
        book_it(slot, one, cast.actor("resident"), "ABCDEFGH")
    with pytest.raises(NotAllowed):
        book_it(slot, one, cast.actor("planner"), one.code)
    data = {"household": one.pk, "slot": slot.pk, "code": one.code.lower()}
    page = cast.client("resident").get(f"/risers/{application.pk}/book/").content.decode()
    assert one.code not in page
    assert cast.client("resident").post(f"/risers/{application.pk}/book/", data).status_code == 302
    assert cast.client("outsider").get(f"/risers/{application.pk}/book/").status_code == 404
    slot.refresh_from_db()
    assert slot.household == one


@pytest.mark.django_db(transaction=True)
def test_many_threads_at_one_time_book_it_once(cast, home):
    application = agreed(home, doors=flats(home, count=12))
    (slot,) = offer(application, count=1)
    doors = list(RiserHousehold.objects.filter(application=application))
    start, refused = Barrier(len(doors)), []

    def one(household):
        start.wait()
        try:
            with scoped(SYSTEM):
                book_it(slot, household)
        except booking.SlotTaken:
            refused.append(household)
        finally:
            connection.close()

    threads = [Thread(target=one, args=[household]) for household in doors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == len(doors) - 1
    assert RiserSlot.objects.filter(household__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_threads_for_one_household_get_one_time(cast, home):
    application = agreed(home)
    slots = offer(application, count=8)
    household = RiserHousehold.objects.filter(application=application).first()
    start, refused = Barrier(len(slots)), []

    def one(slot):
        start.wait()
        try:
            with scoped(SYSTEM):
                book_it(slot, household)
        except booking.SlotTaken:
            refused.append(slot)
        finally:
            connection.close()

    threads = [Thread(target=one, args=[slot]) for slot in slots]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert RiserSlot.objects.filter(household=household).count() == 1
    assert len(refused) == len(slots) - 1


def test_the_database_refuses_double_booking_by_itself(home):
    application = agreed(home)
    slot, *_ = offer(application)
    with pytest.raises(IntegrityError), transaction.atomic():
        RiserSlot.objects.create(round=application.round, application=application, crew="一班", during=slot.during)


def test_times_that_cannot_be_offered_are_refused(home):
    application = an_application(home)
    with pytest.raises(booking.BadSlot, match="达成共识以后"):
        offer(application)
    step(application, "consult")
    say(application)
    step(application, "agree")
    application.refresh_from_db()
    for bad in ({"hours": -2}, {"count": 0}, {"crew": " "}):
        with pytest.raises(booking.BadSlot):
            offer(application, **bad)


def test_the_phone_pages_of_the_street_record_an_answer_and_a_warning(cast, home):
    application = an_application(home)
    step(application, "consult")
    one = RiserHousehold.objects.filter(application=application).first()
    client = cast.client("community_worker")
    data = {"answer": "agreed", "note": "同意", "version": one.version}
    assert client.post(f"/households/{one.pk}/", data).status_code == 302
    assert client.post(f"/households/{one.pk}/", {**data, "answer": "opposed"}).status_code == 422
    warned = {"planned_on": (today() + timedelta(5)).isoformat(), "warned_on": today().isoformat()}
    assert client.post(f"/households/{one.pk}/decoration/", warned).status_code == 302
    own = {"content": "换马桶", "amount_yuan": "1200.50", "agreed_on": today().isoformat()}
    assert client.post(f"/households/{one.pk}/own/", own).status_code == 302
    one.refresh_from_db()
    assert (one.answer, one.warned_on, one.decorations.get().amount_fen) == ("agreed", today(), 120_050)
    assert cast.client("resident").get(f"/households/{one.pk}/").status_code == 403


def test_the_board_page_carries_every_step(cast, home):
    application = agreed(home)
    client = cast.client("street_clerk")
    base = f"/risers/{application.pk}"
    plan = {"reference": "方案", "made_on": today().isoformat(), "needs": ["water_hours", "toilet"]}
    assert client.post(f"{base}/scheme/", plan).status_code == 302
    bad = {"supply": "取水点", "drainage": "", "water_points": 1, "toilets": 0}
    assert client.post(f"{base}/water/", bad).status_code == 422
    assert client.post(f"{base}/cost/", {"cost_yuan": "20000"}).status_code == 302
    day = (datetime.now() + timedelta(days=3)).date().isoformat()  # noqa: DTZ005 - a day for a form
    times = {"crew": "一班", "day": day, "hour": "09:00", "minutes": 120, "count": 3}
    assert client.post(f"{base}/slots/", times).status_code == 302
    page = client.get(f"{base}/").content.decode()
    assert all(word in page for word in ("政府支持", "12,000.00 元", "停水时段避开早晚高峰", "还没人约"))

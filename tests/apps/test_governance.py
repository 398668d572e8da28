"""Problems of the five types: their processes, what the database refuses, and what the gate learns of them."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.five_types import Problem
from jiugai.governance.actions import save_standard
from jiugai.governance.facts import governance_section, problem_models
from jiugai.governance.models import (
    GovernanceStandard,
    GroupRental,
    IllegalStructure,
    InventorySurvey,
    StakeLock,
    WindowGuard,
)
from jiugai.governance.shipping import load_standards
from jiugai.matters import actions
from jiugai.matters.kinds import kind_of
from jiugai.matters.models import Matter, MatterDocument
from jiugai.policy.models import Occurrence
from jiugai.registry.models import Community, Document
from tests.cast import COMMITTEE, Cast

pytestmark = pytest.mark.django_db
FOUND = date(2026, 11, 2)


def at(day: int) -> datetime:
    return datetime(2026, 11, day, 2, tzinfo=UTC)


@pytest.fixture
def home(cast: Cast) -> Community:
    made = Community.objects.create(code="G-1", name="示例小区", name_norm="示例小区", area=cast.areas[COMMITTEE])
    made.refresh_from_db()
    return made


def found(cast: Cast, home: Community, model: type, **values: object):
    values = {"place": "3号楼北侧", "found_on": FOUND, "owner": cast.bodies["street"], **values}
    return actions.open_matter(
        model=model, values=values, community=home, actor=cast.actor("community_worker"), now=at(2)
    )


def photo(home: Community, case: Matter) -> None:
    """Put a re-check photo on file."""
    paper = Document.objects.create(community=home, kind="photo", title="复核照片")
    MatterDocument.objects.create(
        matter=case, document=paper, kind="复核照片", stage=case.stage, attached_by_name="王", at=at(3)
    )


def close(cast: Cast, case, *steps: tuple[str, dict[str, object]]):
    """Make moves as the street, leaving documents to the tests of documents."""
    for name, values in steps:
        case = actions.move(matter=case, move=name, actor=cast.actor("street_clerk"), now=at(9), values=values)
    return case


@pytest.mark.obligation("T02-4")
def test_an_illegal_structure_is_not_demolished_before_the_notice_is_served(cast: Cast, home):
    case = found(cast, home, IllegalStructure)
    with pytest.raises(Conflict, match="已发现"):
        close(cast, case, ("demolish", {"demolished_on": date(2026, 11, 9), "demolition": "self"}))


@pytest.mark.obligation("T02-4")
def test_the_database_refuses_demolition_by_force_without_a_decision(cast: Cast, home):
    case = found(cast, home, IllegalStructure)
    with pytest.raises(IntegrityError, match="structure_forced_after_decision"), transaction.atomic():
        IllegalStructure.objects.filter(pk=case.pk).update(
            notice_served_on=FOUND, demolished_on=date(2026, 11, 9), demolition="forced"
        )


@pytest.mark.obligation("T02-4")
def test_a_failed_recheck_takes_the_day_of_demolition_back_and_keeps_it_in_the_log(cast: Cast, home):
    case = found(cast, home, IllegalStructure)
    notice = {"notice_number": "朝城管〔2026〕1号", "notice_served_on": date(2026, 11, 4)}
    down = {"demolished_on": date(2026, 11, 9), "demolition": "self"}
    case = close(cast, case, ("notify", notice), ("demolish", down))
    case = actions.move(matter=case, move="again", actor=cast.actor("street_clerk"), now=at(10), reason="屋架还在")
    case = IllegalStructure.objects.get(pk=case.pk)
    assert (case.stage, case.demolished_on, case.demolition) == ("noticed", None, "")
    assert case.log.latest("pk").before["demolished_on"] == "2026-11-09"
    with pytest.raises(Refusal, match="拆除日期"):
        close(cast, case, ("demolish", {}))


@pytest.mark.obligation("T02-4")
def test_a_demolition_is_not_closed_without_photos(cast: Cast, home):
    case = found(cast, home, IllegalStructure)
    notice = {"notice_number": "朝城管〔2026〕1号", "notice_served_on": date(2026, 11, 4)}
    down = {"demolished_on": date(2026, 11, 9), "demolition": "self"}
    case = close(cast, case, ("notify", notice), ("demolish", down))
    with pytest.raises(Refusal, match="拆除前照片"):
        close(cast, case, ("close", {"rechecked_on": date(2026, 11, 10)}))


@pytest.mark.obligation("T02-8")
def test_stakes_are_not_all_removed_while_one_is_left(cast: Cast, home):
    case = found(cast, home, StakeLock, count_found=6, count_left=6)
    case = close(cast, case, ("count", {"count_left": 2}))
    with pytest.raises(IntegrityError, match="stakes_removed_when_none_left"), transaction.atomic():
        StakeLock.objects.filter(pk=case.pk).update(removed_on=date(2026, 11, 9))


@pytest.mark.obligation("T02-10")
@pytest.mark.parametrize(("result", "again"), [("closed", True), ("dismissed", False)])
def test_a_group_rental_is_found_again_where_one_was_cleared_and_none_is_open(cast: Cast, home, result, again):
    first = found(cast, home, GroupRental, flat="3-101")
    photo(home, first)
    street = cast.actor("street_clerk")
    if result == "closed":
        actions.move(matter=first, move="clear", actor=street, now=at(3), values={"cleared_on": FOUND})
        actions.move(matter=first, move="close", actor=street, now=at(4))
    else:
        actions.move(matter=first, move="dismiss", actor=street, now=at(3), reason="家庭自住")
    second, third = (found(cast, home, GroupRental, flat=flat) for flat in ("3-102", "3-103"))
    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.again, third.again) == (again, False)


@pytest.mark.obligation("T02-3")
def test_the_section_of_facts_names_open_problems_surveys_and_guards(cast: Cast, home):
    found(cast, home, StakeLock, count_found=6, count_left=4)
    InventorySurvey.objects.create(community=home, problem="stake_lock", on=FOUND, seen=1, by_name="王", at=at(2))
    WindowGuard.objects.create(community=home, building_label="3号楼", flat="101", found_on=FOUND, by_name="王")
    facts = governance_section([home.pk], date(2026, 11, 23))[home.pk]
    assert facts.surveyed == (("stake_lock", FOUND),)
    assert [(p.kind, p.place, p.count_left) for p in facts.open] == [("stake_lock", "3号楼北侧", 4)]
    assert facts.guards_left == 1


def test_facts_take_the_same_number_of_queries_for_any_number_of_communities(
    cast: Cast, home, django_assert_num_queries
):
    with django_assert_num_queries(len(problem_models()) + 3):
        governance_section([home.pk, *range(10_000, 12_000)], date(2026, 11, 23))


@pytest.mark.obligation("T02-6")
def test_the_removal_of_a_guard_needs_its_mode(home):
    with pytest.raises(IntegrityError, match="guard_removal_has_mode"), transaction.atomic():
        WindowGuard.objects.create(
            community=home, building_label="3号楼", flat="102", found_on=FOUND, removed_on=FOUND, by_name="王"
        )


def test_surveys_cannot_be_changed_afterwards(home):
    made = InventorySurvey.objects.create(
        community=home, problem="group_rental", on=FOUND, seen=0, by_name="王", at=at(2)
    )
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        InventorySurvey.objects.filter(pk=made.pk).update(seen=3)


@pytest.mark.obligation("T02-3")
def test_every_kind_of_problem_is_found_and_leads_to_an_end(cast: Cast, home):
    for model in problem_models():
        counts = {"count_found": 2, "count_left": 2} if model is StakeLock else {}
        case = found(cast, home, model, **counts)
        assert (case.owner, case.due_on) == (cast.bodies["street"], date(2026, 11, 16))
    facts = governance_section([home.pk], date(2026, 11, 23))[home.pk]
    assert [p.kind for p in facts.open] == [kind_of(model).code for model in problem_models()]


def test_the_tab_shows_types_cases_and_guards_and_records_a_survey(cast: Cast, home, client_as):
    found(cast, home, StakeLock, count_found=6, count_left=4)
    client, url = client_as("community_worker"), f"/communities/{home.pk}/governance/"
    assert client.post(f"{url}surveys/", {"problem": "stake_lock", "on": "2026-11-20", "seen": "1"}).status_code == 302
    assert client.post(f"{url}guards/", {"building_label": "3号楼", "flat": "101", "affects": "yes"}).status_code == 302
    page = client.get(url).content.decode()
    assert "剩 4 个" in page
    assert "11月20日" in page
    assert "待拆" in page


def test_a_survey_in_the_future_is_refused_in_words(cast: Cast, home, client_as):
    url = f"/communities/{home.pk}/governance/surveys/"
    answer = client_as("community_worker").post(url, {"problem": "stake_lock", "on": "2099-01-01", "seen": "1"})
    assert answer.status_code == 422
    assert "还没到" in answer.content.decode()


@pytest.mark.obligation("T01-9", "T06-4")
def test_a_problem_found_goes_to_the_street_and_says_that_works_are_blocked(cast: Cast, home):
    found(cast, home, IllegalStructure, owner=None, affects_works=True)
    codes = list(Occurrence.objects.filter(community=home).order_by("pk").values_list("code", flat=True))
    assert codes[:3] == ["problem_found", "street_informed", "works_blocked"]
    assert IllegalStructure.objects.get(community=home).owner == cast.bodies["street"]


@pytest.mark.obligation("T02-2")
def test_a_new_standard_ends_the_one_before_and_is_never_dated_back(cast: Cast):
    words = {"title": "标准", "issuer": "市城市管理委", "counts_as": "有", "treated_when": "无"}
    lead = cast.actor("city_lead")
    first = save_standard(problem=Problem.GROUP_RENTAL, starts=date(2024, 1, 1), values=words, actor=lead)
    save_standard(problem=Problem.GROUP_RENTAL, starts=date(2026, 1, 1), values=words, actor=lead)
    first.refresh_from_db()
    assert first.until == date(2025, 12, 31)
    with pytest.raises(Refusal, match="2026-01-01"):
        save_standard(problem=Problem.GROUP_RENTAL, starts=date(2025, 1, 1), values=words, actor=lead)


@pytest.mark.obligation("T02-2")
def test_the_database_keeps_one_standard_of_a_type_in_force_at_a_time(cast: Cast):
    words = {"title": "标准", "issuer": "市城市管理委", "counts_as": "有", "treated_when": "无"}
    kept = {"problem": Problem.GROUP_RENTAL, **words}
    GovernanceStandard.objects.create(starts=date(2024, 1, 1), until=date(2025, 12, 31), **kept)
    with pytest.raises(IntegrityError, match="one_standard_at_a_time"), transaction.atomic():
        GovernanceStandard.objects.create(starts=date(2025, 12, 31), **kept)
    GovernanceStandard.objects.create(starts=date(2026, 1, 1), **kept)
    GovernanceStandard.objects.create(starts=date(2024, 1, 1), **kept | {"problem": Problem.STAKE_LOCK})


@pytest.mark.obligation("T02-4")
@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([("notify", {"notice_number": "1号", "notice_served_on": date(2026, 11, 1)})], "早于发现日期"),
        (
            [
                ("notify", {"notice_number": "1号", "notice_served_on": date(2026, 11, 4)}),
                ("demolish", {"demolished_on": date(2026, 11, 5), "demolition": "forced"}),
            ],
            "先送达强制拆除决定",
        ),
        ([("notify", {"notice_number": "1号", "notice_served_on": date(2026, 12, 1)})], "还没到"),
    ],
)
def test_days_out_of_order_are_refused_in_a_sentence_and_nothing_moves(cast: Cast, home, steps, words):
    case = found(cast, home, IllegalStructure)
    with pytest.raises(Refusal, match=words):
        close(cast, case, *steps)
    case.refresh_from_db()
    assert case.stage == ("noticed" if len(steps) > 1 else "found")


@pytest.mark.obligation("T02-8")
def test_stakes_left_are_told_on_the_page_of_the_case(cast: Cast, home, client_as):
    case = found(cast, home, StakeLock, count_found=6, count_left=2)
    form = {"move": "remove", "removed_on": "2026-11-09", "version": case.version}
    answer = client_as("street_clerk").post(f"/matters/{case.pk}/move/", form)
    assert answer.status_code == 422
    assert "还有地桩地锁没有拆" in answer.content.decode()


@pytest.mark.obligation("T02-2")
def test_a_case_keeps_the_standard_in_force_when_it_was_found(cast: Cast, home):
    load_standards()
    assert load_standards() == 0
    case = found(cast, home, GroupRental, flat="3-101", found_on=date(2026, 11, 1))
    words = {"title": "新标准", "issuer": "市城市管理委", "counts_as": "有", "treated_when": "无"}
    save_standard(problem=Problem.GROUP_RENTAL, starts=FOUND, values=words, actor=cast.actor("city_lead"))
    later = found(cast, home, GroupRental, flat="3-102")
    case.refresh_from_db()
    assert case.standard.provisional
    assert later.standard.title == "新标准"


@pytest.mark.obligation("T02-2")
def test_the_shipped_standards_cover_all_types_and_leave_those_of_the_city_alone(cast: Cast):
    words = {"title": "市标准", "issuer": "市城市管理委", "counts_as": "有", "treated_when": "无"}
    save_standard(problem=Problem.STAKE_LOCK, starts=date(2024, 1, 1), values=words, actor=cast.actor("city_lead"))
    assert load_standards() == len(Problem) - 1
    assert GovernanceStandard.objects.filter(provisional=True).count() == len(Problem) - 1

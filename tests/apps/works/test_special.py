"""The special acceptance, item by item against the special scheme (T11-4…6)."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, connections, transaction

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.approvals.actions.submitting import Draft, Item, submit_scheme
from jiugai.domain import accessibility
from jiugai.domain.errors import Conflict, NotAllowed, Refusal
from jiugai.domain.schemes import SchemeKind
from jiugai.matters.actions import move
from jiugai.works.actions.special import BadItem, Mark, mark_item, open_special
from jiugai.works.actions.special_items import Place
from jiugai.works.kinds._shared import BadDay
from jiugai.works.models import (
    SpecialAcceptance,
    SpecialMark,
)
from tests.apps.planning_rows import a_community, now
from tests.apps.works_rows import (
    ago,
    crew,
    mark,
    on_site,
    passed,
    says,
    special,
    today,
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db


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

"""Occurrences: one timeline per community, chains of line-ups in one transaction, nothing ever changed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.domain import lineups as table
from jiugai.domain.errors import Refusal
from jiugai.domain.lineups import LineUp, UnknownEvent
from jiugai.policy import lineups
from jiugai.policy.models import Occurrence
from jiugai.policy.occurrences import EndlessLineUp, announce
from jiugai.policy.queries.timeline import chain
from jiugai.registry.models import Community

NOW = timezone.now()


@pytest.fixture
def line_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Put line-ups with test handlers into the table."""
    handlers = dict(lineups._handlers)

    def add(on: str, run: str, function: object, opens: tuple[str, ...] = ()) -> None:
        monkeypatch.setattr(table, "LINE_UPS", (*table.LINE_UPS, LineUp(on, run, "T01-9", "试", opens)))
        monkeypatch.setitem(lineups._handlers, run, function)

    yield add
    lineups._handlers.clear()
    lineups._handlers.update(handlers)


def tell(home: Community, code: str = "visit_recorded", **more: object) -> Occurrence:
    return announce(**{"code": code, "community": home, "title": "走访", "actor": SYSTEM, "now": NOW, **more})


def test_unknown_event_is_refused(home):
    with pytest.raises(UnknownEvent):
        tell(home, "no_such_thing")


@pytest.mark.obligation("T01-10")
def test_occurrence_stands_on_the_file_and_its_timeline(home, client_as):
    tell(home, title="走访十户", words="同意八户")
    client = client_as("street_clerk")
    assert "走访十户" in client.get(f"/communities/{home.pk}/").content.decode()
    assert "走访十户" in client.get(f"/communities/{home.pk}/history/?line=renovation").content.decode()
    assert "走访十户" not in client.get(f"/communities/{home.pk}/history/?line=management").content.decode()


@pytest.mark.obligation("T01-9")
def test_event_in_one_line_opens_work_in_another_and_the_chain_shows_it(home, line_up, client_as):
    def propose(occurrence, *, actor, now):
        announce(
            code="project_proposed", community=occurrence.community, title="提出项目", actor=actor, now=now,
            cause=occurrence,
        )  # fmt: skip

    line_up("checkup_finished", "test_propose", propose, ("project_proposed",))
    top = tell(home, "checkup_finished", title="体检完成")
    effect = Occurrence.objects.get(code="project_proposed")
    assert (effect.cause_id, effect.root_id, effect.depth) == (top.pk, top.pk, 1)
    assert [one.title for one in chain(effect)] == ["体检完成", "提出项目"]
    page = client_as("street_clerk").get(f"/occurrences/{effect.pk}/").content.decode().split("p-chain")[1]
    assert page.index("体检完成") < page.index("提出项目")


def test_refusing_handler_takes_the_event_back(home, line_up):
    def refuse(occurrence, *, actor, now):
        raise Refusal("不行")

    line_up("visit_recorded", "test_refuse", refuse)
    with pytest.raises(Refusal):
        tell(home)
    assert not Occurrence.objects.exists()


def test_circle_is_stopped(home, line_up):
    def again(occurrence, *, actor, now):
        tell(occurrence.community, cause=occurrence)

    line_up("visit_recorded", "test_again", again, ("visit_recorded",))
    assert table.endless() == ("visit_recorded", "visit_recorded")
    with pytest.raises(EndlessLineUp):
        tell(home)


def test_shipped_line_ups_end_by_themselves_and_all_have_handlers():
    assert table.endless() == ()
    for code in table.EVENTS:
        for line_up in table.after(code):
            assert lineups.handler_of(line_up.run)
            assert set(line_up.opens) <= set(table.EVENTS)


def test_stage_moves_forward_only_and_its_day_stands_in_the_tracker(home, client_as):
    tell(home, "checkup_finished", now=NOW - timedelta(days=3))
    tell(home, "entered_pool")
    tell(home, "checkup_finished")
    home.refresh_from_db()
    assert home.stage == "in_pool"
    tell(home, "left_pool")
    home.refresh_from_db()
    assert home.stage == "checked"


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"title": "别的"}, {"code": "left_pool"}])
def test_database_refuses_changes_and_removal(home, change):
    made = tell(home)
    for attempt in (lambda: Occurrence.objects.filter(pk=made.pk).update(**change), made.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_database_refuses_an_effect_without_cause(home):
    with pytest.raises(IntegrityError), transaction.atomic():
        Occurrence.objects.create(community=home, code="x", line="governance", title="x", depth=1, at=NOW, by_name="x")


def test_occurrence_of_another_district_does_not_exist(home, client_as):
    made = tell(home)
    assert client_as("outsider").get(f"/occurrences/{made.pk}/").status_code == 404

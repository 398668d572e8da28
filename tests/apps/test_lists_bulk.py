"""Bulk actions on more rows than a person waits for: announced, done in portions, each row once, refusals named."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from jiugai.accounts import bulk
from jiugai.accounts.models import BulkRun, Membership
from jiugai.domain.errors import NotAllowed, Refusal
from jiugai.registry import bulk_actions
from jiugai.registry.models import Community
from jiugai.registry.tables import COMMUNITIES
from tests.apps.lists_data import community
from tests.cast import OTHER_STREET, STREET, Cast

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]
ASK = "/communities/bulk/plan/"


@pytest.fixture(autouse=True)
def rows(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> list[Community]:
    monkeypatch.setattr(bulk, "PORTION", 2)
    at_once(monkeypatch, bulk_actions.MARK, 3)
    made = [community(f"枣营{number}号院", cast.areas[STREET]) for number in range(5)]
    community("月坛北街", cast.areas[OTHER_STREET])
    return made


def at_once(monkeypatch: pytest.MonkeyPatch, action: Any, most: int) -> None:
    monkeypatch.setitem(action.__dict__, "at_once", most)


def asked(client: Client, *, mark: str = "needed") -> BulkRun:
    """Choose all rows, confirm what the page asks."""
    page = client.get(f"{ASK}?every=1").content.decode()
    ids, seen = (page.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("ids", "seen"))
    answer = client.post(ASK, {"ids": ids, "seen": seen, "mark": mark, "reason": "台账核对"})
    assert answer.headers["Location"] == "/bulk-runs/", answer.content.decode()[:300]
    return BulkRun.objects.get()


def go(run: BulkRun) -> BulkRun:
    bulk.run(run_id=run.pk, now=timezone.now())
    run.refresh_from_db()
    return run


def marked() -> set[str]:
    return set(Community.objects.filter(plan_mark="needed").values_list("name", flat=True))


def test_bar_of_the_list_says_so_in_words(client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMUNITIES.__dict__, "page_size", 2)
    page = client_as("district_lead").get("/communities/").content.decode()
    note = page.partition("data-every-note hidden>")[2].partition("</span>")[0]
    assert note == "超过 3 个在后台分批办，一次最多 20,000 个"
    assert 0 < page.index("data-choose-every") < page.index("data-every-note")


def test_page_says_before_that_it_goes_to_the_background(client_as: ClientAs) -> None:
    client = client_as("district_lead")
    assert "在后台分批办" in client.get(f"{ASK}?every=1").content.decode()
    few = ",".join(str(pk) for pk in Community.objects.values_list("pk", flat=True)[:3])
    assert "在后台分批办" not in client.get(f"{ASK}?ids={few}").content.decode()


def test_all_rows_are_done_in_portions_and_nothing_before_the_worker(
    client_as: ClientAs, rows: list[Community]
) -> None:
    client = client_as("district_lead")
    run = asked(client)
    assert (run.rows_total, marked()) == (5, set())
    assert "0 / 5" in client.get("/bulk-runs/").content.decode()
    go(run)
    assert marked() == {row.name for row in rows}
    assert (run.rows_acted, run.rows_refused) == (5, 0)
    assert "全部办完" in client.get(f"/bulk-runs/{run.pk}/progress/").content.decode()
    before = Community.objects.values_list("version", flat=True).order_by("pk")
    versions = list(before)
    go(run)
    assert list(before) == versions  # a run that is finished does nothing


def test_killed_worker_goes_on_behind_the_last_portion(client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
    run = asked(client_as("district_lead"))
    real, calls = bulk_actions.MARK.run, list[int]()

    def dies(*, rows: Sequence[Any], **more: Any) -> str:
        calls.append(len(rows))
        if len(calls) == 2:
            raise OSError("killed")
        return str(real(rows=rows, **more))

    with monkeypatch.context() as patch:
        patch.setitem(bulk_actions.MARK.__dict__, "run", dies)
        with pytest.raises(OSError, match="killed"):
            go(run)
        run.refresh_from_db()
        assert (run.rows_done, len(marked())) == (2, 2)
        go(run)
    assert (sum(calls), run.rows_done, len(marked())) == (7, 5, 5)


def test_refused_rows_are_named_and_the_others_done(
    client_as: ClientAs, monkeypatch: pytest.MonkeyPatch, rows: list[Community]
) -> None:
    run = asked(client := client_as("district_lead"))
    real = bulk_actions.MARK.run

    def picky(*, rows: Sequence[Any], **more: Any) -> str:
        if any(row.name == "枣营3号院" for row in rows):
            raise Refusal("这个不行", remedy="先核对")
        return str(real(rows=rows, **more))

    monkeypatch.setitem(bulk_actions.MARK.__dict__, "run", picky)
    go(run)
    assert (run.rows_acted, run.refused) == (4, [{"row": "枣营3号院", "why": "这个不行。先核对"}])
    assert marked() == {row.name for row in rows} - {"枣营3号院"}
    assert "枣营3号院：这个不行。先核对" in client.get("/bulk-runs/").content.decode()


def test_row_changed_since_it_was_confirmed_is_left_alone(
    cast: Cast, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch, rows: list[Community]
) -> None:
    monkeypatch.setitem(bulk_actions.MARK.__dict__, "watch", True)
    run = asked(client_as("district_lead"))
    Community.objects.filter(pk=rows[0].pk).update(households=77)
    go(run)
    assert (run.rows_acted, run.refused) == (4, [{"row": rows[0].name, "why": bulk.CHANGED}])
    assert rows[0].name not in marked()


def test_right_lost_in_between_does_nothing(client_as: ClientAs) -> None:
    run = asked(client_as("district_lead"))
    Membership.objects.filter(user=run.user).update(ends=timezone.localdate() - timedelta(days=1))
    go(run)
    assert (run.rows_acted, run.rows_refused, marked()) == (0, 5, set())


def test_closed_account_does_nothing(client_as: ClientAs) -> None:
    run = asked(client_as("district_lead"))
    run.user.is_active = False
    run.user.save()
    with pytest.raises(NotAllowed):
        go(run)
    assert marked() == set()


def test_run_is_seen_by_who_asked_only(client_as: ClientAs) -> None:
    run = asked(client_as("district_lead"))
    assert client_as("data_officer").get(f"/bulk-runs/{run.pk}/progress/").status_code == 404
    assert "标记" not in client_as("data_officer").get("/bulk-runs/").content.decode().partition("<main")[2]
    assert client_as("resident").get("/bulk-runs/").status_code == 403

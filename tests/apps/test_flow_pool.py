"""The flow pool (流量池): four kinds of works, a scale per district, reservations that never overdraw."""

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from jiugai.accounts.scope import scoped
from jiugai.domain.errors import NotAllowed, Refusal
from jiugai.domain.ledger import Overdrawn
from jiugai.ledger.actions.granting import WrongGrant, area_typed
from jiugai.ledger.actions.granting import reverse as undo
from jiugai.ledger.kinds.area_filing import WrongFiling
from jiugai.ledger.models import Account, AreaFiling, Entry, Leg
from jiugai.ledger.queries.pool import show_pool
from jiugai.matters.actions.moving import StillMissing
from tests.apps.ledger_rows import FILED, M2, a_filing, grant, step
from tests.apps.planning_rows import a_community, a_project, now
from tests.cast import CHAOYANG, STREET, XICHENG, Cast


@pytest.fixture
def home(cast: Cast):
    return a_community(cast)


def balances(cast: Cast, district: str = CHAOYANG) -> dict[str, int]:
    rows = Account.objects.filter(area=cast.areas[district])
    return {code: balance // M2 for code, balance in rows.values_list("code", "balance")}


@pytest.mark.obligation("T18-1", "T18-3")
def test_a_filing_goes_from_free_to_reserved_to_counted(cast, home):
    grant(cast, 1000)
    filing = step(cast, a_filing(cast, home, 100), "reserve")
    assert balances(cast) == {"granted": -1000, "available": 900, "reserved": 100}
    whole = {"built_cm2": 80 * M2, **FILED}
    for name in whole:
        with pytest.raises(StillMissing):
            step(cast, filing, "file", **{key: value for key, value in whole.items() if key != name})
    step(cast, filing, "file", **whole)
    assert balances(cast) == {"granted": -1000, "available": 920, "reserved": 0, "counted": 80}


@pytest.mark.obligation("T18-3")
def test_more_built_than_reserved_draws_on_the_rest_or_is_refused(cast, home):
    grant(cast, 110)
    filing = step(cast, a_filing(cast, home, 100), "reserve")
    with pytest.raises(Overdrawn, match=r"可用规模只有 10\.00 ㎡，不够 11\.00 ㎡"), transaction.atomic():
        step(cast, filing, "file", built_cm2=111 * M2, **FILED)
    filing.refresh_from_db()
    assert (filing.stage, filing.filing_number) == ("reserved", "")
    step(cast, filing, "file", built_cm2=110 * M2, **FILED)
    assert balances(cast)["available"] == 0


@pytest.mark.obligation("T18-3")
def test_a_filing_taken_back_for_correction_asks_for_area_and_number_anew(cast, home):
    grant(cast, 1000)
    filing = step(cast, a_filing(cast, home, 100), "reserve")
    filing = step(cast, filing, "file", built_cm2=90 * M2, **FILED)
    filing = step(cast, filing, "correct")
    assert (filing.built_cm2, filing.filing_number, balances(cast)["reserved"]) == (None, "", 100)
    step(cast, filing, "file", built_cm2=95 * M2, **FILED)
    assert (balances(cast)["counted"], balances(cast)["available"]) == (95, 905)


@pytest.mark.obligation("T18-1")
def test_a_released_reservation_is_free_again(cast, home):
    grant(cast, 100)
    step(cast, step(cast, a_filing(cast, home, 100), "reserve"), "release")
    assert balances(cast) == {"granted": -100, "available": 100, "reserved": 0}


@pytest.mark.obligation("T18-1")
def test_without_a_scale_nothing_can_be_reserved(cast, home):
    with pytest.raises(Overdrawn, match=r"可用规模只有 0\.00 ㎡"), transaction.atomic():
        step(cast, a_filing(cast, home, 1), "reserve")


@pytest.mark.obligation("T18-2")
def test_database_admits_only_the_four_kinds(cast, home):
    filing = a_filing(cast, home)
    with pytest.raises(IntegrityError, match="filing_of_the_four_kinds"), transaction.atomic():
        AreaFiling.objects.filter(pk=filing.pk).update(work="parking")


@pytest.mark.obligation("T18-2")
def test_form_offers_the_four_kinds_and_refuses_another(cast, home, client_as):
    project = a_project(cast, home)
    url = reverse("matter-area_filing-new") + f"?community={home.pk}"
    client = client_as("district_lead")
    assert client.get(url).content.decode().count("危旧楼房成套化改造") == 1
    data = {"project": project.pk, "work": "parking", "facility": "停车楼", "planned_cm2": "10", "community": home.code}
    assert client.post(url, data).status_code == 422
    assert not AreaFiling.objects.exists()


def test_a_project_elsewhere_is_refused(cast, home):
    other = a_project(cast, a_community(cast, "别处小区"))
    with pytest.raises(WrongFiling, match="不在这个小区"):
        a_filing(cast, home, project=other)


@pytest.mark.obligation("T18-1")
@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_overdraw(cast, home):
    grant(cast, 50)
    project = a_project(cast, home)
    filings = [a_filing(cast, home, 10, project=project, facility=f"设施{n}") for n in range(12)]
    actor, said = cast.actor("district_lead"), []

    def work(filing):
        try:
            with scoped(actor):
                step(cast, filing, "reserve")
            said.append("in")
        except Overdrawn:
            said.append("out")
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(filing,)) for filing in filings]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(said) == ["in"] * 5 + ["out"] * 7
    assert balances(cast) == {"granted": -50, "available": 0, "reserved": 50}


@pytest.mark.obligation("T18-1")
def test_database_itself_overdraws_no_account(cast, home):
    entry = grant(cast, 10)
    reserved = Account.objects.create(book=entry.book, area=entry.area, code="reserved", floor=0)
    made = Entry.objects.create(book=entry.book, area=entry.area, what="越过检查", on=entry.on, at=now(), by_name="某")
    sides = ((reserved, 11 * M2), (Account.objects.get(code="available"), -11 * M2))
    legs = [Leg(entry=made, account=account, amount=amount) for account, amount in sides]
    with pytest.raises(IntegrityError, match="account_not_overdrawn"), transaction.atomic():
        Leg.objects.bulk_create(legs)
    transaction.set_rollback(True)


@pytest.mark.obligation("T18-3")
def test_a_number_of_filing_is_given_once(cast, home):
    grant(cast, 1000)
    first = a_filing(cast, home, 10)
    second = a_filing(cast, home, 10, project=first.project, facility="菜站")
    step(cast, step(cast, first, "reserve"), "file", built_cm2=10 * M2, **FILED)
    second = step(cast, second, "reserve")
    with pytest.raises(Refusal), transaction.atomic():
        step(cast, second, "file", built_cm2=10 * M2, **FILED)


def test_database_refuses_an_entry_out_of_balance(cast):
    entry = grant(cast)
    account = Account.objects.get(code="available")
    made = Entry.objects.create(book=entry.book, area=entry.area, what="单边", on=entry.on, at=now(), by_name="某某")
    Leg.objects.create(entry=made, account=account, amount=5)
    with pytest.raises(IntegrityError, match="out of balance"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    transaction.set_rollback(True)


@pytest.mark.parametrize("change", [{"balance": 7}, {"floor": -1}])
def test_database_lets_nobody_write_a_balance(cast, change):
    grant(cast)
    with pytest.raises(IntegrityError, match="by entries only"), transaction.atomic():
        Account.objects.filter(code="available").update(**change)


def test_database_keeps_every_entry(cast):
    entry = grant(cast)
    for change in ("UPDATE ledger_leg SET amount = 1", "DELETE FROM ledger_entry"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{change} WHERE TRUE")
    assert entry.legs.count() == 2


@pytest.mark.obligation("T18-4")
def test_districts_stand_side_by_side_and_sum_up(cast, home, django_assert_num_queries):
    grant(cast, 500)
    grant(cast, 300, district=XICHENG)
    waiting = a_filing(cast, home, 100)
    filing = step(cast, a_filing(cast, home, 100, project=waiting.project, facility="菜站"), "reserve")
    step(cast, filing, "file", built_cm2=100 * M2, **FILED)
    actor = cast.actor("city_lead")
    with django_assert_num_queries(4):
        shown = show_pool(actor)
    assert [(r.name, r.granted // M2, r.available // M2) for r in shown.rows] == [
        ("西城区", 300, 300), ("朝阳区", 500, 400),
    ]  # fmt: skip
    assert (shown.whole.by_work["public_service"], shown.whole.waiting) == (100 * M2, 1)
    assert (shown.whole.granted, shown.whole.available, shown.whole.counted) == (800 * M2, 700 * M2, 100 * M2)
    assert all(row.sums_up for row in [*shown.rows, shown.whole])


def test_a_district_sees_its_own_pool_only(cast, home, client_as):
    grant(cast, 500)
    other = grant(cast, 300, district=XICHENG)
    client = client_as("district_lead")
    page = client.get(reverse("flow-pool")).content.decode()
    assert "朝阳区" in page
    assert "西城区" not in page
    assert client.get(reverse("entry-page", args=[other.pk])).status_code == 404


@pytest.mark.obligation("T18-1")
def test_only_the_city_grants_and_says_by_which_document(cast, client_as):
    data = {"district": cast.areas[CHAOYANG].pk, "amount": "1,200.50", "reference": "1号", "on": "2026-01-05"}
    url = reverse("scale-grant")
    assert client_as("district_lead").post(url, data).status_code == 403
    city = client_as("city_lead")
    assert city.post(url, {**data, "reference": ""}).status_code == 422
    assert city.post(url, data).status_code == 302
    assert Account.objects.get(code="available").balance == 12_005_000


def test_a_grant_to_a_street_or_in_the_future_is_refused(cast):
    with pytest.raises(WrongGrant, match="下达到区"):
        grant(cast, district=STREET)


@pytest.mark.parametrize("text", ["", "约300", "0", "1.005", "nan", "1e30"])
def test_what_is_no_area_is_told(text):
    with pytest.raises(WrongGrant):
        area_typed(text)


def test_a_grant_is_reversed_once_and_stays(cast):
    entry = grant(cast, 100)
    undo(entry=entry, reason="区选错了", actor=cast.actor("city_lead"), now=now())
    assert balances(cast) == {"granted": 0, "available": 0}
    with pytest.raises(WrongGrant, match="已经冲正"):
        undo(entry=entry, reason="再来", actor=cast.actor("city_lead"), now=now())


def test_a_grant_in_use_cannot_be_taken_back(cast, home):
    entry = grant(cast, 100)
    step(cast, a_filing(cast, home, 60), "reserve")
    with pytest.raises(Overdrawn), transaction.atomic():
        undo(entry=entry, reason="收回", actor=cast.actor("city_lead"), now=now())
    with pytest.raises(NotAllowed):
        undo(entry=entry, reason="收回", actor=cast.actor("district_lead"), now=now())


def test_journal_reads_as_text_with_both_sides(cast, home, client_as):
    grant(cast, 100)
    text = client_as("district_lead").get(reverse("flow-journal")).content.decode()
    assert "朝阳区:可用规模  1000000.00 m2" not in text
    assert "朝阳区:可用规模  100.00 m2" in text
    assert "朝阳区:规模来源  -100.00 m2" in text
    assert date(2026, 1, 5).isoformat() in text

"""The audit log cannot be changed, and a change made behind its back is found."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.codes import Action
from jiugai.accounts.models import AuditEvent, AuditSeal
from jiugai.accounts.scope import scoped

APPEND_ONLY = import_module("jiugai.accounts.migrations.0002_integrity").APPEND_ONLY


def note(words: str) -> None:
    audit.record(action=Action.EXPORTED, actor=SYSTEM, subject=words, after={"rows": 1})


@pytest.fixture
def events(db: None) -> list[AuditEvent]:
    for number in range(4):
        note(f"list {number}")
    seal_now()
    return list(AuditEvent.objects.order_by("pk"))


def seal_now() -> None:
    """Do what commit does; each event gets its seal."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def behind_its_back() -> Iterator[None]:
    """Switch off what protects the log, as the owner of the tables can."""
    tables = ("accounts_auditevent", "accounts_auditseal")
    run(*(f"ALTER TABLE {t} DISABLE TRIGGER append_only" for t in tables))
    run("ALTER TABLE accounts_auditevent NO FORCE ROW LEVEL SECURITY", "SET CONSTRAINTS ALL IMMEDIATE")
    yield
    run(*(f"ALTER TABLE {t} ENABLE TRIGGER append_only" for t in tables))
    run("ALTER TABLE accounts_auditevent FORCE ROW LEVEL SECURITY")


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_untouched_chain_holds(events, capsys):
    assert audit.broken_links() == []
    call_command("verify_audit")
    assert AuditSeal.objects.last().digest in capsys.readouterr().out


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE accounts_auditevent SET actor_name = 'somebody else' WHERE id = {0}", "event {0} was changed"),
        ("UPDATE accounts_auditevent SET after = '{{\"rows\": 2}}' WHERE id = {0}", "event {0} was changed"),
        ("DELETE FROM accounts_auditseal WHERE event_id = {0}", "event {0} was never sealed"),
        ("DELETE FROM accounts_auditseal WHERE event_id = {0}", "the link before was changed or removed"),
    ],
)
def test_tampering_by_the_owner_of_the_table_is_found(events, tampering, found, capsys):
    target = events[1].pk
    with behind_its_back():
        run(tampering.format(target))
    assert found.format(target) in {problem for _, problem in audit.broken_links()}
    with pytest.raises(CommandError) as failed:
        call_command("verify_audit")
    assert failed.value.returncode == 1
    assert found.format(target) in capsys.readouterr().err


def test_event_removed_with_its_seal_is_found(events):
    with behind_its_back():
        events[1].seal.delete()
        events[1].delete()
    assert audit.broken_links()


def test_event_slipped_in_without_a_seal_is_found(events):
    run("ALTER TABLE accounts_auditevent DISABLE TRIGGER seal")
    note("slipped in")
    run("ALTER TABLE accounts_auditevent ENABLE TRIGGER seal")
    assert any("never sealed" in problem for _, problem in audit.broken_links())


@pytest.mark.parametrize("change", ["UPDATE accounts_auditseal SET digest = ''", "DELETE FROM accounts_auditseal"])
def test_seals_refuse_changes(events, change):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run(change)


@pytest.mark.parametrize(
    "change", ["UPDATE accounts_auditevent SET reason = 'x'", "DELETE FROM accounts_auditevent WHERE id > 0"]
)
def test_events_refuse_changes_even_without_row_level_security(events, change):
    run(change)  # row level security hides every row from changes
    assert AuditEvent.objects.filter(reason="").count() == len(events)
    run("ALTER TABLE accounts_auditevent NO FORCE ROW LEVEL SECURITY")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run(change)


def test_real_databases_refuse_truncate(db):
    """Only databases named test_… may be emptied, so this one has another name."""
    place = connection.get_connection_params()
    parts = {k: v for k, v in place.items() if k in {"host", "user", "password", "port"} and v}
    name = f"append_only_{connection.settings_dict['NAME']}"
    with psycopg.connect(dbname="postgres", autocommit=True, **parts) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
        try:
            with psycopg.connect(dbname=name, **parts) as scratch:
                scratch.execute("CREATE TABLE accounts_auditevent (id int); CREATE TABLE accounts_auditseal (id int)")
                scratch.execute(APPEND_ONLY)
                with pytest.raises(psycopg.errors.RestrictViolation, match="TRUNCATE refused"):
                    scratch.execute("TRUNCATE accounts_auditevent")
        finally:
            server.execute(f"DROP DATABASE {name}")


def test_unknown_action_cannot_be_recorded(db):
    with pytest.raises(audit.UnknownAction):
        audit.record(action="made.up", actor=SYSTEM, subject="x")


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_keep_one_chain():
    start = threading.Barrier(4)

    def write(writer: int) -> None:
        try:
            start.wait()
            for number in range(10):
                with transaction.atomic():
                    note(f"{writer}-{number}")
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with scoped(SYSTEM):
        assert AuditEvent.objects.count() == 40
        assert AuditSeal.objects.values("previous").distinct().count() == 40
        assert audit.broken_links() == []


def test_unforeseen_failure_shows_only_the_number_that_stands_in_the_log(client_as, monkeypatch, caplog):
    def breaks(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret inside")

    browser = client_as("district_lead")
    browser.raise_request_exception = False
    monkeypatch.setattr("jiugai.accounts.views.account._page", breaks)
    response = browser.get("/account/")
    number = response["X-Request-Id"]
    page = response.content.decode()
    assert response.status_code == 500
    assert number in page
    assert "secret inside" not in page
    line = next(r for r in caplog.records if f"incident {number}" in r.getMessage())
    assert "secret inside" in str(line.exc_info[1])

"""The shipped list is loaded once a run; every journey works on a copy of that database of its own.

Loading takes a minute or two, copying with CREATE DATABASE … TEMPLATE about a second. The processes of one
run share the loaded database: each holds a shared lock while it lives, and the last one out drops it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scope_setting, set_scope


@contextmanager
def loaded_database(*, base: str, keep: bool) -> Iterator[str]:
    """Load what `make run` loads, unless another process of this run has, and give the database's name.

    `base` is the run's empty test database; with `keep` a database left by an earlier run is used again.
    """
    name = f"{base.removesuffix(_worker_of(base))}_shipped"
    with _maintenance() as cursor:
        if _lock(cursor, "pg_try_advisory_lock", name):  # nobody else is here: what exists was left behind
            if keep and _exists(cursor, name):
                _bring_up_to_date(name=name, base=base)
            else:
                _build(cursor, name=name, base=base)
            _lock(cursor, "pg_advisory_lock_shared", name)
            _lock(cursor, "pg_advisory_unlock", name)
        else:
            _lock(cursor, "pg_advisory_lock_shared", name)  # returns once the one who loads is ready
        yield name
        _lock(cursor, "pg_advisory_unlock_shared", name)
        if not keep and _lock(cursor, "pg_try_advisory_lock", name):
            _drop(cursor, name)


@contextmanager
def copied_database(*, source: str) -> Iterator[None]:
    """Let Django, with the live server and workers started meanwhile, work on a copy of a database."""
    base = connection.settings_dict["NAME"]
    name = f"{base}_copy"
    with _maintenance() as cursor:
        _drop(cursor, name)
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy')
        try:
            _work_on(name)
            yield
        finally:
            _work_on(base)
            _wait_for_requests(cursor, name)
            _drop(cursor, name)


def _wait_for_requests(cursor: Any, name: str, *, seconds: float = 5) -> None:
    """Let the live server finish what the closed window still asked for, so that dropping breaks nothing off."""
    until = monotonic() + seconds
    while monotonic() < until:
        cursor.execute("SELECT 1 FROM pg_stat_activity WHERE datname = %s AND state = 'active'", [name])
        if cursor.fetchone() is None:
            return
        sleep(0.1)


def _build(cursor: Any, *, name: str, base: str) -> None:
    _drop(cursor, name)
    connection.close()  # a database in use cannot be copied
    cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{base}" STRATEGY file_copy')
    try:
        _work_on(name)
        _load()
        with connection.cursor() as own:
            own.execute("ANALYZE")
    except BaseException:
        _work_on(base)
        _drop(cursor, name)
        raise
    _work_on(base)


def _bring_up_to_date(*, name: str, base: str) -> None:
    """Give a database of an earlier run what the code has learned since."""
    _work_on(name)
    try:
        call_command("migrate", verbosity=0, interactive=False)
        _load()
    finally:
        _work_on(base)


def _load() -> None:
    call_command("load_shipped", verbosity=0)
    call_command("demo_users", verbosity=0)


def _work_on(name: str) -> None:
    """Point every connection opened from now on, in any thread, at the database; the test sees all rows."""
    connection.close()
    connection.settings_dict["NAME"] = name  # one dictionary for all threads
    ContentType.objects.clear_cache()
    set_scope(scope_setting(SYSTEM))


def _worker_of(base: str) -> str:
    """Return the ending that pytest-xdist's processes have, such as `_gw0`; empty without it."""
    head, mark, number = base.rpartition("_gw")
    return mark + number if head and number.isdigit() else ""


def _maintenance() -> Any:
    return connection._nodb_cursor()  # on the database `postgres`, outside of any transaction


def _lock(cursor: Any, function: str, name: str) -> bool:
    cursor.execute(f"SELECT {function}(hashtext(%s))", [name])
    return cursor.fetchone()[0] is True


def _exists(cursor: Any, name: str) -> bool:
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return cursor.fetchone() is not None


def _drop(cursor: Any, name: str) -> None:
    cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

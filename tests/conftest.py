"""Fixtures that every test may use."""

from collections.abc import Iterator

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scope_setting, set_scope

pytest_plugins = ["tests.cast"]

# A busy machine is slow, not wrong: no example fails for the time it took.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def _whole_city(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the test itself see every row: row level security shows nothing to a session without a scope.

    Requests made by the test client set and close their own scope, so the test's is restored after each.
    """
    names = {"db", "transactional_db", "live_server"} & set(request.fixturenames)
    if not names and not request.node.get_closest_marker("django_db"):
        yield
        return
    request.getfixturevalue("transactional_db" if _wants_commits(request) else "db")
    set_scope(scope_setting(SYSTEM))
    yield
    if connection.connection is not None and not connection.needs_rollback:
        set_scope("")


def _wants_commits(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return bool({"transactional_db", "live_server"} & set(request.fixturenames)) or bool(
        marker and marker.kwargs.get("transaction")
    )

"""The API against its own document: generated requests, right and wrong ones (schemathesis)."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import schemathesis
from django.conf import settings
from django.contrib.gis.geos import Point
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as limits
from ninja.responses import NinjaJSONEncoder
from schemathesis.checks import CHECKS

from jiugai.accounts.actions.tokens import issue_token
from jiugai.accounts.roles import Role
from jiugai.config.api import api
from jiugai.config.wsgi import application
from jiugai.registry.models import Building, Community, Source
from tests.cast import CHAOYANG, Cast

# Not from_wsgi: that asks for the document while tests are collected, when there is no database yet.
schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(), cls=NinjaJSONEncoder)))
schema.app = application


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Keep the connection over requests, as Django's own test client does: the test's transaction hangs on it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(cast: Cast) -> str:
    """Fill the register a little, so that ids 1, 2, … of the examples may hit."""
    Source.objects.create(key="test-list", name="名单", mark="off")
    home = Community.objects.create(
        id=1, code="T-1", name="示例小区", name_norm="示例小区", area=cast.areas[CHAOYANG], provenance="demo",
        point=Point(116.46, 39.93), position_state="good",
    )  # fmt: skip
    Building.objects.create(id=1, community=home, code="T-b1", label="1号楼")
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    return issue_token(
        actor=cast.actor("city_lead"), organisation=cast.bodies["district"], name="测试",
        role=Role.DISTRICT_DEPARTMENT, area=cast.areas[CHAOYANG], expires=timezone.localdate() + timedelta(days=30),
    )[1]  # fmt: skip


@schema.parametrize()
@limits(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_api_keeps_its_document(case, token):
    case.call_and_validate(headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"})


def test_all_checks_run():
    """Guards against a release that renames the checks: these are what the test above stands for."""
    names = {check.__name__ for check in CHECKS.get_all()}
    wanted = {
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
        "ignored_auth",
        "unsupported_method",
    }
    assert wanted <= names

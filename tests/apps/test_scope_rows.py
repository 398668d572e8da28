"""Row level security: PostgreSQL itself shows and takes only what lies in the session's scope, also from psql."""

from typing import Any

import psycopg
import pytest
from django.contrib.gis.geos import Point
from django.db import ProgrammingError, connection, transaction

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import AuditEvent
from jiugai.accounts.scope import scope_setting, set_scope
from jiugai.registry.models import Building, Community, CommunityContact
from tests.cast import CHAOYANG, COMMITTEE, OTHER_STREET, Cast


@pytest.fixture
def homes(cast: Cast) -> dict[str, Community]:
    made = {
        key: Community.objects.create(
            code=f"T-{key}", name=key, name_norm=key, area=cast.areas[area], point=Point(116.4, 39.9),
            position_state="good",
        )
        for key, area in [("inside", COMMITTEE), ("outside", OTHER_STREET)]
    }  # fmt: skip
    for key, home in made.items():
        Building.objects.create(community=home, code=f"T-{key}", label="1号楼")
        CommunityContact.objects.create(community=home, duty="书记", name=f"某{key}")
    return made


def rows(sql: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]


def changed(sql: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


TABLES = ["registry_community", "registry_building", "registry_communitycontact", "registry_communityevent"]


@pytest.mark.obligation("T01-5")
@pytest.mark.parametrize("table", TABLES)
def test_session_of_a_district_reads_its_rows_only(homes, cast, table):
    everything = len(rows(f"SELECT area_path FROM {table}"))  # noqa: S608
    set_scope(scope_setting(cast.actor("district_lead")))
    seen = rows(f"SELECT area_path FROM {table}")  # noqa: S608
    assert seen
    assert len(seen) < everything
    assert all(path.startswith(cast.areas[CHAOYANG].path) for path in seen)


@pytest.mark.obligation("T01-5")
@pytest.mark.parametrize("model", [Community, Building, CommunityContact])
def test_query_keeps_to_ones_area_also_where_the_session_sees_the_whole_city(homes, cast, model):
    everything = set(model.objects.values_list("area_path", flat=True))
    inside = {path for path in everything if path.startswith(cast.areas[CHAOYANG].path)}
    nobody = Actor(name="没有角色的人")

    def seen(actor: Actor) -> set[str]:
        return set(model.objects.visible_to(actor).values_list("area_path", flat=True))

    assert set() < inside < everything
    assert seen(cast.actor("city_lead")) == everything
    assert seen(cast.actor("district_lead")) == seen(cast.actor("street_clerk")) == inside
    assert seen(cast.actor("outsider")) == everything - inside
    assert seen(nobody) == set()


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("scope", ["", "/110000/11010/", "%", "/110000/110105%", "'*'"])
def test_empty_or_crooked_scope_reads_nothing(homes, table, scope):
    set_scope(scope)
    assert rows(f"SELECT area_path FROM {table}") == []  # noqa: S608


def test_several_areas_are_read_together(homes, cast):
    both = f"{cast.areas[COMMITTEE].path},{cast.areas[OTHER_STREET].path}"
    set_scope(both)
    assert len(rows("SELECT id FROM registry_community")) == 2


def test_rows_outside_cannot_be_changed_or_removed(homes, cast):
    set_scope(scope_setting(cast.actor("district_lead")))
    outside = homes["outside"].pk
    assert changed("UPDATE registry_community SET name = 'x' WHERE id = %s", outside) == 0
    assert changed("DELETE FROM registry_communitycontact WHERE community_id = %s", outside) == 0
    assert changed("UPDATE registry_community SET name = 'x' WHERE id = %s", homes["inside"].pk) == 1


def test_rows_cannot_be_written_or_moved_outside(homes, cast):
    lead = cast.actor("district_lead")
    set_scope(scope_setting(lead))
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Community.objects.create(code="T-new", name="x", name_norm="x", area=cast.areas[OTHER_STREET])
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Community.objects.filter(pk=homes["inside"].pk).update(area=cast.areas[OTHER_STREET])


def test_audit_log_of_another_district_is_closed(cast, homes):
    from jiugai.accounts import audit
    from jiugai.accounts.actor import SYSTEM
    from jiugai.accounts.codes import Action

    for area in (CHAOYANG, OTHER_STREET):
        audit.record(action=Action.EXPORTED, actor=SYSTEM, subject="x", area_path=cast.areas[area].path)
    set_scope(scope_setting(cast.actor("district_lead")))
    assert rows("SELECT area_path FROM accounts_auditevent") == [cast.areas[CHAOYANG].path]
    assert AuditEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_fresh_session_without_a_scope_reads_nothing(cast, homes):
    """As from psql: a connection of its own, where nobody has set anything."""
    place = connection.get_connection_params()
    parts = {k: v for k, v in place.items() if k in {"host", "port", "user", "password", "dbname"} and v}
    with psycopg.connect(**parts) as fresh:
        for table in TABLES:
            assert fresh.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608
        assert fresh.execute(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone() == (False,)

"""One object of each kind inside 朝阳区 (in a residents' committee's area) and one in 西城区, for the matrix."""

from datetime import date
from typing import Any, NamedTuple

from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import timezone

from jiugai.accounts import audit
from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.codes import Action
from jiugai.accounts.models import ApiToken, Area, AuditEvent, Organisation, SharingRule
from jiugai.accounts.roles import Role
from jiugai.checkup.editions import edition_on
from jiugai.checkup.models import Checkup
from jiugai.domain.ownership import Ownership
from jiugai.matters.actions import open_matter
from jiugai.matters.models import Handling
from jiugai.offline.models import Photo
from jiugai.policy.actions.judging import judge
from jiugai.policy.models import DraftSet, EvidenceRecord, PolicyDocument, Waiver
from jiugai.policy.occurrences import announce
from jiugai.registry.models import (
    Building,
    BuildingHolding,
    Community,
    CommunityContact,
    Document,
    DuplicatePair,
    Dwelling,
    Entrance,
    ImportBatch,
    OwnerUnit,
    Source,
)
from tests.apps.ledger_rows import a_grant
from tests.apps.pipes_rows import PIPE_KINDS, pipe_objects
from tests.apps.plan_objects import PLAN_KINDS, plan_objects
from tests.apps.planning_rows import planning_objects
from tests.apps.streetworks_rows import STREET_KINDS, street_objects
from tests.apps.task_rows import TASK_KINDS, task_objects
from tests.apps.works_rows import WORKS_KINDS, works_objects
from tests.cast import COMMITTEE, OTHER_STREET, SINCE, Cast

CLASS = next(iter(Ownership)).value


class Pair(NamedTuple):
    """Keys of the object inside and of the one outside."""

    inside: int
    outside: int


# What the first word of an address is about. `map` is a card of a community.
OBJECTS = (
    "organisations", "people", "sharing", "tokens", "audit", "jobs", "communities", "map", "buildings", "contacts",
    "holdings", "dwellings", "units", "documents", "imports", "duplicates", "matters", "phone", "photos",
    "occurrences", "decisions", "waivers", "evidence", "policies", "drafts", "checkups",
    "projects", "planners", "terms", "pledges", "objections", "masswork", "menulines", "demands", "ranks",
    "entries",
    *TASK_KINDS, *PLAN_KINDS, *STREET_KINDS, *PIPE_KINDS, *WORKS_KINDS,
)  # fmt: skip


def make_objects(cast: Cast) -> dict[str, Pair]:
    """Make them all."""
    Source.objects.get_or_create(key="matrix", defaults={"name": "名单", "mark": "off"})
    inside, outside = (_one(cast, cast.areas[code], n) for n, code in enumerate((COMMITTEE, OTHER_STREET)))
    return {kind: Pair(inside[kind], outside[kind]) for kind in OBJECTS}


def _one(cast: Cast, area: Area, number: int) -> dict[str, int]:
    """Make one object of each kind in an area."""
    body = Organisation.objects.create(code=f"M-{number}", name=f"示例公司{number}", kind="company", area=area)
    home, twin = (_community(area, f"{number}-{n}") for n in (1, 2))
    building = Building.objects.create(community=home, code=f"M-{number}", label="1号楼")
    entrance = Entrance.objects.create(building=building, number=1)
    dwelling = Dwelling.objects.create(entrance=entrance, building=building, number="101")
    unit = OwnerUnit.objects.create(code=f"M-{number}", name=f"单位{number}", ownership=CLASS, area_path=area.path)
    holding = BuildingHolding.objects.create(building=building, unit=unit)
    batch = ImportBatch.objects.create(
        number=f"M-{number}", state="checked", file="none.csv", file_name="none.csv", file_kind="csv", file_size=1,
        sha256="0" * 64, area_path=area.path,
    )  # fmt: skip
    made: dict[str, Any] = {
        "organisations": body,
        "people": cast.hire(f"matrix{number}", Role.RESIDENT, "firm", area.code),
        "sharing": SharingRule.objects.create(
            owner=body, recipient=_other(area, number), dataset="documents", purpose="核对", starts=SINCE
        ),
        "tokens": ApiToken.objects.create(
            organisation=body, name="测试", digest=f"{number}" * 64, prefix="jg_", role=Role.STREET, area=area,
            expires=date(2100, 1, 1),
        ),
        "audit": _event(area),
        "communities": home,
        "map": home,
        "buildings": building,
        "contacts": CommunityContact.objects.create(community=home, duty="书记", name="某某"),
        "holdings": holding,
        "dwellings": dwelling,
        "units": unit,
        "documents": Document.objects.create(community=home, title="批复", private=False),
        "imports": batch,
        "phone": home,
        "checkups": Checkup.objects.create(
            community=home,
            year=2026,
            edition=edition_on(date(2026, 1, 1)),
            opened_at=timezone.now(),
            opened_by_name="某某",
        ),
        "photos": Photo.objects.create(
            community=home, sha256="0" * 64, file="none", content_type="image/jpeg", size=1, uploaded_at=timezone.now()
        ),
        "matters": _matter(home),
        **_policy(home, number),
        **(planning := planning_objects(home, body)),
        **plan_objects(planning["projects"]),
        **task_objects(home, area),
        "entries": a_grant(area),
        **street_objects(home, number),
        **works_objects(home, body),
        "duplicates": DuplicatePair.objects.create(first=home, second=twin, score="0.9"),
    }  # fmt: skip
    made |= pipe_objects(home, building, dwelling, made["projects"])
    return {kind: thing.pk for kind, thing in made.items()} | {"jobs": _job(batch)}


def _community(area: Area, name: str) -> Community:
    return Community.objects.create(
        code=f"M-{name}", name=f"示例{name}", name_norm=name, area=area, provenance="demo",
        point=Point(116.46, 39.93), position_state="good",
    )  # fmt: skip


def _matter(community: Community) -> Handling:
    """Lies with nobody, so that whoever holds the right may work on it."""
    community.refresh_from_db()
    made: Handling = open_matter(
        model=Handling, values={"title": "核对"}, community=community, actor=SYSTEM, now=timezone.now()
    )
    return made


def _policy(home: Community, number: int) -> dict[str, Any]:
    """What policy keeps about a community, and what it keeps for the whole city."""
    now, today = timezone.now(), timezone.localdate()
    return {
        "occurrences": announce(code="visit_recorded", community=home, title="走访", actor=SYSTEM, now=now),
        "decisions": judge(gate="enter_pool", community=home, actor=SYSTEM, now=now, on=today),
        "waivers": Waiver.objects.create(
            community=home, rule="t30_1_pledge", authority="纪要", reason="试点", since=today, until=today,
            granted_by_name="某某", granted_at=now,
        ),
        "evidence": EvidenceRecord.objects.create(
            community=home, about="permit", state="met", reference="1号", issued_by="某委", on=today,
            recorded_by_name="某某", recorded_at=now,
        ),
        "policies": PolicyDocument.objects.create(key=f"m-{number}", title="办法", level="city", made_at=now),
        "drafts": DraftSet.objects.create(name=f"草案{number}", made_by_name="某某", made_at=now),
    }  # fmt: skip


def _other(area: Area, number: int) -> Organisation:
    return Organisation.objects.create(code=f"M-{number}-b", name=f"另一公司{number}", kind="company", area=area)


def _event(area: Area) -> AuditEvent:
    audit.record(action=Action.EXPORTED, actor=SYSTEM, subject=area.name, area_path=area.path)
    return AuditEvent.objects.latest("pk")


def _job(batch: ImportBatch) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status)"
            " VALUES ('imports', 'imports.check', 0, jsonb_build_object('batch_id', %s::bigint), 'failed')"
            " RETURNING id",
            [batch.pk],
        )
        return int(cursor.fetchone()[0])

"""Made-up check-ups in the street of the demonstration's people, to show what a round looks like half-way.

Every row carries `provenance=demo`; no fact of a real community follows from them. Running it again adds nothing.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import User
from jiugai.checkup.actions.finishing import finish_checkup
from jiugai.checkup.actions.opening import open_checkup
from jiugai.checkup.models import Checkup
from jiugai.checkup.parts import SHARED, buildings_of
from jiugai.checkup.rebuilding import rebuild
from jiugai.domain.checkup.edition import Edition, Indicator, Level
from jiugai.domain.intake.names import NAMELESS
from jiugai.offline.models import Operation
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Community

PERSON = "street"
MOST = 10
TYPED = ("n:1号楼", "n:2号楼", "n:3号楼")
# Of ten communities seven are finished and three are being filled in.
RUNNING_EVERY = 3
PLACES = ("1单元", "2单元3层", "3单元顶层", "北侧外墙", "地下一层")


class Made(NamedTuple):
    """How much there is now."""

    checkups: int
    finished: int
    entries: int


def make_demo_checkups(*, now: datetime) -> Made:
    """Add what is missing. Without the demonstration's people there is nothing to add to."""
    user = User.objects.filter(username=PERSON, provenance=Provenance.DEMO).first()
    if user is None:
        return Made(0, 0, 0)
    actor = user.actor(on=timezone.localdate(now))
    homes = Community.objects.current().visible_to(actor).exclude(name__startswith=NAMELESS)
    for number, home in enumerate(homes.order_by("code")[:MOST]):
        if not Checkup.objects.filter(community=home).exists():
            demo_checkup(home, actor, now, running=number % RUNNING_EVERY == RUNNING_EVERY - 1)
    rows = Checkup.objects.filter(provenance=Provenance.DEMO)
    finished = rows.filter(state=Checkup.State.FINISHED).count()
    return Made(rows.count(), finished, Operation.objects.filter(kind="checkup", provenance="demo").count())


@transaction.atomic
def demo_checkup(home: Community, actor: Actor, now: datetime, *, running: bool = False, most: int = 6) -> None:
    """Make one check-up of at most some buildings from generated entries; a running one stops half-way."""
    chance = random.Random(home.code)  # noqa: S311 - the same answers each time, no secret
    checkup, _ = open_checkup(
        community=home, year=timezone.localdate(now).year, actor=actor, now=now - timedelta(days=9), demo=True
    )
    checkup.community = home
    keys = [SHARED, *([f"b{b.pk}" for b in buildings_of(home.pk)] or TYPED)[:most]]
    bodies = [body for key in keys for body in _bodies(checkup, key, checkup.edition.edition, chance)]
    bodies = bodies[: len(bodies) // 2] if running else bodies
    Operation.objects.bulk_create(_operations(checkup, bodies, actor, now - timedelta(days=7)))
    rebuild(checkup, keys)
    if not running:
        finish_checkup(checkup=checkup, actor=actor, now=now - timedelta(days=2))


def _bodies(checkup: Checkup, key: str, edition: Edition, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Answer every indicator of a part, mostly well; what is bad gets a defect."""
    for indicator in edition.of(Level.BUILDING if key else Level.COMMUNITY):
        base = {"checkup": checkup.pk, "part": key}
        bad = chance.random() < 0.25
        yield {**base, "action": "set", "field": indicator.code, "value": _value(indicator, chance, bad=bad)}
        if bad and indicator.problems:
            problem = chance.choice(indicator.problems)
            found = {"indicator": indicator.code, "code": problem.code, "severity": str(problem.severity)}
            yield {**base, "action": "add", "field": "defects", "value": {**found, "place": chance.choice(PLACES)}}


def _value(indicator: Indicator, chance: random.Random, *, bad: bool) -> Any:
    if indicator.answer == "number":
        return chance.randint(1, 40) if bad else 0
    return "bad" if bad else "ok"


def _operations(checkup: Checkup, bodies: list[dict[str, Any]], actor: Actor, start: datetime) -> Iterator[Operation]:
    """Make entries as a phone would have, a minute apart."""
    device = f"demo-{checkup.pk:08d}"
    for counter, body in enumerate(bodies, 1):
        at = int(start.timestamp() * 1000) + counter * 60_000
        yield Operation(
            ident=f"{device}:{counter}",
            device=device,
            counter=counter,
            kind="checkup",
            subject=f"{checkup.subject}{body['part']}",
            community=checkup.community,
            body=body,
            wall_ms=at,
            logical=0,
            at_ms=at,
            received_at=start + timedelta(minutes=counter),
            author_id=actor.user_id,
            author_name=actor.name,
            provenance=Provenance.DEMO,
        )

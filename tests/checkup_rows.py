"""Check-ups for tests: a community with two buildings, phones that send, answers to everything."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

from django.test import Client
from django.utils import timezone

from jiugai.checkup.actions.opening import open_checkup
from jiugai.checkup.models import Checkup
from jiugai.domain.checkup.edition import Level
from jiugai.domain.checkup.reading import first_edition
from jiugai.registry.models import Building, Community
from tests.cast import COMMITTEE, Cast

EDITION = first_edition()


def make_home(cast: Cast, *, area: str = COMMITTEE, name: str = "枣营南里") -> Community:
    home = Community.objects.create(
        code=f"C-{area}-{name}", name=name, name_norm=name, area=cast.areas[area], search_text=f"{name} 枣营"
    )
    for number in (1, 2):
        Building.objects.create(community=home, code=f"B-{home.pk}-{number}", label=f"{number}号楼")
    home.refresh_from_db()
    return home


def make_checkup(cast: Cast, home: Community, by: str = "community_worker") -> Checkup:
    now = timezone.now()
    return open_checkup(community=home, year=timezone.localdate(now).year, actor=cast.actor(by), now=now)[0]


def key_of(home: Community, label: str) -> str:
    return f"b{Building.objects.get(community=home, label=label).pk}"


def now_ms() -> int:
    return int(timezone.now().timestamp() * 1000)


class Phone:
    """A phone that makes entries as ours does, and sends them when told to."""

    def __init__(self, client: Client, author: str, checkup: Checkup, *, device: str = "", ahead: int = 0) -> None:
        self.client, self.author, self.checkup, self.ahead = client, author, checkup, ahead
        self.device = device or f"p-{author.replace('_', '-')[:20]}-1"
        self.counter: Iterator[int] = count(1)

    def op(self, part: str, action: str, field: str, value: Any, *, wall: int | None = None) -> dict[str, Any]:
        body = {"checkup": self.checkup.pk, "part": part, "action": action, "field": field, "value": value}
        return self.raw(body, wall=wall)

    def raw(self, body: dict[str, Any], *, wall: int | None = None) -> dict[str, Any]:
        wall = now_ms() + self.ahead if wall is None else wall
        return {"device": self.device, "counter": next(self.counter), "wall": wall, "logical": 0, "type": "checkup",
                "author": self.author, "community": self.checkup.community_id, "body": body}  # fmt: skip

    def all_well(self, part: str) -> list[dict[str, Any]]:
        level = Level.BUILDING if part else Level.COMMUNITY
        values = {i.code: 0 if i.answer == "number" else "ok" for i in EDITION.of(level)}
        return [self.op(part, "set", code, value) for code, value in values.items()]

    def send(self, *ops: dict[str, Any]) -> list[dict[str, Any]]:
        body = json.dumps({"sent": now_ms() + self.ahead, "ops": ops})
        answer = self.client.post("/phone/sync/", body, content_type="application/json")
        assert answer.status_code == 200, answer.content.decode()[:500]
        return answer.json()["answers"]


def states(answers: list[dict[str, Any]]) -> set[str]:
    return {one["state"] for one in answers}

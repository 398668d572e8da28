"""A community for the tests of gates, with what it takes to open the gate into the pool, put in by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from jiugai.domain.facts import CheckupFacts, Opinion, PledgeFacts, ProjectFacts
from jiugai.policy import providers
from jiugai.registry.models import Community
from tests.cast import COMMITTEE, Cast

TODAY = timezone.localdate()
PROJECT = ProjectFacts(
    ref="P-1", kind="energy", state="proposed", lead="朝阳区住房城乡建设委", lead_is_housing=True,
    opinions=(Opinion("generation", "agreed", "李规划师", TODAY, "O-1", 2),),
    pledge=PledgeFacts(90, 100, 900_000_0000, 1_000_000_0000),
)  # fmt: skip
CHECKUP = CheckupFacts(ref="C-1", finished_on=TODAY, edition="2023", buildings_done=3, buildings_all=3)
# What policy itself does not fill: every part but the register below it and the evidence it keeps.
OTHERS = [section for section in providers.SECTIONS if section not in {"register", "evidence"}]


class World:
    """What the other parts would say of communities; tests change it."""

    def __init__(self) -> None:
        self.sections: dict[str, dict[int, object]] = {section: {} for section in OTHERS}
        self.asked: list[str] = []

    def loader(self, section: str) -> Any:
        """Return the provider of a section."""

        def load(community_ids: Sequence[int], on: date) -> Mapping[int, object]:
            self.asked.append(section)
            return {pk: row for pk, row in self.sections[section].items() if pk in set(community_ids)}

        return load

    def ready(self, community: Community) -> None:
        """Give a community all that opens the gate into the pool."""
        self.sections["checkup"][community.pk] = CHECKUP
        self.sections["project"][community.pk] = PROJECT

    def change(self, community: Community, section: str, **values: Any) -> None:
        """Change some facts of a community."""
        old: Any = self.sections[section][community.pk]
        self.sections[section][community.pk] = replace(old, **values)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Take the place of the other parts."""
    made = World()
    for section in made.sections:
        monkeypatch.setitem(providers._loaders, section, made.loader(section))
    return made


@pytest.fixture
def home(cast: Cast) -> Community:
    return community(cast, "示例一里")


def community(cast: Cast, name: str, area: str = COMMITTEE) -> Community:
    made = Community.objects.create(
        code=f"P-{name}",
        name=name,
        name_norm=name,
        area=cast.areas[area],
        point=Point(116.46, 39.93),
        position_state="good",
        stage="checked",
    )
    made.refresh_from_db()
    return made

"""The ground of projects (T16-4): placed when a project is proposed, dated by the plan, ended with the project.

Planning calls these; the database finds the overlaps at once, also when a boundary or a work changes later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from jiugai.domain.errors import Refusal
from jiugai.domain.streetworks import Window
from jiugai.policy.figures import current
from jiugai.registry.models import Community
from jiugai.streetworks.models import Footprint


class BadWindow(Refusal):
    """The end lies before the start."""

    status = 422
    code = "bad_window"


@dataclass(frozen=True)
class Settings:
    """The figures of a day that ground and time are widened by."""

    buffer_m: int
    radius_m: int
    slack_days: int


def settings_on(on: date) -> Settings:
    """Return the settings of a day. Raises Refusal where one has no value."""
    names = ("footprint_buffer_m", "footprint_radius_m", "overlap_slack_days")
    found = [current().value(name, on) for name in names]
    if any(value is None for value in found):
        raise Refusal("这一天没有项目落图的参数", where="参数", clause="T16-4", remedy="在“参数”页登记取值")
    return Settings(*(value.whole for value in found if value is not None))


@transaction.atomic
def place_project(
    *, project_ref: str, title: str, communities: Sequence[Community], on: date, buildings: Sequence[int] = (),
    window: Window | None = None, provenance: str = "real",
) -> list[Footprint]:  # fmt: skip
    """Put a project on the map, one footprint per community; a second call puts it right. Raises BadWindow."""
    _check(window)
    widened = settings_on(on)
    made = []
    for home in communities:
        values = {
            "title": title[:160], "buildings": list(buildings), "live": True, "since": on, "provenance": provenance,
            "buffer_m": widened.buffer_m, "radius_m": widened.radius_m, "slack_days": widened.slack_days,
        }  # fmt: skip
        if window is not None:
            values |= {"starts": window.starts, "ends": window.ends}
        made.append(Footprint.objects.update_or_create(project_ref=project_ref, community=home, defaults=values)[0])
    return made


def schedule_project(*, project_ref: str, window: Window | None) -> int:
    """Say when a project is done; None takes its days away. Returns how many footprints follow. Raises BadWindow."""
    _check(window)
    days = {"starts": window.starts, "ends": window.ends} if window else {"starts": None, "ends": None}
    return Footprint.objects.filter(project_ref=project_ref).update(**days)


def retire_project(*, project_ref: str) -> int:
    """End the footprints of a project that was given up; its overlaps end with them."""
    return Footprint.objects.filter(project_ref=project_ref, live=True).update(live=False)


def _check(window: Window | None) -> None:
    if window is not None and window.ends < window.starts:
        raise BadWindow("完工早于开工", where="施工时间", remedy="核对两个日期")

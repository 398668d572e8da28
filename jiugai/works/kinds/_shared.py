"""What the kinds of works share: the project has to cover the community, days lie between its start and today."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from jiugai.domain.errors import Refusal
from jiugai.domain.projects import BUILT, State
from jiugai.planning.models import Project
from jiugai.web.tables.columns import Column
from jiugai.works.queries.firms import body_for

PROJECT = Column(key="project", label="项目", value=lambda m: m.project_ref, width=18)


class WrongProject(Refusal):
    """The project does not cover the community, or stands elsewhere in its life."""

    status = 422
    code = "wrong_project"


class BadDay(Refusal):
    """A day before the works began, or after today."""

    status = 422
    code = "bad_day"


def check_project(matter: Any, *, built: bool) -> None:
    """Refuse a project that does not cover the community or is not on site (`built`: not completed). Fills its code."""
    project: Project = matter.project
    if matter.community is None or not project.covers.filter(community=matter.community).exists():
        raise WrongProject(f"{project}不在这个小区", where="改造项目", remedy="选这个小区的项目，或换小区")
    right = project.stands in BUILT if built else project.stands is State.ON_SITE
    if not right:
        words = "竣工后" if built else "施工中"
        raise WrongProject(
            f"{project}现在是“{project.stands.label}”，{words}才能办", where=project.code, remedy="核对项目状态"
        )
    matter.project_ref = project.code


def check_days(matter: Any, today: date, **days: str) -> None:
    """Refuse days after today or before the works began; `days` are names of columns with their words."""
    begun = matter.project.works_started_on
    for name, label in days.items():
        day = getattr(matter, name)
        if day is None:
            continue
        if day > today:
            raise BadDay(f"{label} {day} 晚于今天", where=label, remedy="填今天或以前的日期")
        if begun is not None and day < begun:
            raise BadDay(f"{label} {day} 早于开工日期 {begun}", where=label, remedy="核对日期；开工前的事不在这里登记")


def check_order(matter: Any, first: str, second: str, words: str) -> None:
    """Refuse a second day before the first."""
    early, late = getattr(matter, first), getattr(matter, second)
    if early is not None and late is not None and late < early:
        raise BadDay(words, where=str(matter), remedy="核对两个日期的先后")


def owned_by(duty: str) -> Any:
    """Return the function that gives the body of a duty on the project as the first responsible one."""

    def owner(values: Mapping[str, Any], community: Any, actor: Any) -> Any:
        return body_for(values["project"], duty)

    return owner


def page_of(tab: str, words: str) -> Any:
    """Return the function that leads from a matter to a page of its project."""

    def page(matter: Any) -> tuple[str, str]:
        return words, f"/works/{matter.project_id}/{tab}/"

    return page

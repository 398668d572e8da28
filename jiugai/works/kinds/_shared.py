"""What the kinds of works share: the project has to cover the community, days lie between its start and today.

Their hooks have one form: `prepare` comes from `prepared`, `owner` from `owned_by`, `page` from `page_of`.
"""

from collections.abc import Callable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from jiugai.domain.errors import Refusal
from jiugai.domain.projects import BUILT, State
from jiugai.planning.models import Project
from jiugai.web.tables.columns import Column
from jiugai.works.queries.firms import body_for

STAGES = {False: ({State.ON_SITE}, "施工中"), True: (BUILT, "竣工后"), None: ({State.ON_SITE, *BUILT}, "开工以后")}
PROJECT = Column(key="project", label="项目", value=lambda m: m.project_ref, width=18)


class WrongProject(Refusal):
    """The project does not cover the community, or stands elsewhere in its life."""

    status = 422
    code = "wrong_project"


class BadDay(Refusal):
    """A day before the works began, or after today."""

    status = 422
    code = "bad_day"


def prepared(
    *, built: bool | None, new: Callable[[Any], None] | None = None, **days: str
) -> Callable[[Any, date], None]:
    """Return the hook `prepare` of a kind: a new row's project stands where it has to, its days can be.

    `built` asks for a completed project, else for one on site; None takes both. `new` fills a new row or refuses it.
    `days` are the columns of days with their words, in the order in which they have to follow each other.
    """

    def prepare(matter: Any, today: date) -> None:
        if matter.pk is None:
            check_project(matter, built=built)
            if new is not None:
                new(matter)
        check_days(matter, today, **days)

    return prepare


def check_project(matter: Any, *, built: bool | None) -> None:
    """Refuse a project that does not cover the community or stands elsewhere (see `prepared`). Fills its code."""
    project: Project = matter.project
    if matter.community is None or not project.covers.filter(community=matter.community).exists():
        raise WrongProject(f"{project}不在这个小区", where="改造项目", remedy="选这个小区的项目，或换小区")
    stages, words = STAGES[built]
    if project.stands not in stages:
        raise WrongProject(
            f"{project}现在是“{project.stands.label}”，{words}才能办", where=project.code, remedy="核对项目状态"
        )
    matter.project_ref = project.code


def check_days(matter: Any, today: date, **days: str) -> None:
    """Refuse days after today, before the works began, or before the one that comes first; `days` are in order."""
    begun = matter.project.works_started_on
    for name, label in days.items():
        day = getattr(matter, name)
        if day is None:
            continue
        if day > today:
            raise BadDay(f"{label} {day} 晚于今天", where=label, remedy="填今天或以前的日期")
        if begun is not None and day < begun:
            raise BadDay(f"{label} {day} 早于开工日期 {begun}", where=label, remedy="核对日期；开工前的事不在这里登记")
    for (first, before), (second, after) in pairwise(days.items()):
        early, late = getattr(matter, first), getattr(matter, second)
        if early is not None and late is not None and late < early:
            raise BadDay(f"{after}早于{before}", where=str(matter), remedy="核对两个日期的先后")


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

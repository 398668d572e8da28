"""Taking a menu's estimate over as the project's figures for planning, so that the planner counts with it."""

from datetime import datetime

from django.db import transaction

from jiugai.accounts.actor import Actor
from jiugai.domain.errors import Refusal
from jiugai.planning.actions.framing import save_input
from jiugai.planning.actions.moving import covered
from jiugai.planning.models import ProjectInput, ProjectMenu


class NotWhole(Refusal):
    """The estimate lacks something; a plan must not count with half of it."""

    code = "not_whole"


@transaction.atomic
def take_over(*, menu: ProjectMenu, actor: Actor, now: datetime) -> ProjectInput:
    """Write money and months of a menu into the project's planning figures. Raises NotAllowed, NotWhole.

    Floor area and households come from the register where nobody has entered them.
    """
    if menu.missing or not menu.months:
        raise NotWhole(
            f"菜单还有 {menu.missing} 项没有算出金额" if menu.missing else "菜单还没有工期", where="改造菜单",
            clause="T05-5", remedy="补齐数量和单价，或单列金额",
        )  # fmt: skip
    project = menu.project
    values: dict[str, object] = {
        "district_fen": menu.district_fen, "city_fen": menu.city_fen, "other_fen": menu.other_fen,
        "months": menu.months, "source": f"改造菜单（{menu.edition.code}，{menu.rate_year} 年单价）"[:120],
    }  # fmt: skip
    known = ProjectInput.objects.filter(project=project).first()
    homes = covered(project)
    if not (known and known.area_m2):
        areas = [int(home.floor_area) for home in homes if home.floor_area]
        values["area_m2"] = project.works_area_m2 or (sum(areas) if len(areas) == len(homes) else None)
    if not (known and known.households):
        counts = [home.households for home in homes if home.households]
        values["households"] = sum(counts) if len(counts) == len(homes) else None
    return save_input(project=project, values=values, actor=actor, now=now, provenance=menu.provenance)

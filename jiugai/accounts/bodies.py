"""The bodies of the policy and of the area tree, made from `data/bodies.yaml` and the areas at hand."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from jiugai.accounts.models import Area, Organisation, OrganisationName

FILE = Path(__file__).parent / "data" / "bodies.yaml"
Kind = Organisation.Kind
DEVELOPMENT_AREA = "BDA"
UNVERIFIED = "待核实"
STREET_ENDINGS = {"街道": "办事处", "地区": "办事处", "镇": "人民政府", "乡": "人民政府"}


class AreasMissing(RuntimeError):
    """Bodies stand in areas; the area tree has to be loaded first."""


@transaction.atomic
def load_bodies() -> int:
    """Add what is missing and return how many bodies there are; what people have edited since stays as it is.

    Raises AreasMissing.
    """
    areas = {a.code: a for a in Area.objects.defer("boundary")}
    if "110000" not in areas:
        raise AreasMissing("load the areas first: jiugai load_shipped")
    known = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    _add(_city_bodies(known["bodies"], areas["110000"]))
    _add(_governments(known["development_area"], areas))
    parents = dict(Organisation.objects.values_list("code", "pk"))
    _add(_housing_departments(areas, parents))
    _add(_streets(areas, parents))
    parents = dict(Organisation.objects.values_list("code", "pk"))
    _add(_committees(areas, parents))
    _add_names(known["bodies"])
    return Organisation.objects.count()


def _add(bodies: Iterator[Organisation]) -> None:
    known = set(Organisation.objects.values_list("code", flat=True))
    new = [body for body in bodies if body.code not in known]
    Organisation.objects.bulk_create(new, ignore_conflicts=True, batch_size=1000)


def _city_bodies(rows: list[dict[str, Any]], city: Area) -> Iterator[Organisation]:
    for row in rows:
        yield Organisation(
            code=row["code"],
            name=row["name"],
            full_name=row["full_name"],
            kind=row.get("kind", Kind.CITY_DEPARTMENT),
            area=city,
            note=row.get("note", ""),
        )


def _governments(development_area: dict[str, str], areas: dict[str, Area]) -> Iterator[Organisation]:
    for area in _of_level(areas, Area.Level.DISTRICT):
        if area.code == DEVELOPMENT_AREA:
            yield Organisation(kind=Kind.DISTRICT_GOVERNMENT, area=area, **development_area)
        else:
            yield Organisation(
                code=f"G-{area.code}",
                name=f"{area.name}政府",
                full_name=f"北京市{area.name}人民政府",
                kind=Kind.DISTRICT_GOVERNMENT,
                area=area,
            )


def _housing_departments(areas: dict[str, Area], parents: dict[str, int]) -> Iterator[Organisation]:
    for area in _of_level(areas, Area.Level.DISTRICT):
        if area.code != DEVELOPMENT_AREA:
            yield Organisation(
                code=f"H-{area.code}",
                name=f"{area.name}住房城乡建设委",
                kind=Kind.DISTRICT_DEPARTMENT,
                area=area,
                parent_id=parents[f"G-{area.code}"],
                note=f"{UNVERIFIED}：各区住房城乡建设部门的全称不一，请按三定规定补全",
            )


def _streets(areas: dict[str, Area], parents: dict[str, int]) -> Iterator[Organisation]:
    by_pk = {a.pk: a for a in areas.values()}
    for area in _of_level(areas, Area.Level.STREET):
        yield Organisation(
            code=f"S-{area.code}",
            name=street_office(area.name),
            kind=Kind.STREET,
            area=area,
            parent_id=parents[f"G-{by_pk[area.parent_id or 0].code}"],
        )


def street_office(area_name: str) -> str:
    """Return the name of the body that runs a street, town or township; other areas keep their own name."""
    for ending, office in STREET_ENDINGS.items():
        if area_name.endswith(ending):
            return area_name + office
    return area_name


def _committees(areas: dict[str, Area], parents: dict[str, int]) -> Iterator[Organisation]:
    by_pk = {a.pk: a for a in areas.values()}
    for area in _of_level(areas, Area.Level.COMMUNITY):
        yield Organisation(
            code=f"C-{area.code}",
            name=area.name,
            kind=Kind.COMMITTEE,
            area=area,
            parent_id=parents[f"S-{by_pk[area.parent_id or 0].code}"],
        )


def _of_level(areas: dict[str, Area], level: Area.Level) -> list[Area]:
    return [a for a in areas.values() if a.level == level]


def _add_names(rows: list[dict[str, Any]]) -> None:
    """Add aliases and reorganisations once; a date that somebody has corrected since is not touched."""
    bodies = Organisation.objects.in_bulk([row["code"] for row in rows], field_name="code")
    known = set(OrganisationName.objects.values_list("organisation__code", "name"))
    OrganisationName.objects.bulk_create(
        [
            OrganisationName(organisation=bodies[row["code"]], name=n["name"], valid=_valid(n), note=_note(n))
            for row in rows
            for n in [*row.get("aliases", []), *row.get("renamed", [])]
            if (row["code"], n["name"]) not in known
        ]
    )


def _valid(name: dict[str, Any]) -> DateRange:
    start: date | None = name.get("from")
    return DateRange(start, None)


def _note(name: dict[str, Any]) -> str:
    words: str = name.get("note", "")
    return f"{UNVERIFIED}：{words}" if name.get("unverified") else words

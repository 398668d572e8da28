"""The official named projects: which communities they name, and what that says of them."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jiugai.domain.geo.districts import district_code
from jiugai.domain.intake.names import normalise, spelling
from jiugai.domain.ownership import Ownership
from jiugai.registry.derive.records import OFFICIAL, Record
from jiugai.registry.derive.sources import Told

# Days of the notices (official-aggregates/batches.csv).
DAYS = {"央产第二批": "2024-04-29", "海淀2018": "2018-10-01"}
CENTRAL = {"央产第二批"}
SHORTEST_ENDING = 3
_BUILDINGS = re.compile(r"(?:院内)?\d+(?:至\d+)?号楼$")
_COUNT = re.compile(r"\s+(\d+)栋.*$")
_ALIAS = re.compile(r"[（(](.+?)[）)]$")


@dataclass(frozen=True)
class Project:
    """A project of an official list. `names` are the names of its community; `partly` when only buildings are named."""

    batch: str
    district: str
    text: str
    names: tuple[str, ...]
    buildings: int | None
    partly: bool


def projects(raw: Path) -> Iterator[Project]:
    """Yield the named projects in the order of the file."""
    with (raw / "official-aggregates" / "named_projects.csv").open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            yield _project(row["batch"], row["district"], row["project"].strip())


def _project(batch: str, district: str, text: str) -> Project:
    counted = _COUNT.search(text)
    bare = _COUNT.sub("", text)
    whole = _BUILDINGS.sub("", bare)
    alias = _ALIAS.search(whole)
    names = (_ALIAS.sub("", whole), alias[1]) if alias else (whole,)
    count = int(counted[1]) if counted else None
    return Project(batch, district_code(district) or "", text, names, count, partly=whole != bare)


def attach(records: Sequence[Record], found: Sequence[Project]) -> dict[str, str]:
    """Add the official word to each record that a project names; return the project texts by record code."""
    named: dict[str, str] = {}
    for project in found:
        here = [r for r in records if any(t.facts.get("area") == project.district for t in r.told)]
        record = _named(project, here)
        if record is not None:
            named[record.code] = f"{project.batch}：{project.text}"
            record.told.append(Told(OFFICIAL, project.text, _facts(project, record), DAYS[project.batch]))
    return named


def _named(project: Project, records: Sequence[Record]) -> Record | None:
    """Return the one record of a project's name: written the same, else the same when normalised, else its ending.

    The last is for 马甸月季园, which is 月季园 in the sources. Where several records fit, none is taken.
    """
    for fits in (_written_the_same, _same_normalised, _ending):
        fitting = [r for r in records if any(fits(name, t.name) for name in project.names for t in r.told if t.name)]
        if fitting:
            return fitting[0] if len(fitting) == 1 else None
    return None


def _written_the_same(wanted: str, name: str) -> bool:
    return spelling(wanted) == spelling(name)


def _same_normalised(wanted: str, name: str) -> bool:
    return normalise(wanted) == normalise(name)


def _ending(wanted: str, name: str) -> bool:
    return len(normalise(name)) >= SHORTEST_ENDING and normalise(wanted).endswith(normalise(name))


def _facts(project: Project, record: Record) -> dict[str, object]:
    """Return what the list says. Where it names single buildings, the classes others give stand beside its own."""
    facts: dict[str, object] = {}
    if project.batch in CENTRAL:
        others = {code for t in record.told for code in t.facts.get("ownership", ())} if project.partly else set()
        facts["ownership"] = [Ownership.CENTRAL_ENTERPRISE.value, *sorted(others)]
    if project.buildings is not None:
        facts["building_count"] = project.buildings
    return facts

"""Made-up flats, property units, people and documents in a few real communities, to show what the file can hold.

Everything made here carries `provenance=demo` and is marked on screen. Demo buildings
stand beside the real records, and community facts get no value from here but the street (see `demo_places`).
"""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from django.core.files.base import ContentFile
from django.db import transaction

from jiugai.accounts.actor import CITY_PATH
from jiugai.accounts.crypto import seal
from jiugai.accounts.models import Organisation, SharingRule
from jiugai.accounts.models.sharing import Dataset
from jiugai.registry.actions.contacts import PLACE
from jiugai.registry.actions.refreshing import refresh
from jiugai.registry.choices import Provenance
from jiugai.registry.demo_places import place_around
from jiugai.registry.models import (
    Building,
    BuildingHolding,
    BuildingValue,
    Community,
    CommunityContact,
    Document,
    DocumentVersion,
    Dwelling,
    Entrance,
    OwnerUnit,
    Source,
)
from jiugai.registry.uploads import store

FILE = Path(__file__).parent / "data" / "demo_register.yaml"
DEMO = Provenance.DEMO
FLATS_PER_FLOOR = 2
BY = "演示数据"


class Made(NamedTuple):
    """How much there is now, for the command to print."""

    communities: int
    buildings: int
    dwellings: int
    placed: int
    missing: list[str]


@transaction.atomic
def make_demo_register(*, on: date) -> Made:
    """Add what is missing; running it again changes nothing. `on` is the day the made-up facts speak of."""
    plan = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    source, _ = Source.objects.get_or_create(
        key="demo", defaults={"name": "演示数据", "mark": Source.Mark.DEMO, "label": "演示"}
    )
    units = {row["code"]: _unit(row) for row in plan["units"]}
    found: list[Community] = []
    missing: list[str] = []
    for row in plan["communities"]:
        home = Community.objects.current().filter(name=row["name"], area_path__contains=f"/{row['district']}/").first()
        if home is None:
            missing.append(row["name"])
            continue
        found.append(home)
        _fill(home, row, plan, units, source, on=on)
    flats = Dwelling.objects.filter(provenance=DEMO).count()
    placed = place_around(plan["placements"], source)
    return Made(len(found), Building.objects.filter(provenance=DEMO).count(), flats, placed, missing)


def _unit(row: dict[str, str]) -> OwnerUnit:
    made, _ = OwnerUnit.objects.get_or_create(
        code=row["code"],
        defaults={"name": row["name"], "ownership": row["ownership"], "area_path": CITY_PATH, "provenance": DEMO},
    )
    return made


def _fill(
    home: Community, row: dict[str, Any], plan: dict[str, Any], units: dict[str, OwnerUnit], source: Source, *, on: date
) -> None:
    chance = random.Random(home.code)  # noqa: S311 - the same flats each time, no secret
    made = [
        _building(home, number, shape, row, source, chance, on=on) for number, shape in enumerate(row["buildings"], 1)
    ]
    refresh(building_ids=[building.pk for building in made])
    for building in made:
        _holdings(building, units)
    body = _keeper(row["district"], plan["told"], on=on)
    for number, person in enumerate(plan["people"], 1):
        _contact(home, person, number, body)
    for title in plan["documents"]:
        demo_document(home, title)


def _building(
    home: Community,
    number: int,
    shape: dict[str, int],
    row: dict[str, Any],
    source: Source,
    chance: random.Random,
    *,
    on: date,
) -> Building:
    """A building with its entrances and flats."""
    building, fresh = Building.objects.get_or_create(
        code=f"DEMO-{home.code}-{number}", defaults={"community": home, "label": f"{number}号楼", "provenance": DEMO}
    )
    if not fresh:
        return building
    flats = shape["entrances"] * shape["storeys"] * FLATS_PER_FLOOR
    facts = {"built_year": shape["year"], "storeys": shape["storeys"], "households": flats, "has_lift": False,
             "building_type": "slab", "structure": "brick_concrete"}  # fmt: skip
    BuildingValue.objects.bulk_create(
        BuildingValue(building=building, field=f, value=v, source=source, provenance=DEMO, observed_on=on)
        for f, v in facts.items()
    )
    for entrance in range(1, shape["entrances"] + 1):
        stair = Entrance.objects.create(
            building=building, number=entrance, storeys=shape["storeys"], has_lift=False, provenance=DEMO
        )
        Dwelling.objects.bulk_create(_flats(stair, shape["storeys"], row["classes"], chance))
    return building


def _flats(stair: Entrance, storeys: int, classes: dict[str, int], chance: random.Random) -> Iterator[Dwelling]:
    """Two flats per floor, classes drawn by their weights."""
    for floor in range(1, storeys + 1):
        for door in range(1, FLATS_PER_FLOOR + 1):
            yield Dwelling(
                entrance=stair,
                building=stair.building,
                number=f"{floor}{door:02d}",
                floor=floor,
                area_cm2=chance.randrange(4200, 8600, 10) * 100,
                ownership=chance.choices(list(classes), weights=list(classes.values()))[0],
                provenance=DEMO,
            )


def _holdings(building: Building, units: dict[str, OwnerUnit]) -> None:
    """Each unit holds the flats of its class."""
    flats = list(Dwelling.objects.filter(building=building))
    for unit in units.values():
        held = [flat for flat in flats if flat.ownership == unit.ownership]
        if held:
            BuildingHolding.objects.get_or_create(
                building=building,
                unit=unit,
                defaults={
                    "area_cm2": sum(flat.area_cm2 or 0 for flat in held),
                    "dwellings": len(held),
                    "provenance": DEMO,
                },
            )


def _keeper(district: str, told: dict[str, str], *, on: date) -> Organisation | None:
    """The district's housing department keeps the numbers, and lets the city's see them under a rule (T01-7)."""
    bodies = Organisation.objects.in_bulk([f"H-{district}", told["recipient"]], field_name="code")
    keeper, recipient = bodies.get(f"H-{district}"), bodies.get(told["recipient"])
    if keeper and recipient:
        SharingRule.objects.get_or_create(
            owner=keeper,
            recipient=recipient,
            dataset=Dataset.CONTACTS,
            defaults={"purpose": told["purpose"], "starts": on},
        )
    return keeper


def _contact(home: Community, person: dict[str, str], number: int, body: Organisation | None) -> None:
    """A person with a number that no network gives out."""
    CommunityContact.objects.filter(community=home, provenance=DEMO, organisation=None).update(organisation=body)
    if not CommunityContact.objects.filter(community=home, duty=person["duty"], provenance=DEMO).exists():
        phone = seal(f"1000000{home.pk % 1000:03d}{number}", place=PLACE)
        CommunityContact.objects.create(
            community=home,
            duty=person["duty"],
            name=person["name"],
            organisation=body,
            phone=phone,
            provenance=DEMO,
        )


def demo_document(home: Community, title: str) -> Document:
    """Return a one-page PDF that says it is made up, open to all in scope; made where it is missing."""
    known = Document.objects.filter(community=home, title=title, provenance=DEMO).first()
    if known is not None:
        return known
    stored = store(ContentFile(_pdf(f"DEMO {home.code}"), name=f"{title}.pdf"))
    document = Document.objects.create(community=home, title=title, kind="演示", private=False, provenance=DEMO)
    DocumentVersion.objects.create(
        document=document, number=1, file=stored.path, file_name=stored.name, content_type=stored.content_type,
        size=stored.size, sha256=stored.sha256, uploaded_by_name=BY,
    )  # fmt: skip
    return document


def _pdf(words: str) -> bytes:
    """Write the smallest PDF that opens everywhere: one page, one line."""
    text = f"BT /F1 28 Tf 60 760 Td ({words}) Tj ET".encode("ascii")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1) + table + end

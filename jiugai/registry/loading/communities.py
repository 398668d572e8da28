"""The shipped communities, what each source says of them, their building groups and alias pairs."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any, TypeVar

import yaml
from django.db import connection
from django.db.models import Model

from jiugai.accounts.models import Area
from jiugai.domain.intake.names import initials, normalise, pinyin
from jiugai.registry.actions.refreshing import refresh
from jiugai.registry.choices import BuildingRecord
from jiugai.registry.derive import pack
from jiugai.registry.intake.rows import IDENT, number_space
from jiugai.registry.loading.place import SHIPPED
from jiugai.registry.loading.telling import Tell, nobody
from jiugai.registry.models import (
    Building,
    BuildingValue,
    Community,
    CommunityValue,
    DuplicatePair,
    ImportBatch,
    Source,
)
from jiugai.registry.streets import STREET_HINT, StreetHint

CHUNK = 5000
BUILDING_FACTS = ("label", "storeys", "built_year", "building_type", "structure", "has_lift", "sales")
NUMBERS = {"storeys", "built_year", "sales"}
SALES = "lianjia-transactions"
STREET_NAMES = "admin-codes"
T = TypeVar("T")


def load_sources() -> dict[str, Source]:
    """Insert or update the sources named in the manifest; return them by key."""
    manifest = yaml.safe_load((SHIPPED / "manifest.yaml").read_text(encoding="utf-8"))
    for key, said in manifest["sources"].items():
        Source.objects.update_or_create(key=key, defaults=said)
    return Source.objects.in_bulk(field_name="key")


def load_communities(batch: ImportBatch, sources: dict[str, Source], *, tell: Tell = nobody) -> int:
    """Insert missing communities and every source's word on them; refresh; return how many communities."""
    rows = list(pack.read_csv(SHIPPED / "communities.csv.gz"))
    areas = dict(Area.objects.values_list("code", "pk"))
    Community.objects.bulk_create(
        [Community(code=r["code"], area_id=areas[r["area"]], **_names(r["name"])) for r in rows],
        ignore_conflicts=True,
        batch_size=CHUNK,
    )
    _analyze(Community)
    ids = dict(Community.objects.filter(code__in=[r["code"] for r in rows]).values_list("code", "pk"))
    tell("小区", len(rows))
    words = (CommunityValue(batch=batch, **word) for word in _words(ids, sources))
    _insert(CommunityValue, words, label="小区资料", tell=tell)
    Community.objects.filter(pk__in=ids.values(), withdrawn_at__isnull=False).update(withdrawn_at=None)
    refresh(community_ids=ids.values())
    return len(rows)


def _names(name: str) -> dict[str, str]:
    """Return a name with its forms for search and order; those no source names keep the placeholder's."""
    return {"name": name, "name_norm": normalise(name), "pinyin": pinyin(name), "initials": initials(name)}


def _words(ids: dict[str, int], sources: dict[str, Source]) -> Iterator[dict[str, Any]]:
    for row in pack.read_csv(SHIPPED / "claims.csv.gz"):
        yield {
            "community_id": ids[row["code"]],
            "field": row["field"],
            "source": sources[row["source"]],
            "observed_on": date.fromisoformat(row["observed_on"]) if row["observed_on"] else None,
            "value": json.loads(row["value"]),
        }
    for row in pack.read_csv(SHIPPED / "origins.csv.gz"):
        yield {
            "community_id": ids[row["code"]],
            "field": IDENT,
            "source": sources[row["source"]],
            "value": f"{number_space(row['source'])}:{row['key']}",
        }


def load_street_hints(batch: ImportBatch, sources: dict[str, Source]) -> int:
    """Keep the suggested streets beside the values, as claims to be checked; return how many."""
    rows = list(pack.read_csv(SHIPPED / "street_hints.csv.gz"))
    ids = dict(Community.objects.filter(code__in=[r["code"] for r in rows]).values_list("code", "pk"))
    CommunityValue.objects.bulk_create(
        [
            CommunityValue(
                batch=batch,
                community_id=ids[r["code"]],
                field=STREET_HINT,
                source=sources[STREET_NAMES],
                value=StreetHint(r["street"], r["name"], r["evidence"]).stored(),
            )
            for r in rows
        ],
        batch_size=CHUNK,
    )
    return len(rows)


def load_buildings(batch: ImportBatch, sources: dict[str, Source], *, tell: Tell = nobody) -> int:
    """Insert the groups of sales as building records with the sales' word on each; return how many."""
    rows = list(pack.read_csv(SHIPPED / "buildings.csv.gz"))
    homes = dict(Community.objects.filter(code__in={r["community"] for r in rows}).values_list("code", "pk"))
    Building.objects.bulk_create(
        [
            Building(
                code=r["code"],
                community_id=homes[r["community"]],
                label=r["label"],
                record=BuildingRecord.SALES_GROUP,
            )
            for r in rows
        ],
        ignore_conflicts=True,
        batch_size=CHUNK,
    )
    _analyze(Building)
    tell("楼栋记录", len(rows))
    ids = dict(Building.objects.filter(code__in=[r["code"] for r in rows]).values_list("code", "pk"))
    words = (
        BuildingValue(batch=batch, building_id=ids[r["code"]], field=f, source=sources[SALES], value=_typed(f, r[f]))
        for r in rows
        for f in BUILDING_FACTS
        if r[f] != ""
    )
    _insert(BuildingValue, words, label="楼栋资料", tell=tell)
    refresh(building_ids=ids.values())
    return len(rows)


def _typed(field: str, text: str) -> Any:
    if field in NUMBERS:
        return int(text)
    return text == "True" if field == "has_lift" else text


def load_pairs() -> int:
    """Propose the alias pairs that nobody has decided on yet; return how many are shipped."""
    rows = list(pack.read_csv(SHIPPED / "alias_pairs.csv.gz"))
    codes = {r[side] for r in rows for side in ("first", "second")}
    ids = dict(Community.objects.filter(code__in=codes).values_list("code", "pk"))
    pairs = []
    for row in rows:
        first, second = sorted((ids[row["first"]], ids[row["second"]]))
        reasons = row["reasons"].split("|")
        pairs.append(
            DuplicatePair(
                first_id=first, second_id=second, score=row["score"], distance_m=row["distance_m"], reasons=reasons
            )
        )
    DuplicatePair.objects.bulk_create(pairs, ignore_conflicts=True)
    return len(pairs)


def _analyze(model: type[Model]) -> None:
    """Let PostgreSQL see how large the table has become: triggers and foreign keys keep the plan made when it was
    empty, which reads the whole table for each row.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {model._meta.db_table}")  # noqa: SLF001 - Django's documented API


def _insert(model: Any, rows: Iterable[Any], *, label: str, tell: Tell) -> None:
    done = 0
    for portion in _portions(rows):
        model.objects.bulk_create(portion)
        done += len(portion)
        tell(label, done)


def _portions(rows: Iterable[T]) -> Iterator[list[T]]:
    left = iter(rows)
    while portion := list(islice(left, CHUNK)):
        yield portion

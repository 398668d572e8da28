"""Writing a checked batch into the register, some hundred rows per transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pghistory
from django.db import connection

from jiugai.accounts import audit
from jiugai.accounts.actor import SYSTEM, Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.models import Area
from jiugai.domain.intake.names import normalise
from jiugai.registry.actions.values import refresh
from jiugai.registry.intake import batches, bulk, proposing
from jiugai.registry.intake.matching import Known, Row, by_pk, district_of, tie
from jiugai.registry.intake.rows import Parsed
from jiugai.registry.intake.weighing import Weighed, Word, claims_of, weigh
from jiugai.registry.models import (
    Building,
    BuildingValue,
    Community,
    CommunityAlias,
    CommunityValue,
    ImportBatch,
    ImportRow,
)
from jiugai.registry.resolving import newest_order
from jiugai.web.turns import take_turn

State = ImportBatch.State
Fate = ImportRow.Fate
CHUNK = 500


@dataclass
class Desk:
    """What one chunk works with; everything is loaded for the chunk as a whole."""

    batch: ImportBatch
    word: Word
    ties: dict[int, Known]
    areas: Mapping[str, tuple[int, str]]
    order: Any
    keys: Iterator[int] = field(default_factory=lambda: iter(()))
    building_keys: Iterator[int] = field(default_factory=lambda: iter(()))
    made: dict[str, Known] = field(default_factory=dict)
    """Communities this chunk makes, by their source's number, for the rows after."""
    created: list[Community] = field(default_factory=list)
    revived: list[int] = field(default_factory=list)
    values: list[bulk.Said] = field(default_factory=list)
    aliases: dict[tuple[int, str], CommunityAlias] = field(default_factory=dict)
    claims: dict[int, dict[str, list[Any]]] = field(default_factory=dict)
    buildings: dict[tuple[int, str], int] = field(default_factory=dict)
    building_claims: dict[int, dict[str, list[Any]]] = field(default_factory=dict)
    new_buildings: list[Building] = field(default_factory=list)
    building_values: list[bulk.Said] = field(default_factory=list)


def write(batch_id: int, *, user_id: int | None, clock: batches.Clock) -> ImportBatch:
    """Write the rows of a batch that are not written yet, until done, stopped or failed."""
    return batches.run(batch_id, state=State.WRITING, step=lambda batch, now: _step(batch, user_id, now), clock=clock)


def _step(batch: ImportBatch, user_id: int | None, now: datetime) -> bool:
    actor, paths = batches.writer(batch, user_id, at=now)
    rows = list(_unwritten(batch)[:CHUNK])
    who = actor or SYSTEM
    with pghistory.context(actor=who.name, user=who.user_id, reason=f"导入 {batch.number}"):
        if rows:
            write_rows(batch, rows, paths=paths, at=now)
            return True
        found = proposing.next_step(batch)
    if found:
        return True
    _close(batch, who, at=now)
    return False


def _unwritten(batch: ImportBatch) -> Any:
    return ImportRow.objects.filter(batch=batch, written_at__isnull=True).exclude(fate=Fate.SKIP).order_by("pk")


def write_rows(batch: ImportBatch, rows: Sequence[ImportRow], *, paths: Sequence[str], at: datetime) -> None:
    """Write some rows inside the caller's transaction: records, values, aliases, columns, and the rows' own mark.

    The lock keeps two imports of the same communities from both finding them missing.
    """
    take_turn("jiugai.register.intake")
    read = [(row, Parsed.of(row.parsed)) for row in rows]
    areas = all_areas()
    desk = sit_down(batch, read, ties=_ties(batch, read, areas), areas=areas, at=at)
    desk.keys = iter(bulk.new_ids(Community, len(rows)))
    desk.building_keys = iter(bulk.new_ids(Building, sum(bool(parsed.label) for _, parsed in read)))
    _lock_communities(desk)
    for row, parsed in read:
        if _inside(desk, row, parsed, paths):
            _place(desk, row, parsed)
        else:
            row.fate, row.changes = Fate.SKIP, {"reason": "不在可以导入的辖区内"}
        row.written_at = at
    _save(desk)
    bulk.update(rows, ["community", "building", "fate", "changes", "written_at"])
    batch.rows_done += len(rows)
    batch.save(update_fields=["rows_done"])


def all_areas() -> dict[str, tuple[int, str]]:
    """Return number and path of every area by its code."""
    return {code: (pk, path) for code, pk, path in Area.objects.values_list("code", "pk", "path")}


def _ties(
    batch: ImportBatch, read: Sequence[tuple[ImportRow, Parsed]], areas: Mapping[str, tuple[int, str]]
) -> dict[int, Known]:
    """Keep what the preview tied, if it is still there; look again for the rest, because others write too."""
    there = by_pk(row.community_id for row, _ in read if row.community_id)
    ties = {row.pk: there[row.community_id] for row, _ in read if row.community_id in there}
    loose = [Row(row.pk, row.key, parsed) for row, parsed in read if row.pk not in ties]
    return ties | tie(batch, loose, paths={code: path for code, (_, path) in areas.items()})


def sit_down(
    batch: ImportBatch,
    read: Sequence[tuple[ImportRow, Parsed]],
    *,
    ties: dict[int, Known],
    areas: Mapping[str, tuple[int, str]],
    at: datetime,
) -> Desk:
    """Load what weighing a chunk needs; also used by the preview, which then writes nothing."""
    desk = Desk(batch, Word(batches.source_of(batch), batch.observed_on, at), ties, areas, newest_order())
    known = {one.pk for one in ties.values()}
    desk.claims = claims_of(CommunityValue, "community", known)
    if any(parsed.label for _, parsed in read):
        found = Building.objects.filter(community__in=known).order_by("withdrawn_at", "-pk")
        for community, label, code, pk in found.values_list("community_id", "label", "code", "pk"):
            desk.buildings |= {(community, label): pk, (community, code): pk}
        desk.building_claims = claims_of(BuildingValue, "building", desk.buildings.values())
    return desk


def _lock_communities(desk: Desk) -> None:
    """Lock in the order of numbers, as merging does, so that neither waits for the other in a circle."""
    known = sorted({one.pk for one in desk.ties.values()})
    list(Community.objects.select_for_update().filter(pk__in=known).order_by("pk").values_list("pk"))


def _inside(desk: Desk, row: ImportRow, parsed: Parsed, paths: Sequence[str]) -> bool:
    """Check again, at the moment of writing, that the row and its community lie where one may write."""
    known = desk.ties.get(row.pk)
    touched = [desk.areas[parsed.area][1]] if parsed.area in desk.areas else []
    touched += [known.path] if known else []
    return bool(touched) and all(any(path.startswith(p) for p in paths) for path in touched)


def _place(desk: Desk, row: ImportRow, parsed: Parsed) -> None:
    """Find or make the row's community, and its building, and note the values to add."""
    known = desk.ties.get(row.pk) or desk.made.get(parsed.ident)
    is_new = known is None or known.withdrawn
    if known is None:
        known = _make(desk, row, parsed)
    elif known.withdrawn:
        desk.revived.append(known.pk)
        known.withdrawn = False
    row.community_id = known.pk
    weighed = weigh(parsed.fields, desk.claims.get(known.pk, {}), desk.word, order=desk.order)
    _note(desk, known.pk, weighed)
    _note_aliases(desk, known.pk, parsed)
    made_building = _place_building(desk, row, parsed, known) if parsed.label else None
    row.changes = weighed.changes
    row.fate = _fate(is_new, weighed, made_building)


def _fate(is_new: bool, weighed: Weighed, building: Weighed | None) -> str:
    if is_new:
        return Fate.NEW
    changed = weighed.news or (building is not None and building.news)
    return Fate.CHANGE if changed else Fate.SAME


def _make(desk: Desk, row: ImportRow, parsed: Parsed) -> Known:
    area_id, path = desk.areas[parsed.area]
    pk = next(desk.keys)
    district = district_of(path).rstrip("/").rpartition("/")[2]
    desk.created.append(
        Community(
            pk=pk,
            code=f"{district}-{pk:07d}",
            name=parsed.name,
            name_norm=normalise(parsed.name),
            area_id=area_id,
        )
    )
    known = Known(pk, path, {parsed.name}, parsed.point)
    if parsed.ident:
        desk.made[parsed.ident] = known
    return known


def _note(desk: Desk, community: int, weighed: Weighed) -> None:
    """Keep the new values for saving, and let later rows of the chunk see them; within a batch the first counts."""
    claims = desk.claims.setdefault(community, {})
    for name, value in weighed.news.items():
        claims.setdefault(name, []).append(desk.word.claim(name, value))
        desk.values.append((community, name, value))


def _note_aliases(desk: Desk, community: int, parsed: Parsed) -> None:
    """Let every name the source uses find the community."""
    for name in filter(None, [*parsed.aliases, parsed.name]):
        desk.aliases[community, name] = CommunityAlias(
            community_id=community,
            name=name[:120],
            name_norm=normalise(name)[:120],
            source=desk.word.source,
            batch=desk.batch,
        )


def _place_building(desk: Desk, row: ImportRow, parsed: Parsed, known: Known) -> Weighed:
    mark = parsed.building_code or parsed.label
    pk = desk.buildings.get((known.pk, mark))
    if pk is None:
        pk = next(desk.building_keys)
        code = parsed.building_code or f"B{pk:08d}"
        desk.new_buildings.append(
            Building(pk=pk, code=code, community_id=known.pk, label=parsed.label, record=parsed.record)
        )
        desk.buildings[known.pk, mark] = pk
    row.building_id = pk
    claims: dict[str, list[Any]] = desk.building_claims.setdefault(pk, {})
    weighed = weigh(parsed.building, claims, desk.word, order=desk.order)
    for name, value in weighed.news.items():
        claims.setdefault(name, []).append(desk.word.claim(name, value))
        desk.building_values.append((pk, name, value))
    return weighed


def _save(desk: Desk) -> None:
    bulk.insert(desk.created)
    Community.objects.filter(pk__in=desk.revived).update(withdrawn_at=None)
    bulk.insert_values(CommunityValue, "community", desk.values, batch=desk.batch, at=desk.word.at)
    _save_aliases(desk)
    bulk.insert(desk.new_buildings)
    touched = {pk for pk, *_ in desk.building_values}
    Building.objects.filter(pk__in=touched, withdrawn_at__isnull=False).update(withdrawn_at=None)
    bulk.insert_values(BuildingValue, "building", desk.building_values, batch=desk.batch, at=desk.word.at)
    refresh(
        community_ids={pk for pk, *_ in desk.values} | {c.pk for c in desk.created} | set(desk.revived),
        building_ids=touched | {b.pk for b in desk.new_buildings},
    )


def _save_aliases(desk: Desk) -> None:
    """Keep the names that are not the community's own name or a known alias already."""
    pks = {pk for pk, _ in desk.aliases}
    own = dict(Community.objects.filter(pk__in=pks).values_list("pk", "name_norm"))
    have = set(CommunityAlias.objects.filter(community__in=pks).values_list("community_id", "name"))
    fresh = [
        a for a in desk.aliases.values() if a.name_norm != own[a.community_id] and (a.community_id, a.name) not in have
    ]
    bulk.insert(fresh, ignore_conflicts=True)


def _close(batch: ImportBatch, actor: Actor, *, at: datetime) -> None:
    batch.state, batch.written_at, batch.rows_total = State.WRITTEN, at, batch.rows.count()
    batch.summary["written"] = fates(batch)
    batch.save(update_fields=["state", "written_at", "rows_total", "summary"])
    audit.record(
        action=Action.IMPORT_WRITTEN,
        actor=actor,
        subject=batch,
        after={"文件": batch.file_name, "来源": str(batch.source), **batch.summary["written"]},
        area_path=batch.area_path,
    )


def fates(batch: ImportBatch) -> dict[str, int]:
    """Count the rows of a batch by what becomes of them."""
    counts = dict.fromkeys([str(f) for f in Fate], 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT fate, count(*) FROM registry_importrow WHERE batch_id = %s GROUP BY fate", [batch.pk])
        counts.update({fate: n for fate, n in cursor.fetchall() if fate})
    return counts

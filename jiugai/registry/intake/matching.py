"""Which community of the register each row speaks of. Decided the same way for the preview and for the writing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import NamedTuple, TypeVar

from django.contrib.gis.geos import Point
from django.db.models import Q

from jiugai.domain.intake.matching import Candidate, match
from jiugai.domain.intake.names import normalise
from jiugai.registry.intake.rows import IDENT, Parsed
from jiugai.registry.models import Community, CommunityAlias, CommunityValue, ImportBatch, ImportRow

T = TypeVar("T")
AT_ONCE = 5000


class Row(NamedTuple):
    """A row that looks for its community. `key` identifies it within its source, empty when nothing does."""

    pk: int
    key: str
    said: Parsed


@dataclass
class Known:
    """A community as far as matching needs it; `withdrawn` only when the undoing of an import withdrew it."""

    pk: int
    path: str
    names: set[str] = field(default_factory=set)
    point: tuple[float, float] | None = None
    withdrawn: bool = False


class Stored(NamedTuple):
    """Columns of a community, in the order they are asked for."""

    pk: int
    code: str
    name: str
    area_path: str
    point: Point | None
    merged_into: int | None
    withdrawn_at: datetime | None


def tie(batch: ImportBatch, rows: Sequence[Row], *, paths: Mapping[str, str]) -> dict[int, Known]:
    """Return the community of each row that speaks of a known one, by the row's number.

    By our own number, by the source's number, by an earlier import of the same row; else by name and place as
    `domain.intake.matching` says. Communities tied to other rows of the batch are not taken twice.
    """
    codes = {r.said.code for r in rows if r.said.code}
    numbers = _by_number(rows)
    earlier = _by_earlier_row(batch, rows)
    aliases = _aliases({normalise(r.said.name) for r in rows if r.said.name})
    known, by_code = _load(_wanted(rows, {*numbers.values(), *earlier.values(), *(pk for _, pk in aliases)}, codes))
    for alias, pk in aliases:
        if pk in known:
            known[pk].names.add(alias)
    found: dict[int, Known] = {}
    for row in rows:
        named = (by_code.get(row.said.code), numbers.get(row.said.ident), earlier.get(row.key))
        tied = next((pk for pk in named if pk in known), None)
        if tied is not None:
            found[row.pk] = known[tied]
    rest = [r for r in rows if r.pk not in found and r.said.name and not r.said.code]
    if batch.target == "buildings":
        return found | dict(_by_name_alone(rest, known.values(), paths))
    return found | _by_name_and_place(batch, rest, known, found, paths)


def district_of(path: str) -> str:
    """Return the path of the district: `/110000/110105/110105012/` lies in `/110000/110105/`."""
    return "/".join(path.split("/")[:3]) + "/"


def by_pk(pks: Iterable[int]) -> dict[int, Known]:
    """Return communities that are still there, under the numbers asked for; merged ones as what they became."""
    wanted = set(pks)
    return _load([Q(pk__in=wanted)])[0] if wanted else {}


def _wanted(rows: Sequence[Row], pks: set[int], codes: set[str]) -> Iterator[Q]:
    yield Q(pk__in=pks) | Q(code__in=codes)
    for names in _portions({normalise(r.said.name) for r in rows if r.said.name}):
        yield Q(name_norm__in=names)


def _load(wanted: Iterable[Q]) -> tuple[dict[int, Known], dict[str, int]]:
    """Load communities by number, merged ones standing for what they became, and numbers by our code."""
    rows = {r.pk: r for q in wanted for r in _stored(q)}
    ends = _ends_of_merges({r.pk: r.merged_into for r in rows.values()})
    rows |= {r.pk: r for r in _stored(Q(pk__in=set(ends.values()) - set(rows)))}
    revivable = _revivable([r.pk for r in rows.values() if r.withdrawn_at])
    known: dict[int, Known] = {}
    for row in rows.values():
        if row.merged_into is None and (row.withdrawn_at is None or row.pk in revivable):
            place = (row.point.x, row.point.y) if row.point else None
            known[row.pk] = Known(row.pk, row.area_path, {row.name}, place, withdrawn=row.withdrawn_at is not None)
    for pk, end in ends.items():
        if end in known:
            known[pk] = known[end]
            known[pk].names.add(rows[pk].name)
    return known, {row.code: row.pk for row in rows.values()}


def _stored(wanted: Q) -> list[Stored]:
    return [Stored(*row) for row in Community.objects.filter(wanted).order_by("pk").values_list(*Stored._fields)]


def _by_number(rows: Sequence[Row]) -> dict[str, int]:
    """Communities by the number a source gave them, also in an import that was taken back."""
    found: dict[str, int] = {}
    for portion in _portions({r.said.ident for r in rows if r.said.ident}):
        values = CommunityValue.objects.filter(field=IDENT, value__in=portion).order_by("-withdrawn_at", "-pk")
        found |= {str(ident): pk for ident, pk in values.values_list("value", "community_id")}
    return found


def _by_earlier_row(batch: ImportBatch, rows: Sequence[Row]) -> dict[str, int]:
    """Communities to which an earlier import tied the same row of the same source."""
    found: dict[str, int] = {}
    for portion in _portions({r.key for r in rows if r.key}):
        same = ImportRow.objects.filter(key__in=portion, batch__source=batch.source, batch__target=batch.target)
        same = same.exclude(batch=batch).filter(community__isnull=False, batch__written_at__isnull=False)
        found |= dict(same.order_by("pk").values_list("key", "community_id"))
    return found


def _aliases(names: set[str]) -> list[tuple[str, int]]:
    return [
        (name, pk)
        for portion in _portions(names)
        for name, pk in CommunityAlias.objects.filter(name_norm__in=portion).values_list("name", "community_id")
    ]


def _by_name_and_place(
    batch: ImportBatch,
    rows: Sequence[Row],
    known: Mapping[int, Known],
    found: Mapping[int, Known],
    paths: Mapping[str, str],
) -> dict[int, Known]:
    """One row per community, nearest first; where a point is missing, name and district have to be enough."""
    one_each = {k.pk: k for k in known.values()}
    taken = {k.pk for k in found.values()} | _taken(batch, one_each, rows)
    candidates = [_candidate(str(k.pk), name, k.point) for k in one_each.values() for name in k.names]
    matched = match(
        [_candidate(str(r.pk), r.said.name, r.said.point) for r in rows], candidates, taken=[str(pk) for pk in taken]
    )
    tied = {int(row): one_each[int(pk)] for row, pk in matched.items()}
    taken |= {k.pk for k in tied.values()}
    rest = [r for r in rows if r.pk not in tied]
    free = [k for k in one_each.values() if k.pk not in taken]
    for pk, community in _by_name_alone(rest, free, paths, placeless=True):
        if community.pk not in taken:
            tied[pk] = community
            taken.add(community.pk)
    return tied


def _candidate(key: str, name: str, point: tuple[float, float] | None) -> Candidate:
    return Candidate(key, name, *(point or (None, None)))


def _taken(batch: ImportBatch, known: Iterable[int], rows: Sequence[Row]) -> set[int]:
    """Return the communities to which other rows of the batch are tied."""
    others = ImportRow.objects.filter(batch=batch, community__in=list(known))
    mine = {r.pk for r in rows}
    return {community for pk, community in others.values_list("pk", "community_id") if community and pk not in mine}


def _by_name_alone(
    rows: Sequence[Row], known: Iterable[Known], paths: Mapping[str, str], *, placeless: bool = False
) -> Iterator[tuple[int, Known]]:
    """Yield rows whose name belongs to exactly one community of the stated area.

    With `placeless` only pairs of which one side has no point: the others were compared by place already.
    """
    named: defaultdict[str, dict[int, Known]] = defaultdict(dict)
    for one in known:
        for name in one.names:
            named[normalise(name)][one.pk] = one
    for row in rows:
        area = district_of(paths[row.said.area]) if row.said.area in paths else ""
        fitting = [
            one
            for one in named.get(normalise(row.said.name), {}).values()
            if one.path.startswith(area) and not (placeless and one.point and row.said.point)
        ]
        if len(fitting) == 1:
            yield row.pk, fitting[0]


def _revivable(pks: Sequence[int]) -> set[int]:
    """Communities that only the undoing of an import withdrew: importing again brings them back, number and all."""
    if not pks:
        return set()
    undone = ImportRow.objects.filter(community__in=pks, fate=ImportRow.Fate.NEW, batch__undone_at__isnull=False)
    return set(undone.values_list("community_id", flat=True))


def _ends_of_merges(merged: Mapping[int, int | None]) -> dict[int, int]:
    """Return for each merged community the one that stands for it now."""
    ends: dict[int, int] = {}
    for start, target in merged.items():
        seen = {start}
        while target is not None and target not in seen:
            seen.add(target)
            ends[start] = target
            target = Community.objects.values_list("merged_into", flat=True).get(pk=target)
    return ends


def _portions(items: Iterable[T]) -> Iterator[list[T]]:
    stream = iter(items)
    while portion := list(islice(stream, AT_ONCE)):
        yield portion
